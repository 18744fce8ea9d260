"""归谁办 through the pages: contradicted, seen by both sides, decided by the city, offered the next time."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import OpenRequest, State
from tests.make import Make
from tests.web.browser import Browser, hidden, without_id, work

Open = Callable[..., Browser]
NEIGHBOUR = "110105"


class Desk:
    """A return that a unit asks for on its page, with everyone's browser; filed a day ago by the real clock."""

    def __init__(self, make: Make, browser: Open) -> None:
        officer, self.unit, self.other = make.officer(), make.unit(), make.unit("城管委", street=None)
        self.id = make.ticket(State.HANDLING, officer=officer, unit=self.unit, now=now() - timedelta(days=1)).id
        self.url = f"/desk/tickets/{self.id}"
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == self.unit.id)).one()
        self.officer, self.city, self.handler = browser(officer), browser(make.city()), browser(holder)
        self.neighbour = browser(make.officer(NEIGHBOUR))

    def ask(self, ground: str = "ownership") -> TestResponse:
        return self.send(self.handler, "moves/request_return", ground=ground, text="围墙里面是产权单位的地")

    def dispute(self, by: Browser | None = None, **given: str) -> TestResponse:
        return self.send(by or self.officer, "dispute", **({"statement": "围墙外都归街道管", "named": ""} | given))

    def settle(self, owner: str, reason: str = "红线图上在街道一侧") -> TestResponse:
        return self.send(self.city, "dispute/settling", owner=owner, reason=reason)

    def send(self, mine: Browser, part: str, **given: str) -> TestResponse:
        seen = hidden(mine.page(self.url))["seen"]
        return mine.send(f"{self.url}/{part}", {"seen": seen} | given, page=self.url)

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.id)


@pytest.fixture
def desk(make: Make, browser: Open) -> Desk:
    return Desk(make, browser)


def test_both_sides_are_read_beside_each_other_by_both_and_by_the_city(desk: Desk) -> None:
    answers = [desk.ask(), desk.dispute(named=NEIGHBOUR)]

    assert [one.status_code for one in answers] == [303, 303]
    for mine in (desk.handler, desk.officer, desk.city):
        page = mine.page(desk.url)
        sides = re.search(r'<div class="sides">.*?</div></div>', page, re.DOTALL)
        assert sides and page.count('<div class="sides">') == 1
        for words in ("围墙里面是产权单位的地", "围墙外都归街道管", "申请退单：权属不清", "认为归朝阳区"):
            assert words in sides[0]
        assert "等首都文明办督查处裁定" in page


def test_the_city_alone_is_offered_the_decision_and_nobody_the_usual_one(desk: Desk) -> None:
    desk.ask()
    assert "/moves/grant_return" in desk.officer.page(desk.url)
    desk.dispute()

    pages = [mine.page(desk.url) for mine in (desk.officer, desk.city, desk.handler)]

    assert ["/dispute/settling" in page for page in pages] == [False, True, False]
    assert [f'{desk.url}/dispute"' in page for page in pages] == [False, False, False]
    assert not any(re.search(r"/moves/(grant|refuse)_return", page) for page in pages)


def test_the_decision_stands_on_the_page_and_in_what_happened(desk: Desk) -> None:
    desk.ask()
    desk.dispute()

    settled = desk.settle(str(desk.unit.id))

    assert settled.status_code == 303
    page = desk.handler.page(desk.url)
    assert f"裁定：归{desk.unit.name}" in page and "裁定归谁办：红线图上在街道一侧" in page
    assert "退单有争议：围墙外都归街道管" in page
    assert (desk.ticket.state, desk.ticket.request) == (State.HANDLING, None)


def test_what_is_another_districts_is_seen_there_and_no_more_here(desk: Desk) -> None:
    desk.ask("place")
    desk.dispute(named=NEIGHBOUR)
    before = desk.neighbour.get(desk.url).status_code

    desk.settle(NEIGHBOUR)

    assert (before, desk.neighbour.get(desk.url).status_code) == (404, 200)
    for mine in (desk.officer, desk.handler):
        assert without_id(mine.get(desk.url)) == without_id(mine.get(f"/desk/tickets/{uuid.uuid4()}"))
    assert "/moves/dispatch" in desk.neighbour.page(desk.url)


def test_the_precedent_is_offered_at_filing_at_dispatch_and_on_the_form_to_return(
    desk: Desk, make: Make, browser: Open
) -> None:
    desk.ask()
    desk.dispute()
    desk.settle(str(desk.other.id))
    waiting = make.ticket(State.FILED, now=now() - timedelta(hours=5))
    held = make.ticket(State.HANDLING, unit=make.unit(), now=now() - timedelta(hours=4))
    holder = db.session.scalars(db.select(Person).where(Person.unit_id == held.unit_id)).one()
    report = make.report(now=now() - timedelta(hours=1))
    work()

    dispatching = desk.officer.page(f"/desk/tickets/{waiting.id}")
    returning = browser(holder).page(f"/desk/tickets/{held.id}")

    filing = desk.officer.page(f"/desk/triage/{report.id}")
    for page in (dispatching, returning, filing):
        assert re.search(rf"先例：\d+月\d+日 这一处定过归{desk.other.name}。红线图上在街道一侧", page)
    assert f'<option value="{desk.other.id}" selected>' in dispatching


def test_a_place_without_precedent_offers_none(desk: Desk, make: Make) -> None:
    waiting = make.ticket(State.FILED, now=now() - timedelta(hours=5))

    assert "先例" not in desk.officer.page(f"/desk/tickets/{waiting.id}")


def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(desk: Desk) -> None:
    desk.ask()
    silent = desk.dispute(statement=" ")
    desk.dispute()
    nobody, groundless = desk.settle("", "红线图上在街道一侧"), desk.settle(str(desk.unit.id), "")
    unknown = desk.settle(str(uuid.UUID(int=7)))

    assert [one.status_code for one in (silent, nobody, groundless, unknown)] == [422] * 4
    assert 'id="dispute-statement-wrong"' in silent.text
    assert 'id="settle-owner-wrong"' in nobody.text and "红线图上在街道一侧</textarea>" in nobody.text
    assert 'id="settle-reason-wrong"' in groundless.text
    assert f'<option value="{desk.unit.id}" selected>' in groundless.text
    assert 'id="settle-owner-wrong"' in unknown.text
    assert desk.ticket.request is OpenRequest.DISPUTED_RETURN


def test_a_return_for_duty_offers_no_quarrel_and_refuses_one(desk: Desk) -> None:
    desk.ask("duty")

    assert f'{desk.url}/dispute"' not in desk.officer.page(desk.url)
    assert desk.dispute().status_code == 409


def test_whoever_comes_second_reads_that_and_what_was_typed(desk: Desk) -> None:
    desk.ask()
    desk.dispute()

    again = desk.dispute(statement="红线外一米", named=NEIGHBOUR)
    desk.settle(str(desk.unit.id))
    late = desk.settle(str(desk.other.id), "城管委管这一片")

    assert [one.status_code for one in (again, late)] == [409, 409]
    for words in ("这一件已经有争议", "您填的：您这一方的理由：红线外一米 · 应归哪个区：朝阳区"):
        assert words in again.text
    for words in ("这一件没有等着裁定的争议。", f"您填的：归谁办：{desk.other.name} · 理由：城管委管这一片"):
        assert words in late.text


def test_another_districts_quarrel_looks_like_nothing(desk: Desk) -> None:
    desk.ask()

    theirs = desk.neighbour.send(f"{desk.url}/dispute", {"statement": "归我们"})
    nothing = desk.neighbour.send(f"/desk/tickets/{uuid.uuid4()}/dispute", {"statement": "归我们"})

    assert theirs.status_code == nothing.status_code == 404
    assert without_id(theirs) == without_id(nothing)
