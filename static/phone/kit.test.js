import assert from "node:assert/strict";
import test from "node:test";

import { categoryOf, nameOf, ranked } from "./kit.js";

const row = (code) => ({ code, name: code, short: `短${code}`, english: `long ${code}` });
const KIT = { categories: ["a", "b", "c", "d"].map(row), last_used: ["d"], common: ["b", "d"] };

test("what one used last comes first, then what is common, then the catalogue", () => {
  assert.deepEqual(ranked(KIT).map((one) => one.code), ["d", "b", "a", "c"]);
  assert.deepEqual(ranked(null), []);
});

test("a category is called by its short name, and in English by its English one", () => {
  assert.deepEqual([nameOf(KIT, "a", "zh"), nameOf(KIT, "a", "en"), nameOf(KIT, "gone", "zh")], ["短a", "long a", "gone"]);
  assert.equal(categoryOf(KIT, "gone"), null);
});
