import assert from "node:assert/strict";
import test from "node:test";

import { health, nearlyFull } from "./health.js";

const sound = { probe: async () => {} };

test("a sound phone says how much room there is and that it keeps things", async () => {
  const storage = { persisted: async () => false, persist: async () => true, estimate: async () => ({ usage: 3, quota: 10 }) };

  assert.deepEqual(await health(sound, storage), { ok: true, persisted: true, used: 3, quota: 10 });
});

test("a phone whose storage does not work says why", async () => {
  const told = await health({ probe: () => Promise.reject(Object.assign(new Error(), { why: "blocked" })) }, undefined);

  assert.deepEqual(told, { ok: false, why: "blocked", persisted: false, used: 0, quota: 0 });
});

test("four fifths full is nearly full, an unknown quota is not", () => {
  assert.deepEqual([[79, 100], [80, 100], [5, 0]].map(([used, quota]) => nearlyFull({ used, quota })), [false, true, false]);
});
