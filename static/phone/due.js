// How a ticket's time stands, for a list that may be hours old: what the server said, as long as that still holds. Pure.
import { dayWords, isSameDay } from "./said.js";
import { _ } from "./words.js";

/** Whether its time is over now, whatever the server said when it was asked. `now` in milliseconds. */
export const isOverdue = (ticket, now) => ticket.overdue || Date.parse(ticket.due_at) < now;

/** 11月30日到期. */
export const dueDayWords = (ticket) => _("{day}到期", { day: dayWords(ticket.due_at) });

/**
 * 还有 2 个工作日, 今天到期, 超 1 个工作日; nothing where it cannot be said. The server counts in the ticket's own unit, which
 * the phone cannot: its words are used on the day on which it said them (`told_at`, milliseconds) and not after it.
 */
export function leftWords(ticket, { told_at, now }) {
  const left = isSameDay(told_at, now) ? ticket.left : "";
  if (isOverdue(ticket, now)) return (ticket.overdue && left) || _("已超期");
  if (isSameDay(ticket.due_at, now)) return _("今天到期");
  return left && _("还有 {left}", { left });
}
