// 帮助: a few questions, each with a picture and two sentences; and whom to call.
import { html, icon, moon, nothing } from "../dom.js";
import { handles } from "../role.js";
import { _ } from "../words.js";

const OFFLINE = () => [icon("nonet", 64), _("没有网怎么办"), [_("照样拍。照片存在手机里，写着“待发送”。"), _("有网会自动发，也可以按“现在发送”。"), _("别用“清理手机”，照片就不会丢。")]];
const FULL = () => [icon("inphone", 64), _("手机快满了怎么办"), [_("连上网，让照片发出去，发出七天后自动清掉。"), _("实在发不出去，在“我的”里导出，交给联络员。")]];
const QUESTIONS = () => [
  [icon("camera", 64), _("怎么拍"), [_("站远一点拍一张，要看得出在哪里。"), _("再走近拍一张：车牌、损坏的地方。"), _("不用拍人脸。")]],
  OFFLINE(),
  [moon("handling", 64), _("收到以后会怎样"), [_("先给您一个回执号。"), _("区里核对，交给单位去改，改完有人复核。"), _("每一步都在“我的上报”里。")]],
  [icon("pin", 64), _("位置不准怎么办"), [_("走到空旷的地方等一会儿。"), _("按“不对，我来改”，选街道或在图上点。"), _("不准也能先保存。")]],
  FULL(),
  [icon("shield", 64), _("被查的单位知道是我吗"), [_("不知道。他们看不到姓名、电话、手机和时间。"), _("只有督查处写明理由才能查，而且有记录。")]],
];

const UNITS_QUESTIONS = () => [
  [icon("camera", 64), _("怎么拍"), [_("站到老地方，让门和墙和影子对上。"), _("至少一张，在现场拍，不用旧照片。")]],
  OFFLINE(),
  [icon("clock", 64), _("期限怎么算"), [_("以系统收到为准，照片上的时间也会写明。"), _("没有网又快到期，请走到有网的地方再交。")]],
  [moon("handled", 64), _("交了以后会怎样"), [_("由单位以外的人去核查，通过就结案。"), _("不通过会退回来，写明理由，照着再改再拍。")]],
  FULL(),
];

export function help(app) {
  const questions = handles(app) ? UNITS_QUESTIONS() : QUESTIONS();
  const hotline = app.session?.settings.hotline ?? document.documentElement.dataset.hotline ?? "";
  return {
    title: _("帮助"),
    speak: () => questions.map(([, title]) => title).join("。"),
    view: () => html`<h1>${_("帮助")}</h1>
      ${questions.map(([drawing, title, lines]) => html`<section class="card answer"><span class="drawing">${drawing}</span><div><h2>${title}</h2>${lines.map((line) => html`<p>${line}</p>`)}</div></section>`)}
      ${hotline ? html`<section class="card answer"><span class="drawing">${icon("phone", 64)}</span><div><h2>${_("还是不明白")}</h2><p>${_("给联络员打电话，工作日都有人。")}</p></div></section>` : nothing}`,
    dock: () => html`<div class="dock"><a class="btn" data-kind="primary" data-size="full" href="tel:${hotline.replaceAll(" ", "")}">${icon("phone", 28)}${_("给联络员打电话")}</a><button class="btn" data-size="full" @click=${() => app.back()}>${icon("left", 24)}${_("返回")}</button></div>`,
  };
}
