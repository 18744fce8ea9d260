"""争议: both sides' words on a ticket's page, the forms to contradict and to decide, and the precedent of the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.geography import service as geography
from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people import service as people
from inspection.people.access import ROLE_NAMES, Right, Scope
from inspection.people.models import Person
from inspection.tickets import disputes
from inspection.tickets.disputes import Precedent
from inspection.tickets.models import Dispute, ReturnGround, Ticket, TicketRequest
from inspection.tickets.workflow import Action, OpenRequest
from inspection.web.page import day_words, half_day_words
from inspection.web.typed import district_named, unit_named

GROUNDS = {
    ReturnGround.PLACE: N_("属地不符"),
    ReturnGround.OWNERSHIP: N_("权属不清"),
    ReturnGround.DUTY: N_("职责不符"),
}
OFFERED = {Action.DISPATCH, Action.REQUEST_RETURN}
"""The moves whose form shows the precedent of the place."""
DECIDES = {Action.GRANT_RETURN, Action.REFUSE_RETURN}
"""The moves that stand back while a quarrel waits: one form decides it, with the reason."""
DISPUTE, SETTLE = "dispute", "settle"


@dataclass(frozen=True)
class Tried:
    """A form of this section that was refused: which, what was typed, and what is wrong, by field."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING = Tried("", {}, {})


def section(ticket: Ticket, person: Person, tried: Tried | None) -> dict[str, Any]:
    """Every quarrel about the ticket, and the form of whoever may go on with it."""
    reach = access.scope(person.role, Right.TICKET_DECIDE)
    waits = ticket.request is OpenRequest.DISPUTED_RETURN
    contradicts = reach is not None and disputes.can_be_disputed(ticket)
    return {
        "quarrels": [_told(asked, quarrel, ticket) for asked, quarrel in disputes.of_ticket(ticket)],
        "dispute": _form(ticket, DISPUTE, tried) if contradicts else None,
        "settle": _form(ticket, SETTLE, tried) if waits and reach is Scope.ALL else None,
    }


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed into a form of the section, by the labels of its fields."""
    owner = given.get("owner", "")
    return {
        _("您这一方的理由"): given.get("statement", ""),
        _("应归哪个区"): district_named(given.get("named", "")),
        _("归谁办"): unit_named(owner) or district_named(owner),
        _("理由"): given.get("reason", ""),
    }


def stands_back(action: Action, ticket: Ticket) -> bool:
    """Whether a move is not offered because the quarrel has a form of its own."""
    return action in DECIDES and ticket.request is OpenRequest.DISPUTED_RETURN


def advised(form: dict[str, Any], action: Action, ticket: Ticket) -> dict[str, Any]:
    """A move's form with the precedent of the place, and its unit chosen where nothing else is."""
    before = disputes.precedent(Point(ticket.lat, ticket.lng)) if action in OFFERED else None
    if before is None:
        return form
    chosen = str(before.unit.id) if before.unit else ""
    fields = [
        one | {"value": chosen} if one["name"] == "unit" and not one["value"] and chosen else one
        for one in form["fields"]
    ]
    return form | {"hint": words(before), "fields": fields}


def words(before: Precedent) -> str:
    """A precedent in words: 先例：11月26日 这一处定过归…，and why."""
    owner = before.unit.name if before.unit else _district(before.district_code)
    return _(
        "先例：%(day)s 这一处定过归%(owner)s。%(reason)s", day=day_words(before.at), owner=owner, reason=before.reason
    )


def _told(asked: TicketRequest, quarrel: Dispute, ticket: Ticket) -> dict[str, Any]:
    owner = quarrel.owner_unit.name if quarrel.owner_unit else _district(quarrel.owner_code)
    ended = _("没有裁定，申请已失效") if asked.decided_at else _("等首都文明办督查处裁定")
    return {
        "sides": [
            {
                "who": _who(db.session.get(Person, asked.by_id)),
                "what": _("申请退单：%(ground)s", ground=_(GROUNDS[asked.ground])) if asked.ground else "",
                "text": asked.text,
                "when": half_day_words(asked.at),
            },
            {
                "who": _who(quarrel.stated_by),
                "what": _("认为归%(district)s", district=_district(quarrel.named_code))
                if quarrel.named_code
                else _("不同意"),
                "text": quarrel.statement,
                "when": half_day_words(quarrel.stated_at),
            },
        ],
        "owner": owner if quarrel.decided_at else "",
        "reason": quarrel.reason or "",
        "decided": half_day_words(quarrel.decided_at),
        "waits": "" if quarrel.decided_at else ended,
    }


def _who(person: Person | None) -> str:
    if person is None:
        return ""
    if person.unit:
        return person.unit.name
    return _("%(district)s%(office)s", district=_short(person.district_code), office=_(ROLE_NAMES[person.role]))


def _form(ticket: Ticket, name: str, tried: Tried | None) -> dict[str, Any]:
    again = tried if tried and tried.form == name else NOTHING
    others = [one for one in geography.current_atlas().districts if one.code != ticket.district_code]
    units = people.units_of(ticket.district_code) if name == SETTLE else []
    nobody = {"code": "", "name": _("不指明") if name == DISPUTE else _("请选")}
    named = [{"code": str(unit.id), "name": unit.name} for unit in units]
    return {
        "url": url_for("desk.dispute" if name == DISPUTE else "desk.settle_dispute", ticket_id=ticket.id),
        "open": bool(again.form),
        "values": again.values,
        "errors": again.errors,
        "options": [nobody, *named, *({"code": one.code, "name": one.name} for one in others)],
    }


def _district(code: str | None) -> str:
    return geography.current_atlas().district(code).name if code else ""


def _short(code: str | None) -> str:
    return geography.current_atlas().district(code).short if code else ""
