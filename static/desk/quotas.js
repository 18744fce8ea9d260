// The grid of quotas: 每区都 N 处 without asking the server, and the sums as one types.

const grid = globalThis.document?.querySelector("[data-quotas]");

/** The whole number that was typed; 0 for anything else. */
export const number = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : 0);

/** The sum of what was typed. */
export const sum = (texts) => texts.reduce((total, text) => total + number(text), 0);

if (grid) {
  grid.addEventListener("input", count);
  for (const button of grid.querySelectorAll("[name=fill]")) button.addEventListener("click", fill);
}

function fill(event) {
  event.preventDefault();
  const type = event.currentTarget.value;
  const wanted = grid.querySelector(`[name="every-${type}"]`).value;
  for (const cell of of(grid, type)) cell.value = wanted;
  count();
}

function of(place, type = "") {
  return [...place.querySelectorAll(type ? `[data-type="${type}"]` : "[data-type]")];
}

function count() {
  for (const row of grid.tBodies[0].rows) {
    row.querySelector("[data-row-total]").textContent = sum(of(row).map((cell) => cell.value));
  }
  for (const total of grid.querySelectorAll("[data-total]")) {
    total.textContent = sum(of(grid, total.dataset.total).map((cell) => cell.value));
  }
  grid.querySelector("[data-grand]").textContent = sum(of(grid).map((cell) => cell.value));
  for (const cell of of(grid)) {
    const there = number(cell.nextElementSibling.textContent.replace("/", ""));
    cell.closest("td").toggleAttribute("data-short", number(cell.value) > there);
  }
}
