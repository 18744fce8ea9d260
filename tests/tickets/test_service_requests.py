"""退单, 延期, 挂账: what a unit asks for, and who decides."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people.models import Person
from inspection.tickets import lists, requests, service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import ReturnGround, Ticket, TicketRequest
from inspection.tickets.workflow import OpenRequest, State
from tests.make import NOW, Make

Events = Callable[..., list[AuditEvent]]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = date(2026, 11, 30)
"""Five working days after Monday 2026-11-23."""


class Case:
    """A ticket in hand with its people."""

    def __init__(self, make: Make) -> None:
        self.make, self.unit = make, make.unit()
        self.officer, self.city = make.officer(), make.city()
        self.id = make.ticket(State.HANDLING, officer=self.officer, unit=self.unit).id
        self.handler = db.session.scalars(db.select(Person).where(Person.unit_id == self.unit.id)).one()

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.id)

    def act(self, action: Callable[..., object], by: Person, now: datetime = NOW, **more: object) -> Ticket:
        with writing():
            action(self.ticket, by=db.session.get_one(Person, by.id), now=now, **more)
        return self.ticket

    def ask_return(self, now: datetime = NOW, **more: object) -> Ticket:
        given = {"ground": ReturnGround.DUTY, "text": "不归我们管"} | more
        return self.act(requests.request_return, self.handler, now, **given)

    def ask_extension(self, day: date, now: datetime = NOW, reason: str = "材料没到") -> Ticket:
        return self.act(requests.request_extension, self.handler, now, reason=reason, new_due_on=day)

    def decide(self, what: str, granted: bool, by: Person | None = None, reason: str = "说明理由") -> Ticket:
        action = requests.decide_return if what == "return" else requests.decide_extension
        return self.act(action, by or self.officer, NOW + HOUR, granted=granted, reason=reason)


@pytest.fixture
def case(make: Make) -> Case:
    return Case(make)


def asked() -> list[TicketRequest]:
    return list(db.session.scalars(db.select(TicketRequest).order_by(TicketRequest.at)))


def test_a_return_is_asked_for_on_a_ground_and_the_clock_runs_on(case: Case, events: Events) -> None:
    due_at = case.ticket.due_at

    ticket = case.ask_return(ground=ReturnGround.PLACE, text=" 在朝阳 ")

    assert (ticket.state, ticket.request) == (State.HANDLING, OpenRequest.RETURN)
    assert (ticket.due_at, ticket.clock_stopped_at) == (due_at, None)
    (request,) = asked()
    assert (request.ground, request.text, request.granted, request.by_id) == (
        ReturnGround.PLACE,
        "在朝阳",
        None,
        case.handler.id,
    )
    assert [event.name for event in events("ticket.return")] == ["ticket.return_requested"]


def test_a_granted_return_waits_for_another_dispatch_with_its_clock_stopped(case: Case, events: Events) -> None:
    case.ask_return()

    ticket = case.decide("return", granted=True)

    assert (ticket.state, ticket.unit_id, ticket.accepted_at, ticket.request) == (State.FILED, None, None, None)
    assert ticket.clock_stopped_at == NOW + HOUR
    assert not lists.overdue(ticket, NOW + 99 * DAY)
    (request,) = asked()
    assert (request.granted, request.decided_by_id, request.decided_at) == (True, case.officer.id, NOW + HOUR)
    assert len(events("ticket.return_granted")) == 1


def test_after_a_granted_return_the_next_unit_gets_a_fresh_clock(case: Case) -> None:
    case.ask_return()
    case.decide("return", granted=True)
    other = case.make.unit()

    ticket = case.act(service.dispatch, case.officer, NOW + 2 * DAY, unit=other, limit=Limit(5, TimeUnit.WORKDAY))

    assert (ticket.state, ticket.unit_id, ticket.clock_stopped_at) == (State.DISPATCHED, other.id, None)
    assert ticket.due_at and day_of(ticket.due_at) == date(2026, 12, 2)


def test_a_refused_return_stays_with_the_unit_and_the_clock_never_paused(case: Case, events: Events) -> None:
    due_at = case.ticket.due_at
    case.ask_return()

    with pytest.raises(Invalid) as refusal:
        case.decide("return", granted=False, reason=" ")
    ticket = case.decide("return", granted=False, reason="属于你们的职责")

    assert refusal.value.field == "reason"
    assert (ticket.state, ticket.unit_id, ticket.request) == (State.HANDLING, case.unit.id, None)
    assert (ticket.due_at, ticket.clock_stopped_at) == (due_at, None)
    assert json.loads(events("ticket.return_refused")[0].data)["reason"] == "属于你们的职责"


def test_one_request_at_a_time(case: Case) -> None:
    case.ask_return()

    with pytest.raises(Conflict):
        case.ask_return()
    with pytest.raises(Conflict):
        case.ask_extension(date(2026, 12, 4))
    with pytest.raises(Conflict):
        case.decide("extension", granted=True)

    assert len(asked()) == 1


def test_without_a_request_there_is_nothing_to_decide(case: Case) -> None:
    for what in ("return", "extension"):
        with pytest.raises(Conflict):
            case.decide(what, granted=True)


def test_another_unit_asks_for_nothing(case: Case) -> None:
    stranger = case.make.handler(case.make.unit())

    with pytest.raises(NotAllowed):
        case.act(requests.request_return, stranger, ground=ReturnGround.DUTY, text="不归我们")
    with pytest.raises(NotAllowed):
        case.act(requests.request_extension, stranger, reason="材料没到", new_due_on=date(2026, 12, 4))

    assert asked() == []


def test_another_district_decides_nothing(case: Case) -> None:
    case.ask_return()

    with pytest.raises(NotAllowed):
        case.decide("return", granted=True, by=case.make.officer("110105"))

    assert case.ticket.request is OpenRequest.RETURN


def test_a_granted_extension_moves_the_deadline_and_is_counted(case: Case, events: Events) -> None:
    case.ask_extension(date(2026, 12, 4))

    ticket = case.decide("extension", granted=True, reason="")

    assert ticket.due_at == datetime(2026, 12, 4, 23, 59, 59, 999999, tzinfo=BEIJING)
    assert (ticket.extensions, ticket.request, ticket.state) == (1, None, State.HANDLING)
    assert len(events("ticket.extended")) == 1


def test_a_refused_extension_changes_no_deadline(case: Case) -> None:
    due_at = case.ticket.due_at
    case.ask_extension(date(2026, 12, 4))

    ticket = case.decide("extension", granted=False, reason="时间够用")

    assert (ticket.due_at, ticket.extensions, ticket.request) == (due_at, 0, None)


@pytest.mark.parametrize("day", [DUE, DUE - DAY, date(2026, 11, 1)])
def test_a_new_date_is_later_than_the_old_one(case: Case, day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        case.ask_extension(day)

    assert refusal.value.field == "new_due_on"


def test_a_new_date_is_later_than_today(case: Case) -> None:
    with pytest.raises(Invalid):
        case.ask_extension(DUE + DAY, now=NOW + 10 * DAY)


def test_a_second_extension_is_the_citys_to_decide(case: Case) -> None:
    case.ask_extension(date(2026, 12, 4))
    case.decide("extension", granted=True)
    case.ask_extension(date(2026, 12, 18), now=NOW + 2 * HOUR)

    with pytest.raises(NotAllowed):
        case.decide("extension", granted=True)
    ticket = case.decide("extension", granted=True, by=case.city)

    assert ticket.extensions == 2
    assert ticket.due_at and day_of(ticket.due_at) == date(2026, 12, 18)


def test_the_first_extension_is_the_districts_not_the_citys(case: Case) -> None:
    case.ask_extension(date(2026, 12, 4))

    with pytest.raises(NotAllowed):
        case.decide("extension", granted=True, by=case.city)


@pytest.mark.parametrize("kind", ["return", "extension"])
def test_an_open_request_lapses_with_the_answer(case: Case, kind: str) -> None:
    if kind == "return":
        case.ask_return()
    else:
        case.ask_extension(date(2026, 12, 4))

    case.make.answer(case.ticket, case.handler, NOW + 3 * HOUR)

    (request,) = asked()
    assert (case.ticket.state, case.ticket.request) == (State.HANDLED, None)
    assert (request.granted, request.decided_by_id, request.decided_at) == (None, None, NOW + 3 * HOUR)
    assert requests.open_request(case.ticket) is None


def test_an_open_request_lapses_with_the_voiding(case: Case) -> None:
    case.ask_return()

    ticket = case.act(service.void, case.city, reason="重复立案")

    assert (ticket.state, ticket.request) == (State.VOID, None)
    assert requests.open_request(ticket) is None


def test_after_a_lapsed_request_one_can_ask_again_in_the_next_round(case: Case) -> None:
    case.ask_return()
    case.make.answer(case.ticket, case.handler, NOW + 3 * HOUR)
    case.make.sent_back(case.ticket, case.officer, NOW + DAY)

    case.ask_return(now=NOW + DAY + HOUR)
    ticket = case.decide("return", granted=False, reason="还是你们的")

    assert ticket.request is None
    assert [request.granted for request in asked()] == [None, False]


def test_a_suspended_ticket_goes_on_with_what_was_left(case: Case, events: Events) -> None:
    """Due Mon 11-30. Stopped on Wed 11-25 (three left), taken up on Wed 12-09: due on Mon 12-14."""
    plan = {"plan": "等管网改造", "expected_on": date(2026, 12, 31), "review_on": date(2026, 12, 9)}

    ticket = case.act(requests.suspend, case.city, NOW + 2 * DAY, **plan)
    stood = (ticket.state, ticket.clock_remaining, ticket.review_on, ticket.suspended_plan)
    ticket = case.act(requests.resume, case.city, NOW + 16 * DAY)

    assert stood == (State.SUSPENDED, 3, date(2026, 12, 9), "等管网改造")
    assert ticket.due_at and day_of(ticket.due_at) == date(2026, 12, 14)
    assert (ticket.state, ticket.clock_stopped_at, ticket.suspended_plan) == (State.HANDLING, None, None)
    assert [event.name for event in events("ticket.")][-2:] == ["ticket.suspended", "ticket.resumed"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"plan": " "}, "plan"),
        ({"review_on": date(2026, 11, 23)}, "review_on"),
        ({"review_on": date(2027, 1, 1)}, "review_on"),
    ],
)
def test_a_suspension_needs_a_plan_and_a_day_to_look_again(case: Case, given: dict[str, object], field: str) -> None:
    plan = {"plan": "等管网改造", "expected_on": date(2026, 12, 31), "review_on": date(2026, 12, 9)} | given

    with pytest.raises(Invalid) as refusal:
        case.act(requests.suspend, case.city, **plan)

    assert refusal.value.field == field
    assert case.ticket.state is State.HANDLING


def test_nothing_is_suspended_while_a_request_waits(case: Case) -> None:
    case.ask_return()

    with pytest.raises(Conflict):
        case.act(
            requests.suspend,
            case.city,
            plan="等管网改造",
            expected_on=date(2026, 12, 31),
            review_on=date(2026, 12, 9),
        )


def test_every_change_has_exactly_one_event_of_its_own(case: Case, events: Events) -> None:
    case.ask_extension(date(2026, 12, 4))
    case.decide("extension", granted=True)
    case.ask_return(now=NOW + 2 * HOUR)
    case.decide("return", granted=False, reason="属于你们")
    case.act(service.instruct, case.officer, office="区长", text="抓紧")
    case.make.answer(case.ticket, case.handler, NOW + 4 * HOUR)
    case.act(service.pass_recheck, case.officer, NOW + 5 * HOUR, note="到现场看过", evidence=None)

    told = [event.name for event in events("ticket.") if event.name != "ticket.request_decided"]
    assert told == [
        "ticket.filed",
        "ticket.dispatched",
        "ticket.accepted",
        "ticket.extension_requested",
        "ticket.extended",
        "ticket.return_requested",
        "ticket.return_refused",
        "ticket.instructed",
        "ticket.handled",
        "ticket.closed",
    ]
    assert {event.object for event in events("ticket.")} == {f"ticket:{case.id}"}
    assert uuid.UUID(str(case.id))
