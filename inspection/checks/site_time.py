"""A place through time (点位历程): its visits once their findings are out, its months, its findings and their reports.

It is the city office's, and the auditor's: towards a district a visit never shows. Even there a visit is told by its
day only, and not before the hour at which its findings go out, whether it had any or not.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from inspection.checks import brought, findings, lane_steps
from inspection.checks.lanes import Change
from inspection.checks.models import LaneStep, Site, Visit, VisitFinding
from inspection.checks.workflow import VisitState
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person

MOST = 60
"""So many visits are shown, the latest."""


@dataclass(frozen=True)
class Past:
    """One visit: the day, of which plan, its score out of 100 if it has one."""

    day: date
    plan_id: uuid.UUID
    plan: str
    score: Decimal | None


@dataclass(frozen=True)
class Month:
    """A lane's month: its score, how the lane stands after it, and what that changed."""

    month: date
    score: Decimal
    visits: int
    downgraded: bool
    change: Change | None


@dataclass(frozen=True)
class Failure:
    """A finding that is out: the item's words, when it was released, the report that it became."""

    text: str
    released: date
    report_id: uuid.UUID | None


@dataclass(frozen=True)
class Story:
    """What is told of a place."""

    visits: Sequence[Past]
    months: Sequence[Month]
    failures: Sequence[Failure]


def story(site: Site, *, by: Person, now: datetime) -> Story | None:
    """The place's story; None for whoever may know nothing of visits."""
    if access.scope(by.role, Right.PLAN_READ) is None:
        return None
    visits = _released(site, now)
    return Story([_past(one) for one in visits], _months(site, visits), _failures(site))


def changes(steps: Sequence[LaneStep]) -> Mapping[date, Change | None]:
    """By month, whether it downgraded or restored the lane."""
    found: dict[date, Change | None] = {}
    was_down = False
    for step in steps:
        changed = step.downgraded is not was_down
        found[step.month] = (Change.DOWNGRADED if step.downgraded else Change.RESTORED) if changed else None
        was_down = step.downgraded
    return found


def _released(site: Site, now: datetime) -> Sequence[Visit]:
    """The accepted visits whose findings are due to be out, the first first."""
    wanted = select(Visit).where(Visit.site_id == site.id, Visit.state == VisitState.ACCEPTED)
    latest = wanted.order_by(Visit.opens_at.desc(), Visit.id).limit(MOST)
    found = db.session.scalars(latest.options(joinedload(Visit.plan), selectinload(Visit.records))).all()
    out = [one for one in found if one.reviewed_at and findings.due_at(one.plan, one.reviewed_at) <= now]
    return sorted(out, key=lambda one: (brought.day(one), one.id))


def _past(visit: Visit) -> Past:
    total = visit.score["total"] if visit.score else None
    return Past(brought.day(visit), visit.plan_id, visit.plan.name, Decimal(total) if total is not None else None)


def _months(site: Site, visits: Sequence[Visit]) -> list[Month]:
    """Those months of which every visit that counts is out: a month that is told early would tell of a visit."""
    steps = lane_steps.history(site)
    out: dict[date, int] = {}
    for one in visits:
        if one.score and one.score["total"] is not None:
            month = brought.day(one).replace(day=1)
            out[month] = out.get(month, 0) + 1
    changed = changes(steps)
    return [
        Month(step.month, Decimal(str(step.score)), step.visits, step.downgraded, changed[step.month])
        for step in steps
        if out.get(step.month) == step.visits
    ]


def _failures(site: Site) -> list[Failure]:
    mine = select(VisitFinding).where(VisitFinding.site_id == site.id, VisitFinding.released_at.is_not(None))
    whole = mine.options(joinedload(VisitFinding.visit).joinedload(Visit.checklist_version))
    latest = db.session.scalars(whole.order_by(VisitFinding.released_at.desc(), VisitFinding.item, VisitFinding.id))
    return [
        Failure(_text(one), day_of(one.released_at), one.report_id) for one in latest.all()[:MOST] if one.released_at
    ]


def _text(finding: VisitFinding) -> str:
    items = brought.content(finding.visit).items
    return next((item.text for item in items if item.key == finding.item), finding.item)
