"""留言: somebody of the offices or the unit says something about a ticket."""

import uuid
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import tickets
from inspection.desk.conversation import Typed
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.tickets import comments, visibility
from inspection.tickets.models import Audience
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/comments", "comment", comment, methods=["POST"])


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
