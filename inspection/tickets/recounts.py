"""The running tickets whose deadlines an edit of the calendar moves: shown before it, moved after it (期限重算).

Only a clock that can still run out is counted again. What was answered was judged by the deadline of its day, and a
ticket that waits for another dispatch will get a fresh clock. See docs/adr/0012-an-edited-calendar.md.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from inspection.kernel import audit
from inspection.kernel.calendar import WorkCalendar, start_of
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.holidays import work_calendar
from inspection.tickets import clocks, turns
from inspection.tickets.deadlines import Clock, Unit
from inspection.tickets.models import Ticket
from inspection.tickets.recounting import recounted
from inspection.tickets.workflow import State

COUNTED = (State.DISPATCHED, State.HANDLING, State.SUSPENDED)
MOST_LOOKED_AT = 1000
"""Tickets that a preview counts again; a job counts them all."""
AT_ONCE = 50
"""Tickets in one transaction of the job, so that nobody waits long for it."""


@dataclass(frozen=True)
class Moved:
    """A ticket with its deadline before and after."""

    ticket: Ticket
    was: Clock
    becomes: Clock


@dataclass(frozen=True)
class Preview:
    """The deadlines that would move, the earliest first, and how many tickets were not looked at."""

    moved: Sequence[Moved]
    unseen: int


def preview(calendar: WorkCalendar, first_changed: date, now: datetime) -> Preview:
    """What would become of the running deadlines if the calendar were this one from ``first_changed`` on."""
    reached = _reached(first_changed)
    chosen = select(Ticket).where(*reached).order_by(Ticket.due_at, Ticket.id).limit(MOST_LOOKED_AT)
    tickets = db.session.scalars(chosen).all()
    happened = turns.of_each([ticket.id for ticket in tickets])
    pairs = [
        (ticket, clock, recounted(clock, happened.get(ticket.id, ()), calendar, now))
        for ticket in tickets
        for clock in [clocks.clock_of(ticket)]
    ]
    every = len(tickets) if len(tickets) < MOST_LOOKED_AT else _count(reached)
    return Preview([Moved(*pair) for pair in pairs if pair[1] != pair[2]], every - len(tickets))


def recount(year: int, *, now: datetime) -> int:
    """Count the running deadlines that reach into ``year`` or beyond again; how many moved. Safe to run twice."""
    ids = db.session.scalars(select(Ticket.id).where(*_reached(date(year, 1, 1))).order_by(Ticket.id)).all()
    end_reading()
    return sum(_recount(some, year, now) for some in _batches(ids))


def _recount(ids: Sequence[uuid.UUID], year: int, now: datetime) -> int:
    moved = 0
    with writing():
        calendar = work_calendar()
        locked = select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()
        tickets = [one for one in db.session.scalars(locked) if one.state in COUNTED]
        happened = turns.of_each([ticket.id for ticket in tickets])
        for ticket in tickets:
            was = ticket.due_at
            if clocks.recount(ticket, happened.get(ticket.id, ()), calendar, now):
                told = {"was": was, "due_at": ticket.due_at, "year": year, "round": ticket.round}
                audit.record("ticket.recounted", ticket, by=audit.SYSTEM, at=now, **told)
                moved += 1
    return moved


def _reached(first_changed: date) -> tuple[ColumnElement[bool], ...]:
    """The clocks that a changed day can move: counted in working time, and due on that day or later."""
    working = Ticket.limit_unit != Unit.DAY
    return Ticket.state.in_(COUNTED), Ticket.due_at >= start_of(first_changed), working


def _count(conditions: Sequence[ColumnElement[bool]]) -> int:
    return db.session.scalar(select(func.count()).select_from(Ticket).where(*conditions)) or 0


def _batches(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
