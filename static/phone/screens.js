// Every screen by its address. Those that a report needs come with the app, the others when they are opened.
import { category } from "./screens/category.js";
import { home } from "./screens/home.js";
import { photos } from "./screens/photos.js";
import { place } from "./screens/place.js";
import { saved } from "./screens/saved.js";
import { signin } from "./screens/signin.js";

const here = (screen) => async () => screen;

export const SCREENS = {
  "/": here(home),
  "/report/:id/photos": here(photos),
  "/report/:id/category": here(category),
  "/report/:id/place": here(place),
  "/report/:id/more": async () => (await import("./screens/more.js")).more,
  "/saved/:id": here(saved),
  "/walk": async () => (await import("./screens/walk.js")).walk,
  "/item/:id": async () => (await import("./screens/item.js")).item,
  "/reports": async () => (await import("./screens/reports.js")).reports,
  "/me": async () => (await import("./screens/me.js")).me,
  "/help": async () => (await import("./screens/help.js")).help,
  "/tour": async () => (await import("./screens/tour.js")).tour,
  "/tasks": async () => (await import("./screens/tasks.js")).tasks,
  "/task/:id": async () => (await import("./screens/recheck.js")).recheck,
  "/signin": here(signin),
};
