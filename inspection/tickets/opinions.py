"""What an inspector who was asked brings: pictures and an opinion, in two steps as a report. Nothing here commits."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.geography import points
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.photos.service import PhotoLimits
from inspection.reports import receipts
from inspection.reports.models import Receipt
from inspection.reports.service import ID_TAKEN, MOST_DRAWS
from inspection.tickets import tasks
from inspection.tickets.brought import SHORTEST_NOTE, Brought, Progress, progress
from inspection.tickets.models import Finding, Opinion, Task, TaskState


@dataclass(frozen=True)
class NewOpinion(Brought):
    """An opinion as its manifest announces it."""

    task: uuid.UUID
    verdict: Finding


def receive(
    opinion_id: uuid.UUID, new: NewOpinion, *, by: Person, limits: PhotoLimits, signer: receipts.Signer, now: datetime
) -> Progress[Opinion]:
    """Take an opinion's manifest in. The same again changes nothing.

    Raises NotFound for a task that is not one's own, Conflict for one that waits no longer or an id that is taken,
    ``photos.Different`` for the same id with another content, and Invalid naming the field.
    """
    access.require(by.role, Right.REPORT_SEND)
    task = tasks.own(by, new.task)
    _require_free(opinion_id, by)
    check(new, limits, now)
    db.session.refresh(task, with_for_update=True)
    manifest, created = photos.announce(opinion_id, ManifestKind.RECHECK, new.content(), new.photos, now=now)
    if not created:
        return progress(own(by, opinion_id))
    tasks.require_open(task)
    opinion = _enter(manifest, new, now)
    if not photos.missing(manifest):
        manifest.completed_at = now
        _complete(opinion, task, signer, now)
    return progress(opinion, created=True)


def photo_arrived(
    opinion_id: uuid.UUID, sha256: str, facts: images.Facts, *, by: Person, signer: receipts.Signer, now: datetime
) -> Progress[Opinion]:
    """One of the opinion's photos lies in the store. The last one ends the task and gives the receipt.

    Raises Conflict if the task has been answered from another device meanwhile, or waits no longer.
    """
    opinion = own(by, opinion_id)
    task = db.session.get_one(Task, opinion.task_id, with_for_update=True, populate_existing=True)
    db.session.refresh(opinion)
    if opinion.received_at is None:
        tasks.require_open(task)
    manifest = photos.arrived(opinion_id, sha256, facts, now=now)
    if opinion.received_at is None and manifest.completed_at is not None:
        _complete(opinion, task, signer, now)
    return progress(opinion)


def own(person: Person, opinion_id: uuid.UUID) -> Opinion:
    """The person's own opinion; raises NotFound for anything else."""
    opinion = db.session.get(Opinion, opinion_id)
    if opinion is None or not identities.holds_task(person, [opinion.task_id]):
        raise NotFound(N_("没有这次核查。"))
    return opinion


def check(new: NewOpinion, limits: PhotoLimits, now: datetime) -> None:
    """Raise Invalid naming the first field that cannot be so."""
    new.check(now)
    if new.verdict is Finding.UNREACHABLE and len(new.note.strip()) < SHORTEST_NOTE:
        raise Invalid("note", N_("到不了现场，请说一句为什么。"))
    if new.verdict is not Finding.UNREACHABLE and not new.photos:
        raise Invalid("photos", N_("请拍一张现场照片。"))
    photos.check_announced(new.photos, limits=limits, now=now)
    for position, photo in enumerate(new.photos):
        if photo.role is not PhotoRole.RECHECK:
            raise Invalid(f"photos.{position}.role", N_("这里只收核查照片。"))


def _require_free(opinion_id: uuid.UUID, by: Person) -> None:
    """Raise Conflict for an id that someone or something else has used: nothing of that may show."""
    opinion = db.session.get(Opinion, opinion_id)
    known = opinion is not None or db.session.get(Manifest, opinion_id) is not None
    if known and (opinion is None or not identities.holds_task(by, [opinion.task_id])):
        raise Conflict(ID_TAKEN, code="id_taken")


def _enter(manifest: Manifest, new: NewOpinion, now: datetime) -> Opinion:
    point = points.to_wgs84(new.place.lat, new.place.lng, new.place.datum) if new.place else None
    opinion = Opinion(
        id=manifest.id,
        manifest=manifest,
        task_id=new.task,
        finding=new.verdict,
        note=new.note.strip(),
        captured_at=new.captured_at,
        lat=point.lat if point else None,
        lng=point.lng if point else None,
        accuracy_m=new.place.accuracy_m if new.place else None,
        announced_at=now,
    )
    db.session.add(opinion)
    db.session.flush()
    return opinion


def _complete(opinion: Opinion, task: Task, signer: receipts.Signer, now: datetime) -> None:
    opinion.received_at, opinion.number = now, _fresh_number()
    signed = receipts.issue(
        signer,
        number=opinion.number,
        report_id=opinion.id,
        received_at=now,
        content_hash=opinion.manifest.content_hash,
        photos=[photo.sha256 for photo in opinion.manifest.photos],
        about="recheck",
    )
    opinion.document, opinion.signature = signed.document, signed.signature
    tasks.end(task, TaskState.DONE, now)
    db.session.flush()
    audit.record("task.done", task, by=audit.AUTHOR, at=now, finding=opinion.finding.value, receipt=opinion.number)


def _fresh_number() -> str:
    """A number that no receipt has, of a report or of an opinion."""
    for _ in range(MOST_DRAWS):
        number = f"{secrets.randbelow(10**receipts.NUMBER_DIGITS):0{receipts.NUMBER_DIGITS}d}"
        of_report = db.session.scalar(select(Receipt.report_id).where(Receipt.number == number))
        if of_report is None and db.session.scalar(select(Opinion.id).where(Opinion.number == number)) is None:
            return number
    raise RuntimeError(f"no free receipt number in {MOST_DRAWS} draws")
