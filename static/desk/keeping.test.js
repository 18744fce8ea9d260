import assert from "node:assert/strict";
import { test } from "node:test";
import { keeper, remembered, total } from "./keeping.js";

function clock() {
  let next = 0;
  const waiting = new Map();
  return {
    wait: (work) => (waiting.set(++next, work), next),
    drop: (name) => waiting.delete(name),
    ring: () => Promise.all([...waiting].map(([name, work]) => (waiting.delete(name), work()))),
    get set() { return waiting.size; },
  };
}

test("many keys in a row make one save", async () => {
  const sent = [], time = clock();
  const one = keeper({ ...time, wait: time.wait, drop: time.drop, send: () => sent.push("saved") && true });
  one.changed();
  one.changed();
  one.changed();
  assert.equal(time.set, 1);
  await time.ring();
  assert.deepEqual(sent, ["saved"]);
});

test("what is typed while a save is on its way is saved after it, never beside it", async () => {
  const done = [], time = clock();
  let at = 0, most = 0;
  const one = keeper({ wait: time.wait, drop: time.drop, send: () => new Promise((go) => (most = Math.max(most, ++at), done.push(() => (at--, go(true))))) });
  one.changed();
  const first = time.ring();
  await Promise.resolve();
  one.changed();
  await time.ring();
  assert.equal(done.length, 1);
  done[0]();
  await new Promise((go) => setImmediate(go));
  assert.equal(done.length, 2);
  done[1]();
  await first;
  assert.equal(most, 1);
});

test("after a collision nothing is saved any more", async () => {
  const time = clock();
  let sent = 0;
  const one = keeper({ wait: time.wait, drop: time.drop, send: () => (sent++, false) });
  one.changed();
  await time.ring();
  one.changed();
  await time.ring();
  assert.equal(sent, 1);
});

test("a save that fails lets the next one try again", async () => {
  const time = clock();
  let sent = 0;
  const one = keeper({ wait: time.wait, drop: time.drop, send: () => (sent++, Promise.reject(new Error("away"))) });
  one.changed();
  await time.ring();
  one.changed();
  await time.ring();
  assert.equal(sent, 2);
});

test("settling waits for the save on its way and takes back the one that waits", async () => {
  const time = clock();
  let sent = 0;
  const one = keeper({ wait: time.wait, drop: time.drop, send: () => (sent++, true) });
  one.changed();
  await one.settled();
  assert.equal(time.set, 0);
  assert.equal(sent, 0);
});

test("steps back are kept once each, and only the last ones", () => {
  assert.deepEqual(remembered(["a"], "a"), ["a"]);
  assert.deepEqual(remembered(["a", "b"], "c", 2), ["b", "c"]);
});

test("the total counts what is a number", () => {
  assert.equal(total(["10", " 20 ", "x", "", "-5", "3.5"]), 30);
});
