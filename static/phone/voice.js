// A voice note (语音说明): recorded by the browser, at most so many seconds, kept as it is.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Whether this browser can record at all. */
export function canRecord({ media = globalThis.navigator?.mediaDevices, Recorder = globalThis.MediaRecorder } = {}) {
  return Boolean(media?.getUserMedia && Recorder);
}

/**
 * Begin recording; resolves once it runs. stop() ends it; the result comes through onDone({data, type, seconds, taken_at}),
 * onTick(seconds, loudness) is called each second. Rejects when the microphone is refused.
 */
export async function record({
  most, onDone, onTick = () => {}, media = navigator.mediaDevices, Recorder = globalThis.MediaRecorder,
  now = Date.now, every = setInterval, clear = clearInterval, meter = meterOf,
}) {
  const stream = await media.getUserMedia({ audio: true });
  const type = TYPES.find((one) => Recorder.isTypeSupported?.(one));
  const recorder = new Recorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : undefined);
  const pieces = [];
  const ear = meter(stream);
  const began = now();
  const seconds = () => Math.round((now() - began) / 1000);
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  const timer = every(() => {
    onTick(seconds(), ear.loudness());
    if (seconds() >= most) stop();
  }, 1000);
  recorder.addEventListener("dataavailable", (event) => event.data.size && pieces.push(event.data));
  recorder.addEventListener("stop", async () => {
    clear(timer);
    ear.close();
    for (const track of stream.getTracks()) track.stop();
    const blob = new Blob(pieces, { type: recorder.mimeType || type || "audio/webm" });
    onDone({ data: await blob.arrayBuffer(), type: blob.type, seconds: Math.min(most, Math.max(1, seconds())), taken_at: new Date(began).toISOString() });
  });
  recorder.start();
  return { stop };
}

/** Below this share of full loudness nobody will understand it later. */
const QUIET = 0.015;

/** How loud samples (-1 to 1) are: quiet or good. */
export function loudnessOf(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.sqrt(power) < QUIET ? "quiet" : "good";
}

// Listens in on what is recorded; a browser that cannot still records, and the level is then null.
function meterOf(stream) {
  try {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    return {
      loudness: () => (analyser.getFloatTimeDomainData(samples), loudnessOf(samples)),
      close: () => context.close(),
    };
  } catch {
    return { loudness: () => null, close() {} };
  }
}
