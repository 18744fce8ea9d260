import assert from "node:assert/strict";
import test from "node:test";

import { addressOf, answers, blank, bytesPathOf, hashes, isOver, lacking, manifestOf, problemIn } from "./record.js";

const NOW = Date.parse("2026-11-23T01:42:00Z");
const PHOTO = { key: "k", sha256: "aa", bytes: 3, type: "image/jpeg", role: "far", taken_at: "2026-11-23T01:40:00.000Z", place: null, original: null };
const PLACE = { lat: 39.9, lng: 116.4, accuracy_m: 8, source: "live", fixed_at: "2026-11-23T01:39:58.000Z" };
const record = (more) => ({ ...blank({ id: "r", owner: "p", now: NOW }), category: "other", photos: [PHOTO], place: PLACE, ...more });

test("the manifest says what was seen, where and when, and nothing of the phone's own book-keeping", () => {
  const told = manifestOf(record({ address: " 月牙胡同 5 号 ", plate: " ", count: { minutes: 5, observed: 20, violations: 3 } }));

  assert.deepEqual(told, {
    category: "other", form: "adhoc", description: "", address: "月牙胡同 5 号", captured_at: "2026-11-23T01:40:00.000Z",
    place: { datum: "wgs84", ...PLACE }, count: { minutes: 5, observed: 20, violations: 3 }, plate: null, recordings: [], same_as: null,
    photos: [{ sha256: "aa", bytes: 3, role: "far", taken_at: "2026-11-23T01:40:00.000Z", place: null, original: null }],
  });
});

test("the first photo's place stands in for a place that was never chosen", () => {
  const told = manifestOf(record({ place: null, photos: [PHOTO, { ...PHOTO, sha256: "bb", place: PLACE }] }));

  assert.equal(told.place.lat, 39.9);
});

test("a clock that is a day ahead is put right, one that is a minute off is left alone", () => {
  const DAY = 86_400_000;

  assert.equal(manifestOf(record(), DAY).captured_at, "2026-11-22T01:40:00.000Z");
  assert.equal(manifestOf(record(), DAY).place.fixed_at, "2026-11-22T01:39:58.000Z");
  assert.equal(manifestOf(record(), 60_000).captured_at, "2026-11-23T01:40:00.000Z");
});

test("the street stands before the person's words, once", () => {
  assert.equal(addressOf(record({ address: "六条 63 号", street: { name: "东四街道" } })), "东四街道 六条 63 号");
  assert.equal(addressOf(record({ address: "东四街道六条 63 号", street: { name: "东四街道" } })), "东四街道六条 63 号");
  assert.equal(addressOf(record({ address: "", street: { name: "东四街道" } })), "");
});

test("a category that is counted may come without a photo, another may not", () => {
  const counted = record({ photos: [] });

  assert.deepEqual(lacking(counted, { photos_min: 0 }), []);
  assert.deepEqual(lacking(counted, { photos_min: 1 }), ["photos"]);
  assert.deepEqual(lacking(record({ category: null }), undefined), ["category"]);
});

test("a look at a repair needs a verdict, and a photo or the reason why there is none", () => {
  const look = (more) => lacking(record({ kind: "recheck", photos: [], ...more }));

  assert.deepEqual(look({}), ["verdict"]);
  assert.deepEqual(look({ verdict: "good" }), ["photos"]);
  assert.deepEqual(look({ verdict: "unreachable" }), ["note"]);
  assert.deepEqual(look({ verdict: "unreachable", note: "门锁着" }), []);
  assert.deepEqual(look({ verdict: "bad", photos: [PHOTO] }), []);
});

const repaired = (more) => record({ kind: "answer", category: null, ticket: "t", round: 2, note: "已清走", place: null, photos: [{ ...PHOTO, role: "after", place: PLACE }], ...more });

test("an answer says to which round of which ticket it is, and where its picture was taken", () => {
  const told = manifestOf(repaired());

  assert.deepEqual(told, {
    ticket: "t", round: 2, note: "已清走", captured_at: "2026-11-23T01:40:00.000Z", place: { datum: "wgs84", ...PLACE },
    photos: [{ sha256: "aa", bytes: 3, role: "after", taken_at: "2026-11-23T01:40:00.000Z", place: { datum: "wgs84", ...PLACE }, original: null }],
  });
  assert.equal(bytesPathOf(repaired(), "aa"), "/api/v1/answers/r/photos/aa");
});

test("an answer needs a picture and a word of what was done", () => {
  assert.deepEqual(lacking(repaired()), []);
  assert.deepEqual(lacking(repaired({ photos: [], note: " " })), ["photos", "note"]);
  assert.deepEqual(lacking(repaired({ note: "好" })), ["note"]);
});

test("what has moved on meanwhile is over, whatever is mended; a field that is wrong is not", () => {
  const moved = problemIn({ code: "ticket_moved", detail: "已经作废" });

  assert.deepEqual(moved, { field: null, words: "已经作废", code: "ticket_moved" });
  assert.deepEqual([moved, problemIn({ code: "no_fresh_photo", errors: { photos: ["太旧"] } }), null].map(isOver), [true, false, false]);
});

test("a receipt counts for exactly this record's photos and recordings", () => {
  const mine = record({ photos: [PHOTO, { ...PHOTO, sha256: "bb" }], recordings: [{ sha256: "cc" }] });
  const receipt = (told) => ({ document: JSON.stringify({ report: "r", photos: ["bb", "aa"], recordings: ["cc"], ...told }) });

  assert.ok(answers(receipt({}), mine));
  assert.ok(!answers(receipt({ photos: ["aa"] }), mine));
  assert.ok(!answers(receipt({ photos: ["aa", "bb", "dd"] }), mine));
  assert.ok(!answers(receipt({ recordings: [] }), mine));
  assert.ok(!answers(receipt({ report: "another" }), mine));
  assert.ok(!answers({ document: "<html>" }, mine));
});

test("only a refusal that names a field, or that no waiting mends, asks for a person", () => {
  assert.deepEqual(problemIn({ code: "invalid", errors: { "place.lat": ["不在北京市内"] } }), { field: "place", words: "不在北京市内", code: "invalid" });
  assert.equal(problemIn({ code: "digest_mismatch", errors: { photo: ["没有传完整"] } }), null);
  assert.equal(problemIn({ code: "different_content", detail: "用过了" }).words, "用过了");
  assert.equal(problemIn({ code: "task_done", detail: "已经交过了" }).words, "已经交过了");
  assert.equal(problemIn({ code: "task_withdrawn", detail: "已经撤销" }).words, "已经撤销");
  assert.equal(problemIn({ code: "busy", detail: "…" }), null);
  assert.equal(problemIn(null), null);
});

test("each hash stands once", () => {
  assert.deepEqual(hashes(record({ photos: [PHOTO, PHOTO], recordings: [{ sha256: "cc" }] })), ["aa", "cc"]);
});

test("a visit tells what was sealed, its moments put right, with its evidence beside it", () => {
  const told = { visit: "v", outcome: "done", answers: [{ key: "q1", yes: false }], note: "", far_reason: "", place: PLACE, arrived_at: "2026-11-23T01:10:00.000Z", finished_at: "2026-11-23T01:42:00.000Z" };
  const visit = (more) => record({ kind: "visit", told, photos: [{ ...PHOTO, role: "visit", item: "q1" }], ...more });

  assert.deepEqual([lacking(visit()), lacking(visit({ told: null }))], [[], ["told"]]);
  assert.deepEqual(manifestOf(visit(), 86_400_000), {
    visit: "v", outcome: "done", answers: told.answers, note: "", far_reason: "",
    arrived_at: "2026-11-22T01:10:00.000Z", finished_at: "2026-11-22T01:42:00.000Z", place: { datum: "wgs84", ...PLACE, fixed_at: "2026-11-22T01:39:58.000Z" },
    photos: [{ sha256: "aa", bytes: 3, role: "visit", taken_at: "2026-11-22T01:40:00.000Z", place: null, original: null }], recordings: [],
  });
  assert.equal(bytesPathOf(visit(), "aa"), "/api/v1/visits/records/r/photos/aa");
  assert.ok(answers({ document: JSON.stringify({ visit: "r", photos: ["aa"] }) }, visit()));
  assert.ok(isOver({ code: "visit_done" }));
});
