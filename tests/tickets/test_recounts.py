"""An edit of the calendar and the tickets that are under way: shown before, moved after, told in each history."""

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from inspection.calendar import service as calendar
from inspection.calendar.announcement import Entry
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets import recounts, requests
from inspection.tickets.deadlines import Limit, Unit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, questions
from tests.web.browser import work

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
DAY = timedelta(days=1)
Events = Callable[..., list[AuditEvent]]


class Office:
    """An administrator, a city officer and tickets that were dispatched on Monday 23 November 2026."""

    def __init__(self, make: Make) -> None:
        self.make, self.unit, self.officer = make, make.unit(), make.officer()
        self.admin, self.city, self.handler = make.person(Role.ADMIN), make.city(), make.handler(self.unit)

    def ticket(self, state: State = State.HANDLING, limit: Limit | None = None) -> uuid.UUID:
        return self.make.ticket(state, officer=self.officer, unit=self.unit, limit=limit).id

    def act(self, ticket_id: uuid.UUID, action: Callable[..., object], by: Person, when: int, **more: object) -> None:
        with writing():
            by = db.session.get_one(Person, by.id)
            action(db.session.get_one(Ticket, ticket_id), by=by, now=NOW + when * DAY, **more)

    def day_off(self, *days: date) -> None:
        for day in days:
            with writing():
                found, by = calendar.year(2026, NOW), db.session.get_one(Person, self.admin.id)
                edit = calendar.day_changed(found, day, working=False, name="临时放假")
                calendar.save(edit, by=by, now=NOW, seen=found.seen)

    def due(self, ticket_id: uuid.UUID) -> date:
        ticket = db.session.get_one(Ticket, ticket_id, populate_existing=True)
        assert ticket.due_at
        return day_of(ticket.due_at)


@pytest.fixture
def office(make: Make) -> Office:
    return Office(make)


def moved(office: Office, *days: date) -> dict[uuid.UUID, tuple[date, date]]:
    """What a preview of days off says, by ticket."""
    found = calendar.year(2026, NOW)
    off = {day: Entry(False, "临时放假") for day in days}
    edit = calendar.Edit(found, {**found.days, **off}, found.source, "day")
    shown = recounts.preview(edit.calendar(), edit.moves_work[0], NOW)
    return {one.ticket.id: (day_of(one.was.due_at), day_of(one.becomes.due_at)) for one in shown.moved}


def test_a_day_off_moves_what_runs_over_it_as_the_preview_said(office: Office, events: Events) -> None:
    handling, dispatched = office.ticket(), office.ticket(State.DISPATCHED)
    before = {handling, dispatched}

    promised = moved(office, THURSDAY)
    office.day_off(THURSDAY)
    recounts.recount(2026, now=NOW + DAY)

    assert promised == dict.fromkeys(before, (date(2026, 11, 30), date(2026, 12, 1)))
    assert [office.due(one) for one in before] == [date(2026, 12, 1)] * 2
    told = {event.object: (event.actor, json.loads(event.data)["year"]) for event in events("ticket.recounted")}
    assert told == {f"ticket:{one}": ("system", 2026) for one in before}


def test_counting_again_once_more_changes_nothing_and_says_nothing(office: Office, events: Events) -> None:
    office.ticket()
    office.day_off(THURSDAY)

    assert [recounts.recount(2026, now=NOW) for _ in range(2)] == [1, 0]
    assert len(events("ticket.recounted")) == 1


def test_what_is_answered_closed_or_not_dispatched_keeps_what_it_was_judged_by(office: Office, events: Events) -> None:
    others = [office.ticket(state) for state in (State.HANDLED, State.CLOSED, State.FILED)]
    before = [db.session.get_one(Ticket, one).due_at for one in others]

    assert moved(office, THURSDAY) == {}
    office.day_off(THURSDAY)
    recounts.recount(2026, now=NOW)

    assert [db.session.get_one(Ticket, one, populate_existing=True).due_at for one in others] == before
    assert events("ticket.recounted") == []


def test_calendar_days_and_what_is_due_before_stay(office: Office) -> None:
    office.ticket(limit=Limit(5, Unit.DAY))
    office.ticket(limit=Limit(2, Unit.WORKDAY))

    assert moved(office, THURSDAY) == {}
    office.day_off(THURSDAY)
    assert recounts.recount(2026, now=NOW) == 0


def test_a_suspended_ticket_goes_on_with_the_days_that_it_should_have_had(office: Office) -> None:
    """Suspended on Friday with one day left; Thursday turns out a day off, so two are left."""
    ticket = office.ticket()
    plan = {"plan": "等开春", "expected_on": date(2027, 3, 1), "review_on": date(2027, 1, 5)}
    office.act(ticket, requests.suspend, office.city, 4, **plan)

    office.day_off(THURSDAY)
    recounts.recount(2026, now=NOW + 5 * DAY)
    left = db.session.get_one(Ticket, ticket, populate_existing=True).clock_remaining
    office.act(ticket, requests.resume, office.city, 14)

    assert left == 2
    assert office.due(ticket) == date(2026, 12, 9)


def test_an_extension_stays_the_day_that_was_granted(office: Office) -> None:
    ticket, until = office.ticket(), date(2026, 12, 9)
    office.act(ticket, requests.request_extension, office.handler, 0, reason="材料未到", new_due_on=until)
    office.act(ticket, requests.decide_extension, office.officer, 0, granted=True, reason="")

    assert moved(office, THURSDAY) == {}
    office.day_off(THURSDAY)
    assert recounts.recount(2026, now=NOW) == 0 and office.due(ticket) == until


def test_a_second_round_is_counted_from_its_own_start(office: Office) -> None:
    """Suspended in its first round; the second began on Wednesday and knows nothing of that."""
    ticket = office.ticket()
    plan = {"plan": "等料", "expected_on": date(2027, 3, 1), "review_on": date(2027, 1, 5)}
    office.act(ticket, requests.suspend, office.city, 0, **plan)
    office.act(ticket, requests.resume, office.city, 0)
    office.make.answer(db.session.get_one(Ticket, ticket), office.handler, NOW + DAY)
    office.make.sent_back(db.session.get_one(Ticket, ticket), office.officer, NOW + 2 * DAY)

    assert moved(office, THURSDAY, FRIDAY)[ticket] == (date(2026, 12, 2), date(2026, 12, 4))


def test_the_worker_does_it_after_the_edit(office: Office) -> None:
    """By the real clock that the worker has, all this is in the past or the future: nothing becomes late by it."""
    ticket = office.ticket()
    office.day_off(THURSDAY)

    work()

    assert office.due(ticket) >= date(2026, 12, 1)


def test_an_undone_edit_leads_back(office: Office) -> None:
    ticket = office.ticket()
    office.day_off(THURSDAY)
    recounts.recount(2026, now=NOW)
    with writing():
        found, by = calendar.year(2026, NOW), db.session.get_one(Person, office.admin.id)
        calendar.save(calendar.undone(found), by=by, now=NOW, seen=found.seen)

    recounts.recount(2026, now=NOW)

    assert office.due(ticket) == date(2026, 11, 30)


def test_a_preview_asks_as_many_questions_for_ten_tickets_as_for_two(office: Office) -> None:
    for _ in range(2):
        office.ticket()
    few = questions(lambda: moved(office, THURSDAY))
    for _ in range(8):
        office.ticket()

    assert questions(lambda: moved(office, THURSDAY)) == few
