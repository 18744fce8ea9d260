// How much of the land around a place a small map shows without tiles: as far as the next border, so that there is
// something to see by, and neither so near that the sheet is empty nor so far that the place is lost. Pure.

export const NEAREST_M = 2_000;
export const FARTHEST_M = 15_000;
/** As much lies beyond the border as before it, so that there is room for the neighbour's name. */
const BEYOND = 2;
const DEGREE_M = 111_195;

/** How far around [lat, lng] to show, in metres; `rings` are lists of [lat, lng], the borders. */
export function reach(place, rings) {
  const nearest = rings.reduce((least, ring) => Math.min(least, distance(place, ring)), Infinity);
  return Math.min(Math.max(nearest * BEYOND, NEAREST_M), FARTHEST_M);
}

/** The corners of what lies within so many metres: [[south, west], [north, east]]. */
export function around([lat, lng], metres) {
  const up = metres / DEGREE_M;
  const along = up / Math.cos((lat * Math.PI) / 180);
  return [[lat - up, lng - along], [lat + up, lng + along]];
}

// On a plane in metres with the place in its middle: exact enough for a frame.
function distance([lat, lng], ring) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const points = ring.map(([north, east]) => [(east - lng) * shrink * DEGREE_M, (north - lat) * DEGREE_M]);
  return points.reduce((least, point, at) => Math.min(least, toSegment(points.at(at - 1), point)), Infinity);
}

function toSegment([x, y], [toX, toY]) {
  const [dx, dy] = [toX - x, toY - y];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(-(x * dx + y * dy) / length, 0), 1) : 0;
  return Math.hypot(x + along * dx, y + along * dy);
}
