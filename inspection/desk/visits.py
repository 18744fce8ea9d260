"""What the city office alone sees of a ticket: whom it asked to look, by alias; what they brought; who is dissatisfied.

For everyone else each of these is empty, whatever is asked (D06): the services say so, not the templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.geography.points import Point, distance_m
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.tickets import feedback, tasks
from inspection.tickets.models import Feedback, Finding, Opinion, Task, TaskKind, TaskState, Ticket
from inspection.tickets.workflow import Action
from inspection.web.page import day_words, distance_words, picture_url

FINDINGS = {
    Finding.GOOD: N_("督查员·%(alias)s 去看过：改好了"),
    Finding.BAD: N_("督查员·%(alias)s 去看过：没有改好"),
    Finding.UNREACHABLE: N_("督查员·%(alias)s 去看过：到不了现场"),
}
MARKS = {Finding.GOOD: ("closed", "done"), Finding.BAD: ("overdue", "late"), Finding.UNREACHABLE: ("suspended", "")}
"""The mark beside it and its tone."""
OTHERWISE = {
    TaskState.OPEN: N_("已请督查员·%(alias)s 去看"),
    TaskState.DECLINED: N_("督查员·%(alias)s 去不了"),
    TaskState.WITHDRAWN: N_("不用督查员·%(alias)s 再去了"),
}
LABELS = {TaskKind.RECHECK: N_("请督查员去看改好没有…"), TaskKind.LOOKBACK: N_("请督查员回头看…")}
HINT = N_("随机请一位没有报过这一件的督查员，先从本区里找。区里和承办单位都不知道请了人。")
RESTING_ON_PICTURES = {Action.PASS_RECHECK, Action.FAIL_RECHECK, Action.LOOKBACK_GOOD, Action.REBOUND}
AFTER_VERDICTS = 2
"""Where the form for asking stands among the moves: after the two verdicts."""


@dataclass(frozen=True)
class Asked:
    """An asking that was refused: what was typed, and what is wrong, by field."""

    values: Mapping[str, str]
    errors: Mapping[str, str]


def asking(ticket: Ticket, person: Person, moment: datetime, tried: Asked | None) -> list[dict[str, Any]]:
    """The form for asking an inspector, as a move; none where there is nothing to see or for whoever may not ask."""
    kind = tasks.ASKED_WHEN.get(ticket.state)
    if kind is None or access.scope(person.role, Right.TASK_ASK) is None:
        return []
    due_on = {
        "name": "due_on",
        "label": _("哪一天以前"),
        "type": "date",
        "hint": _("默认三天以后，可修改"),
        "value": tried.values.get("due_on", "") if tried else tasks.default_due(moment).isoformat(),
        "error": tried.errors.get("due_on", "") if tried else "",
        "options": None,
        "required": True,
    }
    return [
        {
            "url": url_for("desk.ask_inspector", ticket_id=ticket.id),
            "label": _(LABELS[kind]),
            "kind": "",
            "icon": "eye",
            "hint": _(HINT),
            "open": tried is not None,
            "fields": [due_on],
        }
    ]


def offered(form: dict[str, Any], action: Action, ticket: Ticket, person: Person, chosen: str) -> dict[str, Any]:
    """The form of a verdict, with the pictures that inspectors brought to choose from, if there are any."""
    brought = tasks.usable(ticket, person) if action in RESTING_ON_PICTURES else ()
    if not brought:
        return form
    field = {
        "name": "visit",
        "label": _("督查员拍的照片"),
        "type": "radio",
        "hint": "",
        "value": chosen,
        "error": "",
        "options": [{"code": "", "name": _("不用，另传照片")}] + [_option(task) for task in brought],
        "required": False,
    }
    fields = [one | {"required": False} if one["type"] == "file" else one for one in form["fields"]]
    return form | {"fields": [field, *fields]}


def seen(ticket: Ticket, person: Person) -> list[dict[str, Any]]:
    """Whom the city asked, and what they saw; days only."""
    return [_task(task) for task in tasks.of_ticket(ticket, person)]


def complaints(ticket: Ticket, person: Person) -> list[dict[str, Any]]:
    """Why those who reported it are not satisfied; days only, and nobody's name."""
    return [_complaint(one) for one in feedback.of_ticket(ticket, person)]


def _option(task: Task) -> dict[str, str]:
    number = len(task.opinion.manifest.photos) if task.opinion else 0
    name = _("用督查员·%(alias)s 拍的 %(number)s 张", alias=task.alias, number=number)
    return {"code": str(task.id), "name": name}


def _task(task: Task) -> dict[str, Any]:
    opinion = task.opinion
    otherwise = ("handled", "check") if task.state is TaskState.OPEN else ("void", "")
    mark, tone = MARKS[opinion.finding] if opinion else otherwise
    told = _(FINDINGS[opinion.finding], alias=task.alias) if opinion else _(OTHERWISE[task.state], alias=task.alias)
    return {
        "state": mark,
        "tone": tone,
        "title": told,
        "when": day_words(opinion.received_at) if opinion else _when(task),
        "note": opinion.note if opinion else "",
        "where": _where(task.ticket, opinion) if opinion else "",
        "photos": _pictures(opinion.manifest) if opinion else [],
    }


def _when(task: Task) -> str:
    return _("%(day)s以前", day=day_words(task.due_on)) if task.state is TaskState.OPEN else day_words(task.ended_at)


def _where(ticket: Ticket, opinion: Opinion) -> str:
    if opinion.lat is None or opinion.lng is None:
        return _("手机没有给位置")
    metres = distance_m(Point(ticket.lat, ticket.lng), Point(opinion.lat, opinion.lng))
    return _("离原点 %(distance)s", distance=distance_words(metres))


def _complaint(said: Feedback) -> dict[str, Any]:
    return {
        "state": "overdue",
        "tone": "late" if said.waits else "",
        "title": _("督查员·%(alias)s 不满意", alias=said.report.alias),
        "when": day_words(said.at),
        "note": said.reason,
        "photos": _pictures(said.manifest) if said.manifest else [],
    }


def _pictures(manifest: Manifest) -> list[dict[str, Any]]:
    return [
        {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": _("照片 %(number)s", number=number)}
        for number, photo in enumerate(manifest.photos, 1)
    ]
