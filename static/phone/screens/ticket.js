// One ticket on site: how it was, where it is, the picture of the repair from the same place, and what was done.
import { banner, html, icon, nothing, photo } from "../dom.js";
import { dueDayWords } from "../due.js";
import { wayWords } from "../geo.js";
import { holder } from "../holder.js";
import { nextOf } from "../next.js";
import { canShow } from "../overlay.js";
import { repairOf } from "../repair.js";
import { sharpener } from "../sharp.js";
import { saidOf, shutter } from "../shutter.js";
import { sketch } from "../sketch.js";
import { problemWords } from "../told.js";
import { viewfinder } from "../viewfinder.js";
import { _ } from "../words.js";
import { standing } from "./inhand.js";

export function ticket(app, { id }) {
  let held = null;
  let stop = () => {};
  let sent = null;
  let repair = null;
  let left = false;
  let saving = false;
  let begun = null;
  let byFile = !canShow();
  const sharp = sharpener(app);

  const known = () => (app.tickets?.items ?? []).find((one) => one.id === id) ?? null;
  const begin = async () => {
    const mine = (await app.outbox.all()).filter((one) => one.kind === "answer" && one.ticket === id);
    sent = mine.find((one) => one.round === known()?.round && one.state !== "draft") ?? null;
    const draft = mine.find((one) => one.state === "draft");
    sharp.look(known()?.before ?? []);
    if (sent || left || !(draft || known()?.state === "handling")) return app.refresh();
    const record = draft ?? (await app.outbox.begin({ kind: "answer", ticket: id, round: known().round, address: known().place }));
    if (left) return null;
    held = holder(app, record.id);
    repair = repairOf(app, held);
    stop = held.start();
    return null;
  };
  const way = () => (app.place.best() && known() ? wayWords(app.place.best(), known()) : _("正在找您的位置"));
  const taken = async () => {
    finder.close();
    await held.read();
    requestAnimationFrame(() => document.querySelector(".repair")?.scrollIntoView());
  };
  const next = () => nextOf(known()?.before ?? [], held?.record?.photos ?? []);
  const shadow = () => ({ far: _("淡淡的影子是整改前的远景"), near: _("淡淡的影子是整改前的近景") })[next().role] ?? _("淡淡的影子是整改前的照片");
  const finder = viewfinder(app, { role: () => next().role, title: _("拍整改后的照片"), before: () => sharp.address(next().before), shadow, way, record: () => held.record, after: taken });
  const shoot = async () => {
    await finder.open();
    byFile = !finder.isOpen();
    app.refresh();
  };
  const close = () => {
    finder.close();
    app.refresh();
  };
  const handIn = async () => {
    if (saving) return;
    saving = true;
    try {
      await held.flush();
      await held.change((record) => (record.round = known()?.round ?? record.round));
      const { lacking } = await app.outbox.save(held.record.id);
      if (lacking?.length) return repair.lacksNote();
      app.wake();
      return app.replace(`/item/${held.record.id}`);
    } catch (trouble) {
      return app.tell("late", ...saidOf(trouble));
    } finally {
      saving = false;
    }
  };
  // One that was only looked at leaves nothing behind.
  const leave = () => {
    left = true;
    finder.close();
    const empty = held?.record?.state === "draft" && !held.record.photos.length && !held.text("note").trim();
    stop();
    if (empty) app.outbox.discard(held.record.id);
  };

  const camera = (look, rest) => (byFile
    ? shutter(app, { look, ...rest, role: next().role, record: async () => held.record, after: taken })
    : html`<button class=${rest.cls ?? "btn"} data-kind=${rest.kind ?? nothing} data-size=${rest.size ?? nothing} @click=${shoot}>${look}</button>`);

  return {
    title: _("整改反馈"),
    start() {
      app.place.begin();
      const again = () => (begun ??= begin().finally(() => (begun = null)));
      again();
      const deaf = app.onOutbox(() => known() && !held && again());
      return () => (deaf(), leave());
    },
    speak: () => (held?.record?.photos.length ? _("拍好了，写一句做了什么，再按“交上去”") : _("走到原来的地方，按“拍整改后的照片”")),
    view: () => {
      if (finder.isOpen()) return finder.view();
      const one = known();
      if (!one) return gone(app);
      return html`<h1 class="ask">${one.what}</h1><p>${one.place}<br><span class="soft">${dueDayWords(one)}</span></p><p>${standing(app, one)}</p>
        ${sent ? handedIn(sent) : nothing}
        ${one.sent_back ? banner("late", one.sent_back.verdict === "failed" ? _("核查没有通过，要再改") : _("问题又出现了，要再改"), one.sent_back.note) : nothing}
        ${held?.record?.photos.length ? repair.view() : nothing}
        ${one.before.length ? html`<section class="stack"><h2>${_("整改前")}</h2><div class="gallery">${one.before.map((each, at) => html`<figure class="photo">${photo(sharp.address(each), _("整改前，第 {n} 张", { n: at + 1 }))}</figure>`)}</div></section>` : nothing}
        <section class="stack"><h2>${_("在哪里")}</h2>${one.exact ? html`${sketch({ spot: { lat: one.lat, lng: one.lng, accuracy_m: 0 }, me: app.place.best() })}<p class="soft" aria-live="polite">${way()}</p>` : html`<p class="soft">${_("只知道在哪个街道，请看地点的文字。")}</p>`}</section>
        ${one.basis ? html`<p class="note soft">${_("依据：{basis}", { basis: one.basis })}</p>` : nothing}`;
    },
    dock: () => {
      const one = known();
      const back = html`<a class="btn" href="#/">${icon("left", 24)}${_("返回")}</a>`;
      if (finder.isOpen()) return finder.dock(html`<button class="btn" @click=${close}>${_("先不拍")}</button>`);
      if (one && sent) return html`<div class="dock"><a class="btn" data-kind="primary" data-size="full" href="#/item/${sent.id}">${icon("inphone", 28)}${_("看看发到哪了")}</a>${back}</div>`;
      if (one?.state === "dispatched") return html`<div class="dock">${app.online ? html`<a class="btn" data-kind="primary" data-size="full" href=${one.url}>${icon("check", 28)}${_("先去工作台签收")}</a>` : html`<p class="soft">${_("要先签收，有网再来。")}</p>`}${back}</div>`;
      if (!one || !held?.record) return html`<div class="dock">${back}</div>`;
      if (!held.record.photos.length) return html`<div class="dock">${camera(html`${icon("camera", 32)}${_("拍整改后的照片")}`, { kind: "primary", size: "full" })}${back}</div>`;
      return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${handIn}>${icon("send", 30)}${_("交上去")}</button><div class="row">${back}${camera(html`${icon("camera", 26)}${_("再拍一张")}`, { cls: "btn grow" })}</div></div>`;
    },
  };
}

function handedIn({ state, problem }) {
  if (problem) return banner("late", _("要您看一眼"), problemWords(problem));
  if (state === "received") return banner("done", _("这一件已经交了"), _("已收到"));
  return banner("local", _("这一件已经交了"), _("在手机里等着发，有网会自动发。"));
}

function gone(app) {
  if (!app.tickets) return html`<h1 class="ask">${_("整改反馈")}</h1><p>${app.online ? _("正在取…") : _("还没有取到，要有一次网络")}</p>`;
  return html`<h1 class="ask">${_("这一件现在不用您办")}</h1><p>${_("可能已经交了，或退回、改派了。")}</p>`;
}
