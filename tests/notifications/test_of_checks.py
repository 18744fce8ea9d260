"""Mystery checks in the inbox: the city office hears of a visit and of a lack, and nobody else of anything."""

from datetime import timedelta

import pytest

from inspection.kernel import audit
from inspection.kernel.db import db, writing
from inspection.notifications import service as messages
from inspection.notifications.channels import Ways
from inspection.notifications.models import Delivery, Message
from inspection.notifications.outgoing import read
from inspection.people.access import Role
from inspection.people.models import Person
from tests.make import NOW, Make

DAY = timedelta(days=1)
ONE, MANY = "有一次走访交回了，请审", "有 %(count)s 次走访交回了，请审"


def happen(name: str, thing: str, **data: object) -> None:
    with writing():
        audit.record(name, thing, by=audit.AUTHOR, at=NOW, **data)


def read_events() -> None:
    db.session.rollback()
    messages.read_events(ways=Ways(), now=NOW)


def told(person: Person) -> list[tuple[str, int]]:
    db.session.rollback()
    mine = db.session.scalars(db.select(Message).where(Message.person_id == person.id).order_by(Message.text))
    return [(one.text, (read(one.facts).counts or {}).get("count", 1)) for one in mine]


@pytest.fixture
def city(make: Make) -> Person:
    return make.city()


def test_the_office_hears_of_a_visit_that_is_to_be_reviewed(city: Person) -> None:
    happen("visit.received", "visit:a")
    read_events()

    assert told(city) == [(ONE, 1)]


def test_all_visits_of_a_day_are_one_message_that_counts_them(city: Person) -> None:
    for visit in "abc":
        happen("visit.received", f"visit:{visit}")
        read_events()
    with writing():
        audit.record("visit.received", "visit:d", by=audit.AUTHOR, at=NOW + DAY)
    read_events()

    assert sorted(told(city)) == sorted([(MANY, 3), (ONE, 1)])


def test_the_office_hears_that_nobody_is_left_for_a_visit(city: Person) -> None:
    happen("draw.unfilled", "plan:a", visit="b", lacking=["people"])
    read_events()

    assert told(city) == [("有一次走访没有人可派，请看方案", 1)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_nobody_else_is_told_and_nothing_leaves_the_house(make: Make, role: Role, city: Person) -> None:
    others = {
        Role.DISTRICT: make.officer,
        Role.HANDLER: lambda: make.handler(make.unit()),
        Role.INSPECTOR: make.inspector,
    }
    person = others[role]() if role in others else make.person(role)

    for name in ("visit.received", "visit.declined", "visit.accepted", "draw.sealed", "draw.drawn", "draw.unfilled"):
        happen(name, "visit:a")
    read_events()

    assert told(person) == [] and len(told(city)) == 2
    assert db.session.scalars(db.select(Delivery)).all() == []
