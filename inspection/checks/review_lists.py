"""The visits that wait for the city office to decide (待审的走访), and what was found at the place before."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from inspection.checks.models import Visit
from inspection.checks.workflow import VisitState
from inspection.kernel.db import db
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person

Key = tuple[datetime, uuid.UUID]


def page(person: Person, *, after: Key | None = None, limit: int) -> Sequence[Visit]:
    """Those that wait, the longest first, from after a key on."""
    access.require(person.role, Right.VISIT_REVIEW)
    wanted = select(Visit).where(Visit.state == VisitState.RECEIVED, Visit.ended_at.is_not(None))
    if after:
        wanted = wanted.where(tuple_(Visit.ended_at, Visit.id) > after)
    whole = wanted.options(joinedload(Visit.site), joinedload(Visit.plan)).order_by(Visit.ended_at, Visit.id)
    return db.session.scalars(whole.limit(limit)).all()


def count(person: Person) -> int:
    """How many wait; none for whoever does not decide."""
    if access.scope(person.role, Right.VISIT_REVIEW) is None:
        return 0
    return db.session.scalar(select(func.count()).where(Visit.state == VisitState.RECEIVED)) or 0


def count_asked(person: Person) -> int:
    """How many are with their inspectors again, for what was asked back."""
    access.require(person.role, Right.VISIT_REVIEW)
    return db.session.scalar(select(func.count()).where(Visit.state == VisitState.ASKED)) or 0


def key_of(visit: Visit) -> Key:
    """Where the visit stands in the queue."""
    return visit.ended_at or visit.opens_at, visit.id
