// What a unit shows of a repair: its pictures, any of which may be taken out again, and a word of what was done.
import { html, icon, nothing } from "./dom.js";
import { SHORTEST_NOTE } from "./record.js";
import { MENDED, viewChoice, viewWords } from "./views.js";
import { _ } from "./words.js";

/** `held` is the draft's holder. */
export function repairOf(app, held) {
  let asking = null;
  let lacks = false;

  const ask = (key) => {
    asking = key;
    app.refresh();
  };
  const drop = async (key) => {
    asking = null;
    await app.outbox.removePhoto(held.record.id, key);
    await held.read();
  };
  const question = (key) => html`<div class="question" role="alert"><p><b>${_("真的不要这张照片吗？")}</b></p><div class="pairs2"><button class="btn" @click=${() => ask(null)}>${_("留着")}</button><button class="btn" data-kind="danger" @click=${() => drop(key)}>${_("不要了")}</button></div></div>`;
  const shot = ({ key, role }, at) => html`<li class="shot">
    <figure class="photo"><img src=${held.url(key)} alt=${_("整改后，第 {n} 张，{role}", { n: at + 1, role: viewWords(MENDED(), role) })}><figcaption class="cap">${icon("check", 22)}${_("{role} · 已存在手机里", { role: viewWords(MENDED(), role) })}</figcaption></figure>
    ${asking === key ? question(key) : html`${viewChoice(held, MENDED(), { key, role }, at)}<button class="btn" @click=${() => ask(key)}>${icon("x", 24)}${_("不要这张")}</button>`}</li>`;
  const wrong = () => lacks && held.text("note").trim().length < SHORTEST_NOTE;
  const typed = (event) => {
    held.typing("note")(event);
    if (lacks) app.refresh();
  };
  const note = () => html`<div class="field" data-wrong=${wrong() ? "" : nothing}><label for="note">${_("做了什么")}</label><span class="hint" id="note-hint">${_("写一句就行，如：已清走，摆上花箱")}</span>
    ${wrong() ? html`<p class="wrong" id="note-wrong" role="alert">${_("请写一句做了什么。")}</p>` : nothing}
    <textarea class="input" id="note" aria-describedby="note-hint ${wrong() ? "note-wrong" : ""}" rows="2" maxlength="2000" .value=${held.text("note")} @input=${typed} @change=${held.flush}></textarea></div>`;

  return {
    /** Say at the field that a word is missing, and lead there. */
    lacksNote() {
      lacks = true;
      app.refresh();
      const input = document.getElementById("note");
      input.focus({ preventScroll: true });
      requestAnimationFrame(() => input.closest(".field").scrollIntoView());
    },
    view: () => html`<section class="stack repair"><h2>${_("整改后，拍了 {n} 张", { n: held.record.photos.length })}</h2><ul class="shots-list">${held.record.photos.map(shot)}</ul>${note()}</section>`,
  };
}
