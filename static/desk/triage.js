// What keeps the triage page alive: how many wait now, ten seconds to take a decision back, and the unit and deadline that
// follow from the category and the kind of place.
import { left, more } from "./waiting.js";

const EVERY_MS = 20_000;

const head = document.querySelector("[data-live]");
if (head) setInterval(() => document.visibilityState === "visible" && count(head), EVERY_MS);

async function count(bar) {
  const answer = await fetch(bar.dataset.live, { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { waiting } = await answer.json();
  const shown = bar.querySelector("[data-waiting]");
  const fresh = bar.querySelector("[data-fresh]");
  bar.dataset.first ??= shown.textContent;
  const come = more(Number(bar.dataset.first), waiting);
  shown.textContent = waiting;
  fresh.hidden = come === 0;
  fresh.textContent = bar.dataset.more.replace("{n}", come);
  fresh.href = location.pathname + location.search;
}

const undo = document.querySelector("[data-undo]");
if (undo) {
  const until = performance.now() + Number(undo.dataset.undo) * 1000;
  const shown = undo.querySelector("[data-left]");
  const timer = setInterval(() => {
    const seconds = left(until, performance.now());
    shown.textContent = seconds;
    if (seconds > 0) return;
    clearInterval(timer);
    undo.remove();
  }, 250);
}

const form = document.querySelector("[data-suggest]");
for (const name of ["category", "site_type"]) form?.elements[name]?.addEventListener("change", () => suggest(form));

async function suggest(form) {
  const asked = new URLSearchParams({ category: form.elements.category.value, site_type: form.elements.site_type.value });
  const answer = await fetch(`${form.dataset.suggest}?${asked}`).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  for (const name of ["unit", "limit_amount", "limit_unit"]) form.elements[name].value = found[name];
  form.querySelector("[data-due]").textContent = found.text;
  form.querySelector("[data-line]").textContent = found.line;
}
