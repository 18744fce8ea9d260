import assert from "node:assert/strict";
import test from "node:test";

import { TooLate } from "./outbox.js";
import { StorageBroken, keptIn, openStore } from "./store.js";
import { PLACE, bytesOf, hashOf, phone, saved } from "./test/fakes.js";

const PHOTO = { data: bytesOf("a far picture"), type: "image/jpeg", role: "far", taken_at: "2026-11-23T01:40:00Z", place: null, original: null };

test("a draft is on disk before a photo is taken, and its photo with it afterwards", async () => {
  const { outbox, name } = phone();

  const { id } = await outbox.begin();
  await outbox.addPhoto(id, PHOTO);
  const again = phone({ name }).outbox;

  const found = await again.record(id);
  assert.equal(found.state, "draft");
  assert.deepEqual(found.photos.map((photo) => [photo.sha256, photo.bytes]), [[hashOf(PHOTO.data), 13]]);
  assert.equal(await (await again.photo(id, found.photos[0].key)).text(), "a far picture");
});

test("a report is kept for sending with category, photo and place", async () => {
  const { outbox } = phone();

  const record = await saved(outbox, "one", "two");

  assert.deepEqual([record.state, record.lacking, outbox.counts().waiting], ["waiting", [], 1]);
});

test("what lacks is named, and the draft stays a draft", async () => {
  const { outbox } = phone();
  const { id } = await outbox.begin();

  const record = await outbox.save(id);

  assert.deepEqual([record.state, record.lacking], ["draft", ["category", "photos"]]);
});

test("a draft whose category has gone out of use stays a draft that asks for another; what is sealed already goes out", async () => {
  const { outbox, world } = phone();
  const sealed = await saved(outbox, "one");
  const { id } = await outbox.begin();
  await outbox.addPhoto(id, { ...PHOTO, place: PLACE });
  await outbox.change(id, (record) => (record.category = "street_clutter"));

  world.gone = ["street_clutter"];
  const refused = await outbox.save(id);
  await outbox.change(id, (record) => (record.category = "other"));
  const kept = await outbox.save(id);

  assert.deepEqual([refused.state, refused.lacking, refused.category, refused.photos.length], ["draft", ["category"], "street_clutter", 1]);
  assert.deepEqual([kept.state, kept.lacking], ["waiting", []]);
  assert.equal((await outbox.record(sealed.id)).state, "waiting");
});

test("a report without a place is kept all the same, and the place is asked for", async () => {
  const { outbox } = phone();
  const { id } = await outbox.begin();
  await outbox.addPhoto(id, PHOTO);
  await outbox.change(id, (record) => (record.category = "other"));

  const record = await outbox.save(id);

  assert.deepEqual([record.state, record.problem.field], ["attention", "place"]);
});

test("bytes that the phone did not keep are never called kept", async () => {
  const { outbox, store } = phone();
  const { id } = await outbox.begin();
  const { photos: [photo] } = await outbox.addPhoto(id, { ...PHOTO, place: PLACE });
  await outbox.change(id, (record) => (record.category = "other"));
  await store.change(({ bytes }) => bytes.put({ key: photo.key, record: id, data: bytesOf("a far pic"), type: "image/jpeg" }));

  await assert.rejects(outbox.save(id), StorageBroken);

  assert.equal((await outbox.record(id)).state, "draft");
});

test("the same picture twice is one picture", async () => {
  const { outbox } = phone();
  const { id } = await outbox.begin();

  await outbox.addPhoto(id, PHOTO);
  const record = await outbox.addPhoto(id, { ...PHOTO, role: "near" });

  assert.deepEqual(record.photos.map((photo) => photo.role), ["near"]);
});

test("a removed photo takes its bytes with it, unless the record still holds them", async () => {
  const { outbox, store } = phone();
  const { id } = await outbox.begin();
  const { photos: [photo] } = await outbox.addPhoto(id, PHOTO);

  await outbox.removePhoto(id, photo.key);

  assert.equal(await outbox.photo(id, photo.key), null);
  assert.equal(await store.read(({ bytes }) => bytes.count()), 0);
});

test("another person on the phone neither sees nor loses what is there", async () => {
  const { outbox, world } = phone();
  await saved(outbox, "mine");

  world.person = "someone else";
  const theirs = await outbox.all();
  world.person = "6f9c1b0e-0000-4000-8000-000000000001";

  assert.deepEqual([theirs.length, (await outbox.all()).length, outbox.unsent().length], [0, 1, 1]);
});

test("what waits may be changed until the server may have heard of it", async () => {
  const { outbox } = phone();
  const { id } = await saved(outbox, "one");
  await assert.rejects(outbox.change(id, (record) => (record.address = "later")), TooLate);

  assert.equal((await outbox.reopen(id)).state, "draft");

  await outbox.save(id);
  await outbox.settle(id, (record) => (record.announced = true));
  await assert.rejects(outbox.reopen(id), TooLate);
  await assert.rejects(outbox.discard(id), TooLate);
});

test("what the server refused after hearing of it goes on under a new id, and the old one is to be withdrawn", async () => {
  const { outbox } = phone();
  const { id } = await saved(outbox, "one");
  await outbox.settle(id, (record) => Object.assign(record, { state: "attention", announced: true, manifest: {} }));

  const fresh = await outbox.reopen(id);

  assert.notEqual(fresh.id, id);
  assert.deepEqual([fresh.state, fresh.announced, fresh.manifest, fresh.withdraws], ["draft", false, null, id]);
  assert.equal(await (await outbox.photo(fresh.id, fresh.photos[0].key)).text(), "one");
  assert.equal(await outbox.record(id), null);
  assert.equal((await outbox.save(fresh.id)).state, "waiting");
});

test("what the server does not want any more may be thrown away, or kept", async () => {
  const { outbox } = phone();
  const { id } = await saved(outbox, "one");
  await outbox.settle(id, (record) => Object.assign(record, { state: "attention", announced: true, problem: { field: null, words: "", code: "task_done" } }));

  await outbox.discard(id);

  assert.equal(await outbox.record(id), null);
});

test("acknowledged photos stay seven days and go then", async () => {
  const { outbox, world } = phone();
  const { id } = await saved(outbox, "one");
  await outbox.settle(id, (record) => Object.assign(record, { state: "received", purge_at: new Date(world.now + 7 * 86_400_000).toISOString() }));

  world.now += 6 * 86_400_000;
  await outbox.tidy();
  assert.ok(await outbox.record(id));

  world.now += 86_400_000;
  await outbox.tidy();
  assert.equal(await outbox.record(id), null);
});

test("a database that was closed under the page is opened again", async () => {
  const { outbox, store } = phone();
  const { id } = await outbox.begin();

  await store.close();
  await outbox.addPhoto(id, PHOTO);

  assert.equal((await outbox.record(id)).photos.length, 1);
});

test("a phone that does not keep anything is found out", async () => {
  const lying = openStore({ name: "lying" });
  const real = lying.probe;
  await real();
  const failing = openStore({ open: () => Promise.reject(new DOMException("no", "SecurityError")) });

  await assert.rejects(failing.probe(), (error) => error instanceof StorageBroken && error.why === "blocked");
});

test("a full phone says that it is full", async () => {
  const open = async () => ({ transaction: () => { throw new DOMException("full", "QuotaExceededError"); } });

  await assert.rejects(openStore({ open }).probe(), (error) => error.why === "full");
});

test("two changes at once are both kept", async () => {
  const { outbox, name } = phone();
  const other = phone({ name }).outbox;
  const { id } = await outbox.begin();

  await Promise.all([outbox.change(id, (record) => (record.address = "门前")), other.change(id, (record) => (record.description = "一辆车"))]);

  const record = await outbox.record(id);
  assert.deepEqual([record.address, record.description], ["门前", "一辆车"]);
});

test("small things are kept by key", async () => {
  const kept = keptIn(phone().store);

  await kept.set("toured", true);

  assert.deepEqual([await kept.get("toured"), await kept.get("nothing")], [true, undefined]);
});
