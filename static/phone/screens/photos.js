// 第 1 步: the pictures of one report, each with what it shows.
import { html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { shutter } from "../shutter.js";
import { steps } from "../steps.js";
import { SEEN, viewChoice, viewWords } from "../views.js";
import { _ } from "../words.js";

export function photos(app, { id }) {
  const held = holder(app, id, { step: "photos" });
  let asking = null;

  const onward = () => app.go(`/report/${id}/${held.record.category ? "place" : "category"}`);
  const ask = (key) => {
    asking = key;
    app.refresh();
  };
  const drop = async (key) => {
    asking = null;
    await app.outbox.removePhoto(id, key);
    await held.read();
  };
  const more = (look, rest) => shutter(app, { look, record: () => app.outbox.record(id), after: held.arrive, ...rest });

  const tile = (photo, at) => {
    const name = viewWords(SEEN(), photo.role);
    return html`<li class="shot">
      <figure class="photo" data-tall=${at === 0 ? "" : nothing}><img src=${held.url(photo.key)} alt=${_("第 {n} 张照片，{role}", { n: at + 1, role: name })}><figcaption class="cap">${icon("check", 22)}${_("{role} · 已存在手机里", { role: name })}</figcaption></figure>
      ${asking === photo.key ? question(photo.key) : html`
        ${viewChoice(held, SEEN(), photo, at)}
        <div class="pairs2">${more(html`${icon("camera", 24)}${_("重拍")}`, { replaces: photo.key })}<button class="btn" @click=${() => ask(photo.key)}>${icon("x", 24)}${_("不要这张")}</button></div>`}
    </li>`;
  };
  const question = (key) => html`<div class="question" role="alert"><p><b>${_("真的不要这张照片吗？")}</b></p><div class="pairs2"><button class="btn" @click=${() => ask(null)}>${_("留着")}</button><button class="btn" data-kind="danger" @click=${() => drop(key)}>${_("不要了")}</button></div></div>`;
  const storing = () => html`<li class="photo storing" data-empty role="status">${icon("inphone", 48)}<span>${_("正在存…")}</span></li>`;

  return {
    title: _("拍照片"),
    start: held.start,
    speak: () => (held.record?.photos.length ? _("再拍一张近的吗？不拍就按：够了，选类别") : _("请拍一张照片，先拍远一点")),
    view: () => {
      const shots = held.record?.photos ?? [];
      return html`${steps(1)}
        <h1 class="ask">${shots.length || !held.record ? _("再拍一张近的吗？") : _("拍一张照片")}</h1>
        <ul class="shots-list">${shots.map(tile)}${app.saving ? storing() : nothing}</ul>
        ${shots.length || !held.record ? nothing : more(html`${icon("camera", 64)}<span>${_("点这里拍照")}<br><span class="note soft">${_("先拍远一点，认得出在哪里")}</span></span>`, { cls: "photo first", kind: "none" })}
        ${more(html`${icon("inphone", 28)}<span>${_("从相册选")}</span>`, { album: true, size: "wide" })}`;
    },
    dock: () => {
      if (!held.record?.photos.length) return nothing;
      return html`<div class="dock">
        ${more(html`${icon("camera", 30)}${_("再拍一张近景")}`, { kind: "primary", size: "full" })}
        <button class="btn" data-size="wide" @click=${onward}>${held.record.category ? _("够了，看位置") : _("够了，选类别")}${icon("right", 24)}</button></div>`;
    },
  };
}
