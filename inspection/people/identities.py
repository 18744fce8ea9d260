"""Who reported what: the shield (身份保护).

A report carries no author. The tie is a row here; ``_authorships`` is the one function that reads it, and it is asked
in three ways only: for one's own reports, whether a report is one's own, and — with a reason that is written into the
audit chain — who the author of a report is. Source: Beijing's civility regulation, Art. 60(2).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotAllowed, NotFound
from inspection.kernel.text import N_
from inspection.people.access import Role
from inspection.people.models import Authorship, Person

SHORTEST_REASON = 6

Cursor = tuple[datetime, uuid.UUID]


def claim(report_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Remember that ``by`` made the report."""
    db.session.add(Authorship(report_id=report_id, person_id=by.id, at=now))
    db.session.flush()


def is_author(person: Person, report_id: uuid.UUID) -> bool:
    """Whether the report is this person's own."""
    return bool(_authorships(Authorship.report_id == report_id, Authorship.person_id == person.id))


def own_reports(person: Person, *, before: Cursor | None, limit: int) -> Sequence[tuple[datetime, uuid.UUID]]:
    """When and which reports the person made, newest first, from before the cursor on."""
    mine: list[ColumnElement[bool]] = [Authorship.person_id == person.id]
    if before:
        mine.append(tuple_(Authorship.at, Authorship.report_id) < before)
    return [(row.at, row.report_id) for row in _authorships(*mine, limit=limit)]


def count_own(person: Person, *, since: datetime) -> int:
    """How many reports the person has made since a moment."""
    return len(_authorships(Authorship.person_id == person.id, Authorship.at >= since, limit=10_000))


def open_identity(report_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> Person:
    """Learn who made a report: a city officer, for a stated reason, on the record.

    Raises NotAllowed for every other role, Invalid("reason") for none, NotFound for no such report.
    """
    if by.role is not Role.CITY:
        raise NotAllowed(N_("只有首都文明办督查处能查看督查员身份。"))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("reason", N_("请写明查看身份的理由。"))
    rows = _authorships(Authorship.report_id == report_id)
    if not rows:
        raise NotFound(N_("没有这条线索。"))
    audit.record("identity.opened", f"report:{report_id}", by=by, at=now, reason=reason.strip())
    person = db.session.get(Person, rows[0].person_id)
    if person is None:
        raise NotFound(N_("没有这条线索。"))
    return person


def _authorships(*conditions: ColumnElement[bool], limit: int = 1) -> Sequence[Authorship]:
    order: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[uuid.UUID]] = (
        Authorship.at,
        Authorship.report_id,
    )
    return db.session.scalars(
        select(Authorship).where(*conditions).order_by(*(column.desc() for column in order)).limit(limit)
    ).all()
