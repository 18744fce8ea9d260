import assert from "node:assert/strict";
import test from "node:test";

import { liveOf, spotOf } from "./spot.js";

const NOW = Date.parse("2026-11-23T01:42:00Z");
const MINUTE = 60_000;
const fix = (accuracy_m, minutes_ago = 0, lat = 39.9) => ({ lat, lng: 116.4, accuracy_m, fixed_at: NOW - minutes_ago * MINUTE });
const shot = (minutes_ago, place = null) => ({ taken_at: new Date(NOW - minutes_ago * MINUTE).toISOString(), place });
const record = (photos = [], more = {}) => ({ place: null, walk: false, photos, ...more });
const exif = { lat: 39.5, lng: 116.1, accuracy_m: null, source: "exif", fixed_at: null };

test("just after the shutter the surer of the two positions counts", () => {
  assert.equal(spotOf(record([shot(1, liveOf(fix(30, 1)))]), fix(8), NOW).place.accuracy_m, 8);
  assert.equal(spotOf(record([shot(1, liveOf(fix(6, 1)))]), fix(8), NOW).place.accuracy_m, 6);
});

test("what is sorted at home is where it was taken, not at home", () => {
  const walked = record([shot(1, liveOf(fix(30, 1, 39.95)))], { walk: true });
  const later = record([shot(40, liveOf(fix(30, 40, 39.95)))]);

  assert.deepEqual([walked, later].map((one) => spotOf(one, fix(5), NOW).place.lat), [39.95, 39.95]);
});

test("an old picture without a position says that the phone's is from another time", () => {
  assert.deepEqual([spotOf(record([shot(600)]), fix(8), NOW).way, spotOf(record([shot(600, exif)]), fix(8), NOW).way], ["later", "exif"]);
});

test("the phone's own position goes before the camera's while one stands there", () => {
  assert.equal(spotOf(record([shot(0, exif)]), fix(8), NOW).way, "live");
});

test("an old position is told as old, and none is none", () => {
  assert.deepEqual([spotOf(record([shot(1)]), fix(8, 5), NOW)].map(({ way, minutes }) => [way, minutes]), [["old", 5]]);
  assert.equal(spotOf(record([shot(1)]), null, NOW), null);
});

test("what the person set stays, whatever the phone says later", () => {
  const pin = { lat: 39.91, lng: 116.41, accuracy_m: 20, source: "pin", fixed_at: null };

  assert.deepEqual(spotOf(record([shot(0, liveOf(fix(5)))], { place: pin }), fix(5), NOW), { place: pin, way: "pin", minutes: 0 });
});

test("a count without a picture is where the person stands", () => {
  assert.equal(spotOf(record(), fix(12), NOW).way, "live");
});
