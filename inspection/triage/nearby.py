"""附近已有: open problems around a point, so that an inspector sees whether theirs is known. Dates, no names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, false, select, true
from sqlalchemy.orm import selectinload

from inspection.geography.points import Point
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.reports.models import Form, Report, ReportState
from inspection.tickets import lists, stories
from inspection.tickets.models import Ticket, TicketReport
from inspection.triage import alive

RADIUS_M = 2_000
MOST = 300
WAITING = (ReportState.RECEIVED,)
FILED = (ReportState.FILED, ReportState.MERGED)


@dataclass(frozen=True)
class Known:
    """An open problem: what, where, since which day, and the first picture of it, if its copy is made."""

    report: Report
    on: date
    place: str
    photo: Photo | None


def around(point: Point) -> list[Known]:
    """The open problems within two kilometres, at most three hundred, the nearest first, of one place the latest.

    None of a mystery check.
    """
    rows = (
        select(Report)
        .where(Report.id.in_(alive.open_around(point, RADIUS_M, MOST)), *_open())
        .order_by(Report.received_at.desc())
        .options(selectinload(Report.manifest).selectinload(Manifest.photos))
    )
    found = list(db.session.scalars(rows))
    metres = alive.distances(point, [(report.lng, report.lat) for report in found])
    near = sorted(zip(metres, found, strict=True), key=lambda one: one[0])
    return [_known(report) for apart, report in near if apart <= RADIUS_M][:MOST]


def shows(photo: Photo) -> bool:
    """Whether every inspector may see a photo's small copy: the first of an open problem, not of a mystery check."""
    if photo.manifest.kind is not ManifestKind.REPORT or photo.position:
        return False
    wanted = select(Report.id).where(Report.id == photo.manifest_id, *_open())
    return db.session.scalars(wanted).first() is not None


def _open() -> list[ColumnElement[bool]]:
    tickets = (
        select(TicketReport.report_id)
        .join(Ticket, Ticket.id == TicketReport.ticket_id)
        .where(TicketReport.report_id == Report.id, Ticket.state.in_(lists.OPEN))
        .exists()
    )
    # A case, so that no planner takes the index on the state, which would read the whole city.
    is_open = case((Report.state.in_(WAITING), true()), (Report.state.in_(FILED), tickets), else_=false())
    return [Report.form != Form.MYSTERY, is_open]


def _known(report: Report) -> Known:
    first = next(iter(report.manifest.photos), None)
    place = report.address or stories.street_name(report)
    return Known(report, day_of(report.captured_at), place, first if first is not None and first.copied_at else None)
