import assert from "node:assert/strict";
import test from "node:test";

import { _, locale } from "./words.js";

test("what was chosen on the phone wins over what the browser asks for", () => {
  assert.deepEqual([locale("lang=en; look=", "zh-CN"), locale("x=1; lang=zh", "en-GB"), locale("", "en-US"), locale("", "zh-TW"), locale("", "fr")], ["en", "zh", "en", "zh", "zh"]);
});

test("a text without its English is said in Chinese, with its places filled", () => {
  assert.equal(_("还有 {n} 条", { n: 3 }), "还有 3 条");
});
