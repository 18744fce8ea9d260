// 第 3 步: where it is. A fix that is good needs one tap; a bad one is mended by hand; none of it ever blocks keeping.
import { html, icon, nothing, photo as picture } from "../dom.js";
import { distanceWords } from "../geo.js";
import { holder } from "../holder.js";
import { categoryOf } from "../kit.js";
import { byHand } from "../byhand.js";
import { daysAgo, likely } from "../neighbours.js";
import { level, sureness, told } from "../place.js";
import { placeOf } from "../record.js";
import { saidOf } from "../shutter.js";
import { sketch } from "../sketch.js";
import { steps } from "../steps.js";
import { loadAreas, locate } from "../streets.js";
import { _ } from "../words.js";

export function place(app, { id }) {
  const held = holder(app, id);
  let areas = null;
  let known = [];
  let hand = null;
  let saving = false;

  /** What will be kept: the place set by hand, else the phone's own, else what a picture says. */
  const spot = () => {
    const { record } = held;
    if (record?.place?.source === "pin") return record.place;
    const fix = app.place.best();
    return fix ? { lat: fix.lat, lng: fix.lng, accuracy_m: fix.accuracy_m, source: "live", fixed_at: new Date(fix.fixed_at).toISOString() } : record && placeOf(record);
  };
  const found = () => (areas && spot() ? locate(areas, spot()) : null);
  const same = () => likely(known, { category: held.record?.category, point: spot(), within: app.session?.settings.same_within_m ?? 100, not: held.record?.not_same ?? [] });

  const keep = async (sameAs = null) => {
    if (saving) return;
    saving = true;
    app.refresh();
    try {
      const here = spot();
      const street = hand?.street() ?? streetOf(found());
      await held.change((record) => Object.assign(record, { place: here, street, same_as: sameAs ?? record.same_as }));
      const record = await app.outbox.save(id);
      if (record.lacking?.length) return app.go(`/report/${id}/${record.lacking[0]}`);
      app.wake();
      return app.replace(`/saved/${id}`);
    } catch (trouble) {
      return app.tell("late", ...saidOf(trouble));
    } finally {
      saving = false;
      app.refresh();
    }
  };

  return {
    title: _("在哪里"),
    start() {
      app.place.begin();
      loadAreas().then((given) => ((areas = given), app.refresh()));
      app.kept.get("nearby").then((given) => ((known = given?.items ?? []), app.refresh()));
      return held.start();
    },
    speak: () => (spot() ? _("是在这里吗？对的话，按下面的“就是这里，保存”") : _("找不到位置，请选在哪个区，或者先保存")),
    view: () => {
      if (!held.record) return nothing;
      if (hand) return hand.view();
      return html`${steps(3)}
        <h1 class="ask">${spot() ? _("是在这里吗？") : _("在哪里？")}</h1>
        ${spot() ? sketch({ spot: spot(), marks: same() }) : nothing}
        ${where(app, spot(), found(), held.record)}
        ${same().slice(0, 2).map((one, at) => alike(one, at, { keep, another: () => held.change((record) => record.not_same.push(one.id)) }))}
        ${categoryOf(app.kit, held.record.category)?.record === "count" && !held.record.count ? html`<button class="btn" data-size="full" @click=${() => app.go(`/report/${id}/more`)}>${icon("clock", 26)}${_("数一数：5 分钟几个违规")}</button>` : nothing}`;
    },
    dock: () => {
      if (!held.record) return nothing;
      if (hand) return hand.dock();
      return html`<div class="dock">
        <button class="btn" data-kind="primary" data-size="full" ?disabled=${saving} @click=${() => keep()}>${icon("check", 32)}${saving ? _("正在存…") : spot() ? _("就是这里，保存") : _("先保存，位置以后补")}</button>
        <div class="row"><button class="btn" @click=${() => app.go(`/report/${id}/more`)}>${icon("plus", 24)}${_("补充几句")}</button>
        <button class="btn grow" @click=${() => { hand = byHand(app, { held, areas: () => areas, spot, close: () => ((hand = null), app.refresh()) }); app.refresh(); scrollTo(0, 0); }}>${icon("pin", 24)}${spot() ? _("不对，我来改") : _("我来选位置")}</button></div></div>`;
    },
  };
}

const streetOf = (found) => (found?.street ? { code: found.street.code, name: found.street.name, district: found.district.name } : null);

// The address line and how sure the phone is, in a colour, a drawing and a word.
function where(app, spot, found, record) {
  if (!spot) {
    const why = { denied: _("手机没让用定位"), unavailable: _("找不到位置") }[app.place.trouble()] ?? _("正在找您的位置");
    return html`<div class="card fix" data-level="none" aria-live="polite">${icon("pin", 34)}<span class="grow"><b>${why}</b><span class="note soft">${_("可以选在哪个区，也可以先保存")}</span></span></div>`;
  }
  const line = [found?.district?.name, found?.street?.name].filter(Boolean).join("") || _("找到您的位置了");
  const byPin = spot.source === "pin";
  const exact = { exact: _("误差约 {metres} 米，很准"), fair: _("误差约 {metres} 米，还可以"), rough: _("误差约 {metres} 米，请再看看对不对") };
  const grade = byPin || spot.accuracy_m === null ? "amber" : level(spot);
  const words = byPin ? _("您自己选的位置") : spot.source === "exif" ? _("照片里记的位置") : fillMetres(exact[sureness(spot.accuracy_m)], spot.accuracy_m);
  return html`<div class="card fix" data-level=${grade} aria-live="polite">${icon({ green: "check", red: "warn" }[grade] ?? "pin", 34)}<span class="grow"><b>${line} ${record.address || ""}</b><span class="note">${words}</span></span></div>`;
}

const fillMetres = (text, metres) => text.replace("{metres}", told(metres));

function alike(one, at, { keep, another }) {
  const days = daysAgo(one.on);
  const when = days <= 0 ? _("今天报过") : _("{n} 天前报过", { n: days });
  return html`<section class="card alike">
    <div class="item">${picture(one.thumb, "", "thumb")}<span class="grow"><b class="t">${_("可能重复 {n}", { n: at + 1 })}</b><span>${_("{distance}外，{when}", { distance: distanceWords(one.distance_m), when })}</span><span class="note soft">${_("是同一个也请报，能证明没挪过")}</span></span></div>
    <button class="btn" data-size="full" @click=${() => keep(one.id)}>${icon("check", 26)}${_("就是它，我再补一张")}</button>
    <button class="btn" data-size="full" data-kind="plain" @click=${another}>${_("不是同一个")}</button></section>`;
}
