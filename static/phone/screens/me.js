// 我的: how large, how dark, what is kept here, help, and leaving.
import { banner, html, icon, nothing } from "../dom.js";
import { cookieOf } from "../look.js";
import { handles } from "../role.js";
import { sizeWords } from "../said.js";
import { _, locale } from "../words.js";

const SIZES = () => [["", "normal", _("标准")], ["large", "large", _("大")], ["xlarge", "xlarge", _("特大")]];
const THEMES = () => [["", "inphone", _("跟着手机")], ["contrast", "sun", _("太阳底下（黑白分明）")], ["dark", "eye", _("晚上用（深色）")]];

export function me(app) {
  let whole = false;
  let leaving = false;
  let file = null;
  let trouble = null;

  const root = document.documentElement;
  const chosen = () => ({ text: root.dataset.text ?? "", theme: root.dataset.theme ?? "" });
  const look = (more) => {
    const next = { ...chosen(), ...more };
    document.cookie = cookieOf(next);
    for (const name of ["text", "theme"]) {
      if (next[name]) root.dataset[name] = next[name];
      else delete root.dataset[name];
    }
    app.refresh();
  };
  const speakIn = (language) => {
    document.cookie = `lang=${language}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  };
  const pack = async () => {
    const blob = await app.export();
    const day = new Date().toISOString().slice(0, 10);
    file = { url: URL.createObjectURL(blob), name: `mingcha-${day}.zip`, size: blob.size, blob };
    app.refresh();
  };
  const share = () => navigator.share({ files: [new File([file.blob], file.name, { type: "application/zip" })] }).catch(() => {});
  const leave = () => app.signOut().catch(() => {
    trouble = _("现在没有网络，退不了。有网再试。");
    app.refresh();
  });

  const choice = (name, value, now, inner, more = nothing) => html`<label data-size=${more}><input type="radio" name=${name} .checked=${value === now} @change=${() => look({ [name]: value })}>${inner}</label>`;
  const unsent = () => app.outbox.counts().waiting + app.outbox.counts().attention;

  return {
    tab: "me",
    title: _("我的"),
    start() {
      app.kept.get("original").then((on) => ((whole = Boolean(on)), app.refresh()));
      return () => file && URL.revokeObjectURL(file.url);
    },
    speak: () => _("这里可以把字调大，看帮助，或者退出登录"),
    view: () => html`<h1>${app.session.person.name}</h1>
      <fieldset class="seg"><legend>${_("字的大小")}</legend>${SIZES().map(([value, size, word]) => choice("text", value, chosen().text, word, size))}</fieldset>
      <fieldset class="seg"><legend>${_("看不清时")}</legend>${THEMES().map(([value, drawing, word]) => choice("theme", value, chosen().theme, html`${icon(drawing, 28)}${word}`))}</fieldset>
      <fieldset class="seg"><legend>${_("语言")}</legend>${[["zh", "中文"], ["en", "English"]].map(([code, word]) => html`<label lang=${code}><input type="radio" name="lang" .checked=${locale() === code} @change=${() => speakIn(code)}>${word}</label>`)}</fieldset>
      <label class="card switch"><input type="checkbox" .checked=${whole} @change=${(event) => app.kept.set("original", (whole = event.target.checked))}><span class="grow"><b>${_("照片用原图")}</b><span class="note soft">${_("更清楚，发得慢，费流量")}</span></span></label>
      ${keptHere(app)}
      ${unsent() ? html`<section class="card stack"><h2>${_("还没发出去 {n} 条", { n: unsent() })}</h2><p class="note soft">${_("发不出去时，导出来交给联络员")}</p>
        <button class="btn" data-size="full" @click=${pack}>${icon("download", 26)}${_("导出未发送")}</button>
        ${file ? html`<a class="btn" data-kind="primary" data-size="full" href=${file.url} download=${file.name}>${_("存成文件（{size}）", { size: sizeWords(file.size) })}</a>${navigator.canShare?.({ files: [new File([], file.name, { type: "application/zip" })] }) ? html`<button class="btn" data-size="full" @click=${share}>${icon("send", 26)}${_("发给联络员")}</button>` : nothing}` : nothing}</section>` : nothing}
      <div class="stack">${handles(app) ? nothing : html`<a class="btn" data-size="full" href="/phone/lessons">${icon("text", 26)}${app.received?.lessons ? _("学习 · 还有 {n} 课", { n: app.received.lessons }) : _("学习")}</a>`}<a class="btn" data-size="full" href="#/help">${icon("info", 26)}${_("帮助")}</a>${handles(app) ? nothing : html`<a class="btn" data-size="full" href="#/tour">${icon("eye", 26)}${_("再看一遍介绍")}</a>`}</div>
      ${handles(app) ? nothing : hours()}
      ${trouble ? banner("late", trouble) : nothing}
      ${leaving ? html`<div class="question" role="alert">${app.outbox.counts().visits ? html`<p>${_("还有 {n} 处暗访没做完，会留在这部手机里，下次您登录再接着做。", { n: app.outbox.counts().visits })}</p>` : nothing}<p>${unsent() ? _("还有 {n} 条没发出，会留在这部手机里，下次您登录再发。真的退出吗？", { n: unsent() }) : _("真的退出登录吗？报过的都还在。")}</p><div class="row"><button class="btn grow" @click=${() => { leaving = false; app.refresh(); }}>${_("不退出")}</button><button class="btn grow" data-kind="danger" @click=${leave}>${_("退出登录")}</button></div></div>`
        : html`<button class="btn" data-size="full" @click=${() => { leaving = true; app.refresh(); }}>${_("退出登录…")}</button>`}`,
  };
}

const hours = () => html`<section class="card item"><span class="roundel">${icon("clock", 32)}</span><span class="grow"><span class="t">${_("督查服务时长")}</span><br><span class="note soft">${_("还没有开通")}</span></span></section>`;

function keptHere({ storage }) {
  if (!storage.quota) return nothing;
  const used = _("用了 {used}，共 {quota}", { used: sizeWords(storage.used), quota: sizeWords(storage.quota) });
  return html`<p class="note soft">${used}${storage.persisted ? "" : _("。把“明察”放到桌面，照片存得更牢")}</p>`;
}
