import assert from "node:assert/strict";
import test from "node:test";

import { categoryOf, isGone, nameOf, ranked } from "./kit.js";

const row = (code) => ({ code, name: code, short: `短${code}`, english: `long ${code}` });
const KIT = { categories: ["a", "b", "c", "d"].map(row), retired: [{ code: "old", short: "短old", english: "long old" }], last_used: ["d"], common: ["b", "d"] };

test("what one used last comes first, then what is common, then the catalogue", () => {
  assert.deepEqual(ranked(KIT).map((one) => one.code), ["d", "b", "a", "c"]);
  assert.deepEqual(ranked(null), []);
});

test("a category is called by its short name, and in English by its English one", () => {
  assert.deepEqual([nameOf(KIT, "a", "zh"), nameOf(KIT, "a", "en")], ["短a", "long a"]);
  assert.equal(categoryOf(KIT, "gone"), null);
});

test("one that has gone out of use keeps its name, and no code is ever shown", () => {
  assert.deepEqual([nameOf(KIT, "old", "zh"), nameOf(KIT, "old", "en")], ["短old", "long old"]);
  assert.deepEqual([nameOf(KIT, "never_heard_of", "zh"), nameOf(null, "a", "zh"), nameOf({ ...KIT, retired: undefined }, "old", "zh")], ["", "", ""]);
  assert.deepEqual(ranked(KIT).filter((one) => one.code === "old"), []);
});

test("whether one is out of use is known with the kit only", () => {
  assert.deepEqual([isGone(KIT, "old"), isGone(KIT, "never_heard_of"), isGone(KIT, "a"), isGone(KIT, null), isGone(null, "old")], [true, true, false, false, false]);
});
