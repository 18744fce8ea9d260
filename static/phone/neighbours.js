// 附近已有: which known problems a new report may be one more sight of. Pure.
import { distance } from "./geo.js";

/** Known problems of the same category within so many metres, the nearest first, each with its distance. */
export function likely(items, { category, point, within, not = [] }) {
  if (!point || !category) return [];
  return items
    .filter((one) => one.category === category && !not.includes(one.id))
    .map((one) => ({ ...one, distance_m: distance(point, one) }))
    .filter((one) => one.distance_m <= within)
    .sort((a, b) => a.distance_m - b.distance_m);
}

/** How many days ago a day (YYYY-MM-DD) was. */
export function daysAgo(day, now = Date.now()) {
  const today = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10); // Beijing's day
  return Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
}
