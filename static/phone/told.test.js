import assert from "node:assert/strict";
import test from "node:test";

import { goneWords, hintOf, problemWords, progressWords, screenOf, stepFor, titleOf } from "./told.js";

const app = (status, more) => ({ online: true, signedOut: false, sender: { status: () => ({ sending: null, sent: 0, of: 0, paused: null, ...status }) }, ...more });

test("a record's state is said in plain words", () => {
  const of = (state, more) => hintOf(app({ sending: "r" }, more), { id: "r", state });

  assert.deepEqual([of("draft"), of("attention"), of("received"), of("waiting"), of("waiting", { signedOut: true })], ["还没写完", "要您看一眼", "已收到", "正在发送", "请先登录"]);
  assert.equal(hintOf(app({}), { id: "r", state: "waiting" }), "待发送");
});

test("a draft in a category that is out of use keeps its name and asks for another; one that waits goes out as it is", () => {
  const kit = { categories: [], retired: [{ code: "smoking", short: "室内吸烟", english: "Smoking" }] };
  const record = (state, category = "smoking") => ({ id: "r", kind: "report", state, category });

  assert.deepEqual([titleOf({ kit }, record("draft")), titleOf({ kit }, record("draft", "old_code")), titleOf({ kit: null }, record("waiting"))], ["室内吸烟", "选过的类别", "选过的类别"]);
  assert.deepEqual([hintOf(app({}, { kit }), record("draft")), hintOf(app({}, { kit }), record("waiting")), hintOf(app({}, { kit: null }), record("draft"))], ["类别不再用了，请另选", "待发送", "还没写完"]);
  assert.deepEqual(goneWords({ kit }, "smoking"), ["“室内吸烟”这一类不再用了", "请另选一类。照片和写的话都还在。"]);
});

test("what the phone is doing is said in plain words", () => {
  assert.equal(progressWords(app({ sending: "r", sent: 1, of: 3 })), "正在发第 2 张，共 3 张");
  assert.equal(progressWords(app({ paused: "offline" })), "现在没有网络，有网会自动发，不用管它");
  assert.equal(progressWords(app({ paused: "signin" })), "请先登录，再发出。都还在手机里。");
  assert.equal(progressWords(app({ paused: "portal" })), "这里的网络要先登录才能用，换个网会自动发");
});

test("every field of a refusal leads to the step where it can be mended", () => {
  assert.deepEqual(["photos", "photo", "recording", "category", "plate", "count", "place", "captured_at"].map(stepFor), ["photos", "photos", "photos", "category", "more", "more", "place", "place"]);
});

test("the server's own words come first", () => {
  assert.equal(problemWords({ words: "不在北京市内", code: "invalid" }), "不在北京市内");
  assert.match(problemWords({ words: "", code: "no_place" }), /在哪里/);
  assert.match(problemWords({ words: "", code: "bytes_lost" }), /坏了/);
  assert.match(problemWords({ words: "", code: "?" }), /打开看一看/);
});

test("each kind of record has its title, and the screen on which it is gone on with", () => {
  const report = { id: "r", kind: "report", category: "ground_lock" };
  const all = [report, { ...report, category: null }, { kind: "recheck", task: "t" }, { kind: "answer", ticket: "k" }];
  const kit = { categories: [{ code: "ground_lock", short: "私装地锁", english: "Parking lock" }] };

  assert.deepEqual(all.map((record) => titleOf({ kit }, record)), ["私装地锁", "还没选类别", "去看改好了吗", "整改反馈"]);
  assert.deepEqual(all.map((record) => screenOf(record)), ["/report/r/place", "/report/r/category", "/task/t", "/ticket/k"]);
  assert.equal(screenOf(report, "photos"), "/report/r/photos");
});
