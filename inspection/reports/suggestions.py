"""Which plate a report's photos seem to show (图中号牌): read by a machine in the job that makes the copies, confirmed
by a person at triage. Nothing that counts sights looks at it.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.kernel.db import db, end_reading, insert_once, writing
from inspection.kernel.storage import Storage
from inspection.photos.images import phash_tells
from inspection.photos.lettering import Box, Reading
from inspection.photos.models import Photo
from inspection.reports import pictured, plates
from inspection.reports.models import IS_WAITING, Category, PlateReading, Report, Supplement
from inspection.reports.plates import Plate
from inspection.reports.supplements import UNDECIDED

SMALLEST_SIDE = 400
"""A picture whose longer side has fewer pixels shows no plate that can be read: that takes some hundred across."""
MOST_SHOWN = 3

Read = Callable[[bytes], list[Reading] | None]


@dataclass(frozen=True)
class Suggestion:
    """A plate that was read, the photo and the place in it where it is plainest, and in how many photos it was read."""

    plate: Plate
    photo: Photo
    box: Box
    confidence: float
    photos: int


def look(photo_id: uuid.UUID, *, storage: Storage, read: Read, now: datetime) -> None:
    """Read the plate in the copy of a photo and keep it beside the photo. Safe to run twice.

    Only where a plate matters: in a report's own photos and those added to it, while nobody has decided on the report,
    if its category has a plate. When the reader fails nothing is kept, and nothing else is any the worse.
    """
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.copied_at is None or db.session.get(PlateReading, photo_id) is not None:
        return
    report = _report(photo)
    if report is None or report.state not in UNDECIDED or not report.category.plate or not _may_show_one(photo):
        return
    report_id, key = report.id, photo.copy_key("web")
    end_reading()
    lines = read(storage.read(key))
    if lines is None:
        return
    seen = pictured.plate_in(lines)
    box = seen.box if seen else None
    with writing():
        insert_once(
            PlateReading,
            photo_id=photo_id,
            report_id=report_id,
            plate=seen.plate.text if seen else None,
            confidence=seen.confidence if seen else None,
            left=box.left if box else None,
            top=box.top if box else None,
            right=box.right if box else None,
            bottom=box.bottom if box else None,
            at=now,
        )


def unread() -> Sequence[uuid.UUID]:
    """The photos of the reports that wait in which a plate matters and none was looked for, the oldest report first."""
    waiting = (
        select(Photo.id)
        .join(Report, Report.id == Photo.manifest_id)
        .join(Category, Category.code == Report.category_code)
        .outerjoin(PlateReading, PlateReading.photo_id == Photo.id)
        .where(IS_WAITING, Category.plate, Photo.copied_at.is_not(None), PlateReading.photo_id.is_(None))
    )
    return db.session.scalars(waiting.order_by(Report.received_at, Photo.position)).all()


def of_report(report: Report) -> Sequence[Suggestion]:
    """The plates that its photos seem to show, at most three: what stands in most photos first, then the surest."""
    found: dict[str, list[PlateReading]] = {}
    for reading in _readings(report):
        if reading.plate:
            found.setdefault(reading.plate, []).append(reading)
    made = [one for text, readings in found.items() if (one := _suggestion(text, readings))]
    return sorted(made, key=lambda one: (-one.photos, -one.confidence, one.plate.text))[:MOST_SHOWN]


def looked_in_vain(report: Report) -> bool:
    """Whether every photo of the report has been looked at and none seems to show a plate."""
    readings = _readings(report)
    looked_at = {reading.photo_id for reading in readings}
    return (
        bool(readings)
        and not any(reading.plate for reading in readings)
        and looked_at.issuperset(photo.id for photo in report.manifest.photos)
    )


def _readings(report: Report) -> Sequence[PlateReading]:
    chosen = select(PlateReading).where(PlateReading.report_id == report.id)
    return db.session.scalars(chosen.order_by(PlateReading.at, PlateReading.photo_id)).all()


def _suggestion(text: str, readings: Sequence[PlateReading]) -> Suggestion | None:
    plate = plates.read(text)
    plainest = max(readings, key=lambda one: (one.confidence or 0.0, str(one.photo_id)))
    if plate is None:
        return None
    box = Box(plainest.left or 0.0, plainest.top or 0.0, plainest.right or 0.0, plainest.bottom or 0.0)
    return Suggestion(plate, plainest.photo, box, plainest.confidence or 0.0, len(readings))


def _report(photo: Photo) -> Report | None:
    """The report that the photo was made for, or added to."""
    supplement = db.session.get(Supplement, photo.manifest_id)
    return db.session.get(Report, supplement.report_id if supplement else photo.manifest_id)


def _may_show_one(photo: Photo) -> bool:
    """Whether it is large enough, and of more than a wall or the inside of a pocket."""
    return max(photo.width or 0, photo.height or 0) >= SMALLEST_SIDE and phash_tells(photo.phash or "0")
