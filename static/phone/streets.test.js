import assert from "node:assert/strict";
import test from "node:test";

import { areasOf, locate, nearestStreets, streetsOf } from "./streets.js";

const areas = areasOf({
  scale: 10,
  districts: [{ code: "110101", name: "东城区" }, { code: "110115", name: "大兴区" }, { code: "JK", name: "经开区" }],
  streets: [
    ["110101001", "东华门街道", 0, 5, 5],
    ["110101002", "景山街道", 0],
    ["110115001", "兴丰街道", 1, 5, 15],
    ["110115012", "荣华街道", 2, 5, 19],
  ],
  outlines: [[0, [0, 0, 10, 0, 0, 10, -10, 0, 0, -10]], [1, [10, 0, 10, 0, 0, 10, -10, 0, 0, -10]]],
});

test("a point is named by the outline that holds it and the nearest office in it", () => {
  assert.deepEqual([locate(areas, { lat: 0.4, lng: 0.4 })].map(({ district, street }) => [district.name, street.name]), [["东城区", "东华门街道"]]);
});

test("a street that was given away takes the point to the district that holds it now", () => {
  assert.equal(locate(areas, { lat: 0.5, lng: 1.85 }).district.name, "经开区");
  assert.equal(locate(areas, { lat: 0.5, lng: 1.5 }).district.name, "大兴区");
});

test("outside everything there is no district", () => {
  assert.deepEqual(locate(areas, { lat: 9, lng: 9 }), { district: null, street: null, distance_m: null });
});

test("streets whose office is unknown are not offered", () => {
  assert.deepEqual(streetsOf(areas, "110101").map((street) => street.name), ["东华门街道"]);
  assert.deepEqual(nearestStreets(areas, { lat: 0.5, lng: 0.6 }, 2).map(({ street }) => street.name), ["东华门街道", "兴丰街道"]);
});
