// 数一数: so many of so many in five minutes, by two large buttons; or written down by who counted without them.
import { MINUTES, begun, clockWords, closed, left, seen, undone, written } from "./count.js";
import { html, icon, nothing } from "./dom.js";
import { _ } from "./words.js";

const FIELDS = () => [["minutes", _("看了几分钟"), 1], ["observed", _("一共几个"), 0], ["violations", _("违规几个"), 0]];

/** The part of a screen that counts into the record that `held` holds, for so many minutes. */
export function counter(held, now, minutes = MINUTES) {
  const { count } = held.record;
  const rest = count ? left(count, now) : 0;
  return html`<section class="card stack counter"><h2>${_("数一数")}</h2>
    ${count ? tally(held, count, rest) : html`<p class="soft">${_("看 {n} 分钟：一共过去几个，几个违规", { n: minutes })}</p>
      <button class="btn" data-kind="primary" data-size="wide" @click=${() => put(held, () => begun(Date.now(), minutes))}>${icon("clock", 26)}${_("开始数 {n} 分钟", { n: minutes })}</button>`}
    ${rest ? nothing : byHand(held, count, minutes)}</section>`;
}

const put = (held, work) => held.change((record) => (record.count = work(record.count)));

function tally(held, count, rest) {
  return html`
    ${rest ? html`<p class="big" role="timer">${_("还有 {clock}", { clock: clockWords(rest) })}</p>` : count.began_at ? html`<p class="big" role="status">${_("时间到")}</p>` : nothing}
    <p class="tally" aria-live="polite"><span>${_("一共")}<b>${count.observed}</b></span><span>${_("违规")}<b>${count.violations}</b></span></p>
    ${rest ? html`<div class="pairs2">
      <button class="btn plus" @click=${() => put(held, (one) => seen(one, false))}>${icon("plus", 34)}${_("守规矩的")}</button>
      <button class="btn plus" data-wrong @click=${() => put(held, (one) => seen(one, true))}>${icon("plus", 34)}${_("违规的")}</button></div>
    <div class="pairs2"><button class="btn" ?disabled=${!count.steps?.length} @click=${() => put(held, undone)}>${icon("undo", 24)}${_("数错了")}</button><button class="btn" @click=${() => put(held, (one) => stopped(one, Date.now()))}>${_("不数了")}</button></div>`
    : html`<button class="btn" data-size="wide" @click=${() => put(held, () => null)}>${icon("undo", 24)}${_("重新数")}</button>`}`;
}

// Stopped before the time is over: what was watched counts, nobody seen is no count.
function stopped(count, now) {
  return count.observed ? { ...closed(count, now), began_at: null } : null;
}

function byHand(held, count, minutes) {
  const write = (name) => (event) => put(held, (one) => written({ observed: 0, violations: 0, minutes, ...one, [name]: event.target.value }));
  return html`<details class="more"><summary class="btn">${icon("edit", 24)}${count ? _("改数字") : _("数过了，直接填")}</summary><div class="three">${FIELDS().map(([name, word, least]) => html`
    <div class="field"><label for=${name}>${word}</label><input class="input" id=${name} type="number" inputmode="numeric" min=${least} max="9999" .value=${String(count?.[name] ?? "")} @change=${write(name)}></div>`)}</div></details>`;
}
