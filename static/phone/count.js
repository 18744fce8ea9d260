// Counting over some minutes (行人闯红灯 and the like): kept in the record, so that it outlives the page. Pure.

export const MINUTES = 5;

/** A count that begins now. */
export function begun(now, minutes = MINUTES) {
  return { minutes, observed: 0, violations: 0, began_at: now, steps: [] };
}

/** One more seen; `wrong` says whether it broke the rule. */
export function seen(count, wrong) {
  return { ...count, observed: count.observed + 1, violations: count.violations + (wrong ? 1 : 0), steps: [...count.steps, wrong] };
}

/** Without the last one. */
export function undone(count) {
  if (!count.steps.length) return count;
  const wrong = count.steps.at(-1);
  return { ...count, observed: count.observed - 1, violations: count.violations - (wrong ? 1 : 0), steps: count.steps.slice(0, -1) };
}

/** Milliseconds that are left; 0 once the time is over. A clock that was set back does not make it longer. */
export function left(count, now) {
  if (count.began_at === null) return 0;
  const whole = count.minutes * 60_000;
  return Math.min(whole, Math.max(0, count.began_at + whole - now));
}

/** 4:59. */
export function clockWords(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What was counted without this clock, as it is written down; wrong ones cannot be more than all. */
export function written({ minutes, observed, violations }) {
  const whole = (value) => Math.max(0, Math.floor(Number(value)) || 0);
  const all = whole(observed);
  return { minutes: Math.max(1, whole(minutes) || MINUTES), observed: all, violations: Math.min(all, whole(violations)), began_at: null, steps: [] };
}

/** A count that ends now: its minutes are those that were watched, begun ones whole. */
export function closed(count, now) {
  if (!count?.began_at) return count;
  const watched = Math.ceil((count.minutes * 60_000 - left(count, now)) / 60_000);
  return { ...count, minutes: Math.max(1, watched) };
}

/** What the server is told; nothing where nobody was seen. */
export function toldOf(count) {
  if (!count?.observed) return null;
  return { minutes: count.minutes, observed: count.observed, violations: count.violations };
}
