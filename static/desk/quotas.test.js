import assert from "node:assert/strict";
import { test } from "node:test";
import { number, sum } from "./quotas.js";

test("what is no whole number counts as nothing", () => {
  assert.deepEqual(["12", " 3 ", "", "1.5", "-2", "x"].map(number), [12, 3, 0, 0, 0, 0]);
});

test("a row is the sum of its cells", () => {
  assert.equal(sum(["2", "", "10"]), 12);
});
