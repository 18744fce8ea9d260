// A visit's checklist in the hand: what is answered, what lacks, how it stands. Pure.
import { left } from "./count.js";
import { distance } from "./geo.js";

/** So many letters at least say what is wrong; the server counts as much. */
export const SHORTEST = 2;
const VALUES = { yes_no: ["yes"], graded: ["grade"], count: ["observed", "violations"], number: ["number"], text: ["text"] };
/** Points are reckoned in fifths: 基本合格 earns three of five, as the server has it (checks/scoring.py). */
const [WHOLE, FAIR] = [5, 3];

/** The items that are asked, each with its number in the whole checklist; of what is asked back, only those. */
export function itemsOf(visit) {
  const all = visit.content.sections.flatMap((section) => section.items.map((item) => ({ ...item, section: section.title })));
  const wanted = visit.asked?.items ?? [];
  return all.map((item, at) => ({ ...item, number: at + 1 })).filter((item) => !wanted.length || wanted.includes(item.key));
}

/** What was answered to an item so far, as the record has it; what is typed stands in fields of its own. */
export function answerOf(record, item, now = Date.now()) {
  const given = record.answers[item.key] ?? {};
  const typed = (name) => String(record[`${name}:${item.key}`] ?? "").trim();
  const number = typed("number").replace(",", ".");
  return {
    skipped: Boolean(given.skipped), yes: given.yes ?? null, grade: given.grade ?? null, ...counted(given.count, now),
    number: number !== "" && Number.isFinite(Number(number)) ? Number(number) : null, text: typed("text"), note: typed("note"),
  };
}

// A count says something once its time is over, or once it was written down.
function counted(count, now) {
  if (!count || (count.began_at !== null && left(count, now) > 0)) return { observed: null, violations: null };
  return { observed: count.observed, violations: count.violations };
}

/** Whether the answer says that the place does badly there: the server's rule (checks/answering.py). */
export function fails(item, answer) {
  if (answer.skipped) return false;
  if (item.kind === "yes_no") return answer.yes !== Boolean(item.good);
  if (item.kind === "graded") return answer.grade === "bad";
  if (item.kind === "count") return answer.violations * 100 > (item.most_percent ?? 0) * answer.observed;
  if (item.kind === "number") return answer.number < (item.low ?? -Infinity) || answer.number > (item.high ?? Infinity);
  return false;
}

/** The points that an answer brings; null where it does not count: skipped, in words, a count of nothing. */
export function pointsOf(item, answer) {
  const fifths = fifthsOf(item, answer);
  return fifths === null ? null : fifths / WHOLE;
}

function fifthsOf(item, answer) {
  if (answer.skipped || item.kind === "text" || (item.kind === "count" && !answer.observed)) return null;
  if (item.kind === "graded" && answer.grade === "fair") return item.points * FAIR;
  return fails(item, answer) ? 0 : item.points * WHOLE;
}

/** Whether there is an answer at all. */
export function isAnswered(item, answer) {
  return answer.skipped || VALUES[item.kind].every((name) => answer[name] !== null && answer[name] !== "");
}

/** What an item still lacks: answer, photo, note, or nothing (""). */
export function lackOf(record, item, now = Date.now()) {
  const answer = answerOf(record, item, now);
  if (!isAnswered(item, answer)) return "answer";
  if (!fails(item, answer)) return "";
  if (item.photo_on_failure && !photosOf(record, item).length) return "photo";
  return item.note_on_failure && answer.note.length < SHORTEST ? "note" : "";
}

/** How an item's square looks: y (good), n (bad or fair), s (skipped), or nothing. */
export function markOf(record, item, now = Date.now()) {
  const answer = answerOf(record, item, now);
  if (!isAnswered(item, answer)) return "";
  if (answer.skipped) return "s";
  return fails(item, answer) ? "n" : "y";
}

/** Where an item's example picture is. */
export const exampleOf = (item) => `/pictures/examples/${item.picture}.jpg`;

/** The photos of an item. */
export const photosOf = (record, item) => record.photos.filter((photo) => photo.item === item.key);

/** How many items are whole, of how many. */
export function progressOf(record, now = Date.now()) {
  const items = itemsOf(record.visit);
  return { done: items.filter((item) => !lackOf(record, item, now)).length, of: items.length };
}

/** The place in the list of the first item after `at` that lacks something, from the start again; -1 when none does. */
export function nextLacking(record, at = -1, now = Date.now()) {
  const items = itemsOf(record.visit);
  const order = [...items.keys()].map((step) => (at + 1 + step) % items.length);
  return order.find((place) => lackOf(record, items[place], now)) ?? -1;
}

/** Points got and lost so far; what is skipped or open counts in neither. */
export function scoreOf(record, now = Date.now()) {
  let [got, lost] = [0, 0];
  for (const item of itemsOf(record.visit)) {
    const answer = answerOf(record, item, now);
    const fifths = isAnswered(item, answer) ? fifthsOf(item, answer) : null;
    if (fifths !== null) [got, lost] = [got + fifths, lost + item.points * WHOLE - fifths];
  }
  return { got: got / WHOLE, lost: lost / WHOLE };
}

/** How many metres too far from the place one was on arrival; 0 where that is near enough or not known. */
export function tooFar(record) {
  const { visit, arrived } = record;
  const metres = arrived?.place ? distance(arrived.place, visit) : 0;
  return metres > visit.far_m ? metres : 0;
}

/** Whether one must still say why one is so far away. */
export const lacksReason = (record) => tooFar(record) > 0 && record.far_reason.trim().length < SHORTEST;

/** What a record that says the place is closed or not there lacks: outcome, photo, note, or nothing. */
export function lackOfProof(record) {
  if (!["closed", "not_found"].includes(record.outcome)) return "outcome";
  if (!record.photos.length) return "photo";
  return record.note.trim().length < SHORTEST ? "note" : "";
}

/** What the server is told of it; the pictures and voice notes stand beside it in the manifest, in their order. */
export function toldOf(record, now = Date.now()) {
  const done = record.outcome === "done";
  const at = (list, key) => [...list.keys()].filter((place) => list[place].item === key);
  const answers = (done ? itemsOf(record.visit) : []).map((item) => {
    const { skipped, note, ...given } = answerOf(record, item, now);
    const mine = skipped ? [] : VALUES[item.kind];
    const value = Object.fromEntries(mine.map((name) => [name, given[name]]));
    return { key: item.key, skipped, ...value, note, photos: at(record.photos, item.key), voice: at(record.recordings, item.key) };
  });
  return {
    visit: record.visit.id, outcome: record.outcome, answers, note: done ? "" : record.note.trim(),
    arrived_at: record.arrived.at, place: record.arrived.place, far_reason: tooFar(record) ? record.far_reason.trim() : "",
    finished_at: record.answered_at ?? new Date(now).toISOString(),
  };
}
