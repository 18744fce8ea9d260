"""An edit of the calendar and the units that assist: their deadlines move as the lead's do, and are told to them."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from inspection.calendar import service as calendar
from inspection.calendar.announcement import Entry
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db, writing
from inspection.kernel.holidays import work_calendar
from inspection.notifications import service as messages
from inspection.notifications.channels import Ways
from inspection.notifications.models import Message
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.tickets import assistance, assists, deadlines, recounts, requests
from inspection.tickets.annexes import Assist
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, questions

WEDNESDAY, THURSDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 30)
TUESDAY = date(2026, 12, 1)
DAY = timedelta(days=1)
FIVE = Limit(5, TimeUnit.WORKDAY)
Events = Callable[..., list[AuditEvent]]


class Case:
    """A ticket in hand since Monday the 23rd, due far off; a department assists from that day on."""

    def __init__(self, make: Make, limit: Limit = FIVE) -> None:
        self.make, self.admin, self.city, self.unit = make, make.person(Role.ADMIN), make.city(), make.unit()
        helps = make.unit("园林绿化局", street=None)
        lead = Limit(30, TimeUnit.DAY)
        self.ticket_id = make.ticket(State.HANDLING, unit=self.unit, limit=lead).id
        self.helper = make.handler(helps)
        self.act(assistance.call_in, self.city, NOW, unit=helps, task="把枯树锯掉", limit=limit)

    def act(self, what: Callable[..., object], by: Person, now: datetime, **more: object) -> None:
        if isinstance(unit := more.get("unit"), Unit):
            more["unit"] = db.session.get_one(Unit, unit.id)
        with writing():
            ticket = db.session.get_one(Ticket, self.ticket_id)
            what(ticket, by=db.session.get_one(Person, by.id), now=now, **more)

    def put_aside(self, days: int) -> None:
        plan = {"plan": "等产权单位", "review_on": date(2027, 1, 10), "expected_on": date(2027, 1, 20)}
        self.act(requests.suspend, self.city, NOW + days * DAY, **plan)

    def day_off(self, day: date) -> None:
        with writing():
            found = calendar.year(2026, NOW)
            edit = calendar.day_changed(found, day, working=False, name="临时放假")
            calendar.save(edit, by=db.session.get_one(Person, self.admin.id), now=NOW, seen=found.seen)

    @property
    def assist(self) -> Assist:
        db.session.expire_all()
        return db.session.scalars(db.select(Assist)).one()

    @property
    def due(self) -> date:
        return day_of(self.assist.due_at)


def promised(day: date) -> list[tuple[str, date, date]]:
    """What a preview of a day off says: unit, deadline before and after."""
    found = calendar.year(2026, NOW)
    edit = calendar.Edit(found, {**found.days, day: Entry(False, "临时放假")}, found.source, "day")
    shown = recounts.preview(edit.calendar(), edit.moves_work[0], NOW)
    return [(one.assist.unit.name, day_of(one.was.due_at), day_of(one.becomes.due_at)) for one in shown.moved]


@pytest.fixture
def case(make: Make) -> Case:
    return Case(make)


def test_a_day_off_moves_it_as_the_preview_said_and_the_days_that_are_shown(case: Case, events: Events) -> None:
    said = promised(THURSDAY)
    case.day_off(THURSDAY)

    assert [recounts.recount(2026, now=NOW) for _ in range(2)] == [1, 0]

    assert said == [(case.assist.unit.name, MONDAY, TUESDAY)] and case.due == TUESDAY
    (event,) = events("ticket.assist_recounted")
    told = json.loads(event.data)
    assert (event.object, event.actor) == (f"ticket:{case.ticket_id}", "system")
    assert (told["unit"], told["unit_id"]) == (case.assist.unit.name, str(case.helper.unit_id))
    assert told["year"] == 2026
    steps = deadlines.steps(NOW, FIVE, work_calendar(), day_of(NOW), due_at=case.assist.due_at)
    assert [step.day.day for step in steps if step.mark is deadlines.Mark.COUNTED] == [24, 25, 27, 30, 1]


def test_the_unit_that_assists_is_told_and_the_lead_is_not(case: Case) -> None:
    case.day_off(THURSDAY)
    recounts.recount(2026, now=NOW)
    db.session.rollback()

    messages.read_events(ways=Ways(), now=NOW)

    told = db.select(Message).where(Message.kind == "ticket.assist_recounted")
    assert [one.person_id for one in db.session.scalars(told)] == [case.helper.id]


def test_what_stands_still_goes_on_with_the_days_that_it_should_have_had(case: Case) -> None:
    # Put aside on Friday with one day left; Thursday turns out a day off, so two are left. Taken up on Monday the 7th.
    case.put_aside(4)
    case.day_off(THURSDAY)
    recounts.recount(2026, now=NOW + 5 * DAY)

    clock = assists.clock_of(case.assist, work_calendar())
    case.act(requests.resume, case.city, NOW + 14 * DAY)

    assert (clock.remaining, clock.stopped_at) == (2, NOW + 4 * DAY)
    assert case.due == date(2026, 12, 9)


def test_what_stood_still_and_went_on_is_run_through_its_stop_again(case: Case) -> None:
    # Put aside on Tuesday with four days left, taken up on Wednesday: due on Tuesday; with Thursday off on Wednesday.
    case.put_aside(1)
    case.act(requests.resume, case.city, NOW + 2 * DAY)
    assert case.due == TUESDAY

    case.day_off(THURSDAY)
    recounts.recount(2026, now=NOW + 2 * DAY)

    assert case.due == date(2026, 12, 2)


def test_it_is_counted_again_also_when_the_lead_has_answered(case: Case) -> None:
    ticket = db.session.get_one(Ticket, case.ticket_id)
    case.make.answer(ticket, case.make.handler(case.unit), NOW + DAY)

    case.day_off(THURSDAY)

    assert recounts.recount(2026, now=NOW + DAY) == 1 and case.due == TUESDAY


def test_what_is_answered_or_withdrawn_or_in_calendar_days_stays(case: Case, make: Make) -> None:
    days, gone = Case(make, Limit(7, TimeUnit.DAY)), Case(make)
    answers = [(assistance.accept, {}), (assistance.answer, {"note": "锯掉了", "evidence": None})]
    mine = {one.ticket_id: one.id for one in db.session.scalars(db.select(Assist))}
    for what, more in answers:
        case.act(what, case.helper, NOW, assist_id=mine[case.ticket_id], **more)
    gone.act(assistance.withdraw, gone.city, NOW, assist_id=mine[gone.ticket_id], reason="不用了")

    assert promised(THURSDAY) == []
    case.day_off(THURSDAY)

    assert recounts.recount(2026, now=NOW) == 0
    db.session.expire_all()
    assert {day_of(one.due_at) for one in db.session.scalars(db.select(Assist))} == {MONDAY}
    assert days.ticket_id != gone.ticket_id


def test_when_the_ticket_is_over_nothing_is_counted(case: Case) -> None:
    ticket = db.session.get_one(Ticket, case.ticket_id)
    case.make.answer(ticket, case.make.handler(case.unit), NOW + DAY)
    with writing():
        db.session.get_one(Ticket, case.ticket_id).state = State.VOID

    case.day_off(THURSDAY)

    assert recounts.recount(2026, now=NOW + DAY) == 0 and case.due == MONDAY


def test_nobody_becomes_late_by_an_edit(case: Case) -> None:
    """On Monday 30, the due day, someone makes Saturday 28 a working day: by it the answer was due on Saturday."""
    with writing():
        found = calendar.year(2026, NOW)
        edit = calendar.day_changed(found, date(2026, 11, 28), working=True, name="")
        calendar.save(edit, by=db.session.get_one(Person, case.admin.id), now=NOW, seen=found.seen)

    recounts.recount(2026, now=NOW + 7 * DAY)

    assert case.due == MONDAY


def test_a_preview_asks_as_many_questions_for_six_as_for_two(make: Make) -> None:
    for _ in range(2):
        Case(make)
    few = questions(lambda: promised(WEDNESDAY))
    for _ in range(4):
        Case(make)

    assert questions(lambda: promised(WEDNESDAY)) == few
