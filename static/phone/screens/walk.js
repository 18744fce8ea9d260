// 走一圈: shoot many, sort later. Each shot is a draft of its own, with its own place.
import { html, icon } from "../dom.js";
import { shutter } from "../shutter.js";
import { _ } from "../words.js";

export function walk(app) {
  let unsorted = [];
  const urls = new Map();

  const read = async () => {
    unsorted = (await app.outbox.all()).filter((record) => record.state === "draft" && record.walk && record.photos.length);
    for (const { id, photos: [first] } of unsorted) {
      if (urls.has(id)) continue;
      const blob = await app.outbox.photo(id, first.key);
      if (blob) urls.set(id, URL.createObjectURL(blob));
    }
    app.refresh();
  };

  return {
    title: _("走一圈"),
    start() {
      app.place.begin();
      read();
      return () => { for (const address of urls.values()) URL.revokeObjectURL(address); };
    },
    speak: () => _("一路走一路拍，拍完再一张一张选类别"),
    view: () => html`<h1 class="ask">${_("走一圈")}</h1><p class="soft">${_("先拍，回头再选类别。每一张都记着位置")}</p>
      <h2>${_("还没选类别的 {n} 张", { n: unsorted.length })}</h2>
      <ul class="walked">${unsorted.map((record, at) => html`<li><a href="#/report/${record.id}/category"><img src=${urls.get(record.id) ?? ""} alt=${_("第 {n} 张，点开选类别", { n: unsorted.length - at })}><span>${icon("right", 24)}${_("选类别")}</span></a></li>`)}</ul>`,
    dock: () => html`<div class="dock">${shutter(app, { look: html`${icon("camera", 34)}${_("拍下一张")}`, kind: "primary", size: "full", record: () => app.outbox.begin({ walk: true }), role: "far", after: read })}
      <a class="btn" data-size="full" href="#/">${icon("home", 26)}${_("先到这里，回首页")}</a></div>`,
  };
}
