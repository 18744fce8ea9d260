import assert from "node:assert/strict";
import test from "node:test";

import { barFor, scaleFor } from "./scale.js";

test("the error circle and what is around fit on the sheet", () => {
  assert.equal(scaleFor(8, 0), 1.8);
  assert.ok(scaleFor(500, 0) * 500 <= 108);
  assert.ok(scaleFor(8, 90) * 90 <= 108);
});

test("the bar is a round number of metres and at most a third of the sheet", () => {
  assert.deepEqual([1.8, 0.2, 20].map(barFor), [50, 500, 10]);
});
