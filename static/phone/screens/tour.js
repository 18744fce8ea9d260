// Four screens at first start: take, keep, hear back, and that nobody learns who it was.
import { html, icon, moon, nothing } from "../dom.js";
import { _ } from "../words.js";

const PAGES = () => [
  [icon("camera", 120), _("看见问题，拍下来"), _("先远后近，认得出在哪里。选一个类别，就行了。")],
  [icon("inphone", 120), _("先存住，再发送"), _("没有网也能拍。照片先存在手机里，有网自动发。")],
  [moon("closed", 120), _("办得怎样，有回音"), _("收到有回执号。改好了，会让您看到改好的照片。")],
  [icon("shield", 120), _("没人知道是您"), _("被查的单位看不到您的姓名、电话和手机。")],
];

export function tour(app) {
  let at = 0;
  const pages = PAGES();
  const turn = (to) => {
    at = to;
    app.refresh();
    scrollTo(0, 0);
  };
  const done = async () => {
    await app.kept.set("toured", true);
    app.replace("/");
  };

  return {
    title: _("怎么用"),
    speak: () => `${pages[at][1]}。${pages[at][2]}`,
    view: () => {
      const [drawing, title, text] = pages[at];
      return html`<p class="steps"><span>${_("第 {n} 页，共 {of} 页", { n: at + 1, of: pages.length })}</span>${pages.map((_page, one) => html`<i data-on=${one <= at ? "" : nothing}></i>`)}</p>
        <section class="tour" aria-live="polite"><span class="drawing">${drawing}</span><h1 class="ask">${title}</h1><p>${text}</p></section>`;
    },
    dock: () => html`<div class="dock">
      <button class="btn" data-kind="primary" data-size="full" @click=${at < pages.length - 1 ? () => turn(at + 1) : done}>${at < pages.length - 1 ? html`${_("下一页")}${icon("right", 26)}` : html`${icon("check", 28)}${_("知道了，开始用")}`}</button>
      <div class="row">${at ? html`<button class="btn grow" @click=${() => turn(at - 1)}>${icon("left", 24)}${_("上一页")}</button>` : nothing}${at < pages.length - 1 ? html`<button class="btn grow" @click=${done}>${_("不看了")}</button>` : nothing}</div></div>`,
  };
}
