import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import exifr from "../vendor/exifr/mini.esm.mjs";
import { MOST_PIXELS, fitted, isBlank, pictureOf, placed, takenAt, witnessed } from "./camera.js";
import { hashOf } from "./test/fakes.js";

const NOW = Date.parse("2026-11-23T01:42:00Z");
const SETTINGS = { photo_side: 2048, photo_quality: 0.85 };
const FIX = { lat: 39.9289, lng: 116.4178, accuracy_m: 8, fixed_at: NOW - 2000 };
const file = (bytes, more) => ({ type: "image/jpeg", lastModified: NOW - 5000, arrayBuffer: async () => new ArrayBuffer(bytes), ...more });
const kept = (picked, more) => pictureOf(picked, { settings: SETTINGS, fix: FIX, now: NOW, read: async () => null, ...more });

test("twelve megapixels become two thousand pixels a side, and a small picture stays as it is", () => {
  assert.deepEqual(fitted(4000, 3000, 2048), { width: 2048, height: 1536 });
  assert.deepEqual(fitted(640, 480, 2048), { width: 640, height: 480 });
});

test("no canvas is larger than iOS can draw", () => {
  const { width, height } = fitted(9000, 9000, 9000);

  assert.ok(width * height <= MOST_PIXELS);
});

test("a canvas on which nothing was drawn is found out", () => {
  assert.ok(isBlank(new Uint8ClampedArray(64)));
  assert.ok(isBlank(Uint8ClampedArray.from([7, 8, 9, 255, 7, 8, 9, 255])));
  assert.ok(!isBlank(Uint8ClampedArray.from([7, 8, 9, 255, 7, 8, 10, 255])));
});

test("a smaller copy is kept with what the original was", async () => {
  const read = async () => ({ 36867: "2026:11:23 09:41:50", latitude: 39.93, longitude: 116.42 });
  const picture = await kept(file(900), { read, shrink: async () => new ArrayBuffer(300) });

  assert.deepEqual([picture.data.byteLength, picture.type, picture.role], [300, "image/jpeg", "far"]);
  assert.deepEqual(picture.original, {
    sha256: hashOf(new ArrayBuffer(900)), bytes: 900, exif_taken_at: "2026-11-23T01:41:50.000Z", exif_lat: 39.93, exif_lng: 116.42,
  });
  assert.deepEqual(picture.place, { lat: 39.9289, lng: 116.4178, accuracy_m: 8, source: "live", fixed_at: "2026-11-23T01:41:58.000Z" });
  assert.equal(picture.taken_at, "2026-11-23T01:41:50.000Z");
});

test("what cannot be drawn, comes out blank or comes out larger is sent as it is", async () => {
  const broken = async () => { throw new Error("no decoder for this"); };
  for (const shrink of [broken, async () => null, async () => new ArrayBuffer(1200)]) {
    const picture = await kept(file(900, { type: "image/heic" }), { shrink });

    assert.deepEqual([picture.data.byteLength, picture.type, picture.original], [900, "image/heic", null]);
  }
});

test("whoever wants the original gets the original", async () => {
  const picture = await kept(file(900), { whole: true, shrink: async () => new ArrayBuffer(300) });

  assert.deepEqual([picture.data.byteLength, picture.original], [900, null]);
});

test("an original that the server would refuse for its size is shrunk all the same", async () => {
  const settings = { ...SETTINGS, max_photo_bytes: 800 };
  const picture = await kept(file(900), { settings, whole: true, shrink: async () => new ArrayBuffer(300) });

  assert.deepEqual([picture.data.byteLength, picture.original.bytes], [300, 900]);
});

test("an unreadable EXIF block loses nothing", async () => {
  const picture = await kept(file(900), { fix: null, read: async () => { throw new Error("broken"); }, shrink: async () => null });

  assert.deepEqual([picture.place, picture.taken_at], [null, "2026-11-23T01:41:55.000Z"]);
});

test("the camera's clock counts with its offset, else as Beijing's, and only within a day of the file", () => {
  assert.equal(witnessed({ 36867: "2026:11:23 04:41:50", 36881: "+03:00" }).taken_at, "2026-11-23T01:41:50.000Z");
  assert.equal(witnessed({ 36867: "2026:11:23 09:41:50" }).taken_at, "2026-11-23T01:41:50.000Z");
  assert.equal(witnessed({ 36867: "    :  :     :  :  " }).taken_at, null);
  assert.equal(takenAt("2020-01-01T00:00:00Z", file(1), NOW), "2026-11-23T01:41:55.000Z");
  assert.equal(takenAt(null, file(1, { lastModified: NOW + 9e6 }), NOW), "2026-11-23T01:42:00.000Z");
});

test("without a fix the camera's position stands in; nought north and nought east is none", () => {
  assert.equal(placed(null, witnessed({ latitude: 39.93, longitude: 116.42 })).source, "exif");
  assert.equal(placed(null, witnessed({ latitude: 0, longitude: 0 })), null);
});

test("the EXIF of a real photo is read", async () => {
  const bytes = readFileSync(new URL("../../tests/photos/data/DSCN0010.jpg", import.meta.url));
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const read = (given) => exifr.parse(given, { tiff: true, exif: [0x9003, 0x9011], gps: true, reviveValues: false, translateKeys: false, translateValues: false });

  const picture = await pictureOf(file(0, { arrayBuffer: async () => data }), { settings: SETTINGS, now: NOW, read, shrink: async () => new ArrayBuffer(9) });

  assert.deepEqual([picture.original.exif_lat.toFixed(4), picture.original.exif_lng.toFixed(4), picture.original.exif_taken_at], ["43.4674", "11.8851", "2008-10-22T08:28:39.000Z"]);
});
