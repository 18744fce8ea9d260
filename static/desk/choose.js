// A list in which several are chosen: one box for the whole page.

for (const form of document.querySelectorAll("form[data-choose]")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const label = form.querySelector("[data-all]");
  const all = label.querySelector("input");
  label.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  form.addEventListener("change", () => (all.checked = boxes.every((box) => box.checked)));
}
