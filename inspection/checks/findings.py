"""Findings of a plan become reports, all together at a set time and in no order (问题公布). Nothing tells of a visit.

The time is the plan's: so many days after its end, at its hour. What is accepted later waits for that hour of the next
day. Each plan is released in one transaction: after a kill in the middle none of its findings is out, and of two
workers the second finds nothing left.
"""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from inspection.checks import brought, scoring
from inspection.checks.content import Answer, Item, ItemKind
from inspection.checks.models import Plan, Site, Visit, VisitFinding, VisitRecord
from inspection.kernel import audit, faults
from inspection.kernel.calendar import DAY, at, day_of
from inspection.kernel.db import db, end_reading, writing
from inspection.photos.models import Manifest
from inspection.reports import office
from inspection.reports.office import Found, Spot
from inspection.reports.service import Count

SAME_FAILURE = timedelta(days=60)
"""[D] So long after an earlier finding of the same item at the same site another one is of the same failure."""


def release_due(*, now: datetime, rng: Random | None = None) -> int:
    """Release what is due of every plan, each by itself, and say how many findings. Commits; safe to run twice."""
    waiting = select(VisitFinding.plan_id).where(VisitFinding.released_at.is_(None)).distinct()
    plans = db.session.scalars(waiting.order_by(VisitFinding.plan_id)).all()
    end_reading()
    released = 0
    for plan_id in plans:
        with writing():
            released += release(plan_id, now=now, rng=rng or secrets.SystemRandom())
    return released


def release(plan_id: uuid.UUID, *, now: datetime, rng: Random) -> int:
    """Release a plan's findings that are due, and say how many there were."""
    plan = db.session.get_one(Plan, plan_id, with_for_update=True, populate_existing=True)
    due = [one for one in _waiting(plan) if due_at(plan, one.visit.reviewed_at or now) <= now]
    if not due:
        return 0
    ids = {one.id: uuid.uuid4() for one in due}
    follows = _followed(due, ids)
    rng.shuffle(due)
    for one in due:
        office.enter(ids[one.id], _found(one, follows[one.id]), now=now)
    db.session.flush()
    for one in due:
        one.report_id, one.released_at = ids[one.id], now
    plan.released_at = plan.released_at or now
    db.session.flush()
    faults.point("findings.entered")
    audit.record("plan.released", plan, by=audit.SYSTEM, at=now, findings=len(due))
    return len(due)


def due_at(plan: Plan, reviewed_at: datetime) -> datetime:
    """When a finding goes out that was accepted then."""
    hour = time(plan.release_hour)
    planned = at(plan.ends_on + plan.release_days * DAY, hour)
    return planned if reviewed_at <= planned else at(day_of(reviewed_at) + DAY, hour)


def _waiting(plan: Plan) -> list[VisitFinding]:
    wanted = select(VisitFinding).where(VisitFinding.plan_id == plan.id, VisitFinding.released_at.is_(None))
    visit = selectinload(VisitFinding.visit)
    pictures = visit.selectinload(Visit.records).selectinload(VisitRecord.manifest).selectinload(Manifest.photos)
    whole = (pictures, visit.selectinload(Visit.checklist_version), selectinload(VisitFinding.site))
    return list(db.session.scalars(wanted.options(*whole)))


def _followed(due: Sequence[VisitFinding], ids: dict[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """By finding the report of the same failure before it: of those that go out with it, else of those that are out."""
    same: defaultdict[tuple[uuid.UUID, str], list[VisitFinding]] = defaultdict(list)
    for one in sorted(due, key=lambda one: (brought.arrived_at(one.visit), one.id)):
        same[one.site_id, one.item].append(one)
    follows: dict[uuid.UUID, uuid.UUID | None] = {}
    for ones in same.values():
        before = _known(ones[0])
        for one in ones:
            follows[one.id], before = before, ids[one.id]
    return follows


def _known(finding: VisitFinding) -> uuid.UUID | None:
    """The report of the latest finding of the same item at the same site that is out, if it is not too old."""
    since = brought.arrived_at(finding.visit) - SAME_FAILURE
    same = (VisitFinding.site_id == finding.site_id, VisitFinding.item == finding.item)
    latest = select(VisitFinding.report_id).where(*same, VisitFinding.released_at >= since)
    return db.session.scalars(latest.order_by(VisitFinding.released_at.desc(), VisitFinding.id).limit(1)).first()


def _found(finding: VisitFinding, follows_id: uuid.UUID | None) -> Found:
    visit = finding.visit
    item = next(one for one in brought.content(visit).items if one.key == finding.item)
    given = brought.given(visit)[finding.item]
    return Found(
        category=finding.category_code,
        description=_told(item, given.answer),
        spot=_spot(finding.site),
        on=brought.day(visit),
        photos=given.photos,
        count=_count(item, given.answer),
        follows_id=follows_id,
    )


def _told(item: Item, answer: Answer) -> str:
    """The item, what its answer comes to, and what was noted, in the office's Chinese."""
    _, why = scoring.judge(item, answer)
    note = answer.note.strip()
    return f"{item.text} {why}。{note}"


def _spot(site: Site) -> Spot:
    address = f"{site.name}（{site.address}）" if site.address else site.name
    return Spot(site.lat, site.lng, site.cell, site.district_code, site.street_code, site.type_code, address)


def _count(item: Item, answer: Answer) -> Count | None:
    if item.kind is not ItemKind.COUNT or answer.observed is None or answer.violations is None:
        return None
    return Count(answer.observed, answer.violations, item.minutes or 1)
