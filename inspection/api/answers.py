"""``/tickets/in-hand`` and ``/answers``: what waits for a unit, and what it hands in from a phone on site."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api import intake
from inspection.api.answer_schemas import AllInHandOut
from inspection.api.schemas import ProgressOut
from inspection.kernel.calendar import WorkCalendar, now
from inspection.kernel.db import writing
from inspection.kernel.holidays import work_calendar
from inspection.people.access import Right
from inspection.tickets import answers, brought, lists
from inspection.tickets.answers import NewAnswer
from inspection.tickets.brought import Progress
from inspection.tickets.models import Answer, Recheck, Ticket
from inspection.web import language, session
from inspection.web.manifests import AnswerIn
from inspection.web.page import category_name, picture_url
from inspection.web.requires import requires
from inspection.web.tools import photo_limits, tools

MOST, PICTURES = 100, 3
"""So many tickets, and pictures of each, are for a phone to hold."""

blueprint = Blueprint("api_answers", __name__, description="What waits for a unit, and its answers from the place")


@blueprint.get("/tickets/in-hand")
@requires(Right.TICKET_HANDLE)
@blueprint.response(200, AllInHandOut)
def list_in_hand() -> ResponseReturnValue:
    """The tickets that one's unit has to accept or to put right, the most urgent first."""
    tickets, calendar = answers.in_hand(session.person(), limit=MOST + 1), work_calendar()
    shown = tickets[:MOST]
    back = answers.sent_back(shown)
    return {
        "items": [in_hand_json(ticket, back.get(ticket.id), calendar) for ticket in shown],
        "more": len(tickets) > MOST,
    }


@blueprint.put("/answers/<uuid:answer_id>")
@requires(Right.TICKET_HANDLE)
@blueprint.arguments(AnswerIn)
@blueprint.response(200, ProgressOut)
@blueprint.alt_response(201, schema=ProgressOut)
def put_answer(new: NewAnswer, answer_id: uuid.UUID) -> ResponseReturnValue:
    """Announce it. 201 with what is missing; the same again 200; another content, or a ticket that moved on, 409."""
    limits = photo_limits(tools().settings)
    with writing():
        progress = answers.receive(answer_id, new, by=session.person(), limits=limits, now=now())
    return as_json(progress), HTTPStatus.CREATED if progress.created else HTTPStatus.OK


@blueprint.put("/answers/<uuid:answer_id>/photos/<sha256>")
@requires(Right.TICKET_HANDLE)
@blueprint.response(200, ProgressOut)
def put_photo(answer_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one photo's raw bytes. It is durable before the answer; the last one hands it in and carries the receipt."""
    answer = answers.own(session.person(), answer_id)
    facts = intake.photo(answer_id, sha256)
    if facts is None:
        return as_json(brought.progress(answer))
    with writing():
        progress = answers.photo_arrived(answer_id, sha256, facts, by=session.person(), now=now())
    return as_json(progress)


def as_json(progress: Progress[Answer]) -> dict[str, Any]:
    """How far it has come in."""
    return intake.progress(progress, progress.one.answered_at, receipt_json(progress.one))


def receipt_json(answer: Answer) -> dict[str, Any] | None:
    """The receipt, in the same form as a report's; None until it was handed in."""
    signed = answers.receipt(answer, tools().signer)
    if signed is None:
        return None
    return intake.receipt(answers.number(answer), answer.answered_at, signed.document, signed.signature)


def in_hand_json(ticket: Ticket, back: Recheck | None, calendar: WorkCalendar) -> dict[str, Any]:
    """A ticket as the unit's phone sees it: the case, and nothing of who reported it or when."""
    moment = now()
    left = lists.left(ticket, moment, calendar)
    before = [photo for link in ticket.reports for photo in link.report.manifest.photos if photo.copied_at]
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": ticket.state.value,
        "round": ticket.round,
        "category": ticket.category_code,
        "what": category_name(ticket.category),
        "basis": ticket.category.basis,
        "place": ticket.place,
        "lat": ticket.lat,
        "lng": ticket.lng,
        "exact": bool(ticket.cell),
        "due_at": ticket.due_at,
        "left": language.told(left) if left else "",
        "overdue": lists.overdue(ticket, moment),
        "supervised": ticket.supervised is not None,
        "sent_back": {"verdict": back.verdict.value, "note": back.note} if back else None,
        "before": [
            {"role": photo.role.value, "web": picture_url(photo, "web"), "thumb": picture_url(photo, "thumb")}
            for photo in before[:PICTURES]
        ],
        "url": url_for("desk.ticket", ticket_id=ticket.id),
    }
