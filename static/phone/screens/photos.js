// 第 1 步: the pictures of one report, each with what it shows.
import { html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { shutter } from "../shutter.js";
import { steps } from "../steps.js";
import { _ } from "../words.js";

const ROLES = () => [["far", _("远景")], ["near", _("近景")], ["plate", _("车牌")]];

export function photos(app, { id }) {
  const held = holder(app, id);
  let asking = null;

  const onward = () => app.go(`/report/${id}/${held.record.category ? "place" : "category"}`);
  const setRole = (key, role) => held.change((record) => (record.photos.find((one) => one.key === key).role = role));
  const drop = async (key) => {
    asking = null;
    await app.outbox.removePhoto(id, key);
    await held.read();
  };
  const more = (look, rest) => shutter(app, { look, record: () => app.outbox.record(id), after: held.read, ...rest });

  const tile = (photo, at) => html`<li class="shot">
    <figure class="photo" data-tall=${at === 0 ? "" : nothing}><img src=${held.url(photo.key)} alt=${_("第 {n} 张照片", { n: at + 1 })}><figcaption class="cap">${icon("check", 22)}${_("已存在手机里")}</figcaption></figure>
    <div class="roles" role="group" aria-label=${_("第 {n} 张拍的是什么", { n: at + 1 })}>${ROLES().map(([role, word]) => html`
      <button class="chip" aria-pressed=${photo.role === role} @click=${() => setRole(photo.key, role)}>${word}</button>`)}
      <button class="chip" data-out @click=${() => { asking = photo.key; app.refresh(); }}>${icon("x", 22)}${_("不要这张")}</button></div>
    ${asking === photo.key ? html`<div class="question" role="alert"><p>${_("真的不要这张照片吗？")}</p><div class="row"><button class="btn grow" @click=${() => { asking = null; app.refresh(); }}>${_("留着")}</button><button class="btn grow" data-kind="danger" @click=${() => drop(photo.key)}>${_("不要了")}</button></div></div>` : nothing}
  </li>`;

  return {
    title: _("拍照片"),
    start: held.start,
    speak: () => (held.record?.photos.length ? _("再拍一张近的吗？不拍就按：够了，选类别") : _("请拍一张照片，先拍远一点")),
    view: () => html`${steps(1)}
      <h1 class="ask">${held.record?.photos.length ? _("再拍一张近的吗？") : _("拍一张照片")}</h1>
      <ul class="shots-list">${held.record?.photos.map(tile)}</ul>
      ${more(html`${icon("inphone", 30)}<span>${_("从相册里选")}</span>`, { album: true, cls: "btn", size: "full" })}`,
    dock: () => html`<div class="dock">
      ${more(html`${icon("camera", 30)}${held.record?.photos.length ? _("再拍一张近景") : _("点这里拍照")}`, { kind: "primary", size: "full" })}
      ${held.record?.photos.length ? html`<button class="btn" data-size="full" @click=${onward}>${held.record.category ? _("够了，看位置") : _("够了，选类别")}${icon("right", 24)}</button>` : nothing}</div>`,
  };
}
