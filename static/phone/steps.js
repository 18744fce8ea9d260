// The three steps of a report, on top of each.
import { html, nothing } from "./dom.js";
import { _ } from "./words.js";

export function steps(now) {
  return html`<p class="steps"><span>${_("第 {n} 步，共 3 步", { n: now })}</span>${[1, 2, 3].map((one) => html`<i data-on=${one <= now ? "" : nothing}></i>`)}</p>`;
}
