"""One ticket as its page shows it: facts, what happened, what may be done, how the deadline was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.desk import arithmetic, disputes, happenings, visits
from inspection.desk.arithmetic import Begun
from inspection.desk.disputes import GROUNDS
from inspection.desk.moves import FORMS, Field, MoveForm
from inspection.geography import service as geography
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.tickets import clocks, lists, turns, workflow
from inspection.tickets.deadlines import UNIT_NAMES
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import ACTION_NAMES, Action, Move, State
from inspection.web.page import category_name, day_words, weekday_words

STAGES = (
    ("received", N_("立案"), "filed_at"),
    ("filed", N_("派遣"), "dispatched_at"),
    ("handling", N_("处置"), "accepted_at"),
    ("handled", N_("核查"), "handled_at"),
    ("closed", N_("结案"), "closed_at"),
)
REACHED = {
    State.FILED: 0,
    State.DISPATCHED: 1,
    State.HANDLING: 2,
    State.SUSPENDED: 2,
    State.HANDLED: 3,
    State.CLOSED: 4,
    State.VOID: 0,
}


def facts(ticket: Ticket, moment: datetime) -> dict[str, Any]:
    """The ticket's head and its place."""
    about = [_("由 %(number)s 条线索并案", number=len(ticket.reports))] if len(ticket.reports) > 1 else []
    about.append(_("第 %(number)s 轮", number=ticket.round))
    about += [_("由旧台账导入，以前的照片不在系统里")] if ticket.imported_at else []
    about += [_("位置只到街道或区")] if not ticket.cell else []
    return {
        "number": ticket.number,
        "title": f"{category_name(ticket.category)} · {ticket.place}",
        "state": ticket.state.value,
        "label": "",
        "flags": _flags(ticket, moment),
        "about": " · ".join(about),
        "version": ticket.version,
        "place": ticket.place,
        "unit": ticket.unit.name if ticket.unit else "",
        "district": geography.current_atlas().district(ticket.district_code).name,
        "basis": ticket.category.basis,
        "routed_by": _(ticket.routed_by) if ticket.routed_by else "",
        "lat": ticket.lat,
        "lng": ticket.lng,
        "located": bool(ticket.cell),
        "accuracy_m": None,
        "instruction": happenings.last_instruction(ticket),
        "reports": [
            _("督查员·%(alias)s（%(day)s）", alias=link.report.alias, day=day_words(link.merged_at))
            for link in ticket.reports
        ],
    }


def steps(ticket: Ticket) -> list[dict[str, Any]]:
    """The five stages and how far the ticket has come."""
    reached = REACHED[ticket.state]
    shown = []
    for number, (mark, label, attribute) in enumerate(STAGES):
        at: datetime | None = getattr(ticket, attribute)
        on = number <= reached
        shown.append(
            {
                "state": mark if on else "saved",
                "label": _(label),
                "note": day_words(at) if on and at else _("现在") if number == reached else "",
                "on": on,
                "current": number == reached and ticket.state not in {State.CLOSED, State.VOID},
            }
        )
    return shown


def timeline(ticket: Ticket) -> list[dict[str, Any]]:
    """What happened, the newest first."""
    return [told for event in reversed(lists.history(ticket)) if (told := happenings.line(event, ticket))]


@dataclass(frozen=True)
class Tried:
    """A move that was refused: which, what was typed, and what is wrong, by field."""

    action: Action
    values: Mapping[str, str]
    errors: Mapping[str, str]


def moves(ticket: Ticket, person: Person, tried: Tried | None) -> list[dict[str, Any]]:
    """What this person may do now, the likeliest first."""
    mine = [
        move
        for move in _open(ticket)
        if _may(move, ticket, person) and move.action in FORMS and not disputes.stands_back(move.action, ticket)
    ]
    ranked = sorted(mine, key=lambda move: list(FORMS).index(move.action))
    forms = []
    for move in ranked:
        again = tried if tried and move.action is tried.action else None
        chosen = again.values.get("visit", "") if again else ""
        form = disputes.advised(_form(ticket, move, again), move.action, ticket)
        forms.append(visits.offered(form, move.action, ticket, person, chosen))
    return forms


def in_words(ticket: Ticket, field: Field, value: str) -> str:
    """What was typed into a field, or the name of what was chosen in it."""
    options = _options(ticket, field.name) or []
    return next((one["name"] for one in options if one["code"] == value), value)


def on_site(ticket: Ticket, person: Person) -> str | None:
    """Where the field app takes the picture of the repair (到现场拍), for whoever may hand it in now."""
    handing_in = any(move.action is Action.SUBMIT and _may(move, ticket, person) for move in _open(ticket))
    return url_for("phone.home", _anchor=f"/ticket/{ticket.id}") if handing_in else None


def others(ticket: Ticket, person: Person) -> list[str]:
    """What others may do, and who: one sentence each."""
    theirs = [move for move in _open(ticket) if not _may(move, ticket, person)]
    return [
        _("%(action)s：由%(roles)s办。", action=_(ACTION_NAMES[move.action]), roles=_names(move)) for move in theirs
    ]


def deadline(ticket: Ticket, moment: datetime, calendar: WorkCalendar) -> dict[str, Any] | None:
    """When it is due and how that was counted, day by day."""
    if ticket.due_at is None or ticket.clock_started_at is None:
        return None
    clock, stood = clocks.clock_of(ticket), turns.pauses(ticket)
    begun = Begun.AGAIN if ticket.round > 1 else Begun.DISPATCHED
    due = _("%(day)s（%(weekday)s）到期", day=day_words(ticket.due_at), weekday=weekday_words(ticket.due_at))
    counted = arithmetic.told(clock, moment, calendar, stood, answered_at=ticket.handled_at, begun=begun)
    return {"title": due, **counted}


def _may(move: Move, ticket: Ticket, person: Person) -> bool:
    """A unit that assists sees the lead's page, and makes none of its moves."""
    assists = person.role is Role.HANDLER and person.unit_id != ticket.unit_id
    return workflow.allowed(move, person.role.value) and not assists


def _names(move: Move) -> str:
    return _("、").join(_(ROLE_NAMES[role]) for role in move.who)


def _flags(ticket: Ticket, moment: datetime) -> list[dict[str, str]]:
    flags = []
    if lists.overdue(ticket, moment):
        flags.append("overdue")
    if ticket.supervised is not None:
        flags.append("supervised")
    if ticket.reworks and ticket.state is not State.CLOSED:
        flags.append("rework")
    if ticket.rebounds and ticket.state is not State.CLOSED:
        flags.append("rebound")
    return [{"code": code, "label": ""} for code in flags]


def _open(ticket: Ticket) -> tuple[Move, ...]:
    return workflow.open_moves(
        ticket.state, ticket.request, ticket.extensions, supervised=ticket.supervised is not None
    )


def _form(ticket: Ticket, move: Move, tried: Tried | None) -> dict[str, Any]:
    form: MoveForm = FORMS[move.action]
    return {
        "url": url_for("desk.move", ticket_id=ticket.id, action=move.action.value),
        "label": _(form.label),
        "kind": form.kind,
        "icon": form.icon,
        "hint": _(form.hint) if form.hint else "",
        "open": tried is not None,
        "fields": [_field(ticket, field, tried) for field in form.fields],
    }


def _field(ticket: Ticket, field: Field, tried: Tried | None) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": _(field.label),
        "type": field.type,
        "hint": _(field.hint) if field.hint else "",
        "value": tried.values.get(field.name, "") if tried else _value(ticket, field.name),
        "error": tried.errors.get(field.name, "") if tried else "",
        "options": _options(ticket, field.name),
        "required": field.required,
    }


def _value(ticket: Ticket, name: str) -> str:
    suggested = {"limit_amount": str(ticket.limit_amount), "limit_unit": ticket.limit_unit.value}
    return suggested.get(name, "")


def _options(ticket: Ticket, name: str) -> list[dict[str, str]] | None:
    if name == "unit":
        return [{"code": str(unit.id), "name": unit.name} for unit in people.units_of(ticket.district_code)]
    if name == "limit_unit":
        return [{"code": unit.value, "name": _(label)} for unit, label in UNIT_NAMES.items()]
    if name == "ground":
        return [{"code": ground.value, "name": _(label)} for ground, label in GROUNDS.items()]
    return None
