import assert from "node:assert/strict";
import { test } from "node:test";
import { stepped, typedPoint } from "./steps.js";

const HOME = [39.9289, 116.4178];

test("a step is five metres, a long one fifty, whichever way", () => {
  const [north, east] = [stepped(HOME, "ArrowUp"), stepped(HOME, "ArrowRight", true)];
  assert.ok(Math.abs((north[0] - HOME[0]) * 111320 - 5) < 1e-6 && north[1] === HOME[1]);
  // By hand: a degree of longitude is 111320 × cos 39.9289° = 85365 m here
  assert.ok(Math.abs((east[1] - HOME[1]) * 85365 - 50) < 0.01 && east[0] === HOME[0]);
});

test("there and back is where it was", () => {
  for (const [there, back] of [["ArrowUp", "ArrowDown"], ["ArrowLeft", "ArrowRight"]]) {
    const again = stepped(stepped(HOME, there), back);
    assert.ok(again.every((degrees, at) => Math.abs(degrees - HOME[at]) < 1e-9));
  }
});

test("another key moves nothing", () => {
  assert.equal(stepped(HOME, "Enter"), null);
});

test("what was typed is a point only where both are numbers", () => {
  assert.deepEqual(typedPoint(" 39.9 ", "116.4"), [39.9, 116.4]);
  for (const [lat, lng] of [["", "116.4"], ["39.9", " "], ["x", "116"], ["", ""]]) assert.equal(typedPoint(lat, lng), null);
});
