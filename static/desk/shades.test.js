import assert from "node:assert/strict";
import test from "node:test";

import { FIFTHS, SCORES, ranges, shade, steps } from "./shades.js";

test("few have a class each, many go in steps of proportion on round numbers", () => {
  assert.deepEqual(steps(1), [1]);
  assert.deepEqual(steps(4), [1, 2, 3, 4]);
  assert.deepEqual(steps(6), [1, 2, 3, 4, 5]);
  assert.deepEqual(steps(1000), [1, 3, 20, 50, 300]);
});

test("the steps always rise and begin with one, whatever the largest", () => {
  for (let largest = 1; largest < 3000; largest += 7) {
    const least = steps(largest);
    assert.equal(least[0], 1);
    assert.ok(least.every((one, index) => index === 0 || one > least[index - 1]), String(largest));
    assert.ok(least.at(-1) <= largest, `${largest}: ${least}`);
  }
});

test("a number is in the class whose least it reaches", () => {
  assert.deepEqual([1, 4, 5, 300, 5000].map((number) => shade(number, [1, 5, 20, 50, 300])), [1, 1, 2, 5, 5]);
  assert.deepEqual([0, 19, 20, 100].map((number) => shade(number, FIFTHS)), [1, 1, 2, 5]);
  assert.equal(shade(0, [1, 2]), 0);
});

test("the legend names what each class holds", () => {
  assert.deepEqual(ranges([1, 5, 20, 50, 300], 1234), ["1–4", "5–19", "20–49", "50–299", "300–1,234"]);
  assert.deepEqual(ranges([1, 2], 2), ["1", "2"]);
  assert.deepEqual(ranges(FIFTHS, 100, "%").at(-1), "80–100%");
});

test("scores near the top are told apart", () => {
  assert.deepEqual([59.9, 60, 89.9, 90, 95, 100].map((score) => shade(score, SCORES)), [1, 2, 3, 4, 5, 5]);
  assert.deepEqual(ranges(SCORES, 100), ["0–59", "60–79", "80–89", "90–94", "95–100"]);
});
