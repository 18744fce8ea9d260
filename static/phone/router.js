// Which screen an address means; the address stands behind the # so that the shell opens without a network.
import { match } from "./address.js";
import { handles } from "./role.js";
import { SCREENS } from "./screens.js";

/** The address that the browser's bar holds now. */
export const current = () => location.hash.replace(/^#/, "") || "/";

/** Give the app go, replace and back, and show what the address says, now and whenever it changes. */
export function route(app) {
  let turn = 0;
  const show = async () => {
    const mine = (turn += 1);
    const path = allowed(app, current());
    if (path !== current()) history.replaceState(null, "", `#${path}`);
    const found = match(path, Object.keys(SCREENS)) ?? { pattern: "/", params: {} };
    const screen = await SCREENS[found.pattern](app);
    if (mine === turn) app.show(screen(app, found.params));
  };
  app.go = (path) => (path === current() ? show() : void (location.hash = path));
  app.replace = (path) => (history.replaceState(null, "", `#${path}`), show());
  app.back = () => (history.length > 1 ? history.back() : app.go("/"));
  addEventListener("hashchange", show);
  return show();
}

const OPEN = ["/signin", "/help", "/tour"];
/** What somebody of a unit has; the rest is for whoever reports. */
const UNITS = /^\/(|me|help|signin|(ticket|item)\/.+)$/;

// Nobody takes reports before the phone knows whose they are; where one wanted to go is remembered until then.
function allowed(app, path) {
  if (handles(app)) return UNITS.test(path) ? path : "/";
  if (app.session || OPEN.includes(path)) return path;
  app.wanted = path;
  return "/signin";
}
