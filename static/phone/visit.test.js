import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { answerOf, fails, itemsOf, lackOf, lackOfProof, lacksReason, markOf, nextLacking, pointsOf, progressOf, scoreOf, toldOf, tooFar } from "./visit.js";

const NOW = Date.parse("2026-11-23T01:42:00Z");
const CASES = JSON.parse(readFileSync(new URL("../../tests/checks/scoring_cases.json", import.meta.url), "utf8"));
const item = (key, more) => ({ key, text: "?", kind: "yes_no", points: 10, good: false, skippable: true, photo_on_failure: true, note_on_failure: false, ...more });
const CONTENT = { sections: [
  { key: "s1", title: "街巷面貌", items: [item("q1"), item("q2", { kind: "graded", photo_on_failure: false, note_on_failure: true })] },
  { key: "s2", title: "路口", items: [item("q3", { kind: "count", most_percent: 10, photo_on_failure: false }), item("q4", { kind: "number", low: 1, high: 3 }), item("q5", { kind: "text", points: 0 })] },
] };
const visit = (more) => ({ id: "v", name: "东四六条", lat: 39.9289, lng: 116.4178, far_m: 200, content: CONTENT, asked: null, ...more });
const HERE = { lat: 39.9289, lng: 116.4178, accuracy_m: 8, source: "live", fixed_at: "2026-11-23T01:40:00Z" };
const record = (more) => ({ kind: "visit", visit: visit(), answers: {}, photos: [], recordings: [], note: "", far_reason: "", outcome: "done", arrived: { at: "2026-11-23T01:40:00Z", place: HERE }, ...more });
const GOOD = { answers: { q1: { yes: false }, q2: { grade: "fair" }, q3: { count: { observed: 20, violations: 2, minutes: 5, began_at: null } } }, "number:q4": " 2,5 ", "text:q5": " 都好 " };

for (const { why, item: more, answer, fails: failed, points } of CASES.items) {
  test(`by hand, as the server has it: ${why}`, () => {
    const asked = item("q", more);
    const given = { skipped: false, yes: null, grade: null, observed: null, violations: null, number: null, text: "", ...answer };

    assert.equal(fails(asked, given), failed);
    assert.equal(pointsOf(asked, given), points);
  });
}

test("items keep their number in the whole checklist when only some are asked back", () => {
  const asked = itemsOf(visit({ asked: { items: ["q2", "q4"], text: "" } }));

  assert.deepEqual(asked.map(({ key, number, section }) => [key, number, section]), [["q2", 2, "街巷面貌"], ["q4", 4, "路口"]]);
  assert.equal(itemsOf(visit({ asked: { items: [], text: "" } })).length, 5);
});

test("what lacks is the answer first, then the photo or the words that a failure wants", () => {
  const [q1, q2] = itemsOf(visit());
  const photo = { key: "k", sha256: "aa", item: "q1" };

  assert.equal(lackOf(record(), q1), "answer");
  assert.equal(lackOf(record({ answers: { q1: { yes: true } } }), q1), "photo");
  assert.equal(lackOf(record({ answers: { q1: { yes: true } }, photos: [{ ...photo, item: "q2" }] }), q1), "photo");
  assert.equal(lackOf(record({ answers: { q1: { yes: true } }, photos: [photo] }), q1), "");
  assert.equal(lackOf(record({ answers: { q2: { grade: "bad" } } }), q2), "note");
  assert.equal(lackOf(record({ answers: { q2: { grade: "bad" } }, "note:q2": "很脏" }), q2), "");
  assert.equal(lackOf(record({ answers: { q1: { skipped: true } } }), q1), "");
});

test("a count says nothing while its minutes run, and its numbers once they are over, however long the phone slept", () => {
  const [, , q3] = itemsOf(visit());
  const running = record({ answers: { q3: { count: { minutes: 5, observed: 9, violations: 1, began_at: NOW, steps: [] } } } });

  assert.equal(lackOf(running, q3, NOW + 299_000), "answer");
  assert.equal(lackOf(running, q3, NOW + 8 * 3_600_000), "");
  assert.deepEqual([answerOf(running, q3, NOW + 300_000).observed, markOf(running, q3, NOW + 300_000)], [9, "n"]);
});

test("progress, squares and the next that lacks something go by what is whole", () => {
  const begun = record({ answers: { q1: { yes: false }, q2: { grade: "bad" }, q4: { skipped: true } } });
  const marks = itemsOf(begun.visit).map((one) => markOf(begun, one));

  assert.deepEqual(progressOf(begun), { done: 2, of: 5 });
  assert.deepEqual(marks, ["y", "n", "", "s", ""]);
  assert.deepEqual([nextLacking(begun), nextLacking(begun, 1), nextLacking(begun, 2), nextLacking(begun, 4)], [1, 2, 4, 1]);
  assert.equal(nextLacking(record(GOOD)), -1);
});

test("points got and lost leave out what is skipped or open", () => {
  assert.deepEqual(scoreOf(record(GOOD)), { got: 36, lost: 4 });
  const thirds = { ...visit(), content: { sections: [{ key: "s", title: "", items: ["a", "b", "c"].map((key) => item(key, { kind: "graded", points: 3 })) }] } };
  assert.deepEqual(scoreOf(record({ visit: thirds, answers: { a: { grade: "fair" }, b: { grade: "fair" }, c: { grade: "fair" } } })), { got: 5.4, lost: 3.6 });
  assert.deepEqual(scoreOf(record({ answers: { q1: { yes: true }, q2: { skipped: true } } })), { got: 0, lost: 10 });
});

test("far away is asked about, near or unknown is not", () => {
  const away = (metres, more) => record({ arrived: { at: "", place: { ...HERE, lat: HERE.lat + metres / 111_195 } }, ...more });

  assert.equal(tooFar(away(199)), 0);
  assert.equal(Math.round(tooFar(away(1000))), 1000);
  assert.equal(lacksReason(away(1000)), true);
  assert.equal(lacksReason(away(1000, { far_reason: "隔着河" })), false);
  assert.equal(lacksReason(record({ arrived: { at: "", place: null } })), false);
});

test("the server is told one value an answer, and where its pictures stand in the manifest", () => {
  const photos = [{ item: "q1", sha256: "aa" }, { item: "q4", sha256: "bb" }, { item: "q1", sha256: "cc" }];
  const told = toldOf(record({ ...GOOD, photos, recordings: [{ item: "q2" }], "note:q1": " 干净 ", answered_at: "2026-11-23T01:42:00Z" }), NOW);

  assert.deepEqual(told.answers, [
    { key: "q1", skipped: false, yes: false, note: "干净", photos: [0, 2], voice: [] },
    { key: "q2", skipped: false, grade: "fair", note: "", photos: [], voice: [0] },
    { key: "q3", skipped: false, observed: 20, violations: 2, note: "", photos: [], voice: [] },
    { key: "q4", skipped: false, number: 2.5, note: "", photos: [1], voice: [] },
    { key: "q5", skipped: false, text: "都好", note: "", photos: [], voice: [] },
  ]);
  assert.deepEqual([told.visit, told.outcome, told.arrived_at, told.finished_at], ["v", "done", "2026-11-23T01:40:00Z", "2026-11-23T01:42:00Z"]);
});

test("what is skipped tells no value, though one stood there before", () => {
  const told = toldOf(record({ visit: visit({ asked: { items: ["q4"], text: "" } }), answers: { q4: { skipped: true } }, "number:q4": "7" }), NOW);

  assert.deepEqual(told.answers, [{ key: "q4", skipped: true, note: "", photos: [], voice: [] }]);
});

test("a place that is closed needs a photo and words, and has no answers", () => {
  const shut = (more) => record({ outcome: "closed", ...more });

  assert.equal(lackOfProof(record()), "outcome");
  assert.equal(lackOfProof(shut()), "photo");
  assert.equal(lackOfProof(shut({ photos: [{}] })), "note");
  assert.equal(lackOfProof(shut({ photos: [{}], note: "锁着门" })), "");
  assert.deepEqual(toldOf(shut({ note: " 锁着门 ", answers: { q1: { yes: false } } }), NOW).answers, []);
  assert.equal(toldOf(shut({ note: " 锁着门 " }), NOW).note, "锁着门");
});
