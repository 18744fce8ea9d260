"""Under which heads the city map counts a ticket, and which counters make up a stretch of days (分布计数). Pure.

A counter holds how many tickets have one value under each head: the category or every category, the day or month of
filing or all time, the cell, the district, and the mark. See docs/adr/0016-kept-counters-for-the-map.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from inspection.geography.points import parent
from inspection.tickets.workflow import RUNNING, State

COARSE, FINE = 6, 8
"""H3 resolutions that are kept: cells some 6.5 km across for the whole city, some 900 m across for a part of it."""
EVERY, ALL_TIME = "", ""
WHOLE, CITY, NOWHERE = "whole", "city", "nowhere"
"""Frames: the districts as wholes, the city's coarse cells, what lies at no point. A fine cell's is its coarse one."""
LATE = "closed_late"
"""The mark of what was closed, but answered after a deadline."""
DUE = "@"
"""Between the state and the day of the deadline, in the second mark of a ticket whose clock runs."""
DAY = timedelta(days=1)


class Key(NamedTuple):
    """What one counter counts."""

    category_code: str
    period: str
    """``2026-11-26``, ``2026-11``, or all time."""
    frame: str
    cell: str
    district_code: str
    mark: str


@dataclass(frozen=True)
class Counted:
    """All of a ticket that the counters depend on. Days are Beijing's."""

    cell: str
    district_code: str
    category_code: str
    state: State
    late: bool
    filed_on: date
    due_on: date | None


def keys(ticket: Counted) -> list[Key]:
    """The counters that a ticket is counted in; single days are kept for all categories together only."""
    day, month = ticket.filed_on.isoformat(), month_code(ticket.filed_on)
    heads = [(EVERY, ALL_TIME), (EVERY, month), (EVERY, day)]
    heads += [(ticket.category_code, ALL_TIME), (ticket.category_code, month)]
    return [
        Key(category, period, frame, cell, ticket.district_code, mark)
        for (category, period), (frame, cell), mark in product(heads, places(ticket.cell), _marks(ticket))
    ]


def marks(states: Sequence[State]) -> list[str]:
    """The marks of all tickets in these states, each ticket once."""
    return [state.value for state in states] + ([LATE] if State.CLOSED in states else [])


def due_marks(state: State, before: date) -> tuple[str, str]:
    """The first and the last mark of running tickets in a state whose deadline lies on a day before this one."""
    return f"{state.value}{DUE}", f"{state.value}{DUE}{(before - DAY).isoformat()}"


def places(cell: str) -> list[tuple[str, str]]:
    """The frames and the cells in them that a ticket is counted in; without a point there is no cell."""
    if not cell:
        return [(WHOLE, ""), (NOWHERE, "")]
    coarse = parent(cell, COARSE)
    return [(WHOLE, ""), (CITY, coarse), (coarse, parent(cell, FINE))]


def month_code(day: date) -> str:
    """``2026-11``."""
    return f"{day:%Y-%m}"


@dataclass
class Stretch:
    """Counters that add up to a stretch of days: periods to add and to take away, and single days likewise."""

    plus: list[str] = field(default_factory=list)
    minus: list[str] = field(default_factory=list)
    days: list[tuple[int, date, date]] = field(default_factory=list)
    """Sign, first and last day."""


def stretch(first: date | None, last: date | None, earliest: date, latest: date) -> Stretch:
    """The fewest counters for the days from ``first`` to ``last``, of all days with tickets.

    ``earliest`` and ``latest`` are the first and the last month that have any. A month is taken as a whole and its
    other days taken away where that is less; and all time, the other months taken away, likewise.
    """
    begin, end = max(first or earliest, earliest), min(last or _last_of(latest), _last_of(latest))
    found, whole = Stretch(), {}
    for month in _months(earliest, latest):
        whole[month_code(month)] = _month(found, month, max(begin, month), min(end, _last_of(month)))
    base = int(2 * sum(whole.values()) > len(whole))
    found.plus = [ALL_TIME] * base + [month for month, taken in whole.items() if taken > base]
    found.minus = [month for month, taken in whole.items() if taken < base]
    return found


def _month(found: Stretch, month: date, begin: date, end: date) -> int:
    """1 if the month is taken as a whole, else 0; the days that differ are put down."""
    if begin > end:
        return 0
    if 2 * ((end - begin).days + 1) < _last_of(month).day:
        found.days.append((1, begin, end))
        return 0
    if begin > month:
        found.days.append((-1, month, begin - DAY))
    if end < _last_of(month):
        found.days.append((-1, end + DAY, _last_of(month)))
    return 1


def _months(earliest: date, latest: date) -> Iterator[date]:
    month = earliest.replace(day=1)
    while month <= latest:
        yield month
        month = _last_of(month) + DAY


def _last_of(month: date) -> date:
    return (month.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _marks(ticket: Counted) -> list[str]:
    if ticket.state in RUNNING and ticket.due_on:
        return [ticket.state.value, f"{ticket.state.value}{DUE}{ticket.due_on.isoformat()}"]
    return [LATE if ticket.state is State.CLOSED and ticket.late else ticket.state.value]
