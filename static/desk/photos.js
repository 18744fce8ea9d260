// The picked picture in the large frame. Without this each small picture leads to its large copy.

const frame = document.querySelector("[data-big]");
const links = [...document.querySelectorAll("[data-photo]")];

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
