// From what the camera or the album gave to what is kept: bytes read at once, shrunk where that is safe, with what the
// original said of itself. Nothing that goes wrong here may lose the picture: then the original is kept.
import { sha256 } from "./digest.js";
import { iso } from "./record.js";

/** What iOS can draw on at most: beyond this its canvas stays blank without a word. */
export const MOST_PIXELS = 16_777_216;
const DAY_MS = 86_400_000;
const TAKEN_AT = 0x9003;
const OFFSET = 0x9011;
const BEIJING = "+08:00";
const PROBE = 16;

/** Width and height that fit into `side` and into what can be drawn; never larger than they were. */
export function fitted(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}

/** Whether RGBA pixels are all of one colour, as a canvas is on which nothing could be drawn. */
export function isBlank(pixels) {
  for (let at = 4; at < pixels.length; at += 1) if (pixels[at] !== pixels[at % 4]) return false;
  return true;
}

/** What EXIF says: {taken_at (ISO) or null, lat, lng or null}. A clock without its offset is Beijing's. */
export function witnessed(tags) {
  const text = String(tags?.[TAKEN_AT] ?? "");
  const clock = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})/.exec(text);
  const offset = /^[+-]\d{2}:\d{2}$/.test(tags?.[OFFSET] ?? "") ? tags[OFFSET] : BEIJING;
  const moment = clock ? Date.parse(`${clock[1]}-${clock[2]}-${clock[3]}T${clock[4]}${offset}`) : NaN;
  const { latitude: lat, longitude: lng } = tags ?? {};
  const placed = Number.isFinite(lat) && Number.isFinite(lng) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && (lat || lng);
  return { taken_at: Number.isNaN(moment) ? null : iso(moment), lat: placed ? lat : null, lng: placed ? lng : null };
}

/** When it was taken: the camera's word if it is within a day of the file's, else the file's; never in the future. */
export function takenAt(exif, file, now) {
  const told = exif ? Date.parse(exif) : NaN;
  const saved = Math.min(file.lastModified || now, now);
  return iso(Math.abs(told - saved) < DAY_MS ? Math.min(told, now) : saved);
}

/** The position to keep with a picture: the phone's own if there is one, else the camera's. */
export function placed(fix, witness) {
  if (fix) return { lat: fix.lat, lng: fix.lng, accuracy_m: fix.accuracy_m, source: "live", fixed_at: iso(fix.fixed_at) };
  if (witness.lat === null) return null;
  return { lat: witness.lat, lng: witness.lng, accuracy_m: null, source: "exif", fixed_at: witness.taken_at };
}

/**
 * A picked file as outbox.addPhoto takes it. `whole` keeps the original, unless it is too large to be sent; `fix` is the
 * position at the shutter, or null. `settings` has photo_side (pixels), photo_quality (0 to 1) and max_photo_bytes.
 */
export async function pictureOf(file, { settings, whole = false, fix = null, role = "far", now = Date.now(), read = readExif, shrink = shrunk, hash = sha256 }) {
  const original = await file.arrayBuffer();
  const witness = witnessed(await read(original).catch(() => null));
  const sendable = original.byteLength <= (settings.max_photo_bytes ?? Infinity);
  const smaller = whole && sendable ? null : await shrink(file, settings).catch(() => null);
  const keeps = smaller && smaller.byteLength < original.byteLength ? smaller : original;
  const before = { sha256: await hash(original), bytes: original.byteLength, exif_taken_at: witness.taken_at, exif_lat: witness.lat, exif_lng: witness.lng };
  return {
    data: keeps,
    type: keeps === original ? file.type || "application/octet-stream" : "image/jpeg",
    role,
    taken_at: takenAt(witness.taken_at, file, now),
    place: placed(fix, witness),
    original: keeps === original ? null : before,
  };
}

async function readExif(bytes) {
  const { default: exifr } = await import("../vendor/exifr/mini.esm.mjs");
  return exifr.parse(bytes, { tiff: true, exif: [TAKEN_AT, OFFSET], gps: true, reviveValues: false, translateKeys: false, translateValues: false });
}

// Drawn smaller, upright, as JPEG; null when what was drawn cannot be trusted.
async function shrunk(file, { photo_side, photo_quality }) {
  const source = await decoded(file);
  const { width, height } = fitted(source.width, source.height, photo_side);
  const canvas = drawnOn(source, width, height);
  const probe = drawnOn(canvas, PROBE, PROBE).getContext("2d").getImageData(0, 0, PROBE, PROBE).data;
  source.close?.();
  if (isBlank(probe)) return null;
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", photo_quality));
  return blob && blob.arrayBuffer();
}

// Browsers that know no bitmaps, or no HEIC in them, may still show the picture; each turns it upright.
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return shown(file);
  }
}

async function shown(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function drawnOn(source, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}
