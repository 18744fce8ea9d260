"""The list of inspectors: by name, page by page, by some digits, and when each was last seen."""

from datetime import timedelta

from inspection.kernel.db import db, writing
from inspection.people import roster, service, sessions
from inspection.people.models import Device, Person
from inspection.people.sessions import Lifetime, Lifetimes
from tests.make import NOW, Make

DAY = timedelta(days=1)
LIFETIMES = Lifetimes(inspectors=Lifetime(366 * DAY, 180 * DAY), others=Lifetime(90 * DAY, 30 * DAY))


def test_every_inspector_comes_once_however_it_is_paged_and_nobody_else(make: Make) -> None:
    made = {make.inspector(name=name).id for name in ("李文", "李文", "安宁", "张华", "王芳")}
    make.city()
    gone = make.inspector()
    with writing():
        service.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    walked: list[Person] = []
    while page := roster.inspectors(after=walked[-1].id if walked else None, limit=2):
        walked += page

    assert len(walked) == 5 and {person.id for person in walked} == made
    names = [person.name for person in walked]
    assert names.index("李文") + 1 == len(names) - 1 - names[::-1].index("李文")


def test_a_few_digits_of_the_phone_number_find_them(make: Make) -> None:
    wanted, other = make.inspector(phone="13911112345"), make.inspector(phone="13922226789")

    assert [person.id for person in roster.inspectors(phone="2345", limit=9)] == [wanted.id]
    assert [person.id for person in roster.inspectors(phone="13922226789", limit=9)] == [other.id]
    assert roster.inspectors(phone="%", limit=9) == []


def test_only_inspectors_can_be_chosen(make: Make) -> None:
    inspector, city = make.inspector(), make.city()

    assert [person.id for person in roster.chosen([inspector.id, city.id])] == [inspector.id]


def test_the_last_day_is_that_of_a_device_that_is_still_signed_in(make: Make) -> None:
    person, never, out = make.inspector(), make.inspector(), make.inspector()
    for someone in (person, person, out):
        with writing():
            sessions.open_for(db.session.get_one(Person, someone.id), label="", lifetime=LIFETIMES, now=NOW)
    with writing():
        sessions.close_all(db.session.get_one(Person, out.id), by="test", now=NOW)
        device = db.session.scalars(db.select(Device).where(Device.person_id == person.id)).first()
        assert device
        sessions.touch(device.id, NOW + 3 * DAY)

    seen = roster.last_seen([person, never, out], now=NOW + 4 * DAY)

    assert seen == {person.id: NOW + 3 * DAY}
    assert roster.last_seen([person], now=NOW + 366 * DAY) == {}
