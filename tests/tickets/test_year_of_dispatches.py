"""A year of dispatches against a count that goes day by day and hour by hour, as a clerk with a wall calendar would."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

import chinese_calendar
import pytest
from flask import Flask

from inspection.kernel.calendar import BEIJING, WorkCalendar, at
from inspection.kernel.holidays import work_calendar
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Limit, Unit

DISPATCHES = 4000
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST, LAST_ENTERED = date(2026, 1, 1), date(2026, 12, 31)
SPRING_FESTIVAL = {date(2026, 2, day) for day in range(15, 24)}
NATIONAL_DAY = {date(2026, 10, day) for day in range(1, 8)}
WORKED_WEEKENDS = {
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
}  # fmt: skip
"""From the State Council's notice of 2025-11-04 on the holidays of 2026."""
MORNING, AFTERNOON = (time(8, 30), time(12)), (time(13), time(17, 30))


def works(day: date) -> bool:
    """Whether work is done: by the State Council for 2026, from Monday to Friday in a year that nobody has entered."""
    return chinese_calendar.is_workday(day) if day <= LAST_ENTERED else day.weekday() < 5


def last_day(dispatched: date, amount: int, unit: Unit) -> date:
    """Cross off one day after another; the day of dispatch is not crossed off."""
    day = dispatched
    while amount:
        day += DAY
        if unit is Unit.DAY or works(day):
            amount -= 1
    return day


def last_second(dispatched: datetime, hours: int) -> datetime:
    """Walk through each working span and take off what fits into it."""
    left, clock = timedelta(hours=hours), dispatched.astimezone(BEIJING)
    while True:
        for begin, end in (MORNING, AFTERNOON):
            opens, closes = (datetime.combine(clock.date(), edge, BEIJING) for edge in (begin, end))
            if works(clock.date()) and clock < closes:
                clock = max(clock, opens)
                if closes - clock >= left:
                    return clock + left
                left -= closes - clock
                clock = closes
        clock = datetime.combine(clock.date() + DAY, time(), BEIJING)


def dispatches() -> list[tuple[datetime, Limit]]:
    """Seeded: at any second of the year, night and weekend too, and a good share around the long holidays."""
    chance, drawn = Random(20260101), []
    for number in range(DISPATCHES):
        around = sorted(SPRING_FESTIVAL | NATIONAL_DAY | WORKED_WEEKENDS)
        day = FIRST + DAY * chance.randrange(365) if number % 3 else chance.choice(around) - DAY * chance.randrange(12)
        unit = list(Unit)[number % len(Unit)]
        moment = at(day, time()) + SECOND * chance.randrange(86_400)
        drawn.append((moment, Limit(chance.choice((1, 2, 3, 5, 7, 10, 15, 24, 30, 60)), unit)))
    return drawn


@pytest.fixture
def calendar(sqlite_app: Flask) -> WorkCalendar:
    """The rows as a fresh installation has them."""
    return work_calendar()


def test_the_worked_weekends_and_long_holidays_of_2026_are_those_of_the_notice(calendar: WorkCalendar) -> None:
    days = [FIRST + DAY * number for number in range(365)]

    assert {day for day in days if day.weekday() >= 5 and calendar.is_working(day)} == WORKED_WEEKENDS
    assert not any(calendar.is_working(day) for day in SPRING_FESTIVAL | NATIONAL_DAY)
    assert sum(calendar.is_working(day) for day in days) == 248
    assert not calendar.is_entered(2027) and calendar.is_working(date(2027, 1, 1))


def test_every_dispatch_of_a_year_is_due_when_a_plain_count_says(calendar: WorkCalendar) -> None:
    wrong, seen = [], Counter[str]()

    for moment, limit in dispatches():
        due = deadlines.due(moment, limit, calendar).astimezone(BEIJING)
        day = moment.astimezone(BEIJING).date()
        if limit.unit is Unit.HOUR:
            expected = last_second(moment, limit.amount)
        else:
            expected = datetime.combine(last_day(day, limit.amount, limit.unit), time.max, BEIJING)
        if due != expected:
            wrong.append((moment, limit, due, expected))
        between = {day + DAY * number for number in range((due.date() - day).days + 1)}
        seen[limit.unit] += 1
        seen["over Spring Festival"] += between >= SPRING_FESTIVAL
        seen["over National Day"] += between >= NATIONAL_DAY
        seen["over a worked weekend"] += bool(WORKED_WEEKENDS & between)
        seen["into 2027"] += due.year == 2027

    print(dict(seen))
    assert wrong == []
    assert min(seen.values()) >= 50 and sum(seen[unit] for unit in Unit) == DISPATCHES


def test_on_every_day_of_the_way_what_is_left_and_what_is_used_make_up_the_limit(calendar: WorkCalendar) -> None:
    for moment, limit in dispatches()[::10]:
        clock = deadlines.start(moment, limit, calendar)
        day, last = moment.astimezone(BEIJING).date(), clock.due_at.astimezone(BEIJING).date()
        while day <= last:
            now = max(min(at(day, time(15)), clock.due_at), moment)
            left, used = deadlines.remaining(now, clock, calendar), deadlines.used(now, clock, calendar)
            assert left + used == pytest.approx(limit.amount), (moment, limit, day)
            day += DAY


def test_the_days_that_a_ticket_shows_are_those_that_a_clerk_crosses_off(calendar: WorkCalendar) -> None:
    for moment, limit in [one for one in dispatches() if one[1].unit is not Unit.HOUR][::10]:
        dispatched = moment.astimezone(BEIJING).date()

        shown = deadlines.steps(moment, limit, calendar, today=dispatched)

        crossed = [day for day in (step.day for step in shown[1:]) if limit.unit is Unit.DAY or works(day)]
        assert [step.day for step in shown if step.mark == "counted"] == crossed
        assert len(crossed) == limit.amount and shown[-1].due and shown[-1].day == crossed[-1]
        assert [step.day for step in shown if step.estimated] == [
            step.day for step in shown if limit.unit is Unit.WORKDAY and step.day > LAST_ENTERED
        ]
