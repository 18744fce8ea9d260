"""附近已有: open problems around, without a word of who or when exactly."""

from datetime import timedelta

import pytest
from flask import Flask

from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports import service as reports
from inspection.reports.models import Form
from inspection.tickets.workflow import State
from inspection.triage import nearby
from tests.make import NOW, SPOT, Make, jpeg
from tests.web.browser import work

HERE = Point(*SPOT)


def north(metres: float) -> tuple[float, float]:
    return SPOT[0] + metres / 111_000, SPOT[1]


def known() -> list[object]:
    return [one.report.id for one in nearby.around(HERE)]


def test_open_problems_are_found_the_nearest_first(app: Flask, make: Make) -> None:
    far, near = make.report(at=north(900)), make.report(at=north(30))
    make.report(at=north(2100))

    assert known() == [near.id, far.id]


def test_of_what_lies_at_one_place_the_latest_comes_first(app: Flask, make: Make) -> None:
    hours = [make.report(at=north(30), now=NOW + number * timedelta(hours=1)).id for number in (2, 4, 1, 3)]

    assert known() == [hours[1], hours[3], hours[0], hours[2]]


@pytest.mark.parametrize("metres", [0, 500, 1000, 1500, 1950])
@pytest.mark.parametrize("direction", [(1, 0), (0, 1), (-1, 0), (0, -1)])
def test_the_circle_has_no_holes(sqlite_app: Flask, metres: float, direction: tuple[int, int]) -> None:
    make = Make(sqlite_app)
    lat, lng = SPOT[0] + direction[0] * metres / 111_000, SPOT[1] + direction[1] * metres / 85_300

    report = make.report(at=(lat, lng))

    assert known() == [report.id]


@pytest.mark.parametrize("state", [State.FILED, State.HANDLING, State.HANDLED, State.CLOSED])
def test_a_filed_problem_is_known_as_long_as_its_ticket_is_open(app: Flask, make: Make, state: State) -> None:
    ticket = make.ticket(state)

    assert bool(known()) is (ticket.state is not State.CLOSED)


def test_what_is_withdrawn_incomplete_or_a_mystery_checks_is_not_told(app: Flask, make: Make) -> None:
    author = make.inspector()
    make.announce(author, make.new_report(jpeg(5)))
    make.report(form=Form.MYSTERY)
    gone = make.report(author)
    with writing():
        reports.withdraw(gone.id, by=db.session.get_one(Person, author.id), now=NOW + timedelta(hours=1))

    assert known() == []


def test_a_day_is_told_and_no_hour(app: Flask, make: Make) -> None:
    make.report()

    [one] = nearby.around(HERE)

    assert one.on.isoformat() == "2026-11-23"
    assert one.place == "月牙胡同 5 号门前"


def test_the_first_picture_of_an_open_problem_may_be_shown_small(app: Flask, make: Make) -> None:
    open_one, secret = make.report(), make.report(form=Form.MYSTERY)
    work()

    shown = {photo.manifest_id: nearby.shows(photo) for photo in db.session.scalars(db.select(Photo))}

    assert shown == {open_one.id: True, secret.id: False}
    assert nearby.around(HERE)[0].photo is not None
