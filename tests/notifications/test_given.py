"""分给同事 in the inbox: whoever is given reports is told so once, and nobody of what they took themselves."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask

from inspection.kernel.db import db, writing
from inspection.notifications import inbox
from inspection.notifications import service as messages
from inspection.notifications.channels import Ways
from inspection.notifications.models import Delivery, Message
from inspection.notifications.outgoing import read
from inspection.people.models import Person
from inspection.reports.models import Report
from inspection.triage import assigning, bulk, decisions
from inspection.triage.bulk import BulkAction, Order
from inspection.triage.models import Decision
from tests.make import NOW, Make

SECOND = timedelta(seconds=1)
ONE, MANY = "有一条线索分给您，请看", "有 %(count)s 条线索分给您，请看"


def read_events() -> None:
    db.session.rollback()
    messages.read_events(ways=Ways(), now=NOW)


def give(report: Report, to: Person | None, by: Person) -> Decision:
    with writing():
        found, giver = db.session.get_one(Report, report.id), db.session.get_one(Person, by.id)
        return assigning.assign(found, to=to.id if to else None, by=giver, now=NOW)


def give_all(reports: Iterable[Report], to: Person, by: Person, batch: uuid.UUID) -> None:
    for report in reports:
        with writing():
            order = Order(BulkAction.GIVE, person=db.session.get_one(Person, to.id), batch=batch)
            bulk.do(report.id, order, by=db.session.get_one(Person, by.id), now=NOW)


def counted(person: Person) -> list[tuple[str, int]]:
    """Sentence and number of each message of a person's."""
    db.session.rollback()
    mine = db.session.scalars(db.select(Message).where(Message.person_id == person.id).order_by(Message.text))
    return [(one.text, (read(one.facts).counts or {}).get("count", 1)) for one in mine]


@pytest.fixture
def officer(make: Make) -> Person:
    return make.officer()


@pytest.fixture
def other(make: Make) -> Person:
    return make.officer()


def test_whoever_is_given_a_report_is_told_what_and_where_and_nobody_else_is(
    make: Make, officer: Person, other: Person
) -> None:
    city, report = make.city(), make.report()
    give(report, other, officer)

    read_events()
    read_events()

    assert counted(other) == [(ONE, 1)]
    assert counted(officer) == counted(city) == []
    message = db.session.scalars(db.select(Message)).one()
    facts = read(message.facts)
    assert (facts.number, facts.category, facts.place) == ("", "street_clutter", "东城区东四街道")
    assert (message.ticket_id, message.kind) == (None, "report.assigned")


def test_it_stays_in_the_house(make: Make, officer: Person, other: Person) -> None:
    give(make.report(), other, officer)

    db.session.rollback()
    messages.read_events(ways=Ways(email=True, sms=True, groups=frozenset({"", "110101"})), now=NOW)

    assert counted(other) == [(ONE, 1)]
    assert db.session.scalars(db.select(Delivery)).all() == []


def test_nobody_is_told_of_what_they_took_or_gave_away_themselves(make: Make, officer: Person, other: Person) -> None:
    taken, returned = make.report(), make.report(now=NOW + SECOND)
    give(taken, officer, officer)
    give(returned, officer, officer)
    give(returned, None, officer)

    read_events()

    assert counted(officer) == counted(other) == []


def test_whoever_gave_it_is_told_when_it_is_given_back_to_them(make: Make, officer: Person, other: Person) -> None:
    report = make.report()
    give(report, other, officer)
    read_events()
    give(report, officer, other)
    read_events()

    assert counted(officer) == [(ONE, 1)] == counted(other)


def test_what_was_taken_back_before_it_is_told_is_not_told(make: Make, officer: Person, other: Person) -> None:
    given = give(make.report(), other, officer)
    with writing():
        decisions.undo(given.id, by=db.session.get_one(Person, officer.id), now=NOW + SECOND)

    read_events()

    assert counted(other) == []


def test_forty_at_once_are_one_message_that_counts_them(make: Make, officer: Person, other: Person) -> None:
    reports = [make.report(now=NOW + number * SECOND) for number in range(40)]
    give_all(reports, other, officer, uuid.uuid4())

    read_events()

    assert counted(other) == [(MANY, 40)]


def test_a_batch_that_is_read_half_way_is_counted_on_and_is_news_again(
    make: Make, officer: Person, other: Person
) -> None:
    first, second, third = (make.report(now=NOW + number * SECOND) for number in range(3))
    batch = uuid.uuid4()
    give_all([first], other, officer, batch)
    read_events()
    assert counted(other) == [(ONE, 1)]
    with writing():
        mine = db.session.scalars(db.select(Message)).one()
        inbox.read(db.session.get_one(Person, other.id), mine.id, now=NOW)

    give_all([second, third], other, officer, batch)
    read_events()

    assert counted(other) == [(MANY, 3)]
    assert inbox.count_unread(other) == 1


def test_two_batches_are_two_messages(make: Make, officer: Person, other: Person) -> None:
    reports = [make.report(now=NOW + number * SECOND) for number in range(4)]
    give_all(reports[:2], other, officer, uuid.uuid4())
    give_all(reports[2:], other, officer, uuid.uuid4())

    read_events()

    assert counted(other) == [(MANY, 2), (MANY, 2)]


def test_all_taken_for_oneself_at_once_are_no_news(app: Flask, make: Make, officer: Person) -> None:
    give_all([make.report(), make.report(now=NOW + SECOND)], officer, officer, uuid.uuid4())

    read_events()

    assert counted(officer) == []
