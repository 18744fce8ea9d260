"""Takes a rescued outbox in (导入未发送): all records in it as their owner's own, with the same receipts.

Safe to do twice.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, cast

from marshmallow import Schema, ValidationError

from inspection.checks import records
from inspection.checks.records import NewRecord
from inspection.jobs import Tools
from inspection.kernel import audit
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.photos import recordings
from inspection.photos import service as photos
from inspection.photos.images import Facts
from inspection.photos.service import Announced
from inspection.reports import service as reports
from inspection.reports.rescue import Kept, Outbox
from inspection.reports.service import NewReport, Progress
from inspection.tickets import answers, opinions
from inspection.tickets.answers import NewAnswer
from inspection.tickets.opinions import NewOpinion
from inspection.web.manifests import AnswerIn, RecheckIn, ReportIn
from inspection.web.tools import intake_limits, photo_limits, visit_terms
from inspection.web.visit_manifests import VisitRecordIn

OWNERS = {Role.INSPECTOR, Role.HANDLER}
"""Who has a field app, and so an outbox."""
UNREADABLE = N_("%(name)s 一项不对：%(why)s")


@dataclass(frozen=True)
class Line:
    """What became of one record: its receipt's number, or what was wrong with it."""

    id: str
    number: str | None
    wrong: Phrase | None


@dataclass(frozen=True)
class Taken:
    """A whole file: whose it was, and what became of each record."""

    owner: Person
    lines: tuple[Line, ...]


def take_in(file: IO[bytes], kit: Tools, *, by: Person | str) -> Taken:
    """Take every record of the file in as its owner's; one that is refused does not stop the others.

    ``by`` is the city officer, or who sits at the command line. Raises NotAllowed, and Invalid("file") for a file that
    cannot be read or whose owner has no field app here.
    """
    if isinstance(by, Person):
        access.require(by.role, Right.OUTBOX_IMPORT)
    outbox = Outbox(file)
    owner = _owner(outbox.person_id)
    owner_id, actor = owner.id, by if isinstance(by, str) else by.audit_ref
    lines = tuple(_line(outbox, kept, owner_id, kit) for kept in outbox.records)
    received = sum(line.number is not None for line in lines)
    with writing():
        owner = db.session.get_one(Person, owner_id)
        audit.record("outbox.imported", owner, by=actor, at=now(), records=len(lines), received=received)
    return Taken(db.session.get_one(Person, owner_id), lines)


def _owner(person_id: str) -> Person:
    try:
        person = db.session.get(Person, uuid.UUID(person_id))
    except ValueError:
        person = None
    if person is None or person.role not in OWNERS or person.disabled_at is not None:
        raise Invalid("file", N_("文件的主人不是这里的督查员或承办人，或账号已停用。"))
    return person


def _line(outbox: Outbox, kept: Kept, owner_id: uuid.UUID, kit: Tools) -> Line:
    take = KINDS.get(kept.kind)
    if take is None:
        return Line(kept.id, None, Phrase(N_("这一种还不能导入，请在手机上登录后再发。")))
    try:
        number = take(outbox, kept, owner_id, kit)
    except Refusal as refusal:
        return Line(kept.id, None, Phrase(refusal.message, refusal.params))
    return Line(kept.id, number, None if number else Phrase(N_("还差照片，文件里没有。")))


def _report(outbox: Outbox, kept: Kept, owner_id: uuid.UUID, kit: Tools) -> str | None:
    report_id, new = _uuid(kept.id), cast(NewReport, _parsed(kept, ReportIn()))
    with writing():
        progress = reports.receive(
            report_id,
            new,
            by=db.session.get_one(Person, owner_id),
            limits=intake_limits(kit.settings),
            signer=kit.signer,
            now=now(),
        )
    for note in new.recordings:
        if note.sha256 in progress.missing and outbox.has(note.sha256):
            progress = _spoken(outbox, report_id, note.sha256, note.bytes, owner_id, kit)
    for photo in new.photos:
        if photo.sha256 in progress.missing and outbox.has(photo.sha256):
            facts = _stored(outbox, photo, kit)
            with writing():
                by = db.session.get_one(Person, owner_id)
                progress = reports.photo_arrived(report_id, photo.sha256, facts, by=by, signer=kit.signer, now=now())
    return progress.receipt.number if progress.receipt else None


def _recheck(outbox: Outbox, kept: Kept, owner_id: uuid.UUID, kit: Tools) -> str | None:
    opinion_id, new = _uuid(kept.id), cast(NewOpinion, _parsed(kept, RecheckIn()))
    limits = photo_limits(kit.settings)
    with writing():
        by = db.session.get_one(Person, owner_id)
        progress = opinions.receive(opinion_id, new, by=by, limits=limits, signer=kit.signer, now=now())
    for photo in new.photos:
        if photo.sha256 in progress.missing and outbox.has(photo.sha256):
            facts = _stored(outbox, photo, kit)
            with writing():
                by = db.session.get_one(Person, owner_id)
                progress = opinions.photo_arrived(opinion_id, photo.sha256, facts, by=by, signer=kit.signer, now=now())
    return progress.one.number


def _answer(outbox: Outbox, kept: Kept, owner_id: uuid.UUID, kit: Tools) -> str | None:
    answer_id, new = _uuid(kept.id), cast(NewAnswer, _parsed(kept, AnswerIn()))
    limits = photo_limits(kit.settings)
    with writing():
        by = db.session.get_one(Person, owner_id)
        progress = answers.receive(answer_id, new, by=by, limits=limits, now=now())
    for photo in new.photos:
        if photo.sha256 in progress.missing and outbox.has(photo.sha256):
            facts = _stored(outbox, photo, kit)
            with writing():
                by = db.session.get_one(Person, owner_id)
                progress = answers.photo_arrived(answer_id, photo.sha256, facts, by=by, now=now())
    return answers.number(progress.one) if progress.one.answered_at else None


def _visit(outbox: Outbox, kept: Kept, owner_id: uuid.UUID, kit: Tools) -> str | None:
    record_id, new, terms = _uuid(kept.id), cast(NewRecord, _parsed(kept, VisitRecordIn())), visit_terms(kit)
    with writing():
        by = db.session.get_one(Person, owner_id)
        progress = records.receive(record_id, new, by=by, terms=terms, now=now())
    for note in new.recordings:
        if note.sha256 in progress.missing and outbox.has(note.sha256):
            kind = _sound(outbox, note.sha256, note.bytes, kit)
            with writing():
                by = db.session.get_one(Person, owner_id)
                progress = records.recording_arrived(record_id, note.sha256, kind, by=by, terms=terms, now=now())
    for photo in new.photos:
        if photo.sha256 in progress.missing and outbox.has(photo.sha256):
            facts = _stored(outbox, photo, kit)
            with writing():
                by = db.session.get_one(Person, owner_id)
                progress = records.photo_arrived(record_id, photo.sha256, facts, by=by, terms=terms, now=now())
    return progress.record.number


def _stored(outbox: Outbox, photo: Announced, kit: Tools) -> Facts:
    end_reading()
    limits = photo_limits(kit.settings)
    return photos.store(kit.storage, photo.sha256, photo.bytes, outbox.bytes_of(photo.sha256, limits.bytes), limits)


def _spoken(outbox: Outbox, report_id: uuid.UUID, sha256: str, size: int, owner_id: uuid.UUID, kit: Tools) -> Progress:
    kind = _sound(outbox, sha256, size, kit)
    with writing():
        by = db.session.get_one(Person, owner_id)
        return reports.recording_arrived(report_id, sha256, kind, by=by, signer=kit.signer, now=now())


def _sound(outbox: Outbox, sha256: str, size: int, kit: Tools) -> str:
    end_reading()
    return recordings.store(kit.storage, sha256, size, outbox.bytes_of(sha256, recordings.MOST_BYTES))


def _parsed(kept: Kept, schema: Schema) -> object:
    try:
        new: object = schema.load(kept.manifest)
    except ValidationError as wrong:
        name, why = _first(wrong.messages)
        raise Invalid(name, UNREADABLE, name=name, why=why) from wrong
    return new


def _first(messages: object, path: str = "") -> tuple[str, object]:
    while isinstance(messages, dict) and messages:
        name, messages = next(iter(messages.items()))
        path = f"{path}.{name}".strip(".")
    return path or "manifest", next(iter(messages)) if isinstance(messages, Iterable) else messages


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Invalid("id", N_("编号看不懂。")) from wrong


KINDS: dict[str, Callable[[Outbox, Kept, uuid.UUID, Tools], str | None]] = {
    "report": _report,
    "recheck": _recheck,
    "answer": _answer,
    "visit": _visit,
}
"""What can be taken in from a file, by the kind that the phone wrote down; each gives the receipt's number, or none
while photos are missing."""
