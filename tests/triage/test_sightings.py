"""A thing that has not moved: what proves it, and what does not. 0.0001 degree north is 11.1 m."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.reports.models import Form, Report
from inspection.tickets.models import Ticket
from inspection.triage import chains
from inspection.triage import service as triage
from inspection.triage.sightings import Chain, Sighting, chain
from tests.make import NOW, SPOT, Make

DAY = timedelta(days=1)
FIRST = date(2026, 11, 1)
HERE = Point(39.9289, 116.4178)


def seen(*told: tuple[int, str, float]) -> list[Sighting]:
    """Sights as (days after the first, by whom, metres north)."""
    return [
        Sighting(uuid.UUID(int=number), FIRST + days * DAY, Point(HERE.lat + metres / 111_000, HERE.lng), by)
        for number, (days, by, metres) in enumerate(told, 1)
    ]


def found(*told: tuple[int, str, float], needed: int = 15) -> Chain:
    made = chain(seen(*told), HERE, needed)
    assert made is not None
    return made


def test_two_people_fifteen_days_apart_prove_it() -> None:
    made = found((0, "a", 0), (15, "b", 12))

    assert (made.proven, made.days, made.people, made.missing()) == (True, 15, 2, None)


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ([(0, "a", 0)], "days"),
        ([(0, "a", 0), (14, "b", 0)], "days"),
        ([(0, "a", 0), (20, "a", 0)], "people"),
        ([(0, "a", 0), (0, "b", 0)], "days"),
        ([(0, "a", 60), (20, "b", 0)], "days"),
    ],
    ids=["seen once", "fourteen days", "one person twice", "two on one day", "sixty metres away before"],
)
def test_what_does_not_prove_it_says_what_is_wanting(told: list[tuple[int, str, float]], missing: str) -> None:
    made = found(*told)

    assert not made.proven and made.missing() == missing


def test_the_day_is_told_from_which_on_another_sight_proves_it() -> None:
    assert found((0, "a", 0), (11, "b", 0)).proven_on == date(2026, 11, 16)


def test_a_car_that_was_seen_elsewhere_in_between_has_moved() -> None:
    """Here on the 1st, elsewhere on the 10th, here again on the 18th: the days count from the 18th."""
    made = found((0, "a", 0), (9, "b", 300), (17, "c", 0))

    assert (len(made.sights), made.days, made.proven) == (1, 0, False)


def test_two_sights_of_one_person_on_one_day_are_one() -> None:
    assert len(found((0, "a", 0), (0, "a", 5), (15, "b", 0)).sights) == 2


def test_without_a_sight_there_is_no_chain() -> None:
    assert chain([], HERE) is None
    assert chain(seen((0, "a", 500)), HERE) is None


@given(some.lists(some.tuples(some.integers(0, 60), some.sampled_from("abc"), some.floats(0, 120)), max_size=8))
def test_whatever_was_seen_a_proof_has_two_people_and_the_days(told: list[tuple[int, str, float]]) -> None:
    made = chain(seen(*told), HERE, 15)

    if made is not None and made.proven:
        assert len({sight.by for sight in made.sights}) >= 2
        assert made.sights[-1].on - made.sights[0].on >= 15 * DAY
    days = [sight.on for sight in made.sights] if made else []
    assert days == sorted(days)


def car(make: Make, author: Person, days: int, plate: str = "京A12345", **more: Any) -> Report:
    return make.report(author, now=NOW + days * DAY, category="zombie_car", plate=plate, **more)


def days_of(made: Chain | None) -> Iterable[int]:
    return [(sight.on - NOW.date()).days for sight in made.sights] if made else []


def test_plates_typed_in_different_ways_are_one_car(make: Make) -> None:
    first, second = make.inspector(), make.inspector()
    car(make, first, 0, "京A·12345")
    later = car(make, second, 16, "京a-l2345".replace("l", "1"))

    made = chains.of_report(later)

    assert made is not None and made.proven and days_of(made) == [0, 16]


@pytest.mark.parametrize("plate", ["京A12346", "粤A12345", "看不清"])
def test_another_plate_is_another_car(make: Make, plate: str) -> None:
    car(make, make.inspector(), 0)

    assert days_of(chains.of_report(car(make, make.inspector(), 16, plate))) == [16]


def test_a_ticket_counts_its_reports_and_those_of_its_plate_near_by(make: Make) -> None:
    officer = make.officer()
    first = car(make, make.inspector(), 0)
    near = car(make, make.inspector(), 8, at=(SPOT[0] + 0.0002, SPOT[1]))
    car(make, make.inspector(), 9, form=Form.MYSTERY)
    with writing():
        ticket = triage.file_and_dispatch(
            db.session.get_one(Report, first.id),
            category="zombie_car",
            place="门前",
            unit=None,
            limit=None,
            by=db.session.get_one(Person, officer.id),
            now=NOW + 10 * DAY,
        )
    last = car(make, make.inspector(), 20)

    made = chains.of_ticket(db.session.get_one(Ticket, ticket.id), also=[last])

    assert made is not None and made.proven and made.people == 3
    assert days_of(made) == [0, 8, 20]
    assert near.plate_key == "京A12345"


def test_where_days_mean_nothing_there_is_no_chain(make: Make) -> None:
    assert chains.of_report(make.report()) is None


def test_a_left_bicycle_counts_what_a_person_has_merged(make: Make) -> None:
    officer = make.officer()
    first = make.report(category="zombie_bike")
    second = make.report(category="zombie_bike", now=NOW + 16 * DAY)
    with writing():
        by = db.session.get_one(Person, officer.id)
        ticket = triage.file_and_dispatch(
            db.session.get_one(Report, first.id),
            category="zombie_bike",
            place="门前",
            unit=None,
            limit=None,
            by=by,
            now=NOW + DAY,
        )
        triage.merge(db.session.get_one(Report, second.id), ticket, by=by, now=NOW + 16 * DAY)

    made = chains.of_ticket(db.session.get_one(Ticket, ticket.id))

    assert made is not None and made.proven and days_of(made) == [0, 16]
