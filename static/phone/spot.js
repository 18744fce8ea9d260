// Where a report is: what the person set, else where the picture was taken, else where the phone is. Pure.
import { OLD_MS, minutesOld } from "./place.js";

/** Words for how a place came about: pin, exif, live (the phone's, when the picture was taken), old (the phone's, some
 * minutes ago), later (the phone's, but the picture is from another time). */
export const WAYS = ["pin", "exif", "live", "old", "later"];

/** A position of the phone as a place to keep. */
export function liveOf(fix) {
  return { lat: fix.lat, lng: fix.lng, accuracy_m: fix.accuracy_m, source: "live", fixed_at: new Date(fix.fixed_at).toISOString() };
}

/**
 * {place, way, minutes} for a record, or null when nothing is known. `fix` is the phone's last position, `now` in
 * milliseconds. A report that is sorted at home is not at home: the place at the shutter goes before the phone's.
 */
export function spotOf(record, fix, now) {
  const shot = shotOf(record);
  const here = fix && liveOf(fix);
  if (record.place) return { place: record.place, way: wayOf(record.place), minutes: 0 };
  if (here && justTaken(record, now) && !minutesOld(fix, now) && surer(here, shot)) return { place: here, way: "live", minutes: 0 };
  if (shot) return { place: shot, way: wayOf(shot), minutes: 0 };
  if (!here) return null;
  if (!justTaken(record, now)) return { place: here, way: "later", minutes: 0 };
  const minutes = minutesOld(fix, now);
  return { place: here, way: minutes ? "old" : "live", minutes };
}

const wayOf = (place) => (["pin", "exif"].includes(place.source) ? place.source : "live");

// The surest place that any picture brought; the camera's own word only where the phone had none.
function shotOf(record) {
  const places = record.photos.map((photo) => photo.place).filter(Boolean);
  const live = places.filter((place) => place.source === "live").sort((a, b) => a.accuracy_m - b.accuracy_m);
  return live[0] ?? places[0] ?? null;
}

const surer = (here, shot) => !shot || shot.source !== "live" || here.accuracy_m < shot.accuracy_m;

// Whether whoever took the picture can still be standing there; without a picture the person is the witness.
function justTaken(record, now) {
  if (record.walk) return false;
  return record.photos.every((photo) => Math.abs(now - Date.parse(photo.taken_at)) <= OLD_MS);
}
