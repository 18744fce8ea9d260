"""The city map's counters, kept in the transaction of every change that moves a ticket among them (分布计数).

Nobody has to think of them: whatever the session writes to tickets is seen here, as it is flushed or as the rows of
an insert, and counted once before the commit. See docs/adr/0016-kept-counters-for-the-map.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    event,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from inspection.kernel import audit
from inspection.kernel.calendar import day_of
from inspection.kernel.db import Model, db, writing
from inspection.tickets.models import Ticket
from inspection.tickets.tallying import ALL_TIME, EVERY, WHOLE, Counted, Key, keys
from inspection.tickets.workflow import State

Deltas = Counter[Key]
Values = Mapping[str, Any]

COUNTED = ("cell", "district_code", "category_code", "state", "late", "filed_at", "due_at")
"""The columns of a ticket that the counters depend on."""
AT_ONCE = 10_000

_PENDING = "tallies.pending"


class Tally(Model):
    """How many tickets there are of a key; none is no row."""

    __tablename__ = "tally"
    __table_args__ = {"sqlite_with_rowid": False}

    category_code: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    frame: Mapped[str] = mapped_column(Text, primary_key=True)
    cell: Mapped[str] = mapped_column(Text, primary_key=True)
    district_code: Mapped[str] = mapped_column(Text, primary_key=True)
    mark: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int]


_TABLE = cast(Table, Tally.__table__)
_NAMES = tuple(_TABLE.columns.keys())
KEY = tuple(column for column in _TABLE.columns if column.primary_key)


def recount(*, now: datetime) -> int:
    """Count all tickets anew, a district at a time, and put right what differs; how many counters did.

    Each district is one change, under the lock of the audit chain, that every change of a ticket takes before its
    counters: so nothing moves meanwhile.
    """
    codes = set(db.session.scalars(select(Ticket.district_code).distinct())) | set(db.session.scalars(_districts()))
    return sum(_recount(code, now) for code in sorted(codes))


def _recount(district_code: str, now: datetime) -> int:
    with writing():
        audit.hold()
        deltas: Deltas = Counter()
        columns = [getattr(Ticket, name) for name in COUNTED]
        for row in db.session.execute(select(*columns).where(Ticket.district_code == district_code)):
            deltas.update(_keys(dict(zip(COUNTED, row, strict=True))))
        there = select(*KEY, Tally.n).where(Tally.district_code == district_code)
        for *parts, number in db.session.execute(there):
            deltas[Key(*parts)] -= number
        wrong = sum(number != 0 for number in deltas.values())
        if wrong:
            _apply(db.session(), deltas)
            audit.record("tally.recounted", f"area:{district_code}", by=audit.SYSTEM, at=now, wrong=wrong)
    return wrong


def _districts() -> Any:
    of_all = (Tally.category_code == EVERY) & (Tally.period == ALL_TIME) & (Tally.frame == WHOLE)
    return select(Tally.district_code).where(of_all).distinct()


def _keys(values: Values) -> list[Key]:
    due_at = values.get("due_at")
    return keys(
        Counted(
            cell=values["cell"],
            district_code=values["district_code"],
            category_code=values["category_code"],
            state=State(values["state"]),
            late=values.get("late") or False,
            filed_on=day_of(values["filed_at"]),
            due_on=day_of(due_at) if due_at else None,
        )
    )


def _pending(session: Session) -> Deltas:
    deltas: Deltas = session.info.setdefault(_PENDING, Counter())
    return deltas


@event.listens_for(Session, "after_flush")
def _see_flushed(session: Session, _context: Any) -> None:
    new, gone = set(_tickets(session.new)), set(_tickets(session.deleted))
    for ticket in (*new, *_tickets(session.dirty)):
        if ticket not in gone:
            _pending(session).update(_keys({name: getattr(ticket, name) for name in COUNTED}))
    for ticket in (*gone, *_tickets(session.dirty)):
        if ticket not in new:
            _pending(session).subtract(_keys({name: _before(ticket, name) for name in COUNTED}))


@event.listens_for(Session, "do_orm_execute")
def _see_rows(execution: ORMExecuteState) -> None:
    if execution.is_select or execution.bind_mapper is None or execution.bind_mapper.class_ is not Ticket:
        return
    rows: Any = execution.parameters
    if not execution.is_insert or not rows:
        raise RuntimeError("tickets are changed one by one or inserted as rows: the map could not count them otherwise")
    for row in [rows] if isinstance(rows, Mapping) else rows:
        _pending(execution.session).update(_keys(row))


@event.listens_for(Session, "before_commit")
def _keep(session: Session) -> None:
    """Behind the audit chain's own step, whose lock is held by now: two changes never wait for each other here."""
    session.flush()
    deltas: Deltas | None = session.info.pop(_PENDING, None)
    if deltas:
        _apply(session, deltas)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    session.info.pop(_PENDING, None)


def _tickets(things: Any) -> Iterator[Ticket]:
    return (thing for thing in things if isinstance(thing, Ticket))


def _before(ticket: Ticket, name: str) -> Any:
    """What a column held before the flush that is under way."""
    _added, unchanged, deleted = inspect(ticket).attrs[name].history
    held: Sequence[Any] = deleted or unchanged
    return held[0]


def _apply(session: Session, deltas: Deltas) -> None:
    """Add to the counters, always in the order of their keys, and remove those that come to nothing."""
    rows = [key._asdict() | {"n": number} for key, number in sorted(deltas.items()) if number]
    emptied = [row for some in _portions(rows) for row in _added(session, some)]
    if emptied:
        same = and_(*(column == bindparam(f"of_{column.name}") for column in KEY), Tally.n == 0)
        gone = [{f"of_{name}": value for name, value in row.items()} for row in emptied]
        session.connection().execute(delete(_TABLE).where(same), gone)


def _added(session: Session, rows: Sequence[Values]) -> list[dict[str, Any]]:
    """Add some rows; the keys of the counters that are nought then."""
    on_postgresql = db.engine.dialect.name == "postgresql"
    new = postgresql.insert(_TABLE).from_select(_NAMES, _unnested(rows)) if on_postgresql else sqlite.insert(_TABLE)
    more = new.on_conflict_do_update(index_elements=KEY, set_={"n": _TABLE.c.n + new.excluded.n})
    found = session.connection().execute(more.returning(*_TABLE.columns), None if on_postgresql else list(rows))
    return [dict(zip(Key._fields, key, strict=True)) for *key, number in found if number == 0]


def _unnested(rows: Sequence[Values]) -> Select[Any]:
    """The rows as a parameter a column: thousands of them in a text of SQL take PostgreSQL's driver seconds to read."""
    columns = (literal([row[name] for row in rows], ARRAY(_TABLE.c[name].type)) for name in _NAMES)
    return select(*func.unnest(*columns).table_valued(*_NAMES).render_derived().c)


def _portions(rows: Sequence[Values]) -> Iterator[Sequence[Values]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
