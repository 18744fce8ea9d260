"""From a received report to a ticket, or to a reasoned no. Nothing here commits."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, false, func, select, true, tuple_

from inspection.geography import service as geography
from inspection.geography.points import Point, distance_m
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people import service as people
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.reports.models import Category, Form, Report, ReportState
from inspection.tickets import service as tickets
from inspection.tickets.deadlines import Limit
from inspection.tickets.models import Ticket
from inspection.tickets.service import Filing
from inspection.triage import routing
from inspection.triage.models import Proposal
from inspection.triage.routing import Rule

Key = tuple[datetime, uuid.UUID]


class DeclineGround(StrEnum):
    """Why nothing is filed (不予立案理由)."""

    NOT_A_PROBLEM = "not_a_problem"
    ALREADY_GONE = "already_gone"
    UNCLEAR = "unclear"
    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"


DECLINE_WORDS = {
    DeclineGround.NOT_A_PROBLEM: N_("现场看不出问题"),
    DeclineGround.ALREADY_GONE: N_("问题已经没有了"),
    DeclineGround.UNCLEAR: N_("照片或地点不清楚，没法办"),
    DeclineGround.NOT_OURS: N_("不归文明督查管"),
    DeclineGround.DUPLICATE: N_("同一个问题已经有人报过"),
}


def propose(report_id: uuid.UUID, *, now: datetime) -> None:
    """Suggest unit, limit and severity for a received report. Safe to run twice."""
    report = db.session.get(Report, report_id)
    if report is None or report.state is not ReportState.RECEIVED:
        return
    if db.session.get(Proposal, report_id) is None:
        db.session.add(proposal(report, report.category, now))
        db.session.flush()


def proposal(report: Report, category: Category, now: datetime) -> Proposal:
    """What the routing suggests for a report in a category."""
    route = routing.route(rule_of(category))
    unit = people.find_unit(street_code=report.street_code, district_code=report.district_code, duties=route.duties)
    point = Point(report.lat, report.lng)
    location = geography.locate(point, report.accuracy_m or 0.0)
    return Proposal(
        report_id=report.id,
        unit_id=unit.id if unit else None,
        limit_amount=route.limit.amount,
        limit_unit=route.limit.unit,
        severity=route.severity,
        border_m=location.border_m if location.doubtful else None,
        exif_distance_m=_farthest(report, point),
        made_at=now,
    )


def rule_of(category: Category) -> Rule:
    """What the catalogue says about routing a category."""
    return Rule(
        category.handler_street,
        category.handler_department,
        category.limit_amount,
        category.limit_unit,
        category.severity,
    )


def queue(person: Person, *, after: Key | None = None, limit: int = 50) -> Sequence[Report]:
    """The reports that wait for this person's decision, the oldest first, from after the cursor on."""
    conditions = [_waiting(person)]
    if after:
        conditions.append(tuple_(Report.received_at, Report.id) > after)
    return db.session.scalars(
        select(Report).where(*conditions).order_by(Report.received_at, Report.id).limit(limit)
    ).all()


def count_waiting(person: Person) -> int:
    """How many reports wait for this person's decision."""
    return db.session.scalar(select(func.count()).select_from(Report).where(_waiting(person))) or 0


def count_decided(person: Person, *, since: datetime) -> int:
    """How many of the person's reports have been decided on since a moment, by anyone."""
    decided = {ReportState.FILED, ReportState.DECLINED, ReportState.MERGED}
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Report)
            .where(_reach(person), Report.state.in_(decided), Report.decided_at >= since)
        )
        or 0
    )


def file_and_dispatch(
    report: Report,
    *,
    category: str,
    place: str,
    unit: Unit | None,
    limit: Limit | None,
    by: Person,
    now: datetime,
) -> Ticket:
    """File a report as a ticket and, if a unit is named, dispatch it in the same stroke (立案派遣).

    Raises Conflict if someone has decided on the report meanwhile, Invalid for an unknown category.
    """
    _require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    chosen = db.session.get(Category, category)
    if chosen is None:
        raise Invalid("category", N_("没有“%(given)s”这个类别。"), given=category)
    route = routing.route(rule_of(chosen))
    filing = Filing(category=chosen.code, place=place, severity=route.severity, limit=limit or route.limit)
    ticket = tickets.file(report, filing, by=by, now=now)
    if unit is not None:
        tickets.dispatch(ticket, unit=unit, limit=filing.limit, by=by, now=now)
    return ticket


def decline(report: Report, *, ground: DeclineGround, text: str, by: Person, now: datetime) -> None:
    """Decide that nothing is filed, with a ground from the list and a sentence that its author can read (不予立案)."""
    _require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))
    tickets.require_text("text", text, N_("请用一句话写明理由，督查员会看到。"))
    report.state, report.decided_at = ReportState.DECLINED, now
    report.decline_ground, report.decline_text = ground.value, text.strip()
    db.session.flush()
    audit.record("report.declined", report, by=by, at=now, ground=ground.value, text=text.strip())


def _require_reach(person: Person, report: Report) -> None:
    """Raise NotAllowed unless the report is the person's to decide on; of a mystery check it is the city's."""
    tickets.require_district(person, Right.REPORT_TRIAGE, report.district_code)
    if report.form is Form.MYSTERY and access.scope(person.role, Right.REPORT_TRIAGE) is not Scope.ALL:
        raise NotAllowed(N_("暗访线索由首都文明办督查处分拣。"))


def _waiting(person: Person) -> ColumnElement[bool]:
    return _reach(person) & (Report.state == ReportState.RECEIVED)


def _reach(person: Person) -> ColumnElement[bool]:
    reach = access.scope(person.role, Right.REPORT_TRIAGE)
    if reach is Scope.ALL:
        return true()
    if reach is Scope.DISTRICT:
        return (Report.district_code == person.district_code) & (Report.form != Form.MYSTERY)
    return false()


def _farthest(report: Report, point: Point) -> float | None:
    """How far the pictures' own positions are from the reported one, where that is too far to be chance, in metres."""
    distances = [
        distance_m(point, Point(photo.exif_lat, photo.exif_lng))
        for photo in report.manifest.photos
        if photo.exif_lat is not None and photo.exif_lng is not None
    ]
    farthest = max(distances, default=0.0)
    return farthest if routing.positions_disagree(farthest, report.accuracy_m) else None
