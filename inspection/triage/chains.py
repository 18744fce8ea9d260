"""Chains of sights out of the reports (连续见证): by plate; for what has none, by what a person has merged."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from inspection.geography.points import Point
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.people import identities
from inspection.reports.models import Category, Form, Report, ReportState
from inspection.tickets.models import Ticket
from inspection.triage import sightings
from inspection.triage.sightings import DEFAULT_DAYS, Chain, Sighting

MOST_SIGHTS = 200
COUNTED = (ReportState.RECEIVED, ReportState.FILED, ReportState.MERGED)


def applies(category: Category) -> bool:
    """Whether days between sights mean something for the category."""
    return category.repeat_days is not None


def of_ticket(ticket: Ticket, *, also: Sequence[Report] = ()) -> Chain | None:
    """What a ticket's reports, those of the same plate near by, and ``also``, prove together; None where days do not
    matter. Sights of a mystery check count once they belong to the ticket.
    """
    if not applies(ticket.category):
        return None
    own = [link.report for link in ticket.reports] + list(also)
    plates = {report.plate_key for report in own if report.plate_key}
    others = [report for report in of_plate(plates) if report.form is not Form.MYSTERY]
    return _chain([*own, *others], Point(ticket.lat, ticket.lng), ticket.category)


def of_report(report: Report) -> Chain | None:
    """What a report proves together with those of the same plate near by."""
    if not applies(report.category):
        return None
    plates = {report.plate_key} if report.plate_key else set()
    others = [one for one in of_plate(plates) if one.form is not Form.MYSTERY]
    return _chain([report, *others], Point(report.lat, report.lng), report.category)


def of_plate(keys: Iterable[str]) -> Sequence[Report]:
    """The reports of these plates that count, the latest first."""
    wanted = sorted(keys)
    if not wanted:
        return []
    rows = select(Report).where(Report.plate_key.in_(wanted), Report.state.in_(COUNTED))
    return db.session.scalars(rows.order_by(Report.received_at.desc()).limit(MOST_SIGHTS)).all()


def _chain(reports: Iterable[Report], at: Point, category: Category) -> Chain | None:
    each = {report.id: report for report in reports}
    people = identities.authors_apart(list(each))
    sights = [
        Sighting(report.id, day_of(report.captured_at), Point(report.lat, report.lng), people.get(report.id))
        for report in each.values()
    ]
    return sightings.chain(sights, at, category.repeat_days or DEFAULT_DAYS)
