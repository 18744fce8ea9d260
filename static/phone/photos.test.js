import assert from "node:assert/strict";
import test from "node:test";

import { added } from "./photos.js";

test("pictures from the camera join those from the gallery, in the order of picking", () => {
  assert.deepEqual(added(["far"], ["near", "plate"], 12), { files: ["far", "near", "plate"], tooMany: false });
});

test("what does not fit is left out and told", () => {
  assert.deepEqual(added(["a", "b"], ["c", "d"], 3), { files: ["a", "b", "c"], tooMany: true });
});
