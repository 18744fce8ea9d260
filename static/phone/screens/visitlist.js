// The whole checklist at a glance, before it is handed in.
import { html, icon, nothing } from "../dom.js";
import { saidOf } from "../taking.js";
import { itemsOf, lackOf, markOf, nextLacking, progressOf, scoreOf, toldOf } from "../visit.js";
import { lackWords, markWords, signOf } from "../visithead.js";
import { holding, seal } from "../visiting.js";
import { _ } from "../words.js";

export function list(app, { id }) {
  const held = holding(app, id, () => app.refresh());
  let saving = false;

  const handIn = async () => {
    if (saving) return;
    saving = true;
    try {
      await held.now.change((record) => (record.outcome = "done"));
      await seal(app, held.now, toldOf);
    } catch (trouble) {
      app.tell("late", ...saidOf(trouble));
    } finally {
      saving = false;
    }
  };
  const line = (item, at) => {
    const [mark, lack] = [markOf(held.record, item), lackOf(held.record, item)];
    return html`<li><a class="item" href="#/visit/${id}/item/${at + 1}"><span class="mark" data-a=${mark || nothing} aria-hidden="true">${signOf(mark) || item.number}</span><span class="grow"><span class="t">${item.text}</span><br><span class="note ${lack ? "late" : "soft"}">${lack && lack !== "answer" ? lackWords(lack) : markWords(mark)}</span></span>${icon("right", 24, "go")}</a></li>`;
  };
  const part = (items, title) => html`<section class="stack"><h2>${title}</h2><ul class="rows card">${items.map(([item, at]) => line(item, at))}</ul></section>`;
  const parts = () => {
    const all = itemsOf(held.record.visit).map((item, at) => [item, at]);
    return [...new Set(all.map(([item]) => item.section))].map((title) => part(all.filter(([item]) => item.section === title), title));
  };

  return {
    title: _("看一遍，再交"),
    start() {
      held.begin();
      return () => held.stop();
    },
    speak: () => _("看一遍，没有漏的就按“交上去”"),
    view: () => {
      if (!held.record) return nothing;
      const { done, of } = progressOf(held.record);
      const { got, lost } = scoreOf(held.record);
      return html`<h1 class="ask">${_("看一遍，再交")}</h1>
        <p>${_("{name} 暗访", { name: held.record.visit.name })} <br>${_("做了 {done} 项，共 {of} 项", { done, of })}${held.record.visit.score_shown ? html`<br>${_("已得 {got}，扣 {lost}", { got, lost })}` : nothing}</p>
        ${parts()}
        <a class="btn" data-size="wide" href="#/visit/${id}/closed">${_("其实没检查成：关门了、找不到")}</a>`;
    },
    dock: () => {
      if (!held.record) return nothing;
      const next = nextLacking(held.record);
      const main = next < 0
        ? html`<button class="btn" data-kind="primary" data-size="full" @click=${handIn}>${icon("send", 30)}${_("交上去")}</button>`
        : html`<a class="btn" data-kind="primary" data-size="full" href="#/visit/${id}/item/${next + 1}">${_("还差 {n} 项，接着做", { n: progressOf(held.record).of - progressOf(held.record).done })}${icon("right", 28)}</a>`;
      return html`<div class="dock">${main}<div class="row"><a class="btn grow" href="#/visit/${id}">${icon("left", 24)}${_("返回")}</a><a class="btn grow" href="#/">${_("先停一停")}</a></div></div>`;
    },
  };
}
