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
DUE = "due "
"""Before the name of a frame: its tickets whose clock runs, by the day of their deadline."""
YEAR, MONTH, DAY_LONG = LENGTHS = (len("2026"), len("2026-11"), len("2026-11-26"))
"""How long the codes of the periods are."""
DAY = timedelta(days=1)


class Key(NamedTuple):
    """What one counter counts."""

    category_code: str
    period: str
    """``2026-11-26``, ``2026-11``, ``2026``, or all time."""
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
    day = ticket.filed_on.isoformat()
    heads = [(EVERY, ALL_TIME), *((EVERY, day[:length]) for length in LENGTHS)]
    heads += [(ticket.category_code, period) for _every, period in heads if len(period) < DAY_LONG]
    return [
        Key(category, period, prefix + frame, cell, ticket.district_code, mark)
        for (category, period), (frame, cell), (prefix, mark) in product(heads, _places(ticket.cell), _marks(ticket))
    ]


def marks(states: Sequence[State]) -> list[str]:
    """The marks of all tickets in these states, each ticket once."""
    return [state.value for state in states] + ([LATE] if State.CLOSED in states else [])


def due_marks(state: State, before: date) -> tuple[str, str]:
    """The first and the last mark, in the frames of deadlines, of tickets in a state that were due before this day."""
    return state.value, f"{state.value} {(before - DAY).isoformat()}"


def state_of(mark: str) -> State:
    """The state of the tickets of a mark."""
    return State.CLOSED if mark == LATE else State(mark.partition(" ")[0])


@dataclass
class Stretch:
    """Counters that add up to a stretch of days: periods to add and to take away, and single days likewise."""

    plus: list[str] = field(default_factory=list)
    minus: list[str] = field(default_factory=list)
    days: list[tuple[int, date, date]] = field(default_factory=list)
    """Sign, first and last day; none of them longer than half a month."""


def stretch(first: date | None, last: date | None, earliest: int, latest: int) -> Stretch:
    """Few counters for the days from ``first`` to ``last``, of the years with tickets from ``earliest`` to ``latest``.

    A year, say, is taken by its months, or as a whole and its other months taken away, whichever is fewer counters.
    """
    every = Period(ALL_TIME, date(earliest, 1, 1), date(latest, 12, 31))
    found = Stretch()
    for sign, part in _taken(every, first or every.first, last or every.last):
        if part.code == part.first.isoformat():
            _put_down(found.days, sign, part.first)
        else:
            (found.plus if sign > 0 else found.minus).append(part.code)
    return found


class Period(NamedTuple):
    """What a counter's period covers."""

    code: str
    first: date
    last: date


Parts = list[tuple[int, Period]]


def _taken(whole: Period, begin: date, end: date) -> Parts:
    """The fewest parts of a period, each with its sign, that are together its days from ``begin`` to ``end``."""
    if end < whole.first or whole.last < begin or end < begin:
        return []
    if begin <= whole.first and whole.last <= end:
        return [(1, whole)]
    inside: Parts = []
    outside: Parts = [(1, whole)]
    for part in _parts(whole):
        inside += _taken(part, begin, end)
        others = _taken(part, whole.first, begin - DAY) + _taken(part, end + DAY, whole.last)
        outside += [(-sign, one) for sign, one in others]
    return min(inside, outside, key=len)


def _parts(whole: Period) -> Iterator[Period]:
    """The years of all time, the months of a year, the days of a month."""
    shorter = next(length for length in LENGTHS if length > len(whole.code))
    first = whole.first
    while first <= whole.last:
        last = {YEAR: first.replace(month=12, day=31), MONTH: _last_of(first)}.get(shorter, first)
        yield Period(first.isoformat()[:shorter], first, last)
        first = last + DAY


def _put_down(days: list[tuple[int, date, date]], sign: int, day: date) -> None:
    """Add a day, to the ones before it if they adjoin."""
    if days and days[-1][0] == sign and days[-1][2] + DAY == day:
        days[-1] = (sign, days[-1][1], day)
    else:
        days.append((sign, day, day))


def _last_of(month: date) -> date:
    return (month.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _places(cell: str) -> list[tuple[str, str]]:
    """The frames and the cells in them that a ticket is counted in; without a point there is no cell."""
    if not cell:
        return [(WHOLE, ""), (NOWHERE, "")]
    coarse = parent(cell, COARSE)
    return [(WHOLE, ""), (CITY, coarse), (coarse, parent(cell, FINE))]


def _marks(ticket: Counted) -> list[tuple[str, str]]:
    """Prefixes of frames, each with the mark that it is counted under there."""
    found = [("", LATE if ticket.state is State.CLOSED and ticket.late else ticket.state.value)]
    if ticket.state in RUNNING and ticket.due_on:
        found.append((DUE, f"{ticket.state.value} {ticket.due_on.isoformat()}"))
    return found
