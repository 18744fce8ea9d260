// What the outbox is doing, in plain words.
import { isGone, nameOf } from "./kit.js";
import { _, locale } from "./words.js";

/** A record's state as a person says it. */
export function hintOf(app, record) {
  if (record.state === "draft") return isGone(app.kit, record.category) ? _("类别不再用了，请另选") : _("还没写完");
  if (record.state === "attention") return _("要您看一眼");
  if (record.state === "received") return _("已收到");
  if (app.signedOut) return _("请先登录");
  return app.sender.status().sending === record.id ? _("正在发送") : _("待发送");
}

/** What a record is about, in a few words. */
export function titleOf(app, record) {
  if (record.kind === "recheck") return _("去看改好了吗");
  if (record.kind === "answer") return _("整改反馈");
  if (record.kind === "visit") return _("{name} 暗访", { name: record.visit.name });
  return record.category ? categoryWords(app, record.category) : _("还没选类别");
}

/** A category's name, never its code: one that nobody has told the phone of has none. */
export function categoryWords(app, code) {
  return nameOf(app.kit, code, locale()) || _("选过的类别");
}

/** What to say where the category of a draft has gone out of use, as title and sentence. */
export function goneWords(app, code) {
  return [_("“{name}”这一类不再用了", { name: categoryWords(app, code) }), _("请另选一类。照片和写的话都还在。")];
}

/** Where a draft is gone on with; `step` is the report's. */
export function screenOf(record, step = record.category ? "place" : "category") {
  if (record.kind === "recheck") return `/task/${record.task}`;
  if (record.kind === "visit") return `/visit/${record.visit.id}`;
  return record.kind === "answer" ? `/ticket/${record.ticket}` : `/report/${record.id}/${step}`;
}

/** What is wrong with a record, in a sentence; the server's own words where it has some. */
export function problemWords(problem) {
  if (problem.words) return problem.words;
  if (problem.code === "no_place") return _("还不知道在哪里，请选一下位置。");
  if (problem.code === "bytes_lost") return _("有一张照片在手机里坏了，请去掉它再发。");
  return _("没有发出去，请打开看一看。");
}

/** The step of a report at which a field can be mended. */
export function stepFor(field) {
  if (["photos", "photo", "recordings", "recording"].includes(field)) return "photos";
  if (field === "category") return "category";
  if (["description", "plate", "count"].includes(field)) return "more";
  return "place";
}

/** What the sender is about, for everybody. */
export function progressWords(app) {
  const { sending, sent, of, paused } = app.sender.status();
  if (app.signedOut || paused === "signin") return _("请先登录，再发出。都还在手机里。");
  if (!app.online || paused === "offline") return _("现在没有网络，有网会自动发，不用管它");
  if (sending) return of > 1 ? _("正在发第 {n} 张，共 {of} 张", { n: Math.min(sent + 1, of), of }) : _("正在发送");
  if (paused === "portal") return _("这里的网络要先登录才能用，换个网会自动发");
  return _("有网会自动发，不用管它");
}
