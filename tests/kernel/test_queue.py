"""Jobs: written with the change, claimed with a lease, fenced by attempt."""

import contextvars
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from inspection.kernel import queue
from inspection.kernel.db import db, writing
from inspection.kernel.numbers import NumberSeries, next_number
from inspection.kernel.queue import Job, JobState
from tests.make import NOW

LEASE = timedelta(seconds=120)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def on(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(subject: str) -> None:
    """A job that changes something."""
    with writing():
        next_number(f"done:{subject}")


def fail(_subject: str) -> None:
    """A job that cannot be done."""
    raise ValueError("no such luck")


def enqueue(name: str, subject: str, now: datetime) -> int:
    with writing():
        queue.enqueue(name, subject, now=now)
    return db.session.scalars(db.select(Job.id).order_by(Job.id.desc())).first() or 0


def work(clock: Clock, **functions: Callable[[str], None]) -> int:
    return queue.work_off(functions, lease=LEASE, now=clock)


def test_a_job_is_done_once(app: Flask, clock: Clock) -> None:
    enqueue("write", "a", clock())

    done = work(clock, write=write), work(clock, write=write)

    assert done == (1, 0)
    assert db.session.get_one(NumberSeries, "done:a").last == 1


def test_a_job_goes_with_a_change_that_is_taken_back(app: Flask, clock: Clock) -> None:
    with pytest.raises(KeyError), writing():
        queue.enqueue("write", "a", now=clock())
        raise KeyError

    assert work(clock, write=write) == 0


def test_the_worker_is_woken_after_the_commit_and_not_before(app: Flask, clock: Clock) -> None:
    woken: list[int] = []
    app.extensions[queue.WAKER] = woken.append

    with writing():
        queue.enqueue("write", "a", now=clock())
        db.session.flush()
        before = list(woken)

    assert before == []
    assert woken == [db.session.scalars(db.select(Job.id)).one()]


def test_a_job_waits_for_its_time(app: Flask, clock: Clock) -> None:
    with writing():
        queue.enqueue("write", "a", now=clock(), at=clock() + timedelta(minutes=5))

    early = work(clock, write=write)
    clock.on(301)
    late = work(clock, write=write)

    assert (early, late) == (0, 1)


def test_what_a_killed_worker_left_is_taken_up_after_its_lease(app: Flask, clock: Clock) -> None:
    job_id = enqueue("write", "a", clock())
    claim = queue._claim(job_id, clock(), LEASE)  # the worker is killed here

    held = work(clock, write=write)
    clock.on(121)
    taken_up = work(clock, write=write)

    assert claim is not None and claim.attempt == 1
    assert (held, taken_up) == (0, 1)
    assert db.session.get_one(Job, job_id).attempt == 2


def test_a_worker_that_comes_back_after_its_lease_writes_nothing(app: Flask, clock: Clock) -> None:
    job_id = enqueue("slow", "a", clock())

    elsewhere = contextvars.copy_context()

    def slow(subject: str) -> None:
        clock.on(121)  # stopped for longer than its lease; another worker does the job meanwhile
        elsewhere.run(queue.run, job_id, {"slow": write}, lease=LEASE, now=clock)
        write(subject)

    done = queue.run(job_id, {"slow": slow}, lease=LEASE, now=clock)

    assert not done
    assert db.session.get_one(NumberSeries, "done:a").last == 1
    assert db.session.get_one(Job, job_id).state is JobState.DONE


def test_a_poison_job_pauses_longer_each_time_dies_in_the_end_and_others_go_on(app: Flask, clock: Clock) -> None:
    poison = enqueue("fail", "p", clock())
    enqueue("write", "a", clock())

    pauses = []
    while (job := db.session.get_one(Job, poison)).state is not JobState.DEAD:
        clock.moment = max(clock.moment, job.run_at)
        work(clock, fail=fail, write=write)
        db.session.expire_all()
        pauses.append((db.session.get_one(Job, poison).run_at - clock()).total_seconds())

    assert pauses == [10, 20, 40, 80, 160, 320]
    assert "no such luck" in (db.session.get_one(Job, poison).error or "")
    assert db.session.get_one(NumberSeries, "done:a").last == 1


def test_a_long_job_that_goes_on_writing_keeps_its_lease(app: Flask, clock: Clock) -> None:
    job_id = enqueue("long", "a", clock())
    elsewhere, taken = contextvars.copy_context(), []

    def long(_subject: str) -> None:
        for step in "123":
            clock.on(100)
            write(step)
            taken.append(elsewhere.run(queue.run, job_id, {"long": write}, lease=LEASE, now=clock))

    done = queue.run(job_id, {"long": long}, lease=LEASE, now=clock)

    assert done and taken == [False, False, False]
