// 请先登录: what it means, and the two ways in.
import { html, icon } from "../dom.js";
import { _ } from "../words.js";

export function signin(app) {
  return {
    title: _("请先登录"),
    speak: () => _("请先登录。没发出的都还在手机里"),
    view: () => {
      const kept = app.outbox.unsent().length;
      return html`<h1 class="ask">${_("请先登录")}</h1>
        <p>${kept ? _("没发出的 {n} 条都还在手机里，登录以后自动发。", { n: kept }) : _("一部手机登录一次就行。")}</p>
        <section class="card facts"><div>${icon("key", 28)}<span>${_("有邀请单：用手机相机扫单子上的码")}</span></div><div>${icon("phone", 28)}<span>${_("都不会：给上面的联络员打电话")}</span></div></section>`;
    },
    dock: () => html`<div class="dock"><a class="btn" data-kind="primary" data-size="full" href="/join">${icon("key", 30)}${_("用手机号和验证码登录")}</a><a class="btn" data-size="full" href="/sign-in?next=%2Fphone%2F">${_("用密码登录")}</a></div>`,
  };
}
