"""Plans of mystery checks, from the first draft to the last (暗访方案). Nothing here commits.

A plan can be changed while it is a draft. What follows (sealing, drawing, ending, withdrawing) is in ``drawing`` and
``ending``. It is the city office's alone: whoever knows a plan knows where somebody will come. The auditor reads a plan
once it has ended, when its seed is known too; one that was withdrawn may come again in other words and is not shown.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, tuple_

from inspection.checks.models import ChecklistVersion, Plan, PlanQuota, PlanState, PlanWindow, VersionState
from inspection.checks.planning import LONGEST_NAME, NewPlan, NewQuota, NewWindow, require_possible
from inspection.geography.models import Area, AreaLevel
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.reports import catalogue

COPY = "（副本）"
Key = tuple[datetime, uuid.UUID]


def create(new: NewPlan, *, by: Person, now: datetime) -> Plan:
    """Begin a plan; raises Invalid, naming the field (``quotas.3.sites``), for one that cannot be."""
    access.require(by.role, Right.PLAN_MANAGE)
    _require(new)
    plan = Plan(id=uuid.uuid4(), state=PlanState.DRAFT, created_by_id=by.id, created_at=now, version=0)
    _fill(plan, new)
    db.session.add(plan)
    db.session.flush()
    audit.record("plan.created", plan, by=by, at=now, name=plan.name)
    return plan


def change(plan: Plan, new: NewPlan, *, by: Person, now: datetime, version: int) -> None:
    """Write a draft anew; ``version`` is what its editor looked at.

    Raises Conflict if someone else has changed it since or it is no draft any more, Invalid as ``create`` does.
    """
    access.require(by.role, Right.PLAN_MANAGE)
    lock(plan)
    require_draft(plan)
    if plan.version != version:
        raise Conflict(N_("刚才已有别人改过这个方案，请看过最新情况再改。"), code="changed_meanwhile")
    _require(new)
    plan.quotas.clear()
    plan.windows.clear()
    db.session.flush()
    _fill(plan, new)
    plan.version += 1
    db.session.flush()
    audit.record("plan.changed", plan, by=by, at=now, version=plan.version)


def copy(plan: Plan, *, starts_on: date, by: Person, now: datetime) -> Plan:
    """A new draft like this plan, moved to begin on another day; its visits and draws are not taken along."""
    access.require(by.role, Right.PLAN_MANAGE)
    moved = _moved(written(plan), starts_on - plan.starts_on)
    return create(replace(moved, name=plan.name[: LONGEST_NAME - len(COPY)] + COPY), by=by, now=now)


def written(plan: Plan) -> NewPlan:
    """The plan as it would be typed in: for its form, and for a copy."""
    numbers = {name: getattr(plan, name) for name in NewPlan.__dataclass_fields__ if name not in ("quotas", "windows")}
    quotas = [
        NewQuota(one.district_code, one.type_code, one.sites, one.checklist_version_id, one.visits_each)
        for one in plan.quotas
    ]
    return NewPlan(**numbers, quotas=quotas, windows=[window(one) for one in plan.windows])


def window(row: PlanWindow) -> NewWindow:
    """A window as the pure rules know it."""
    return NewWindow(row.starts_on, row.ends_on, row.opens, row.closes, tuple(row.weekdays))


def get(person: Person, plan_id: uuid.UUID) -> Plan:
    """A plan that the person may read; raises NotFound for any other, as if it did not exist."""
    found = db.session.scalar(select(Plan).where(Plan.id == plan_id, *_readable(person)))
    if found is None:
        raise NotFound(N_("没有这个方案。"))
    return found


def page(person: Person, *, after: Key | None = None, limit: int) -> Sequence[Plan]:
    """The plans that the person may read, the latest first, from a key on."""
    wanted = select(Plan).where(*_readable(person))
    if after:
        wanted = wanted.where(tuple_(Plan.created_at, Plan.id) < after)
    return db.session.scalars(wanted.order_by(Plan.created_at.desc(), Plan.id.desc()).limit(limit)).all()


def lock(plan: Plan) -> None:
    """Read the plan again, so that nobody else changes it meanwhile."""
    db.session.refresh(plan, with_for_update=True)


def require_draft(plan: Plan) -> None:
    """Raise Conflict unless the plan can still be changed."""
    if plan.state is not PlanState.DRAFT:
        raise Conflict(N_("方案封存以后不能再改；要改就撤销它，复制一份新的。"))


def _readable(person: Person) -> tuple[ColumnElement[bool], ...]:
    access.require(person.role, Right.PLAN_READ)
    return (Plan.state == PlanState.ENDED,) if person.role is Role.AUDITOR else ()


def _require(new: NewPlan) -> None:
    require_possible(new)
    districts = {*db.session.scalars(select(Area.code).where(Area.level == AreaLevel.DISTRICT))}
    used = [quota.checklist_version_id for quota in new.quotas]
    versions = {
        one.id: one for one in db.session.scalars(select(ChecklistVersion).where(ChecklistVersion.id.in_(used)))
    }
    for row, quota in enumerate(new.quotas):
        if quota.district_code not in districts:
            raise Invalid(f"quotas.{row}.district_code", N_("没有这个区。"))
        if quota.type_code not in catalogue.site_types():
            raise Invalid(f"quotas.{row}.type_code", N_("没有这类点位。"))
        version = versions.get(quota.checklist_version_id)
        if version is None or version.state is not VersionState.PUBLISHED:
            raise Invalid(f"quotas.{row}.checklist_version_id", N_("请选一份已发布的检查单。"))
        if version.checklist.type_code != quota.type_code:
            raise Invalid(f"quotas.{row}.checklist_version_id", N_("这份检查单是查别的点位的。"))


def _fill(plan: Plan, new: NewPlan) -> None:
    for name in NewPlan.__dataclass_fields__:
        if name not in ("quotas", "windows", "kinds", "name"):
            setattr(plan, name, getattr(new, name))
    plan.name, plan.kinds = new.name.strip(), list(new.kinds)
    plan.quotas = [PlanQuota(**asdict(quota)) for quota in new.quotas]
    plan.windows = [
        PlanWindow(position=position, **{**asdict(one), "weekdays": sorted({*one.weekdays})})
        for position, one in enumerate(new.windows)
    ]


def _moved(plan: NewPlan, by: timedelta) -> NewPlan:
    windows = [replace(one, starts_on=one.starts_on + by, ends_on=one.ends_on + by) for one in plan.windows]
    return replace(plan, starts_on=plan.starts_on + by, ends_on=plan.ends_on + by, windows=windows)
