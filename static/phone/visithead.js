// What stands above every item: the ring, the points so far where they are shown, a square for each item.
import { html, nothing } from "./dom.js";
import { itemsOf, markOf, progressOf, scoreOf } from "./visit.js";
import { _ } from "./words.js";

const RADIUS = 40;
const ROUND = 2 * Math.PI * RADIUS;
/** With more items than this only the section's squares are shown; the list has all. */
const MOST = 14;
const SIGNS = { y: "✓", n: "✕", s: "–", "": "" };

const said = { y: () => _("合格"), n: () => _("不合格"), s: () => _("跳过了"), "": () => _("还没答") };

/** `place` is that of the item on the screen, among those that are asked. */
export function headOf(record, place) {
  const { done, of } = progressOf(record);
  const { got, lost } = scoreOf(record);
  return html`<div class="score"><div class="ring" role="img" aria-label=${_("做了 {done} 项，共 {of} 项", { done, of })}><svg viewBox="0 0 92 92" aria-hidden="true"><circle cx="46" cy="46" r=${RADIUS}></circle><circle class="on" cx="46" cy="46" r=${RADIUS} stroke-dasharray="${(done / of) * ROUND} ${ROUND}" transform="rotate(-90 46 46)"></circle></svg><b aria-hidden="true">${done}<small>${_("共 {n}", { n: of })}</small></b></div>
    <div><p class="name">${_("{name} 暗访", { name: record.visit.name })}</p>
    ${record.visit.score_shown ? html`<p><b>${_("已得 {got}，扣 {lost}", { got, lost })}</b></p>` : nothing}<p class="soft">${_("已存在手机里")}</p></div></div>
    ${squares(record, place)}`;
}

function squares(record, place) {
  const items = itemsOf(record.visit);
  const shown = items.map((item, at) => [item, at]).filter(([item]) => items.length <= MOST || item.section === items[place].section);
  const square = ([item, at]) => {
    const mark = markOf(record, item);
    return html`<a href="#/visit/${record.visit.id}/item/${at + 1}" data-a=${mark || nothing} data-now=${at === place ? "" : nothing} aria-current=${at === place ? "step" : nothing} aria-label=${_("第 {n} 项，{state}", { n: item.number, state: said[mark]() })}><i aria-hidden="true">${at === place || !mark ? item.number : SIGNS[mark]}</i></a>`;
  };
  return html`<nav class="pips" aria-label=${_("各项")}>${shown.map(square)}<a class="all" href="#/visit/${record.visit.id}/list">${_("全部")}</a></nav>`;
}

/** What an item lacks, as one is told. */
export function lackWords(lack) {
  if (lack === "photo") return _("不合格的，请拍一张照片。");
  return lack === "note" ? _("不合格的，请写一句怎么回事。") : _("请先答这一项，用不上就跳过。");
}

/** An item's state in a word, for the list. */
export function markWords(mark) {
  return said[mark]();
}

export const signOf = (mark) => SIGNS[mark];
