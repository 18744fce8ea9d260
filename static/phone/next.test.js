import assert from "node:assert/strict";
import test from "node:test";

import { nextOf } from "./next.js";

const shown = (...roles) => roles.map((role, at) => ({ role, at }));
const next = (before, ...taken) => {
  const { before: one, role } = nextOf(before, taken.map((each) => ({ role: each })));
  return [one?.at ?? null, role];
};

test("each picture from before is taken again in its turn, whatever the order of those that were taken", () => {
  const before = shown("far", "near", "near");

  assert.deepEqual([next(before), next(before, "far"), next(before, "near"), next(before, "near", "far"), next(before, "near", "far", "near")],
    [[0, "far"], [1, "near"], [0, "far"], [2, "near"], [0, "after"]]);
});

test("a plate, and what a phone of an earlier version kept, are anything else of the repair", () => {
  assert.deepEqual([next(shown("plate", "far")), next(shown("plate", "far"), "after"), next(shown(undefined))], [[0, "after"], [1, "far"], [0, "after"]]);
});

test("without a picture from before there is none to hold it against", () => {
  assert.deepEqual(next([]), [null, "after"]);
});
