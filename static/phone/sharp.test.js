import assert from "node:assert/strict";
import test from "node:test";

import { sharpener } from "./sharp.js";

const A = { web: "/a/web", thumb: "/a/thumb" };
const B = { web: "/b/web", thumb: "/b/thumb" };

function opened({ online = true, broken = [] } = {}) {
  const asked = [];
  const image = () => ({ decode() { asked.push(this.src); return broken.includes(this.src) ? Promise.reject(new Error("gone")) : Promise.resolve(); } });
  const app = { online, refresh() {}, shelf: { url: (address) => (address ? `blob:${address}` : "") } };
  return { asked, sharp: sharpener(app, { image }) };
}

test("the small one is shown until the large one has come, and that is asked for once", async () => {
  const { asked, sharp } = opened({ broken: [B.web] });
  assert.deepEqual([A, B, undefined].map(sharp.address), ["blob:/a/thumb", "blob:/b/thumb", ""]);

  await sharp.look([A, B, { web: null, thumb: null }]);
  await sharp.look([A]);

  assert.deepEqual([A, B].map(sharp.address), [A.web, "blob:/b/thumb"]);
  assert.deepEqual(asked, [A.web, B.web]);
});

test("without a network nothing is asked for", async () => {
  const { asked, sharp } = opened({ online: false });

  await sharp.look([A]);

  assert.deepEqual([asked, sharp.address(A)], [[], "blob:/a/thumb"]);
});
