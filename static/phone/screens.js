// Every screen by its address. The first comes with the app, the others behind it, so that the first is there at once.
import { home } from "./screens/home.js";

export const SCREENS = {
  "/": async () => home,
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
  "/signin": async () => (await import("./screens/signin.js")).signin,
};

/** Fetch the screens that a report needs before anyone asks for them. */
export async function warm() {
  for (const path of ["/report/:id/category", "/report/:id/place", "/saved/:id", "/report/:id/photos"]) await SCREENS[path]().catch(() => null);
}
