import assert from "node:assert/strict";
import { test } from "node:test";
import { turned } from "./turn.js";
import { left, more } from "./waiting.js";

test("ten seconds count down to none and stay there", () => {
  assert.deepEqual([10_000, 9_999, 9_000, 1, 0].map((ms) => left(ms, 0)), [10, 10, 9, 1, 0]);
  assert.equal(left(1000, 5000), 0);
});

test("fewer waiting than before is nothing new", () => {
  assert.equal(more(37, 40), 3);
  assert.equal(more(37, 30), 0);
});

test("four quarter turns bring a picture back", () => {
  assert.deepEqual([undefined, "90", "180", "270"].map(turned), ["90", "180", "270", "0"]);
});
