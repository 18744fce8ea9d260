import assert from "node:assert/strict";
import test from "node:test";

import { dueDayWords, isOverdue, leftWords } from "./due.js";

const at = (text) => Date.parse(`${text}+08:00`);
const ticket = (more) => ({ due_at: "2026-11-30T15:59:59Z", left: "2 个工作日", overdue: false, ...more });
const told = (list, now) => ({ told_at: at(list), now: at(now) });

test("on the day on which the server said it, its words are used", () => {
  assert.equal(leftWords(ticket(), told("2026-11-26T08:00", "2026-11-26T17:00")), "还有 2 个工作日");
  assert.equal(dueDayWords(ticket()), "11月30日到期");
});

test("a list of yesterday does not say how much is left", () => {
  assert.equal(leftWords(ticket(), told("2026-11-26T08:00", "2026-11-27T08:00")), "");
});

test("the last day is today, until Beijing's midnight", () => {
  assert.equal(leftWords(ticket(), told("2026-11-30T08:00", "2026-11-30T23:59")), "今天到期");
  assert.equal(isOverdue(ticket(), at("2026-11-30T23:59")), false);
  assert.equal(isOverdue(ticket(), at("2026-12-01T00:00")), true);
});

test("overdue is said in the server's unit where it said so today, else as it is", () => {
  const late = ticket({ left: "超 1 个工作日", overdue: true });

  assert.equal(leftWords(late, told("2026-12-01T08:00", "2026-12-01T09:00")), "超 1 个工作日");
  assert.equal(leftWords(late, told("2026-12-01T08:00", "2026-12-03T09:00")), "已超期");
  assert.equal(leftWords(ticket(), told("2026-11-26T08:00", "2026-12-01T00:01")), "已超期");
});
