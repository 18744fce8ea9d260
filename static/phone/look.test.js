import assert from "node:assert/strict";
import test from "node:test";

import { cookieOf } from "./look.js";

test("the cookie keeps what was chosen for a year, on every page", () => {
  assert.equal(cookieOf({ text: "xlarge", theme: "" }), "look=text:xlarge; path=/; max-age=31536000; samesite=lax");
  assert.equal(cookieOf({ text: "large", theme: "dark" }).split(";")[0], "look=text:large theme:dark");
});
