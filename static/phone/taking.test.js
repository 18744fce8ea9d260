import assert from "node:assert/strict";
import test from "node:test";

import { StorageBroken } from "./store.js";
import { expecting, interrupted, pick, saidOf } from "./taking.js";
import { bytesOf, phone } from "./test/fakes.js";

const FIX = { lat: 39.9289, lng: 116.4178, accuracy_m: 8, fixed_at: 0 };
const picture = async (text, { role, fix }) => {
  if (text === "broken") throw new Error("cannot be read");
  return { data: bytesOf(text), type: "image/jpeg", role, taken_at: "2026-11-23T01:40:00Z", place: fix && { source: "live" }, original: null };
};

function app(settings = {}) {
  const { outbox, store } = phone();
  const small = new Map();
  return {
    outbox, store,
    kept: { get: async (key) => small.get(key), set: async (key, value) => void small.set(key, value), remove: async (key) => void small.delete(key) },
    place: { best: () => FIX },
    session: { settings: { max_photos: 3, max_photo_bytes: 1000, ...settings } },
  };
}
const shown = ({ photos }) => photos.map((photo) => photo.role);
let clock = 0;
const later = () => (clock += 1);

test("the draft is in the phone before the camera opens, and the picture comes into it with its place", async () => {
  const phone = app();
  const draft = await expecting(phone, { now: later() });

  assert.equal((await phone.outbox.record(draft.id)).state, "draft");
  const { record, refused } = await pick(phone, draft, ["far", "near"], { picture });

  assert.deepEqual([shown(record), record.photos[0].place.source, refused], [["far", "near"], "live", null]);
});

test("a camera that was called off leaves no second empty draft behind", async () => {
  const phone = app();
  const first = await expecting(phone, { now: later() });
  const second = await expecting(phone, { now: later(), walk: true });

  assert.deepEqual([second.id, second.walk, (await phone.outbox.all()).length], [first.id, true, 1]);
});

test("a page that was killed behind the camera is told once; one that is alive is not", async () => {
  const phone = app();
  const draft = await expecting(phone, { now: later() });
  assert.equal(await interrupted(phone), null);

  const left = await phone.kept.get("camera");
  await phone.kept.set("camera", { ...left, at: -1 });

  assert.equal((await interrupted(phone)).id, draft.id);
  assert.equal(await interrupted(phone), null);
});

test("a picture that came in before the page was killed was no loss", async () => {
  const phone = app();
  const draft = await expecting(phone, { now: later() });
  await pick(phone, draft, ["far"], { picture });
  await phone.kept.set("camera", { record: draft.id, photos: 0, at: -1 });

  assert.equal(await interrupted(phone), null);
});

test("one that cannot be read or is too large does not hold up the others", async () => {
  const phone = app();
  const { record, refused } = await pick(phone, await expecting(phone, { now: later() }), ["a", "broken", "x".repeat(2000), "b"], { picture });

  assert.equal(record.photos.length, 2);
  assert.deepEqual(saidOf(refused), ["有照片没有存进去", "这张照片太大，最多 0 兆。请再拍一次。"]);
});

test("more than a report holds are left out and told", async () => {
  const phone = app();
  const { record, refused } = await pick(phone, await expecting(phone, { now: later() }), ["a", "b", "c", "d"], { picture });

  assert.deepEqual([record.photos.length, saidOf(refused)[1]], [3, "一条最多 3 张照片，多的没有放进去。"]);
});

test("a picture taken anew stands where the old one stood, with what it showed, also in a full report", async () => {
  const phone = app();
  const { record: before } = await pick(phone, await expecting(phone, { now: later() }), ["a", "b", "c"], { picture });
  const old = before.photos[0];

  const { record } = await pick(phone, await expecting(phone, { given: before, now: later() }), ["anew"], { replaces: old.key, picture });

  assert.deepEqual([shown(record), record.photos.length], [["far", "near", "near"], 3]);
  assert.ok(!record.photos.some((photo) => photo.key === old.key));
  assert.equal(await phone.outbox.photo(record.id, old.key), null);
});

test("the same picture taken anew loses nothing", async () => {
  const phone = app();
  const { record: before } = await pick(phone, await expecting(phone, { now: later() }), ["a"], { picture });

  const { record } = await pick(phone, before, ["a"], { replaces: before.photos[0].key, picture });

  assert.deepEqual(shown(record), ["far"]);
  assert.equal((await phone.outbox.photo(record.id, record.photos[0].key)).size, 1);
});

test("a phone that cannot keep it says so", async () => {
  const phone = app();
  const draft = await expecting(phone, { now: later() });
  const full = { ...phone, outbox: { ...phone.outbox, addPhoto: async () => { throw new StorageBroken("full"); } } };

  await assert.rejects(pick(full, draft, ["a"], { picture }), (trouble) => saidOf(trouble)[0] === "手机存满了，没有存住");
});

test("a visit's pictures know their item, and there may be as many as the visit says", async () => {
  const phone = app({ max_photos: 1 });
  const draft = await phone.outbox.begin({ kind: "visit", visit: { id: "v", max_photos: 2 }, answers: {} });

  const { record, refused } = await pick(phone, draft, ["one", "two", "three"], { role: "visit", about: { item: "q1" }, picture });

  assert.deepEqual([record.photos.map((photo) => photo.item), shown(record)], [["q1", "q1"], ["visit", "visit"]]);
  assert.match(refused.message, /2/);
});
