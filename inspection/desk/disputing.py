"""争议: an office contradicts a return, and the city decides whose it is. What is wrong is said at its field."""

import uuid
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import disputes as shown
from inspection.desk import tickets
from inspection.desk.disputes import Tried
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right
from inspection.tickets import disputes, visibility
from inspection.tickets.disputes import Owner
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires
from inspection.web.typed import overtaken


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/dispute", "dispute", dispute, methods=["POST"])
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/dispute/settling", "settle_dispute", settle, methods=["POST"])


@requires(Right.TICKET_DECIDE)
def dispute(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Contradict a return."""
    given = request.form
    try:
        with writing():
            ticket = visibility.visible(session.person(), ticket_id)
            statement, named = given.get("statement", ""), given.get("named") or None
            disputes.dispute(ticket, statement=statement, named=named, by=session.person(), now=now(), seen=_seen())
    except (Conflict, Invalid) as refusal:
        return _again(ticket_id, shown.DISPUTE, refusal)
    return _back(ticket_id)


@requires(Right.TICKET_DECIDE)
def settle(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Say whose it is."""
    try:
        with writing():
            ticket = visibility.visible(session.person(), ticket_id)
            reason = request.form.get("reason", "")
            disputes.settle(ticket, owner=_owner(), reason=reason, by=session.person(), now=now(), seen=_seen())
    except (Conflict, Invalid) as refusal:
        return _again(ticket_id, shown.SETTLE, refusal)
    return _back(ticket_id)


def _owner() -> Owner:
    """A unit by its id or a district by its code; nobody where nothing was chosen."""
    chosen = request.form.get("owner", "")
    try:
        return Owner(unit=people.unit(uuid.UUID(chosen)))
    except ValueError:
        return Owner(district_code=chosen or None)
    except NotFound as wrong:
        raise Invalid("owner", N_("请选归谁办。")) from wrong


def _seen() -> int | None:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isdigit() else None


def _again(ticket_id: uuid.UUID, form: str, refusal: Conflict | Invalid) -> ResponseReturnValue:
    """The page with the form as it was typed: what is wrong at its field, or above all that somebody was first."""
    given = request.form.to_dict()
    if isinstance(refusal, Conflict):
        told = overtaken(refusal, shown.typed(given))
        return tickets.page(ticket_id, quarrel=Tried(form, given, {}), overtaken=told), status_of(refusal)
    errors = {refusal.field: language.words(refusal)}
    return tickets.page(ticket_id, quarrel=Tried(form, given, errors)), status_of(refusal)


def _back(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """To the ticket, which stays the reader's own: only the city moves it into another district, and sees them all."""
    return redirect(url_for("desk.ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)
