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

/** A watcher that goes on as long as the app: best() is the fix to use now, trouble() why there is none. */
export function watcher(geolocation, { onChange = () => {}, now = Date.now } = {}) {
  let fix = null;
  let why = null;
  let stop = null;
  const begin = () => {
    stop ??= watch(geolocation, {
      onFix: (found) => ((fix = found), (why = null), onChange()),
      onTrouble: (reason) => ((why = reason), onChange()),
    });
  };
  return {
    begin,
    end: () => (stop?.(), (stop = null)),
    best: () => (fix && now() - fix.fixed_at <= OLD_MS ? fix : null),
    trouble: () => (fix ? null : why),
  };
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
