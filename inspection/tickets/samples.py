"""Sending inspectors to see a sample of repairs and of closed cases (抽查). Nothing here commits.

Whom the lot falls on stays the city's: neither district nor unit learns that somebody was sent, nor that the lot
was drawn at all.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from random import Random

from sqlalchemy import delete, func, select

from inspection.kernel import audit
from inspection.kernel.db import db, insert_once
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.tickets import sampling, tasks
from inspection.tickets.annexes import Sample, SamplingStep
from inspection.tickets.models import Recheck, TaskKind, Ticket, Verdict
from inspection.tickets.sampling import DEFAULT_STEPS, OVER, Step

FAILURES = (Verdict.FAILED, Verdict.REBOUND)
MOST_STEPS = 10


def load_steps() -> None:
    """Enter the default steps where nobody has entered any."""
    if not steps():
        for one in DEFAULT_STEPS:
            insert_once(SamplingStep, failures=one.failures, rechecks=one.rechecks, lookbacks=one.lookbacks)


def steps() -> Sequence[Step]:
    """The table as it stands, by the share of failures."""
    rows = db.session.scalars(select(SamplingStep).order_by(SamplingStep.failures)).all()
    return [Step(row.failures, row.rechecks, row.lookbacks) for row in rows]


def write_steps(wanted: Sequence[Step], *, by: Person, now: datetime) -> None:
    """Replace the table. Raises Invalid naming what is wrong."""
    access.require(by.role, Right.SAMPLING_EDIT)
    _check(wanted)
    db.session.execute(delete(SamplingStep))
    db.session.flush()
    for one in wanted:
        db.session.add(SamplingStep(failures=one.failures, rechecks=one.rechecks, lookbacks=one.lookbacks))
    db.session.flush()
    told = [[one.failures, one.rechecks, one.lookbacks] for one in sorted(wanted, key=lambda one: one.failures)]
    audit.record("sampling.changed", "sampling", by=by, at=now, steps=told)


def failures_of(district_code: str, now: datetime) -> tuple[int, int]:
    """How many of a district's verdicts of the last ninety days were failures or rebounds, and how many there were."""
    rows = db.session.execute(
        select(Recheck.verdict, func.count())
        .join(Ticket, Ticket.id == Recheck.ticket_id)
        .where(Recheck.at >= now - OVER, Recheck.at <= now, Ticket.district_code == district_code)
        .group_by(Recheck.verdict)
    ).all()
    failed = sum(number for verdict, number in rows if verdict in FAILURES)
    return failed, sum(number for _, number in rows)


def step_of(district_code: str, now: datetime) -> Step:
    """The step that applies to a district now."""
    return sampling.step(*failures_of(district_code, now), steps() or DEFAULT_STEPS)


def draw(ticket_id: uuid.UUID, kind: TaskKind, *, now: datetime, rng: Random) -> None:
    """Draw whether an inspector is sent to see this round of a ticket, and whom. Once for each round and kind.

    Where nobody fits, nobody is sent: an officer decides as always.
    """
    ticket = db.session.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None or tasks.ASKED_WHEN.get(ticket.state) is not kind:
        return
    if not insert_once(Sample, ticket_id=ticket.id, round=ticket.round, kind=kind, at=now):
        return
    here = step_of(ticket.district_code, now)
    percent = here.rechecks if kind is TaskKind.RECHECK else here.lookbacks
    if not sampling.drawn(percent, rng) or tasks.waits(ticket):
        return
    try:
        tasks.send(ticket, kind=kind, now=now, rng=rng)
    except Conflict:
        return


def _check(wanted: Sequence[Step]) -> None:
    if not wanted or len(wanted) > MOST_STEPS:
        raise Invalid("failures", N_("应有 1 到 %(most)s 档。"), most=str(MOST_STEPS))
    if len({one.failures for one in wanted}) < len(wanted) or min(one.failures for one in wanted) != 0:
        raise Invalid("failures", N_("第一档从 0 开始，各档不能相同。"))
    for one in wanted:
        for name in ("failures", "rechecks", "lookbacks"):
            if not 0 <= getattr(one, name) <= 100:
                raise Invalid(name, N_("百分比应在 0 到 100 之间。"))
