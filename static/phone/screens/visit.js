// One visit: where it is, how to get there, and that one is there. Then its checklist begins.
import { banner, html, icon, nothing, photo } from "../dom.js";
import { bearing, directionWords, distance, distanceWords } from "../geo.js";
import { minuteWords } from "../said.js";
import { sketch } from "../sketch.js";
import { saidOf } from "../taking.js";
import { problemWords } from "../told.js";
import { itemsOf, lacksReason, nextLacking, progressOf, tooFar } from "../visit.js";
import { arrive, arrived, heldOf, holding, listed, windowWords } from "../visiting.js";
import { _ } from "../words.js";

export function visit(app, { id }) {
  const held = holding(app, id);
  let sent = null;
  let read = false;
  let going = false;

  const look = async () => {
    await app.outbox.read();
    const known = heldOf(app, id);
    read = true;
    sent = known.sent;
    if (known.draft && !held.now) await held.begin();
    app.refresh();
  };
  const here = async () => {
    if (going) return;
    going = true;
    try {
      if (held.record) await held.now.change((record) => (record.arrived = arrived(app)));
      else await arrive(app, listed(app, id));
      await look();
      scrollTo(0, 0);
    } catch (trouble) {
      app.tell("late", ...saidOf(trouble));
    } finally {
      going = false;
    }
  };
  const start = async () => {
    await held.now.flush();
    if (lacksReason(held.record)) return document.getElementById("far")?.focus();
    return app.go(`/visit/${id}/${isOver() ? "list" : `item/${nextLacking(held.record) + 1}`}`);
  };
  const closed = async () => {
    await held.now.flush();
    if (lacksReason(held.record)) return document.getElementById("far")?.focus();
    return app.go(`/visit/${id}/closed`);
  };
  const isOver = () => nextLacking(held.record) < 0;
  const known = () => held.record?.visit ?? listed(app, id);
  const isEarly = (one) => Date.now() < Date.parse(one.opens_at);
  const way = (one) => {
    const fix = app.place.best();
    if (!fix) return _("正在找您的位置");
    const words = { distance: distanceWords(distance(fix, one)), direction: directionWords(bearing(fix, one)) };
    return distance(fix, one) <= one.far_m ? _("离点位 {distance}，就在跟前", words) : _("往{direction}走 {distance}", words);
  };

  const far = () => html`<section class="card stack" data-far><div class="banner" data-s="late" role="alert">${icon("warn", 28)}<div class="grow"><b>${_("离点位有 {distance}", { distance: distanceWords(tooFar(held.record)) })}</b>${_("走近些再记一次；走不近，就写一句为什么。")}</div></div>
    <div class="field"><label for="far">${_("为什么离得远")}</label><span class="hint" id="far-hint">${_("比如：围着工地，从对面看的")}</span><textarea class="input" id="far" aria-describedby="far-hint" rows="2" maxlength="500" .value=${held.now.text("far_reason")} @input=${held.now.typing("far_reason")} @change=${held.now.flush}></textarea></div>
    <button class="btn" data-size="wide" @click=${here}>${icon("pin", 26)}${_("走近了，再记一次")}</button></section>`;
  const there = () => html`${banner("done", _("记下您到了，{moment}", { moment: minuteWords(held.record.arrived.at) }), _("时间和位置只有市里看得到。"))}
    ${held.record.arrived.place ? nothing : html`<p class="soft">${_("手机没有定位，也可以接着做。")}</p>`}
    ${tooFar(held.record) ? far() : nothing}`;
  const place = (one) => html`<section class="stack"><h2>${_("在哪里")}</h2>
    ${app.shelf.url(one.photo) ? html`<figure class="photo single">${photo(app.shelf.url(one.photo), _("点位的照片"))}</figure>` : nothing}
    ${sketch({ spot: { lat: one.lat, lng: one.lng, accuracy_m: 0 }, me: app.place.best() })}
    <p class="soft" aria-live="polite">${way(one)}</p>
    ${one.route ? html`<a class="btn" data-size="wide" href=${one.route} rel="noreferrer external">${icon("walk", 26)}${_("怎么走，看地图")}</a>` : nothing}</section>`;
  const quiet = () => html`<section class="card stack"><h2>${_("去的时候")}</h2><p>${_("和平常路过一样，不说来意，不用亮身份。")}</p><p>${_("先看自己安全，拍不了就不拍。")}</p></section>`;

  return {
    title: _("暗访"),
    start() {
      app.place.begin();
      look();
      const deaf = app.onOutbox(() => !held.now && look());
      return () => (deaf(), held.stop());
    },
    speak: () => (held.record ? _("记下您到了，按“开始检查”，一项一项答") : _("走到点位，按“我到了”")),
    view: () => {
      const one = known();
      if (!read) return nothing;
      if (sent && !held.record) return html`<h1 class="ask">${_("{name} 暗访", { name: sent.visit.name })}</h1>${handedIn(sent)}`;
      if (!one) return html`<h1 class="ask">${_("这次走访现在不用您去")}</h1><p>${_("可能时段过了，或者撤销了。")}</p>`;
      return html`<h1 class="ask">${one.name}</h1>
        <p>${one.district} ${one.address}<br><span class="soft">${one.type} · ${_("{n} 项要看", { n: itemsOf(one).length })}</span></p>
        <p class="fix">${icon("clock", 26)}<b>${windowWords(one)}</b></p>
        ${one.asked ? banner("check", _("请再去一次，补上几项"), one.asked.text) : nothing}
        ${held.record && !listed(app, id) ? banner("info", _("时段过了"), _("做完的还能交；没做完的，不用再做了。")) : nothing}
        ${held.record ? there() : nothing}
        ${isEarly(one) && !held.record ? banner("info", _("还没到时候"), _("{moment} 起可以去，到了再按“我到了”。", { moment: minuteWords(one.opens_at) })) : nothing}
        ${place(one)}
        ${held.record ? nothing : quiet()}`;
    },
    dock: () => {
      const one = known();
      const back = html`<a class="btn" href="#/">${icon("left", 24)}${_("返回")}</a>`;
      if (sent && !held.record) return html`<div class="dock"><a class="btn" data-kind="primary" data-size="full" href="#/item/${sent.id}">${icon("inphone", 28)}${_("看看发到哪了")}</a>${back}</div>`;
      if (!read || !one) return html`<div class="dock">${back}</div>`;
      if (held.record) return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${start}>${progressOf(held.record).done ? _("接着检查") : _("开始检查")}${icon("right", 28)}</button><div class="row">${back}<button class="btn grow" @click=${closed}>${_("关门了、找不到")}</button>${listed(app, id) ? nothing : html`<a class="btn grow" href="#/item/${held.record.id}">${_("不做了…")}</a>`}</div></div>`;
      return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" ?disabled=${isEarly(one)} @click=${here}>${icon("pin", 30)}${_("我到了")}</button><div class="row">${back}${one.asked ? nothing : html`<a class="btn grow" href="#/visit/${id}/decline">${_("去不了…")}</a>`}</div></div>`;
    },
  };
}

function handedIn({ state, problem, unused }) {
  if (problem) return banner("late", _("要您看一眼"), problemWords(problem));
  if (unused) return banner("info", _("收下了，但没有用上"), unused);
  if (state === "received") return banner("done", _("这一处已经交了"), _("已收到"));
  return banner("local", _("这一处已经交了"), _("在手机里等着发，有网会自动发。"));
}
