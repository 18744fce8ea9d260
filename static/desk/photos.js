// The picked picture in the large frame, and as large as the screen. Without this each small picture leads to its large
// copy.
import { opener } from "./viewer.js";

const frame = document.querySelector("[data-big]");
const links = [...document.querySelectorAll("[data-photo]")];
const open = opener();

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

if (frame && open) {
  const button = frame.querySelector("[data-view]");
  button.hidden = !frame.querySelector("img");
  button.addEventListener("click", () => enlarge(frame.querySelector("img")));
  frame.addEventListener("click", (event) => event.target.closest("img") && enlarge(event.target));
}

function enlarge(shown) {
  if (shown) open(shown.src, shown.alt);
}
