// One item of the checklist, alone on the screen: the question, large answers, the proof that a failure wants.
import { html, icon, nothing, photo } from "../dom.js";
import { notes } from "../notes.js";
import { answersOf, proofOf } from "../visitanswer.js";
import { exampleOf, itemsOf, lackOf } from "../visit.js";
import { headOf, lackWords } from "../visithead.js";
import { holding } from "../visiting.js";
import { _ } from "../words.js";

export function item(app, { id, at }) {
  const held = holding(app, id, () => begin());
  let one = null;
  let spoken = null;
  let lacks = "";
  const open = {};

  const place = Number(at) - 1;
  const items = () => itemsOf(held.record.visit);
  const begin = () => {
    if (!held.record) return;
    one = items()[place] ?? null;
    if (!one) return app.replace(`/visit/${id}/list`);
    spoken = notes(app, held.now, one.key);
    app.refresh();
  };
  /** Keep what was answered, with the time: the last one is when the visit was done. */
  const put = async (work) => {
    lacks = "";
    await held.now.change((record) => {
      record.answers[one.key] = work(record.answers[one.key] ?? {});
      record.answered_at = new Date().toISOString();
    });
  };
  const address = (number) => (number < items().length ? `/visit/${id}/item/${number + 1}` : `/visit/${id}/list`);
  const onward = async () => {
    await held.now.flush();
    lacks = lackOf(held.record, one);
    if (!lacks) return app.go(address(place + 1));
    app.refresh();
    return requestAnimationFrame(() => document.querySelector("[data-lacks]")?.scrollIntoView({ block: "center" }));
  };
  const skip = async () => {
    await put((given) => ({ ...given, skipped: true }));
    app.go(address(place + 1));
  };
  const about = () => [
    _("第 {n} 项", { n: one.number }), one.points ? _("{n} 分", { n: one.points }) : "",
    one.critical ? _("不合格就整处不合格") : "", one.photo_on_failure && one.kind !== "text" ? _("不合格要拍照") : "",
  ].filter(Boolean).join(" · ");
  const toggle = (name) => () => {
    open[name] = !open[name];
    app.refresh();
  };
  const more = () => html`<button class="btn" data-size="wide" aria-expanded=${Boolean(open.more)} @click=${toggle("more")}>${icon("edit", 24)}${_("写一句、说一段、拍一张")}</button>${open.more ? html`${proofOf(app, held.now, one, { put, wide: true })}${spoken.view()}` : nothing}`;
  const help = () => html`<button class="btn" data-kind="plain" aria-expanded=${Boolean(open.help)} @click=${toggle("help")}>${icon("info", 24)}${_("怎么看")}</button>${open.help ? html`${example() ? html`<figure class="photo single">${photo(example(), _("示例图"))}</figure>` : nothing}<p>${one.help}</p>` : nothing}`;
  const example = () => (one.picture ? app.shelf.url(exampleOf(one)) : "");

  return {
    title: _("暗访"),
    start() {
      app.place.begin();
      held.begin();
      const timer = setInterval(() => one?.kind === "count" && app.refresh(), 1000);
      return () => (clearInterval(timer), spoken?.stop(), held.stop());
    },
    speak: () => one?.text ?? "",
    view: () => {
      if (!one || !held.record) return nothing;
      return html`${headOf(held.record, place)}
        <div class="q"><p class="soft">${about()}</p>
        <h1 class="ask">${one.text}</h1>
        ${one.help || example() ? help() : nothing}
        ${lacks ? html`<p class="toldoff" role="alert" data-lacks>${lackWords(lacks)}</p>` : nothing}
        ${answersOf(app, held.now, one, put)}
        ${proofOf(app, held.now, one, { put })}
        ${one.skippable ? html`<button class="btn" data-kind="plain" aria-pressed=${Boolean(held.record.answers[one.key]?.skipped)} @click=${skip}>${_("这一条用不上，跳过")}</button>` : nothing}
        ${more()}</div>`;
    },
    dock: () => {
      if (!one || !held.record) return html`<div class="dock"><a class="btn" href="#/visit/${id}">${icon("left", 24)}${_("返回")}</a></div>`;
      const last = place + 1 === items().length;
      return html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${onward}>${last ? _("看一遍，再交") : _("下一条")}${icon("right", 28)}</button>
        <div class="row">${place ? html`<a class="btn grow" href="#${address(place - 1)}">${icon("left", 24)}${_("上一条")}</a>` : nothing}<a class="btn grow" href="#/">${_("先停一停")}</a></div></div>`;
    },
  };
}
