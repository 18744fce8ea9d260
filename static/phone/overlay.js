// The camera with the old picture over it: begun, a frame taken, ended.

/** Whether this browser can show its camera in a page. */
export const canShow = (media = globalThis.navigator?.mediaDevices) => Boolean(media?.getUserMedia);

/** The camera on the back, as a stream; rejects when it is refused. */
export function openCamera(media = navigator.mediaDevices) {
  return media.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1440 } } });
}

/** End it: the lamp goes out. */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Settled once the video has a picture: a shutter pressed before then waits for it, instead of doing nothing. */
export function firstPicture(video) {
  if (video.videoWidth) return Promise.resolve();
  return new Promise((done) => video.addEventListener("loadeddata", () => done(), { once: true }));
}

/** What the camera shows now, whole, as a JPEG file; null where the video has no picture yet. */
export async function frameOf(video, { quality = 0.9, now = Date.now(), canvas = document.createElement("canvas") } = {}) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return null;
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(video, 0, 0, width, height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
  return blob && new File([blob], "recheck.jpg", { type: "image/jpeg", lastModified: now });
}
