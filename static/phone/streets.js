// Which district and street a point is in or near, without a network: simplified borders and the streets' offices.
import { distance } from "./geo.js";

let loaded = null;

/** The areas of the shell, fetched once; null where they cannot be had. */
export function loadAreas(address = new URL("areas.json", import.meta.url)) {
  loaded ??= fetch(address).then((answer) => answer.json()).then(areasOf);
  return loaded.catch(() => ((loaded = null), null));
}

/** What the file means: see geography/pocket.py for its format. */
export function areasOf({ scale, districts, streets, outlines }) {
  const known = streets.map(([code, name, at, lat, lng]) => ({
    code, name, district: districts[at], seat: lat === undefined ? null : { lat: lat / scale, lng: lng / scale },
  }));
  const rings = outlines.map(([at, steps]) => ({ district: districts[at], ring: ringOf(steps, scale) }));
  return { districts, streets: known, rings };
}

/** {district, street, distance_m}: district is null outside; street is the nearest of that district by its office. */
export function locate(areas, point) {
  const held = areas.rings.find(({ ring }) => inside(ring, point))?.district ?? null;
  if (!held) return { district: null, street: null, distance_m: null };
  const [nearest] = nearestStreets(areas, point, 1, (street) => native(areas, street) === held.code);
  return { district: nearest?.street.district ?? held, street: nearest?.street ?? null, distance_m: nearest?.distance_m ?? null };
}

/** The nearest streets by their offices, each with its distance in metres. */
export function nearestStreets(areas, point, most = 5, wanted = () => true) {
  return areas.streets
    .filter((street) => street.seat && wanted(street))
    .map((street) => ({ street, distance_m: distance(point, street.seat) }))
    .sort((a, b) => a.distance_m - b.distance_m)
    .slice(0, most);
}

/** A district's streets, those with a known office. */
export function streetsOf(areas, code) {
  return areas.streets.filter((street) => street.district.code === code && street.seat);
}

// The district of its code; a street that was given to the development zone lies inside another's outline.
function native(areas, street) {
  const code = street.code.slice(0, 6);
  return areas.districts.some((district) => district.code === code) ? code : street.district.code;
}

function ringOf(steps, scale) {
  const corners = [];
  let [lng, lat] = [0, 0];
  for (let at = 0; at < steps.length; at += 2) {
    lng += steps[at];
    lat += steps[at + 1];
    corners.push([lng / scale, lat / scale]);
  }
  return corners;
}

// Even-odd rule.
function inside(ring, { lat, lng }) {
  let odd = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [x, y] = ring[at];
    const [px, py] = ring[before];
    if (y > lat !== py > lat && lng < ((px - x) * (lat - y)) / (py - y) + x) odd = !odd;
  }
  return odd;
}
