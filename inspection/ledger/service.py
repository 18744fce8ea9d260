"""The ledger's pages, its totals, and the columns that each person chose (台账). Nothing here commits.

Whatever is shown lies within what the person may see: a unit's own tickets, a district's, or all.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, delete, func, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.ledger.columns import SHOWN, Column, Line, known
from inspection.ledger.models import ChosenColumns, Order
from inspection.people.models import Person
from inspection.tickets import filters
from inspection.tickets.filters import Filters
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State

Key = tuple[datetime, uuid.UUID]

CAP = 10_000
"""So far everything is counted exactly; beyond it a total says only that it is more, and costs no more."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""Where a ticket without a deadline stands in the order of deadlines: behind all others."""
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
    where = filters.conditions(person, asked, now)
    tickets = _newest(where, after, limit) if order is Order.NEWEST else _next_due(where, after, limit)
    reports = _reports_of(tickets)
    return [Line(ticket, reports.get(ticket.id, 0)) for ticket in tickets]


def key(line: Line, order: Order) -> Key:
    """Where a line stands in the order."""
    ticket = line.ticket
    return (ticket.filed_at if order is Order.NEWEST else ticket.due_at or NEVER), ticket.id


def stream(person: Person, asked: Filters, order: Order, *, now: datetime) -> Iterator[Line]:
    """Every line, out of one snapshot, through a connection of its own: other reading and writing may go on beside it.

    One statement is one snapshot on both databases. The visibility is that of the person as given.
    """
    return _streamed(_lines(filters.conditions(person, asked, now), order))


def count(person: Person, asked: Filters, *, now: datetime, cap: int = CAP) -> Count:
    """How many tickets are asked for, counted up to ``cap``."""
    found = db.session.scalar(select(_counted(filters.conditions(person, asked, now), cap))) or 0
    return Count(min(found, cap), found > cap)


def totals(person: Person, asked: Filters, *, now: datetime, cap: int = CAP) -> Totals:
    """The totals of what is asked for, each state counted up to ``cap``, in one statement."""
    where = filters.conditions(person, asked, now)
    states = asked.state or tuple(State)
    counted = (_counted([*where, Ticket.state == state], cap).label(state.value) for state in states)
    found = dict(zip(states, db.session.execute(select(*counted)).one(), strict=True))
    whole = sum(found.values())
    return Totals(
        all=Count(min(whole, cap), whole > cap),
        by_state={state: Count(min(number, cap), number > cap) for state, number in found.items() if number},
    )


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


def _newest(where: Sequence[ColumnElement[bool]], after: Key | None, limit: int) -> Sequence[Ticket]:
    behind = [tuple_(Ticket.filed_at, Ticket.id) < after] if after else []
    return _some([*where, *behind], (Ticket.filed_at.desc(), Ticket.id.desc()), limit)


def _next_due(where: Sequence[ColumnElement[bool]], after: Key | None, limit: int) -> Sequence[Ticket]:
    """First what has a deadline, then what has none: two walks along one index each, instead of a sort."""
    found: list[Ticket] = []
    if after is None or after[0] != NEVER:
        behind = [tuple_(Ticket.due_at, Ticket.id) > after] if after else []
        found += _some([*where, Ticket.due_at.is_not(None), *behind], (Ticket.due_at, Ticket.id), limit)
        after = None
    if len(found) < limit:
        behind = [Ticket.id > after[1]] if after else []
        found += _some([*where, Ticket.due_at.is_(None), *behind], (Ticket.id,), limit - len(found))
    return found


def _some(
    where: Sequence[ColumnElement[bool]], order: Sequence[SQLColumnExpression[Any]], limit: int
) -> Sequence[Ticket]:
    return db.session.scalars(
        select(Ticket)
        .where(*where)
        .order_by(*order)
        .limit(limit)
        .options(joinedload(Ticket.unit), joinedload(Ticket.category))
    ).all()


def _streamed(statement: Select[Ticket, int]) -> Iterator[Line]:
    with Session(db.engine) as session:
        for ticket, reports in session.execute(statement.execution_options(yield_per=AT_ONCE)):
            yield Line(ticket, reports)


def _lines(where: Sequence[ColumnElement[bool]], order: Order) -> Select[Ticket, int]:
    reports = select(func.count()).where(TicketReport.ticket_id == Ticket.id).scalar_subquery()
    ordered = {
        Order.NEWEST: (Ticket.filed_at.desc(), Ticket.id.desc()),
        Order.DUE: (Ticket.due_at.is_(None), Ticket.due_at, Ticket.id),
    }
    return (
        select(Ticket, reports)
        .where(*where)
        .order_by(*ordered[order])
        .options(joinedload(Ticket.unit), joinedload(Ticket.category))
    )


def _counted(where: Sequence[ColumnElement[bool]], cap: int) -> ColumnElement[int]:
    some = select(literal(1)).select_from(Ticket).where(*where).limit(cap + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _reports_of(tickets: Sequence[Ticket]) -> dict[uuid.UUID, int]:
    counted = (
        select(TicketReport.ticket_id, func.count())
        .where(TicketReport.ticket_id.in_([ticket.id for ticket in tickets]))
        .group_by(TicketReport.ticket_id)
    )
    return dict(db.session.execute(counted).all()) if tickets else {}
