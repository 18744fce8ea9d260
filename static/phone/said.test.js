import assert from "node:assert/strict";
import test from "node:test";

import { dayWords, greeting, minuteWords, recentDayWords, sizeWords, spoken, weekdayWords } from "./said.js";

const MORNING = "2026-11-23T01:42:00Z";

test("days and minutes are Beijing's", () => {
  assert.equal(dayWords("2026-11-22T16:30:00Z"), "11月23日");
  assert.equal(weekdayWords(MORNING), "11月23日 星期一");
  assert.match(minuteWords(MORNING), /11月23日\s?上午\s?9:42/);
});

test("today and yesterday are said so", () => {
  const now = Date.parse(MORNING);

  assert.deepEqual([MORNING, "2026-11-22T10:00:00Z", "2026-11-20T10:00:00Z"].map((moment) => recentDayWords(moment, now)), ["今天", "昨天", "11月20日"]);
});

test("one is greeted by the hour", () => {
  const at = (clock) => greeting(Date.parse(`2026-11-23T${clock}:00+08:00`));

  assert.deepEqual(["00:00", "04:59", "05:00", "07:59", "08:00", "10:59"].map(at), ["凌晨好", "凌晨好", "早上好", "早上好", "上午好", "上午好"]);
  assert.deepEqual(["11:00", "12:59", "13:00", "17:59", "18:00", "23:59"].map(at), ["中午好", "中午好", "下午好", "下午好", "晚上好", "晚上好"]);
});

test("numbers are read in threes, sizes in megabytes", () => {
  assert.equal(spoken("DC-2611-0397-1"), "DC-2611-0397-1");
  assert.deepEqual([spoken("731906482"), sizeWords(3_500_000), sizeWords(52_428_800)], ["731 906 482", "3.3 兆", "50 兆"]);
});
