"""Numbers at filing, and due dates through the calendar's rows."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from inspection.kernel.calendar import BEIJING, day_of, end_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.people.models import Person, Unit
from inspection.reports.models import Report
from inspection.tickets import service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.service import Filing
from inspection.triage import service as triage
from tests.make import NOW, Make, side_by_side

CHAOYANG = (39.9219, 116.4431)
FIVE_DAYS = Limit(5, TimeUnit.WORKDAY)
MORNING = timedelta(hours=10)


def file(report: Report, officer: Person, now: datetime = NOW, place: str = "门前") -> str:
    with writing():
        return service.file(
            db.session.get_one(Report, report.id),
            Filing("street_clutter", place, "normal", FIVE_DAYS),
            by=db.session.get_one(Person, officer.id),
            now=now,
        ).number


def test_numbers_run_by_district_and_month_without_gaps(make: Make) -> None:
    author, city = make.inspector(), make.city()
    here = [make.report(author) for _ in range(4)]
    there = make.report(author, at=CHAOYANG)
    december = datetime(2026, 12, 1, 0, 0, tzinfo=BEIJING)

    numbers = [file(here[0], city), file(there, city)]
    with pytest.raises(Invalid):
        file(here[1], city, place=" ")
    numbers += [
        file(here[1], city, december - timedelta(microseconds=1)),
        file(here[2], city, december),
        file(here[3], city, december),
    ]

    assert numbers == ["DC-2611-0001", "CY-2611-0001", "DC-2611-0002", "DC-2612-0001", "DC-2612-0002"]


def test_a_number_is_given_with_the_ticket_or_not_at_all(make: Make) -> None:
    author, city = make.inspector(), make.city()
    first, second = make.report(author), make.report(author)

    with pytest.raises(RuntimeError, match="the edge fell over"), writing():
        service.file(
            db.session.get_one(Report, first.id),
            Filing("street_clutter", "门前", "normal", FIVE_DAYS),
            by=db.session.get_one(Person, city.id),
            now=NOW,
        )
        raise RuntimeError("the edge fell over")

    assert file(second, city) == "DC-2611-0001"


def test_numbers_stay_without_gap_or_double_when_two_file_at_once(app: Flask, make: Make) -> None:
    author, city = make.inspector(), make.city()
    ids, city_id = [make.report(author).id for _ in range(6)], city.id
    db.session.rollback()

    def work(mine: list[uuid.UUID]) -> None:
        with app.app_context():
            for report_id in mine:
                file(db.session.get_one(Report, report_id), db.session.get_one(Person, city_id))

    side_by_side(lambda: work(ids[::2]), lambda: work(ids[1::2]))

    numbers = db.session.scalars(db.select(Ticket.number).order_by(Ticket.number)).all()
    assert numbers == [f"DC-2611-{number:04d}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("dispatched", "days", "due"),
    [
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 4, 30), 3, date(2026, 5, 8)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2025, 9, 30), 5, date(2025, 10, 14)),
        (date(2026, 9, 18), 3, date(2026, 9, 22)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
    ],
)
def test_six_deadlines_worked_by_hand(make: Make, dispatched: date, days: int, due: date) -> None:
    now = datetime.combine(dispatched, datetime.min.time(), BEIJING) + MORNING

    ticket = make.ticket(state=service.State.DISPATCHED, now=now, limit=Limit(days, TimeUnit.WORKDAY))

    assert ticket.due_at == end_of(due)
    assert (ticket.limit_amount, ticket.limit_unit) == (days, TimeUnit.WORKDAY)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        (Limit(24, TimeUnit.HOUR), datetime(2026, 11, 26, 9, 42, tzinfo=BEIJING)),
        (Limit(3, TimeUnit.DAY), end_of(date(2026, 11, 26))),
    ],
)
def test_hours_and_calendar_days_are_counted_too(make: Make, limit: Limit, due: datetime) -> None:
    """24 working hours are three days of eight: Mon 9:42 to Thu 9:42."""
    assert make.ticket(state=service.State.DISPATCHED, limit=limit).due_at == due


def test_filing_and_dispatching_in_one_stroke_uses_the_catalogues_limit(make: Make) -> None:
    report, officer, unit = make.report(), make.officer(), make.unit()

    with writing():
        ticket = triage.file_and_dispatch(
            db.session.get_one(Report, report.id),
            category="street_clutter",
            place="门前",
            unit=db.session.get_one(Unit, unit.id),
            limit=None,
            by=db.session.get_one(Person, officer.id),
            now=NOW,
        )

    assert ticket.due_at and day_of(ticket.due_at) == date(2026, 11, 25)
    assert ticket.limit_amount == 2
