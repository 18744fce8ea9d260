"""The timetable: which slot has come, and one job for it however many look at the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from inspection import jobs
from inspection.kernel import queue
from inspection.kernel.calendar import BEIJING, WorkCalendar, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.holidays import work_calendar
from inspection.kernel.queue import Job, JobState
from inspection.kernel.timetable import Daily, Every, Timetable, slots
from tests.make import side_by_side

MORNING = Daily(time(8), working_days=True)
CALENDAR = WorkCalendar(days={date(2026, 9, 20): True, date(2026, 10, 1): False}, years=frozenset({2026}))
TABLE: Timetable = {"often": Every(5), "morning": MORNING}
LEASE = timedelta(seconds=120)
ANY_MOMENT = st.integers(0, 700 * 24 * 60 * 60).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


def beijing(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("when", "now", "slot"),
    [
        (Every(5), beijing(11, 23, 9, 42, 31), beijing(11, 23, 9, 40)),
        (Every(5), beijing(11, 23, 9, 40), beijing(11, 23, 9, 40)),
        (Every(1), beijing(11, 23, 9, 42, 59), beijing(11, 23, 9, 42)),
        (Daily(time(3, 30)), beijing(11, 22, 3, 29), beijing(11, 21, 3, 30)),
        (Daily(time(3, 30)), beijing(11, 22, 3, 30), beijing(11, 22, 3, 30)),
        (MORNING, beijing(11, 23, 8), beijing(11, 23, 8)),
        (MORNING, beijing(11, 23, 7, 59, 59), beijing(11, 20, 8)),
        (MORNING, beijing(11, 22, 12), beijing(11, 20, 8)),
        (MORNING, beijing(9, 20, 9), beijing(9, 20, 8)),
        (MORNING, beijing(10, 1, 9), beijing(9, 30, 8)),
    ],
    ids=[
        "between",
        "on the minute",
        "every minute",
        "before today's hour",
        "at today's hour",
        "monday at eight",
        "monday before eight is friday's",
        "sunday is friday's",
        "a sunday that is worked",
        "a holiday is yesterday's",
    ],
)
def test_the_latest_slot_by_hand(when, now, slot):
    assert when.latest(now, CALENDAR) == slot


@given(now=ANY_MOMENT, when=st.sampled_from([Every(1), Every(5), Every(60), Daily(time(8)), MORNING]))
def test_a_slot_has_come_and_is_its_own_latest(now, when):
    slot = when.latest(now, CALENDAR)

    assert slot <= now
    assert when.latest(slot, CALENDAR) == slot


@given(now=ANY_MOMENT)
def test_a_morning_is_on_a_working_day(now):
    assert CALENDAR.is_working(day_of(MORNING.latest(now, CALENDAR)))


@pytest.mark.parametrize("minutes", [0, -5, 7, 61])
def test_what_does_not_divide_an_hour_is_no_timetable(minutes):
    with pytest.raises(ValueError, match="does not divide"):
        Every(minutes)


def look(now: datetime) -> int:
    db.session.rollback()
    return queue.keep_time(TABLE, now=now, calendar=CALENDAR)


def put_down() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Job.name, Job.subject).order_by(Job.subject, Job.name))
    return [(row.name, row.subject) for row in rows]


def test_one_job_is_put_down_for_a_slot_however_often_one_looks(app: Flask) -> None:
    looks = [look(beijing(11, 23, 9, 40, second)) for second in (0, 20, 59)]

    assert looks == [2, 0, 0]
    assert put_down() == [("morning", "2026-11-23T00:00:00+00:00"), ("often", "2026-11-23T01:40:00+00:00")]


def test_the_next_slot_gets_the_next_job(app: Flask) -> None:
    look(beijing(11, 23, 9, 40))

    assert look(beijing(11, 23, 9, 45)) == 1
    assert [subject for name, subject in put_down() if name == "often"] == [
        "2026-11-23T01:40:00+00:00",
        "2026-11-23T01:45:00+00:00",
    ]


def test_of_the_slots_that_were_missed_the_latest_is_made_up_once(app: Flask) -> None:
    look(beijing(11, 18, 9))

    after_the_weekend = [look(beijing(11, 22, 15)), look(beijing(11, 22, 15, 1))]

    mornings = [subject for name, subject in put_down() if name == "morning"]
    assert after_the_weekend == [2, 0]
    assert mornings == ["2026-11-18T00:00:00+00:00", "2026-11-20T00:00:00+00:00"]


def test_two_workers_at_the_same_moment_put_down_one_job(app: Flask) -> None:
    def worker() -> None:
        with app.app_context():
            queue.keep_time(TABLE, now=beijing(11, 23, 9, 40), calendar=CALENDAR)

    db.session.rollback()
    side_by_side(*[worker] * 4)

    assert len(put_down()) == 2


def test_a_slot_that_was_worked_off_is_not_put_down_again(app: Flask) -> None:
    moment, done = beijing(11, 23, 9, 40), []
    look(moment)

    queue.work_off({"often": done.append, "morning": done.append}, lease=LEASE, now=lambda: moment)
    again = look(moment), queue.work_off({}, lease=LEASE, now=lambda: moment)

    assert sorted(done) == ["2026-11-23T00:00:00+00:00", "2026-11-23T01:40:00+00:00"]
    assert again == (0, 0)


def test_what_is_forgotten_was_done_long_ago_and_came_from_the_timetable(app: Flask) -> None:
    old, new = beijing(9, 1, 9), beijing(11, 23, 9)
    for moment in (old, new):
        look(moment)
        with writing():
            queue.enqueue("photos.derive", "a", now=moment)
    with writing():
        db.session.execute(db.update(Job).values(state=JobState.DONE))

    with writing():
        queue.forget(before=new - jobs.KEPT)

    assert sorted(name for name, _ in put_down()) == ["morning", "often", "photos.derive", "photos.derive"]


def test_every_name_of_the_house_has_a_slot_before_now(app: Flask) -> None:
    now = beijing(11, 23, 9, 42)

    assert set(slots(jobs.TIMETABLE, now, work_calendar())) == set(jobs.TIMETABLE)
    assert queue.keep_time(jobs.TIMETABLE, now=now, calendar=work_calendar()) == len(jobs.TIMETABLE)
    assert db.session.scalar(select(func.count()).select_from(Job)) == len(jobs.TIMETABLE)
