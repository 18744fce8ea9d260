"""What is said about a ticket and asked of whoever reported it, and the forms for more of it (留言, 提问)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.kernel.calendar import day_of, now
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Right, Role, scope
from inspection.people.models import Person
from inspection.reports import questions
from inspection.reports.models import Question, Report
from inspection.reports.questions import ASKABLE, Standing
from inspection.tickets import comments, stories
from inspection.tickets.annexes import Audience, Comment
from inspection.tickets.comments import LONGEST
from inspection.tickets.models import Ticket
from inspection.web import language
from inspection.web.page import day_words, half_day_words, picture_url
from inspection.web.tools import tools

LABELS = {Audience.INTERNAL: N_("写内部留言…"), Audience.REPORTER: N_("给上报人留言…")}
HINTS = {
    Audience.INTERNAL: N_("督查处、区里和承办单位看得到，上报人看不到。写了不能改，也不能删。"),
    Audience.REPORTER: N_(
        "每一位报过这一件的督查员都看得到，署单位的名称，不署个人姓名。请用平常话。写了不能改，也不能删。"
    ),
}
ANSWERS = {
    Standing.WAITING: N_("督查员·%(alias)s 还没有答，%(day)s以前都可以答"),
    Standing.TOLD: N_("督查员·%(alias)s 答：%(answer)s"),
    Standing.UNKNOWN: N_("督查员·%(alias)s 答：不知道"),
    Standing.UNANSWERED: N_("未答复"),
}
MARKS = {
    Standing.WAITING: "handled",
    Standing.TOLD: "closed",
    Standing.UNKNOWN: "closed",
    Standing.UNANSWERED: "saved",
}
"""The moon beside it."""
ONLY_PHOTOS = N_("见照片")
ASKING = "question"
"""The name of the form for asking, beside those of the audiences."""


@dataclass(frozen=True)
class Typed:
    """A form of the section that was refused: which, what was typed, and what is wrong, by field."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


def of_ticket(ticket: Ticket, person: Person, typed: Typed | None) -> dict[str, Any]:
    """The section of the ticket's page: what was said and asked, the latest first, and what this person may say."""
    given = [link.report for link in ticket.reports]
    return {
        "questions": asked(given, person),
        "asking": asking(given, url_for("desk.ask_reporter", ticket_id=ticket.id), person, typed),
        "comments": [_line(one) for one in comments.of_ticket(ticket, person)],
        "forms": [_form(ticket, audience, typed) for audience in comments.audiences(person)],
    }


def asked(given: Sequence[Report], person: Person) -> list[dict[str, Any]]:
    """What was asked of whoever made these reports and what they answered, the latest first; days only, and aliases."""
    known = questions.of_reports([report.id for report in given], person)
    return [_question(one) for one in reversed(known)]


def asking(given: Sequence[Report], url: str, person: Person, typed: Typed | None) -> dict[str, Any] | None:
    """The form for asking one of the authors, chosen by alias; none where nobody can be asked now, or for others.

    A form that was refused is shown again with everyone in it: what was typed is not to be lost.
    """
    mine = typed if typed and typed.form == ASKING else None
    known = questions.of_reports([report.id for report in given], person)
    waiting = {one.report_id for one in known if questions.standing(one, now()) is Standing.WAITING and not mine}
    open_to = [report for report in given if report.state in ASKABLE and report.id not in waiting]
    if not open_to or scope(person.role, Right.REPORTER_ASK) is None:
        return None
    days = tools().settings.question_days
    return {
        "url": url,
        "authors": [{"code": str(report.id), "name": _author(report)} for report in open_to],
        "chosen": mine.values.get("report", "") if mine else "",
        "question": mine.values.get("question", "") if mine else "",
        "photo": bool(mine and mine.values.get("photo")),
        "errors": dict(mine.errors) if mine else {},
        "hint": _("您看不到是谁，对方看到的是单位的名称。%(day)s以前都可以答。", day=_until(days)),
        "most": questions.LONGEST,
        "open": mine is not None,
    }


def _until(days: int) -> str:
    return day_words(day_of(now()) + timedelta(days=days))


def _author(report: Report) -> str:
    day = day_words(report.received_at or report.announced_at)
    return _("督查员·%(alias)s（%(day)s报的）", alias=report.alias, day=day)


def _question(one: Question) -> dict[str, Any]:
    standing, shown = questions.standing(one, now()), questions.pictures_of(one)
    told = _(ANSWERS[standing], alias=one.report.alias, answer=one.answer or _(ONLY_PHOTOS), day=day_words(one.due_on))
    return {
        "title": _(
            "%(office)s问督查员·%(alias)s：%(question)s",
            office=language.told(stories.office(one.role, one.report.district_code)),
            alias=one.report.alias,
            question=one.text,
        ),
        "when": day_words(one.asked_at),
        "wants_photo": one.wants_photo,
        "mark": MARKS[standing],
        "answer": told,
        "answered": day_words(one.answered_at),
        "photos": [
            {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": _("照片 %(number)s", number=number)}
            for number, photo in enumerate(shown, 1)
        ],
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
