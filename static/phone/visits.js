// The screens of a visit, and their looks, in one piece: fetched when one was drawn, and there without a network then.
import { closed } from "./screens/visitclosed.js";
import { decline } from "./screens/visitdecline.js";
import { item } from "./screens/visititem.js";
import { list } from "./screens/visitlist.js";
import { visit } from "./screens/visit.js";
import { exampleOf, itemsOf } from "./visit.js";

const SCREENS = { visit, item, list, closed, decline };
let looks = null;

/** A screen, once its looks are there; without them it still works. */
export async function screen(name) {
  await styled();
  return SCREENS[name];
}

/** Fetch the looks; gives the addresses of the pictures that these visits need on the way. */
export async function ready(items) {
  await styled();
  const examples = items.flatMap((one) => itemsOf(one).filter((item) => item.picture).map(exampleOf));
  return [...items.map((one) => one.photo), ...examples].filter(Boolean);
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
