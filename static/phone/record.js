// One thing that was seen: what the phone keeps of it, what is still lacking, and what the server is told. Pure.

import { toldOf } from "./count.js";

export const DRAFT = "draft";
export const WAITING = "waiting";
export const RECEIVED = "received";
export const ATTENTION = "attention";

/** How long the photos stay in the phone after the receipt, in milliseconds. */
export const KEPT_AFTER_MS = 7 * 86_400_000;
/** So many letters at least say what was done; the server counts as much. */
export const SHORTEST_NOTE = 2;
/** A phone's clock that differs from the server's by more than this is put right in what is told. */
export const CLOCK_SLACK_MS = 5 * 60_000;

/** Where the server keeps each kind: what was seen, a look at a repair (核查), a unit's answer (处理反馈), a visit (走访). */
const NOUNS = { report: "reports", recheck: "rechecks", answer: "answers", visit: "visits/records" };

/** An empty draft of somebody's. `now` in milliseconds; a recheck has its `task`, an answer its `ticket` and `round`; `more` is what visiting.js has of a visit. */
export function blank({ id, owner, kind = "report", walk = false, task = null, ticket = null, round = null, address = "", now, ...more }) {
  const at = iso(now);
  return {
    id, kind, owner, walk, task, ticket, round,
    state: DRAFT, step: "photos", created_at: at, changed_at: at, captured_at: at,
    category: null, description: "", address, plate: "", count: null, same_as: null, not_same: [],
    verdict: null, note: "", place: null, street: null, photos: [], recordings: [],
    announced: false, manifest: null, withdraws: null, tries: 0, next_at: 0, problem: null,
    receipt: null, received_at: null, purge_at: null, ...more,
  };
}

/** A moment as text with the phone's own offset. */
export function iso(milliseconds) {
  return new Date(milliseconds).toISOString();
}

/**
 * What must be there before it is kept for sending, by field; [] when nothing lacks. `category` is the kit's row, `gone`
 * says that the one that was chosen is not in use any more.
 */
export function lacking(record, category, gone = false) {
  if (record.kind === "recheck") return lackingRecheck(record);
  if (record.kind === "answer") return lackingAnswer(record);
  if (record.kind === "visit") return record.told ? [] : ["told"];
  const lacks = [];
  if (!record.category || gone) lacks.push("category");
  if (!record.photos.length && (category?.photos_min ?? 1) > 0) lacks.push("photos");
  return lacks;
}

function lackingRecheck(record) {
  if (!record.verdict) return ["verdict"];
  if (record.verdict === "unreachable") return record.note.trim() ? [] : ["note"];
  return record.photos.length ? [] : ["photos"];
}

function lackingAnswer(record) {
  return [record.photos.length ? null : "photos", record.note.trim().length >= SHORTEST_NOTE ? null : "note"].filter(Boolean);
}

/** Where it is, as far as is known: the record's own place, else the first photo's. */
export function placeOf(record) {
  return record.place ?? record.photos.find((photo) => photo.place)?.place ?? null;
}

/** Every photo's and recording's hash, each once, in order. */
export function hashes(record) {
  return [...new Set([...record.photos, ...record.recordings].map((one) => one.sha256))];
}

/** Where the server keeps this kind. */
export function pathOf(record) {
  return `/api/v1/${NOUNS[record.kind]}/${record.id}`;
}

/** Where the bytes with this hash go. */
export function bytesPathOf(record, sha256) {
  const spoken = !record.photos.some((photo) => photo.sha256 === sha256);
  return `${pathOf(record)}/${spoken ? "recordings" : "photos"}/${sha256}`;
}

/** What the server is told. `ahead` is by how many milliseconds the phone's clock runs ahead of the server's. */
export function manifestOf(record, ahead = 0) {
  const shift = Math.abs(ahead) > CLOCK_SLACK_MS ? ahead : 0;
  const moment = (text) => (text && shift ? iso(Date.parse(text) - shift) : text);
  const place = (given) => given && { datum: "wgs84", ...given, fixed_at: moment(given.fixed_at ?? null) };
  const photos = record.photos.map((photo) => ({
    sha256: photo.sha256, bytes: photo.bytes, role: photo.role, taken_at: moment(photo.taken_at),
    place: place(photo.place ?? null), original: photo.original ?? null,
  }));
  const recordings = record.recordings.map((one) => ({
    sha256: one.sha256, bytes: one.bytes, seconds: one.seconds, taken_at: moment(one.taken_at),
  }));
  if (record.kind === "visit") {
    const { arrived_at, finished_at, place: there, ...told } = record.told;
    return { ...told, arrived_at: moment(arrived_at), finished_at: moment(finished_at), place: place(there), photos, recordings };
  }
  const captured_at = moment(record.photos[0]?.taken_at ?? record.captured_at);
  const common = { captured_at, place: place(placeOf(record)), photos };
  if (record.kind === "recheck") return { task: record.task, verdict: record.verdict, note: record.note, ...common };
  if (record.kind === "answer") return { ticket: record.ticket, round: record.round, note: record.note, ...common };
  return {
    category: record.category, form: "adhoc", description: record.description, address: addressOf(record),
    ...common, count: toldOf(record.count), plate: record.plate.trim() || null, recordings, same_as: record.same_as,
  };
}

/** The address line: the person's own words behind the street that was found. Without words the server names the street. */
export function addressOf(record) {
  const words = record.address.trim();
  return words && record.street?.name && !words.includes(record.street.name) ? `${record.street.name} ${words}` : words;
}

/** Whether a receipt is for exactly this record: its id, every photo and every recording, no more and no less. */
export function answers(receipt, record) {
  let told;
  try {
    told = JSON.parse(receipt.document);
  } catch {
    return false;
  }
  const listed = (given) => JSON.stringify([...(given ?? [])].sort());
  const ours = (kept) => listed(kept.map((one) => one.sha256));
  return told[record.kind] === record.id
    && listed(told.photos) === ours(record.photos)
    && listed(told.recordings) === ours(record.recordings);
}

/** Refusals after which the server will not take this any more, whatever is mended: it was done, called off or moved on meanwhile. */
const OVER = ["task_done", "task_withdrawn", "ticket_moved", "visit_done", "visit_declined"];

/** Whether nothing is waited for any more, so that the person may keep it or throw it away. */
export const isOver = (problem) => OVER.includes(problem?.code);

/** A refusal that a person must mend or know: {field, words, code}, or null for one that time may mend. */
export function problemIn(problem) {
  const [field, words] = Object.entries(problem?.errors ?? {})[0] ?? [];
  if (problem?.code === "digest_mismatch") return null;
  if (field) return { field: field.split(".")[0], words: words[0] ?? problem.detail, code: problem.code };
  if (["different_content", "id_taken", ...OVER].includes(problem?.code)) {
    return { field: null, words: problem.detail, code: problem.code };
  }
  return null;
}
