import assert from "node:assert/strict";
import test from "node:test";

import { begun, clockWords, closed, left, seen, toldOf, undone, written } from "./count.js";

test("passers-by are counted, those who break the rule too, and the last can be taken back", () => {
  let count = begun(0);
  for (const wrong of [false, true, false, true]) count = seen(count, wrong);

  assert.deepEqual(toldOf(count), { minutes: 5, observed: 4, violations: 2 });
  assert.deepEqual(toldOf(undone(count)), { minutes: 5, observed: 3, violations: 1 });
  assert.equal(toldOf(undone(begun(0))), null);
  assert.equal(toldOf(null), null);
});

test("five minutes run down and stay at nought", () => {
  const count = begun(1_000);

  assert.deepEqual([1_000, 61_000, 301_000, 999_000].map((now) => clockWords(left(count, now))), ["5:00", "4:00", "0:00", "0:00"]);
  assert.equal(left(count, -86_400_000), 300_000);
});

test("who stops early watched for fewer minutes, and stopping twice changes nothing", () => {
  const count = seen(begun(1_000), true);
  const early = closed(count, 1_000 + 100_000);

  assert.deepEqual([early.minutes, closed(early, 1_000 + 200_000).minutes, closed(count, 9_999_999).minutes], [2, 2, 5]);
  assert.equal(closed(null, 0), null);
});

test("what was counted by hand is kept as it makes sense", () => {
  assert.deepEqual(toldOf(written({ minutes: "10", observed: "40", violations: "3" })), { minutes: 10, observed: 40, violations: 3 });
  assert.deepEqual(toldOf(written({ minutes: "", observed: "4", violations: "9" })), { minutes: 5, observed: 4, violations: 4 });
  assert.equal(left(written({ minutes: 5, observed: 1, violations: 0 }), 0), 0);
});
