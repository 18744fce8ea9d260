// Distances and directions between two points, for a city: metres and degrees. Pure.
import { _ } from "./words.js";

const RADIUS_M = 6_371_008.8;
const DEGREE_M = (RADIUS_M * Math.PI) / 180;
const radians = (degrees) => (degrees * Math.PI) / 180;
/** Near enough to the old place to take the same picture. */
export const THERE_M = 15;

/** Metres between two points {lat, lng} on the sphere. */
export function distance(a, b) {
  const north = radians(b.lat - a.lat) / 2;
  const east = radians(b.lng - a.lng) / 2;
  const half = Math.sin(north) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(east) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(half));
}

/** Degrees clockwise from north, 0 to 360, in which b lies from a. */
export function bearing(a, b) {
  const { east, north } = offset(a, b);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** How many metres b lies east and north of a. */
export function offset(a, b) {
  return { east: (b.lng - a.lng) * DEGREE_M * Math.cos(radians(a.lat)), north: (b.lat - a.lat) * DEGREE_M };
}

/** The point that lies so many metres east and north of another. */
export function moved(from, { east = 0, north = 0 }) {
  return { lat: from.lat + north / DEGREE_M, lng: from.lng + east / (DEGREE_M * Math.cos(radians(from.lat))) };
}

/** Metres as people say them: 6 米, 120 米, 1.3 公里. */
export function distanceWords(metres) {
  if (metres < 10) return _("{n} 米", { n: Math.max(1, Math.round(metres)) });
  if (metres < 1000) return _("{n} 米", { n: metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10 });
  return _("{n} 公里", { n: (metres / 1000).toFixed(metres < 10_000 ? 1 : 0) });
}

/** North, north-east and so on, in words. */
export function directionWords(degrees) {
  const words = [_("北"), _("东北"), _("东"), _("东南"), _("南"), _("西南"), _("西"), _("西北")];
  return words[Math.round(degrees / 45) % 8];
}

/** What to do to stand where the old picture was taken. */
export function wayWords(from, to) {
  const metres = distance(from, to);
  if (metres <= THERE_M) return _("离原来的位置 {distance}，可以拍了", { distance: distanceWords(metres) });
  return _("往{direction}走 {distance}", { direction: directionWords(bearing(from, to)), distance: distanceWords(metres) });
}
