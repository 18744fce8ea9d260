"""Reports that the city office enters from what a visit found (暗访线索): no author, no receipt. Nothing here commits.

What they tell is the problem's: its place is the site's, its time a day, its pictures are the visit's without a
position or a camera's word. Their triage is the city's, as of every report in form 暗访.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time

from inspection.geography.points import Datum
from inspection.kernel import audit, queue
from inspection.kernel.calendar import at
from inspection.kernel.db import db
from inspection.photos import service as photos
from inspection.photos.models import ManifestKind, Photo
from inspection.reports.models import Form, Report, ReportState, Source
from inspection.reports.service import ALIASES, LONGEST_LINE, LONGEST_TEXT, Count

NOON = time(12)
"""The hour that stands for a day."""


@dataclass(frozen=True)
class Spot:
    """Where the problem is: WGS-84 degrees, cell, areas, kind of place, and in words."""

    lat: float
    lng: float
    cell: str
    district_code: str
    street_code: str | None
    site_type: str
    address: str


@dataclass(frozen=True)
class Found:
    """What was found, where, on which day, in which pictures; and the report of the same failure before it."""

    category: str
    description: str
    spot: Spot
    on: date
    photos: tuple[Photo, ...]
    count: Count | None = None
    follows_id: uuid.UUID | None = None

    @property
    def noon(self) -> datetime:
        """The moment that stands for the day."""
        return at(self.on, NOON)


def enter(report_id: uuid.UUID, found: Found, *, now: datetime) -> Report:
    """Put a finding down as a received report, and have it proposed to the city's triage.

    It is flushed by whoever calls, so that a plan's hundreds go at once.
    """
    description, address = found.description[:LONGEST_TEXT], found.spot.address[:LONGEST_LINE]
    content = {
        "address": address,
        "captured_on": found.on.isoformat(),
        "category": found.category,
        "description": description,
        "form": Form.MYSTERY.value,
        "photos": [photo.sha256 for photo in found.photos],
    }
    report = _row(report_id, found, now)
    report.description, report.address = description, address
    report.manifest = photos.show_again(
        report_id, ManifestKind.REPORT, content, found.photos, taken_at=found.noon, now=now
    )
    db.session.add(report)
    queue.enqueue("triage.propose", report.id, now=now)
    audit.record("report.received", report, by=audit.SYSTEM, at=now)
    return report


def _row(report_id: uuid.UUID, found: Found, now: datetime) -> Report:
    spot, count = found.spot, found.count
    return Report(
        id=report_id,
        state=ReportState.RECEIVED,
        category_code=found.category,
        form=Form.MYSTERY,
        captured_at=found.noon,
        announced_at=now,
        received_at=now,
        lat=spot.lat,
        lng=spot.lng,
        given_lat=spot.lat,
        given_lng=spot.lng,
        datum=Datum.WGS84,
        source=Source.PIN,
        cell=spot.cell,
        district_code=spot.district_code,
        street_code=spot.street_code,
        doubtful=False,
        site_type=spot.site_type,
        follows_id=found.follows_id,
        alias=secrets.choice(ALIASES),
        observed=count.observed if count else None,
        violations=count.violations if count else None,
        minutes=count.minutes if count else None,
    )
