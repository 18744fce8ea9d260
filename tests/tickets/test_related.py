"""What lies around a ticket: near, alive or lately closed, and only what whoever looks may see (周边案卷)."""

from datetime import timedelta

import pytest

from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets import related, service
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, SPOT, Make

DAY = timedelta(days=1)


def off(metres: float) -> tuple[float, float]:
    """A place so far north of the spot: a degree of latitude has 111 km."""
    return SPOT[0] + metres / 111_030, SPOT[1]


@pytest.fixture
def ticket(make: Make) -> Ticket:
    """The one that is looked at."""
    return make.ticket(State.HANDLING, at=SPOT)


def numbers(ticket: Ticket, person: Person, days: int = 0) -> list[str]:
    return [one.ticket.number for one in related.around(ticket, person, now=NOW + days * DAY)]


def test_what_is_within_two_hundred_metres_comes_nearest_first_with_its_distance_and_category(
    make: Make, ticket: Ticket
) -> None:
    far = make.ticket(at=off(190), category="exposed_rubbish")
    near = make.ticket(at=off(40))
    make.ticket(at=off(212))

    found = related.around(ticket, make.city(), now=NOW)

    assert [(one.ticket.number, round(one.distance_m), one.same) for one in found] == [
        (near.number, 40, True),
        (far.number, 190, False),
    ]


def test_a_closed_one_is_shown_for_sixty_days_and_a_void_one_never(make: Make, ticket: Ticket) -> None:
    city = make.city()
    closed = make.ticket(State.CLOSED, at=off(30))
    void = make.ticket(at=off(35))
    with writing():
        service.void(db.session.get_one(Ticket, void.id), reason="报错了", by=city, now=NOW)

    assert numbers(ticket, city, days=60) == [closed.number]
    assert numbers(ticket, city, days=61) == []


def test_a_district_sees_its_own_a_unit_its_own_and_the_city_and_audit_all(make: Make, ticket: Ticket) -> None:
    unit = make.unit()
    own, beside, foreign = make.ticket(unit=unit, at=off(10), state=State.DISPATCHED), make.ticket(), make.ticket()
    with writing():
        db.session.get_one(Ticket, beside.id).lat = off(20)[0]
        moved = db.session.get_one(Ticket, foreign.id)
        moved.lat, moved.district_code, moved.street_code = off(30)[0], "110102", None
    every = [own.number, beside.number, foreign.number]

    assert numbers(ticket, make.city()) == every
    assert numbers(ticket, make.person(Role.AUDITOR)) == every
    assert numbers(ticket, make.officer()) == every[:2]
    assert numbers(ticket, make.handler(unit)) == every[:1]


def test_of_a_place_that_is_only_a_street_nothing_is_around(make: Make, ticket: Ticket) -> None:
    make.ticket(at=off(10))
    with writing():
        db.session.get_one(Ticket, ticket.id).cell = ""

    assert numbers(ticket, make.city()) == []
