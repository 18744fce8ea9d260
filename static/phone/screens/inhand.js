// 我要办的: what waits for one's unit, the most urgent first, and what is still in the phone.
import { html, icon, nothing, photo, state } from "../dom.js";
import { dueDayWords, isOverdue, leftWords } from "../due.js";
import { distance, distanceWords } from "../geo.js";
import { greeting, minuteWords, weekdayWords } from "../said.js";
import { _ } from "../words.js";
import { troubles } from "./home.js";
import { ours, waitingBanner } from "./reports.js";

export function inhand(app) {
  const urls = new Map();
  let all = [];

  const read = async () => {
    all = (await app.outbox.all()).filter((record) => record.kind === "answer");
    for (const { id, photos: [first] } of held()) {
      if (!first || urls.has(id)) continue;
      const blob = await app.outbox.photo(id, first.key);
      if (blob) urls.set(id, URL.createObjectURL(blob));
    }
    app.refresh();
  };
  const known = (record) => (app.tickets?.items ?? []).some((ticket) => ticket.id === record.ticket);
  const isBegun = (record) => record.state === "draft" && record.photos.length > 0;
  // A draft stands at its ticket in the list; without the ticket it stands by itself, so that nothing is lost.
  const held = () => all.filter((record) => (record.state === "draft" ? isBegun(record) && !known(record) : record.state !== "received"));
  // What this phone has handed in is no work any more, though the list may not know it yet.
  const waits = (ticket) => !all.some((record) => record.ticket === ticket.id && record.round === ticket.round && record.state !== "draft");

  return {
    tab: "home",
    title: _("我要办的"),
    start() {
      app.place.begin();
      read();
      const stop = app.onOutbox(read);
      return () => { stop(); for (const address of urls.values()) URL.revokeObjectURL(address); };
    },
    speak: () => _("这里是要您单位办的，到了现场点开它，拍整改后的照片"),
    view: () => {
      const tickets = (app.tickets?.items ?? []).filter(waits);
      const records = held();
      return html`
        ${troubles(app, null)}
        <div class="hello"><h1>${_("{name}，{greeting}", { name: app.session.person.name, greeting: greeting() })}</h1><p>${weekdayWords(Date.now())}</p></div>
        ${records.length ? html`${waitingBanner(app)}<ul class="rows card">${records.map((record) => ours(app, record, urls.get(record.id), `/item/${record.id}`))}</ul>` : nothing}
        <div class="sec"><h2>${app.tickets ? _("我要办的 {n} 件", { n: tickets.length }) : _("我要办的")}</h2></div>
        ${tickets.length ? html`<ul class="rows card">${tickets.map((ticket) => line(app, ticket, all.some((record) => record.ticket === ticket.id && isBegun(record))))}</ul>` : empty(app)}
        ${app.tickets?.more ? html`<p class="note soft">${_("这里是最急的，其余的在工作台里。")}</p>` : nothing}
        ${app.tickets && !app.online ? html`<p class="note soft">${_("这是 {moment} 取到的", { moment: minuteWords(app.tickets.at) })}</p>` : nothing}`;
    },
  };
}

function empty(app) {
  if (app.tickets) return html`<div class="empty"><b>${_("现在没有要办的")}</b><p>${_("派给您单位的会出现在这里")}</p></div>`;
  return html`<div class="empty"><b>${app.online ? _("正在取…") : _("还没有取到，要有一次网络")}</b></div>`;
}

function line(app, ticket, isBegun) {
  const here = app.place.best();
  const far = here && ticket.exact ? html`<br><span class="note soft">${_("离您 {distance}", { distance: distanceWords(distance(here, ticket)) })}</span>` : nothing;
  return html`<li><a class="item" href="#/ticket/${ticket.id}">${photo(app.shelf.url(ticket.before[0]?.thumb), "", "thumb")}<span class="grow"><span class="t">${ticket.what}</span><br><span class="note soft">${ticket.place}</span><br><span class="note soft">${dueDayWords(ticket)}</span>${far}<br>${standing(app, ticket, isBegun)}</span>${icon("right", 24, "go")}</a></li>`;
}

/** How a ticket stands: its time, whether it came back, and what is still to be done before it can be handed in. */
export function standing(app, ticket, isBegun = false) {
  const now = Date.now();
  const left = leftWords(ticket, { told_at: app.tickets.at, now });
  return html`<span class="states">${left ? state(isOverdue(ticket, now) ? "overdue" : ticket.state, left) : nothing}
    ${ticket.sent_back ? state(ticket.sent_back.verdict === "rebound" ? "rebound" : "rework", _("第 {n} 轮", { n: ticket.round })) : nothing}
    ${ticket.supervised ? state("supervised", _("督办")) : nothing}
    ${ticket.state === "dispatched" ? state("dispatched", _("待签收")) : nothing}
    ${isBegun ? state("draft", _("还没写完")) : nothing}</span>`;
}
