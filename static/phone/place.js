// Where the phone is, and how sure it is of that. The page keeps the best fix; metres are said in words.

export const EXACT_M = 15;
export const FAIR_M = 50;
export const STALE_MS = 30_000;

/** How good an error of so many metres is for finding a spot in a lane: exact, fair or rough. */
export function sureness(metres) {
  if (metres <= EXACT_M) return "exact";
  return metres <= FAIR_M ? "fair" : "rough";
}

/** Metres as people say them: whole below a hundred, tens above, never nought. */
export function told(metres) {
  if (metres < 100) return Math.max(1, Math.round(metres));
  return Math.round(metres / 10) * 10;
}

/** Whether the new fix should take the old one's place: a smaller error, or the old one is half a minute old. */
export function better(fix, old) {
  return !old || fix.accuracy_m <= old.accuracy_m || fix.fixed_at - old.fixed_at > STALE_MS;
}

/** The browser's position as a fix: degrees (WGS-84), metres, milliseconds. */
export function fixOf(position) {
  const { latitude, longitude, accuracy } = position.coords;
  return { lat: latitude, lng: longitude, accuracy_m: accuracy, fixed_at: position.timestamp };
}

/** Why there is no fix: denied by the person or the browser, or unavailable. */
export function trouble(error) {
  return error?.code === 1 ? "denied" : "unavailable";
}

export const GREEN_M = 50;
export const AMBER_M = 200;
/** A fix older than this says where one was, not where one is. */
export const OLD_MS = 120_000;

/** How far a fix can be trusted: green, amber, red, or none without one. */
export function level(fix) {
  if (!fix) return "none";
  if (fix.accuracy_m <= GREEN_M) return "green";
  return fix.accuracy_m <= AMBER_M ? "amber" : "red";
}

/** A clock that differs from the position's own by more than this is another clock, not an old position. */
const ANOTHER_CLOCK_MS = 6 * 3_600_000;

/** How many whole minutes old a fix is; 0 for one that is still to be believed. */
export function minutesOld(fix, now) {
  const age = now - fix.fixed_at;
  return age > OLD_MS ? Math.floor(age / 60_000) : 0;
}

/** The fix on the phone's own clock: satellites keep their own time, and a phone that is a day off would call it old. */
export function onOurClock(fix, now) {
  const age = now - fix.fixed_at;
  return age > ANOTHER_CLOCK_MS || age < 0 ? { ...fix, fixed_at: now } : fix;
}

/**
 * A watcher that goes on as long as the app: best() is the fix to use now, last() also an old one, trouble() why there
 * is none to use. begin() may be called again at any time: a watch that has fallen silent is begun anew.
 */
export function watcher(geolocation, { onChange = () => {}, now = Date.now } = {}) {
  let fix = null;
  let why = null;
  let stop = null;
  let heard_at = 0;

  const fresh = () => fix !== null && minutesOld(fix, now()) === 0;
  const end = () => {
    stop?.();
    stop = null;
  };
  const take = (found) => {
    [fix, why, heard_at] = [onOurClock(found, now()), null, now()];
    onChange();
  };
  const begin = () => {
    if (stop && now() - heard_at > OLD_MS) end();
    if (stop) return;
    heard_at = now();
    stop = watch(geolocation, { onFix: take, onTrouble: (reason) => ((why = reason), onChange()) });
  };
  return { begin, end, best: () => (fresh() ? fix : null), last: () => fix, trouble: () => (fresh() ? null : why) };
}

/** Follow the position; calls onFix with each better fix and onTrouble while there is none. Returns how to stop. */
export function watch(geolocation, { onFix, onTrouble }) {
  if (!geolocation) {
    onTrouble("unavailable");
    return () => {};
  }
  let best = null;
  const take = (position) => {
    const fix = fixOf(position);
    if (!better(fix, best)) return;
    best = fix;
    onFix(fix);
  };
  const fail = (error) => best || onTrouble(trouble(error));
  const id = geolocation.watchPosition(take, fail, { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 });
  return () => geolocation.clearWatch(id);
}
