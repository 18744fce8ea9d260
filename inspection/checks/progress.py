"""How far a plan has come, out of the database (方案进度). Reads only; whose a visit is is not asked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from inspection.checks import marking
from inspection.checks.marking import Going, Mark, Stand
from inspection.checks.models import Draw, Plan, PlanState, Site, Visit
from inspection.checks.workflow import VisitState
from inspection.kernel.db import db


def places(plan: Plan) -> Sequence[tuple[Stand, Mark]]:
    """Each drawn place's stratum and mark, by the place's random id."""
    wanted = select(Site.district_code, Site.type_code, Visit.site_id, Visit.turn, Visit.second, Visit.state)
    rows = db.session.execute(wanted.join(Site, Visit.site_id == Site.id).where(Visit.plan_id == plan.id))
    going = (
        Going((district, kind), str(site), turn, second, state) for district, kind, site, turn, second, state in rows
    )
    return [told for _, told in sorted(marking.places(going).items())]


def draws(plan: Plan) -> Sequence[Draw]:
    """The plan's draws, its own first."""
    return db.session.scalars(select(Draw).where(Draw.plan_id == plan.id).order_by(Draw.number)).all()


def unfilled(plan: Plan) -> Sequence[Visit]:
    """The declined visits of a running plan for which nobody has been drawn yet (待补抽)."""
    if plan.state is not PlanState.DRAWN:
        return ()
    replaced = exists().where(Draw.plan_id == plan.id, Draw.replaces_id == Visit.id)
    wanted = select(Visit).where(Visit.plan_id == plan.id, Visit.state == VisitState.DECLINED, ~replaced)
    return db.session.scalars(wanted.options(joinedload(Visit.site)).order_by(Visit.id)).all()


def of_plan(plan: Plan, visit_id: UUID) -> Visit | None:
    """The plan's visit; None for anything else."""
    return db.session.scalar(select(Visit).where(Visit.plan_id == plan.id, Visit.id == visit_id))
