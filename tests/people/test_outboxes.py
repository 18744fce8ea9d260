"""What phones say that they still hold, and whom the office calls."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotAllowed
from inspection.people import outboxes
from inspection.people.models import Device, Person
from tests.make import NOW, Make
from tests.web.browser import device_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def phone(person: Person) -> uuid.UUID:
    device_of(person)
    return db.session.scalars(db.select(Device.id).where(Device.person_id == person.id)).one()


def tell(device: uuid.UUID, unsent: int, ago: timedelta | None) -> None:
    with writing():
        outboxes.tell(device, unsent=unsent, oldest_at=NOW - ago if ago else None, now=NOW)


def test_phones_with_a_report_older_than_a_day_are_listed_the_oldest_first(app: Flask, make: Make) -> None:
    one, two, fresh, done = (make.inspector(name=name) for name in ("李一", "李二", "李三", "李四"))
    tell(phone(one), 2, 2 * DAY)
    tell(phone(two), 1, 3 * DAY)
    tell(phone(fresh), 4, HOUR)
    tell(phone(done), 0, 5 * DAY)

    rows = outboxes.waiting_since(make.city(), before=NOW - DAY)

    assert [(owner.name, device.unsent) for device, owner in rows] == [("李二", 1), ("李一", 2)]


def test_the_list_goes_on_where_it_ended(app: Flask, make: Make) -> None:
    for days in range(2, 6):
        tell(phone(make.inspector(name=f"李{days}")), 1, days * DAY)
    city = make.city()

    first = outboxes.waiting_since(city, before=NOW - DAY, limit=2)
    last = first[-1][0]
    assert last.oldest_unsent_at
    rest = outboxes.waiting_since(city, before=NOW - DAY, after=(last.oldest_unsent_at, last.id))

    assert [owner.name for _device, owner in [*first, *rest]] == ["李5", "李4", "李3", "李2"]


def test_a_phone_that_has_sent_everything_is_not_listed_any_more(app: Flask, make: Make) -> None:
    device = phone(make.inspector())
    tell(device, 2, 2 * DAY)
    tell(device, 0, None)

    assert outboxes.waiting_since(make.city(), before=NOW) == []


def test_a_clock_that_runs_ahead_does_not_make_a_report_from_tomorrow(app: Flask, make: Make) -> None:
    device = phone(make.inspector())

    tell(device, 1, -2 * DAY)

    assert db.session.get_one(Device, device).oldest_unsent_at == NOW


def test_a_number_that_cannot_be_is_refused(app: Flask, make: Make) -> None:
    with pytest.raises(Invalid) as refused:
        tell(phone(make.inspector()), -1, None)

    assert refused.value.field == "unsent"


def test_nobody_but_the_city_office_sees_whom_to_call(app: Flask, make: Make) -> None:
    for person in (make.officer(), make.inspector(), make.publisher()):
        with pytest.raises(NotAllowed):
            outboxes.waiting_since(person, before=NOW)
