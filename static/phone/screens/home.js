// What one opens the app for: one huge button, two numbers, what was asked of one.
import { banner, html, icon, nothing } from "../dom.js";
import { distance, distanceWords } from "../geo.js";
import { drawn } from "../drawn.js";
import { nearlyFull } from "../health.js";
import { dayWords, greeting, weekdayWords } from "../said.js";
import { interrupted, shutter } from "../shutter.js";
import { _ } from "../words.js";

export function home(app) {
  let left = null;

  const onward = (record) => app.go(`/report/${record.id}/${record.category ? "place" : "category"}`);

  return {
    tab: "home",
    title: _("首页"),
    start() {
      app.kept.get("toured").then((toured) => {
        if (!toured) return app.replace("/tour");
        return app.place.begin();
      });
      interrupted(app).then((record) => ((left = record), app.refresh()));
    },
    speak: () => _("看见问题，按“拍照上报”，拍下来就行"),
    view: () => {
      const counts = app.outbox.counts();
      const tasks = app.tasks?.items ?? [];
      const asked = app.tasks?.questions ?? [];
      const waiting = counts.waiting + counts.attention;
      return html`
        ${troubles(app, left)}
        <div class="hello"><h1>${_("{surname}老师，{greeting}", { surname: app.session.person.name.slice(0, 1), greeting: greeting() })}</h1><p>${weekdayWords(Date.now())}</p></div>
        ${shutter(app, { cls: "hero", look: html`${icon("camera", 84)}<b>${_("拍照上报")}</b><span>${_("看见问题，拍下来就行")}</span>`, after: onward })}
        <div class="queue">
          <a href="#/reports" data-s=${waiting ? "local" : "none"}><b>${icon(waiting ? "inphone" : "check", 28)}${waiting ? _("待发送 {n}", { n: waiting }) : _("都发出了")}</b><span>${waiting ? _("已存在手机里") : _("没有等着的")}</span></a>
          <a href="#/reports"><b>${icon("inbox", 28)}${_("已收到 {n}", { n: Math.max(app.received?.month ?? 0, counts.received) })}</b><span>${_("本月上报")}</span></a>
        </div>
        <div class="pairs">${shutter(app, { album: true, look: html`${icon("inphone", 26)}${_("从相册选")}`, after: onward })}<a class="btn" href="#/walk">${icon("walk", 26)}${_("走一圈")}</a></div>
        ${counts.drafts ? html`<a class="card item" href="#/reports"><span class="roundel" data-s="local">${icon("edit", 32)}</span><span class="grow"><span class="t">${_("还没写完的 {n} 条", { n: counts.drafts })}</span><br><span class="note soft">${_("照片都在，点开接着写")}</span></span>${icon("right", 24, "go")}</a>` : nothing}
        ${drawn(app)}
        ${app.received?.lessons ? learning(app) : nothing}
        ${asked.length ? questions(app, asked) : nothing}
        ${tasks.length ? errands(app, tasks) : nothing}`;
    },
  };
}

/** What is wrong or new, the most pressing first; each stays until it is dealt with. `left`: killed behind the camera. */
export function troubles(app, left) {
  const { storage } = app;
  const offline = html`<div class="banner" role="status">${icon("nonet", 34)}<div><b>${_("现在没有网络，照样能拍")}</b>${_("先存在手机里，有网会自动发")}</div></div>`;
  return html`
    ${storage.ok ? nothing : banner("late", _("这部手机存不住照片"), storage.why === "full" ? _("手机存满了，请先删掉不用的东西。") : _("请关掉“无痕浏览”，或给联络员打电话。"))}
    ${app.signedOut ? html`<a class="banner" data-s="late" href="#/signin">${icon("key", 28)}<div class="grow"><b>${_("请先登录，才能发出")}</b>${_("没发出的都还在手机里，点这里登录")}</div></a>` : nothing}
    ${nearlyFull(storage) ? banner("late", _("手机快存满了"), _("请连上网，让照片发出去；发出七天后自动清掉。")) : nothing}
    ${app.online ? nothing : offline}
    ${left ? banner("local", _("刚才拍照时页面被手机关掉了"), _("没有拍到的，请再拍一次。")) : nothing}
    ${app.update.ready ? html`<div class="banner" data-s="info" role="status">${icon("info", 28)}<div class="grow"><b>${_("有新版本")}</b><button class="btn" @click=${() => app.update.apply()}>${_("换上新版本")}</button></div></div>` : nothing}`;
}

// Lessons to pass before a first mystery check; the server's pages teach them.
function learning(app) {
  const line = html`<span class="roundel" data-s="check">${icon("text", 32)}</span><span class="grow"><span class="t">${_("还有 {n} 课要学", { n: app.received.lessons })}</span><br><span class="note soft">${_("学完才去暗访，不赶")}</span></span>`;
  return app.online ? html`<a class="card item" href="/phone/lessons">${line}${icon("right", 24, "go")}</a>` : html`<div class="card item">${line}</div>`;
}

// What an office asks about one's reports; the server's page takes the answer.
function questions(app, asked) {
  const line = (one) => html`<span class="roundel" data-s="check">${icon("edit", 32)}</span><span class="grow"><span class="t">${_("{office}问您", { office: one.office })}</span><br>${one.text}<br><span class="note soft">${one.place} <span class="nowrap">· ${_("{day}前", { day: dayWords(`${one.due_on}T12:00:00+08:00`) })}</span></span></span>`;
  return html`<div class="sec"><h2>${_("等您回答 {n} 个", { n: asked.length })}</h2></div>
    <ul class="rows card">${asked.map((one) => html`<li>${app.online ? html`<a class="item" href=${one.url}>${line(one)}${icon("right", 24, "go")}</a>` : html`<div class="item">${line(one)}</div>`}</li>`)}</ul>`;
}

function errands(app, tasks) {
  const here = app.place.best();
  const nearest = here ? [...tasks].sort((a, b) => distance(here, a) - distance(here, b)) : tasks;
  return html`<div class="sec"><h2>${_("我的任务 {n} 项", { n: tasks.length })}</h2>${tasks.length > 2 ? html`<a href="#/tasks">${_("全部")}</a>` : nothing}</div>
    <ul class="rows card">${nearest.slice(0, 2).map((task) => errand(task, here))}</ul>`;
}

/** One task as a line; `here` is where the phone is, or null. */
export function errand(task, here) {
  const far = here ? html` <span class="nowrap">· ${_("离您 {distance}", { distance: distanceWords(distance(here, task)) })}</span>` : nothing;
  return html`<li><a class="item" href="#/task/${task.id}"><span class="roundel" data-s="check">${icon("recheck", 32)}</span><span class="grow"><span class="t">${task.kind === "lookback" ? _("回头看：改好了吗") : _("去看看：改好了吗")}</span><br><span class="note soft">${task.place}</span><br><span class="note soft">${_("{day}前", { day: dayWords(`${task.due_on}T12:00:00+08:00`) })}${far}</span></span>${icon("right", 24, "go")}</a></li>`;
}
