// Moving a point by the keyboard: so many metres north, east, south or west at each press.

const STEP_M = 5;
const STRIDE_M = 50;
const METRES_A_DEGREE = 111320;
const WAYS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Where [lat, lng] comes to by a key, or nothing for a key that moves nothing. Degrees; shift takes a long step. */
export function stepped([lat, lng], key, shift = false) {
  const way = WAYS[key];
  if (!way) return null;
  const metres = shift ? STRIDE_M : STEP_M;
  const east = METRES_A_DEGREE * Math.cos((lat / 180) * Math.PI);
  return [lat + (way[0] * metres) / METRES_A_DEGREE, lng + (way[1] * metres) / east];
}

/** [lat, lng] as numbers out of two typed texts, or nothing where they are none. */
export function typedPoint(lat, lng) {
  const point = [lat, lng].map((text) => (text.trim() ? Number(text) : NaN));
  return point.every(Number.isFinite) ? point : null;
}
