"""How a plan ends: its time is over or it is withdrawn, and its seeds are made known (结束、撤销、公布种子).

Nothing here commits. All of it may be done twice.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.checks import planning, plans
from inspection.checks.models import Draw, Plan, PlanState, Visit, VisitState
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_, typed
from inspection.people import access, visiting
from inspection.people.access import Right
from inspection.people.models import Person

LONGEST_REASON = 300
RUNNING = (PlanState.SEALED, PlanState.DRAWN)
OVER = (PlanState.ENDED, PlanState.WITHDRAWN)


def end_over(*, now: datetime) -> None:
    """End every plan whose last window has passed, and make its seeds known."""
    for plan in db.session.scalars(select(Plan).where(Plan.state.in_(RUNNING)).order_by(Plan.id)).all():
        plans.lock(plan)
        if plan.state in RUNNING and closes_at(plan) <= now:
            plan.state, plan.ended_at = PlanState.ENDED, now
            db.session.flush()
            audit.record("plan.ended", plan, by=audit.SYSTEM, at=now)
            reveal(plan, now=now)


def withdraw(plan: Plan, reason: str, *, by: Person, now: datetime) -> None:
    """Give a plan up, with a reason; whoever was drawn need not go, and its seeds are made known.

    Raises Conflict for one that is over, Invalid("reason").
    """
    access.require(by.role, Right.PLAN_MANAGE)
    plans.lock(plan)
    if plan.state in OVER:
        raise Conflict(N_("方案已经结束或者撤销了。"))
    reason = typed(reason)
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise Invalid("reason", N_("请写明原因，最多 %(most)s 个字。"), most=str(LONGEST_REASON))
    plan.state, plan.ended_at = PlanState.WITHDRAWN, now
    plan.version += 1
    waiting = select(Visit).where(Visit.plan_id == plan.id, Visit.state.in_((VisitState.WAITING, VisitState.ASKED)))
    audit.record("plan.withdrawn", plan, by=by, at=now, reason=reason)
    locked = waiting.order_by(Visit.id).with_for_update(of=Visit)
    _close(db.session.scalars(locked).all(), VisitState.WITHDRAWN, "visit.withdrawn", by=by, now=now)
    reveal(plan, now=now)


def reveal(plan: Plan, *, now: datetime) -> None:
    """Write the seeds of a plan that is over into the audit chain, where they are not yet (公布种子)."""
    if plan.state not in OVER:
        raise Conflict(N_("方案还没有结束，种子不能公布。"))
    hidden = select(Draw).where(Draw.plan_id == plan.id, Draw.revealed_at.is_(None)).order_by(Draw.number)
    for drawn in db.session.scalars(hidden).all():
        drawn.revealed_at = now
        audit.record("draw.revealed", drawn, by=audit.SYSTEM, at=now, plan=str(plan.id), seed=drawn.seed)
    db.session.flush()


def closes_at(plan: Plan) -> datetime:
    """When the last window of the plan closes."""
    spans = (planning.span(plans.window(one)) for one in plan.windows)
    return max(span[1] for span in spans if span)


def _close(visits: Sequence[Visit], state: VisitState, event: str, *, by: Person | str, now: datetime) -> None:
    for visit in visits:
        visit.state, visit.ended_at = state, now
        audit.record(event, visit, by=by, at=now)
    visiting.release([visit.id for visit in visits])
    db.session.flush()
