// The screens of a visit, and their looks, in one piece: fetched when one was drawn, and there without a network then.
import { closed } from "./screens/visitclosed.js";
import { decline } from "./screens/visitdecline.js";
import { item } from "./screens/visititem.js";
import { list } from "./screens/visitlist.js";
import { visit } from "./screens/visit.js";

const SCREENS = { visit, item, list, closed, decline };
let looks = null;

/** A screen, once its looks are there; without them it still works. */
export async function screen(name) {
  await styled();
  return SCREENS[name];
}

/** Keep what the visits need on the way: the looks, and the pictures of the places. */
export async function ready(app) {
  await styled();
  await app.shelf.keep(app.visits.items.map((one) => one.photo).filter(Boolean));
  await app.shelf.read();
  app.refresh();
}

function styled() {
  looks ??= new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("visit.css", import.meta.url).href });
    link.addEventListener("load", done);
    link.addEventListener("error", () => ((looks = null), done()));
    document.head.append(link);
  });
  return looks;
}
