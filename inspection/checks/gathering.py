"""Collects what a visit's record is compared with: the last visit to the place, the same inspector's others, pictures
that were handed in elsewhere. What comes of it says nothing of whom.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from inspection.checks import brought
from inspection.checks.content import Answer, load_answers
from inspection.checks.integrity import Picture, Sealed, Stay, texts_of
from inspection.checks.models import Site, Visit, VisitRecord
from inspection.checks.workflow import VisitState
from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.people import visiting
from inspection.photos import alike
from inspection.photos.models import Photo

CAME_IN = (VisitState.RECEIVED, VisitState.ASKED, VisitState.ACCEPTED)
AROUND = timedelta(days=1)
"""Visits farther apart in time say nothing about a speed."""
LATELY = timedelta(days=90)
"""[D] Words are compared with those of so many days before."""


def sealed(visit: Visit) -> list[Sealed]:
    """Each record of the visit with what it is compared with; the first one with the last visit to the place, too."""
    others = _others_records(visit)
    return [_sealed(visit, record, others, first=not at) for at, record in enumerate(brought.records(visit))]


def _sealed(visit: Visit, record: VisitRecord, others: Sequence[VisitRecord], *, first: bool) -> Sealed:
    answers = load_answers(record.answers)
    known = record.lat is not None and record.lng is not None
    return Sealed(
        site=_point(visit.site),
        far_m=visit.plan.far_m,
        arrived=Point(record.lat or 0.0, record.lng or 0.0) if known else None,
        arrived_at=record.arrived_at,
        finished_at=record.finished_at,
        content=brought.content(visit),
        answers=answers,
        note=record.note,
        pictures=[_picture(photo, answers, record) for photo in record.manifest.photos],
        previous=_previous(visit, record) if first else None,
        texts=[text for one in others for text in texts_of(load_answers(one.answers), one.note)],
        stays=[_stay(one) for one in others if abs(one.arrived_at - record.arrived_at) <= AROUND],
    )


def _picture(photo: Photo, answers: Sequence[Answer], record: VisitRecord) -> Picture:
    item = next((answer.key for answer in answers if photo.position in answer.photos), "")
    own = [one.id for one in record.manifest.photos]
    return Picture(item, photo.sha256, photo.phash, photo.taken, photo.spot is not None, _elsewhere(photo, own))


def _elsewhere(photo: Photo, own: Collection[UUID]) -> bool:
    if alike.used_again(photo, besides=own, visits=True):
        return True
    return photo.phash is not None and alike.search(photo.phash, besides=own, visits=True).nearest is not None


def _previous(visit: Visit, record: VisitRecord) -> list[Answer] | None:
    """What was answered the last time somebody was there."""
    before = previous(visit, record)
    return brought.answers(before) if before else None


def previous(visit: Visit, record: VisitRecord) -> Visit | None:
    """The last visit to the place before the record; the other of a pair is not meant."""
    here = select(Visit).where(Visit.site_id == visit.site_id, Visit.id != visit.id, Visit.state.in_(CAME_IN))
    every = db.session.scalars(here.options(selectinload(Visit.records))).all()
    earlier = [
        (brought.arrived_at(one), one.id, one)
        for one in every
        if (one.plan_id, one.turn) != (visit.plan_id, visit.turn) and brought.arrived_at(one) < record.arrived_at
    ]
    return max(earlier, key=lambda told: told[:2])[2] if earlier else None


def _others_records(visit: Visit) -> Sequence[VisitRecord]:
    """The records that the same inspector has brought from other visits of late."""
    others = list(visiting.others_of(visit.id))
    since = brought.arrived_at(visit) - LATELY
    found: list[VisitRecord] = []
    for start in range(0, len(others), visiting.AT_ONCE):
        some = VisitRecord.visit_id.in_(others[start : start + visiting.AT_ONCE])
        wanted = select(VisitRecord).where(some, VisitRecord.received_at.is_not(None), VisitRecord.arrived_at >= since)
        found += db.session.scalars(wanted.options(selectinload(VisitRecord.visit).selectinload(Visit.site)))
    return found


def _stay(record: VisitRecord) -> Stay:
    return Stay(_point(record.visit.site), record.arrived_at, record.finished_at)


def _point(site: Site) -> Point:
    return Point(site.lat, site.lng)
