"""The ledger's pages, its totals, and the columns that each person chose (台账). Nothing here commits.

Whatever is shown lies within what the person may see: a unit's own tickets, a district's, or all.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    delete,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.ledger.columns import SHOWN, Column, Line, known
from inspection.ledger.models import ChosenColumns, Order
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.tickets import filters
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State

Key = tuple[datetime, uuid.UUID]
Conditions = Sequence[ColumnElement[bool]]

CAP = 10_000
"""So far everything is counted exactly; beyond it a total says only that it is more, and costs no more."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""Where a ticket without a deadline stands in the order of deadlines: behind all others."""
COMMON = 1_000
"""More tickets than that are not sorted for a page."""
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
    meet = filters.passing_by if _is_common(person, asked, now) else filters.conditions
    each = [meet(person, one, now) for one in _one_by_one(asked, order)]
    tickets = _newest(each, after, limit) if order is Order.NEWEST else _next_due(each, after, limit)
    held = _reports_of(tickets)
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
    """How many tickets are asked for, counted up to ``cap``."""
    found = db.session.scalar(select(_counted(filters.conditions(person, asked, now), cap))) or 0
    return Count(min(found, cap), found > cap)


def totals(person: Person, asked: Filters, *, now: datetime, cap: int = CAP) -> Totals:
    """The totals of what is asked for: exact up to ``cap``, in all and by state.

    Beyond it they say that it is more. By state that is told only where an index holds what is asked for: the district
    and the state. Other filters would have most of the table be read for the rarest of the states.
    """
    where = filters.conditions(person, asked, now)
    if _is_plain(asked):
        return _by_state(where, asked.state or tuple(State), cap)
    some = select(Ticket.state).where(*where).limit(cap + 1).subquery()
    found: dict[State, int] = dict(db.session.execute(select(some.c.state, func.count()).group_by(some.c.state)).all())
    whole = sum(found.values())
    if whole > cap:
        return Totals(Count(cap, more=True), {})
    return Totals(Count(whole), {state: Count(found[state]) for state in State if state in found})


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


def _one_by_one(asked: Filters, order: Order) -> list[Filters]:
    """The same tickets as several filters with one state or one category each, where an index holds each in order.

    Those of several at once would have to be sorted, all of them.
    """
    if len(asked.state) > 1:
        return [replace(asked, state=(state,)) for state in asked.state]
    if order is Order.NEWEST and asked.field and not (asked.category or asked.state):
        codes = [category.code for category in reports.categories() if category.field == asked.field]
        return [replace(asked, field="", category=code) for code in codes]
    return [asked]


def _newest(each: Sequence[Conditions], after: Key | None, limit: int) -> Sequence[Ticket]:
    behind = [tuple_(Ticket.filed_at, Ticket.id) < after] if after else []
    return _some([[*where, *behind] for where in each], (Ticket.filed_at.desc(), Ticket.id.desc()), limit)


def _next_due(each: Sequence[Conditions], after: Key | None, limit: int) -> Sequence[Ticket]:
    """First what has a deadline, then what has none: two walks along one index each, instead of a sort."""
    found: list[Ticket] = []
    if after is None or after[0] != NEVER:
        behind = [Ticket.due_at.is_not(None), *([tuple_(Ticket.due_at, Ticket.id) > after] if after else [])]
        found += _some([[*where, *behind] for where in each], (Ticket.due_at, Ticket.id), limit)
        after = None
    if len(found) < limit:
        behind = [Ticket.due_at.is_(None), *([Ticket.id > after[1]] if after else [])]
        found += _some([[*where, *behind] for where in each], (Ticket.id,), limit - len(found))
    return found


def _some(each: Sequence[Conditions], order: Sequence[SQLColumnExpression[Any]], limit: int) -> Sequence[Ticket]:
    """The first of all that any of the conditions lets through: no more than ``limit`` of each are looked at."""
    if not each:
        return []
    wanted = each[0] if len(each) == 1 else [Ticket.id.in_(_firsts(each, order, limit))]
    return db.session.scalars(
        select(Ticket)
        .where(*wanted)
        .order_by(*order)
        .limit(limit)
        .options(joinedload(Ticket.unit), joinedload(Ticket.category))
    ).all()


def _firsts(
    each: Sequence[Conditions], order: Sequence[SQLColumnExpression[Any]], limit: int
) -> CompoundSelect[uuid.UUID]:
    firsts = (select(Ticket.id).where(*where).order_by(*order).limit(limit).subquery() for where in each)
    return union_all(*(select(one.c.id) for one in firsts))


def _is_common(person: Person, asked: Filters, now: datetime) -> bool:
    """Whether so many tickets begin with the text that sorting them would cost more than walking past others."""
    return bool(asked.text) and count(person, Filters(text=asked.text), now=now, cap=COMMON).more


def _is_plain(asked: Filters) -> bool:
    return replace(asked, state=(), district="") == NOTHING


def _by_state(where: Conditions, states: Sequence[State], cap: int) -> Totals:
    counted = (_counted([*where, Ticket.state == state], cap).label(state.value) for state in states)
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


def _counted(where: Conditions, cap: int) -> ColumnElement[int]:
    some = select(literal(1)).select_from(Ticket).where(*where).limit(cap + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _reports_of(tickets: Sequence[Ticket]) -> dict[uuid.UUID, int]:
    counted = (
        select(TicketReport.ticket_id, func.count())
        .where(TicketReport.ticket_id.in_([ticket.id for ticket in tickets]))
        .group_by(TicketReport.ticket_id)
    )
    return dict(db.session.execute(counted).all()) if tickets else {}
