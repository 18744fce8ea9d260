"""The running deadlines that an edit of the calendar moves: shown before it, moved after it (期限重算).

Only a clock that can still run out is counted again: the lead's, and that of each unit that assists. What was answered
was judged by the deadline of its day, and a ticket that waits for another dispatch will get a fresh clock. See
docs/adr/0012-an-edited-calendar.md.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from inspection.kernel import audit
from inspection.kernel.calendar import WorkCalendar, start_of
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.holidays import work_calendar
from inspection.tickets import assists, clocks, turns
from inspection.tickets.annexes import Assist
from inspection.tickets.deadlines import Clock, Unit
from inspection.tickets.models import Ticket
from inspection.tickets.recounting import recounted
from inspection.tickets.workflow import OPEN, State

COUNTED = (State.DISPATCHED, State.HANDLING, State.SUSPENDED)
MOST_LOOKED_AT = 1000
"""Tickets, and assisting units, that a preview counts again; a job counts them all."""
AT_ONCE = 50
"""Tickets in one transaction of the job, so that nobody waits long for it."""


@dataclass(frozen=True)
class Moved:
    """A ticket's deadline before and after, or that of a unit that assists in it."""

    ticket: Ticket
    was: Clock
    becomes: Clock
    assist: Assist | None = None


@dataclass(frozen=True)
class Preview:
    """The deadlines that would move, the earliest first, and how many were not looked at."""

    moved: Sequence[Moved]
    unseen: int


def preview(calendar: WorkCalendar, first_changed: date, now: datetime) -> Preview:
    """What would become of the running deadlines if the calendar were this one from ``first_changed`` on."""
    parts = [_preview_of_leads(calendar, first_changed, now), _preview_of_assists(calendar, first_changed, now)]
    moved = sorted((one for part in parts for one in part.moved), key=lambda one: (one.was.due_at, one.ticket.number))
    return Preview(moved, sum(part.unseen for part in parts))


def _preview_of_leads(calendar: WorkCalendar, first_changed: date, now: datetime) -> Preview:
    reached = _reached(first_changed)
    chosen = select(Ticket).where(*reached).order_by(Ticket.due_at, Ticket.id).limit(MOST_LOOKED_AT)
    tickets = db.session.scalars(chosen).all()
    happened = turns.of_each([ticket.id for ticket in tickets])
    moved = [
        Moved(ticket, clock, recounted(clock, happened.get(ticket.id, ()), calendar, now))
        for ticket in tickets
        for clock in [clocks.clock_of(ticket)]
    ]
    moved = [one for one in moved if one.was != one.becomes]
    return Preview(moved, _unseen(len(tickets), select(Ticket.id).where(*reached)))


def _preview_of_assists(calendar: WorkCalendar, first_changed: date, now: datetime) -> Preview:
    reached = _assists_reached(first_changed)
    together = joinedload(Assist.ticket), joinedload(Assist.unit)
    chosen = reached.options(*together).order_by(Assist.due_at, Assist.id).limit(MOST_LOOKED_AT)
    called = db.session.scalars(chosen).all()
    stops = turns.stops_of_each({one.ticket_id for one in called})
    moved = [
        Moved(
            one.ticket,
            assists.clock_of(one, calendar),
            assists.counted_again(one, stops.get(one.ticket_id, ()), calendar, now),
            one,
        )
        for one in called
    ]
    moved = [one for one in moved if one.was.due_at != one.becomes.due_at]
    return Preview(moved, _unseen(len(called), reached.with_only_columns(Assist.id)))


def recount(year: int, *, now: datetime) -> int:
    """Count the running deadlines that reach into ``year`` or beyond again; how many moved. Safe to run twice."""
    first = date(year, 1, 1)
    ids = db.session.scalars(select(Ticket.id).where(*_reached(first)).order_by(Ticket.id)).all()
    helped = _assists_reached(first).with_only_columns(Assist.ticket_id).distinct().order_by(Assist.ticket_id)
    helped_ids = db.session.scalars(helped).all()
    end_reading()
    leads = sum(_recount(some, year, now) for some in _batches(ids))
    return leads + sum(_recount_assists(some, year, now) for some in _batches(helped_ids))


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


def _recount_assists(ticket_ids: Sequence[uuid.UUID], year: int, now: datetime) -> int:
    """The same for the units that assist in these tickets, which are locked as whoever changes them would."""
    moved = 0
    with writing():
        calendar = work_calendar()
        db.session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id).with_for_update()).all()
        mine = _assists_reached(date(year, 1, 1)).where(Assist.ticket_id.in_(ticket_ids))
        called = db.session.scalars(mine.order_by(Assist.id).execution_options(populate_existing=True)).all()
        stops = turns.stops_of_each(ticket_ids)
        for one in called:
            was = one.due_at
            one.due_at = assists.counted_again(one, stops.get(one.ticket_id, ()), calendar, now).due_at
            if one.due_at != was:
                about = {"assist": one.id, "unit": one.unit.name, "unit_id": one.unit_id}
                told = about | {"was": was, "due_at": one.due_at, "year": year, "round": one.round}
                audit.record("ticket.assist_recounted", one.ticket, by=audit.SYSTEM, at=now, **told)
                moved += 1
    return moved


def _assists_reached(first_changed: date) -> Select[Assist]:
    """The units that have still to answer in an open ticket, and whose clocks a changed day can move."""
    working = Assist.limit_unit != Unit.DAY
    reached = select(Assist).where(assists.WAITS, Assist.due_at >= start_of(first_changed), working)
    return reached.join(Ticket, Ticket.id == Assist.ticket_id).where(Ticket.state.in_(OPEN))


def _unseen(seen: int, every: Select[uuid.UUID]) -> int:
    if seen < MOST_LOOKED_AT:
        return 0
    return (db.session.scalar(select(func.count()).select_from(every.subquery())) or 0) - seen


def _reached(first_changed: date) -> tuple[ColumnElement[bool], ...]:
    """The clocks that a changed day can move: counted in working time, and due on that day or later."""
    working = Ticket.limit_unit != Unit.DAY
    return Ticket.state.in_(COUNTED), Ticket.due_at >= start_of(first_changed), working


def _batches(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
