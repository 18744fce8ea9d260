// One report that is still in the phone: how it stands, what is wrong with it, and what can be done.
import { banner, html, icon, moon, nothing, state } from "../dom.js";
import { holder } from "../holder.js";
import { isOver } from "../record.js";
import { handles } from "../role.js";
import { minuteWords, spoken } from "../said.js";
import { hintOf, problemWords, progressWords, screenOf, stepFor, titleOf } from "../told.js";
import { _ } from "../words.js";

export function item(app, { id }) {
  const held = holder(app, id);
  let asking = false;
  let late = false;
  const list = handles(app) ? "/" : "/reports";

  const mend = async (step) => {
    try {
      const record = await app.outbox.reopen(id);
      app.go(screenOf(record, step));
    } catch {
      late = true;
      app.refresh();
    }
  };
  const drop = async () => {
    try {
      await app.outbox.discard(id);
      app.replace(list);
    } catch {
      [late, asking] = [true, false];
      app.refresh();
    }
  };

  // What came too late cannot be mended, unless the ticket is still there for another try; the pictures stay.
  const canMend = (record) => !isOver(record.problem) || (app.tickets?.items ?? []).some((ticket) => ticket.id === record.ticket);
  const trouble = (record) => html`
    ${banner("late", isOver(record.problem) ? _("没有收下") : _("还不能发出"), problemWords(record.problem))}
    ${isOver(record.problem) ? html`<p class="soft">${_("照片都还在手机里。用不着了，就按“不要了”。")}</p>` : nothing}
    ${canMend(record) ? html`<button class="btn" data-kind="primary" data-size="full" @click=${() => mend(stepFor(record.problem.field))}>${icon("edit", 28)}${_("去改一改")}</button>` : nothing}`;
  const steps = (record) => html`<ol class="timeline">
    <li>${moon("saved", 30)}<b>${_("已存在手机里")}</b><time>${minuteWords(record.created_at)}</time></li>
    ${record.problem ? nothing : html`<li data-next>${moon(record.state === "received" ? "received" : "saved", 30)}<b>${record.state === "received" ? _("已收到") : _("等着发出")}</b><time>${record.receipt ? _("回执号 {number}", { number: spoken(record.receipt.number ?? "") }) : progressWords(app)}</time></li>`}</ol>`;

  return {
    title: _("还在手机里的"),
    start() {
      const stop = held.start();
      const follow = app.onOutbox(() => app.outbox.record(id).then((record) => record && ((held.record = record), app.refresh())));
      return () => (follow(), stop());
    },
    speak: () => held.record && hintOf(app, held.record),
    view: () => {
      const { record } = held;
      if (!record) return nothing;
      const { problem } = record;
      return html`<h1>${titleOf(app, record)}</h1>
        <div class="gallery">${record.photos.map((photo, at) => html`<figure class="photo"><img src=${held.url(photo.key)} alt=${_("第 {n} 张照片", { n: at + 1 })}></figure>`)}</div>
        <p>${state(record.state, hintOf(app, record))}</p>
        <p class="soft">${[record.street?.name, record.address].filter(Boolean).join(" ")}</p>
        ${problem ? trouble(record) : nothing}
        ${record.unused ? banner("info", _("收下了，但没有用上"), record.unused) : nothing}
        ${record.kind === "answer" && record.state === "draft" ? html`<p class="soft">${_("这一件现在不用您办。照片都还在手机里，用不着了，就按“不要了”。")}</p>` : nothing}
        ${late ? banner("info", _("已经在发了，不能再改"), record.kind === "report" ? _("收到以后，可以在“我的上报”里撤回。") : "") : nothing}
        <div class="card">${steps(record)}</div>
        ${record.kind === "answer" && record.state === "received" ? html`<p class="soft">${_("交上去了，等单位以外的人核查。不通过会退回来，写明理由。")}</p>` : nothing}
        ${asking ? html`<div class="question" role="alert"><p>${_("真的不要这一条吗？照片也会删掉。")}</p><div class="row"><button class="btn grow" @click=${() => { asking = false; app.refresh(); }}>${_("留着")}</button><button class="btn grow" data-kind="danger" @click=${drop}>${_("不要了")}</button></div></div>` : nothing}`;
    },
    dock: () => {
      if (!held.record) return nothing;
      const { state: now } = held.record;
      return html`<div class="dock">
        ${now === "waiting" ? html`<button class="btn" data-kind="primary" data-size="full" @click=${() => app.wake()}>${icon("send", 28)}${_("现在发送")}</button>` : nothing}
        <div class="row"><a class="btn" href="#${list}">${icon("left", 24)}${_("返回")}</a>${now === "waiting" ? html`<button class="btn grow" @click=${() => mend("place")}>${_("改一改")}</button>` : nothing}${now === "received" ? nothing : html`<button class="btn grow" @click=${() => { asking = true; app.refresh(); }}>${_("不要了…")}</button>`}</div></div>`;
    },
  };
}
