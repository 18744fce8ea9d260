import assert from "node:assert/strict";
import test from "node:test";

import { nextAfter, unsorted } from "./walked.js";

const shot = (id, minute, more = {}) => ({ id, state: "draft", walk: true, photos: [1], created_at: `2026-11-23T01:0${minute}:00Z`, ...more });
const ALL = [shot("d", 4), shot("c", 3), shot("b", 2, { walk: false }), shot("a", 1), shot("e", 5, { photos: [] }), shot("f", 6, { state: "waiting" })];

test("what a walk left to sort comes in the order in which it was shot", () => {
  assert.deepEqual(unsorted(ALL).map((one) => one.id), ["a", "c", "d"]);
});

test("after one that is saved comes the next as one went, and after the last the first", () => {
  assert.equal(nextAfter(ALL, shot("b", 2)).id, "c");
  assert.equal(nextAfter(ALL, shot("d", 4)).id, "a");
  assert.equal(nextAfter([], shot("a", 1)), null);
});
