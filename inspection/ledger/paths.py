"""By which index a part of the ledger is walked, so that a page costs the same however old the ledger grows.

What several filters ask for at once lies together in no index. Some of them narrow it down to so little that this is
read whole and sorted: each that may is counted, up to some thousands, and the one is taken that costs least. Else one
walks in the order of the page and passes by what is not asked for, which is then common enough to be met soon. The
indexes hold what is seen in passing. SQLite keeps no statistics here and cannot know which: it is told (``by_index``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql.visitors import iterate

from inspection.kernel.calendar import start_of
from inspection.kernel.db import Statement, by_index, db
from inspection.ledger.models import Order
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.reports.models import Category
from inspection.tickets import filters, visibility
from inspection.tickets.filters import Filters
from inspection.tickets.models import IS_OPEN, Ticket
from inspection.tickets.workflow import OPEN, State

Conditions = Mapping[str, ColumnElement[bool]]
"""By what they ask about: ``district``, ``filed``, ``open`` …"""

FEW = 20_000
"""So many entries of an index are read and sorted for a page."""
DEAR = 6
"""Reading a ticket costs so many times as much as passing by an entry of an index that holds all that is asked."""
CHEAP = 4_000
"""At so many entries nothing cheaper is sought."""

_TABLE = cast(Table, Ticket.__table__)
_HELD = {str(index.name): frozenset(column.name for column in index.columns) for index in _TABLE.indexes}


@dataclass(frozen=True)
class Path:
    """An index of the tickets, and what has to be asked about for it to be of use."""

    index: str
    by: frozenset[str]
    then: frozenset[str] = frozenset()
    """What else it finds by if that is asked about, too: the span of days that it is ordered by."""

    def answers(self, name: str) -> bool:
        """Whether it finds by what is asked about."""
        return name in self.by or name in self.then or name in {"all", *WRITTEN}

    @property
    def covers(self) -> frozenset[str]:
        """The columns of the tickets that it holds."""
        return _HELD[self.index]


@dataclass(frozen=True)
class Part:
    """Some of the tickets that are asked for: the conditions on them, and the index along which they are met."""

    conditions: Conditions
    path: Path | None
    since: datetime | None = None
    """None of them has a deadline before."""

    def finds(self, statement: Statement) -> Statement:
        """The statement, answered along the path."""
        return by_index(statement, Ticket, self.path.index) if self.path else statement

    def all_with(self, *more: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        """All conditions and some more. Without a path they begin at the few: the others stand in a case, so that no
        planner begins with them.
        """
        names = sorted(self.conditions.keys() - {APART}, key=self._passes)
        others = [self.conditions[name] for name in names] + list(more)
        if self.path:
            return others
        return [self.conditions[APART], case((and_(true(), *others), true()), else_=false())]

    def _passes(self, name: str) -> tuple[bool, str]:
        """What the index does not answer comes last: of two bounds to a column SQLite seeks by the first."""
        return self.path is not None and not self.path.answers(name), name

    @property
    def sought(self) -> list[ColumnElement[bool]]:
        """The conditions that the index itself answers."""
        if self.path is None:
            return self.all_with()
        used = {name: one for name, one in self.conditions.items() if self.path.answers(name)}
        return [one for name, one in used.items() if name in self.path.by or name not in WRITTEN]

    @property
    def passed(self) -> list[ColumnElement[bool]]:
        """The others, which each ticket on the way is asked."""
        return [one for name, one in self.conditions.items() if self.path and not self.path.answers(name)]

    @property
    def looked_at(self) -> frozenset[str]:
        """The columns of the tickets that those look at."""
        columns = (one for condition in self.passed for one in iterate(condition) if isinstance(one, Column))
        return frozenset(one.name for one in columns if one.table is _TABLE)

    @property
    def light(self) -> bool:
        """Whether no ticket has to be read on the way."""
        return self.path is not None and self.path.covers >= self.looked_at


FILED, DUE = ("filed",), ("due",)
ORDERED = {Order.NEWEST: "filed_at", Order.DUE: "due_at"}
ANY = "anything"
ANYTHING = Ticket.category_code.in_(select(Category.code))
"""True of every ticket; said where an index begins with the category and none is asked for."""


def _path(index: str, *by: str, then: Sequence[str] = ()) -> Path:
    return Path(f"ix_ticket_{index}", frozenset(by), frozenset(then))


UNIT_DUE, OF_UNIT = "unit_id_state_due_at", "unit_id_filed_at_id"
BY_CATEGORY, BY_SEVERITY = "category_code_filed_at_id", "category_code_severity_due_at_id"
BY_CATEGORY_THERE = "district_code_category_code_filed_at_id"
UNIT, STREET = _path(OF_UNIT, "unit", then=FILED), _path("street_code_filed_at_id", "street", then=FILED)
VOID = _path("void_filed_at_id", "void", "state", then=FILED)
RARE = ("supervised", "rebounds", "reworked")
WALKS = {
    Order.NEWEST: (
        UNIT,
        STREET,
        VOID,
        *(_path(f"{name}_filed_at_id", name, then=FILED) for name in RARE),
        _path("open_filed_at", "open", then=FILED),
        _path(BY_CATEGORY_THERE, "district", "category", then=FILED),
        _path(BY_CATEGORY, "category", then=FILED),
        _path("district_code_filed_at_id", "district", then=FILED),
        _path("filed_at_id", then=FILED),
    ),
    Order.DUE: (
        UNIT,
        STREET,
        VOID,
        *(_path(f"{name}_due_at_id", name, then=DUE) for name in RARE),
        _path("open_due_at", "open", then=DUE),
        _path(BY_SEVERITY, "category", "severity", then=DUE),
        _path("district_code_due_at_id", "district", then=DUE),
        _path("due_at_id", then=DUE),
    ),
}
"""The first is taken that is of use."""
COUNTED = [
    _path(f"{index}state_due_at", *by, state, then=DUE)
    for index, by in (("unit_id_", ["unit"]), ("district_code_", ["district"]), ("", []))
    for state in ("state", "overdue")
]
"""Taken before all if it answers everything: for a count, and of one state for its deadlines."""
_NARROW = (
    *(_path(UNIT_DUE, "unit", *by) for by in (("state", "open"), ("overdue",))),
    UNIT,
    STREET,
    _path("supervised_filed_at_id", "supervised"),
    *(_path(BY_SEVERITY, "severity", by) for by in ("category", "field", ANY)),
    _path("number_pattern", "number"),
    _path("district_code_place", "district", "place"),
    _path("place_pattern", "place"),
    _path("rebounds_filed_at_id", "rebounds"),
    _path("closed_at_id", "closed"),
    *(_path(BY_CATEGORY_THERE, "district", by) for by in ("category", "field")),
    *(_path(BY_CATEGORY, by) for by in ("category", "field")),
)
NARROW = {
    Order.NEWEST: (*_NARROW, _path("district_code_due_at_id", "district", "due"), _path("due_at_id", "due")),
    Order.DUE: (*_NARROW, _path("district_code_filed_at_id", "district", "filed"), _path("filed_at_id", "filed")),
}
"""Taken before those if there is so little of it."""
APART = "apart"
"""Tickets that a unit sees one by one: few, and known by their ids."""
WRITTEN: Mapping[str, ColumnElement[bool]] = {"open": IS_OPEN, "void": literal_column("ticket.state = 'void'")}
"""Said once more in the words of a partial index, by which the database knows that it may use it."""


def parts(person: Person, asked: Filters, order: Order | None, now: datetime) -> Iterator[Part]:
    """What is asked for and visible, in parts to be shown in this order, which may overlap in what begins with a text;
    or else in parts to be counted, which do not.
    """
    if not _agree(asked):
        return
    ends = [day for day in (asked.filed_to, asked.due_to, asked.closed_to) if day]
    if ends and order is not Order.DUE:  # nothing is due or closed before it is filed
        asked = replace(asked, filed_to=min(ends))
    for about, way in _ways(person):
        few = asked.unit or asked.street or about in {"unit", APART}  # whose index holds the texts, too
        for one in _by_state(asked):
            for words in [{}] if few else _words(one.text, apart=order is None):
                known = _conditions(one if few else one.without("text"), about, way, now) | words
                part = _part(known, one, order)
                yield from [part] if part else []


def entries(part: Part, most: int) -> int:
    """How many entries of its index a part begins with: so many, or one more than ``most``."""
    some = part.finds(select(literal(1)).select_from(Ticket).where(*part.sought)).limit(most + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _agree(asked: Filters) -> bool:
    """Whether the category is one of the field, which then says nothing more."""
    if not (asked.category and asked.field):
        return True
    return db.session.scalar(select(Category.field).where(Category.code == asked.category)) == asked.field


def _by_state(asked: Filters) -> Iterator[Filters]:
    """The same as several filters, of which an index holds each in order: what is open together, other states apart."""
    live = tuple(state for state in asked.state if state in OPEN)
    states = [live] * bool(live) + [(state,) for state in asked.state if state not in OPEN]
    yield from [replace(asked, state=some) for some in states] or [asked]


def _words(prefix: str, *, apart: bool) -> list[dict[str, ColumnElement[bool]]]:
    """What begins so: the number, the number in capitals, the place; ``apart``: each without those before."""
    if not prefix:
        return [{}]
    found: list[dict[str, ColumnElement[bool]]] = []
    earlier: list[ColumnElement[bool]] = []
    columns = {"number": (Ticket.number, sorted({prefix, prefix.upper()})), "place": (Ticket.place, [prefix])}
    for name, (column, forms) in columns.items():
        for form in forms:
            begins = filters.begins(column, form)
            found.append({name: begins, "else": ~or_(*earlier)} if earlier and apart else {name: begins})
            earlier.append(begins)
    return found


def _conditions(asked: Filters, about: str, way: ColumnElement[bool], now: datetime) -> dict[str, ColumnElement[bool]]:
    found = {about: way}
    for name, condition in filters.asked_for(asked, now):
        asks = name.partition("_")[0]
        found[asks] = and_(found[asks], condition) if asks in found else condition
    if _is_open(asked):
        found["open"] = WRITTEN["open"]
    if asked.state == (State.VOID,):
        found["void"] = WRITTEN["void"]
    return found


def _part(conditions: dict[str, ColumnElement[bool]], asked: Filters, order: Order | None) -> Part | None:
    """The part along the best path; none where an index shows that nothing is met."""
    if APART in conditions:
        return Part(conditions, None)
    if order is None or (order is Order.DUE and len(asked.state) == 1):
        for whole in COUNTED:
            if whole.by <= conditions.keys() and all(map(whole.answers, conditions)):
                return Part(conditions, whole)
    order = order or Order.NEWEST
    since = start_of(asked.filed_from) if asked.filed_from else None
    walk = Part(conditions, next(path for path in WALKS[order] if path.by <= conditions.keys()), since)
    return _narrowest(walk, order) if walk.passed else walk


def _narrowest(walk: Part, order: Order) -> Part | None:
    """The part along the path by which the least has to be looked at, if that is little; else the walk."""
    best, least = walk, FEW + 1
    most = CHEAP if "open" in walk.conditions else FEW
    for path in NARROW[order]:
        part = _along(path, walk)
        if part is None or least <= CHEAP:
            continue
        number = entries(part, most)
        if number == 0:
            return None
        cost = number if part.light and ORDERED[order] in path.covers else number * DEAR
        if number <= most and cost < least:
            best, least = part, cost
    return best


def _along(path: Path, walk: Part) -> Part | None:
    """The same part along another path, if that is of use."""
    known = walk.conditions
    if ANY in path.by and not {"category", "field"} & known.keys():
        known = {**known, ANY: ANYTHING}
    return replace(walk, conditions=known, path=path) if path.by <= known.keys() else None


def _is_open(asked: Filters) -> bool:
    return asked.overdue or (bool(asked.state) and OPEN.issuperset(asked.state))


def _ways(person: Person) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """The ways in which a person sees tickets, with what each asks about."""
    about = {Scope.DISTRICT: ("district",), Scope.UNIT: ("unit", APART)}
    allowed = access.scope(person.role, Right.TICKET_READ)
    return zip(about.get(allowed, ("all",)) if allowed else ("all",), visibility.ways(person), strict=False)
