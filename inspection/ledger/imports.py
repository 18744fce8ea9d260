"""An old ledger is taken over: looked at first, and then all of it or none (导入). Nothing here commits.

A ticket that comes this way keeps its number and says that it was imported: it has no reports, and no photos from
before. Where its row names no position, the street's office or the district's stands for it, in no cell, so that
nothing is taken for its duplicate or rebound.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import insert, select

from inspection.geography import points
from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.geography.points import Point
from inspection.kernel import audit, reading
from inspection.kernel.calendar import WorkCalendar, at, day_of, end_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.holidays import work_calendar
from inspection.kernel.numbers import next_number, pass_over
from inspection.kernel.phrases import Phrase
from inspection.kernel.rows import Wrong
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.ledger import checking
from inspection.ledger.checking import HEADINGS, Checked, Known, OldTicket
from inspection.ledger.models import Import
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports.catalogue import short_name
from inspection.reports.models import Category
from inspection.tickets import deadlines
from inspection.tickets.deadlines import Clock, Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State

SERIES = "ledger.import"
OURS = re.compile(r"([A-Z]{2}-\d{4})-(\d{4,6})")
"""A number such as the system gives itself."""
AT_ONCE = 500
LONGEST_NAME = 120
MORNING = time(9)
"""A ledger knows days only: what happened on one is put at nine."""

Values = dict[str, Any]
Thing = TypeVar("Thing")


def look_at(data: bytes, *, by: Person, now: datetime) -> Checked:
    """What the file would come to (试导入). Changes nothing; raises Invalid("file") for what is no ledger."""
    access.require(by.role, Right.LEDGER_IMPORT)
    checked = checking.check(reading.read(data), _known(now))
    there = _there([ticket.number for ticket in checked.tickets])
    why = Phrase(N_("台账里已经有这个案卷号。"))
    known = [Wrong(one.row, HEADINGS["number"][0], why) for one in checked.tickets if one.number in there]
    return replace(checked, wrong=tuple(sorted((*checked.wrong, *known), key=lambda wrong: wrong.row)))


def imported_before(data: bytes) -> datetime | None:
    """When the very same file was taken over, if it was."""
    same = select(Import.imported_at).where(Import.sha256 == sha256(data).hexdigest(), Import.imported_at.is_not(None))
    return db.session.scalars(same.limit(1)).first()


def new(data: bytes, checked: Checked, *, file_name: str, by: Person, now: datetime) -> Import:
    """A file that is in order, before it is kept; its bytes belong under ``file_key``."""
    return Import(
        id=uuid.uuid4(),
        by_id=by.id,
        file_name=file_name[:LONGEST_NAME],
        sha256=sha256(data).hexdigest(),
        rows=len(checked.tickets),
        looked_at=now,
    )


def keep(file: Import, *, by: Person) -> None:
    """Remember a file whose bytes lie in the store, so that it can be taken over."""
    access.require(by.role, Right.LEDGER_IMPORT)
    db.session.add(file)
    db.session.flush()
    audit.record("ledger.import_looked_at", file, by=by, at=file.looked_at, rows=file.rows, sha256=file.sha256)


def visible(person: Person, import_id: uuid.UUID) -> Import:
    """One of the person's own files; raises NotFound for anyone else's."""
    access.require(person.role, Right.LEDGER_IMPORT)
    file = db.session.get(Import, import_id)
    if file is None or file.by_id != person.id:
        raise NotFound(N_("没有这个文件，或不是您交的。"))
    return file


def looked_at_again(file: Import, *, storage: Storage, by: Person, now: datetime) -> Checked:
    """The kept file as it stands against the tables now: between two looks someone may have filed the same number."""
    return look_at(storage.read(file.file_key), by=by, now=now)


def take_in(file: Import, checked: Checked, *, by: Person, now: datetime) -> None:
    """Make a ticket of every row (导入). Raises Conflict, and does nothing, if one cannot be or the file was before.

    Imports go one after the other, and the series of our own numbers go on behind those that the file brings.
    """
    access.require(by.role, Right.LEDGER_IMPORT)
    next_number(SERIES)
    db.session.refresh(file)
    if file.imported_at is not None:
        raise Conflict(N_("这个文件已经导入过了。"))
    for series, last in sorted(_series(checked.tickets).items()):
        pass_over(series, last)
    if checked.wrong or _there([ticket.number for ticket in checked.tickets]):
        raise Conflict(N_("刚才又有了同样的案卷号，一件也没有导入，请重新核对。"))
    rows = _values(checked.tickets, now)
    for some in _portions(rows):
        db.session.execute(insert(Ticket), some)
    file.imported_at = now
    db.session.flush()
    audit.record("ledger.imported", file, by=by, at=now, rows=len(rows), sha256=file.sha256)
    for row in rows:
        name = f"ticket:{row['id']}"
        audit.record("ticket.imported", name, by=by, at=now, number=row["number"], state=row["state"].value)


def _known(now: datetime) -> Known:
    atlas = geography.current_atlas()
    units = select(Unit.district_code, Unit.name, Unit.id).where(
        Unit.district_code.in_([district.code for district in atlas.districts])
    )
    names = {
        name: (category.code, category.severity)
        for category in reports.categories()
        for name in (category.code, short_name(category), category.name)
    }
    return Known(
        categories=names,
        units={(district, name): unit_id for district, name, unit_id in db.session.execute(units)},
        atlas=atlas,
        today=day_of(now),
    )


def _there(numbers: Sequence[str]) -> set[str]:
    """Those of the numbers that a ticket bears."""
    found = (db.session.scalars(select(Ticket.number).where(Ticket.number.in_(some))) for some in _portions(numbers))
    return {number for some in found for number in some}


def _portions(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    """So many at a time as one statement takes."""
    return (list(things[start : start + AT_ONCE]) for start in range(0, len(things), AT_ONCE))


def _series(tickets: Sequence[OldTicket]) -> dict[str, int]:
    """The series of our own that the numbers fall into, each with its last."""
    last: dict[str, int] = {}
    for ticket in tickets:
        if ours := OURS.fullmatch(ticket.number):
            series = f"ticket:{ours[1]}"
            last[series] = max(last.get(series, 0), int(ours[2]))
    return last


def _values(tickets: Sequence[OldTicket], now: datetime) -> list[Values]:
    categories = {category.code: category for category in reports.categories()}
    atlas, calendar = geography.current_atlas(), work_calendar()
    return [
        _plain(old, now) | _place(old, atlas) | _clock(old, _limit(categories[old.category]), calendar, now)
        for old in tickets
    ]


def _plain(old: OldTicket, now: datetime) -> Values:
    moments = {name: at(day, MORNING) if (day := old.days[name]) else None for name in checking.DAYS}
    handled = old.days["handled"] or old.days["closed"]
    due = old.days["due"]
    return {
        "id": uuid.uuid4(),
        "number": old.number,
        "version": 1,
        "state": old.state,
        "round": old.round,
        "category_code": old.category,
        "district_code": old.district,
        "street_code": old.street,
        "unit_id": old.unit,
        "severity": old.severity,
        "place": old.place,
        "filed_at": moments["filed"],
        "dispatched_at": moments["dispatched"],
        "accepted_at": moments["accepted"],
        "handled_at": at(handled, MORNING) if handled else None,
        "closed_at": moments["closed"],
        "late": handled is not None and due is not None and handled > due,
        "supervised": old.supervised,
        "void_reason": old.void_reason if old.state is State.VOID else None,
        "imported_at": now,
    } | dict(old.counts)


def _place(old: OldTicket, atlas: Atlas) -> Values:
    if old.point:
        point = Point(*old.point)
        return {"lat": point.lat, "lng": point.lng, "cell": points.cell(point)}
    seats = [street.seat for street in atlas.streets(old.district) if street.seat]
    seat = atlas.street(old.street).seat if old.street else None
    stands = seat or Point(sum(one.lat for one in seats) / len(seats), sum(one.lng for one in seats) / len(seats))
    return {"lat": stands.lat, "lng": stands.lng, "cell": ""}


def _limit(category: Category) -> Limit:
    return Limit(category.limit_amount, TimeUnit(category.limit_unit))


def _clock(old: OldTicket, limit: Limit, calendar: WorkCalendar, now: datetime) -> Values:
    """The clock as it stands: running for what is in hand, stopped where something came of it."""
    begun, due = old.days["dispatched"] or old.days["filed"], old.days["due"]
    limits: Mapping[str, Any] = {"limit_amount": limit.amount, "limit_unit": limit.unit}
    none = dict.fromkeys(("clock_started_at", "clock_stopped_at", "clock_remaining", "due_at"))
    if begun is None or due is None or old.state is State.FILED:
        return {**limits, **none}
    clock = Clock(at(begun, MORNING), limit, end_of(due))
    ended = old.days["handled"] or old.days["closed"]
    if old.state in {State.HANDLED, State.CLOSED, State.VOID}:
        clock = deadlines.stop(clock, at(ended, MORNING) if ended else now, calendar)
    return {
        **limits,
        "clock_started_at": clock.started_at,
        "clock_stopped_at": clock.stopped_at,
        "clock_remaining": clock.remaining,
        "due_at": clock.due_at,
    }
