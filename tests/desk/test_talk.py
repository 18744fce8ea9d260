"""The section of a ticket's page where people talk, and what of it the author of a report reads on the phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets.annexes import Comment
from inspection.tickets.workflow import State
from tests.make import Make
from tests.web.browser import Browser, new_id

Open = Callable[..., Browser]


def in_words(days: int = 0) -> str:
    """11月26日: the day in so many days."""
    day = day_of(now()) + timedelta(days=days)
    return f"{day.month}月{day.day}日"


class Case:
    """A ticket in hand, with the browsers of everyone around it."""

    def __init__(self, make: Make, browser: Open) -> None:
        unit, officer = make.unit(), make.officer()
        author = make.inspector()
        ticket = make.ticket(State.HANDLING, by=author, unit=unit, officer=officer, now=now() - timedelta(days=1))
        self.id, self.url = ticket.id, f"/desk/tickets/{ticket.id}"
        self.report_url = f"/phone/reports/{ticket.reports[0].report_id}"
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        self.city, self.officer, self.handler = browser(make.city()), browser(officer), browser(holder)
        self.auditor, self.author = browser(make.person(Role.AUDITOR)), browser(author)

    def say(self, mine: Browser, text: str, audience: str = "internal", **more: str) -> int:
        given = {"comment_id": str(new_id()), "audience": audience, "text": text} | more
        return mine.send(f"{self.url}/comments", given, page=self.url).status_code


@pytest.fixture
def case(make: Make, browser: Open) -> Case:
    return Case(make, browser)


def test_an_internal_comment_is_read_by_the_staff_and_not_by_whoever_reported_it(case: Case) -> None:
    assert case.say(case.handler, "店主明天在场") == 303

    for reader in (case.handler, case.officer, case.city, case.auditor):
        assert "店主明天在场" in reader.page(case.url)
    assert "赵刚 · 东四街道" in case.officer.page(case.url)
    assert "店主明天在场" not in case.author.page(case.report_url)


def test_a_comment_to_the_reporter_has_the_day_and_the_offices_name_and_nobodys(case: Case) -> None:
    assert case.say(case.officer, "要等路灯修好，月底前完成", "reporter") == 303

    page = case.author.page(case.report_url)
    assert "东城区文明办给您留言" in page and "要等路灯修好，月底前完成" in page
    assert f"<time>{in_words()} · 要等路灯修好" in page
    assert "陈立" not in page
    for reader in (case.handler, case.city, case.auditor):
        assert "要等路灯修好" in reader.page(case.url) and "上报人看得到" in reader.page(case.url)


def test_each_has_the_forms_that_they_may_fill_in(case: Case) -> None:
    forms = {
        name: ("写内部留言" in page, "给上报人留言" in page)
        for name in ("handler", "officer", "city", "auditor")
        for page in [getattr(case, name).page(case.url)]
    }

    assert forms == {
        "handler": (True, False),
        "officer": (True, True),
        "city": (True, True),
        "auditor": (False, False),
    }


def test_the_unit_cannot_write_to_the_reporter_by_hand(case: Case) -> None:
    assert case.say(case.handler, "是谁报的？", "reporter") == 403

    assert "是谁报的" not in case.author.page(case.report_url)


def test_a_comment_without_words_is_refused_at_its_field_with_the_form_open(case: Case) -> None:
    given = {"comment_id": str(new_id()), "audience": "reporter", "text": "字" * 501}

    answer = case.officer.send(f"{case.url}/comments", given, page=case.url)

    assert answer.status_code == 422
    assert "太长了，最多 500 个字。" in answer.text and "字" * 501 in answer.text
    assert 'id="talk-reporter-wrong"' in answer.text


def test_a_form_that_was_sent_before_keeps_the_new_words_and_can_be_sent_again(case: Case) -> None:
    used = str(new_id())
    case.say(case.officer, "第一句", comment_id=used)

    answer = case.officer.send(
        f"{case.url}/comments", {"comment_id": used, "audience": "internal", "text": "第二句"}, page=case.url
    )

    assert answer.status_code == 409
    assert "第二句</textarea>" in answer.text and f'name="comment_id" value="{used}"' not in answer.text


@pytest.mark.parametrize(("field", "value"), [("comment_id", "x"), ("comment_id", ""), ("audience", "everyone")])
def test_a_form_that_was_made_by_hand_is_refused(case: Case, field: str, value: str) -> None:
    assert case.say(case.officer, "一句", **{field: value}) == 422

    assert db.session.scalars(db.select(Comment)).all() == []


def test_another_districts_ticket_cannot_be_talked_about_and_does_not_show(
    case: Case, make: Make, browser: Open
) -> None:
    other = browser(make.officer("110105"))
    given = {"comment_id": str(new_id()), "audience": "internal", "text": "一句"}

    theirs = other.send(f"{case.url}/comments", given)
    nothing = other.send(f"/desk/tickets/{new_id()}/comments", given)

    assert theirs.status_code == nothing.status_code == 404
