"""Events and deadlines become messages: to whom they concern, once, however often one reads."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from inspection.kernel.audit import SYSTEM, record
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.notifications import service as messages
from inspection.notifications.audience import people as people_of
from inspection.notifications.channels import Ways
from inspection.notifications.models import Message
from inspection.notifications.outgoing import read
from inspection.notifications.rules import Audience
from inspection.people import service as people
from inspection.people.models import Person, Unit
from inspection.reports.models import Report
from inspection.tickets import assistance, requests
from inspection.tickets import service as tickets
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import ReturnGround, Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg, side_by_side

NOWHERE = Ways()
HOUR = timedelta(hours=1)


def read_events(now: datetime = NOW) -> None:
    db.session.rollback()
    messages.read_events(ways=NOWHERE, now=now)


def remind(now: datetime) -> None:
    db.session.rollback()
    messages.remind(ways=NOWHERE, now=now)


def beijing(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


def handler_of(unit: Unit) -> Person:
    return db.session.scalars(db.select(Person).where(Person.unit_id == unit.id).order_by(Person.phone)).all()[0]


def act(what, ticket, by, **more):
    with writing():
        what(db.session.get_one(Ticket, ticket.id), by=db.session.get_one(Person, by.id), **more)


def test_a_dispatch_is_told_to_the_unit_and_to_nobody_else(app: Flask, make: Make, told) -> None:
    officer, unit, city = make.officer(), make.unit(), make.city()
    colleague, stranger = make.handler(unit), make.handler(make.unit())
    make.ticket(State.DISPATCHED, officer=officer, unit=unit)

    read_events()

    assert told(colleague) == [("ticket.dispatched", "%(number)s 派给您单位，请签收")]
    assert told(handler_of(unit)) == told(colleague)
    assert [told(one) for one in (officer, stranger, city)] == [[], [], []]


def test_a_message_knows_the_ticket_its_category_street_and_day_and_no_more(app: Flask, make: Make) -> None:
    ticket = make.ticket(State.DISPATCHED)

    read_events()

    message = db.session.scalars(db.select(Message)).one()
    facts = read(message.facts)
    assert (message.ticket_id, message.at, message.read_at) == (ticket.id, NOW, None)
    assert (facts.number, facts.category, facts.place) == (ticket.number, "street_clutter", "东城区东四街道")
    assert facts.due == date(2026, 11, 30)
    assert "月牙胡同" not in message.facts


def test_reading_again_or_side_by_side_tells_nobody_twice(app: Flask, make: Make, told) -> None:
    officer = make.officer()
    make.ticket(State.HANDLED, officer=officer)

    def worker() -> None:
        with app.app_context():
            messages.read_events(ways=NOWHERE, now=NOW)

    db.session.rollback()
    side_by_side(*[worker] * 3)
    read_events()

    assert [kind for kind, _ in told(officer)] == ["ticket.handled"]


def test_many_events_are_read_in_several_goes(app: Flask, make: Make, told) -> None:
    officer = make.officer()
    ticket = make.ticket(State.HANDLED, officer=officer)
    for _ in range(2):
        with writing():
            for _ in range(messages.BATCH):
                record("ticket.handled", db.session.get_one(Ticket, ticket.id), by=SYSTEM, at=NOW)

    read_events()

    assert len(told(officer)) == 1 + 2 * messages.BATCH


def test_whoever_did_it_is_not_told_of_it(app: Flask, make: Make, told) -> None:
    ticket, officer, other = make.ticket(State.DISPATCHED), make.officer(), make.officer()

    act(tickets.instruct, ticket, officer, office="市领导", text="抓紧办", now=NOW)
    read_events()

    assert told(officer) == []
    assert [kind for kind, _ in told(other)] == ["ticket.instructed"]


def test_whose_account_is_closed_is_told_nothing(app: Flask, make: Make, told) -> None:
    unit = make.unit()
    gone = make.handler(unit)
    with writing():
        people.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)
    make.ticket(State.DISPATCHED, unit=unit)

    read_events()

    assert told(gone) == []


def test_a_first_extension_goes_to_the_district_and_a_second_to_the_city(app: Flask, make: Make, told) -> None:
    officer, unit, city = make.officer(), make.unit(), make.city()
    ticket = make.ticket(State.HANDLING, officer=officer, unit=unit)
    handler = handler_of(unit)

    act(requests.request_extension, ticket, handler, reason="等料", new_due_on=date(2026, 12, 2), now=NOW + HOUR)
    act(requests.decide_extension, ticket, officer, granted=True, reason="", now=NOW + 2 * HOUR)
    act(requests.request_extension, ticket, handler, reason="还等", new_due_on=date(2026, 12, 9), now=NOW + 3 * HOUR)
    read_events()

    assert [kind for kind, _ in told(officer)] == ["ticket.extension_requested"]
    assert [kind for kind, _ in told(city)] == ["ticket.extension_requested"]
    assert [kind for kind, _ in told(handler)] == ["ticket.dispatched", "ticket.extended"]


def test_the_unit_that_gave_a_ticket_back_is_told_also_when_another_has_it_already(
    app: Flask, make: Make, told
) -> None:
    officer, first, second = make.officer(), make.unit(), make.unit()
    ticket = make.ticket(State.DISPATCHED, officer=officer, unit=first)
    was, now_it_is = handler_of(first), make.handler(second)

    ground = ReturnGround.DUTY
    act(requests.request_return, ticket, was, ground=ground, text="不归我们", now=NOW + HOUR)
    act(requests.decide_return, ticket, officer, granted=True, reason="", now=NOW + 2 * HOUR)
    unit, limit = db.session.get_one(Unit, second.id), Limit(3, TimeUnit.WORKDAY)
    act(tickets.dispatch, ticket, officer, unit=unit, limit=limit, now=NOW + 3 * HOUR)
    read_events()

    assert [kind for kind, _ in told(was)] == ["ticket.dispatched", "ticket.return_granted"]
    assert [kind for kind, _ in told(now_it_is)] == ["ticket.dispatched"]


def test_what_an_inspector_does_is_told_to_the_city_alone_and_no_inspector_is_told(
    app: Flask, make: Make, told
) -> None:
    officer, unit, city = make.officer(), make.unit(), make.city()
    author, asked = make.inspector(), make.inspector(district_code="110102")
    ticket = make.ticket(State.HANDLED, officer=officer, unit=unit, by=author)
    handler = handler_of(unit)
    task = make.task(ticket, asked, by=city)
    make.opinion(task, asked, jpeg(9), now=NOW + 5 * HOUR)
    read_events()

    assert [kind for kind, _ in told(city)] == ["task.done"]
    assert [kind for kind, _ in told(officer)] == ["ticket.handled"]
    assert [kind for kind, _ in told(handler)] == ["ticket.dispatched"]
    assert told(author) == told(asked) == []


def test_an_author_who_is_not_satisfied_is_told_to_the_city_with_the_ticket(app: Flask, make: Make, told) -> None:
    author, city = make.inspector(), make.city()
    ticket = make.ticket(State.CLOSED, by=author)
    report = db.session.scalars(db.select(Report)).one()

    make.feedback(report.id, author, "还堆着", now=NOW + 6 * HOUR)
    read_events()

    assert [kind for kind, _ in told(city)] == ["report.judged"]
    message = db.session.scalars(db.select(Message).where(Message.kind == "report.judged")).one()
    assert message.ticket_id == ticket.id and author.name not in message.facts + message.text


def test_a_deadline_is_called_to_mind_before_at_and_after_it_and_carried_up(app: Flask, make: Make, told) -> None:
    officer, unit, city = make.officer(), make.unit(), make.city()
    make.ticket(State.DISPATCHED, officer=officer, unit=unit)
    handler, chief = handler_of(unit), make.handler(unit)
    with writing():
        people.set_chief(db.session.get_one(Person, chief.id), True, by="test", now=NOW)
    heard = {}

    remind(NOW)
    for day in ("11-26", "11-27", "11-30", "12-01", "12-02", "12-03", "12-04", "12-07", "12-08"):
        remind(beijing(int(day[:2]), int(day[3:]), 9))
        heard[day] = [len(told(one)) for one in (handler, chief, officer, city)]

    assert heard == {
        "11-26": [0, 0, 0, 0],
        "11-27": [1, 1, 0, 0],
        "11-30": [2, 2, 0, 0],
        "12-01": [4, 5, 0, 0],
        "12-02": [4, 5, 0, 0],
        "12-03": [4, 5, 1, 0],
        "12-04": [4, 5, 1, 0],
        "12-07": [4, 5, 1, 1],
        "12-08": [4, 5, 1, 1],
    }


def test_a_unit_without_a_head_is_told_as_a_whole(app: Flask, make: Make) -> None:
    unit = make.unit()
    first, second = make.handler(unit), make.handler(unit)
    everyone = {"unit_id": unit.id, "district_code": unit.district_code}

    before = people_of(Audience.CHIEF, **everyone)
    with writing():
        people.set_chief(db.session.get_one(Person, second.id), True, by="test", now=NOW)
    after = people_of(Audience.CHIEF, **everyone)

    assert ({one.id for one in before}, [one.id for one in after]) == ({first.id, second.id}, [second.id])


def test_looking_seldom_or_often_tells_the_same(app: Flask, make: Make, told) -> None:
    officer, unit = make.officer(), make.unit()
    make.ticket(State.DISPATCHED, officer=officer, unit=unit)

    remind(NOW)
    for minute in range(0, 60, 5):
        remind(beijing(11, 30, 8, minute))
    remind(beijing(12, 20, 9))
    remind(beijing(12, 20, 9))

    sentences = [text for _, text in told(handler_of(unit))]
    assert len(sentences) == 5 and len(told(officer)) == 1


def test_what_was_due_long_before_the_first_look_is_not_told_all_at_once(app: Flask, make: Make, told) -> None:
    unit = make.unit()
    make.ticket(State.DISPATCHED, unit=unit)

    remind(beijing(12, 20, 9))
    remind(beijing(12, 20, 10))

    assert told(handler_of(unit)) == []


@pytest.mark.parametrize("state", [State.FILED, State.HANDLED, State.CLOSED])
def test_a_clock_that_does_not_run_calls_nothing_to_mind(app: Flask, make: Make, state: State) -> None:
    make.ticket(state)

    remind(NOW)
    remind(beijing(12, 20, 9))

    assert db.session.scalars(db.select(Message)).all() == []


def test_a_deadline_that_was_put_off_is_called_to_mind_anew(app: Flask, make: Make, told) -> None:
    officer, unit = make.officer(), make.unit()
    ticket = make.ticket(State.HANDLING, officer=officer, unit=unit)
    handler = handler_of(unit)

    remind(NOW)
    remind(beijing(11, 30, 9))
    soon = beijing(11, 30, 10)
    act(requests.request_extension, ticket, handler, reason="等料", new_due_on=date(2026, 12, 2), now=soon)
    act(requests.decide_extension, ticket, officer, granted=True, reason="", now=soon)
    remind(beijing(12, 2, 9))

    today = [text for _, text in told(handler) if "今天到期" in text]
    assert len(today) == 2


def test_every_morning_a_handler_hears_what_is_due_and_what_is_overdue_once(app: Flask, make: Make, told) -> None:
    unit, idle = make.unit(), make.handler(make.unit())
    for days in (1, 4, 5, 9):
        make.ticket(State.DISPATCHED, unit=unit, limit=Limit(days, TimeUnit.WORKDAY))
    handler = handler_of(unit)

    for hour in (8, 10):
        db.session.rollback()
        messages.digest(ways=NOWHERE, now=beijing(11, 30, hour))

    assert told(handler) == [("digest", messages.DIGEST_TEXT)]
    message = db.session.scalars(db.select(Message).where(Message.person_id == handler.id)).one()
    assert read(message.facts).counts == {"today": 1, "overdue": 2}
    assert told(idle) == []


def test_a_unit_that_is_called_in_is_told_and_the_lead_is_not(app: Flask, make: Make, told) -> None:
    officer, lead, other = make.officer(), make.unit(), make.unit("园林绿化局", street=None)
    helper = make.handler(other)
    ticket = make.ticket(State.HANDLING, officer=officer, unit=lead)
    read_events()
    before = told(handler_of(lead))

    with writing():
        assist = assistance.call_in(
            db.session.get_one(Ticket, ticket.id),
            unit=db.session.get_one(Unit, other.id),
            task="把枯树锯掉",
            limit=Limit(3, TimeUnit.WORKDAY),
            by=db.session.get_one(Person, officer.id),
            now=NOW + HOUR,
        ).id
    read_events(NOW + HOUR)
    with writing():
        assistance.accept(
            db.session.get_one(Ticket, ticket.id), assist, by=db.session.get_one(Person, helper.id), now=NOW + HOUR
        )
        assistance.answer(
            db.session.get_one(Ticket, ticket.id),
            assist,
            note="锯掉了",
            evidence=None,
            by=db.session.get_one(Person, helper.id),
            now=NOW + HOUR,
        )
    read_events(NOW + 2 * HOUR)

    assert told(helper) == [("ticket.assist_called", "%(number)s 请您单位协办，请签收")]
    assert told(handler_of(lead)) == [*before, ("ticket.assist_answered", "%(number)s 协办单位已答复")]
