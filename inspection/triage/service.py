"""From a received report to a ticket, or to a reasoned no. Nothing here commits.

Every decision is kept (``decisions``), so that whoever made it can take it back within some seconds.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inspection.geography import service as geography
from inspection.geography.points import Point, distance_m
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people import service as people
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.reports import plates, suggestions
from inspection.reports.catalogue import site_types
from inspection.reports.models import Category, Form, Report, ReportState
from inspection.reports.service import plate_key
from inspection.tickets import merging
from inspection.tickets import service as tickets
from inspection.tickets.deadlines import Limit
from inspection.tickets.models import Ticket
from inspection.tickets.service import Filing
from inspection.triage import candidates, decisions, following, lines, routing
from inspection.triage.models import Decision, DecisionKind, Proposal
from inspection.triage.routing import Problem, Rule

LONGEST_PLATE = 20
BY_CATALOGUE = N_("类别目录默认值")


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


@dataclass(frozen=True)
class Suggestion:
    """What the routing suggests: a unit if there is one, the limit, the severity, and the line that fired, in words."""

    unit: Unit | None
    limit: Limit
    severity: str
    line: Phrase


def propose(report_id: uuid.UUID, *, now: datetime) -> None:
    """Suggest unit, limit and severity for a received report, and note what lies near; one that follows another joins
    the open case of that one by itself. Safe to run twice.
    """
    report = db.session.get(Report, report_id)
    if report is None or report.state is not ReportState.RECEIVED:
        return
    if db.session.get(Proposal, report_id) is None:
        db.session.add(proposal(report, report.category, now))
        db.session.flush()
        following.join(report, now=now)


def proposal(report: Report, category: Category, now: datetime) -> Proposal:
    """What the routing suggests for a report in a category, and what it may be one more sight of."""
    found = suggest(report, category, report.site_type)
    point = Point(report.lat, report.lng)
    location = geography.locate(point, report.accuracy_m or 0.0)
    near = candidates.of(report, within=candidates.counted_with(report))
    back = next((one.ticket for one in near if one.rebound), None)
    return Proposal(
        report_id=report.id,
        unit_id=found.unit.id if found.unit else None,
        limit_amount=found.limit.amount,
        limit_unit=found.limit.unit,
        severity=found.severity,
        border_m=location.border_m if location.doubtful else None,
        exif_distance_m=_farthest(report, point),
        duplicates=sum(1 for one in near if one.likeness.likely and (one.ticket is None or one.open)),
        rebound_id=back.id if back else None,
        made_at=now,
    )


def suggest(report: Report, category: Category, site_type: str | None) -> Suggestion:
    """What the routing table says about a report, were it of this category and kind of place."""
    problem = Problem(category.code, report.district_code, report.street_code, site_type)
    route = routing.route(rule_of(category), problem, lines.table())
    unit = db.session.get(Unit, route.unit) if route.unit else None
    if unit is None:
        unit = people.find_unit(street_code=report.street_code, district_code=report.district_code, duties=route.duties)
    told = lines.told(lines.row(route.line)) if route.line else Phrase(BY_CATALOGUE)
    return Suggestion(unit, route.limit, route.severity, told)


def rule_of(category: Category) -> Rule:
    """What the catalogue says about routing a category."""
    return Rule(
        category.handler_street,
        category.handler_department,
        category.limit_amount,
        category.limit_unit,
        category.severity,
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
    site_type: str | None = None,
    plate: str | None = None,
    together: Sequence[uuid.UUID] = (),
) -> Ticket:
    """File a report as a ticket and, if a unit is named, dispatch it in the same stroke (立案派遣).

    ``together`` are waiting reports of the same problem, which are merged into it at once. Raises Conflict if someone
    has decided on one of them meanwhile, Invalid for an unknown category, kind of place or a plate that is too long.
    """
    require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    chosen = db.session.get(Category, category)
    if chosen is None:
        raise Invalid("category", N_("没有“%(given)s”这个类别。"), given=category)
    if not chosen.active and chosen.code != report.category_code:
        raise Invalid("category", N_("“%(name)s”已经停用，请选别的类别。"), name=chosen.name)
    _correct(report, site_type, plate, by, now)
    found = suggest(report, chosen, report.site_type)
    filing = Filing(
        category=chosen.code,
        place=place,
        severity=found.severity,
        limit=limit or found.limit,
        site_type=report.site_type,
        routed_by=str(found.line),
    )
    ticket = tickets.file(report, filing, by=by, now=now)
    for other_id in together:
        other = db.session.get_one(Report, other_id)
        require_reach(by, other)
        merging.merge(ticket, other, by=by, now=now)
    if unit is not None:
        tickets.dispatch(ticket, unit=unit, limit=filing.limit, by=by, now=now)
    decisions.keep(DecisionKind.FILED, report, ticket, by=by, now=now)
    following.call(report, now=now)
    return ticket


def merge(report: Report, ticket: Ticket, *, by: Person, now: datetime) -> Decision:
    """Add a report to the open ticket of the same problem (并案)."""
    require_reach(by, report)
    merging.merge(ticket, report, by=by, now=now)
    following.call(report, now=now)
    return decisions.keep(DecisionKind.MERGED, report, ticket, by=by, now=now)


def reopen(report: Report, ticket: Ticket, *, by: Person, now: datetime) -> Decision:
    """A report shows that a closed problem is back: its ticket goes into another round (反弹)."""
    require_reach(by, report)
    before = merging.rebound(ticket, report, by=by, now=now)
    following.call(report, now=now)
    return decisions.keep(DecisionKind.REBOUND, report, ticket, by=by, now=now, before=before)


def confirm_plate(report: Report, *, plate: str, by: Person, now: datetime) -> None:
    """A person says what stands on the plate, mostly what a picture suggests; from now on it counts for sights.

    Raises Conflict once somebody has decided on the report, Invalid for what is no plate.
    """
    require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))
    known = plates.read(plate)
    if known is None:
        raise Invalid("plate", N_("这不像一块号牌，请对着照片再填一遍。"))
    if known.told != report.plate:
        _enter_plate(report, known.told, by, now)
        db.session.flush()


def decline(report: Report, *, ground: DeclineGround, text: str, by: Person, now: datetime) -> Decision:
    """Decide that nothing is filed, with a ground from the list and a sentence that its author can read (不予立案)."""
    require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))
    tickets.require_text("text", text, N_("请用一句话写明理由，督查员会看到。"))
    report.state, report.decided_at = ReportState.DECLINED, now
    report.decline_ground, report.decline_text = ground.value, text.strip()
    db.session.flush()
    audit.record("report.declined", report, by=by, at=now, ground=ground.value, text=text.strip())
    return decisions.keep(DecisionKind.DECLINED, report, None, by=by, now=now)


def require_reach(person: Person, report: Report) -> None:
    """Raise NotAllowed unless the report is the person's to decide on: of a mystery check, or while districts disagree
    about whose it is, it is the city's.
    """
    tickets.require_district(person, Right.REPORT_TRIAGE, report.district_code)
    if access.scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL:
        return
    if report.form is Form.MYSTERY:
        raise NotAllowed(N_("暗访线索由首都文明办督查处分拣。"))
    if report.disputed:
        raise NotAllowed(N_("这条线索归属有争议，等首都文明办指定。"))


def _correct(report: Report, site_type: str | None, plate: str | None, by: Person, now: datetime) -> None:
    """Enter what a person has put right before deciding; None leaves it as it came in."""
    if site_type is not None:
        if site_type and site_type not in site_types():
            raise Invalid("site_type", N_("没有“%(given)s”这种点位。"), given=site_type)
        report.site_type = site_type or None
    if plate is not None and plate.strip() != (report.plate or ""):
        _enter_plate(report, plate.strip(), by, now)


def _enter_plate(report: Report, plate: str, by: Person, now: datetime) -> None:
    """The plate as a person says it is; the event says whether a picture had suggested it."""
    if len(plate) > LONGEST_PLATE:
        raise Invalid("plate", N_("太长了。"))
    report.plate, report.plate_key = plate or None, plate_key(plate)
    suggested = report.plate_key in {one.plate.text for one in suggestions.of_report(report)}
    audit.record("report.plate_confirmed", report, by=by, at=now, plate=plate, suggested=suggested)


def _farthest(report: Report, point: Point) -> float | None:
    """How far the pictures' own positions are from the reported one, where that is too far to be chance, in metres."""
    distances = [
        distance_m(point, Point(photo.exif_lat, photo.exif_lng))
        for photo in report.manifest.photos
        if photo.exif_lat is not None and photo.exif_lng is not None
    ]
    farthest = max(distances, default=0.0)
    return farthest if routing.positions_disagree(farthest, report.accuracy_m) else None
