"""Which colleague a waiting report is given to (分给谁): the rows, without any decision. Nothing here commits."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.reports.models import Report
from inspection.triage.models import Assignment


def holder(report_id: uuid.UUID) -> Person | None:
    """Whom the report is given to, if to anyone."""
    found = db.session.get(Assignment, report_id)
    return found.person if found else None


def holders(report_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Person]:
    """Whom each of these reports is given to."""
    wanted = select(Assignment).where(Assignment.report_id.in_(report_ids)).options(selectinload(Assignment.person))
    return {one.report_id: one.person for one in db.session.scalars(wanted)}


def given_to(person: Person) -> ColumnElement[bool]:
    """The condition on reports that are given to a person."""
    return Report.id.in_(select(Assignment.report_id).where(Assignment.person_id == person.id))


def given_to_nobody() -> ColumnElement[bool]:
    """The condition on reports that are given to nobody."""
    return ~select(Assignment.report_id).where(Assignment.report_id == Report.id).exists()


def put(report_id: uuid.UUID, person_id: uuid.UUID | None, *, by: Person, now: datetime) -> None:
    """Give the report to a person, or to nobody."""
    known = db.session.get(Assignment, report_id)
    if known is not None:
        db.session.delete(known)
        db.session.flush()
    if person_id is not None:
        db.session.add(Assignment(report_id=report_id, person_id=person_id, by_id=by.id, at=now))
        db.session.flush()
