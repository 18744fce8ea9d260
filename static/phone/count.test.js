import assert from "node:assert/strict";
import test from "node:test";

import { begun, clockWords, left, seen, toldOf, undone } from "./count.js";

test("passers-by are counted, those who break the rule too, and the last can be taken back", () => {
  let count = begun(0);
  for (const wrong of [false, true, false, true]) count = seen(count, wrong);

  assert.deepEqual(toldOf(count), { minutes: 5, observed: 4, violations: 2 });
  assert.deepEqual(toldOf(undone(count)), { minutes: 5, observed: 3, violations: 1 });
  assert.deepEqual(toldOf(undone(begun(0))), { minutes: 5, observed: 0, violations: 0 });
  assert.equal(toldOf(null), null);
});

test("five minutes run down and stay at nought", () => {
  const count = begun(1_000);

  assert.deepEqual([1_000, 61_000, 301_000, 999_000].map((now) => clockWords(left(count, now))), ["5:00", "4:00", "0:00", "0:00"]);
  assert.equal(left(count, -86_400_000), 300_000);
});
