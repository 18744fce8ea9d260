// 第 3 步: where it is. A fix that is good needs one tap; a bad one is mended by hand; none of it ever blocks keeping.
import { DISTRICT_M, byHand } from "../byhand.js";
import { closed } from "../count.js";
import { banner, html, icon, nothing, photo as picture } from "../dom.js";
import { distanceWords } from "../geo.js";
import { holder } from "../holder.js";
import { categoryOf, isGone } from "../kit.js";
import { daysAgo, likely } from "../neighbours.js";
import { level, told } from "../place.js";
import { saidOf } from "../shutter.js";
import { sketch } from "../sketch.js";
import { spotOf } from "../spot.js";
import { steps } from "../steps.js";
import { loadAreas, locate } from "../streets.js";
import { goneWords } from "../told.js";
import { _ } from "../words.js";

const AGAIN_MS = 15_000;
const SHOWN = 3;
const SAME_WITHIN_M = 100;
const DRAWN = { green: "check", amber: "pin", red: "warn", none: "pin" };

export function place(app, { id }) {
  const held = holder(app, id, { step: "place" });
  const setting = byHand(app, { held, areas: () => areas, spot: () => spot()?.place ?? null, fix: () => app.place.last() });
  let areas = null;
  let known = [];
  let changing = false;
  let saving = false;

  const spot = () => spotOf(held.record, app.place.last(), Date.now());
  const found = () => (areas && spot() ? locate(areas, spot().place) : null);
  const same = () => likely(known, {
    category: held.record.category, point: spot()?.place ?? null, within: app.session?.settings.same_within_m ?? SAME_WITHIN_M, not: held.record.not_same,
  }).slice(0, SHOWN);

  const keep = async (sameAs = null) => {
    if (saving) return;
    saving = true;
    app.refresh();
    try {
      await held.flush();
      const kept = { place: spot()?.place ?? null, street: held.record.street ?? (onlyDistrict(spot()) ? null : streetOf(found())), count: closed(held.record.count, Date.now()) };
      await held.change((record) => Object.assign(record, kept, { same_as: sameAs ?? record.same_as }));
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
  const change = async (yes) => {
    await held.flush();
    changing = yes;
    app.refresh();
    scrollTo(0, 0);
  };
  const gone = () => isGone(app.kit, held.record.category);
  const another = (one) => held.change((record) => record.not_same.push(one.id));

  const shown = (here) => html`
    ${gone() ? banner("late", ...goneWords(app, held.record.category)) : nothing}
    ${here ? sketch({ spot: here.place, marks: same() }) : nothing}
    ${here ? where(here, found(), held) : missing(app)}
    ${areas && (!here || onlyDistrict(here)) ? setting.lists() : nothing}
    ${areas && gradeOf(here) === "red" ? setting.near() : nothing}
    ${same().map((one, at) => alike(one, at, { keep, another }))}
    ${adds(app, held.record)}`;

  return {
    title: _("在哪里"),
    start() {
      app.place.begin();
      const timer = setInterval(() => (app.place.begin(), app.refresh()), AGAIN_MS);
      addEventListener("resize", app.refresh);
      loadAreas().then((given) => ((areas = given), app.refresh()));
      app.kept.get("nearby").then((given) => ((known = given?.items ?? []), app.refresh()));
      const stop = held.start();
      return () => (clearInterval(timer), removeEventListener("resize", app.refresh), stop());
    },
    speak: () => (held.record && spot() ? _("是在这里吗？对的话，按下面的“就是这里，保存”") : _("找不到位置，请选在哪个区，或者先保存")),
    view: () => {
      if (changing) return setting.view();
      const here = held.record && spot();
      return html`${steps(3)}
        <h1 class="ask">${here || !held.record ? _("是在这里吗？") : _("在哪里？")}</h1>
        ${held.record ? shown(here) : nothing}`;
    },
    dock: () => {
      if (!held.record) return nothing;
      if (changing) return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${() => change(false)}>${icon("check", 30)}${_("改好了")}</button></div>`;
      if (gone()) return html`<div class="dock"><a class="btn" data-kind="primary" data-size="full" href="#/report/${id}/category">${icon("edit", 30)}${_("另选一类")}</a></div>`;
      return html`<div class="dock">
        <button class="btn" data-kind="primary" data-size="full" ?disabled=${saving} @click=${() => keep()}>${icon("check", 32)}${saving ? _("正在存…") : spot() ? _("就是这里，保存") : _("先保存，位置以后补")}</button>
        <div class="row"><button class="btn" @click=${() => app.go(`/report/${id}/category`)}>${icon("left", 24)}${_("上一步")}</button><button class="btn grow" @click=${() => change(true)}>${icon("pin", 24)}${spot() ? _("不对，我来改") : _("我来选位置")}</button></div></div>`;
    },
  };
}

const streetOf = (found) => (found?.street ? { code: found.street.code, name: found.street.name, district: found.district.name } : null);

// A district alone says of no street that it is there.
const onlyDistrict = (here) => here?.way === "pin" && here.place.accuracy_m >= DISTRICT_M;

// How far it is to be trusted: what the person or another time says is amber, whatever its number.
function gradeOf(here) {
  if (!here) return "none";
  return here.way === "live" ? level(here.place) : "amber";
}

// The address line and how sure it is, in a colour, a drawing and a word.
function where(here, found, { record }) {
  const grade = gradeOf(here);
  return html`<div class="fix" data-level=${grade} aria-live="polite">${icon(DRAWN[grade], 34)}<span class="grow"><b>${lineOf(here, found, record)}</b><span class="note">${sureWords(here, grade)}</span></span></div>`;
}

function lineOf(here, found, record) {
  const words = record.address.trim();
  const { street } = record;
  if (street) return [`${street.district}${street.name}`, words].filter(Boolean).join(" ");
  if (!found) return words || _("找到位置了");
  if (!found.district) return words || _("好像不在北京市内");
  if (onlyDistrict(here)) return [found.district.name, words].filter(Boolean).join(" ");
  const near = found.district.name + (found.street?.name ?? "");
  return words ? `${near} ${words}` : _("{place}附近", { place: near });
}

function sureWords({ place, way, minutes }, grade) {
  if (way === "pin") return _("您自己选的位置");
  if (way === "exif") return _("照片里记的位置");
  if (way === "later") return _("手机现在的位置，照片是以前拍的");
  if (way === "old") return _("这是 {n} 分钟前的位置，还在找新的", { n: minutes });
  const metres = told(place.accuracy_m);
  if (grade === "green") return _("误差约 {metres} 米，很准", { metres });
  return grade === "amber" ? _("误差约 {metres} 米，还可以", { metres }) : _("误差约 {metres} 米，太粗，请在下面选", { metres });
}

function missing(app) {
  const why = { denied: _("手机没让用定位"), unavailable: _("找不到位置") }[app.place.trouble()] ?? _("正在找您的位置");
  return html`<div class="fix" data-level="none" aria-live="polite">${icon("pin", 34)}<span class="grow"><b>${why}</b><span class="note">${_("可以选在哪个区，也可以先保存")}</span></span></div>`;
}

function alike(one, at, { keep, another }) {
  const days = daysAgo(one.on);
  const when = days <= 0 ? _("今天报过") : _("{n} 天前报过", { n: days });
  const title = _("可能重复 {n}", { n: at + 1 });
  return html`<section class="card alike" aria-label=${title}>
    <div class="item">${picture(one.thumb, "", "thumb")}<span class="grow"><b class="t">${title}</b><span>${_("{distance}外，{when}", { distance: distanceWords(one.distance_m), when })}</span><span class="note soft">${_("是同一个也请报，能证明没挪过")}</span></span></div>
    <button class="btn" data-kind="same" @click=${() => keep(one.id)}>${icon("check", 26)}${_("就是它，我再补一张")}</button>
    <button class="btn" @click=${() => another(one)}>${_("不是同一个")}</button></section>`;
}

// What may be added: counting first where the category lives by it.
function adds(app, { id, category, count }) {
  const more = () => app.go(`/report/${id}/more`);
  if (categoryOf(app.kit, category)?.record !== "count") return html`<button class="btn" data-size="wide" @click=${more}>${icon("edit", 26)}${_("补充几句")}</button>`;
  return html`<button class="btn" data-size="wide" @click=${more}>${icon("clock", 26)}${count ? _("数了 {observed} 个，违规 {violations} 个", count) : _("数一数：5 分钟里几个违规")}</button>`;
}
