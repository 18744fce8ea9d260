// Every screen by its address. The first comes with the app, the others behind it, so that the first is there at once.
import { handles } from "./role.js";
import { home } from "./screens/home.js";

export const SCREENS = {
  "/": async (app) => (handles(app) ? (await import("./screens/inhand.js")).inhand : home),
  "/report/:id/photos": async () => (await import("./screens/photos.js")).photos,
  "/report/:id/category": async () => (await import("./screens/category.js")).category,
  "/report/:id/place": async () => (await import("./screens/place.js")).place,
  "/report/:id/more": async () => (await import("./screens/more.js")).more,
  "/saved/:id": async () => (await import("./screens/saved.js")).saved,
  "/walk": async () => (await import("./screens/walk.js")).walk,
  "/item/:id": async () => (await import("./screens/item.js")).item,
  "/reports": async () => (await import("./screens/reports.js")).reports,
  "/me": async () => (await import("./screens/me.js")).me,
  "/help": async () => (await import("./screens/help.js")).help,
  "/tour": async () => (await import("./screens/tour.js")).tour,
  "/tasks": async () => (await import("./screens/tasks.js")).tasks,
  "/task/:id": async () => (await import("./screens/recheck.js")).recheck,
  "/ticket/:id": async () => (await import("./screens/ticket.js")).ticket,
  "/visit/:id": async () => (await import("./visits.js")).screen("visit"),
  "/visit/:id/item/:at": async () => (await import("./visits.js")).screen("item"),
  "/visit/:id/list": async () => (await import("./visits.js")).screen("list"),
  "/visit/:id/closed": async () => (await import("./visits.js")).screen("closed"),
  "/visit/:id/decline": async () => (await import("./visits.js")).screen("decline"),
  "/signin": async () => (await import("./screens/signin.js")).signin,
};

const REPORTING = ["/report/:id/category", "/report/:id/place", "/saved/:id", "/report/:id/photos"];
const REPAIRING = ["/ticket/:id", "/item/:id"];

/** Fetch the screens that the work needs before anyone asks for them, and what saves it where it cannot be sent. */
export async function warm(app) {
  await import("./rescue.js").catch(() => null);
  for (const path of handles(app) ? REPAIRING : REPORTING) await SCREENS[path](app).catch(() => null);
}
