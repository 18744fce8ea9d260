"""What becomes of a plan: sealed, drawn, redrawn where someone cannot go, and revealed (封存、抽签、补抽、公布).

Nothing here commits. The audit chain holds the proof: a seed's hash and its input's before the draw, the result's with
it, the seed itself after the plan's end. What is drawn here is a secret of the city office and of whoever was drawn.
The tie is kept by ``people.visiting``, and no event tells it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from inspection.checks import ballot, outcomes, planning, plans, pool
from inspection.checks import seed as chance
from inspection.checks.ballot import Given, Lack, Site, Stratum
from inspection.checks.draw import draw as drawn_from
from inspection.checks.models import CAN_BE_VISITED, Draw, Plan, PlanQuota, PlanState, PlanWindow, Visit, VisitState
from inspection.checks.models import Site as SiteRow
from inspection.geography.points import Point
from inspection.kernel import audit, queue
from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict
from inspection.kernel.text import N_
from inspection.people import access, visiting
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.service import ALIASES

REHEARSAL = "0" * 64
"""The seed of a dry run: whether all can be drawn is asked without using up a real one."""
LACKING = N_("现在还抽不满，请先看缺什么。")


def rehearse(plan: Plan, *, by: Person, now: datetime, rng: Random) -> Sequence[Lack]:
    """What would be lacking if the plan were drawn now (哪一层缺什么人); nothing is kept of it."""
    access.require(by.role, Right.PLAN_MANAGE)
    given, _ = _input(plan, now, rng)
    return drawn_from(given, REHEARSAL).lacking


def seal(plan: Plan, *, by: Person, now: datetime, rng: Random) -> Draw:
    """Freeze who and what may be drawn, and make the seed's hash known; from here on the plan is not changed.

    Raises Conflict for what is no draft, whose windows are over, or where something is lacking.
    """
    access.require(by.role, Right.PLAN_MANAGE)
    plans.lock(plan)
    plans.require_draft(plan)
    given, lots = _input(plan, now, rng)
    if drawn_from(given, REHEARSAL).lacking:
        raise Conflict(LACKING, code="lacking")
    outcomes.freeze(plan)
    plan.state = PlanState.SEALED
    plan.version += 1
    return _seal(plan, given, lots, by=by, now=now, rng=rng)


def draw(plan: Plan, *, by: Person, now: datetime, rng: Random) -> Draw:
    """Draw the sealed plan and hand its visits out.

    Raises Conflict for a plan that is not sealed, or that was sealed so long ago that a window is over since.
    """
    access.require(by.role, Right.PLAN_MANAGE)
    plans.lock(plan)
    if plan.state is not PlanState.SEALED:
        raise Conflict(N_("方案要先封存，才能抽签；抽过的不能再抽。"))
    sealed = db.session.scalars(select(Draw).where(Draw.plan_id == plan.id, Draw.number == 1)).one()
    if set(ballot.load(sealed.given).windows) - {*_open_windows(plan, now)}:
        raise Conflict(N_("封存以后已有时段过去了，不能再抽；请撤销方案，复制一份新的。"))
    plan.state = PlanState.DRAWN
    plan.version += 1
    return _draw(plan, sealed, by=by, now=now, rng=rng)


def ask_redraw(visit: Visit, *, by: Person, now: datetime) -> None:
    """The office wants a declined visit drawn again for which nobody was found; raises Conflict where it cannot be."""
    access.require(by.role, Right.PLAN_MANAGE)
    if visit.state is not VisitState.DECLINED or visit.plan.state is not PlanState.DRAWN or _replaced(visit):
        raise Conflict(N_("这次走访不用补抽。"))
    queue.enqueue("checks.redraw", visit.id, now=now)


def redraw(visit_id: uuid.UUID, *, now: datetime, rng: Random) -> Visit | None:
    """Draw someone else for a declined visit, sealed and drawn at once, with a seed of its own (补抽).

    Whoever was drawn for the site in this plan is excluded, as having been there within the days of rest. None, with an
    event that says what is lacking, if nobody can be found; None without one if there is nothing to replace, so that it
    may be done twice.
    """
    visit = db.session.get_one(Visit, visit_id)
    plan = visit.plan
    plans.lock(plan)
    db.session.refresh(visit)
    if visit.state is not VisitState.DECLINED or plan.state is not PlanState.DRAWN or _replaced(visit):
        return None
    soon = now + timedelta(hours=plan.lead_hours)
    open_windows = [visit.window.position] if visit.closes_at > soon else _open_windows(plan, now)
    given, lots = _input(plan, now, rng, instead_of=visit, windows=open_windows) if open_windows else (None, {})
    lacking = [one.kind.value for one in drawn_from(given, REHEARSAL).lacking] if given else ["windows"]
    if given is None or lacking:
        audit.record("draw.unfilled", plan, by=audit.SYSTEM, at=now, visit=str(visit.id), lacking=lacking)
        return None
    sealed = _seal(plan, given, lots, by=audit.SYSTEM, now=now, rng=rng, replaces=visit)
    _draw(plan, sealed, by=audit.SYSTEM, now=now, rng=rng, replaces=visit)
    return db.session.scalars(select(Visit).where(Visit.draw_id == sealed.id)).one()


def _input(
    plan: Plan, now: datetime, rng: Random, *, instead_of: Visit | None = None, windows: Sequence[int] | None = None
) -> tuple[Given, Mapping[str, uuid.UUID]]:
    """The frozen input, and for whom its lots stand."""
    open_windows = _open_windows(plan, now) if windows is None else windows
    if not open_windows:
        raise Conflict(N_("方案的时段都已经过去了。"))
    by_person = pool.lots(plan, rng)
    strata = [_stratum(quota) for quota in plan.quotas] if instead_of is None else [_only(instead_of)]
    been = visiting.been_since(plan.starts_on - plan.rest_days * DAY)
    excluded = {
        site.id: frozenset(by_person[one].id for one in been.get(uuid.UUID(site.id), ()) if one in by_person)
        for stratum in strata
        for site in stratum.sites
    }
    given = Given(
        strata=tuple(strata),
        lots=tuple(by_person.values()),
        windows=tuple(open_windows),
        excluded={site: lots for site, lots in excluded.items() if lots},
        double_percent=plan.double_percent if instead_of is None else 0,
    )
    return given, {lot.id: person for person, lot in by_person.items()}


def _stratum(quota: PlanQuota) -> Stratum:
    wanted = select(SiteRow.id, SiteRow.lat, SiteRow.lng, SiteRow.unit_id).where(
        SiteRow.district_code == quota.district_code, SiteRow.type_code == quota.type_code, CAN_BE_VISITED
    )
    sites = tuple(_site(*row) for row in db.session.execute(wanted))
    return Stratum(quota.district_code, quota.type_code, quota.sites, quota.visits_each, sites)


def _only(visit: Visit) -> Stratum:
    site = visit.site
    return Stratum(site.district_code, site.type_code, 1, 1, (_site(site.id, site.lat, site.lng, site.unit_id),))


def _site(site_id: uuid.UUID, lat: float, lng: float, unit_id: uuid.UUID | None) -> Site:
    return Site(str(site_id), pool.position(Point(lat, lng)), str(unit_id) if unit_id else None)


def _open_windows(plan: Plan, now: datetime) -> list[int]:
    spans = ((one.position, planning.span(plans.window(one))) for one in plan.windows)
    return [position for position, span in spans if span and span[1] > now]


def _replaced(visit: Visit) -> bool:
    same = select(Draw.id).where(Draw.plan_id == visit.plan_id, Draw.replaces_id == visit.id)
    return db.session.scalar(same.limit(1)) is not None


def _seal(
    plan: Plan,
    given: Given,
    lots: Mapping[str, uuid.UUID],
    *,
    by: Person | str,
    now: datetime,
    rng: Random,
    replaces: Visit | None = None,
) -> Draw:
    text, seed = ballot.dump(given), f"{rng.getrandbits(256):064x}"
    last = db.session.scalar(select(func.max(Draw.number)).where(Draw.plan_id == plan.id)) or 0
    sealed = Draw(
        id=uuid.uuid4(),
        plan_id=plan.id,
        number=last + 1,
        replaces_id=replaces.id if replaces else None,
        seed=seed,
        seed_hash=chance.commitment(seed),
        given=text,
        given_hash=chance.fingerprint(text),
        sealed_at=now,
    )
    db.session.add(sealed)
    db.session.flush()
    visiting.keep_lots(sealed.id, lots)
    audit.record(
        "draw.sealed",
        sealed,
        by=by,
        at=now,
        plan=str(plan.id),
        number=sealed.number,
        seed_hash=sealed.seed_hash,
        given_hash=sealed.given_hash,
        replaces=str(replaces.id) if replaces else None,
    )
    return sealed


def _draw(
    plan: Plan, sealed: Draw, *, by: Person | str, now: datetime, rng: Random, replaces: Visit | None = None
) -> Draw:
    given = ballot.load(sealed.given)
    result = drawn_from(given, sealed.seed)
    if result.lacking:
        raise Conflict(LACKING, code="lacking")
    sealed.drawn = ballot.dump_drawn(result)
    sealed.drawn_hash, sealed.drawn_at = chance.fingerprint(sealed.drawn), now
    _hand_out(plan, sealed, given, result.assignments, replaces, rng)
    audit.record("draw.drawn", sealed, by=by, at=now, plan=str(plan.id), drawn_hash=sealed.drawn_hash)
    return sealed


def _hand_out(
    plan: Plan,
    sealed: Draw,
    given: Given,
    assignments: Iterable[ballot.Assignment],
    replaces: Visit | None,
    rng: Random,
) -> None:
    """Write the visits down in no order that tells of the draw, and whose each is. A city's are many: row by row."""
    windows = {one.position: _open(one) for one in plan.windows}
    people = visiting.lots_of(sealed.id)
    versions = _versions(plan, given) if replaces is None else {str(replaces.site_id): replaces.checklist_version_id}
    made = [
        (
            _visit(one, windows[one.window], replaces)
            | {
                "plan_id": plan.id,
                "draw_id": sealed.id,
                "checklist_version_id": versions[one.site],
                "alias": rng.choice(ALIASES),
            },
            people[one.lot],
        )
        for one in assignments
    ]
    made.sort(key=lambda pair: pair[0]["id"])
    if not made:
        return
    db.session.execute(insert(Visit), [visit for visit, _ in made])
    visiting.hand_each((visit["id"], visit["site_id"], day_of(visit["closes_at"]), person) for visit, person in made)


def _versions(plan: Plan, given: Given) -> Mapping[str, uuid.UUID]:
    """By site, the checklist that its stratum is looked at with."""
    asked = {(quota.district_code, quota.type_code): quota.checklist_version_id for quota in plan.quotas}
    return {site.id: asked[one.key] for one in given.strata for site in one.sites}


def _open(window: PlanWindow) -> dict[str, Any]:
    """What a visit takes from its window."""
    span = planning.span(plans.window(window))
    return {"window_id": window.id} | ({"opens_at": span[0], "closes_at": span[1]} if span else {})


def _visit(one: ballot.Assignment, window: Mapping[str, Any], replaces: Visit | None) -> dict[str, Any]:
    if "opens_at" not in window:
        raise AssertionError("a window without a day is not drawn")
    return {
        **window,
        "id": uuid.uuid4(),
        "site_id": uuid.UUID(one.site),
        "turn": replaces.turn if replaces else one.turn,
        "second": replaces.second if replaces else one.second,
        "state": VisitState.WAITING,
    }
