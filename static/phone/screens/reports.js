// 我的上报: what is still in the phone first, then what the server has, in plain words.
import { banner, html, icon, nothing, photo, state } from "../dom.js";
import { recentDayWords } from "../said.js";
import { categoryWords, hintOf, progressWords, screenOf, titleOf } from "../told.js";
import { _ } from "../words.js";

const PAGE = 20;

export function reports(app) {
  let local = [];
  let theirs = { items: [], next: null };
  let failed = false;
  let loading = false;
  const urls = new Map();

  const read = async () => {
    const all = await app.outbox.all();
    const arrived = all.some((record) => record.state === "received" && local.some(({ id }) => id === record.id));
    local = all.filter((record) => record.state !== "received" && (record.photos.length || record.state !== "draft"));
    if (arrived) fetchFrom(null); // what has left this list is in the server's
    for (const { id, photos: [first] } of local) {
      if (!first || urls.has(id)) continue;
      const blob = await app.outbox.photo(id, first.key);
      if (blob) urls.set(id, URL.createObjectURL(blob));
    }
    app.refresh();
  };
  const fetchFrom = async (cursor) => {
    loading = true;
    app.refresh();
    try {
      const page = await app.net.json(`/api/v1/reports?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      theirs = { items: cursor ? [...theirs.items, ...page.items] : page.items, next: page.next };
      failed = false;
      if (!cursor) await app.kept.set("reports", theirs);
    } catch {
      failed = true;
    }
    loading = false;
    app.refresh();
  };

  return {
    tab: "reports",
    title: _("我的上报"),
    start() {
      read();
      app.kept.get("reports").then((kept) => { if (kept && !theirs.items.length) theirs = kept; app.refresh(); }).then(() => fetchFrom(null));
      const stop = app.onOutbox(read);
      return () => { stop(); for (const address of urls.values()) URL.revokeObjectURL(address); };
    },
    speak: () => _("这里是您报过的，点开看办得怎样"),
    view: () => html`<h1>${_("我的上报")}</h1>
      ${app.notice ?? nothing}
      ${waitingBanner(app)}
      <ul class="rows">${local.map((record) => ours(app, record, urls.get(record.id)))}${theirs.items.filter((item) => !local.some((record) => record.id === item.id)).map((item) => served(app, item))}</ul>
      ${local.length || theirs.items.length || loading ? nothing : html`<div class="empty"><b>${_("还没有上报过")}</b><p>${_("看见问题，拍下来就行")}</p></div>`}
      ${failed && app.online ? banner("info", _("没有取到最新的，下面是上次看到的")) : nothing}
      ${theirs.next ? html`<button class="btn" data-size="full" ?disabled=${loading || !app.online} @click=${() => fetchFrom(theirs.next)}>${loading ? _("正在取…") : _("更早的")}</button>` : nothing}`,
  };
}

/** How much is still in the phone, and the button that sends it. */
export function waitingBanner(app) {
  const { waiting, attention } = app.outbox.counts();
  if (!waiting && !attention) return nothing;
  return html`${banner("local", _("{n} 条还存在手机里", { n: waiting + attention }), progressWords(app))}
    ${waiting ? html`<button class="btn" data-kind="primary" data-size="full" ?disabled=${Boolean(app.sender.status().sending)} @click=${() => app.wake()}>${icon("send", 28)}${app.sender.status().sending ? _("正在发送") : _("现在发送")}</button>` : nothing}`;
}

/** One record that is still in the phone, as a line; `url` shows its first picture, `to` is where the line leads. */
export function ours(app, record, url, to = record.state === "draft" ? screenOf(record) : `/item/${record.id}`) {
  const hint = hintOf(app, record);
  const place = [record.street?.name, record.address].filter(Boolean).join(" ");
  return html`<li><a class="item" href="#${to}">${photo(url, "", "thumb")}<span class="grow"><span class="t">${titleOf(app, record)}</span><br><span class="note soft">${place} <span class="nowrap">${place ? "· " : ""}${recentDayWords(record.created_at)}</span></span><br>${state(record.state, hint)}</span>${icon("right", 24, "go")}</a></li>`;
}

function served(app, item) {
  const inner = html`${photo(item.thumb, "", "thumb")}<span class="grow"><span class="t">${categoryWords(app, item.category)}</span><br><span class="note soft">${item.place} <span class="nowrap">· ${recentDayWords(item.received_at ?? item.captured_at)}</span></span><br>${state(item.mark, item.state_words)}</span>`;
  if (!app.online) return html`<li><div class="item">${inner}</div></li>`;
  return html`<li><a class="item" href=${item.url}>${inner}${icon("right", 24, "go")}</a></li>`;
}
