"""What an office asks whoever made a report, before it is filed or after (问上报人). Nothing here commits.

The asker chooses a report and knows its author by the report's alias only; the author reads the office's name only.
When nobody answers in time, the question is simply closed: that is counted from the day, and nobody is blamed.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from inspection.kernel import audit
from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.text import N_, typed
from inspection.people import access, identities
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports import supplements
from inspection.reports.models import Question, Reply, Report, ReportState, Supplement
from inspection.reports.supplements import Shown

ASKABLE = frozenset({ReportState.RECEIVED, ReportState.FILED, ReportState.MERGED})
SHORTEST, LONGEST, LONGEST_ANSWER = 2, 300, 2000
"""Characters."""
MOST = 10
"""[D] So many questions about one report; beyond it somebody should telephone the liaison."""
MOST_WAITING = 50
"""So many are shown to one person."""


class Standing(StrEnum):
    """How a question stands on a day: it waits, was answered, was not known, or nobody answered in time (未答复)."""

    WAITING = "waiting"
    TOLD = "told"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"


def ask(report: Report, *, text: str, wants_photo: bool, days: int, by: Person, now: datetime) -> Question:
    """Ask whoever made the report; it can be answered until ``days`` calendar days from today are over.

    Raises NotAllowed for another district's report, Conflict while another question waits or nothing can be asked,
    Invalid for the text.
    """
    allowed = access.require(by.role, Right.REPORTER_ASK)
    if allowed is Scope.DISTRICT and by.district_code != report.district_code:
        raise NotAllowed(N_("这条线索不在您的区。"))
    db.session.refresh(report, with_for_update=True)
    if report.state not in ASKABLE:
        raise Conflict(N_("这条线索现在不能问上报人。"))
    if allowed is Scope.ALL and not identities.has_author(report.id):  # a district must not learn of the visit
        raise Conflict(N_("这条线索来自暗访，没有上报人可问。"))
    if any(standing(one, now) is Standing.WAITING for one in _about([report.id])):
        raise Conflict(N_("上一个问题还在等回答，答了或过了期限才能再问。"))
    text = typed(text)
    _check(report, text)
    question = Question(
        id=uuid.uuid4(),
        report=report,
        text=text,
        wants_photo=wants_photo,
        asked_by_id=by.id,
        role=by.role,
        asked_at=now,
        due_on=day_of(now) + days * DAY,
        answer="",
    )
    db.session.add(question)
    db.session.flush()
    audit.record("report.asked", report, by=by, at=now, text=question.text, due_on=question.due_on)
    return question


def answer(question_id: uuid.UUID, *, reply: Reply, text: str, shown: Shown, by: Person, now: datetime) -> Question:
    """Its author answers, with words, photos or both, or says that they do not know. The same again changes nothing.

    The photos become a supplement to the report. Raises NotFound for anybody else's question, Conflict once it is
    answered otherwise or the time is over, Invalid for an answer that says nothing.
    """
    question, text = own(by, question_id), typed(text)
    db.session.refresh(question, with_for_update=True)
    if question.answered_at is not None:
        if (question.reply, question.answer) != (reply, text):
            raise Conflict(N_("这个问题您已经答过了，谢谢您。"))
        return question
    if standing(question, now) is not Standing.WAITING:
        raise Conflict(N_("这个问题已经过了期限，不用再答了。"))
    _check_answer(reply, text, shown)
    question.answered_at, question.reply, question.answer = now, reply, text
    if shown:
        supplements.keep(question.id, question.report, note="", shown=shown, now=now)
    db.session.flush()
    audit.record("report.answered", question.report, by=audit.AUTHOR, at=now, reply=reply.value, photos=len(shown))
    return question


def standing(question: Question, now: datetime) -> Standing:
    """How the question stands now; one about a report that was withdrawn waits no longer."""
    if question.reply is not None:
        return Standing.TOLD if question.reply is Reply.TOLD else Standing.UNKNOWN
    over = day_of(now) > question.due_on or question.report.state is ReportState.WITHDRAWN
    return Standing.UNANSWERED if over else Standing.WAITING


def own(person: Person, question_id: uuid.UUID) -> Question:
    """A question about the person's own report; raises NotFound for anything else."""
    question = db.session.get(Question, question_id)
    if question is None or not identities.is_author(person, question.report_id):
        raise NotFound(N_("没有这个问题。"))
    return question


def waiting_for(person: Person, now: datetime) -> Sequence[Question]:
    """The questions that wait for the person's answer, the most urgent first."""
    unanswered = Question.answered_at.is_(None) & (Question.due_on >= day_of(now))
    mine = identities.own_among(person, select(Question.report_id).where(unanswered), limit=MOST_WAITING)
    asked = select(Question).where(Question.report_id.in_(mine), unanswered).order_by(Question.due_on, Question.id)
    return [one for one in db.session.scalars(asked) if standing(one, now) is Standing.WAITING]


def of_own(report: Report) -> Sequence[Question]:
    """What was asked about a report, in order: for its author's own page."""
    return _about([report.id])


def of_reports(report_ids: Collection[uuid.UUID], person: Person) -> Sequence[Question]:
    """What was asked about these reports, in order: for whoever reads reports as an office, else nothing.

    The unit is not among them: what an author says is closer to the author than what a report shows.
    """
    if access.scope(person.role, Right.REPORT_READ) in {None, Scope.OWN}:
        return ()
    return _about(report_ids)


def pictures_of(question: Question) -> Sequence[Photo]:
    """The photos of the answer."""
    supplement = db.session.get(Supplement, question.id) if question.answered_at else None
    return supplement.manifest.photos if supplement else ()


def _about(report_ids: Collection[uuid.UUID]) -> Sequence[Question]:
    return db.session.scalars(
        select(Question).where(Question.report_id.in_(report_ids)).order_by(Question.asked_at, Question.id)
    ).all()


def _check(report: Report, text: str) -> None:
    counted = select(func.count()).select_from(Question).where(Question.report_id == report.id)
    if (db.session.scalar(counted) or 0) >= MOST:
        raise Conflict(N_("已经问过 %(most)s 次了。还有要问的，请联络员打电话。"), most=str(MOST))
    if len(text) < SHORTEST:
        raise Invalid("question", N_("请写明要问什么。"))
    _check_words("question", text, LONGEST)


def _check_answer(reply: Reply, text: str, shown: Shown) -> None:
    if reply is Reply.TOLD and not text and not shown:
        raise Invalid("answer", N_("请写一句，或选一张照片；不知道也可以按“不知道”。"))
    _check_words("answer", text, LONGEST_ANSWER)


def _check_words(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Invalid(field, N_("太长了，最多 %(most)s 个字。"), most=str(most))
    if "\x00" in text:
        raise Invalid(field, N_("里面有看不见的字符。"))
