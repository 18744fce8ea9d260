// Moments, numbers and sizes as people say them, in Beijing's time.
import { _, locale } from "./words.js";

const ZONE = "Asia/Shanghai";
const parts = (moment, options) => new Intl.DateTimeFormat(locale() === "en" ? "en-GB" : "zh-CN", { timeZone: ZONE, ...options }).format(new Date(moment));

/** 11月23日. */
export const dayWords = (moment) => parts(moment, { month: "long", day: "numeric" });

/** 11月23日 星期一. */
export const weekdayWords = (moment) => `${dayWords(moment)} ${parts(moment, { weekday: "long" })}`;

/** 11月23日 上午9:42. */
export const minuteWords = (moment) => parts(moment, { month: "long", day: "numeric", hour: "numeric", minute: "2-digit", hour12: true });

const day = (moment) => parts(moment, { year: "numeric", month: "numeric", day: "numeric" });

/** Whether two moments are of one day. */
export const isSameDay = (one, other) => day(one) === day(other);

/** 今天, 昨天, else 11月20日. */
export function recentDayWords(moment, now = Date.now()) {
  if (isSameDay(moment, now)) return _("今天");
  return isSameDay(moment, now - 86_400_000) ? _("昨天") : dayWords(moment);
}

/** 上午好 and the like, for an hour in Beijing. */
export function greeting(now = Date.now()) {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", hourCycle: "h23" }).format(new Date(now)));
  const parts = [[5, _("凌晨好")], [8, _("早上好")], [11, _("上午好")], [13, _("中午好")], [18, _("下午好")], [24, _("晚上好")]];
  return parts.find(([until]) => hour < until)[1];
}

/** A receipt's number in threes, as it is read over the telephone; one that begins with a ticket's stays as it is. */
export const spoken = (number) => (/\D/.test(number) ? number : number.replace(/(\d{3})(?=\d)/g, "$1 "));

/** 3.4 兆 and the like. */
export const sizeWords = (bytes) => _("{n} 兆", { n: (bytes / 1_048_576).toFixed(bytes < 10_485_760 ? 1 : 0) });
