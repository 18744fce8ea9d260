"""The clock of a unit that assists: its own, and still while the ticket is put aside (挂账)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from inspection.kernel.calendar import day_of
from inspection.kernel.db import db, writing
from inspection.kernel.holidays import work_calendar
from inspection.people.models import Person, Unit
from inspection.tickets import assistance, assists, deadlines, requests, turns
from inspection.tickets.annexes import Assist
from inspection.tickets.deadlines import Limit, Mark, Pause
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = Limit(3, TimeUnit.WORKDAY)


class Case:
    """A ticket in hand in which a department assists from Monday, the 23rd of November, with its own deadline."""

    def __init__(self, make: Make, limit: Limit = THREE) -> None:
        self.city, unit = make.city(), make.unit("园林绿化局", street=None)
        self.ticket_id, self.helper = make.ticket(State.HANDLING, now=NOW - DAY).id, make.handler(unit)
        self.act(
            lambda ticket, by: assistance.call_in(
                ticket, unit=db.session.get_one(Unit, unit.id), task="把枯树锯掉", limit=limit, by=by, now=NOW
            )
        )

    def act(self, what: Callable[[Ticket, Person], object], by: Person | None = None) -> None:
        with writing():
            what(db.session.get_one(Ticket, self.ticket_id), db.session.get_one(Person, (by or self.city).id))

    def put_aside(self, days: int) -> None:
        plan = {"plan": "等产权单位", "review_on": date(2027, 1, 10), "expected_on": date(2027, 1, 20)}
        self.act(lambda ticket, by: requests.suspend(ticket, by=by, now=NOW + days * DAY, **plan))

    def take_up(self, days: int) -> None:
        self.act(lambda ticket, by: requests.resume(ticket, by=by, now=NOW + days * DAY))

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.ticket_id)

    @property
    def assist(self) -> Assist:
        db.session.expire_all()
        return db.session.scalars(db.select(Assist)).one()


@pytest.fixture
def case(make: Make) -> Case:
    return Case(make)


def test_it_stands_still_while_the_ticket_is_put_aside_and_goes_on_with_what_was_left(case: Case) -> None:
    # Three working days from Monday the 23rd: due on Thursday. Put aside on Tuesday with one used and two left; taken
    # up on the next Monday: the 1st and 2nd of December.
    calendar = work_calendar()
    assert day_of(case.assist.due_at) == date(2026, 11, 26)

    case.put_aside(1)
    clock = assists.clock_of(case.assist, calendar)
    assert (clock.stopped_at, clock.remaining) == (NOW + DAY, 2)
    case.take_up(7)

    again = case.assist
    assert (day_of(again.due_at), again.clock_stopped_at) == (date(2026, 12, 2), None)
    assert deadlines.remaining(NOW + 7 * DAY, assists.clock_of(again, calendar), calendar) == 2
    stood = turns.pauses_since(case.ticket, again.called_at)
    assert stood == [Pause(NOW + DAY, NOW + 7 * DAY)]
    steps = deadlines.steps(again.called_at, THREE, calendar, date(2026, 12, 2), stood, due_at=again.due_at)
    assert [step.day.day for step in steps if step.mark is Mark.COUNTED] == [24, 1, 2]


def test_it_stands_still_as_often_as_the_ticket_does(case: Case) -> None:
    # One day used before each pause: Tuesday the 24th, Tuesday the 1st; what is left is Tuesday the 8th.
    for since, until in ((1, 7), (8, 14)):
        case.put_aside(since)
        case.take_up(until)

    assert day_of(case.assist.due_at) == date(2026, 12, 8)
    assert [pause.since for pause in turns.pauses_since(case.ticket, NOW)] == [NOW + DAY, NOW + 8 * DAY]


def test_an_answer_while_it_stands_still_is_in_time_if_it_was_when_it_stopped(case: Case) -> None:
    assist_id = case.assist.id
    case.put_aside(1)
    at = NOW + 20 * DAY

    case.act(lambda ticket, by: assistance.accept(ticket, assist_id, by=by, now=at), case.helper)
    case.act(
        lambda ticket, by: assistance.answer(ticket, assist_id, note="锯掉了", evidence=None, by=by, now=at),
        case.helper,
    )
    case.take_up(21)

    assert (case.assist.late, day_of(case.assist.due_at)) == (False, date(2026, 11, 26))


def test_what_was_late_stays_late(make: Make) -> None:
    case = Case(make, Limit(1, TimeUnit.WORKDAY))
    case.put_aside(3)

    case.take_up(10)

    assert case.assist.due_at < NOW + 10 * DAY
    assert turns.pauses_since(case.ticket, NOW + 11 * DAY) == []
