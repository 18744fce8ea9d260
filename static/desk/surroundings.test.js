import assert from "node:assert/strict";
import test from "node:test";

import { FARTHEST_M, NEAREST_M, around, reach } from "./surroundings.js";

const PLACE = [39.93, 116.42];
/** A square around the place whose sides lie so many degrees of latitude away, ten times as far to the sides. */
const square = (degrees) => [[-1, -10], [1, -10], [1, 10], [-1, 10]].map(([up, along]) => [PLACE[0] + up * degrees, PLACE[1] + along * degrees]);

test("it reaches a little beyond the nearest border, whichever district's that is", () => {
  const metres = reach(PLACE, [square(0.2), square(0.04)]);

  assert.ok(Math.abs(metres - 0.04 * 111_195 * 2) < 1, String(metres));
});

test("a border between two corners is as near as its line, not as its corners", () => {
  const far = [[39.97, 115], [39.97, 118], [41, 116.5]];

  assert.ok(Math.abs(reach(PLACE, [far]) - 0.04 * 111_195 * 2) < 1);
});

test("on a border it shows the streets around, and in the midst of the hills no more than one can find the place in", () => {
  assert.equal(reach(PLACE, [[PLACE, [40, 117]]]), NEAREST_M);
  assert.equal(reach(PLACE, [square(0.5)]), FARTHEST_M);
  assert.equal(reach(PLACE, []), FARTHEST_M);
});

test("the corners stand as far to each side", () => {
  const [[south, west], [north, east]] = around(PLACE, 11_119.5);

  assert.deepEqual([south, north].map((one) => one.toFixed(3)), ["39.830", "40.030"]);
  assert.ok(Math.abs((east - west) / (north - south) - 1 / Math.cos((PLACE[0] * Math.PI) / 180)) < 1e-9);
});
