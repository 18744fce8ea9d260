// The picked picture in the large frame, and as large as the screen: zoomed, moved and turned. Without this each small
// picture leads to its large copy.
import Panzoom from "../vendor/@panzoom/panzoom/panzoom.es.js";
import { turned } from "./turn.js";

const frame = document.querySelector("[data-big]");
const links = [...document.querySelectorAll("[data-photo]")];
const viewer = document.querySelector("[data-viewer]");

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(link);
  });
}

function show(link) {
  const small = link.querySelector("img");
  if (!frame || !small) return;
  const large = new Image();
  large.alt = small.alt;
  large.src = link.href;
  frame.querySelector("img, .nophoto")?.replaceWith(large);
  frame.querySelector("figcaption").textContent = link.dataset.label;
  for (const other of links) other.toggleAttribute("aria-current", false);
  link.setAttribute("aria-current", "true");
}

if (frame && viewer) {
  const picture = viewer.querySelector("img");
  const moved = viewer.querySelector("[data-moved]");
  const pan = Panzoom(moved, { maxScale: 8, minScale: 1, step: 0.4, cursor: "grab" });
  const open = frame.querySelector("[data-view]");
  open.hidden = !frame.querySelector("img");
  open.addEventListener("click", () => enlarge(frame.querySelector("img")));
  frame.addEventListener("click", (event) => event.target.closest("img") && enlarge(event.target));
  viewer.querySelector("[data-stage]").addEventListener("wheel", pan.zoomWithWheel, { passive: false });
  viewer.addEventListener("click", (event) => act(event.target.closest("button")));
  viewer.addEventListener("keydown", (event) => key(event));

  function enlarge(shown) {
    if (!shown) return;
    picture.src = shown.src;
    picture.alt = shown.alt;
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
}
