"""Deadlines: worked by hand first, then properties."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import BEIJING, WorkCalendar, day_of, end_of
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Clock, Limit, Mark, Pause, Unit, due, remaining, steps


def known_calendar() -> WorkCalendar:
    """2025 and 2026 as the package has them, day by day, without our own loader."""
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    names = {day: name for day in days if (name := chinese_calendar.get_holiday_detail(day)[1])}
    return WorkCalendar({day: chinese_calendar.is_workday(day) for day in days}, frozenset({2025, 2026}), names)


CALENDAR = known_calendar()
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=638)).map(lambda since: datetime(2025, 1, 1, tzinfo=UTC) + since)
LIMITS = st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit))
SHORT_WAITS = st.timedeltas(timedelta(0), timedelta(days=40))


def at(day: str, clock: str = "10:00") -> datetime:
    """The moment when clocks in Beijing show ``clock`` on ``day``."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), BEIJING)


def workdays(amount: int) -> Limit:
    """So many working days."""
    return Limit(amount, Unit.WORKDAY)


# domain.md §3, worked by hand


def test_five_days_from_thursday_12_february_2026_leap_the_spring_festival_to_thursday_the_26th():
    assert day_of(due(at("2026-02-12"), workdays(5), CALENDAR)) == date(2026, 2, 26)


def test_three_days_from_thursday_30_april_2026_leap_labour_day_to_friday_8_may():
    assert day_of(due(at("2026-04-30"), workdays(3), CALENDAR)) == date(2026, 5, 8)


def test_five_days_from_wednesday_30_september_2026_leap_national_day_to_tuesday_13_october():
    assert day_of(due(at("2026-09-30"), workdays(5), CALENDAR)) == date(2026, 10, 13)


def test_five_days_from_tuesday_30_september_2025_leap_national_day_to_tuesday_14_october():
    assert day_of(due(at("2025-09-30"), workdays(5), CALENDAR)) == date(2025, 10, 14)


def test_three_days_from_friday_18_september_2026_count_the_worked_sunday_to_tuesday_the_22nd():
    assert day_of(due(at("2026-09-18"), workdays(3), CALENDAR)) == date(2026, 9, 22)


def test_five_days_from_monday_23_november_2026_end_on_monday_the_30th():
    assert day_of(due(at("2026-11-23"), workdays(5), CALENDAR)) == date(2026, 11, 30)


# units


def test_a_day_ends_at_midnight_in_beijing_and_the_next_microsecond_is_late():
    deadline = due(at("2026-11-23"), workdays(5), CALENDAR)

    assert deadline == datetime(2026, 11, 30, 15, 59, 59, 999999, tzinfo=UTC)
    assert not at("2026-11-30", "23:59:59.999999") > deadline
    assert at("2026-12-01", "00:00") > deadline


def test_the_hour_of_dispatch_does_not_move_a_deadline_in_days():
    late_evening, early_morning = at("2026-11-23", "23:59:59"), at("2026-11-23", "00:00")

    assert due(late_evening, workdays(5), CALENDAR) == due(early_morning, workdays(5), CALENDAR)


def test_calendar_days_run_through_weekends_and_holidays():
    assert day_of(due(at("2026-09-30"), Limit(3, Unit.DAY), CALENDAR)) == date(2026, 10, 3)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (at("2026-11-23", "09:42"), 2, at("2026-11-23", "11:42")),
        (at("2026-11-23", "11:00"), 4, at("2026-11-23", "16:00")),
        (at("2026-11-23", "09:42"), 24, at("2026-11-26", "09:42")),
        (at("2026-11-27", "16:30"), 2, at("2026-11-30", "09:30")),
        (at("2026-11-28", "10:00"), 8, at("2026-11-30", "17:30")),
        (at("2026-09-30", "17:00"), 1, at("2026-10-08", "09:00")),
    ],
    ids=["in the morning", "across noon", "three days of eight", "over the weekend", "from Saturday", "over a holiday"],
)
def test_working_hours_are_counted_within_working_hours(start, hours, expected):
    assert due(start, Limit(hours, Unit.HOUR), CALENDAR) == expected


@pytest.mark.parametrize("amount", [0, -1])
def test_a_limit_leaves_some_time(amount):
    with pytest.raises(ValueError, match="at least one"):
        Limit(amount, Unit.WORKDAY)


@given(MOMENTS, LIMITS)
def test_nothing_is_due_before_it_is_dispatched(start, limit):
    assert due(start, limit, CALENDAR) > start


@given(MOMENTS, LIMITS, st.integers(1, 20))
def test_more_time_never_gives_an_earlier_deadline(start, limit, more):
    longer = Limit(limit.amount + more, limit.unit)

    assert due(start, longer, CALENDAR) > due(start, limit, CALENDAR)


@given(MOMENTS, SHORT_WAITS, LIMITS)
def test_a_later_dispatch_never_gives_an_earlier_deadline(start, wait, limit):
    assert due(start + wait, limit, CALENDAR) >= due(start, limit, CALENDAR)


@given(MOMENTS, st.integers(1, 40))
def test_a_deadline_in_working_days_falls_on_a_day_that_the_package_calls_a_working_day(start, amount):
    last = day_of(due(start, workdays(amount), CALENDAR))
    after_dispatch = day_of(start) + timedelta(days=1)

    assert chinese_calendar.is_workday(last)
    assert len(chinese_calendar.get_workdays(after_dispatch, last)) == amount


# the clock


def test_what_is_left_counts_down_by_working_days_and_goes_below_zero():
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)

    left = {
        day: remaining(at(day), clock, CALENDAR) for day in ("2026-11-23", "2026-11-27", "2026-11-28", "2026-11-30")
    }
    over = {day: remaining(at(day), clock, CALENDAR) for day in ("2026-12-01", "2026-12-03", "2026-12-05")}

    assert left == {"2026-11-23": 5, "2026-11-27": 1, "2026-11-28": 1, "2026-11-30": 0}
    assert over == {"2026-12-01": -1, "2026-12-03": -3, "2026-12-05": -4}


def test_late_is_late_by_a_day_at_least_also_on_a_weekend():
    clock = deadlines.start(at("2026-11-20"), workdays(5), CALENDAR)

    assert day_of(clock.due_at) == date(2026, 11, 27)
    assert remaining(at("2026-11-28"), clock, CALENDAR) == -1


def test_what_is_left_of_hours_is_told_in_hours():
    clock = deadlines.start(at("2026-11-23", "09:00"), Limit(8, Unit.HOUR), CALENDAR)

    assert remaining(at("2026-11-23", "14:30"), clock, CALENDAR) == 3.5
    assert remaining(at("2026-11-24", "10:30"), clock, CALENDAR) == -1.5
    assert remaining(at("2026-11-24", "09:00"), clock, CALENDAR) == 0
    assert remaining(at("2026-11-24", "09:00:00.000001"), clock, CALENDAR) == -1 / 3600


def test_a_suspended_clock_goes_on_with_the_days_that_were_left():
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)

    stopped = deadlines.stop(clock, at("2026-11-25"), CALENDAR)
    resumed = deadlines.resume(stopped, at("2026-12-10"), CALENDAR)

    assert (stopped.stopped_at, stopped.remaining) == (at("2026-11-25"), 3)
    assert remaining(at("2026-12-09"), stopped, CALENDAR) == 3
    assert (resumed.stopped_at, resumed.remaining) == (None, None)
    assert day_of(resumed.due_at) == date(2026, 12, 15)


def test_a_suspended_clock_of_hours_goes_on_to_the_second():
    clock = deadlines.start(at("2026-11-23", "09:00"), Limit(8, Unit.HOUR), CALENDAR)

    stopped = deadlines.stop(clock, at("2026-11-23", "11:59:30"), CALENDAR)
    resumed = deadlines.resume(stopped, at("2026-11-30", "08:30"), CALENDAR)

    assert resumed.due_at == at("2026-11-30", "14:30:30")
    assert stopped.remaining == pytest.approx(5 + 30 / 3600)


def test_a_clock_that_goes_on_the_same_day_keeps_its_deadline():
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)

    stopped = deadlines.stop(clock, at("2026-11-25", "09:00"), CALENDAR)

    assert deadlines.resume(stopped, at("2026-11-25", "17:00"), CALENDAR) == clock


def test_whoever_was_in_time_on_the_last_day_is_in_time_on_the_day_that_the_clock_goes_on():
    clock = deadlines.start(at("2026-11-20"), workdays(5), CALENDAR)

    stopped = deadlines.stop(clock, at("2026-11-27"), CALENDAR)

    assert deadlines.resume(stopped, at("2026-11-28"), CALENDAR).due_at == end_of(date(2026, 11, 28))
    assert deadlines.resume(stopped, at("2026-12-01"), CALENDAR).due_at == end_of(date(2026, 12, 1))


def test_a_suspension_gives_a_late_unit_no_time_back():
    clock = deadlines.start(at("2026-11-20"), workdays(5), CALENDAR)

    stopped = deadlines.stop(clock, at("2026-11-28"), CALENDAR)
    resumed = deadlines.resume(stopped, at("2026-11-30"), CALENDAR)

    assert day_of(resumed.due_at) == date(2026, 11, 27)
    assert remaining(at("2026-11-30"), resumed, CALENDAR) == stopped.remaining == -1


@given(MOMENTS, LIMITS, SHORT_WAITS, SHORT_WAITS)
def test_stopping_and_going_on_at_any_moment_conserves_what_is_left(start, limit, before, meanwhile):
    clock = deadlines.start(start, limit, CALENDAR)
    left = remaining(start + before, clock, CALENDAR)

    stopped = deadlines.stop(clock, start + before, CALENDAR)
    resumed = deadlines.resume(stopped, start + before + meanwhile, CALENDAR)

    assert stopped.remaining == left
    assert remaining(start + before + meanwhile, resumed, CALENDAR) == left
    assert (start + before + meanwhile > resumed.due_at) is (start + before > clock.due_at)
    assert resumed.due_at >= clock.due_at


def test_a_clock_stops_once_and_goes_on_once():
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)
    stopped = deadlines.stop(clock, at("2026-11-24"), CALENDAR)

    with pytest.raises(ValueError, match="does not run"):
        deadlines.stop(stopped, at("2026-11-25"), CALENDAR)
    with pytest.raises(ValueError, match="runs already"):
        deadlines.resume(clock, at("2026-11-25"), CALENDAR)


def test_an_extension_puts_the_deadline_at_the_end_of_a_later_day():
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)

    extended = deadlines.extend(clock, date(2026, 12, 4))

    assert extended.due_at == end_of(date(2026, 12, 4))
    assert (extended.started_at, extended.limit) == (clock.started_at, clock.limit)
    assert remaining(at("2026-11-30"), extended, CALENDAR) == 4


@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2026, 11, 30)])
def test_an_extension_to_no_later_day_is_refused(day):
    clock = deadlines.start(at("2026-11-23"), workdays(5), CALENDAR)

    with pytest.raises(ValueError, match="not later"):
        deadlines.extend(clock, day)


def test_the_next_round_has_a_fresh_clock_with_the_same_limit_or_its_own():
    clock = deadlines.stop(deadlines.start(at("2026-11-23"), workdays(5), CALENDAR), at("2026-11-24"), CALENDAR)

    again = deadlines.restart(clock, at("2026-11-25"), CALENDAR)
    shorter = deadlines.restart(clock, at("2026-11-25"), CALENDAR, workdays(2))

    assert again == Clock(at("2026-11-25"), workdays(5), end_of(date(2026, 12, 2)))
    assert day_of(shorter.due_at) == date(2026, 11, 27)


# day by day


def row(days):
    """Each day's number, mark, count, and due flag."""
    return [(step.day.day, step.mark.value, step.count, step.due) for step in days]


def test_the_arithmetic_of_the_drawn_ticket_page():
    days = steps(at("2026-11-17"), workdays(5), CALENDAR, date(2026, 11, 23), answered=date(2026, 11, 20))

    assert row(days) == [
        (17, "dispatched", 0, False),
        (18, "counted", 1, False),
        (19, "counted", 2, False),
        (20, "counted", 3, False),
        (21, "off", 3, False),
        (22, "off", 3, False),
        (23, "counted", 4, False),
        (24, "counted", 5, True),
    ]
    assert [step.day.day for step in days if step.used] == [17, 18, 19, 20]
    assert [step.day.day for step in days if step.answered] == [20]


def test_a_worked_sunday_counts_and_holidays_have_their_names():
    days = steps(at("2026-09-18"), workdays(6), CALENDAR, date(2026, 9, 18))

    assert [(step.day.day, step.mark) for step in days][1:4] == [(19, Mark.OFF), (20, Mark.COUNTED), (21, Mark.COUNTED)]
    assert {step.day.day: step.name for step in days if step.mark is Mark.OFF and step.name} == {
        25: "Mid-autumn Festival",
        26: "Mid-autumn Festival",
        27: "Mid-autumn Festival",
    }
    assert days[-1].day == date(2026, 9, 28)


def test_days_of_a_year_that_nobody_entered_are_marked_as_estimated():
    days = steps(at("2026-12-30"), workdays(3), CALENDAR, date(2026, 12, 30))

    assert [(step.day, step.estimated) for step in days] == [
        (date(2026, 12, 30), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
        (date(2027, 1, 2), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), True),
    ]
    assert not any(step.estimated for step in steps(at("2026-12-30"), Limit(3, Unit.DAY), CALENDAR, date(2026, 12, 30)))


def test_a_suspension_shows_as_days_on_which_the_clock_stood():
    pause = Pause(at("2026-11-24"), at("2026-11-26"))

    days = steps(at("2026-11-23"), workdays(3), CALENDAR, date(2026, 11, 27), [pause])

    assert row(days) == [
        (23, "dispatched", 0, False),
        (24, "counted", 1, False),
        (25, "stopped", 1, False),
        (26, "stopped", 1, False),
        (27, "counted", 2, False),
        (28, "off", 2, False),
        (29, "off", 2, False),
        (30, "counted", 3, True),
    ]


def test_while_the_clock_stands_the_days_go_on_and_none_is_due():
    days = steps(at("2026-11-23"), workdays(3), CALENDAR, date(2026, 11, 26), [Pause(at("2026-11-24"))])

    assert [(step.day.day, step.mark.value) for step in days[1:]] == [(24, "counted"), (25, "stopped"), (26, "stopped")]
    assert not any(step.due for step in days)


def test_an_extended_deadline_is_the_last_day_shown():
    days = steps(at("2026-11-23"), workdays(2), CALENDAR, date(2026, 11, 24), due_at=end_of(date(2026, 11, 27)))

    assert row(days)[-1] == (27, "counted", 4, True)


def test_hours_add_up_day_by_day():
    days = steps(at("2026-11-27", "16:00"), Limit(10, Unit.HOUR), CALENDAR, date(2026, 11, 27))

    assert row(days) == [
        (27, "dispatched", 1.5, False),
        (28, "off", 1.5, False),
        (29, "off", 1.5, False),
        (30, "counted", 9.5, False),
        (1, "counted", 10, True),
    ]


@given(MOMENTS, LIMITS, st.lists(SHORT_WAITS, max_size=4))
def test_the_days_shown_add_up_to_the_limit_whatever_the_suspensions(start, limit, waits):
    moment, clock, pauses = start, deadlines.start(start, limit, CALENDAR), []
    for standing in waits:
        moment += timedelta(hours=7)
        if moment > clock.due_at:
            break
        pauses.append(Pause(moment, moment + standing))
        clock = deadlines.resume(deadlines.stop(clock, moment, CALENDAR), moment + standing, CALENDAR)
        moment += standing

    days = steps(start, limit, CALENDAR, day_of(start), pauses)

    assert days[-1].due
    assert days[-1].day == day_of(clock.due_at)
    assert days[-1].count == pytest.approx(limit.amount)
    assert [step.count for step in days] == sorted(step.count for step in days)


# in words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-17", ["派遣当日反馈", "提前 5 个工作日"]),
        ("2026-11-20", ["第 3 个工作日反馈", "提前 2 个工作日"]),
        ("2026-11-24", ["第 5 个工作日反馈", "到期当日"]),
        ("2026-11-27", ["第 8 个工作日反馈", "超 3 个工作日"]),
    ],
)
def test_an_answer_is_told_by_its_day_and_its_distance_from_the_deadline(moment, words):
    clock = deadlines.start(at("2026-11-17"), workdays(5), CALENDAR)
    answered = deadlines.stop(clock, at(moment), CALENDAR)

    told = deadlines.sentence(answered, at("2026-12-24"), CALENDAR, answered=True)

    assert list(map(str, told)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-17", ["派遣当日，尚未起算", "还剩 5 个工作日"]),
        ("2026-11-19", ["第 2 个工作日", "还剩 3 个工作日"]),
        ("2026-11-24", ["第 5 个工作日", "今天到期"]),
        ("2026-11-25", ["第 6 个工作日", "超 1 个工作日"]),
    ],
)
def test_a_running_clock_is_told_by_what_is_left(moment, words):
    clock = deadlines.start(at("2026-11-17"), workdays(5), CALENDAR)

    assert list(map(str, deadlines.sentence(clock, at(moment), CALENDAR))) == words


def test_a_suspended_clock_is_told_as_standing():
    clock = deadlines.stop(deadlines.start(at("2026-11-17"), workdays(5), CALENDAR), at("2026-11-19"), CALENDAR)

    assert list(map(str, deadlines.sentence(clock, at("2026-12-24"), CALENDAR))) == ["时钟已停", "还剩 3 个工作日"]


def test_an_answer_after_a_suspension_leaves_the_standing_days_out():
    pause = Pause(at("2026-11-19"), at("2026-11-26"))
    clock = deadlines.start(at("2026-11-17"), workdays(5), CALENDAR)
    clock = deadlines.resume(deadlines.stop(clock, pause.since, CALENDAR), at("2026-11-26"), CALENDAR)

    told = deadlines.sentence(
        deadlines.stop(clock, at("2026-11-27"), CALENDAR), at("2026-11-27"), CALENDAR, answered=True, stopped=[pause]
    )

    assert list(map(str, told)) == ["第 3 个工作日反馈", "提前 2 个工作日"]


def test_hours_are_told_to_the_tenth():
    clock = deadlines.start(at("2026-11-23", "09:00"), Limit(8, Unit.HOUR), CALENDAR)

    told = deadlines.sentence(clock, at("2026-11-23", "10:20"), CALENDAR)

    assert list(map(str, told)) == ["已用 1.3 个工作时", "还剩 6.7 个工作时"]
    assert str(deadlines.told(24, Unit.HOUR)) == "24 个工作时"
    assert str(workdays(5).told()) == "5 个工作日"
    assert str(Limit(7, Unit.DAY).told()) == "7 天"
