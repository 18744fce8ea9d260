/** Whole seconds until a moment (both in ms), never below none. */
export function left(until, now) {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** How many have come since the page was opened; those that others decide on meanwhile do not count against it. */
export function more(first, now) {
  return Math.max(0, now - first);
}
