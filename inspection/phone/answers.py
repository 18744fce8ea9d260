"""What the author of a report may still say on its page: add to it until it is decided, judge it, answer a question."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.kernel.text import N_
from inspection.reports import questions, supplements
from inspection.reports.models import Question, Report
from inspection.reports.questions import Standing
from inspection.tickets import feedback, stories, visibility
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.web import language
from inspection.web.page import category_name, day_words, picture_url

SAID = {
    Standing.WAITING: "",
    Standing.TOLD: N_("您答：%(answer)s"),
    Standing.UNKNOWN: N_("您答：不知道"),
    Standing.UNANSWERED: N_("这个问题过了期限，不用再答了。"),
}
ONLY_PHOTOS = N_("见照片")


class Form(StrEnum):
    """The forms of the page."""

    PHOTOS = "photos"
    SUPPLEMENT = "supplement"
    FEEDBACK = "feedback"
    ANSWER = "answer"


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


def asked(report: Report, moment: datetime, tried: Tried | None) -> list[dict[str, Any]]:
    """What an office asks the author, in order, with the form for what still waits; offices and days only."""
    return [_asked(one, moment, tried) for one in questions.of_own(report)]


def waiting(asked: Sequence[Question]) -> list[dict[str, Any]]:
    """The questions that wait, each as a line that leads to its report."""
    return [
        {
            "title": _("%(office)s问您", office=_office(one)),
            "text": one.text,
            "about": category_name(one.report.category, short=True),
            "until": _("%(day)s以前", day=day_words(one.due_on)),
            "url": url_for("phone.report", report_id=one.report_id, _anchor="asked"),
        }
        for one in asked
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


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed into one of the forms, by the labels of its fields."""
    return {
        _("您的回答"): given.get("answer", ""),
        _("想补充的话"): given.get("note", ""),
        _("哪里没有改好？"): given.get("reason", ""),
    }


def _asked(one: Question, moment: datetime, tried: Tried | None) -> dict[str, Any]:
    standing = questions.standing(one, moment)
    its_own = tried is not None and tried.form is Form.ANSWER and tried.values.get("question") == str(one.id)
    mine = tried if its_own else None
    return {
        "title": _("%(office)s问您", office=_office(one)),
        "when": day_words(one.asked_at),
        "text": one.text,
        "wants_photo": one.wants_photo,
        "url": url_for("phone.answer", question_id=one.id) if standing is Standing.WAITING else None,
        "until": _("%(day)s以前都可以答", day=day_words(one.due_on)),
        "said": _(SAID[standing], answer=one.answer or _(ONLY_PHOTOS)) if SAID[standing] else "",
        "answer": mine.values.get("answer", "") if mine else "",
        "errors": dict(mine.errors) if mine else {},
    }


def _office(one: Question) -> str:
    return language.told(stories.office(one.role, one.report.district_code))


def _until(ticket: Ticket) -> str:
    return _("%(day)s以前可以改", day=day_words(feedback.last_day(ticket)))
