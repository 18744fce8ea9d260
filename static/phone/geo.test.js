import assert from "node:assert/strict";
import test from "node:test";

import { bearing, directionWords, distance, distanceWords, moved, offset, wayWords } from "./geo.js";

const GATE = { lat: 39.9087, lng: 116.3975 };

test("a thousandth of a degree north is 111 metres, east in Beijing 85", () => {
  assert.equal(Math.round(distance(GATE, { lat: 39.9097, lng: 116.3975 })), 111);
  assert.equal(Math.round(distance(GATE, { lat: 39.9087, lng: 116.3985 })), 85);
  assert.equal(distance(GATE, GATE), 0);
});

test("a point that is moved lies where it was moved to", () => {
  const there = moved(GATE, { east: 30, north: -40 });

  assert.equal(Math.round(distance(GATE, there)), 50);
  assert.deepEqual(Object.values(offset(GATE, there)).map(Math.round), [30, -40]);
});

test("eight directions have their words", () => {
  const words = [[0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1], [-1, 0], [-1, 1]].map(([east, north]) => directionWords(bearing(GATE, moved(GATE, { east: east * 100, north: north * 100 }))));

  assert.deepEqual(words, ["北", "东北", "东", "东南", "南", "西南", "西", "西北"]);
});

test("metres are said as people say them", () => {
  assert.deepEqual([0.2, 6.4, 87.6, 123, 1260, 23_400].map(distanceWords), ["1 米", "6 米", "88 米", "120 米", "1.3 公里", "23 公里"]);
});

test("near enough means take the picture, else walk", () => {
  assert.equal(wayWords(moved(GATE, { north: 6 }), GATE), "离原来的位置 6 米，可以拍了");
  assert.equal(wayWords(GATE, moved(GATE, { east: 85, north: 85 })), "往东北走 120 米");
});
