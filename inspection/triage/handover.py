"""Reports that are not this district's: to the neighbour in one tap, and to the city when they come back (移交).

Nothing here commits. What the city once decided near a place is offered there the next time (先例).
"""

import json
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.geography import service as geography
from inspection.geography.points import Point, cells_within
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets import service as tickets
from inspection.triage import assignments, decisions
from inspection.triage.models import Decision, DecisionKind, HandOver
from inspection.triage.service import require_reach

PRECEDENT_M = 50.0
"""[D] What was decided so near is a precedent."""
PROBES, FARTHEST_M = 16, 300.0
"""[D] A neighbour is offered where the border is so near; it is sought in so many directions."""


@dataclass(frozen=True)
class Precedent:
    """What the city decided near this place: for which district, why, and when."""

    district_code: str
    reason: str
    at: datetime


def suggested(report: Report) -> str | None:
    """The district that a report near a border may belong to instead: by precedent, else the nearest neighbour."""
    if (before := precedent(report)) and before.district_code != report.district_code:
        return before.district_code
    point = Point(report.lat, report.lng)
    location = geography.locate(point, report.accuracy_m or 0.0)
    return None if location.border_m > FARTHEST_M else _across(point, report.district_code, location.border_m + 50)


def precedent(report: Report) -> Precedent | None:
    """The city's latest decision about a place within fifty metres."""
    cells = cells_within(Point(report.lat, report.lng), PRECEDENT_M)
    near = (HandOver.cell.in_(cells)) & HandOver.by_city & (HandOver.report_id != report.id)
    found = db.session.scalars(select(HandOver).where(near).order_by(HandOver.at.desc()).limit(1)).first()
    return Precedent(found.to_code, found.note, found.at) if found else None


def history(report_id: uuid.UUID) -> Sequence[HandOver]:
    """Who passed it on to whom, and why, in order: both sides' words for whoever decides."""
    return db.session.scalars(select(HandOver).where(HandOver.report_id == report_id).order_by(HandOver.at)).all()


def pass_on(report: Report, *, to: str | None, note: str, by: Person, now: datetime) -> Decision:
    """A district says that a report is not its own (不归本区): to the neighbour, or to the city if it names none.

    A report that comes back to a district that has passed it on already is disputed, and the city decides. Raises
    Conflict where the city has decided before.
    """
    require_reach(by, report)
    _require_waiting(report)
    earlier = history(report.id)
    if any(one.by_city for one in earlier):
        raise Conflict(N_("首都文明办已经指定归属，不能再转。"))
    if to is not None and to not in _districts():
        raise Invalid("district", N_("请选一个区。"))
    if to == report.district_code:
        raise Invalid("district", N_("这条线索就在这个区。"))
    before = _before(report)
    origin = report.district_code
    if to is None or any(one.from_code == to for one in earlier):
        report.disputed = True
        to = to or origin
    else:
        _move(report, to, by, now)
    return _noted(report, origin, to, note, before, by, now, by_city=False)


def settle(report: Report, *, to: str, reason: str, by: Person, now: datetime) -> Decision:
    """The city says whose a report is, with the reason, which is kept as a precedent for the place (指定归属)."""
    if access.require(by.role, Right.REPORT_TRIAGE) is not Scope.ALL:
        raise NotAllowed(N_("指定归属由首都文明办督查处办。"))
    _require_waiting(report)
    if to not in _districts():
        raise Invalid("district", N_("请选一个区。"))
    tickets.require_text("reason", reason, N_("请写明归属的理由，下次同一处会用到。"))
    before, origin = _before(report), report.district_code
    report.disputed = False
    if to != origin:
        _move(report, to, by, now)
    return _noted(report, origin, to, reason, before, by, now, by_city=True)


def _require_waiting(report: Report) -> None:
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))


def _move(report: Report, to: str, by: Person, now: datetime) -> None:
    """Into another district, whose officers give it to one of themselves."""
    street = geography.current_atlas().nearest_street(to, Point(report.lat, report.lng))
    report.district_code, report.street_code = to, street.code if street else None
    assignments.put(report.id, None, by=by, now=now)


def _noted(
    report: Report, origin: str, to: str, note: str, before: str, by: Person, now: datetime, *, by_city: bool
) -> Decision:
    passed = HandOver(
        id=uuid.uuid4(),
        report_id=report.id,
        cell=report.cell,
        from_code=origin,
        to_code=to,
        note=note.strip(),
        by_id=by.id,
        by_city=by_city,
        at=now,
    )
    db.session.add(passed)
    name = "report.settled" if by_city else "report.disputed" if report.disputed else "report.handed_over"
    audit.record(name, report, by=by, at=now, origin=origin, district=to, note=note.strip())
    changed = json.dumps(json.loads(before) | {"hand_over": str(passed.id)})
    return decisions.keep(DecisionKind.HANDED_OVER, report, None, by=by, now=now, before=changed)


def _before(report: Report) -> str:
    holder = assignments.holder(report.id)
    kept = {
        "district": report.district_code,
        "street": report.street_code,
        "disputed": report.disputed,
        "assigned": str(holder.id) if holder else None,
    }
    return json.dumps(kept)


def _districts() -> set[str]:
    return {district.code for district in geography.current_atlas().districts}


def _across(point: Point, district_code: str, radius_m: float) -> str | None:
    """The first other district on a circle around a point."""
    per_lat, per_lng = 111_320.0, 111_320.0 * math.cos(math.radians(point.lat))
    for step in range(PROBES):
        angle = 2 * math.pi * step / PROBES
        probe = Point(
            point.lat + radius_m * math.cos(angle) / per_lat, point.lng + radius_m * math.sin(angle) / per_lng
        )
        there = geography.locate(probe, 0.0).district
        if there is not None and there.code != district_code:
            return there.code
    return None
