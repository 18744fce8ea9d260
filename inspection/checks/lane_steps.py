"""The kept months of lanes (背街小巷台账): reckoned again from all accepted visits. Nothing here commits."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from inspection.checks import brought, lanes
from inspection.checks.models import LaneStep, Site, Visit
from inspection.checks.workflow import VisitState
from inspection.kernel.db import db

LANE = "lane"
"""The type of place that the rule is about."""


def recount(site: Site, *, now: datetime) -> None:
    """Write a lane's history down as its accepted visits have it now; other sites have none. Safe to run twice."""
    if site.type_code != LANE:
        return
    db.session.refresh(site, with_for_update=True)
    kept = {step.month: step for step in history(site)}
    told = lanes.steps(_scores(site))
    gone = set(kept) - {step.month for step in told}
    db.session.execute(delete(LaneStep).where(LaneStep.site_id == site.id, LaneStep.month.in_(gone)))
    for step in told:
        _write(kept.get(step.month), site, step, now)
    db.session.flush()


def history(site: Site) -> Sequence[LaneStep]:
    """A lane's months, the first first."""
    return db.session.scalars(select(LaneStep).where(LaneStep.site_id == site.id).order_by(LaneStep.month)).all()


def _scores(site: Site) -> list[tuple[date, Decimal]]:
    accepted = select(Visit).where(Visit.site_id == site.id, Visit.state == VisitState.ACCEPTED)
    visits = db.session.scalars(accepted.options(selectinload(Visit.records))).all()
    return [
        (brought.day(visit), Decimal(visit.score["total"])) for visit in visits if visit.score and visit.score["total"]
    ]


def _write(kept: LaneStep | None, site: Site, step: lanes.Step, now: datetime) -> None:
    values = {"score": float(step.score), "visits": step.visits, "downgraded": step.downgraded}
    if kept is None:
        db.session.add(LaneStep(site_id=site.id, month=step.month, changed_at=now, **values))
    elif any(getattr(kept, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(kept, name, value)
        kept.changed_at = now
