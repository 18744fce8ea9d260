import assert from "node:assert/strict";
import test from "node:test";

import { moved } from "./geo.js";
import { daysAgo, likely } from "./neighbours.js";

const HERE = { lat: 39.9289, lng: 116.4178 };
const item = (id, category, metres) => ({ id, category, ...moved(HERE, { north: metres }) });
const ITEMS = [item("far", "zombie_car", 101), item("near", "zombie_car", 60), item("nearest", "zombie_car", 18), item("other", "adverts", 5)];

test("the same kind within a hundred metres may be the same, the nearest first", () => {
  const found = likely(ITEMS, { category: "zombie_car", point: HERE, within: 100 });

  assert.deepEqual(found.map((one) => [one.id, Math.round(one.distance_m)]), [["nearest", 18], ["near", 60]]);
});

test("what the person said is another one is not asked again", () => {
  assert.deepEqual(likely(ITEMS, { category: "zombie_car", point: HERE, within: 100, not: ["nearest"] }).map((one) => one.id), ["near"]);
  assert.deepEqual(likely(ITEMS, { category: "zombie_car", point: null, within: 100 }), []);
});

test("days are counted as Beijing counts them", () => {
  assert.equal(daysAgo("2026-11-23", Date.parse("2026-11-23T15:59:00Z")), 0);
  assert.equal(daysAgo("2026-11-23", Date.parse("2026-11-23T16:01:00Z")), 1);
});
