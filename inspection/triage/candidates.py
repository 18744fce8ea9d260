"""What a report may be one more sight of: open cases, reports that wait, and closed cases that may have come back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, false, select, true
from sqlalchemy.orm import selectinload

from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.reports.models import Form, Report, ReportState
from inspection.tickets import lists
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State
from inspection.triage import alive, duplicates
from inspection.triage.duplicates import RADIUS_M, REBOUND_DAYS, Likeness, Sight

MOST_READ = 300
MOST = 6


@dataclass(frozen=True)
class Candidate:
    """One problem that a report may be: the sight of it that is most alike, its case if it has one, how alike, and
    whether it was closed and may have come back.
    """

    report: Report
    ticket: Ticket | None
    likeness: Likeness
    rebound: bool

    @property
    def open(self) -> bool:
        """Whether the report can be merged into its case."""
        return self.ticket is not None and self.ticket.state in lists.OPEN


def sight(report: Report) -> Sight:
    """A report as the pure rules look at it."""
    return Sight(
        point=Point(report.lat, report.lng),
        at=report.captured_at,
        category=report.category_code,
        field=report.category.field,
        counted=report.category.record == "count",
        plate=report.plate_key,
        pictures=tuple(photo.phash for photo in report.manifest.photos if photo.phash),
    )


def of(report: Report, *, within: ColumnElement[bool] | None = None) -> list[Candidate]:
    """What the report is likely one more sight of, or may have come back; the likeliest first, at most six.

    ``within`` limits the reports that are looked at to what a person may see.
    """
    best: dict[uuid.UUID, Candidate] = {}
    for other, ticket in _around(report, within):
        found = _candidate(report, other, ticket)
        problem = ticket.id if ticket else other.id
        if found and (problem not in best or found.likeness.score > best[problem].likeness.score):
            best[problem] = found
    return sorted(best.values(), key=lambda one: (-one.likeness.score, str(one.report.id)))[:MOST]


def seen_by(person: Person) -> ColumnElement[bool]:
    """The reports whose sights a person at triage may compare with: their district's, and no mystery check's while it
    waits.
    """
    if access.scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL:
        return true()
    return (Report.district_code == person.district_code) & ~_waits_hidden()


def counted_with(report: Report) -> ColumnElement[bool]:
    """The reports that are counted as likely the same, in a number that the report's triage sees: the district's must
    not tell of a mystery check that waits.
    """
    same_district = Report.district_code == report.district_code
    return same_district if report.form is Form.MYSTERY else same_district & ~_waits_hidden()


def _waits_hidden() -> ColumnElement[bool]:
    return (Report.form == Form.MYSTERY) & (Report.state == ReportState.RECEIVED)


def _candidate(report: Report, other: Report, ticket: Ticket | None) -> Candidate | None:
    new, known = sight(report), sight(other)
    said = report.same_as == other.id or other.same_as == report.id
    alike = duplicates.likeness(new, known, said=said)
    if alike is None:
        return None
    closed_at = ticket.closed_at if ticket and ticket.state is State.CLOSED else None
    back = closed_at is not None and duplicates.rebounds(new, known, closed_at)
    return Candidate(other, ticket, alike, back) if alike.likely or back else None


def _around(report: Report, within: ColumnElement[bool] | None) -> Sequence[tuple[Report, Ticket | None]]:
    since = (report.received_at or report.announced_at) - REBOUND_DAYS
    near = alive.near(Point(report.lat, report.lng), RADIUS_M, closed_since=since)[:MOST_READ]
    # A case, so that no planner begins with the district
    seen = true() if within is None else case((within, true()), else_=false())
    rows = (
        select(Report, Ticket)
        .outerjoin(TicketReport, TicketReport.report_id == Report.id)
        .outerjoin(Ticket, Ticket.id == TicketReport.ticket_id)
        .where(Report.id.in_([one for one in near if one != report.id]), seen)
        .options(selectinload(Report.manifest).selectinload(Manifest.photos))
    )
    return [(found, ticket) for found, ticket in db.session.execute(rows)]
