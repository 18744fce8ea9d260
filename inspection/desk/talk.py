"""留言, 提问: somebody of the offices or the unit says something about a ticket, or asks whoever reported it."""

import uuid
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import tickets, triage
from inspection.desk.conversation import ASKING, Typed
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports import questions
from inspection.reports import service as reports
from inspection.reports.models import Report
from inspection.tickets import comments, visibility
from inspection.tickets.annexes import Audience
from inspection.tickets.models import Ticket
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires
from inspection.web.tools import tools


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/comments", "comment", comment, methods=["POST"])
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/questions", "ask_reporter", ask_reporter, methods=["POST"])
    blueprint.add_url_rule("/triage/<uuid:report_id>/questions", "ask_about", ask_about, methods=["POST"])


@requires(Right.TICKET_COMMENT)
def comment(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Say something; what is wrong with it is said at its field, with the form still open."""
    form = request.form.to_dict()
    try:
        with writing():
            person = session.person()
            comments.add(
                _id(form),
                visibility.visible(person, ticket_id),
                audience=_audience(form),
                text=form.get("text", ""),
                by=person,
                now=now(),
            )
    except (Conflict, Invalid) as refusal:
        again = form if isinstance(refusal, Invalid) else form | {"comment_id": ""}
        typed = Typed(form.get("audience", ""), again, {"text": language.words(refusal)})
        return tickets.page(ticket_id, typed=typed), status_of(refusal)
    return redirect(url_for("desk.ticket", ticket_id=ticket_id, _anchor="talk"), HTTPStatus.SEE_OTHER)


@requires(Right.REPORTER_ASK)
def ask_reporter(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Ask one of the authors of the ticket's reports, chosen by alias."""
    try:
        with writing():
            person = session.person()
            _ask(_chosen(visibility.visible(person, ticket_id)), person)
    except (Conflict, Invalid) as refusal:
        return tickets.page(ticket_id, typed=_refused(refusal)), status_of(refusal)
    return redirect(url_for("desk.ticket", ticket_id=ticket_id, _anchor="talk"), HTTPStatus.SEE_OTHER)


@requires(Right.REPORTER_ASK)
def ask_about(report_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the author of a report that waits for a decision; it goes on waiting."""
    try:
        with writing():
            person = session.person()
            _ask(reports.visible(person, report_id), person)
    except (Conflict, Invalid) as refusal:
        typed = _refused(refusal)
        return triage.page(report_id, dict(typed.values), dict(typed.errors)), status_of(refusal)
    return redirect(url_for("desk.triage_report", report_id=report_id, _anchor="asked"), HTTPStatus.SEE_OTHER)


def _ask(report: Report, person: Person) -> None:
    form = request.form
    questions.ask(
        report,
        text=form.get("question", ""),
        wants_photo=form.get("photo") == "yes",
        days=tools().settings.question_days,
        by=person,
        now=now(),
    )


def _chosen(ticket: Ticket) -> Report:
    for link in ticket.reports:
        if str(link.report_id) == request.form.get("report"):
            return link.report
    raise Invalid("report", N_("请选问哪一位。"))


def _refused(refusal: Refusal) -> Typed:
    field = refusal.field if isinstance(refusal, Invalid) else "question"
    return Typed(ASKING, request.form.to_dict(), {field: language.words(refusal)})


def _id(form: dict[str, str]) -> uuid.UUID:
    try:
        return uuid.UUID(form.get("comment_id", ""))
    except ValueError as wrong:
        raise Invalid("text", N_("这页开得太久了，请再按一次。")) from wrong


def _audience(form: dict[str, str]) -> Audience:
    try:
        return Audience(form.get("audience", ""))
    except ValueError as wrong:
        raise Invalid("audience", N_("请说明写给谁。")) from wrong
