// 回头看: stand where the old picture was taken, take it again, and say whether it has been put right.
import { banner, html, icon, nothing, photo } from "../dom.js";
import { wayWords } from "../geo.js";
import { sharpener } from "../sharp.js";
import { shutter } from "../shutter.js";
import { viewfinder } from "../viewfinder.js";
import { _ } from "../words.js";

export function recheck(app, { id }) {
  let task = null;
  let record = null;
  let shown = null;
  let away = false;
  let note = "";
  const sharp = sharpener(app);

  const pictured = () => ({ web: task.before, thumb: task.thumb });
  const before = () => (task ? sharp.address(pictured()) : "");
  const begin = async () => {
    task = (app.tasks?.items ?? []).find((one) => one.id === id) ?? null;
    if (task) sharp.look([pictured()]);
    record = (await app.outbox.all()).find((one) => one.kind === "recheck" && one.task === id && one.state === "draft") ?? (await app.outbox.begin({ kind: "recheck", task: id }));
    if (record.photos.length) return look();
    return finder.open();
  };
  const look = async () => {
    finder.close();
    const blob = await app.outbox.photo(record.id, record.photos.at(-1).key);
    shown = blob && URL.createObjectURL(blob);
    app.refresh();
  };
  const taken = async (kept) => {
    record = kept;
    await look();
  };
  const answer = async (verdict) => {
    const fix = app.place.best();
    const place = fix && { lat: fix.lat, lng: fix.lng, accuracy_m: fix.accuracy_m, source: "live", fixed_at: new Date(fix.fixed_at).toISOString() };
    await app.outbox.change(record.id, (kept) => Object.assign(kept, { verdict, note, place, captured_at: new Date().toISOString() }));
    const kept = await app.outbox.save(record.id);
    if (kept.lacking?.length) return app.tell("late", _("还差一点"), kept.lacking[0] === "note" ? _("请写一句为什么到不了。") : _("请先拍一张照片。"));
    app.wake();
    return app.replace(`/item/${record.id}`);
  };
  const again = async () => {
    for (const one of record.photos) record = await app.outbox.removePhoto(record.id, one.key);
    shown = null;
    await finder.open();
  };

  const way = () => (app.place.best() && task ? wayWords(app.place.best(), task) : _("正在找您的位置"));
  const finder = viewfinder(app, { role: () => "recheck", title: _("回头看"), before, shadow: () => _("淡淡的影子是整改前的照片"), way, record: () => record, after: taken });
  const beside = () => html`<h1 class="ask">${_("照着这张，再拍一张")}</h1>
    <figure class="photo single">${photo(before(), _("整改前"))}<figcaption class="cap">${_("整改前")}</figcaption></figure>
    <p class="soft">${task?.place} · ${way()}</p>`;
  const words = (id, label, hint = "") => html`<div class="field"><label for=${id}>${label}</label>${hint ? html`<span class="hint" id="${id}-hint">${hint}</span>` : nothing}<textarea class="input" id=${id} aria-describedby=${hint ? `${id}-hint` : nothing} rows="2" maxlength="500" .value=${note} @input=${(event) => (note = event.target.value)}></textarea></div>`;
  const verdict = () => html`<h1 class="ask">${_("改好了吗？")}</h1>
    <div class="pair judge"><figure class="photo">${photo(before(), _("整改前"))}<figcaption class="cap">${_("整改前")}</figcaption></figure><figure class="photo">${photo(shown, _("您刚拍的"))}<figcaption class="cap">${_("您刚拍的")}</figcaption></figure></div>
    ${words("words", _("想说的话"), _("可以不写"))}`;
  const unreachable = () => html`<h1 class="ask">${_("为什么到不了？")}</h1>${words("why", _("写一句就行"))}`;

  return {
    title: _("回头看"),
    start() {
      app.place.begin();
      begin();
      return () => (finder.close(), shown && URL.revokeObjectURL(shown));
    },
    speak: () => (shown ? _("改好了吗？点下面的一个") : way()),
    view: () => {
      if (!record) return nothing;
      if (!task) return banner("info", _("这个任务已经不用做了"), _("可能别人已经看过。"));
      if (away) return unreachable();
      if (shown) return verdict();
      return finder.isOpen() ? finder.view() : beside();
    },
    dock: () => {
      if (!record || !task) return html`<div class="dock"><a class="btn" data-size="full" href="#/">${icon("home", 26)}${_("回首页")}</a></div>`;
      if (away) return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${() => answer("unreachable")}>${_("到不了现场，交回")}</button><button class="btn" data-size="full" @click=${() => { away = false; app.refresh(); }}>${icon("left", 24)}${_("返回")}</button></div>`;
      if (shown) return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${() => answer("good")}>${icon("check", 30)}${_("改好了")}</button><button class="btn" data-size="full" @click=${() => answer("bad")}>${icon("x", 30)}${_("没改好")}</button><button class="btn" data-size="full" @click=${again}>${icon("camera", 26)}${_("重拍")}</button></div>`;
      if (finder.isOpen()) return finder.dock(html`<button class="btn" @click=${() => { away = true; app.refresh(); }}>${_("到不了")}</button>`);
      return html`<div class="dock">${shutter(app, { look: html`${icon("camera", 30)}${_("点这里拍照")}`, kind: "primary", size: "full", role: "recheck", record: async () => record, after: taken })}<button class="btn" data-size="full" @click=${() => { away = true; app.refresh(); }}>${_("到不了现场")}</button></div>`;
    },
  };
}
