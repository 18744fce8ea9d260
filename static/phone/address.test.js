import assert from "node:assert/strict";
import test from "node:test";

import { match } from "./address.js";

const PATTERNS = ["/", "/report/:id/photos", "/report/:id/place", "/me"];

test("an address names its screen and what it is about", () => {
  assert.deepEqual(match("/report/r%201/place", PATTERNS), { pattern: "/report/:id/place", params: { id: "r 1" } });
  assert.deepEqual(match("/", PATTERNS), { pattern: "/", params: {} });
});

test("an address that is none is said to be none", () => {
  assert.deepEqual(["/report", "/you", "/me/too"].map((path) => match(path, PATTERNS)), [null, null, null]);
});
