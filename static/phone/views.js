// What a picture shows, as buttons beside it: chosen by a tap, and the chosen one is pressed.
import { html } from "./dom.js";
import { _ } from "./words.js";

/** Of what was seen. */
export const SEEN = () => [["far", _("远景")], ["near", _("近景")], ["plate", _("车牌")]];
/** Of a repair. */
export const MENDED = () => [["far", _("远景")], ["near", _("近景")], ["after", _("其他")]];

/** A role in words. */
export const viewWords = (views, role) => views.find(([one]) => one === role)?.[1] ?? _("照片");

/** The choice for one of a draft's pictures. */
export function viewChoice(held, views, { key, role }, at) {
  const choose = (chosen) => held.change((record) => (record.photos.find((one) => one.key === key).role = chosen));
  return html`<div class="roles" role="group" aria-label=${_("第 {n} 张拍的是什么", { n: at + 1 })}>${views.map(([one, word]) => html`
    <button class="btn" aria-pressed=${role === one} @click=${() => choose(one)}>${word}</button>`)}</div>`;
}
