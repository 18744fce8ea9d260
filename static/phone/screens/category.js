// 第 2 步: what it is, as large pictures; a tap chooses and goes on.
import { banner, html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { isGone, nameOf, ranked } from "../kit.js";
import { shutter } from "../shutter.js";
import { steps } from "../steps.js";
import { goneWords } from "../told.js";
import { _, locale } from "../words.js";

const FIRST = 11;

export function category(app, { id }) {
  const held = holder(app, id, { step: "category" });
  let open = false;

  const choose = async (code) => {
    await held.change((record) => Object.assign(record, { category: code, step: "place" }));
    app.go(`/report/${id}/place`);
  };
  const unfold = () => {
    open = true;
    app.refresh();
    requestAnimationFrame(() => document.querySelectorAll(".cats .tile")[FIRST]?.focus());
  };
  const tile = (one) => html`<button class="tile" aria-pressed=${held.record?.category === one.code} @click=${() => choose(one.code)}>${icon(`cat-${one.code}`, 46)}<span>${nameOf(app.kit, one.code, locale())}</span></button>`;
  const shot = (photos) => html`<figure class="photo small"><img src=${held.url(photos[0].key)} alt=${_("刚拍的照片")}><figcaption class="cap">${icon("check", 20)}<span aria-label=${_("{n} 张照片已存在手机里", { n: photos.length })}>${_("{n} 张", { n: photos.length })}</span></figcaption></figure>`;

  return {
    title: _("选类别"),
    start: held.start,
    speak: () => _("这是什么问题？点一下最像的那一个"),
    view: () => {
      const all = ranked(app.kit);
      const shots = held.record?.photos ?? [];
      const whole = open || all.length <= FIRST + 1 || all.slice(FIRST).some((one) => one.code === held.record?.category);
      return html`${steps(2)}
        <div class="row asked"><h1 class="ask grow">${_("这是什么问题？")}</h1>${shots.length ? shot(shots) : nothing}</div>
        ${isGone(app.kit, held.record?.category) ? banner("late", ...goneWords(app, held.record.category)) : nothing}
        ${all.length ? nothing : html`<p class="card">${_("类别还没有取到，要有一次网络。照片已存在手机里。")}</p>`}
        <div class="cats" role="group" aria-label=${_("这是什么问题？")}>${all.slice(0, whole ? all.length : FIRST).map(tile)}
          ${whole ? nothing : html`<button class="tile" data-more aria-expanded="false" @click=${unfold}>${icon("plus", 46)}<span>${_("其他 {n} 类", { n: all.length - FIRST })}</span></button>`}</div>`;
    },
    dock: () => held.record && html`<div class="dock"><div class="row">
      <button class="btn" @click=${() => app.go(`/report/${id}/photos`)}>${icon("left", 24)}${_("上一步")}</button>
      ${shutter(app, { look: html`${icon("camera", 26)}${_("再拍一张近景")}`, cls: "btn grow", record: () => app.outbox.record(id), after: held.arrive })}</div></div>`,
  };
}
