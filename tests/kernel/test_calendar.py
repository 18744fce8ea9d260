"""Days in Beijing, weeks, and working days and hours."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel import calendar
from inspection.kernel.calendar import BEIJING, WorkCalendar, day_of, end_of, start_of, week_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4 * 365)).map(
    lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since
)

PLAIN = WorkCalendar({}, frozenset({2026}))
MONDAY, FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)


def at(day: date, clock: str) -> datetime:
    """The moment when clocks in Beijing show ``clock``."""
    return datetime.combine(day, time.fromisoformat(clock), BEIJING)


def test_the_clock_knows_its_zone_and_goes_with_the_machine():
    before = datetime.now(UTC)

    moment = calendar.now()

    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC


def test_a_day_begins_at_sixteen_hours_utc_of_the_day_before():
    assert day_of(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))) == date(2026, 11, 23)
    assert start_of(MONDAY) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert end_of(MONDAY) == datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC)


def test_a_moment_without_its_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 - the very thing that is refused


@given(DAYS)
def test_a_day_holds_its_first_and_last_moment_and_nothing_else(day):
    assert day_of(start_of(day)) == day_of(end_of(day)) == day
    assert day_of(start_of(day) - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert end_of(day) + timedelta(microseconds=1) == start_of(day + timedelta(days=1))


@pytest.mark.parametrize("day", [date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3)])
def test_the_week_across_new_year_runs_from_monday_to_sunday(day):
    assert week_of(day) == (date(2026, 12, 28), date(2027, 1, 3))


@given(DAYS)
def test_a_week_is_seven_days_and_holds_the_day(day):
    monday, sunday = week_of(day)

    assert monday <= day <= sunday
    assert (monday.isoweekday(), sunday.isoweekday()) == (1, 7)
    assert sunday - monday == timedelta(days=6)


def test_a_year_that_is_not_entered_is_estimated_monday_to_friday():
    assert [PLAIN.is_working(date(2027, 10, day)) for day in range(1, 8)] == [True, False, False, *[True] * 4]
    assert PLAIN.is_entered(2026)
    assert not PLAIN.is_entered(2027)


def test_what_is_entered_overrides_the_weekday():
    moved = WorkCalendar({FRIDAY: False, SATURDAY: True}, frozenset({2026}), {FRIDAY: "元旦"})

    assert not moved.is_working(FRIDAY)
    assert moved.is_working(SATURDAY)
    assert moved.name_of(FRIDAY) == "元旦"
    assert moved.name_of(SATURDAY) is None


def test_the_next_working_day_is_never_the_day_itself():
    assert PLAIN.next_working(MONDAY) == date(2026, 11, 24)
    assert (
        PLAIN.next_working(FRIDAY) == PLAIN.next_working(SATURDAY) == PLAIN.next_working(SUNDAY) == date(2026, 11, 30)
    )
    assert PLAIN.previous_working(MONDAY) == date(2026, 11, 20)
    assert PLAIN.previous_working(SUNDAY) == FRIDAY


def test_working_days_are_counted_after_the_first_up_to_the_last():
    assert PLAIN.working_days(MONDAY, FRIDAY) == 4
    assert PLAIN.working_days(FRIDAY, SUNDAY) == 0
    assert PLAIN.working_days(FRIDAY, date(2026, 11, 30)) == 1
    assert PLAIN.working_days(FRIDAY, MONDAY) == 0


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (at(MONDAY, "08:30"), at(MONDAY, "17:30"), 8),
        (at(MONDAY, "11:00"), at(MONDAY, "13:30"), 1.5),
        (at(MONDAY, "12:10"), at(MONDAY, "12:50"), 0),
        (at(FRIDAY, "17:00"), at(date(2026, 11, 30), "09:00"), 1),
        (at(FRIDAY, "18:00"), at(SUNDAY, "18:00"), 0),
        (at(FRIDAY, "10:00"), at(MONDAY, "10:00"), 0),
    ],
    ids=["a whole day", "across noon", "at noon", "across a weekend", "on a weekend", "backwards"],
)
def test_working_time_leaves_out_noon_nights_and_weekends(since, until, hours):
    assert PLAIN.working_time(since, until) == timedelta(hours=hours)


def test_working_time_goes_on_after_noon_and_after_the_weekend():
    assert PLAIN.after_working_time(at(MONDAY, "11:00"), timedelta(hours=2)) == at(MONDAY, "14:00")
    assert PLAIN.after_working_time(at(FRIDAY, "17:00"), timedelta(hours=1)) == at(date(2026, 11, 30), "09:00")
    assert PLAIN.after_working_time(at(MONDAY, "06:00"), timedelta(hours=8)) == at(MONDAY, "17:30")
    assert PLAIN.after_working_time(at(SUNDAY, "06:00"), timedelta()) == at(SUNDAY, "06:00")


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=100)))
def test_working_time_that_has_gone_by_is_what_was_asked_for(start, amount):
    assert PLAIN.working_time(start, PLAIN.after_working_time(start, amount)) == amount


def test_another_office_may_have_other_hours():
    early = WorkCalendar({}, frozenset(), hours=((time(7), time(11)),))

    assert early.working_time(at(MONDAY, "00:00"), at(MONDAY, "23:00")) == timedelta(hours=4)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(9), time(9)),),
        ((time(13), time(17)), (time(8), time(12))),
        ((time(8), time(12)), (time(11), time(17))),
    ],
    ids=["none", "empty", "out of order", "overlapping"],
)
def test_hours_that_cannot_be_counted_are_refused(hours):
    with pytest.raises(ValueError, match="spans in order"):
        WorkCalendar({}, frozenset(), hours=hours)
