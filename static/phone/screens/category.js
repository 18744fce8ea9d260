// 第 2 步: what it is, as large pictures; a tap chooses and goes on.
import { html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { ranked } from "../kit.js";
import { shutter } from "../shutter.js";
import { steps } from "../steps.js";
import { _, locale } from "../words.js";

const FIRST = 11;

export function category(app, { id }) {
  const held = holder(app, id);
  let open = false;

  const choose = async (code) => {
    await held.change((record) => Object.assign(record, { category: code, step: "place" }));
    app.go(`/report/${id}/place`);
  };
  const tile = (one) => html`<button class="tile" aria-pressed=${held.record?.category === one.code} @click=${() => choose(one.code)}>${icon(`cat-${one.code}`, 46)}<span>${locale() === "en" ? one.english : one.short}</span></button>`;

  return {
    title: _("选类别"),
    start: held.start,
    speak: () => _("这是什么问题？点一下最像的那一个"),
    view: () => {
      const all = ranked(app.kit);
      const [first] = held.record?.photos ?? [];
      return html`${steps(2)}
        <div class="row"><h1 class="ask grow">${_("这是什么问题？")}</h1>${first ? html`<figure class="photo small"><img src=${held.url(first.key)} alt=${_("刚拍的照片")}></figure>` : nothing}</div>
        ${all.length ? nothing : html`<p>${_("类别还没有取到，要有一次网络。照片已存在手机里。")}</p>`}
        <div class="cats" role="group" aria-label=${_("这是什么问题？")}>${all.slice(0, open ? all.length : FIRST).map(tile)}
          ${!open && all.length > FIRST ? html`<button class="tile" data-more aria-expanded="false" @click=${() => { open = true; app.refresh(); }}>${icon("plus", 46)}<span>${_("其他 {n} 类", { n: all.length - FIRST })}</span></button>` : nothing}</div>`;
    },
    dock: () => html`<div class="dock"><div class="row">
      <button class="btn" @click=${() => app.go(`/report/${id}/photos`)}>${icon("left", 24)}${_("看照片")}</button>
      ${shutter(app, { look: html`${icon("camera", 26)}${_("再拍一张近景")}`, cls: "btn grow", record: () => app.outbox.record(id), after: held.read })}</div></div>`,
  };
}
