import assert from "node:assert/strict";
import test from "node:test";

import { barFor, scaleFor, sheetFor } from "./scale.js";

const SHEET = sheetFor({ width: 392, height: 844 });

test("the sheet is as wide as the page's column, and lower on a phone on its side", () => {
  assert.deepEqual(SHEET, { width: 358, height: 216 });
  assert.deepEqual(sheetFor({ width: 844, height: 390 }), { width: 606, height: 195 });
  assert.deepEqual(sheetFor({ width: 195, height: 200 }), { width: 161, height: 140 });
});

test("the error circle and what is around fit on the sheet", () => {
  assert.equal(scaleFor(8, 0, SHEET), 1.8);
  assert.ok(scaleFor(500, 0, SHEET) * 500 <= 108);
  assert.ok(scaleFor(8, 90, SHEET) * 90 <= 108);
});

test("the bar is a round number of metres and at most a third of the sheet", () => {
  assert.deepEqual([1.8, 0.2, 20].map((scale) => barFor(scale, SHEET)), [50, 500, 10]);
});
