"""Builders for mystery checks: sites, published checklists, plans and visits, straight into the tables."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from inspection.checks.content import Content, Item, ItemKind, Section, dump
from inspection.checks.models import (
    Checklist,
    ChecklistVersion,
    Draw,
    Plan,
    PlanQuota,
    PlanState,
    PlanWindow,
    Site,
    VersionState,
    Visit,
    VisitState,
)
from inspection.geography import points
from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from inspection.people import visiting
from inspection.people.models import Person, Unit
from tests.make import DISTRICT, NOW, SPOT, STREET

TODAY = NOW.date()
QUESTION = Item(
    key="q1", text="街巷里有没有私搭乱建？", kind=ItemKind.YES_NO, points=10, good=False, category="street_clutter"
)


def content(*items: Item) -> Content:
    """A checklist of one section; by default two items of ten points, keys ``q1`` and ``q2``."""
    asked = items or (QUESTION, replace(QUESTION, key="q2", text="街巷里有没有乱停车？"))
    return Content((Section("s1", "街巷面貌", tuple(asked)),))


class MakeChecks:
    """Makes things of mystery checks in the running application's database."""

    def __init__(self) -> None:
        """Numbers of sites count from 1."""
        self._count = 0

    def site(self, *, unit: Unit | None = None, spot: tuple[float, float] = SPOT, **more: Any) -> Site:
        """A lane in 东四 street."""
        self._count += 1
        known: dict[str, Any] = {
            "number": f"DC-{self._count:04d}",
            "type_code": "lane",
            "name": f"东四{self._count}条",
            "address": "",
            "district_code": DISTRICT,
            "street_code": STREET,
            "lat": spot[0],
            "lng": spot[1],
            "cell": points.cell(Point(*spot)),
            "unit_id": unit.id if unit else None,
            "created_at": NOW,
            "changed_at": NOW,
        }
        with writing():
            site = Site(**known | more)
            db.session.add(site)
            db.session.flush()
        return site

    def checklist(self, asked: Content | None = None, type_code: str = "lane") -> ChecklistVersion:
        """A published first version."""
        with writing():
            checklist = Checklist(type_code=type_code, name="背街小巷“十无”")
            version = ChecklistVersion(
                checklist=checklist,
                number=1,
                state=VersionState.PUBLISHED,
                content=dump(asked or content()),
                changed_at=NOW,
                published_at=NOW,
            )
            db.session.add(version)
            db.session.flush()
        return version

    def plan(
        self,
        by: Person,
        version: ChecklistVersion,
        *,
        sites: int = 1,
        state: PlanState = PlanState.DRAFT,
        starts_on: date = TODAY,
        days: int = 14,
        districts: Sequence[str] = (DISTRICT,),
        **more: Any,
    ) -> Plan:
        """A plan with one stratum a district and one window, every day from nine to five."""
        ends_on = starts_on + timedelta(days=days - 1)
        known: dict[str, Any] = {
            "name": "背街小巷暗访",
            "state": state,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "kinds": [],
            "trained_only": False,
            "most_visits": 4,
            "rest_days": 90,
            "double_percent": 0,
            "lead_hours": 24,
            "far_m": 200,
            "release_days": 3,
            "release_hour": 9,
            "least_visits": 10,
            "created_by_id": by.id,
            "created_at": NOW,
        }
        with writing():
            plan = Plan(**known | more)
            kind = db.session.get_one(ChecklistVersion, version.id).checklist.type_code
            plan.quotas = [
                PlanQuota(
                    district_code=code, type_code=kind, sites=sites, visits_each=1, checklist_version_id=version.id
                )
                for code in districts
            ]
            week = list(range(1, 8))
            plan.windows = [
                PlanWindow(
                    position=0, starts_on=starts_on, ends_on=ends_on, weekdays=week, opens=time(9), closes=time(17)
                )
            ]
            db.session.add(plan)
            db.session.flush()
        return plan

    def draw(self, plan: Plan, seed: str = "5e" * 32) -> Draw:
        """A draw that was made, with nothing in its documents."""
        with writing():
            draw = Draw(
                plan_id=plan.id,
                number=len(db.session.scalars(db.select(Draw.id).where(Draw.plan_id == plan.id)).all()) + 1,
                seed=seed,
                seed_hash=hashlib.sha256(bytes.fromhex(seed)).hexdigest(),
                given="{}",
                given_hash=hashlib.sha256(b"{}").hexdigest(),
                sealed_at=NOW,
                drawn_at=NOW,
            )
            db.session.add(draw)
            db.session.flush()
        return draw

    def visit(
        self,
        plan: Plan,
        site: Site,
        inspector: Person,
        *,
        state: VisitState = VisitState.WAITING,
        opens_at: datetime = NOW,
        lasting: timedelta = timedelta(days=7),
        **more: Any,
    ) -> Visit:
        """A visit that the inspector was drawn for; it waits, and its window is open."""
        draw = self.draw(plan)
        with writing():
            plan = db.session.get_one(Plan, plan.id)
            known: dict[str, Any] = {
                "id": uuid.uuid4(),
                "plan_id": plan.id,
                "draw_id": draw.id,
                "site_id": site.id,
                "window_id": plan.windows[0].id,
                "checklist_version_id": plan.quotas[0].checklist_version_id,
                "turn": 1,
                "state": state,
                "alias": "竹",
                "opens_at": opens_at,
                "closes_at": opens_at + lasting,
            }
            visit = Visit(**known | more)
            db.session.add(visit)
            db.session.flush()
            visiting.hand(visit.id, site_id=site.id, day=visit.closes_at.date(), to=inspector.id)
            if state is not VisitState.WAITING:
                visiting.release([visit.id])
        return visit
