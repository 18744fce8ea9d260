import assert from "node:assert/strict";
import test from "node:test";

import { canRecord, loudnessOf, record } from "./voice.js";

class Recorder extends EventTarget {
  static isTypeSupported = (type) => type === "audio/mp4";
  state = "inactive";
  constructor(stream, options) {
    super();
    this.mimeType = options.mimeType;
    Recorder.last = this;
  }
  start() {
    this.state = "recording";
  }
  stop() {
    this.state = "inactive";
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["sound"]) }));
    this.dispatchEvent(new Event("stop"));
  }
}

function microphone() {
  const tracks = [{ stopped: false, stop() { this.stopped = true; } }];
  return { tracks, getUserMedia: async () => ({ getTracks: () => tracks }) };
}

test("a note is what was said, how long, and in what the phone speaks", async () => {
  const media = microphone();
  let now = 0;
  const done = new Promise((onDone) => record({ most: 60, onDone, media, Recorder, now: () => now, every: () => 0, clear: () => {} }).then(({ stop }) => ((now = 7_400), stop())));

  const { data, type, seconds } = await done;

  assert.deepEqual([new TextDecoder().decode(data), type, seconds, media.tracks[0].stopped], ["sound", "audio/mp4", 7, true]);
});

test("a minute is the most", async () => {
  let now = 0;
  let tick;
  const ticks = [];
  const done = new Promise((onDone) => record({ most: 60, onDone, onTick: (...told) => ticks.push(told), media: microphone(), Recorder, meter: () => ({ loudness: () => "good", close: () => ticks.push("closed") }), now: () => now, every: (work) => (tick = work), clear: () => {} }).then(() => {
    for (now of [30_000, 60_000]) tick();
  }));

  assert.equal((await done).seconds, 60);
  assert.deepEqual(ticks, [[30, "good"], [60, "good"], "closed"]);
});

test("a refused microphone is said to be refused, a missing one is not offered", async () => {
  const media = { getUserMedia: () => Promise.reject(new DOMException("no", "NotAllowedError")) };

  await assert.rejects(record({ most: 60, onDone() {}, media, Recorder }), { name: "NotAllowedError" });
  assert.deepEqual([canRecord({ media: undefined, Recorder }), canRecord({ media, Recorder: undefined }), canRecord({ media, Recorder })], [false, false, true]);
});

test("a whisper is told from speech", () => {
  assert.deepEqual([loudnessOf(new Float32Array(8)), loudnessOf([0.001, -0.002]), loudnessOf([0.1, -0.1])], ["quiet", "quiet", "good"]);
});
