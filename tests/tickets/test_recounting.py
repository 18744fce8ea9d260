"""Deadlines counted again after the calendar was edited, worked by hand."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import BEIJING, WorkCalendar, at, day_of, end_of
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Clock, Limit, Unit
from inspection.tickets.recounting import Turn, Turning, recounted

PLAIN = WorkCalendar(days={}, years=frozenset({2026}))
MONDAY = datetime(2026, 11, 23, 9, 42, tzinfo=BEIJING)
FIVE_DAYS = Limit(5, Unit.WORKDAY)
HOUR = timedelta(hours=1)


def off(*days: date) -> WorkCalendar:
    return replace(PLAIN, days=dict.fromkeys(days, False))


def worked(*days: date) -> WorkCalendar:
    return replace(PLAIN, days=dict.fromkeys(days, True))


def november(day: int) -> date:
    return date(2026, 11, day)


def clock(limit: Limit = FIVE_DAYS) -> Clock:
    return deadlines.start(MONDAY, limit, PLAIN)


@pytest.mark.parametrize(
    ("calendar", "due"),
    [
        (PLAIN, november(30)),
        (off(november(26)), date(2026, 12, 1)),
        (off(november(26), november(30)), date(2026, 12, 2)),
        (worked(november(28)), november(28)),
        (off(november(23)), november(30)),  # the day of dispatch is not counted anyhow
        (off(date(2026, 12, 1)), november(30)),  # after it is due
    ],
    ids=["nothing changed", "a day off", "two days off", "a worked Saturday", "the first day", "a later day"],
)
def test_five_days_from_monday_the_23rd_are_counted_by_the_new_calendar(calendar: WorkCalendar, due: date) -> None:
    assert day_of(recounted(clock(), [], calendar, MONDAY + HOUR).due_at) == due


def test_calendar_days_stay_where_they_are() -> None:
    ten_days = clock(Limit(10, Unit.DAY))

    assert recounted(ten_days, [], off(november(25), november(26)), MONDAY) == ten_days


def test_working_hours_move_by_the_hours_of_the_day() -> None:
    twelve_hours = clock(Limit(12, Unit.HOUR))

    again = recounted(twelve_hours, [], off(november(24)), MONDAY)

    assert twelve_hours.due_at == datetime(2026, 11, 24, 14, 42, tzinfo=BEIJING)
    assert again.due_at == datetime(2026, 11, 25, 14, 42, tzinfo=BEIJING)


def test_a_day_that_was_granted_stays_granted() -> None:
    turns = [Turn(Turning.EXTENDED, MONDAY + HOUR, date(2026, 12, 4))]
    extended = deadlines.extend(clock(), date(2026, 12, 4))

    shorter = recounted(extended, turns, worked(november(28), november(29)), MONDAY + HOUR)
    longer = recounted(extended, turns, off(november(24), november(25), november(26)), MONDAY + HOUR)
    beyond = recounted(extended, turns, off(*[november(day) for day in range(24, 31)]), MONDAY + HOUR)

    assert [day_of(one.due_at) for one in (shorter, longer, beyond)] == [
        date(2026, 12, 4), date(2026, 12, 4), date(2026, 12, 7),
    ]  # fmt: skip


def test_a_standing_clock_keeps_its_days_and_gains_those_that_became_days_off() -> None:
    stopped = deadlines.stop(clock(), at(november(25), time(10)), PLAIN)
    turns = [Turn(Turning.STOPPED, at(november(25), time(10)))]

    again = recounted(stopped, turns, off(november(24)), at(november(27), time(9)))

    assert (stopped.remaining, day_of(stopped.due_at)) == (3, november(30))
    assert (again.remaining, day_of(again.due_at), again.stopped_at) == (4, date(2026, 12, 1), stopped.stopped_at)


def test_a_clock_that_went_on_is_run_through_its_stop_again() -> None:
    """Stopped on Tuesday 24, went on on Thursday 26: due on Wednesday 12-02; with Friday 27 off a day later."""
    turns = [
        Turn(Turning.STOPPED, at(november(24), time(10))),
        Turn(Turning.WENT_ON, at(november(26), time(10))),
    ]
    gone_on = deadlines.resume(deadlines.stop(clock(), turns[0].at, PLAIN), turns[1].at, PLAIN)

    again = recounted(gone_on, turns, off(november(27)), at(november(26), time(11)))

    assert (day_of(gone_on.due_at), day_of(again.due_at)) == (date(2026, 12, 2), date(2026, 12, 3))


def test_nobody_becomes_late_because_a_past_saturday_is_worked_now() -> None:
    """On Monday 30, the due day, someone makes Saturday 28 a working day: by it the ticket was due on Saturday."""
    now = at(november(30), time(9))

    again = recounted(clock(), [], worked(november(28)), now)

    assert again.due_at == end_of(november(30))
    assert recounted(again, [], worked(november(28)), now + timedelta(days=3)) == again


def test_what_is_late_is_in_time_again_if_the_days_were_no_working_days() -> None:
    again = recounted(clock(), [], off(november(30), date(2026, 12, 1)), at(date(2026, 12, 1), time(9)))

    assert day_of(again.due_at) == date(2026, 12, 2)


def test_what_is_late_is_not_later_still_by_a_worked_weekend() -> None:
    assert recounted(clock(), [], worked(november(28)), at(date(2026, 12, 3), time(9))) == clock()


@given(
    st.dictionaries(st.dates(november(20), date(2026, 12, 31)), st.booleans(), max_size=12),
    st.builds(Limit, st.integers(1, 15), st.sampled_from(Unit)),
    st.integers(0, 40 * 24),
    st.integers(0, 30 * 24),
)
def test_counting_twice_changes_nothing_more_and_counts_from_the_old_calendar_lead_back(
    days: dict[date, bool], limit: Limit, hours: int, more: int
) -> None:
    before, calendar, now = clock(limit), replace(PLAIN, days=days), MONDAY + hours * HOUR

    once = recounted(before, [], calendar, now)

    assert recounted(once, [], calendar, now + more * HOUR) == once
    assert (once.due_at < now) <= (before.due_at < now), "an edit makes nobody late"
    if once.due_at == deadlines.due(MONDAY, limit, calendar):
        assert recounted(once, [], PLAIN, MONDAY).due_at >= before.due_at
