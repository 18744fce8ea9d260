"""By which index a part of the ledger is walked, so that a page costs the same however old the ledger grows.

What several filters ask for at once lies together in no index. Some of them narrow it down to so little that this is
read whole and sorted; else one walks in the order of the page and passes by what is not asked for, which is then common
enough to be met soon. SQLite keeps no statistics here and cannot know which: it is told (``by_index``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, func, literal, literal_column, or_, select, true

from inspection.kernel.calendar import end_of, start_of
from inspection.kernel.db import Statement, by_index, db
from inspection.ledger.models import Order
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.tickets import filters, visibility
from inspection.tickets.filters import Filters
from inspection.tickets.models import IS_OPEN, NARROWED, SEEN, Ticket
from inspection.tickets.workflow import OPEN, State

Conditions = Mapping[str, ColumnElement[bool]]
"""By what they ask about: ``district``, ``filed``, ``open`` …"""

FEW = 10_000
"""So many tickets are read and sorted for a page."""


@dataclass(frozen=True)
class Path:
    """An index of the tickets, and what has to be asked about for it to be of use."""

    index: str
    by: frozenset[str]
    covers: frozenset[str] = frozenset()
    """The columns of the tickets that it holds, where those are most of what is asked for."""

    def answers(self, name: str) -> bool:
        """Whether it finds by what is asked about."""
        span = {"filed": "filed_at", "ended": "filed_at", "due": "due_at"}.get(name)
        return name in {*self.by, "all", *WRITTEN} or (span is not None and span in self.index)


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
        others = [one for name, one in self.conditions.items() if name != APART] + list(more)
        if self.path:
            return others
        return [self.conditions[APART], case((and_(true(), *others), true()), else_=false())]

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


def _path(index: str, *by: str, covers: Sequence[str] = ()) -> Path:
    return Path(f"ix_ticket_{index}", frozenset(by), frozenset(covers))


UNIT, UNIT_DUE = _path("unit_id_filed_at_id", "unit"), _path("unit_id_state_due_at", "unit", "state")
UNIT_OPEN, UNIT_LATE = (_path("unit_id_state_due_at", "unit", *by) for by in (("state", "open"), ("overdue",)))
STREET = _path("street_code_filed_at_id", "street")
SUPERVISED, REBOUNDS, REWORKED, VOID = (
    _path(f"{name}_filed_at_id", name, covers=SEEN) for name in ("supervised", "rebounds", "reworked", "void")
)
CATEGORY = _path("category_code_filed_at_id_severity", "category")
BY_DUE = "due_at_id_category_code_severity"
CATEGORY_THERE = _path("district_code_category_code_filed_at_id", "district", "category")
OPEN_NEWEST, OPEN_DUE = (
    _path(f"open_{by}", "open", covers=(*NARROWED, "filed_at", "due_at")) for by in ("filed_at", "due_at")
)
SHORT = (UNIT, UNIT_DUE, UNIT_OPEN, UNIT_LATE, STREET, VOID, SUPERVISED, REBOUNDS, OPEN_NEWEST, OPEN_DUE)
"""What holds so few that nothing narrower is sought."""
DISTRICT, ALL = _path("district_code_filed_at_id", "district"), _path("filed_at_id")
WIDE = (DISTRICT, ALL)
"""Where several categories at once are too much to pass by."""
WALKS = {
    Order.NEWEST: (
        UNIT_OPEN,
        UNIT_LATE,
        UNIT,
        STREET,
        VOID,
        SUPERVISED,
        REBOUNDS,
        OPEN_NEWEST,
        CATEGORY_THERE,
        REWORKED,
        CATEGORY,
        DISTRICT,
        ALL,
    ),
    Order.DUE: (
        UNIT_DUE,
        UNIT_LATE,
        UNIT,
        STREET,
        SUPERVISED,
        REBOUNDS,
        OPEN_DUE,
        _path("district_code_state_due_at", "district", "state"),
        _path("state_due_at", "state"),
        _path("district_code_due_at_id", "district"),
        _path(BY_DUE),
    ),
}
"""The first is taken that is of use."""
COUNTED = [
    _path(f"{index}state_due_at", *by, state)
    for index, by in (("unit_id_", ["unit"]), ("district_code_", ["district"]), ("", []))
    for state in ("state", "overdue")
]
"""Taken before all for a count, if it answers everything."""
TEXTS = (
    _path("number_pattern", "number"),
    _path("district_code_place", "district", "place"),
    _path("place_pattern", "place"),
)
NARROW = {
    Order.NEWEST: (
        _path("district_code_due_at_id", "district", "due"),
        _path(BY_DUE, "due"),
        _path("closed_at", "closed"),
    ),
    Order.DUE: (
        CATEGORY_THERE,
        CATEGORY,
        _path("district_code_filed_at_id", "district", "filed"),
        _path("filed_at_id", "filed"),
        _path("closed_at", "closed"),
    ),
}
"""Taken before those if there is so little of it, as what begins with a text may be, too."""
APART = "apart"
"""Tickets that a unit sees one by one: few, and known by their ids."""
WRITTEN: Mapping[str, ColumnElement[bool]] = {"open": IS_OPEN, "void": literal_column("ticket.state = 'void'")}
"""Said once more in the words of a partial index, by which the database knows that it may use it."""


def parts(person: Person, asked: Filters, order: Order | None, now: datetime) -> Iterator[Part]:
    """What is asked for and visible, in parts that do not overlap, to be shown in this order or else to be counted."""
    for about, way in _ways(person):
        for one in _by_state(asked):
            for words in _words(one.text):
                part = _part(_conditions(one, about, way, now) | words, one, order)
                yield from _by_category(part, one.field) if part.path in WIDE and one.field else [part]


def _by_state(asked: Filters) -> Iterator[Filters]:
    """The same as several filters, of which an index holds each in order: what is open together, other states apart."""
    live = tuple(state for state in asked.state if state in OPEN)
    states = [live] * bool(live) + [(state,) for state in asked.state if state not in OPEN]
    yield from [replace(asked, state=some) for some in states] or [asked]


def _by_category(part: Part, field: str) -> Iterator[Part]:
    """The same again, for a field has no index of its own."""
    rest = {name: one for name, one in part.conditions.items() if name != "field"}
    path = CATEGORY_THERE if "district" in rest else CATEGORY
    for category in reports.categories():
        if category.field == field and "category" not in rest:
            yield Part(rest | {"category": Ticket.category_code == category.code}, path)


def _words(prefix: str) -> list[dict[str, ColumnElement[bool]]]:
    """What begins so: the number, the number in capitals, the place; each without those before."""
    if not prefix:
        return [{}]
    found: list[dict[str, ColumnElement[bool]]] = []
    earlier: list[ColumnElement[bool]] = []
    columns = {"number": (Ticket.number, sorted({prefix, prefix.upper()})), "place": (Ticket.place, [prefix])}
    for name, (column, forms) in columns.items():
        for form in forms:
            begins = filters.begins(column, form)
            found.append({name: begins, "else": ~or_(*earlier)} if earlier else {name: begins})
            earlier.append(begins)
    return found


def _conditions(asked: Filters, about: str, way: ColumnElement[bool], now: datetime) -> dict[str, ColumnElement[bool]]:
    found = {about: way}
    for name, condition in filters.asked_for(asked.without("text"), now):
        asks = name.partition("_")[0]
        found[asks] = and_(found[asks], condition) if asks in found else condition
    if _is_open(asked):
        found["open"] = WRITTEN["open"]
    if asked.state == (State.VOID,):
        found["void"] = WRITTEN["void"]
    return found


def _part(conditions: dict[str, ColumnElement[bool]], asked: Filters, order: Order | None) -> Part:
    if APART in conditions:
        return Part(conditions, None)
    if order is None:
        for whole in COUNTED:
            if whole.by <= conditions.keys() and all(map(whole.answers, conditions)):
                return Part(conditions, whole)
        order = Order.NEWEST
    ends = [end_of(day) for day in (asked.due_to, asked.closed_to) if day]
    if ends and order is Order.NEWEST:  # nothing is due or closed before it is filed
        conditions["ended"] = Ticket.filed_at <= min(ends)
    since = start_of(asked.filed_from) if asked.filed_from else None
    path = next(path for path in WALKS[order] if path.by <= conditions.keys())
    for narrow in (*TEXTS, *(NARROW[order] if path not in SHORT else ())):
        if narrow.by <= conditions.keys() and _few(Part(conditions, narrow)):
            return Part(conditions, narrow, since)
    return Part(conditions, path, since)


def _few(part: Part) -> bool:
    some = part.finds(select(literal(1)).select_from(Ticket).where(*part.sought)).limit(FEW + 1)
    return (db.session.scalar(select(func.count()).select_from(some.subquery())) or 0) <= FEW


def _is_open(asked: Filters) -> bool:
    return asked.overdue or (bool(asked.state) and OPEN.issuperset(asked.state))


def _ways(person: Person) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """The ways in which a person sees tickets, with what each asks about."""
    about = {Scope.DISTRICT: ("district",), Scope.UNIT: ("unit", APART)}
    allowed = access.scope(person.role, Right.TICKET_READ)
    return zip(about.get(allowed, ("all",)) if allowed else ("all",), visibility.ways(person), strict=False)
