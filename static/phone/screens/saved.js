// 已存在手机里, and then 已收到 with the receipt's number: two things that must never look the same.
import { html, icon, moon, photo } from "../dom.js";
import { holder } from "../holder.js";
import { nameOf } from "../kit.js";
import { minuteWords, spoken } from "../said.js";
import { shutter } from "../shutter.js";
import { _, locale } from "../words.js";

export function saved(app, { id }) {
  const held = holder(app, id);
  const again = { cls: "btn", kind: "primary", size: "full", after: (record) => app.go(`/report/${record.id}/category`) };

  const received = (record) => html`<div class="receipt" role="status"><div class="top">${moon("closed", 76)}<b>${_("已收到")}</b><span>${_("谢谢您")}</span></div>
    <div class="body"><span class="soft">${_("回执号")}</span><span class="no">${spoken(record.receipt.number)}</span><span class="soft note">${_("{moment} 收到", { moment: minuteWords(record.received_at) })}</span></div></div>`;
  const local = (record) => html`<div class="receipt" data-s="local" role="status"><div class="top">${moon("saved", 76)}<b>${_("已存在手机里")}</b><span>${why(app, record)}</span></div>
    <div class="body"><span class="soft">${_("收到后会给您回执号")}</span><span class="no">${_("待发送 {n} 条", { n: app.outbox.counts().waiting + app.outbox.counts().attention })}</span><span class="soft note">${_("别用“清理手机”，照片就不会丢")}</span></div></div>`;

  return {
    title: _("已存在手机里"),
    start: () => {
      const stop = held.start();
      const follow = () => held.record && app.outbox.record(id).then((record) => record && ((held.record = record), app.refresh()));
      const timer = app.onOutbox(follow);
      return () => (timer(), stop());
    },
    speak: () => (held.record?.state === "received" ? _("已收到，谢谢您") : _("已存在手机里，有网会自动发，不用管它")),
    view: () => {
      const { record } = held;
      if (!record) return html``;
      const [first] = record.photos;
      return html`<h1 class="sr">${record.state === "received" ? _("已收到") : _("已存在手机里")}</h1>
        ${record.state === "received" ? received(record) : local(record)}
        <div class="item card">${photo(first && held.url(first.key), _("上报的照片"), "thumb")}<span class="grow"><span class="t">${nameOf(app.kit, record.category, locale())}</span><br><span class="note soft">${[record.street?.name, record.address].filter(Boolean).join(" ")} <span class="nowrap">· ${_("{n} 张照片", { n: record.photos.length })}</span></span></span></div>
        <p class="soft">${record.state === "received" ? _("下一步由区里核对，有了结果会在“我的上报”里告诉您。") : _("可以接着拍下一处。发出之前，随时能在“我的上报”里改或删。")}</p>`;
    },
    dock: () => html`<div class="dock">${shutter(app, { look: html`${icon("camera", 30)}${_("再报一处")}`, ...again })}<a class="btn" data-size="full" href="#/">${icon("home", 26)}${_("回首页")}</a></div>`,
  };
}

// What the phone is doing about it, in words.
function why(app, record) {
  if (record.state === "attention") return _("还要您看一眼，才能发出");
  if (app.signedOut) return _("请先登录，再发出");
  if (!app.online) return _("现在没有网络，有网会自动发出");
  return app.sender.status().sending === record.id ? _("正在发送") : _("有网会自动发，不用管它");
}
