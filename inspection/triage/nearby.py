"""附近已有: open problems around a point, so that an inspector sees whether theirs is known. Dates, no names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import h3
from sqlalchemy import ColumnElement, case, false, or_, select, true

from inspection.geography.points import CELL_RESOLUTION, Point, distance_m
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.photos.models import ManifestKind, Photo
from inspection.reports.models import Form, Report, ReportState
from inspection.tickets import lists, stories
from inspection.tickets.models import Ticket, TicketReport

RADIUS_M = 2_000
MOST = 300
MOST_READ = 1_000
COARSE = 8
"""H3 cells of about 0.7 km²: a handful of them cover the circle, and the finer cells in one are one range of names."""
RINGS = 4
"""So many rings of coarse cells hold the circle: between a point and their outside lie 5.5 sides of at least 400 m."""
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
    """The open problems within two kilometres, the nearest first, at most three hundred. None of a mystery check."""
    found = [report for report in _read(point) if distance_m(point, Point(report.lat, report.lng)) <= RADIUS_M]
    found.sort(key=lambda report: distance_m(point, Point(report.lat, report.lng)))
    return [_known(report) for report in found[:MOST]]


def shows(photo: Photo) -> bool:
    """Whether every inspector may see a photo's small copy: the first of an open problem, not of a mystery check."""
    if photo.manifest.kind is not ManifestKind.REPORT or photo.position:
        return False
    wanted = select(Report.id).where(Report.id == photo.manifest_id, *_open())
    return db.session.scalars(wanted).first() is not None


def _read(point: Point) -> Sequence[Report]:
    rows = select(Report).where(or_(*_ranges(point)), *_open()).order_by(Report.received_at.desc()).limit(MOST_READ)
    return db.session.scalars(rows).all()


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


def _ranges(point: Point) -> Iterable[ColumnElement[bool]]:
    """The fine cells in each coarse cell around, as one range of their names: the index on ``cell`` serves it."""
    here = h3.latlng_to_cell(point.lat, point.lng, COARSE)
    return (Report.cell.between(*_names(coarse)) for coarse in h3.grid_disk(here, RINGS))


@lru_cache(maxsize=4096)
def _names(coarse: str) -> tuple[str, str]:
    """The first and the last name of the fine cells in a coarse one."""
    children = h3.cell_to_children(coarse, CELL_RESOLUTION)
    return min(children), max(children)


def _known(report: Report) -> Known:
    first = next(iter(report.manifest.photos), None)
    place = report.address or stories.street_name(report)
    return Known(report, day_of(report.captured_at), place, first if first is not None and first.copied_at else None)
