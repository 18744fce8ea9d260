// What every screen is drawn with: lit-html, and the look's small parts (see templates/macros/look.html).
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";

export { html, nothing, render };

const ICONS = new URL("../look/icons.svg", import.meta.url).href;
/** The categories' drawings: a file of their own, for the screen on which one is chosen. */
const CATEGORIES = new URL("../look/cats.svg", import.meta.url).href;
const MOONS = { lookback: "handled", soon: "handling", incomplete: "saved", waiting: "saved", draft: "saved", attention: "overdue" };
const BANNERS = { local: "inphone", late: "warn", done: "check", check: "recheck" };

/** A drawing of the sprite; a category's is "cat-" and its code. */
export function icon(name, size = 24, cls = "") {
  return html`<svg class="i ${cls}" width=${size} height=${size} aria-hidden="true"><use href="${name.startsWith("cat-") ? CATEGORIES : ICONS}#${name}"></use></svg>`;
}

/** How far a matter has come, as the fullness of the moon. */
export function moon(code, size = 20) {
  return html`<svg class="moon" width=${size} height=${size} aria-hidden="true"><use href="${ICONS}#moon-${MOONS[code] ?? code}"></use></svg>`;
}

/** The brand's mark. */
export function mark(size = 34) {
  return html`<svg class="mark" width=${size} height=${size} aria-hidden="true"><use href="${ICONS}#mark"></use></svg>`;
}

/** Moon, word and colour together. */
export function state(code, label) {
  const shown = { incomplete: "saved", waiting: "saved", draft: "saved", attention: "overdue" }[code] ?? code;
  return html`<span class="state" data-s=${shown}>${moon(code)}${label}</span>`;
}

/** Something to know: kind is info, local, done, late or check. */
export function banner(kind, title, text = "") {
  return html`<div class="banner" data-s=${kind} role=${kind === "late" ? "alert" : "status"}>${icon(BANNERS[kind] ?? "info", 28)}<div class="grow"><b>${title}</b>${text}</div></div>`;
}

/** A picture, or a quiet field while there is none. */
export function photo(url, alt = "", cls = "") {
  if (url) return html`<img class=${cls || nothing} src=${url} alt=${alt}>`;
  return html`<span class="nophoto ${cls}" role=${alt ? "img" : nothing} aria-label=${alt || nothing}>${icon("camera", 28)}</span>`;
}
