/** A quarter turn further to the right: "0" → "90" → "180" → "270" → "0". */
export function turned(now) {
  return String((Number(now ?? 0) + 90) % 360);
}
