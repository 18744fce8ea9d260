import assert from "node:assert/strict";
import test from "node:test";

import { better, fixOf, level, minutesOld, sureness, told, trouble, watch, watcher } from "./place.js";
import { fill } from "./words.js";

test("eight metres are exact, forty fair, two hundred rough", () => {
  assert.deepEqual([8, 15, 16, 50, 51, 200].map(sureness), ["exact", "exact", "fair", "fair", "rough", "rough"]);
});

test("metres are said in whole numbers and never as nought", () => {
  assert.deepEqual([0, 0.4, 7.6, 99.4, 104, 1234].map(told), [1, 1, 8, 99, 100, 1230]);
});

test("the words carry the number", () => {
  assert.equal(fill("误差约 {metres} 米，很准", { metres: told(8.2) }), "误差约 8 米，很准");
  assert.equal(fill("{district}，{street}附近", { district: "东城区" }), "东城区，{street}附近");
});

test("a worse fix does not replace a fresh better one, but does replace an old one", () => {
  const good = { accuracy_m: 8, fixed_at: 0 };

  assert.equal(better({ accuracy_m: 20, fixed_at: 10_000 }, good), false);
  assert.equal(better({ accuracy_m: 20, fixed_at: 31_000 }, good), true);
  assert.equal(better({ accuracy_m: 5, fixed_at: 1 }, good), true);
  assert.equal(better(good, null), true);
});

test("the watch hands on better fixes only and tells of trouble while there is none", () => {
  const seen = [];
  let take, fail, cleared;
  const geolocation = {
    watchPosition: (onFix, onTrouble) => ([take, fail] = [onFix, onTrouble], 7),
    clearWatch: (id) => (cleared = id),
  };
  const stop = watch(geolocation, { onFix: (fix) => seen.push(fix.accuracy_m), onTrouble: (why) => seen.push(why) });
  const at = (accuracy, timestamp) => ({ coords: { latitude: 39.93, longitude: 116.42, accuracy }, timestamp });

  fail({ code: 3 });
  take(at(60, 1));
  take(at(90, 2));
  fail({ code: 1 });
  take(at(9, 3));
  stop();

  assert.deepEqual(seen, ["unavailable", 60, 9]);
  assert.equal(cleared, 7);
});

test("without geolocation the trouble is told at once", () => {
  const seen = [];

  watch(undefined, { onFix: () => seen.push("fix"), onTrouble: (why) => seen.push(why) });

  assert.deepEqual(seen, ["unavailable"]);
  assert.equal(trouble({ code: 1 }), "denied");
});

test("a position becomes a fix in degrees, metres and milliseconds", () => {
  const position = { coords: { latitude: 39.9, longitude: 116.4, accuracy: 8 }, timestamp: 5 };

  assert.deepEqual(fixOf(position), { lat: 39.9, lng: 116.4, accuracy_m: 8, fixed_at: 5 });
});

test("fifty metres are green, two hundred amber, more is red", () => {
  assert.deepEqual([8, 50, 51, 200, 201].map((accuracy_m) => level({ accuracy_m })), ["green", "green", "amber", "amber", "red"]);
  assert.equal(level(null), "none");
});

function watched(now) {
  const world = { begun: 0, ended: 0, now };
  const geolocation = {
    watchPosition: (onFix, onTrouble) => (Object.assign(world, { take: onFix, fail: onTrouble }), (world.begun += 1)),
    clearWatch: () => (world.ended += 1),
  };
  const place = watcher(geolocation, { now: () => world.now, onChange: () => (world.changes = (world.changes ?? 0) + 1) });
  const take = (timestamp, accuracy = 8) => world.take({ coords: { latitude: 39.93, longitude: 116.42, accuracy }, timestamp });
  return { world, place, take };
}

test("the watcher begins once, and a fix that is two minutes old is told as old", () => {
  const { world, place, take } = watched(0);

  place.begin();
  place.begin();
  assert.equal(place.best(), null);
  take(0);

  assert.deepEqual([world.begun, world.changes, place.best().accuracy_m], [1, 1, 8]);
  world.now = 120_001;
  assert.deepEqual([place.best(), place.last().accuracy_m, minutesOld(place.last(), world.now)], [null, 8, 2]);
});

test("a watch that has fallen silent behind the camera is begun anew", () => {
  const { world, place, take } = watched(0);
  place.begin();
  take(0);

  world.now = 300_000;
  place.begin();
  take(299_000, 40);

  assert.deepEqual([world.begun, world.ended, place.best().accuracy_m], [2, 1, 40]);
});

test("a phone whose clock is a day off still believes its position", () => {
  const day = 86_400_000;

  for (const ahead of [day, -day]) {
    const { place, take } = watched(ahead + 10 * day);
    place.begin();
    take(10 * day);

    assert.equal(place.best().fixed_at, ahead + 10 * day);
  }
});

test("trouble is told while there is nothing to believe", () => {
  const { world, place, take } = watched(0);
  place.begin();

  world.fail({ code: 1 });
  assert.equal(place.trouble(), "denied");
  take(0);
  assert.equal(place.trouble(), null);
});
