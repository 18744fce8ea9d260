// Before and after one above the other: a line is drawn across by pointer, finger or keys. Under it lies a range input,
// which brings the keys and tells a screen reader where the line is. Each small picture of the page opens large.
import { opener } from "./viewer.js";

const open = opener();

for (const box of document.querySelectorAll("[data-compare]")) compare(box, document.querySelector("[data-compare-tools]"));
for (const link of document.querySelectorAll(".thumbs a.photo:not([data-pair])")) {
  if (open && link.querySelector("img") && link.getAttribute("href") !== "#main") {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link.href, link.querySelector("img").alt);
    });
  }
}

function compare(box, tools) {
  const range = box.querySelector("input");
  const figures = [...box.querySelectorAll("figure")];
  const pictures = () => figures.map((figure) => figure.querySelector("img"));
  if (pictures().every(Boolean)) lay(box, range, tools.querySelector("[data-beside]"));
  else tools.querySelector("[data-beside]").hidden = true;
  tools.hidden = !open || !pictures().some(Boolean);
  for (const button of tools.querySelectorAll("[data-large]")) {
    const shown = () => pictures()[button.dataset.large];
    button.hidden = !shown();
    button.addEventListener("click", () => open(shown().src, shown().alt));
  }
  const links = [...document.querySelectorAll("[data-pair]")];
  for (const link of links) link.addEventListener("click", (event) => choose(event, link, links, box));
}

function lay(box, range, beside) {
  const draw = () => {
    box.style.setProperty("--at", `${range.value}%`);
    const told = box.dataset.told.replace("{before}", `${range.value}%`).replace("{after}", `${100 - range.value}%`);
    range.setAttribute("aria-valuetext", told);
  };
  const show = (over) => {
    box.toggleAttribute("data-over", over);
    for (const part of [range, box.querySelector(".line")]) part.hidden = !over;
    beside.setAttribute("aria-pressed", String(!over));
  };
  range.addEventListener("input", draw);
  beside.addEventListener("click", () => show(!box.hasAttribute("data-over")));
  draw();
  show(true);
}

// Another pair in the same place; one whose copies are still being made is left to its address.
function choose(event, link, links, box) {
  const sides = ["before", "after"];
  const figures = [...box.querySelectorAll("figure")];
  const pictures = figures.map((figure) => figure.querySelector("img"));
  if (!pictures.every(Boolean) || !sides.every((side) => link.dataset[side])) return;
  event.preventDefault();
  sides.forEach((side, at) => {
    pictures[at].src = link.dataset[side];
    pictures[at].alt = link.querySelectorAll("img")[at].alt;
    figures[at].querySelector("figcaption").textContent = link.dataset[`${side}Caption`];
  });
  for (const other of links) other.toggleAttribute("aria-current", false);
  link.setAttribute("aria-current", "true");
  box.toggleAttribute("data-inside", "inside" in link.dataset);
}
