"""问上报人: an office asks the author of a report by alias; the author answers, does not know, or lets it pass."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from inspection.kernel.calendar import DAY
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.reports import questions, supplements
from inspection.reports import service as reports
from inspection.reports.models import Question, Reply, Report
from inspection.reports.questions import Standing
from inspection.tickets import stories
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg, side_by_side

Events = Callable[..., list[Any]]


def ask(report: Report, by: Person, text: str = "门牌是几号？", now: Any = NOW, *, photo: bool = False) -> Question:
    with writing():
        report, by = db.session.get_one(Report, report.id), db.session.get_one(Person, by.id)
        return questions.ask(report, text=text, wants_photo=photo, days=5, by=by, now=now)


def answer(
    question: Question, by: Person, text: str = "", reply: Reply = Reply.TOLD, shown: Any = (), now: Any = NOW
) -> Question:
    with writing():
        by = db.session.get_one(Person, by.id)
        return questions.answer(question.id, reply=reply, text=text, shown=shown, by=by, now=now)


def standing(question: Question, days: int = 0) -> Standing:
    db.session.expire_all()
    return questions.standing(db.session.get_one(Question, question.id), NOW + days * DAY)


@pytest.fixture
def author(make: Make) -> Person:
    return make.inspector()


@pytest.fixture
def report(make: Make, author: Person) -> Report:
    return make.report(author)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.CITY])
def test_the_district_or_the_city_asks_before_there_is_a_ticket(
    make: Make, author: Person, report: Report, role: Role
) -> None:
    office = make.officer() if role is Role.DISTRICT else make.city()

    asked = ask(report, office, photo=True)

    assert (asked.due_on, asked.wants_photo, asked.role) == (date(2026, 11, 28), True, role)
    assert [one.id for one in questions.waiting_for(author, NOW)] == [asked.id]
    assert questions.waiting_for(make.inspector(), NOW) == []


def test_an_answer_in_words_is_read_by_offices_and_the_audit_and_not_by_the_unit(
    make: Make, author: Person, report: Report
) -> None:
    asked = ask(report, make.officer())

    answer(asked, author, " 五号 ")

    assert standing(asked) is Standing.TOLD
    assert questions.waiting_for(author, NOW) == []
    for reader in (make.officer(), make.city(), make.person(Role.AUDITOR)):
        assert [one.answer for one in questions.of_reports([report.id], reader)] == ["五号"]
    for other in (make.handler(make.unit()), make.inspector(), author, make.person(Role.ADMIN)):
        assert questions.of_reports([report.id], other) == ()


def test_the_photos_of_an_answer_are_a_supplement_even_after_filing(make: Make, author: Person) -> None:
    ticket = make.ticket(State.HANDLING, by=author)
    asked = ask(ticket.reports[0].report, make.officer(), photo=True)

    answer(asked, author, shown=make.shown(jpeg(871)))

    asked = db.session.get_one(Question, asked.id)
    assert standing(asked) is Standing.TOLD
    assert len(questions.pictures_of(asked)) == 1
    assert len(supplements.pictures_of([asked.report_id])) == 1


def test_the_author_reads_what_they_added_after_filing_where_it_belongs_in_time(make: Make, author: Person) -> None:
    ticket = make.ticket(State.CLOSED, by=author)
    report = ticket.reports[0].report

    answer(ask(report, make.officer()), author, shown=make.shown(jpeg(875)), now=NOW + timedelta(hours=2))

    words = [str(step.words) for step in stories.for_author(report)]
    at = words.index("您补充了 1 张照片")
    assert words[at - 1] == "承办单位开始整改" and words[at + 1] == "承办单位交来整改后照片"


def test_who_does_not_know_says_so(make: Make, author: Person, report: Report) -> None:
    asked = ask(report, make.officer())

    answer(asked, author, reply=Reply.UNKNOWN)

    assert standing(asked) is Standing.UNKNOWN


@pytest.mark.parametrize(("days", "taken"), [(5, True), (6, False)])
def test_it_can_be_answered_for_five_days_and_is_then_closed_without_a_job(
    make: Make, author: Person, report: Report, days: int, taken: bool
) -> None:
    asked, later = ask(report, make.officer()), NOW + days * DAY

    assert standing(asked, days) is (Standing.WAITING if taken else Standing.UNANSWERED)
    assert len(questions.waiting_for(author, later)) == int(taken)
    if taken:
        answer(asked, author, "五号", now=later)
        return
    with pytest.raises(Conflict, match="过了期限"):
        answer(asked, author, "五号", now=later)


def test_one_question_waits_at_a_time_and_the_next_may_follow(make: Make, author: Person, report: Report) -> None:
    officer = make.officer()
    first = ask(report, officer)

    with pytest.raises(Conflict, match="还在等回答"):
        ask(report, make.city(), "几点看到的？")
    answer(first, author, "五号")
    second = ask(report, officer, "几点看到的？", NOW + DAY)
    third = ask(report, officer, "现在还在吗？", NOW + 7 * DAY)

    assert [one.id for one in questions.of_own(report)] == [first.id, second.id, third.id]


def test_of_two_who_ask_at_once_one_is_refused(make: Make, report: Report) -> None:
    people = make.officer(), make.city()

    def asking(by: Person) -> Callable[[], None]:
        person_id, report_id = by.id, report.id

        def work() -> None:
            with make.app.app_context(), writing():
                one, person = db.session.get_one(Report, report_id), db.session.get_one(Person, person_id)
                questions.ask(one, text="门牌是几号？", wants_photo=False, days=5, by=person, now=NOW)

        return work

    side_by_side(*[asking(by) for by in people])

    db.session.rollback()
    assert len(db.session.scalars(db.select(Question)).all()) == 1


@pytest.mark.parametrize("who", ["another district", "the unit", "an inspector", "auditor"])
def test_nobody_else_asks(make: Make, report: Report, who: str) -> None:
    person = {
        "another district": lambda: make.officer("110105"),
        "the unit": lambda: make.handler(make.unit()),
        "an inspector": make.inspector,
        "auditor": lambda: make.person(Role.AUDITOR),
    }[who]()

    with pytest.raises(NotAllowed):
        ask(report, person)


@pytest.mark.parametrize("text", [" ", "字" * 301, "a\x00b"])
def test_a_question_has_words_and_not_too_many(make: Make, report: Report, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(report, make.officer(), text)

    assert refused.value.field == "question"


@pytest.mark.parametrize(("text", "reply"), [(" ", Reply.TOLD), ("字" * 2001, Reply.TOLD), ("a\x00b", Reply.UNKNOWN)])
def test_an_answer_says_something(make: Make, author: Person, report: Report, text: str, reply: Reply) -> None:
    asked = ask(report, make.officer())

    with pytest.raises(Invalid) as refused:
        answer(asked, author, text, reply)

    assert refused.value.field == "answer"


def test_anothers_question_looks_like_none(make: Make, report: Report) -> None:
    asked = ask(report, make.officer())

    with pytest.raises(NotFound):
        answer(asked, make.inspector(), "五号")
    with pytest.raises(NotFound):
        questions.own(make.inspector(), uuid.uuid4())


def test_the_same_answer_twice_is_one_and_another_is_refused(
    make: Make, author: Person, report: Report, events: Events
) -> None:
    asked, shown = ask(report, make.officer()), make.shown(jpeg(872))

    answer(asked, author, "五号", shown=shown)
    answer(asked, author, "五号", shown=shown)
    with pytest.raises(Conflict, match="已经答过"):
        answer(asked, author, "六号")

    assert len(events("report.answered")) == 1
    assert len(supplements.pictures_of([report.id])) == 1


def test_what_was_withdrawn_is_asked_about_no_more(make: Make, author: Person, report: Report) -> None:
    asked = ask(report, make.officer())
    with writing():
        reports.withdraw(report.id, by=db.session.get_one(Person, author.id), now=NOW)

    assert standing(asked) is Standing.UNANSWERED
    assert questions.waiting_for(author, NOW) == []
    with pytest.raises(Conflict):
        answer(asked, author, "五号")
    with pytest.raises(Conflict, match="不能问"):
        ask(report, make.officer(), now=NOW + 6 * DAY)


def test_ten_questions_are_enough(make: Make, report: Report) -> None:
    officer = make.officer()
    for number in range(10):
        ask(report, officer, now=NOW + number * timedelta(days=6))

    with pytest.raises(Conflict, match="已经问过 10 次"):
        ask(report, officer, now=NOW + 61 * DAY)


def test_the_chain_says_that_the_author_answered_and_neither_who_nor_what(
    make: Make, author: Person, report: Report, events: Events
) -> None:
    officer = make.officer()

    answer(ask(report, officer), author, "我住对门")

    asked, answered = events("report.asked")[0], events("report.answered")[0]
    assert (asked.actor, answered.actor) == (f"person:{officer.id}", "author")
    assert "门牌是几号" in asked.data and "我住对门" not in answered.data
    assert asked.object == answered.object == f"report:{report.id}"
