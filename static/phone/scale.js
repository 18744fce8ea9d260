// How the small map is scaled. Pure; pixels and metres.

export const WIDTH = 358;
export const HEIGHT = 216;
const LEAST_M = 60;
const BARS_M = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** Pixels a metre at which the error and everything known around fit on the sheet. */
export function scaleFor(accuracy_m, farthest_m) {
  return HEIGHT / 2 / Math.max(LEAST_M, (accuracy_m ?? 0) * 1.3, farthest_m * 1.2);
}

/** The longest round number of metres that is at most a third of the sheet wide. */
export function barFor(scale) {
  return BARS_M.filter((metres) => metres * scale <= WIDTH / 3).at(-1) ?? BARS_M[0];
}
