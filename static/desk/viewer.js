// A picture as large as the screen, to zoom, move and turn (macros/viewer.html).
import Panzoom from "../vendor/@panzoom/panzoom/panzoom.es.js";
import { turned } from "./turn.js";

/** What shows a picture in the page's viewer, given its address and its words; null where the page has no viewer. */
export function opener(viewer = document.querySelector("[data-viewer]")) {
  if (!viewer) return null;
  const picture = viewer.querySelector("img");
  const pan = Panzoom(viewer.querySelector("[data-moved]"), { maxScale: 8, minScale: 1, step: 0.4, cursor: "grab" });
  viewer.querySelector("[data-stage]").addEventListener("wheel", pan.zoomWithWheel, { passive: false });
  viewer.addEventListener("click", (event) => act(event.target.closest("button")));
  viewer.addEventListener("keydown", (event) => key(event));

  function open(src, alt) {
    picture.src = src;
    picture.alt = alt;
    delete picture.dataset.turn;
    pan.reset({ animate: false });
    viewer.showModal();
  }

  function act(button) {
    if (!button) return;
    if ("close" in button.dataset) viewer.close();
    else if ("turnBy" in button.dataset) turn();
    else zoom(button.dataset.zoom);
  }

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const asked = { "+": "in", "=": "in", "-": "out", 0: "reset" }[event.key];
    if (asked) zoom(asked);
    else if (event.key.toLowerCase() === "r") turn();
    else if (event.key.toLowerCase() === "v") viewer.close();
  }

  function zoom(asked) {
    if (asked === "in") pan.zoomIn();
    else if (asked === "out") pan.zoomOut();
    else pan.reset();
  }

  function turn() {
    picture.dataset.turn = turned(picture.dataset.turn);
  }

  return open;
}
