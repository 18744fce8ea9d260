"""A ticket's clock (时钟): the pure rules of ``deadlines`` with the calendar's rows, written into the ticket."""

from collections.abc import Sequence
from datetime import date, datetime

from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.holidays import work_calendar
from inspection.tickets import deadlines, recounting
from inspection.tickets.deadlines import Clock, Limit
from inspection.tickets.models import Ticket
from inspection.tickets.recounting import Turn


def start(ticket: Ticket, limit: Limit, now: datetime) -> None:
    """Start a fresh clock: at dispatch, for a rework, after a rebound."""
    _keep(ticket, deadlines.start(now, limit, work_calendar()))


def stop(ticket: Ticket, now: datetime) -> None:
    """Stop the clock and keep what was left."""
    _keep(ticket, deadlines.stop(clock_of(ticket), now, work_calendar()))


def resume(ticket: Ticket, now: datetime) -> None:
    """Go on with what was left."""
    _keep(ticket, deadlines.resume(clock_of(ticket), now, work_calendar()))


def extend(ticket: Ticket, new_due_on: date) -> None:
    """Put the deadline at the end of a later day."""
    _keep(ticket, deadlines.extend(clock_of(ticket), new_due_on))


def recount(ticket: Ticket, turns: Sequence[Turn], calendar: WorkCalendar, now: datetime) -> bool:
    """Count the deadline again by a calendar that has changed; says whether it moved."""
    before = clock_of(ticket)
    after = recounting.recounted(before, turns, calendar, now)
    if after == before:
        return False
    _keep(ticket, after)
    return True


def clock_of(ticket: Ticket) -> Clock:
    """The ticket's clock as it stands; raises ValueError for one that was never dispatched."""
    if ticket.clock_started_at is None or ticket.due_at is None:
        raise ValueError(f"{ticket.number} has no clock yet")
    return Clock(
        started_at=ticket.clock_started_at,
        limit=Limit(ticket.limit_amount, ticket.limit_unit),
        due_at=ticket.due_at,
        stopped_at=ticket.clock_stopped_at,
        remaining=ticket.clock_remaining,
    )


def due_if_dispatched(limit: Limit, now: datetime, calendar: WorkCalendar | None = None) -> datetime:
    """When a ticket would be due if it were dispatched now."""
    return deadlines.due(now, limit, calendar or work_calendar())


def _keep(ticket: Ticket, clock: Clock) -> None:
    ticket.clock_started_at = clock.started_at
    ticket.clock_stopped_at = clock.stopped_at
    ticket.clock_remaining = clock.remaining
    ticket.due_at = clock.due_at
