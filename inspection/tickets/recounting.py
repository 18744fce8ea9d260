"""A running deadline counted again because the working calendar has changed (期限重算). Pure.

The clock is wound back to its start and run again through everything that happened to it. Two things hold whatever the
calendar says: a day that somebody granted stays granted, and nothing becomes late by an edit: a deadline that had not
passed is never put before the end of the day of the edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from inspection.kernel.calendar import WorkCalendar, day_of, end_of
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Clock


class Turning(StrEnum):
    """What can happen to a clock between its start and its end."""

    STOPPED = "stopped"
    WENT_ON = "went_on"
    EXTENDED = "extended"


@dataclass(frozen=True)
class Turn:
    """One such happening; ``until`` is the day that was granted by an extension."""

    kind: Turning
    at: datetime
    until: date | None = None


def recounted(clock: Clock, turns: Sequence[Turn], calendar: WorkCalendar, now: datetime) -> Clock:
    """The clock as it stands by ``calendar``, with all that happened to it since it was started."""
    again = deadlines.start(clock.started_at, clock.limit, calendar)
    for turn in turns:
        again = _turned(again, turn, calendar)
    return _kept_in_time(clock, again, calendar, now)


def _turned(clock: Clock, turn: Turn, calendar: WorkCalendar) -> Clock:
    if turn.kind is Turning.STOPPED and clock.stopped_at is None:
        return deadlines.stop(clock, turn.at, calendar)
    if turn.kind is Turning.WENT_ON and clock.stopped_at is not None:
        return deadlines.resume(clock, turn.at, calendar)
    if turn.kind is Turning.EXTENDED and turn.until is not None:
        return replace(clock, due_at=max(clock.due_at, end_of(turn.until)))
    return clock


def _kept_in_time(before: Clock, after: Clock, calendar: WorkCalendar, now: datetime) -> Clock:
    """Where the new deadline would have passed already, the old one, or the end of the day of the edit."""
    moment = before.stopped_at or now
    earliest = min(before.due_at, end_of(day_of(moment)))
    if after.due_at >= earliest:
        return after
    kept = replace(after, due_at=earliest, stopped_at=None, remaining=None)
    return deadlines.stop(kept, after.stopped_at, calendar) if after.stopped_at else kept
