"""The reports that wait for a decision, by filter, the oldest first; and filters that a person keeps (收件筛选)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, select, true, tuple_
from sqlalchemy.orm import selectinload

from inspection.kernel.db import by_index, db
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.reports.models import Category, Form, Report, ReportState
from inspection.triage import assignments
from inspection.triage.models import Proposal, SavedFilter

Key = tuple[datetime, uuid.UUID]
DECIDED = (ReportState.FILED, ReportState.DECLINED, ReportState.MERGED)
MOST_SAVED, LONGEST_NAME = 20, 20
AGES = (1, 3, 7)
"""Days that a report may have waited, to choose from."""


class Flag(StrEnum):
    """What a report stands out by: 紧急, 可能重复, 归属存疑, 反弹, 归属争议."""

    URGENT = "urgent"
    DUPLICATE = "duplicate"
    DOUBTFUL = "doubtful"
    REBOUND = "rebound"
    DISPUTED = "disputed"


class Whose(StrEnum):
    """To whom a report is given (分给谁): to whoever asks, to nobody."""

    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Filter:
    """What the queue shows; empty shows all. As in the address, all but ``days`` are codes."""

    category: str = ""
    district: str = ""
    street: str = ""
    days: int = 0
    """Waiting for at least so many days."""
    severity: str = ""
    form: str = ""
    flag: str = ""
    whose: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filter":
        """From an address; raises Invalid naming what cannot be read."""
        try:
            days = int(given.get("days") or 0)
        except ValueError as wrong:
            raise Invalid("days", N_("天数应是一个整数。")) from wrong
        flag, form = given.get("flag", ""), given.get("form", "")
        if flag and flag not in set(Flag):
            raise Invalid("flag", N_("没有这种筛选。"))
        if form and form not in set(Form):
            raise Invalid("form", N_("没有这种督查形式。"))
        whose = given.get("whose", "")
        if whose and whose not in set(Whose):
            raise Invalid("whose", N_("没有这种筛选。"))
        texts = {name: given.get(name, "") for name in ("category", "district", "street", "severity")}
        return cls(days=max(0, days), form=form, flag=flag, whose=whose, **texts)

    def query(self) -> dict[str, Any]:
        """As an address: what is empty is left out."""
        return {field.name: str(value) for field in fields(self) if (value := getattr(self, field.name))}


@dataclass(frozen=True)
class Counts:
    """How many wait, in all and by what stands out."""

    waiting: int
    by_flag: Mapping[Flag, int]


def page(
    person: Person, chosen: Filter, *, now: datetime, after: Key | None = None, limit: int = 50
) -> Sequence[Report]:
    """The reports that wait for this person's decision, the oldest first, from after the cursor on."""
    conditions = [waiting(person), *_conditions(person, chosen, now)]
    if after:
        conditions.append(tuple_(Report.received_at, Report.id) > after)
    return db.session.scalars(
        select(Report)
        .where(*conditions)
        .order_by(Report.received_at, Report.id)
        .limit(limit)
        .options(selectinload(Report.category), selectinload(Report.manifest).selectinload(Manifest.photos))
    ).all()


def proposals(reports: Sequence[Report]) -> dict[uuid.UUID, Proposal]:
    """What was suggested for them, by report."""
    wanted = select(Proposal).where(Proposal.report_id.in_([report.id for report in reports]))
    return {one.report_id: one for one in db.session.scalars(wanted)}


def counts(person: Person, chosen: Filter, *, now: datetime) -> Counts:
    """How many wait under a filter, whatever flag it asks for, and how many of them have each flag."""
    without = Filter(**{**{field.name: getattr(chosen, field.name) for field in fields(chosen)}, "flag": ""})
    columns = [func.count(case((_flagged(flag), 1))) for flag in Flag]
    found = db.session.execute(
        select(func.count(), *columns)
        .select_from(Report)
        .join(Category, Category.code == Report.category_code)
        .outerjoin(Proposal, Proposal.report_id == Report.id)
        .where(waiting(person), *_conditions(person, without, now))
    ).one()
    return Counts(found[0], dict(zip(Flag, found[1:], strict=True)))


def count_waiting(person: Person) -> int:
    """How many reports wait for this person's decision."""
    return db.session.scalar(select(func.count()).select_from(Report).where(waiting(person))) or 0


def count_decided(person: Person, *, since: datetime) -> int:
    """How many of the person's reports have been decided on since a moment, by anyone."""
    decided = select(func.count()).where(reach(person), Report.state.in_(DECIDED), Report.decided_at >= since)
    return db.session.scalar(by_index(decided.select_from(Report), Report, "ix_report_decided_at")) or 0


def save(person: Person, name: str, chosen: Filter, *, now: datetime) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it. Raises Invalid("name")."""
    access.require(person.role, Right.REPORT_TRIAGE)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("name", N_("请给这个筛选起个名字，最多 %(most)s 个字。"), most=str(LONGEST_NAME))
    kept = {one.name: one for one in saved(person)}
    if name not in kept and len(kept) >= MOST_SAVED:
        raise Invalid("name", N_("最多存 %(most)s 个筛选，请先删掉不用的。"), most=str(MOST_SAVED))
    query = "&".join(f"{key}={value}" for key, value in chosen.query().items())
    one = kept.get(name) or SavedFilter(id=uuid.uuid4(), person_id=person.id, name=name)
    one.query, one.made_at = query, now
    db.session.add(one)
    db.session.flush()
    return one


def saved(person: Person) -> Sequence[SavedFilter]:
    """The filters that a person keeps, by name."""
    mine = select(SavedFilter).where(SavedFilter.person_id == person.id)
    return db.session.scalars(mine.order_by(SavedFilter.name)).all()


def forget(person: Person, filter_id: uuid.UUID) -> None:
    """Keep a filter no longer; raises NotFound for another's."""
    one = db.session.get(SavedFilter, filter_id)
    if one is None or one.person_id != person.id:
        raise NotFound(N_("没有这个筛选。"))
    db.session.delete(one)
    db.session.flush()


def waiting(person: Person) -> ColumnElement[bool]:
    """The condition on reports that wait for this person's decision: what is disputed waits for the city alone."""
    mine = reach(person) & (Report.state == ReportState.RECEIVED)
    return mine if access.scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL else mine & ~Report.disputed


def reach(person: Person) -> ColumnElement[bool]:
    """The condition on reports that a person decides on; those of a mystery check are the city's."""
    allowed = access.scope(person.role, Right.REPORT_TRIAGE)
    if allowed is Scope.ALL:
        return true()
    if allowed is Scope.DISTRICT:
        return (Report.district_code == person.district_code) & (Report.form != Form.MYSTERY)
    return false()


def _conditions(person: Person, chosen: Filter, now: datetime) -> list[ColumnElement[bool]]:
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (chosen.category, Report.category_code == chosen.category),
        (chosen.district, Report.district_code == chosen.district),
        (chosen.street, Report.street_code == chosen.street),
        (chosen.form, Report.form == (chosen.form or None)),
        (chosen.severity, _of_severity(chosen.severity)),
        (chosen.whose == Whose.MINE, assignments.given_to(person)),
        (chosen.whose == Whose.NOBODY, assignments.given_to_nobody()),
        (chosen.days, Report.received_at <= now - timedelta(days=min(chosen.days, 3650))),
    ]
    found = [condition for given, condition in asked if given]
    return [*found, _has(Flag(chosen.flag))] if chosen.flag else found


def _of_severity(severity: str) -> ColumnElement[bool]:
    return Report.category_code.in_(select(Category.code).where(Category.severity == severity))


def _has(flag: Flag) -> ColumnElement[bool]:
    """A flag as a condition on reports alone."""
    proposals = select(Proposal.report_id).where(Proposal.report_id == Report.id)
    if flag is Flag.URGENT:
        return _of_severity("urgent")
    if flag is Flag.DUPLICATE:
        return proposals.where(Proposal.duplicates > 0).exists()
    return proposals.where(Proposal.rebound_id.is_not(None)).exists() if flag is Flag.REBOUND else _flagged(flag)


def _flagged(flag: Flag) -> ColumnElement[bool]:
    """A flag as a condition on a report joined to its category and proposal."""
    flags: Mapping[Flag, ColumnElement[bool]] = {
        Flag.URGENT: Category.severity == "urgent",
        Flag.DUPLICATE: Proposal.duplicates > 0,
        Flag.DOUBTFUL: Report.doubtful.is_(True),
        Flag.REBOUND: Proposal.rebound_id.is_not(None),
        Flag.DISPUTED: Report.disputed.is_(True),
    }
    return flags[flag]
