"""A ticket's events as lines of its page. Half days, never minutes; an inspector is only ever an alias (D03, D05)."""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from inspection.kernel.db import db
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.tickets import lists
from inspection.tickets.lists import Happening
from inspection.tickets.models import Ticket
from inspection.web.page import day_words, half_day_words

LINES: dict[str, tuple[str, str, str]] = {
    "ticket.imported": ("received", N_("由旧台账导入"), ""),
    "ticket.filed": ("received", N_("立案"), ""),
    "ticket.dispatched": ("filed", N_("派遣"), ""),
    "ticket.accepted": ("handling", N_("签收"), ""),
    "ticket.handled": ("handled", N_("反馈：已整改"), "check"),
    "ticket.closed": ("closed", N_("核查通过，结案"), "done"),
    "ticket.failed": ("rework", N_("核查不通过，退回返工"), "late"),
    "ticket.looked_back": ("closed", N_("回头看：良好"), "done"),
    "ticket.rebounded": ("rebound", N_("回头看：反弹"), "late"),
    "ticket.return_requested": ("withdrawn", N_("申请退单"), ""),
    "ticket.return_granted": ("withdrawn", N_("同意退单"), ""),
    "ticket.return_refused": ("handling", N_("不同意退单"), ""),
    "ticket.return_disputed": ("withdrawn", N_("退单有争议"), ""),
    "ticket.return_settled": ("filed", N_("裁定归谁办"), ""),
    "ticket.extension_requested": ("suspended", N_("申请延期"), ""),
    "ticket.extended": ("suspended", N_("同意延期"), ""),
    "ticket.extension_refused": ("handling", N_("不同意延期"), ""),
    "ticket.suspended": ("suspended", N_("挂账"), ""),
    "ticket.resumed": ("handling", N_("恢复处置"), ""),
    "ticket.supervised": ("supervised", N_("列为督办"), "late"),
    "ticket.unsupervised": ("handling", N_("解除督办"), ""),
    "ticket.instructed": ("filed", N_("批示"), ""),
    "ticket.report_merged": ("merged", N_("并入一条线索"), ""),
    "ticket.report_left": ("withdrawn", N_("拆出一条线索"), ""),
    "ticket.rebound_undone": ("closed", N_("撤销反弹"), ""),
    "ticket.notice_posted": ("filed", N_("贴出告知书"), ""),
    "ticket.handed_over": ("filed", N_("移交"), ""),
    "ticket.recounted": ("suspended", N_("节假日安排有变，期限重算"), ""),
    "ticket.assist_recounted": ("suspended", N_("节假日安排有变，协办期限重算"), ""),
    "ticket.assist_called": ("dispatched", N_("请来协办"), ""),
    "ticket.assist_accepted": ("handling", N_("协办签收"), ""),
    "ticket.assist_answered": ("handled", N_("协办答复"), "check"),
    "ticket.assist_withdrawn": ("withdrawn", N_("撤回协办"), ""),
    "ticket.voided": ("void", N_("作废"), ""),
}
RECOUNTED = ("ticket.recounted", "ticket.assist_recounted")
NOTES = ("note", "reason", "text", "plan")


def line(event: Happening, ticket: Ticket) -> dict[str, Any] | None:
    """An event as a line, or None for one that is not told."""
    known = LINES.get(event.name)
    if known is None:
        return None
    mark, words, tone = known
    return {
        "state": mark,
        "title": _heading(words, _days_moved(event) or _note(event.data)),
        "when": half_day_words(event.at),
        "note": " · ".join(filter(None, (_who(event, ticket), event.data.get("unit", "")))),
        "tone": tone,
    }


def last_instruction(ticket: Ticket) -> str:
    """The latest 批示 with the office that gave it, or nothing."""
    given = [event for event in lists.history(ticket) if event.name == "ticket.instructed"]
    return _("%(office)s：%(text)s", office=given[-1].data["office"], text=given[-1].data["text"]) if given else ""


def _heading(words: str, note: str) -> str:
    return _("%(what)s：%(note)s", what=_(words), note=note) if note else _(words)


def _note(data: dict[str, Any]) -> str:
    return next((str(data[name]) for name in NOTES if data.get(name)), "")


def _days_moved(event: Happening) -> str:
    """From which day to which, for a deadline that was counted again."""
    if event.name not in RECOUNTED:
        return ""
    was, due = (day_words(datetime.fromisoformat(event.data[name])) for name in ("was", "due_at"))
    return _("%(was)s改为%(becomes)s", was=was, becomes=due)


def _who(event: Happening, ticket: Ticket) -> str:
    kind, _colon, code = event.actor.partition(":")
    person = db.session.get(Person, uuid.UUID(code)) if kind == "person" else None
    if person is None:
        return ""
    if person.role is Role.INSPECTOR and ticket.reports:
        return _("督查员·%(alias)s", alias=ticket.reports[0].report.alias)
    return f"{person.name} · {person.unit.name if person.unit else _(ROLE_NAMES[person.role])}"
