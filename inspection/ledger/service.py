"""The ledger's pages, its totals, and the columns that each person chose (台账). Nothing here commits.

Whatever is shown lies within what the person may see: a unit's own tickets, a district's, or all.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column as TableColumn,
)
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.ledger import paths
from inspection.ledger.columns import SHOWN, Column, Line, known
from inspection.ledger.models import ChosenColumns, Order
from inspection.ledger.paths import Part
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.tickets import filters, lists
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State

Key = tuple[datetime, uuid.UUID]
Conditions = Sequence[ColumnElement[bool]]

CAP = 10_000
"""So many tickets are looked at for a total; beyond them it says only that there are more, and costs no more."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""Where a ticket without a deadline stands in the order of deadlines: behind all others."""
LIGHT = 4
"""So many times as many, where the index itself holds what is looked at."""
WHOLE = (Scope.ALL, Scope.DISTRICT)
"""Whoever sees all of an area: it has an index by state."""
_COLUMNS = Ticket.__table__.columns
AT_ONCE = 500
"""How many rows of a stream are fetched at a time."""


@dataclass(frozen=True)
class Count:
    """How many, exactly unless ``more``."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Totals:
    """How many tickets are asked for, in all and by state; states without any are left out."""

    all: Count
    by_state: Mapping[State, Count]


def page(
    person: Person, asked: Filters, order: Order, *, now: datetime, after: Key | None = None, limit: int = 50
) -> list[Line]:
    """The next lines behind the key of the last one that was shown."""
    parts = list(paths.parts(person, asked, order, now))
    tickets = _read(_newest(parts, after, limit) if order is Order.NEWEST else _next_due(parts, after, limit))
    held = lists.count_reports(tickets)
    return [Line(ticket, held.get(ticket.id, 0)) for ticket in tickets]


def key(line: Line, order: Order) -> Key:
    """Where a line stands in the order."""
    ticket = line.ticket
    return (ticket.filed_at if order is Order.NEWEST else ticket.due_at or NEVER), ticket.id


def stream(person: Person, asked: Filters, order: Order, *, now: datetime) -> Iterator[Line]:
    """Every line, out of one snapshot, through a connection of its own: other reading and writing may go on beside it.

    The visibility is that of the person as given. As with pages, no sort is needed, so that memory stays as it is.
    """
    where = filters.conditions(person, asked, now)
    if order is Order.NEWEST:
        return _streamed([_lines(where, Ticket.filed_at.desc(), Ticket.id.desc())])
    dated = _lines([*where, Ticket.due_at.is_not(None)], Ticket.due_at, Ticket.id)
    return _streamed([dated, _lines([*where, Ticket.due_at.is_(None)], Ticket.id)])


def count(person: Person, asked: Filters, *, now: datetime, cap: int = CAP) -> Count:
    """How many tickets are asked for among the ``cap`` that are looked at."""
    met, more = _counted(person, asked, now, cap)
    return Count(min(met.total(), cap), more)


def totals(person: Person, asked: Filters, *, now: datetime, cap: int = CAP) -> Totals:
    """The totals of what is asked for, in all and by state.

    No more than ``cap`` tickets are looked at; if there are more, the total says so, and the states are told only where
    an index holds them: all of them, or a district's.
    """
    if replace(asked, state=(), district="") == NOTHING and access.scope(person.role, Right.TICKET_READ) in WHOLE:
        return _by_state(filters.conditions(person, asked, now), asked.state or tuple(State), cap)
    met, more = _counted(person, asked, now, cap)
    by_state = {state: Count(met[state]) for state in State if state in met}
    return Totals(Count(min(met.total(), cap), more), {} if more else by_state)


def columns_of(person: Person) -> tuple[Column, ...]:
    """The columns that the person chose, or else the default ones."""
    chosen = db.session.get(ChosenColumns, person.id)
    return (known(chosen.codes.split()) if chosen else ()) or SHOWN


def choose_columns(codes: Sequence[str], *, by: Person, now: datetime) -> None:
    """Keep which columns the person wants to see (选列). Raises Invalid("columns") if none is left."""
    columns = known(codes)
    if not columns:
        raise Invalid("columns", N_("至少要选一列。"))
    text = " ".join(column.code for column in columns)
    db.session.merge(ChosenColumns(person_id=by.id, codes=text, chosen_at=now))
    db.session.flush()
    audit.record("ledger.columns_chosen", by, by=by, at=now, columns=text)


def restore_columns(*, by: Person, now: datetime) -> None:
    """Go back to the default columns (恢复默认)."""
    db.session.execute(delete(ChosenColumns).where(ChosenColumns.person_id == by.id))
    audit.record("ledger.columns_restored", by, by=by, at=now)


def _newest(parts: Sequence[Part], after: Key | None, limit: int) -> list[uuid.UUID]:
    behind = [tuple_(Ticket.filed_at, Ticket.id) < after] if after else []
    order = (Ticket.filed_at.desc(), Ticket.id.desc())
    found = _firsts([(part, behind) for part in parts], Ticket.filed_at, order, limit)
    return [one for _, one in sorted(set(found), reverse=True)[:limit]]


def _next_due(parts: Sequence[Part], after: Key | None, limit: int) -> list[uuid.UUID]:
    """First what has a deadline, then what has none: two walks along one index each, instead of a sort."""
    found: list[uuid.UUID] = []
    if after is None or after[0] != NEVER:
        behind = [Ticket.due_at.is_not(None), *([tuple_(Ticket.due_at, Ticket.id) > after] if after else [])]
        each = [(part, [*behind, *([Ticket.due_at >= part.since] if part.since else [])]) for part in parts]
        firsts = _firsts(each, Ticket.due_at, (Ticket.due_at, Ticket.id), limit)
        found = [one for _, one in sorted(set(firsts))[:limit]]
        after = None
    if len(found) < limit:
        undated = [Ticket.due_at.is_(None), *([Ticket.id > after[1]] if after else [])]
        rows = _firsts([(part, undated) for part in parts], Ticket.filed_at, (Ticket.id,), limit)
        found += sorted({one for _, one in rows})[: limit - len(found)]
    return found


def _firsts(
    each: Sequence[tuple[Part, Conditions]],
    by: SQLColumnExpression[Any],
    order: Sequence[SQLColumnExpression[Any]],
    limit: int,
) -> Sequence[tuple[datetime, uuid.UUID]]:
    """The first of each part, no more than ``limit``, with what they are ordered by."""
    if not each:
        return []
    firsts = (
        part.finds(select(by.label("by"), Ticket.id).where(*part.all_with(*more)))
        .order_by(*order)
        .limit(limit)
        .subquery()
        for part, more in each
    )
    return [(row[0], row[1]) for row in db.session.execute(union_all(*(select(one.c.by, one.c.id) for one in firsts)))]


def _read(ids: Sequence[uuid.UUID]) -> list[Ticket]:
    """The tickets, in the order of their ids as given."""
    wanted = select(Ticket).where(Ticket.id.in_(ids)).options(joinedload(Ticket.unit), joinedload(Ticket.category))
    found = {ticket.id: ticket for ticket in db.session.scalars(wanted)} if ids else {}
    return [found[one] for one in ids if one in found]


def _counted(person: Person, asked: Filters, now: datetime, cap: int) -> tuple[Counter[State], bool]:
    """How many of each state there are among those looked at, and whether that was not all."""
    met, left = Counter[State](), cap
    for part in paths.parts(person, asked, None, now):
        names = _looked_at(part)
        ease = LIGHT if part.passed and part.path and part.path.covers.issuperset(names) else 1
        seen = 0
        for state, looked_at, number in db.session.execute(_tally(part, names, left * ease)):
            seen += looked_at
            met[state] += number
        if seen > left * ease or met.total() > cap:
            return +met, True
        left -= seen // ease
    return +met, False


def _looked_at(part: Part) -> list[str]:
    """The columns that are looked at in passing, and the state."""
    columns = (one for condition in part.passed for one in iterate(condition) if isinstance(one, TableColumn))
    return sorted({one.name for one in columns if one.table.name == Ticket.__tablename__} | {"state"})


def _tally(part: Part, names: Sequence[str], most: int) -> Select[State, int, int]:
    """By state: how many of the first ``most`` are looked at, and how many of those meet all conditions."""
    some = part.finds(select(*(_COLUMNS[name] for name in names)).where(*part.sought)).limit(most + 1).subquery()
    asked = ClauseAdapter(some).traverse(and_(true(), *part.passed))
    return select(some.c.state, func.count(), func.count(case((asked, 1)))).group_by(some.c.state)


def _by_state(where: Conditions, states: Sequence[State], cap: int) -> Totals:
    counted = (_first([*where, Ticket.state == state], cap).label(state.value) for state in states)
    found = dict(zip(states, db.session.execute(select(*counted)).one(), strict=True))
    whole = sum(found.values())
    by_state = {state: Count(min(number, cap), number > cap) for state, number in found.items() if number}
    return Totals(Count(min(whole, cap), whole > cap), by_state)


def _streamed(statements: Sequence[Select[Ticket, int]]) -> Iterator[Line]:
    """On SQLite a transaction that reads is a snapshot by itself; PostgreSQL is asked for one."""
    on_postgresql = db.engine.dialect.name == "postgresql"
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ") if on_postgresql else db.engine
    with Session(engine) as session:
        for statement in statements:
            for ticket, held in session.execute(statement.execution_options(yield_per=AT_ONCE)):
                yield Line(ticket, held)


def _lines(where: Conditions, *order: SQLColumnExpression[Any]) -> Select[Ticket, int]:
    held = select(func.count()).where(TicketReport.ticket_id == Ticket.id).scalar_subquery()
    return (
        select(Ticket, held)
        .where(*where)
        .order_by(*order)
        .options(joinedload(Ticket.unit), joinedload(Ticket.category))
    )


def _first(where: Conditions, cap: int) -> ColumnElement[int]:
    some = select(literal(1)).select_from(Ticket).where(*where).limit(cap + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
