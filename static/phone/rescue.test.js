import assert from "node:assert/strict";
import test from "node:test";

import { partsOf } from "./rescue.js";
import { PERSON, hashOf, phone, saved } from "./test/fakes.js";

test("the file lists every record with what the server is to be told, and holds each picture once", async () => {
  const { outbox, store } = phone();
  const records = [await saved(outbox, "one", "two"), await saved(outbox, "two")];
  const parts = [];

  const bytesOf = (key) => store.read(({ bytes }) => bytes.get(key)).then((kept) => kept.data);
  for await (const part of partsOf({ person: { id: PERSON, name: "李文" }, records, bytesOf, at: "2026-11-23T02:00:00Z" })) parts.push(part);

  const list = JSON.parse(parts[0].input);
  assert.deepEqual([list.format, list.person.name, list.records.length], ["mingcha-outbox-1", "李文", 2]);
  assert.deepEqual([list.records[0].id, list.records[0].manifest.category, list.records[0].photos.length], [records[0].id, "street_clutter", 2]);
  assert.deepEqual(parts.slice(1).map((part) => part.name), [...new Set(records.flatMap((record) => record.photos.map((photo) => `bytes/${photo.sha256}`)))]);
  for (const part of parts.slice(1)) assert.equal(`bytes/${hashOf(part.input)}`, part.name);
});
