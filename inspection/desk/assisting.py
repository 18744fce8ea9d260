"""协办: calling units in beside the lead, and what they do. What is wrong is said on the ticket's page at its field."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import assists, tickets
from inspection.desk.assists import Tried
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right
from inspection.people.models import Unit
from inspection.photos.models import ManifestKind, PhotoRole
from inspection.tickets import assistance, visibility
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.web import language, session, uploads
from inspection.web.errors import status_of
from inspection.web.requires import requires
from inspection.web.typed import overtaken


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    every, one = "/tickets/<uuid:ticket_id>/assists", "/tickets/<uuid:ticket_id>/assists/<uuid:assist_id>"
    blueprint.add_url_rule(every, "call_in", call_in, methods=["POST"])
    blueprint.add_url_rule(f"{one}/acceptance", "accept_assist", accept, methods=["POST"])
    blueprint.add_url_rule(f"{one}/answer", "answer_assist", answer, methods=["POST"])
    blueprint.add_url_rule(f"{one}/withdrawal", "withdraw_assist", withdraw, methods=["POST"])


@requires(Right.TICKET_CALL_IN)
def call_in(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Call a unit in."""
    try:
        with _changing(ticket_id) as ticket:
            assistance.call_in(
                ticket, unit=_unit(), task=request.form.get("task", ""), limit=_limit(), by=session.person(), now=now()
            )
    except (Conflict, Invalid) as refusal:
        return _again(ticket_id, assists.CALL, refusal)
    return _back(ticket_id)


@requires(Right.TICKET_HANDLE)
def accept(ticket_id: uuid.UUID, assist_id: uuid.UUID) -> ResponseReturnValue:
    """The unit that was called in accepts."""
    try:
        with _changing(ticket_id) as ticket:
            assistance.accept(ticket, assist_id, by=session.person(), now=now())
    except Conflict as refusal:
        return _again(ticket_id, assists.ACCEPT, refusal)
    return _back(ticket_id)


@requires(Right.TICKET_HANDLE)
def answer(ticket_id: uuid.UUID, assist_id: uuid.UUID) -> ResponseReturnValue:
    """The unit that was called in answers; its pictures are taken into the store first."""
    moment, note = now(), request.form.get("note", "")
    visibility.visible(session.person(), ticket_id)
    try:
        shown = uploads.stored("photos", PhotoRole.AFTER, now=moment)
        with _changing(ticket_id) as ticket:
            evidence = uploads.evidence(ticket.id, shown, now=moment, kind=ManifestKind.ASSIST)
            assistance.answer(ticket, assist_id, note=note, evidence=evidence, by=session.person(), now=moment)
    except (Conflict, Invalid) as refusal:
        return _again(ticket_id, assists.ANSWER, refusal)
    return _back(ticket_id)


@requires(Right.TICKET_CALL_IN)
def withdraw(ticket_id: uuid.UUID, assist_id: uuid.UUID) -> ResponseReturnValue:
    """Whoever may call takes a call back."""
    try:
        with _changing(ticket_id) as ticket:
            reason = request.form.get("reason", "")
            assistance.withdraw(ticket, assist_id, reason=reason, by=session.person(), now=now())
    except (Conflict, Invalid) as refusal:
        return _again(ticket_id, str(assist_id), refusal)
    return _back(ticket_id)


@contextmanager
def _changing(ticket_id: uuid.UUID) -> Iterator[Ticket]:
    with writing():
        yield visibility.visible(session.person(), ticket_id)


def _unit() -> Unit:
    try:
        return people.unit(uuid.UUID(request.form.get("unit", "")))
    except (ValueError, NotFound) as wrong:
        raise Invalid("unit", N_("请选协办单位。")) from wrong


def _limit() -> Limit:
    try:
        return Limit(int(request.form.get("limit_amount", "")), TimeUnit(request.form.get("limit_unit", "")))
    except ValueError as wrong:
        raise Invalid("limit_amount", N_("期限应是一个整数，至少为 1。")) from wrong


def _again(ticket_id: uuid.UUID, form: str, refusal: Conflict | Invalid) -> ResponseReturnValue:
    """The page with the form as it was typed: what is wrong at its field, or above all that somebody was first."""
    given = request.form.to_dict()
    if isinstance(refusal, Conflict):
        told = overtaken(refusal, assists.typed(given))
        return tickets.page(ticket_id, assist=Tried(form, given, {}), overtaken=told), status_of(refusal)
    field = refusal.field.partition(".")[0]
    errors = {"photos" if field == "photo" else field: language.words(refusal)}
    return tickets.page(ticket_id, assist=Tried(form, given, errors)), status_of(refusal)


def _back(ticket_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("desk.ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)
