// 走一圈: shoot many, sort later. Each shot is a draft of its own, with its own place.
import { html, icon, nothing } from "../dom.js";
import { shutter } from "../shutter.js";
import { unsorted } from "../walked.js";
import { _, locale } from "../words.js";

export function walk(app) {
  const urls = new Map();
  let shots = [];

  const read = async () => {
    shots = unsorted(await app.outbox.all());
    await Promise.all(shots.map(show));
    app.refresh();
  };
  const show = async ({ id, photos: [first] }) => {
    if (urls.has(id)) return;
    urls.set(id, "");
    const blob = await app.outbox.photo(id, first.key);
    if (blob) urls.set(id, URL.createObjectURL(blob));
  };
  const tile = (record, at) => html`<li><a href="#/report/${record.id}/category"><img src=${urls.get(record.id) ?? ""} alt=""><span class="cap">${icon(record.photos[0].place ? "pin" : "warn", 22)}${record.photos[0].place ? _("位置记下了") : _("没记下位置")}</span><span class="to"><b>${_("第 {n} 处", { n: at + 1 })}</b><span class="note soft">${clockWords(record.created_at)}</span><span class="pickit">${_("选类别")}${icon("right", 24)}</span></span></a></li>`;

  return {
    title: _("走一圈"),
    start() {
      app.place.begin();
      read();
      const stop = app.onOutbox(read);
      return () => {
        stop();
        for (const address of urls.values()) if (address) URL.revokeObjectURL(address);
      };
    },
    speak: () => _("一路走一路拍，拍完再一张一张选类别"),
    view: () => html`<h1 class="ask">${_("走一圈，先拍")}</h1>
      <p class="soft">${_("一处拍一张，回头再选类别")}</p>
      ${shots.length ? html`<h2 class="row" role="status">${icon("inphone", 28)}${_("拍了 {n} 处，都已存在手机里", { n: shots.length })}</h2>` : html`<div class="empty">${icon("camera", 64)}<b>${_("还没有拍")}</b></div>`}
      ${app.saving ? html`<p class="card" role="status">${_("正在存…")}</p>` : nothing}
      <ol class="walked">${shots.map(tile)}</ol>`,
    dock: () => html`<div class="dock">${shutter(app, { look: html`${icon("camera", 40)}<span class="big">${shots.length ? _("拍下一处") : _("拍第一处")}</span>`, kind: "primary", size: "full", walk: true, role: "far", after: read })}
      <div class="row"><a class="btn ${shots.length ? "" : "grow"}" href="#/">${icon("home", 26)}${_("回首页")}</a>${shots.length ? html`<a class="btn grow" href="#/report/${shots[0].id}/category">${_("去选类别")}${icon("right", 24)}</a>` : nothing}</div></div>`,
  };
}

const clockWords = (moment) => new Intl.DateTimeFormat(locale() === "en" ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", hour: "numeric", minute: "2-digit", hour12: true }).format(new Date(moment));
