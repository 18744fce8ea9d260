"""Work for later: a row written in the transaction of the change that causes it (任务).

The row is the truth; the queue's message only wakes a worker. A worker claims a job for a while (its lease) and as
its n-th attempt: a second worker takes over what a killed one left, and one that was stopped beyond its lease and
comes back can write nothing any more, because every ``writing()`` inside a job asks first whether it is still its own.
Asking renews the lease: a long job that notes its progress keeps it, however long it takes.

What the timetable asks for is a row too, named after its slot: however many workers look at the clock, one row is made.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, Index, Integer, Text, delete, event, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from inspection.kernel import faults
from inspection.kernel import timetable as timetables
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.calendar import now as clock
from inspection.kernel.db import Model, coded, db, end_reading, guarded, insert_once, writing
from inspection.kernel.timetable import Timetable

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=10)

WAKER = "queue.waker"
"""Under this name an application keeps the function that is called with the id of each job once it is committed."""

_WRITTEN = "queue.written"
_log = logging.getLogger(__name__)

Functions = Mapping[str, Callable[[str], None]]
Waker = Callable[[int], None]


class LeaseLost(RuntimeError):
    """Another worker has taken the job over: whoever sees this must not write."""


class JobState(StrEnum):
    """READY waits for its time, RUNNING is claimed, DONE is over, DEAD failed too often and waits for a person."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Model):
    """One piece of work: the name of a function in ``jobs.py`` and the id it is about."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_run_at", "state", "run_at"),
        Index("ix_job_state_lease_until", "state", "lease_until"),
        Index("ix_job_slot", "slot", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    state: Mapped[JobState] = mapped_column(coded(JobState), default=JobState.READY)
    attempt: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    slot: Mapped[str | None] = mapped_column(Text)
    """Name and moment in the timetable, for what it asked for."""


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds, as which attempt."""

    job_id: int
    attempt: int
    name: str
    subject: str


def enqueue(name: str, subject: object, *, now: datetime, at: datetime | None = None) -> None:
    """Have ``name`` done to ``subject`` (an id), not before ``at``. Rolled back with the transaction."""
    job = Job(name=name, subject=str(subject), created_at=now, run_at=at or now, attempt=0, state=JobState.READY)
    db.session.add(job)
    db.session.info.setdefault(_WRITTEN, []).append(job)


def keep_time(timetable: Timetable, *, now: datetime, calendar: WorkCalendar) -> int:
    """Put down one job for the latest slot of each name, unless it stands there; how many were put down.

    Slots that went by unseen before the latest are not made up.
    """
    slots = {f"{name}@{slot.isoformat()}": name for name, slot in timetables.slots(timetable, now, calendar).items()}
    known = set(db.session.scalars(select(Job.slot).where(Job.slot.in_(slots))))
    if known.issuperset(slots):
        return 0
    with writing():
        return sum(_put_down(slot, name, now) for slot, name in slots.items() if slot not in known)


def forget(*, before: datetime) -> None:
    """Remove what the timetable asked for and what was done before a moment: nobody will ask for it again."""
    over = (Job.state == JobState.DONE) & (Job.run_at < before) & Job.slot.is_not(None)
    db.session.execute(delete(Job).where(over).execution_options(synchronize_session=False))


def due(now: datetime, limit: int = 100) -> Sequence[int]:
    """Ids of the jobs whose time has come, or whose worker has not been heard of within its lease."""
    ready = (Job.state == JobState.READY) & (Job.run_at <= now)
    left = (Job.state == JobState.RUNNING) & (Job.lease_until < now)
    return db.session.scalars(select(Job.id).where(or_(ready, left)).order_by(Job.run_at, Job.id).limit(limit)).all()


def run(job_id: int, functions: Functions, *, lease: timedelta, now: Callable[[], datetime] = clock) -> bool:
    """Do one job if it is due. Says whether it was done; a failure is written down and tried again later."""
    claim = _claim(job_id, now(), lease)
    if claim is None:
        return False
    faults.point("job.claimed")
    try:
        with guarded(partial(_still_mine, claim, lease, now)):
            functions[claim.name](claim.subject)
    except LeaseLost:
        _log.warning("job %s was taken over by another worker", claim.job_id)
        return False
    except Exception as failure:
        _log.exception("job %s (%s) failed, attempt %s", claim.job_id, claim.name, claim.attempt)
        _failed(claim, failure, now())
        return False
    faults.point("job.worked")
    return _finished(claim, now())


def work_off(functions: Functions, *, lease: timedelta, now: Callable[[], datetime] = clock) -> int:
    """Do every job that is due, and those that they cause, until none is left; the number done."""
    done = 0
    while ids := due(now()):
        end_reading()
        done += (round_ := sum(run(job_id, functions, lease=lease, now=now) for job_id in ids))
        if not round_:
            break
    return done


def _put_down(slot: str, name: str, now: datetime) -> bool:
    return insert_once(Job, name=name, subject=slot.partition("@")[2], slot=slot, created_at=now, run_at=now)


def _claim(job_id: int, now: datetime, lease: timedelta) -> Claim | None:
    with writing():
        job = db.session.get(Job, job_id, with_for_update=True)
        if job is None or not _free(job, now):
            return None
        job.state, job.attempt, job.lease_until = JobState.RUNNING, job.attempt + 1, now + lease
        return Claim(job.id, job.attempt, job.name, job.subject)


def _free(job: Job, now: datetime) -> bool:
    if job.state == JobState.READY:
        return job.run_at <= now
    return job.state == JobState.RUNNING and job.lease_until is not None and job.lease_until < now


def _still_mine(claim: Claim, lease: timedelta, now: Callable[[], datetime]) -> None:
    renewed = db.session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.attempt == claim.attempt, Job.state == JobState.RUNNING)
        .values(lease_until=now() + lease)
        .execution_options(synchronize_session=False)
    )
    if not renewed.rowcount:  # type: ignore[attr-defined]
        raise LeaseLost(claim.job_id)


def _finished(claim: Claim, now: datetime) -> bool:
    with writing():
        changed = db.session.execute(
            update(Job)
            .where(Job.id == claim.job_id, Job.attempt == claim.attempt, Job.state == JobState.RUNNING)
            .values(state=JobState.DONE, finished_at=now, lease_until=None, error=None)
        )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _failed(claim: Claim, failure: Exception, now: datetime) -> None:
    with writing():
        dead = claim.attempt >= MOST_ATTEMPTS
        db.session.execute(
            update(Job)
            .where(Job.id == claim.job_id, Job.attempt == claim.attempt, Job.state == JobState.RUNNING)
            .values(
                state=JobState.DEAD if dead else JobState.READY,
                run_at=now + FIRST_PAUSE * 2 ** (claim.attempt - 1),
                finished_at=now if dead else None,
                lease_until=None,
                error=f"{type(failure).__name__}: {failure}"[:500],
            )
        )


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    written: list[Job] = session.info.pop(_WRITTEN, [])
    waker: Waker | None = current_app.extensions.get(WAKER)
    if waker:
        for job_id in [job.__dict__.get("id") for job in written]:
            if job_id is not None:
                waker(job_id)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    session.info.pop(_WRITTEN, None)
