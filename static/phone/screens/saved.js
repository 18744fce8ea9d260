// 已存在手机里, and then 已收到 with the receipt's number: two things that must never look the same.
import { html, icon, moon, nothing, photo } from "../dom.js";
import { holder } from "../holder.js";
import { minuteWords, spoken } from "../said.js";
import { shutter } from "../shutter.js";
import { titleOf } from "../told.js";
import { nextAfter, unsorted } from "../walked.js";
import { _ } from "../words.js";

export function saved(app, { id }) {
  const held = holder(app, id);
  let all = [];

  const look = async () => {
    const record = await app.outbox.record(id);
    if (record) held.record = record;
    all = await app.outbox.all();
    app.refresh();
  };
  const isIn = () => held.record?.state === "received";
  const next = () => nextAfter(all, held.record);

  const received = ({ receipt, received_at }) => html`<div class="receipt" role="status"><div class="top">${moon("closed", 76)}<b>${_("已收到")}</b><span>${thanks(app)}</span></div>
    <div class="body"><span class="soft">${_("回执号")}</span><span class="no">${spoken(receipt.number)}</span><span class="soft note">${_("{moment} 收到", { moment: minuteWords(received_at) })}</span></div></div>`;
  const local = (record) => html`<div class="receipt" data-s="local" role="status"><div class="top">${moon("saved", 76)}<b>${_("已存在手机里")}</b><span>${why(app, record)}</span></div>
    <div class="body"><span class="soft">${_("收到后会给您回执号")}</span><span class="no">${_("待发送 {n} 条", { n: unsent(app) })}</span><span class="soft note">${_("别用“清理手机”，照片就不会丢")}</span></div></div>`;
  const about = (record) => html`<div class="item card">${photo(record.photos[0] && held.url(record.photos[0].key), _("上报的照片"), "thumb")}<span class="grow"><span class="t">${titleOf(app, record)}</span><br><span class="note soft">${[whereOf(record), _("{n} 张照片", { n: record.photos.length })].filter(Boolean).join(" · ")}</span></span></div>`;
  const comes = (record) => {
    if (isIn()) return _("下一步由{district}核对，有了结果会在“我的上报”里告诉您。", { district: record.street?.district ?? _("区里") });
    if (record.state === "attention") return _("还差一点才能发出，在“我的上报”里点开它。");
    return _("可以接着拍下一处。发出之前，随时能在“我的上报”里改或删。");
  };
  const another = () => shutter(app, { look: html`${icon("camera", 30)}${_("再报一处")}`, kind: "primary", size: "full", after: (record) => app.go(`/report/${record.id}/category`) });
  const onward = (one) => html`<a class="btn" data-kind="primary" data-size="full" href="#/report/${one.id}/category">${_("接着选下一处，还有 {n} 处", { n: unsorted(all).length })}${icon("right", 26)}</a>`;
  const home = html`<a class="btn" data-size="wide" href="#/">${icon("home", 26)}${_("回首页")}</a>`;

  return {
    title: _("已存在手机里"),
    start() {
      const stop = held.start();
      look();
      const deaf = app.onOutbox(look);
      return () => (deaf(), stop());
    },
    speak: () => (isIn() ? _("已收到，谢谢您") : _("已存在手机里，有网会自动发，不用管它")),
    view: () => {
      const { record } = held;
      return html`<h1 class="sr">${isIn() ? _("已收到") : _("已存在手机里")}</h1>
        ${record ? html`${isIn() ? received(record) : local(record)}${about(record)}<p class="soft">${comes(record)}</p>` : nothing}`;
    },
    dock: () => (next() ? html`<div class="dock">${onward(next())}${home}</div>` : html`<div class="dock">${another()}${home}</div>`),
  };
}

const unsent = (app) => {
  const { waiting, attention } = app.outbox.counts();
  return waiting + attention;
};

const thanks = ({ session }) => (session?.person.name ? _("谢谢您，{surname}老师", { surname: session.person.name.slice(0, 1) }) : _("谢谢您"));

const whereOf = ({ street, address }) => [street?.name, address.trim()].filter(Boolean).join(" ");

// What the phone is doing about it, in words.
function why(app, record) {
  if (record.state === "attention") return _("还要您看一眼，才能发出");
  if (app.signedOut) return _("请先登录，再发出");
  if (!app.online) return _("现在没有网络，有网会自动发出");
  return app.sender.status().sending === record.id ? _("正在发送") : _("有网会自动发，不用管它");
}
