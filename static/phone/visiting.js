// A visit between the list and the outbox: which one is meant, its draft, what was sent, how it stands on the first screen.
import { html, icon, nothing } from "./dom.js";
import { distance, distanceWords } from "./geo.js";
import { holder } from "./holder.js";
import { dayWords, minuteWords } from "./said.js";
import { liveOf } from "./spot.js";
import { progressOf } from "./visit.js";
import { _, locale } from "./words.js";

const sameTurn = (record, visit) => record.visit.id === visit.id && Boolean(record.visit.asked) === Boolean(visit.asked);
const isDraft = (record) => record.state === "draft";

/** The visit as the server last told it; null when it is not in the list. */
export const listed = (app, id) => (app.visits?.items ?? []).find((one) => one.id === id) ?? null;

/** What this phone has of a visit, as last read: {draft, sent}, each null when there is none. */
export function heldOf(app, id) {
  const visit = listed(app, id) ?? { id };
  const all = app.outbox.of("visit").filter((record) => record.visit.id === id);
  const turn = listed(app, id) ? all.filter((record) => sameTurn(record, visit)) : all;
  return { draft: turn.find(isDraft) ?? null, sent: turn.find((record) => !isDraft(record)) ?? null };
}

/** Note that one is there: a draft with its own copy of the visit, so that nothing more is needed from the list. */
export function arrive(app, visit) {
  return app.outbox.begin({ kind: "visit", visit, outcome: "done", answers: {}, arrived: arrived(app), far_reason: "", told: null });
}

/** Where and when one is, now. */
export function arrived(app) {
  const fix = app.place.best();
  return { at: new Date().toISOString(), place: fix && liveOf(fix) };
}

/** The draft of a visit as a screen holds it; who has none goes to the visit's own page. */
export function holding(app, id, ready = () => {}) {
  let left = false;
  let quiet = () => {};
  const held = {
    now: null,
    get record() {
      return held.now?.record ?? null;
    },
    async begin() {
      await app.outbox.read();
      const { draft } = heldOf(app, id);
      if (left) return;
      if (!draft) return app.replace(`/visit/${id}`);
      const now = holder(app, draft.id);
      quiet = now.start();
      await now.read();
      held.now = now;
      ready();
    },
    stop() {
      left = true;
      quiet();
    },
  };
  return held;
}

/** Everything of a visit is kept for sending; says whether it is. */
export async function seal(app, held, told) {
  await held.flush();
  await held.change((record) => (record.told = told(record)));
  const kept = await app.outbox.save(held.record.id);
  if (kept.lacking?.length) return;
  app.wake();
  app.replace(`/item/${kept.id}`);
}

/** 11月26日 到 12月2日，9:00–17:00; with the weekdays where not every one is meant. */
export function windowWords({ opens_at, due_at, window, asked }) {
  if (asked) return _("{moment} 以前补上", { moment: minuteWords(due_at) });
  const days = dayWords(opens_at) === dayWords(due_at) ? dayWords(due_at) : _("{from}到{to}", { from: dayWords(opens_at), to: dayWords(due_at) });
  const week = window.weekdays.length < 7 ? ` ${window.weekdays.map(weekday).join(locale() === "en" ? ", " : "、")}` : "";
  return `${days}${week} ${clock(window.opens)}–${clock(window.closes)}`;
}

const clock = (text) => text.replace(/^0/, "");
// ISO weekday 1 is a Monday, and so is the 5th of January 1970.
const weekday = (iso) => new Intl.DateTimeFormat(locale() === "en" ? "en-GB" : "zh-CN", { timeZone: "UTC", weekday: "short" }).format(new Date((iso + 3) * 86_400_000));

/** The visits as lines: those in the list that were not sent yet, and those begun that the list has lost. */
export function cards(app) {
  const items = (app.visits?.items ?? []).filter((visit) => !heldOf(app, visit.id).sent);
  const lost = app.outbox.of("visit").filter((record) => isDraft(record) && !listed(app, record.visit.id)).map((record) => record.visit);
  const all = [...items, ...lost];
  if (!all.length) return nothing;
  return html`<div class="sec"><h2>${_("要去暗访 {n} 处", { n: all.length })}</h2></div>
    <ul class="rows card">${all.map((visit) => card(app, visit))}</ul>`;
}

function card(app, visit) {
  const here = app.place.best();
  const { draft } = heldOf(app, visit.id);
  const far = here ? html` <span class="nowrap">· ${_("离您 {distance}", { distance: distanceWords(distance(here, visit)) })}</span>` : nothing;
  return html`<li><a class="item" href="#/visit/${visit.id}"><span class="roundel" data-s="check">${icon("visit", 32)}</span><span class="grow"><span class="t">${_("{name} 暗访", { name: visit.name })}</span><br><span class="note soft">${windowWords(visit)}${far}</span>${standing(visit, draft)}</span>${icon("right", 24, "go")}</a></li>`;
}

function standing(visit, draft) {
  if (draft) return html`<br><span class="note">${_("做了 {done} 项，共 {of} 项，点开接着做", progressOf(draft))}</span>`;
  return visit.asked ? html`<br><span class="note">${_("有 {n} 项要补", { n: visit.asked.items.length || _("几") })}</span>` : nothing;
}
