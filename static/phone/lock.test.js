import assert from "node:assert/strict";
import test from "node:test";

import { exclusively } from "./lock.js";
import { phone } from "./test/fakes.js";

const lease = (store, me, more) => exclusively({ locks: null, store, me, every: () => 0, stop: () => {}, ...more });

test("with the browser's locks one tab works and the other is told that it did not", async () => {
  let taken = false;
  const locks = { request: (_name, _how, work) => (taken ? work(null) : ((taken = true), work({}).finally(() => (taken = false)))) };
  const only = exclusively({ locks });

  const [first, second] = await Promise.all([only(() => new Promise((done) => setImmediate(done))), only(async () => {})]);

  assert.deepEqual([first, second], [true, false]);
});

test("without them a lease does the same", async () => {
  const { store } = phone();
  let second;

  const first = await lease(store, "a")(async () => (second = await lease(store, "b")(async () => {})));

  assert.deepEqual([first, second, await lease(store, "b")(async () => {})], [true, false, true]);
});

test("the lease of a tab that was killed ends by itself", async () => {
  const { store } = phone();
  await store.change(({ kept }) => kept.put({ holder: "killed", until: 30_000 }, "mingcha-sender"));

  assert.equal(await lease(store, "b", { now: () => 1_000 })(async () => {}), false);
  assert.equal(await lease(store, "b", { now: () => 30_001 })(async () => {}), true);
});

test("a lease from a day ahead is a clock's mistake and does not count", async () => {
  const { store } = phone();
  await store.change(({ kept }) => kept.put({ holder: "a", until: 86_400_000 }, "mingcha-sender"));

  assert.equal(await lease(store, "b", { now: () => 1_000 })(async () => {}), true);
});
