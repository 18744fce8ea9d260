// A voice note (语音说明): recorded by the browser, at most so many seconds, kept as it is.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Whether this browser can record at all. */
export function canRecord({ media = globalThis.navigator?.mediaDevices, Recorder = globalThis.MediaRecorder } = {}) {
  return Boolean(media?.getUserMedia && Recorder);
}

/**
 * Begin recording; resolves once it runs. stop() ends it; the result comes through onDone({data, type, seconds, taken_at}),
 * onTick(seconds) is called each second. Rejects when the microphone is refused.
 */
export async function record({
  most, onDone, onTick = () => {}, media = navigator.mediaDevices, Recorder = globalThis.MediaRecorder,
  now = Date.now, every = setInterval, clear = clearInterval,
}) {
  const stream = await media.getUserMedia({ audio: true });
  const type = TYPES.find((one) => Recorder.isTypeSupported?.(one));
  const recorder = new Recorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : undefined);
  const pieces = [];
  const began = now();
  const seconds = () => Math.round((now() - began) / 1000);
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  const timer = every(() => {
    onTick(seconds());
    if (seconds() >= most) stop();
  }, 1000);
  recorder.addEventListener("dataavailable", (event) => event.data.size && pieces.push(event.data));
  recorder.addEventListener("stop", async () => {
    clear(timer);
    for (const track of stream.getTracks()) track.stop();
    const blob = new Blob(pieces, { type: recorder.mimeType || type || "audio/webm" });
    onDone({ data: await blob.arrayBuffer(), type: blob.type, seconds: Math.min(most, Math.max(1, seconds())), taken_at: new Date(began).toISOString() });
  });
  recorder.start();
  return { stop };
}
