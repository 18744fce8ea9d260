// One hand on the keyboard while sorting: J and K walk the list, the space bar changes the picture, letters press what
// carries them (data-key). Keys do nothing while one is typing or holds Ctrl, Alt or Meta.

const TYPING = "input, select, textarea, [contenteditable]";

/** The index of the neighbour, staying at the ends. */
export function neighbour(current, by, count) {
  return Math.min(Math.max(current + by, 0), count - 1);
}

/** What a key asks for: {walk}, {picture}, {help}, {press}, or null. */
export function wish({ key, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null;
  const letter = key.toLowerCase();
  if (letter === "j" || letter === "k") return { walk: letter === "j" ? 1 : -1 };
  if (key === " ") return { picture: true };
  if (key === "?") return { help: true };
  return /^[a-z]$/.test(letter) ? { press: letter } : null;
}

function act(event) {
  const help = document.querySelector("[data-help]");
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === " " && event.target.closest("a, button, summary")) return;
  const asked = wish(event);
  if (!asked) return;
  if (asked.walk) step(".list .qi", asked.walk)?.click();
  else if (asked.picture) turn(event);
  else if (asked.help) help?.showModal();
  else press(document.querySelector(`[data-key="${asked.press}"]`), event);
}

// What unfolds takes the focus to its first field, so that one can type on; the letter itself is not typed.
function press(target, event) {
  if (!target) return;
  event.preventDefault();
  if (target.matches(TYPING)) return target.focus();
  target.click();
  if (target.parentElement.open) target.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}

function step(selector, by) {
  const all = [...document.querySelectorAll(selector)];
  const current = all.findIndex((one) => one.hasAttribute("aria-current"));
  const next = neighbour(current, by, all.length);
  return next === current ? null : all[next];
}

function turn(event) {
  const all = [...document.querySelectorAll("[data-photo]")];
  if (!all.length) return;
  event.preventDefault();
  const current = all.findIndex((one) => one.hasAttribute("aria-current"));
  all[(current + 1) % all.length].click();
}

if (typeof document !== "undefined") {
  document.addEventListener("keydown", act);
  for (const bar of document.querySelectorAll("[data-keys]")) bar.hidden = false;
  document.querySelector(".list [aria-current]")?.scrollIntoView({ block: "nearest" });
}
