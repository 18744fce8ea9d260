"""What an inspector brings from a visit: answers and their proofs, in two steps as a report. Nothing here commits.

A record is never turned away because it came late or for nothing: it is kept with a receipt, and said plainly not to
count. It counts if the visit still waited when it was made and it came in within the days of grace.
"""

import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from inspection.checks import answering, visits
from inspection.checks.answering import LONGEST_TEXT, SHORTEST_NOTE, Brought
from inspection.checks.content import Answer, dump_answers, load
from inspection.checks.models import Outcome, Visit, VisitRecord, VisitState
from inspection.checks.visits import DONE, Grace
from inspection.geography import points
from inspection.geography.points import Point
from inspection.kernel import audit, queue
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access, visiting
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.photos import images, recordings
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.photos.recordings import Spoken
from inspection.photos.service import Announced, PhotoLimits
from inspection.reports import receipts
from inspection.reports.models import Receipt
from inspection.reports.service import ID_TAKEN, MOST_DRAWS, Place

A_DAY = timedelta(days=1)
MOST_RECORDINGS = 40
CALLED_OFF = N_("这次走访已经撤销，您交的留着，但不用了，谢谢您。")
UNTIMELY = N_("这次走访不在规定的时段里，您交的留着，但不算数。")


@dataclass(frozen=True)
class NewRecord:
    """A record as its manifest announces it; ``place`` is where the phone was on arrival."""

    visit: uuid.UUID
    outcome: Outcome
    answers: tuple[Answer, ...]
    note: str
    arrived_at: datetime
    place: Place | None
    far_reason: str
    finished_at: datetime
    photos: tuple[Announced, ...]
    recordings: tuple[Spoken, ...]

    def content(self) -> dict[str, Any]:
        """As plain JSON values: moments in UTC, so that the same moment is the same text."""
        return {name: photos.plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Terms:
    """What a record may bring and how long it may take, and who signs its receipt."""

    photos: PhotoLimits
    grace: Grace
    signer: receipts.Signer


@dataclass(frozen=True)
class Progress:
    """How far a record has come in: what is missing, and in words why it does not count, if it does not."""

    record: VisitRecord
    missing: tuple[str, ...]
    unused: str = ""
    created: bool = False


def receive(record_id: uuid.UUID, new: NewRecord, *, by: Person, terms: Terms, now: datetime) -> Progress:
    """Take a record's manifest in. The same again changes nothing.

    Raises NotFound for a visit that is not one's own or does not show yet, Conflict for one that was answered already
    or an id that is taken, ``photos.Different`` for the same id with another content, and Invalid naming the field.
    """
    access.require(by.role, Right.REPORT_SEND)
    visit = visits.known(by, new.visit, now=now)
    _require_free(record_id, by)
    db.session.refresh(visit, with_for_update=True)
    manifest, created = photos.announce(record_id, ManifestKind.VISIT, new.content(), new.photos, now=now)
    if not created:
        return progress(own(by, record_id))
    _require_wanted(visit)
    check(new, visit, terms.photos, now)
    record = _enter(manifest, new, visit)
    recordings.announce(manifest, new.recordings)
    if not photos.missing(manifest):
        manifest.completed_at = now
        _complete(record, visit, terms, now)
    return progress(record, created=True)


def photo_arrived(
    record_id: uuid.UUID, sha256: str, facts: images.Facts, *, by: Person, terms: Terms, now: datetime
) -> Progress:
    """One of the record's photos lies in the store. The last piece of evidence ends the visit and gives the receipt.

    Raises Conflict if the visit has been answered from another device meanwhile.
    """
    record, visit = _locked(record_id, by)
    return _further(record, visit, photos.arrived(record_id, sha256, facts, now=now), terms, now)


def recording_arrived(
    record_id: uuid.UUID, sha256: str, kind: str, *, by: Person, terms: Terms, now: datetime
) -> Progress:
    """One of the record's voice notes lies in the store, as a photo."""
    record, visit = _locked(record_id, by)
    return _further(record, visit, recordings.arrived(record_id, sha256, kind, now=now), terms, now)


def own(person: Person, record_id: uuid.UUID) -> VisitRecord:
    """The person's own record; raises NotFound for anything else."""
    record = db.session.get(VisitRecord, record_id)
    if record is None or not visiting.holds(person, record.visit_id):
        raise NotFound(N_("没有这次走访。"))
    return record


def progress(record: VisitRecord, *, created: bool = False) -> Progress:
    """How far the record has come in."""
    unused = ""
    if record.received_at and not record.used:
        unused = CALLED_OFF if record.visit.state is VisitState.WITHDRAWN else UNTIMELY
    return Progress(record, tuple(photos.missing(record.manifest)), unused, created)


def check(new: NewRecord, visit: Visit, limits: PhotoLimits, now: datetime) -> None:
    """Raise Invalid naming the first field that cannot be so."""
    _check_times(new, now)
    for name, text in (("note", new.note), ("far_reason", new.far_reason)):
        if len(text) > LONGEST_TEXT:
            raise Invalid(name, N_("太长了。"))
    photos.check_announced(new.photos, limits=limits, now=now)
    recordings.check(new.recordings, most=MOST_RECORDINGS)
    for position, photo in enumerate(new.photos):
        if photo.role is not PhotoRole.VISIT:
            raise Invalid(f"photos.{position}.role", N_("这里只收走访照片。"))
    _check_distance(new, visit)
    if new.outcome is Outcome.DONE:
        brought = Brought(len(new.photos), len(new.recordings))
        answering.check(load(visit.checklist_version.content), new.answers, brought, _only(visit))
    else:
        _check_proof(new)


def _check_times(new: NewRecord, now: datetime) -> None:
    if new.finished_at > now + A_DAY:
        raise Invalid("finished_at", N_("时间在将来，请检查手机的日期。"))
    if new.arrived_at > new.finished_at:
        raise Invalid("arrived_at", N_("到的时间比做完的时间还晚，请检查手机的日期。"))


def _check_distance(new: NewRecord, visit: Visit) -> None:
    if new.place is None:
        return
    here = points.to_wgs84(new.place.lat, new.place.lng, new.place.datum)
    far = points.distance_m(here, Point(visit.site.lat, visit.site.lng)) > visit.plan.far_m
    if far and len(new.far_reason.strip()) < SHORTEST_NOTE:
        raise Invalid("far_reason", N_("离点位有点远，请说一句为什么。"))


def _check_proof(new: NewRecord) -> None:
    """A place that is closed or cannot be found is shown, and said how."""
    if new.answers:
        raise Invalid("answers", N_("没有检查成，就不用答检查项。"))
    if not new.photos:
        raise Invalid("photos", N_("请拍一张现场照片。"))
    if len(new.note.strip()) < SHORTEST_NOTE:
        raise Invalid("note", N_("请写一句现场是什么情况。"))


def _only(visit: Visit) -> list[str] | None:
    return visit.asked_items if visit.state is VisitState.ASKED else None


def _require_wanted(visit: Visit) -> None:
    """Raise Conflict, in words for whoever was drawn, where another record has the place of this one."""
    if visit.state in DONE:
        raise Conflict(N_("这次走访已经交过了，这一次没有收下。"), code="visit_done")
    if visit.state is VisitState.DECLINED:
        raise Conflict(N_("您说过去不了，已经请别人去了，这一次没有收下。"), code="visit_declined")


def _require_free(record_id: uuid.UUID, by: Person) -> None:
    """Raise Conflict for an id that someone or something else has used: nothing of that may show."""
    record = db.session.get(VisitRecord, record_id)
    taken = record is not None or db.session.get(Manifest, record_id) is not None
    if taken and (record is None or not visiting.holds(by, record.visit_id)):
        raise Conflict(ID_TAKEN, code="id_taken")


def _locked(record_id: uuid.UUID, by: Person) -> tuple[VisitRecord, Visit]:
    record = own(by, record_id)
    visit = db.session.get_one(Visit, record.visit_id, with_for_update=True, populate_existing=True)
    db.session.refresh(record)
    if record.received_at is None:
        _require_wanted(visit)
    return record, visit


def _further(record: VisitRecord, visit: Visit, manifest: Manifest, terms: Terms, now: datetime) -> Progress:
    if record.received_at is None and manifest.completed_at is not None:
        _complete(record, visit, terms, now)
    return progress(record)


def _enter(manifest: Manifest, new: NewRecord, visit: Visit) -> VisitRecord:
    point = points.to_wgs84(new.place.lat, new.place.lng, new.place.datum) if new.place else None
    ordered = answering.in_order(load(visit.checklist_version.content), new.answers)
    record = VisitRecord(
        id=manifest.id,
        manifest=manifest,
        visit=visit,
        outcome=new.outcome,
        answers=dump_answers(ordered),
        note=new.note.strip(),
        arrived_at=new.arrived_at,
        finished_at=new.finished_at,
        lat=point.lat if point else None,
        lng=point.lng if point else None,
        accuracy_m=new.place.accuracy_m if new.place else None,
        far_reason=new.far_reason.strip() or None,
    )
    db.session.add(record)
    db.session.flush()
    return record


def _complete(record: VisitRecord, visit: Visit, terms: Terms, now: datetime) -> None:
    if visit.state is VisitState.ASKED and visit.asked_at and record.manifest.created_at < visit.asked_at:
        raise Conflict(N_("这次走访已经交过了，这一次没有收下。"), code="visit_done")
    record.received_at, record.number = now, _fresh_number()
    signed = receipts.issue(
        terms.signer,
        number=record.number,
        report_id=record.id,
        received_at=now,
        content_hash=record.manifest.content_hash,
        photos=[photo.sha256 for photo in record.manifest.photos],
        recordings=[note.sha256 for note in record.manifest.recordings],
        about="visit",
    )
    record.document, record.signature = signed.document, signed.signature
    record.used = _counts(record, visit, terms.grace)
    db.session.flush()
    told = {"outcome": record.outcome.value, "receipt": record.number}
    audit.record("visit.received" if record.used else "visit.kept", visit, by=audit.AUTHOR, at=now, **told)
    if record.used:
        visits.end(visit, VisitState.RECEIVED, now)
        queue.enqueue("checks.examine", visit.id, now=now)


def _counts(record: VisitRecord, visit: Visit, grace: Grace) -> bool:
    """Whether it was made while the visit waited, and announced within the days of grace."""
    if visit.state is VisitState.WITHDRAWN:
        return False
    last = visits.due(visit, grace)
    return visit.opens_at <= record.finished_at <= last and record.manifest.created_at <= last + grace.late


def _fresh_number() -> str:
    """A number that no receipt has, of a report or of a visit."""
    for _ in range(MOST_DRAWS):
        number = f"{secrets.randbelow(10**receipts.NUMBER_DIGITS):0{receipts.NUMBER_DIGITS}d}"
        of_report = db.session.scalar(select(Receipt.report_id).where(Receipt.number == number))
        if of_report is None and db.session.scalar(select(VisitRecord.id).where(VisitRecord.number == number)) is None:
            return number
    raise RuntimeError(f"no free receipt number in {MOST_DRAWS} draws")
