"""When a deadline is called to mind and carried up: worked by hand, and what holds for all."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import BEIJING, WorkCalendar, day_of, end_of
from inspection.notifications import reminders
from inspection.notifications.reminders import DEFAULTS, Kind, Step, moment, taken
from inspection.notifications.rules import Audience

NATIONAL_DAY = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 9, 20): True, date(2026, 10, 10): True}
CALENDAR = WorkCalendar(days=NATIONAL_DAY, years=frozenset({2026}))
DAYS = st.integers(0, 500).map(lambda n: date(2026, 3, 1) + timedelta(days=n))
STEPS = st.one_of(
    st.builds(Step, st.just(1), st.just(Kind.REMINDER), st.just(Audience.UNIT), st.integers(-15, 15)),
    st.builds(Step, st.just(2), st.just(Kind.ESCALATION), st.just(Audience.CITY), st.integers(0, 15)),
)
MOMENTS = st.integers(0, 500 * 24 * 60).map(lambda m: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=m))


def beijing(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


def reminder(days: int) -> Step:
    return Step(1, Kind.REMINDER, Audience.UNIT, days)


def escalation(days: int) -> Step:
    return Step(2, Kind.ESCALATION, Audience.CITY, days)


@pytest.mark.parametrize(
    ("step", "due_on", "when"),
    [
        (reminder(-1), date(2026, 11, 30), beijing(11, 27, 8, 30)),
        (reminder(0), date(2026, 11, 30), beijing(11, 30, 8, 30)),
        (reminder(1), date(2026, 11, 30), beijing(12, 1, 8, 30)),
        (reminder(-1), date(2026, 10, 8), beijing(9, 30, 8, 30)),
        (reminder(1), date(2026, 9, 30), beijing(10, 8, 8, 30)),
        (reminder(-1), date(2026, 9, 21), beijing(9, 20, 8, 30)),
        (reminder(0), date(2026, 11, 29), beijing(11, 29, 8, 30)),
        (escalation(0), date(2026, 11, 30), beijing(12, 1, 0)),
        (escalation(1), date(2026, 11, 27), beijing(11, 30, 8, 30)),
        (escalation(3), date(2026, 11, 30), beijing(12, 3, 8, 30)),
        (escalation(5), date(2026, 11, 30), beijing(12, 7, 8, 30)),
        (escalation(5), date(2026, 9, 28), beijing(10, 10, 8, 30)),
    ],
    ids=[
        "monday's on friday",
        "on the day",
        "the day after",
        "after the holiday's before it",
        "before the holiday's after it",
        "monday's on a sunday that is worked",
        "a sunday's on the sunday",
        "past midnight",
        "friday's on monday",
        "three working days later",
        "five, over a weekend",
        "five, over the national holiday and a saturday that is worked",
    ],
)
def test_a_step_by_hand(step, due_on, when):
    told = moment(step, end_of(due_on), CALENDAR)

    assert told - when < timedelta(seconds=1) and told >= when


def test_a_deadline_within_a_day_is_called_to_mind_at_its_own_moment():
    due_at = beijing(11, 23, 14, 30)

    assert timedelta() < moment(reminder(0), due_at, CALENDAR) - due_at < timedelta(seconds=1)
    assert moment(reminder(-1), due_at, CALENDAR) == beijing(11, 20, 8, 30)


def test_the_table_that_an_office_begins_with():
    table = [(step.kind.value, step.audience.value, step.days) for step in DEFAULTS]

    assert table == [
        ("reminder", "unit", -1),
        ("reminder", "unit", 0),
        ("reminder", "unit", 1),
        ("escalation", "unit", 0),
        ("escalation", "chief", 1),
        ("escalation", "district", 3),
        ("escalation", "city", 5),
    ]


@given(step=STEPS, due_on=DAYS)
def test_a_step_before_is_before_and_one_after_is_after(step, due_on):
    when = moment(step, end_of(due_on), CALENDAR)

    if step.days < 0 or (step.days == 0 and step.kind is Kind.REMINDER):
        assert when <= end_of(due_on)
    else:
        assert when > end_of(due_on)


@given(step=STEPS.filter(lambda step: step.days != 0), due_on=DAYS)
def test_a_step_is_as_many_working_days_away_as_it_says(step, due_on):
    day = day_of(moment(step, end_of(due_on), CALENDAR))

    early, late = sorted((day, due_on))
    between = CALENDAR.working_days(early, late)
    assert CALENDAR.is_working(day)
    assert abs(step.days) == between + (step.days < 0 and not CALENDAR.is_working(due_on))


@given(step=STEPS, due_on=DAYS, since=MOMENTS, minutes=st.integers(0, 60 * 24 * 20))
def test_every_deadline_for_which_it_is_time_lies_in_the_days_that_are_looked_at(step, due_on, since, minutes):
    until = since + timedelta(minutes=minutes)
    days = reminders.due_days(step, since, until, CALENDAR)

    if taken(step, end_of(due_on), since, until, CALENDAR):
        assert days is not None and days[0] <= due_on <= days[1]


@given(step=STEPS, due_on=DAYS, cuts=st.lists(MOMENTS, min_size=2, max_size=6, unique=True))
def test_however_often_one_looks_a_step_is_taken_once(step, due_on, cuts):
    looks = sorted(cuts)

    times = sum(taken(step, end_of(due_on), since, until, CALENDAR) for since, until in pairwise(looks))

    assert times == taken(step, end_of(due_on), looks[0], looks[-1], CALENDAR)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (reminder(-2), "DC-1 还有 2 个工作日到期"),
        (reminder(0), "DC-1 今天到期"),
        (reminder(1), "DC-1 已超期 1 个工作日"),
        (escalation(0), "DC-1 已超期"),
        (escalation(5), "DC-1 已超期 5 个工作日"),
    ],
)
def test_what_is_said(step, words):
    assert str(reminders.told(step, "DC-1")) == words
