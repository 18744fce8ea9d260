"""What the author of a report may still say on its page: add something until it is decided, judge it once closed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.reports import supplements
from inspection.reports.models import Report
from inspection.tickets import feedback, visibility
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.web.page import day_words, picture_url


class Form(StrEnum):
    """The forms of the page."""

    PHOTOS = "photos"
    SUPPLEMENT = "supplement"
    FEEDBACK = "feedback"


@dataclass(frozen=True)
class Tried:
    """A form that was refused: which, what is wrong, by field, and what was typed."""

    form: Form
    errors: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)


def adding(report: Report, tried: Tried | None) -> dict[str, Any] | None:
    """The form for adding a note or photos, or None once somebody has decided."""
    if report.state not in supplements.UNDECIDED:
        return None
    mine = tried if tried and tried.form is Form.SUPPLEMENT else None
    return {
        "url": url_for("phone.supplement", report_id=report.id),
        "id": (mine.values.get("supplement_id") if mine else None) or str(uuid.uuid4()),
        "note": mine.values.get("note", "") if mine else "",
        "errors": dict(mine.errors) if mine else {},
        "open": mine is not None,
    }


def added(report: Report) -> list[dict[str, Any]]:
    """The pictures that were added."""
    return [
        {
            "src": picture_url(photo, "web"),
            "thumb": picture_url(photo),
            "alt": _("补充的照片 %(number)s", number=number),
        }
        for number, photo in enumerate(supplements.pictures_of([report.id]), 1)
    ]


def judging(report: Report, moment: datetime, tried: Tried | None) -> dict[str, Any] | None:
    """Thanks, the result, what was said and whether one may still say so; None while the matter is not closed."""
    ticket = visibility.ticket_of(report.id)
    if ticket is None or ticket.state is not State.CLOSED:
        return None
    said = feedback.given(report, ticket)
    mine = tried if tried and tried.form is Form.FEEDBACK else None
    known = said.reason if said else ""
    return {
        "result": _("%(day)s核查通过，已经办结。", day=day_words(ticket.closed_at)),
        "said": {"satisfied": said.satisfied, "reason": said.reason} if said else None,
        "url": url_for("phone.judge", report_id=report.id) if feedback.open_for(ticket, moment) else None,
        "until": _until(ticket),
        "reason": mine.values.get("reason", "") if mine else known,
        "errors": dict(mine.errors) if mine else {},
        "open": mine is not None,
    }


def _until(ticket: Ticket) -> str:
    return _("%(day)s以前可以改", day=day_words(feedback.last_day(ticket)))
