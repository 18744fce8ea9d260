// How the small map is scaled. Pure; pixels and metres.

const WIDEST = 640;
const MARGINS = 34;
const TALL = 216;
const LOW = 140;
const LEAST_M = 60;
const BARS_M = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** The sheet for a window: one unit is one pixel, so that its words are as large as all others. */
export function sheetFor({ width, height }) {
  return { width: Math.max(LOW, Math.min(width, WIDEST) - MARGINS), height: Math.round(Math.max(LOW, Math.min(TALL, height / 2))) };
}

/** Pixels a metre at which the error and everything known around fit on the sheet. */
export function scaleFor(accuracy_m, farthest_m, sheet) {
  const half = Math.min(sheet.width, sheet.height) / 2;
  return half / Math.max(LEAST_M, (accuracy_m ?? 0) * 1.3, farthest_m * 1.2);
}

/** The longest round number of metres that is at most a third of the sheet wide. */
export function barFor(scale, sheet) {
  return BARS_M.filter((metres) => metres * scale <= sheet.width / 3).at(-1) ?? BARS_M[0];
}
