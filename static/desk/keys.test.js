import assert from "node:assert/strict";
import test from "node:test";

import { neighbour, wish } from "./keys.js";

test("walking stops at both ends of the list", () => {
  assert.deepEqual([neighbour(0, -1, 5), neighbour(0, 1, 5), neighbour(4, 1, 5)], [0, 1, 4]);
});

test("letters press, J and K walk, the space bar changes the picture, a question mark helps", () => {
  assert.deepEqual(["j", "K", " ", "?", "F", "Enter"].map((key) => wish({ key })), [
    { walk: 1 },
    { walk: -1 },
    { picture: true },
    { help: true },
    { press: "f" },
    null,
  ]);
});

test("the browser's own shortcuts stay the browser's", () => {
  assert.equal(wish({ key: "f", ctrlKey: true }), null);
  assert.equal(wish({ key: "d", metaKey: true }), null);
});
