import assert from "node:assert/strict";
import test from "node:test";

import { canShow, closeCamera, firstPicture, frameOf, openCamera } from "./overlay.js";

const canvas = (drawn) => ({ getContext: () => ({ drawImage: (...what) => drawn.push(what.slice(1)) }), toBlob: (done, type) => done(new Blob(["jpeg"], { type })) });

test("the camera on the back is asked for, and given back", async () => {
  const asked = [];
  const tracks = [{ stop() { this.stopped = true; } }];
  const stream = await openCamera({ getUserMedia: async (what) => (asked.push(what), { getTracks: () => tracks }) });
  closeCamera(stream);

  assert.deepEqual([asked[0].video.facingMode.ideal, tracks[0].stopped], ["environment", true]);
  assert.deepEqual([canShow(undefined), canShow({ getUserMedia() {} })], [false, true]);
  closeCamera(null);
});

test("a frame is the whole picture of the video, with the moment it was taken", async () => {
  const drawn = [];
  const file = await frameOf({ videoWidth: 1920, videoHeight: 1440 }, { now: 5, canvas: canvas(drawn) });

  assert.deepEqual(drawn, [[0, 0, 1920, 1440]]);
  assert.deepEqual([file.type, file.lastModified, await file.text()], ["image/jpeg", 5, "jpeg"]);
});

test("a shutter that is pressed before the first picture waits for it", async () => {
  const video = Object.assign(new EventTarget(), { videoWidth: 0 });
  let ready = false;
  const waiting = firstPicture(video).then(() => (ready = true));
  await null;
  assert.equal(ready, false);

  video.dispatchEvent(new Event("loadeddata"));
  await waiting;
  await firstPicture({ videoWidth: 640 });
});

test("before the first picture there is no frame", async () => {
  assert.equal(await frameOf({ videoWidth: 0, videoHeight: 0 }, { canvas: canvas([]) }), null);
});
