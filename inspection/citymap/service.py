"""What the city map shows: counts by district and by cell, and the tickets themselves where there are few.

Whatever the kept counters know is answered by them, exactly and at once. Other filters are asked of the tickets, and
no more than ``CAP`` of them are looked at. The scope is the ledger's.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, false, func, or_, select
from sqlalchemy.orm import joinedload

from inspection.citymap.sight import TICKETS_FROM, Sight
from inspection.geography.points import CELL_RESOLUTION, parent, span
from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import by_index, db, within_any
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.tickets import filters, lists
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import IS_OPEN, Ticket
from inspection.tickets.tallies import Tally
from inspection.tickets.tallying import (
    ALL_TIME,
    CITY,
    COARSE,
    DUE,
    EVERY,
    FINE,
    LATE,
    NOWHERE,
    WHOLE,
    YEAR,
    due_marks,
    marks,
    state_of,
    stretch,
)
from inspection.tickets.workflow import OPEN, RUNNING, State

CAP = 5_000
"""So many tickets are looked at where no counter answers; a map of more says that it is not whole."""
FEW = 300
"""So many tickets are drawn one by one."""
SOME = 2_000
"""So many are counted in smaller cells than there are counters for."""
KEPT = ("state", "overdue", "category", "field", "district", "filed_from", "filed_to")
"""The filters that the counters answer."""

Counts = Counter[tuple[str, ...]]
_COUNTERS = cast(Table, Tally.__table__).c
_HEADS = ("cell", "district_code", "mark")
_stretch = lru_cache(maxsize=256)(stretch)
_DATED = and_(_COUNTERS.category_code == EVERY, _COUNTERS.period > ALL_TIME)


@dataclass(frozen=True)
class District:
    """How a district's tickets stand."""

    code: str
    all: int
    open: int
    overdue: int
    closed: int
    in_time: int
    """Of those that are closed, how many were never answered late."""


@dataclass(frozen=True)
class Overview:
    """Every district that has any, with the tickets that lie at no point among them."""

    districts: Sequence[District]
    nowhere: int
    capped: bool

    @property
    def all(self) -> int:
        """All tickets together."""
        return sum(one.all for one in self.districts)


@dataclass(frozen=True)
class Look:
    """What is in sight: either cells with how many lie in each, or the tickets, the newest first."""

    cells: Mapping[str, int]
    tickets: Sequence[Ticket] = ()
    capped: bool = False
    districts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Whose the tickets of each cell are, by code, the most first."""


@dataclass(frozen=True)
class _Asked:
    """One question: who asks, for what, when."""

    person: Person
    filters: Filters
    now: datetime

    @property
    def kept(self) -> bool:
        """Whether the counters can answer it."""
        others = self.filters.but(**{name: getattr(NOTHING, name) for name in KEPT})
        whole = access.scope(self.person.role, Right.TICKET_READ)
        return others == NOTHING and whole in {Scope.ALL, Scope.DISTRICT}

    def but(self, **more: Any) -> "_Asked":
        """The same with other filters."""
        return replace(self, filters=self.filters.but(**more))


@dataclass
class _Seen:
    """What was found by looking at tickets, and how many were looked at."""

    counts: Counts
    number: int


def overview(person: Person, asked: Filters, *, now: datetime) -> Overview:
    """How the tickets that are asked for stand in each district (区县着色)."""
    question = _Asked(person, asked, now)
    found, capped = _count(question, [WHOLE], "district_code", "mark")
    late, _more = _count(question.but(overdue=True), [WHOLE], "district_code")
    nowhere, _more = _count(question, [NOWHERE])
    by_district: dict[str, dict[str, int]] = {}
    for (code, mark), number in found.items():
        by_district.setdefault(code, {})[mark] = number
    rows = [_district(code, by_mark, late[code,]) for code, by_mark in sorted(by_district.items())]
    return Overview(rows, nowhere[()], capped)


def look(person: Person, asked: Filters, sight: Sight, *, now: datetime) -> Look:
    """What lies in sight: cells, as fine as the zoom bears, or from near the tickets themselves."""
    question = _Asked(person, asked, now)
    found, capped = _count(question, sight.frames, "cell", "district_code")
    seen = {key: number for key, number in found.items() if sight.shows(key[0])}
    cells, number = sorted({cell for cell, _district in seen}), sum(seen.values())
    if number <= FEW and sight.zoom >= TICKETS_FROM:
        return Look({}, _tickets(question, cells), capped)
    if sight.close and number <= SOME:
        return _folded(_closer(question, cells), sight.close, capped)
    return _folded(seen, sight.resolution, capped)


def _count(asked: _Asked, frames: Sequence[str], *heads: str) -> tuple[Counts, bool]:
    """How many tickets in these frames there are by these heads of a counter, and whether that is not all."""
    if not asked.kept:
        seen = _look_at(asked, frames, heads, CAP)
        return seen.counts, seen.number >= CAP
    ends = (select(end(_COUNTERS.period)).where(_DATED).scalar_subquery() for end in (func.min, func.max))
    earliest, latest = db.session.execute(select(*ends)).one()
    if earliest is None:
        return Counter(), False
    given = asked.filters
    parts = _stretch(given.filed_from, given.filed_to, int(earliest[:YEAR]), int(latest[:YEAR]))
    found = _kept(asked, frames, heads, parts.plus, parts.minus)
    for sign, first, last in parts.days:
        _add(found, sign, _days(asked, frames, heads, first, last))
    if given.overdue:
        _add(found, 1, _look_at(asked.but(due_from=day_of(asked.now)), frames, heads).counts)
    return +found, False


def _days(asked: _Asked, frames: Sequence[str], heads: Sequence[str], first: date, last: date) -> Counts:
    """Less than half a month: of all categories by the counters of its days, of some by looking at the tickets."""
    if asked.filters.category or asked.filters.field:
        before_today = {"due_to": day_of(asked.now) - DAY} if asked.filters.overdue else {}
        return _look_at(asked.but(filed_from=first, filed_to=last, **before_today), frames, heads).counts
    days = [(first + number * DAY).isoformat() for number in range((last - first).days + 1)]
    return _kept(asked, frames, heads, days)


def _kept(
    asked: _Asked, frames: Sequence[str], heads: Sequence[str], plus: Sequence[str], minus: Sequence[str] = ()
) -> Counts:
    """The sums of the counters of these periods, less those of others; of what is overdue those whose deadline lay
    before today.
    """
    columns = [_COUNTERS[head] for head in heads]
    where = [
        _COUNTERS.category_code.in_(_categories(asked.filters)),
        _COUNTERS.period.in_([*plus, *minus]),
        _COUNTERS.frame.in_([f"{DUE}{frame}" for frame in frames] if asked.filters.overdue else frames),
        *_marked(asked),
        *(_COUNTERS.district_code == code for code in _districts(asked)),
    ]
    number = case((_COUNTERS.period.in_(minus), -_COUNTERS.n), else_=_COUNTERS.n) if minus else _COUNTERS.n
    asks = select(*columns, func.sum(number)).where(*where).group_by(*columns)
    rows = db.session.execute(asks).all() if plus or minus else ()
    return Counter({tuple(key): int(found or 0) for *key, found in rows})


def _look_at(asked: _Asked, frames: Sequence[str], heads: Sequence[str], most: int | None = None) -> _Seen:
    """The same out of the tickets themselves, of which no more than ``most`` are looked at."""
    cell = func.substr(Ticket.cell, 1, 1) if frames[0] in {WHOLE, NOWHERE} else Ticket.cell
    columns = (cell.label("cell"), Ticket.district_code, Ticket.state, Ticket.late)
    some = select(*columns).where(*filters.conditions(asked.person, asked.filters, asked.now)).limit(most).subquery()
    seen, taken = _Seen(Counter(), 0), [_HEADS.index(head) for head in heads]
    for cell_at, district, state, late, number in db.session.execute(select(some, func.count()).group_by(*some.c)):
        seen.number += number
        place = _place(cell_at, frames)
        if place is not None:
            mark = LATE if state is State.CLOSED and late else state.value
            known = (place, district, mark)
            seen.counts[tuple(known[at] for at in taken)] += number
    return seen


def _place(cell: str, frames: Sequence[str]) -> str | None:
    """The cell that a ticket is counted in, in these frames; None where it is not."""
    if frames[0] in {WHOLE, NOWHERE}:
        return "" if frames[0] == WHOLE or not cell else None
    if not cell:
        return None
    coarse = parent(cell, COARSE)
    if frames[0] == CITY:
        return coarse
    return parent(cell, FINE) if coarse in frames else None


def _add(found: Counts, sign: int, others: Counts) -> None:
    for key, number in others.items():
        found[key] += sign * number


def _categories(asked: Filters) -> list[str]:
    """What the counters are asked for: every category, or those of the field, or one."""
    if not asked.field:
        return [asked.category or EVERY]
    codes = [one.code for one in reports.categories() if one.field == asked.field]
    return [code for code in codes if asked.category in ("", code)]


def _districts(asked: _Asked) -> list[str]:
    """The districts that a ticket has to lie in, all of them."""
    whole = access.scope(asked.person.role, Right.TICKET_READ) is Scope.ALL
    own = [] if whole else [asked.person.district_code or ""]
    return own + ([asked.filters.district] if asked.filters.district else [])


def _marked(asked: _Asked) -> list[ColumnElement[bool]]:
    """The condition on marks; none where every mark is asked for."""
    states = asked.filters.state or tuple(State)
    if asked.filters.overdue:
        today, mark = day_of(asked.now), _COUNTERS.mark
        return [or_(false(), *(mark.between(*due_marks(state, today)) for state in RUNNING if state in states))]
    return [_COUNTERS.mark.in_(marks(states))] if asked.filters.state else []


def _district(code: str, by_mark: Mapping[str, int], overdue: int) -> District:
    in_time = by_mark.get(State.CLOSED.value, 0)
    running = sum(number for mark, number in by_mark.items() if state_of(mark) in lists.OPEN)
    return District(
        code=code,
        all=sum(by_mark.values()),
        open=running,
        overdue=min(overdue, running),
        closed=in_time + by_mark.get(LATE, 0),
        in_time=in_time,
    )


def _tickets(asked: _Asked, cells: Sequence[str]) -> list[Ticket]:
    if not cells:
        return []
    lying = Ticket.id.in_(_lying_in(asked, cells, Ticket.id).limit(FEW))
    drawn = select(Ticket).where(lying).options(joinedload(Ticket.category))
    return sorted(db.session.scalars(drawn), key=lambda ticket: (ticket.filed_at, ticket.id), reverse=True)


def _closer(asked: _Asked, cells: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The same by the cells of the tickets themselves."""
    heads = (Ticket.cell, Ticket.district_code)
    rows = db.session.execute(_lying_in(asked, cells, *heads, func.count()).group_by(*heads))
    return {(cell, district): number for cell, district, number in rows}


def _lying_in(asked: _Asked, cells: Sequence[str], *columns: Any) -> Select[Any]:
    """Of the tickets asked for that lie in these cells; of what no counter knows, among the first."""
    where = filters.conditions(asked.person, asked.filters, asked.now)
    if not asked.kept:
        first = select(Ticket.id).where(*where).limit(CAP).subquery()
        there = or_(false(), *(Ticket.cell.between(*span(cell, CELL_RESOLUTION)) for cell in cells))
        return select(*columns).where(Ticket.id.in_(select(first.c.id)), there)
    near = within_any(Ticket.cell, [span(cell, CELL_RESOLUTION) for cell in cells])
    lying = select(*columns).select_from(near).where(*where)
    if asked.filters.overdue or (asked.filters.state and OPEN.issuperset(asked.filters.state)):
        return by_index(lying.where(IS_OPEN), Ticket, "ix_ticket_open_cell")
    return by_index(lying, Ticket, "ix_ticket_cell_closed_at")


def _folded(found: Mapping[tuple[str, ...], int], resolution: int, capped: bool) -> Look:
    """The counts by cell and district, in the cells of a coarser resolution."""
    folded: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (cell, district), number in found.items():
        folded[parent(cell, resolution)][district] += number
    return Look(
        cells={cell: sum(of.values()) for cell, of in folded.items()},
        capped=capped,
        districts={cell: [code for code, _number in of.most_common()] for cell, of in folded.items()},
    )
