"""Who reported what, and who was asked to look: the shield (身份保护).

A report carries no author and a task no inspector. Each tie is a row here; ``_authorships`` and ``_holdings`` are the
only functions that read them. They are asked for what is one's own, whether something is one's own, and — with a
reason that is written into the audit chain — who it is. The draw of an inspector asks two things more, so that it
leaves out whoever reported the matter or has enough to do; it shows neither to anyone. And a chain of sights asks
whether they are of different people.
Source: Beijing's civility regulation, Art. 60(2).
"""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotAllowed, NotFound
from inspection.kernel.text import N_
from inspection.people.access import Role
from inspection.people.models import Authorship, Person, TaskHolder

SHORTEST_REASON = 6

Cursor = tuple[datetime, uuid.UUID]


def claim(report_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Remember that ``by`` made the report."""
    db.session.add(Authorship(report_id=report_id, person_id=by.id, at=now))
    db.session.flush()


def is_author(person: Person, report_id: uuid.UUID) -> bool:
    """Whether the report is this person's own."""
    return bool(_authorships(Authorship.report_id == report_id, Authorship.person_id == person.id))


def has_author(report_id: uuid.UUID) -> bool:
    """Whether anybody made the report: what a visit found has no author, and nobody who could be asked."""
    return bool(_authorships(Authorship.report_id == report_id))


def own_reports(person: Person, *, before: Cursor | None, limit: int) -> Sequence[tuple[datetime, uuid.UUID]]:
    """When and which reports the person made, newest first, from before the cursor on."""
    mine: list[ColumnElement[bool]] = [Authorship.person_id == person.id]
    if before:
        mine.append(tuple_(Authorship.at, Authorship.report_id) < before)
    return [(row.at, row.report_id) for row in _authorships(*mine, limit=limit)]


def own_among(person: Person, report_ids: Select[uuid.UUID], *, limit: int) -> Sequence[uuid.UUID]:
    """Which of these reports the person made, newest first."""
    mine = Authorship.person_id == person.id, Authorship.report_id.in_(report_ids)
    return [row.report_id for row in _authorships(*mine, limit=limit)]


def count_own(person: Person, *, since: datetime) -> int:
    """How many reports the person has made since a moment."""
    return len(_authorships(Authorship.person_id == person.id, Authorship.at >= since, limit=10_000))


def open_identity(report_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> Person:
    """Learn who made a report: a city officer, for a stated reason, on the record.

    Raises NotAllowed for every other role, Invalid("reason") for none, NotFound for no such report.
    """
    _require_reason(by, reason)
    rows = _authorships(Authorship.report_id == report_id)
    if not rows:
        raise NotFound(N_("没有这条线索。"))
    audit.record("identity.opened", f"report:{report_id}", by=by, at=now, reason=reason.strip())
    return db.session.get_one(Person, rows[0].person_id)


def author_behind(report_id: uuid.UUID) -> uuid.UUID | None:
    """Who made a report, for ``people.openings``, which asks two people and writes it down."""
    rows = _authorships(Authorship.report_id == report_id)
    return rows[0].person_id if rows else None


def authors_among(report_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Whoever made one of these reports: for leaving them out of a draw."""
    rows = _authorships(Authorship.report_id.in_(report_ids), limit=len(report_ids))
    return frozenset(row.person_id for row in rows)


def authors_apart(report_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Which of these reports are by one person: each report with a number that tells people apart, and no more."""
    rows = _authorships(Authorship.report_id.in_(report_ids), limit=len(report_ids))
    numbers = {person_id: number for number, person_id in enumerate(sorted({row.person_id for row in rows}))}
    return {row.report_id: numbers[row.person_id] for row in rows}


def hand_task(task_id: uuid.UUID, *, to: uuid.UUID) -> None:
    """Remember who was asked."""
    db.session.add(TaskHolder(task_id=task_id, person_id=to))
    db.session.flush()


def release_tasks(task_ids: Collection[uuid.UUID]) -> None:
    """These tasks wait no longer."""
    db.session.execute(update(TaskHolder).where(TaskHolder.task_id.in_(task_ids)).values(open=False))


def holds_task(person: Person, task_ids: Collection[uuid.UUID]) -> bool:
    """Whether one of these tasks is this person's own."""
    return bool(_holdings(TaskHolder.task_id.in_(task_ids), TaskHolder.person_id == person.id))


def own_open_tasks(person: Person) -> Sequence[uuid.UUID]:
    """The tasks that wait for the person."""
    return [row.task_id for row in _holdings(TaskHolder.person_id == person.id, TaskHolder.open.is_(True))]


def holders_among(task_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Whoever was asked to do one of these tasks: for leaving them out of a draw."""
    return frozenset(row.person_id for row in _holdings(TaskHolder.task_id.in_(task_ids)))


def open_tasks_each() -> Counter[uuid.UUID]:
    """How many tasks wait for whom: for leaving out of a draw whoever has enough."""
    return Counter(row.person_id for row in _holdings(TaskHolder.open.is_(True)))


def open_holder(task_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> Person:
    """Learn who was asked to look, under the same conditions as ``open_identity``."""
    _require_reason(by, reason)
    rows = _holdings(TaskHolder.task_id == task_id)
    if not rows:
        raise NotFound(N_("没有这件任务。"))
    audit.record("identity.opened", f"task:{task_id}", by=by, at=now, reason=reason.strip())
    return db.session.get_one(Person, rows[0].person_id)


def _require_reason(by: Person, reason: str) -> None:
    if by.role is not Role.CITY:
        raise NotAllowed(N_("只有首都文明办督查处能查看督查员身份。"))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("reason", N_("请写明查看身份的理由。"))


def _authorships(*conditions: ColumnElement[bool], limit: int = 1) -> Sequence[Authorship]:
    order: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[uuid.UUID]] = (
        Authorship.at,
        Authorship.report_id,
    )
    return db.session.scalars(
        select(Authorship).where(*conditions).order_by(*(column.desc() for column in order)).limit(limit)
    ).all()


def _holdings(*conditions: ColumnElement[bool]) -> Sequence[TaskHolder]:
    return db.session.scalars(select(TaskHolder).where(*conditions)).all()
