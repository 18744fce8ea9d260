"""协办 on a ticket's page: who was called in, to do what, by when, what came back, and the forms of whoever may act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.desk import arithmetic
from inspection.desk.arithmetic import Begun
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import ROLE_NAMES
from inspection.people.models import Person
from inspection.tickets import assisting, assists, deadlines, turns
from inspection.tickets.annexes import Assist
from inspection.tickets.assisting import STAGE_NAMES, WAITING, Stage
from inspection.tickets.deadlines import UNIT_NAMES
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import IN_HAND
from inspection.web.page import day_words, half_day_words, picture_url
from inspection.web.typed import unit_named

MARKS = {
    Stage.CALLED: ("dispatched", ""),
    Stage.ACCEPTED: ("handling", ""),
    Stage.ANSWERED: ("closed", "done"),
    Stage.WITHDRAWN: ("withdrawn", ""),
    Stage.UNANSWERED: ("overdue", "late"),
}
"""The mark beside it and its tone; a late one's is that of 超期."""
USUAL_LIMIT = {"limit_amount": "3", "limit_unit": deadlines.Unit.WORKDAY.value}
"""[D] What the form proposes."""
ACCEPT, ANSWER, CALL = "acceptance", "answer", "call"
HINT = N_("协办的答复不改变案卷的状态和期限，整改好了由主办单位反馈。")


@dataclass(frozen=True)
class Tried:
    """A form of this section that was refused: which, what was typed, and what is wrong, by field."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING = Tried("", {}, {})


def section(
    ticket: Ticket, person: Person, moment: datetime, calendar: WorkCalendar, tried: Tried | None
) -> dict[str, Any]:
    """Everyone who was called in, and the form to call another one for whoever may."""
    rows = assists.of_ticket(ticket)
    called = [_told(one, ticket, person, moment, calendar, tried or NOTHING) for one in rows]
    who = assists.standing(ticket, person)
    offers = assisting.may_call(who) and ticket.state in IN_HAND
    return {"called": called, "call": _calling(ticket, rows, tried or NOTHING) if offers else None}


def own_moves(ticket: Ticket, person: Person, tried: Tried | None) -> list[dict[str, Any]]:
    """What the person's unit has to do as an assisting one, as moves: accept, then answer."""
    mine = assists.waiting(ticket, person.unit_id) if person.unit_id else None
    if mine is None or (stage := assists.stage_of(mine, ticket)) not in WAITING:
        return []
    again = tried or NOTHING
    if stage is Stage.CALLED:
        url = url_for("desk.accept_assist", ticket_id=ticket.id, assist_id=mine.id)
        return [_move(url, _("协办签收"), "check", [])]
    fields = [
        _field("note", _("协办的结果"), "textarea", again if again.form == ANSWER else NOTHING, required=True),
        _field("photos", _("现场照片"), "file", again if again.form == ANSWER else NOTHING, required=False),
    ]
    url = url_for("desk.answer_assist", ticket_id=ticket.id, assist_id=mine.id)
    form = _move(url, _("协办答复…"), "send", fields)
    return [form | {"hint": _(HINT), "open": again.form == ANSWER}]


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a form of the section, by the labels of its fields."""
    units = {unit.value: _(name) for unit, name in UNIT_NAMES.items()}
    limit = given.get("limit_amount", ""), units.get(given.get("limit_unit", ""), "")
    return {
        _("协办单位"): unit_named(given.get("unit", "")),
        _("请它做什么"): given.get("task", ""),
        _("期限"): " ".join(filter(None, limit)),
        _("协办的结果"): given.get("note", ""),
        _("为什么撤回"): given.get("reason", ""),
    }


def _told(
    assist: Assist, ticket: Ticket, person: Person, moment: datetime, calendar: WorkCalendar, tried: Tried
) -> dict[str, Any]:
    stage = assists.stage_of(assist, ticket)
    runs = stage in WAITING
    late = assist.late or (runs and assisting.late(assist.due_at, moment, assist.clock_stopped_at))
    mark, tone = ("overdue", "late") if late else MARKS[stage]
    pictures = assist.manifest.photos if assist.manifest else ()
    caller = assist.called_by.unit.name if assist.called_by.unit else _(ROLE_NAMES[assist.called_by.role])
    return {
        "unit": assist.unit.name,
        "task": assist.task,
        "called": _("%(caller)s %(when)s 请来", caller=caller, when=half_day_words(assist.called_at)),
        "state": mark,
        "label": _(STAGE_NAMES[stage]),
        "tone": tone,
        "late": late,
        "due": _("%(day)s到期", day=day_words(assist.due_at)),
        "counted": _counted(assist, ticket, moment, calendar) if runs or assist.answered_at else None,
        "answered": half_day_words(assist.answered_at),
        "note": assist.note or "",
        "withdrawn": assist.withdrawn_reason or "",
        "photos": [
            {"src": picture_url(one, "web"), "thumb": picture_url(one), "alt": _("协办照片")} for one in pictures
        ],
        "withdrawal": _withdrawal(assist, ticket, person, tried) if runs else None,
    }


def _counted(assist: Assist, ticket: Ticket, moment: datetime, calendar: WorkCalendar) -> dict[str, Any]:
    """How it was counted, in the words and boxes of a ticket's own clock: it stands still while the ticket does."""
    clock, stood = assists.clock_of(assist, calendar), turns.pauses_since(ticket, assist.called_at)
    at = assist.answered_at or moment
    return arithmetic.told(clock, at, calendar, stood, answered_at=assist.answered_at, begun=Begun.CALLED)


def _withdrawal(assist: Assist, ticket: Ticket, person: Person, tried: Tried) -> dict[str, Any] | None:
    who = assists.standing(ticket, person)
    if not assisting.may_withdraw(who, called_by_lead=assists.called_by_lead(assist, ticket)):
        return None
    again = tried if tried.form == str(assist.id) else NOTHING
    return {
        "id": f"withdraw-{assist.id}",
        "url": url_for("desk.withdraw_assist", ticket_id=ticket.id, assist_id=assist.id),
        "open": bool(again.form),
        "reason": again.values.get("reason", ""),
        "error": again.errors.get("reason", ""),
    }


def _calling(ticket: Ticket, rows: Sequence[Assist], tried: Tried) -> dict[str, Any]:
    again = tried if tried.form == CALL else NOTHING
    busy = {one.unit_id for one in rows if assists.stage_of(one, ticket) in WAITING} | {ticket.unit_id}
    units = [unit for unit in people.units_of(ticket.district_code) if unit.id not in busy]
    return {
        "url": url_for("desk.call_in", ticket_id=ticket.id),
        "open": bool(again.form),
        "values": USUAL_LIMIT | dict(again.values),
        "errors": again.errors,
        "units": [{"code": str(unit.id), "name": unit.name} for unit in units],
        "limit_units": [{"code": unit.value, "name": _(label)} for unit, label in UNIT_NAMES.items()],
    }


def _move(url: str, label: str, icon: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"url": url, "label": label, "kind": "primary", "icon": icon, "hint": "", "open": False, "fields": fields}


def _field(name: str, label: str, kind: str, tried: Tried, *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": kind,
        "hint": "",
        "value": tried.values.get(name, ""),
        "error": tried.errors.get(name, ""),
        "options": None,
        "required": required,
    }
