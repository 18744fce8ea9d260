"""What is said about a ticket, and the forms for saying more (留言): to each other, or to whoever reported it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.tickets import comments
from inspection.tickets.comments import LONGEST
from inspection.tickets.models import Audience, Comment, Ticket
from inspection.web.page import half_day_words

LABELS = {Audience.INTERNAL: N_("写内部留言…"), Audience.REPORTER: N_("给上报人留言…")}
HINTS = {
    Audience.INTERNAL: N_("督查处、区里和承办单位看得到，上报人看不到。写了不能改，也不能删。"),
    Audience.REPORTER: N_(
        "每一位报过这一件的督查员都看得到，署单位的名称，不署个人姓名。请用平常话。写了不能改，也不能删。"
    ),
}


@dataclass(frozen=True)
class Typed:
    """A form of the section that was refused: which, what was typed, and what is wrong, by field."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


def of_ticket(ticket: Ticket, person: Person, typed: Typed | None) -> dict[str, Any]:
    """The section of the ticket's page: what was said, the latest first, and what this person may say."""
    return {
        "comments": [_line(one) for one in comments.of_ticket(ticket, person)],
        "forms": [_form(ticket, audience, typed) for audience in comments.audiences(person)],
    }


def _line(comment: Comment) -> dict[str, Any]:
    by = comment.by
    place = by.unit.name if by.unit and comment.role is Role.HANDLER else _(ROLE_NAMES[comment.role])
    return {
        "who": f"{by.name} · {place}",
        "when": half_day_words(comment.at),
        "text": comment.text,
        "outside": comment.audience is Audience.REPORTER,
    }


def _form(ticket: Ticket, audience: Audience, typed: Typed | None) -> dict[str, Any]:
    mine = typed if typed and typed.form == audience.value else None
    return {
        "url": url_for("desk.comment", ticket_id=ticket.id),
        "audience": audience.value,
        "id": (mine.values.get("comment_id") if mine else None) or str(uuid.uuid4()),
        "label": _(LABELS[audience]),
        "hint": _(HINTS[audience]),
        "most": LONGEST[audience],
        "text": mine.values.get("text", "") if mine else "",
        "error": mine.errors.get("text", "") if mine else "",
        "open": mine is not None,
    }
