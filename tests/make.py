"""Builders that state only what matters: people, units, photos, reports and tickets, made through the services."""

import hashlib
import io
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from PIL import Image

from inspection.geography.points import Datum
from inspection.kernel.calendar import BEIJING, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict
from inspection.people import passwords
from inspection.people import service as people
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Unit
from inspection.photos import service as photos
from inspection.photos.images import Facts
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.photos.recordings import Spoken
from inspection.photos.service import Announced
from inspection.reports import service as reports
from inspection.reports import supplements
from inspection.reports.models import Form, Report, Source
from inspection.reports.service import NewReport, Place
from inspection.reports.service import Progress as ReportProgress
from inspection.tickets import feedback, opinions, tasks
from inspection.tickets import service as tickets
from inspection.tickets.brought import Progress
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Finding, Opinion, Task, TaskKind, Ticket
from inspection.tickets.opinions import NewOpinion
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from inspection.web.tools import intake_limits, photo_limits, tools

NOW = datetime(2026, 11, 23, 9, 42, tzinfo=BEIJING)
"""A Monday morning."""
DISTRICT = "110101"
STREET = "110101006"
SPOT = (39.9289, 116.4178)
"""In 东四 street, 东城 district."""
PASSWORD = "xingjian-2026"


def jpeg(seed: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small photo that differs from every other seed's."""
    picture = Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, seed * 153 % 256))
    for step in range(8):
        box = (step * 7 % size[0], (step * 5 + seed) % size[1], size[0], size[1])
        picture.paste(((seed + step * 40) % 256, step * 30 % 256, seed % 256), box)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80, comment=str(seed).encode())
    return buffer.getvalue()


def sha256(data: bytes) -> str:
    """Lower-case hex, as in a manifest."""
    return hashlib.sha256(data).hexdigest()


def side_by_side(*works: Callable[[], None]) -> None:
    """Run at the same time; whoever is refused with a Conflict loses quietly."""

    def quietly(work: Callable[[], None]) -> None:
        with suppress(Conflict):
            work()

    threads = [threading.Thread(target=quietly, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@contextmanager
def quick_hashing() -> Iterator[None]:
    """Hash passwords with the least work, for people whose password nobody is to guess."""
    strong = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        yield
    finally:
        passwords._hasher = strong


class Make:
    """Makes things in the running application's database."""

    def __init__(self, app: Flask, start: int = 0) -> None:
        """Numbers (phones, pictures) count from ``start``: another maker in the same database needs another one."""
        self.app = app
        self._phones = iter(range(13800000000 + start, 13899999999))
        self._seeds = iter(range(1 + start, 1_000_000))

    def person(self, role: Role, **more: Any) -> Person:
        """Someone with an account; the password is ``PASSWORD``."""
        known: dict[str, Any] = {"name": "周敏", "phone": str(next(self._phones)), "password": PASSWORD}
        with quick_hashing(), writing():
            return people.add_person(**known | more, role=role, by="test", now=NOW)

    def inspector(self, **more: Any) -> Person:
        """A retired cadre who inspects."""
        return self.person(Role.INSPECTOR, **{"name": "李文", "kind": Kind.VETERAN} | more)

    def officer(self, district: str = DISTRICT) -> Person:
        """A district officer."""
        return self.person(Role.DISTRICT, name="陈立", district_code=district)

    def city(self) -> Person:
        """A city officer."""
        return self.person(Role.CITY)

    def publisher(self) -> Person:
        """Someone who may sign."""
        return self.person(Role.PUBLISHER, name="贺岩")

    def unit(self, duty: str = "综合行政执法队", street: str | None = STREET, district: str = DISTRICT) -> Unit:
        """A unit that puts things right."""
        with writing():
            return people.add_unit(
                name=f"东四街道{duty}{next(self._seeds)}",
                duty=duty,
                district_code=district,
                street_code=street,
                by="test",
                now=NOW,
            )

    def handler(self, unit: Unit) -> Person:
        """Someone of the unit."""
        return self.person(Role.HANDLER, name="赵刚", unit=db.session.get_one(Unit, unit.id))

    def new_report(self, *pictures: bytes, now: datetime = NOW, **more: Any) -> NewReport:
        """A report's content, as its manifest announces it."""
        lat, lng = more.pop("at", SPOT)
        seen_at = now - timedelta(minutes=5)
        known: dict[str, Any] = {
            "category": "street_clutter",
            "form": Form.ADHOC,
            "description": "墙边堆着旧柜子",
            "address": "月牙胡同 5 号门前",
            "captured_at": seen_at,
            "place": Place(lat, lng, Datum.WGS84, 8.0, Source.LIVE, seen_at),
            "photos": announced(pictures, seen_at),
        }
        return NewReport(**known | more)

    def announce(
        self, by: Person, new: NewReport, report_id: uuid.UUID | None = None, now: datetime = NOW
    ) -> ReportProgress:
        """Send a manifest."""
        kit = tools()
        with writing():
            by = db.session.get_one(Person, by.id)
            return reports.receive(
                report_id or uuid.uuid4(), new, by=by, limits=intake_limits(kit.settings), signer=kit.signer, now=now
            )

    def upload(self, by: Person, report_id: uuid.UUID, picture: bytes, now: datetime = NOW) -> ReportProgress:
        """Send one photo's bytes."""
        kit, digest = tools(), sha256(picture)
        facts = photos.store(kit.storage, digest, len(picture), [picture], photo_limits(kit.settings))
        with writing():
            by = db.session.get_one(Person, by.id)
            return reports.photo_arrived(report_id, digest, facts, by=by, signer=kit.signer, now=now)

    def report(
        self,
        by: Person | None = None,
        now: datetime = NOW,
        *,
        picture: bytes | None = None,
        sounds: Sequence[bytes] = (),
        **more: Any,
    ) -> Report:
        """A report that has been received with its photo and its voice notes, seven seconds each."""
        author, picture = by or self.inspector(), picture or jpeg(next(self._seeds))
        spoken = tuple(Spoken(sha256(sound), len(sound), 7, now) for sound in sounds)
        new = self.new_report(picture, now=now, recordings=spoken, **more)
        sent = self.announce(author, new, now=now)
        for note in spoken:
            with writing():
                by = db.session.get_one(Person, author.id)
                reports.recording_arrived(
                    sent.report.id, note.sha256, "audio/webm", by=by, signer=tools().signer, now=now
                )
        return self.upload(author, sent.report.id, picture, now=now).report

    def ticket(
        self,
        state: State = State.FILED,
        *,
        officer: Person | None = None,
        unit: Unit | None = None,
        now: datetime = NOW,
        limit: Limit | None = None,
        **more: Any,
    ) -> Ticket:
        """A ticket that has come as far as ``state`` along the straight way."""
        officer = officer or self.officer()
        report = self.report(now=now, **more)
        unit = unit or self.unit()
        handler = self.handler(unit)
        limit = limit or Limit(5, TimeUnit.WORKDAY)
        with writing():
            report, officer, unit = (
                db.session.get_one(Report, report.id),
                db.session.get_one(Person, officer.id),
                db.session.get_one(Unit, unit.id),
            )
            ticket = triage.file_and_dispatch(
                report,
                category=report.category_code,
                place=report.address,
                unit=unit if state is not State.FILED else None,
                limit=limit,
                by=officer,
                now=now,
            )
        if state in {State.HANDLING, State.HANDLED, State.CLOSED}:
            with writing():
                tickets.accept(ticket, by=db.session.get_one(Person, handler.id), now=now + timedelta(hours=1))
        if state in {State.HANDLED, State.CLOSED}:
            self.answer(ticket, handler, now + timedelta(hours=3))
        if state is State.CLOSED:
            with writing():
                officer = db.session.get_one(Person, officer.id)
                tickets.pass_recheck(ticket, note="到现场看过", evidence=None, by=officer, now=now + timedelta(hours=5))
        return ticket

    def answer(
        self,
        ticket: Ticket,
        handler: Person,
        now: datetime,
        taken_at: datetime | None = None,
        picture: bytes | None = None,
    ) -> None:
        """The unit hands in an after-photo."""
        kit, picture, answer_id = tools(), picture or jpeg(next(self._seeds)), uuid.uuid4()
        after = announced([picture], taken_at or now - timedelta(minutes=10), PhotoRole.AFTER)
        facts = photos.store(kit.storage, after[0].sha256, len(picture), [picture], photo_limits(kit.settings))
        with writing():
            handler = db.session.get_one(Person, handler.id)
            tickets.announce_answer(
                answer_id, ticket, note="已清走", after=after, by=handler, limits=photo_limits(kit.settings), now=now
            )
            tickets.answer_photo_arrived(answer_id, after[0].sha256, facts, by=handler, now=now)

    def evidence(self, now: datetime = NOW) -> uuid.UUID:
        """A complete manifest with one recheck photo."""
        kit, picture = tools(), jpeg(next(self._seeds))
        shown = announced([picture], now, PhotoRole.RECHECK)
        facts = photos.store(kit.storage, shown[0].sha256, len(picture), [picture], photo_limits(kit.settings))
        with writing():
            manifest, _ = photos.announce(
                uuid.uuid4(), ManifestKind.RECHECK, {"photos": shown[0].sha256}, shown, now=now
            )
            photos.arrived(manifest.id, shown[0].sha256, facts, now=now)
        return manifest.id

    def task(
        self,
        ticket: Ticket,
        person: Person | None = None,
        *,
        kind: TaskKind = TaskKind.RECHECK,
        now: datetime = NOW,
        by: Person | None = None,
    ) -> Task:
        """The city has asked ``person`` (else anyone, by lot) to look at the ticket within three days."""
        by = by or self.city()
        with writing():
            return tasks.ask(
                db.session.get_one(Ticket, ticket.id),
                kind=kind,
                due_on=day_of(now) + timedelta(days=3),
                by=db.session.get_one(Person, by.id),
                now=now,
                rng=Random(7),
                person=db.session.get_one(Person, person.id) if person else None,
            )

    def opinion(
        self,
        task: Task,
        person: Person,
        *pictures: bytes,
        verdict: Finding = Finding.GOOD,
        note: str = "",
        now: datetime = NOW,
        opinion_id: uuid.UUID | None = None,
    ) -> Progress[Opinion]:
        """What the person who was asked has seen, with all its pictures."""
        kit, opinion_id = tools(), opinion_id or uuid.uuid4()
        shown = announced(pictures, now, PhotoRole.RECHECK)
        place = Place(*SPOT, Datum.WGS84, 8.0, Source.LIVE, now)
        new = NewOpinion(task.id, verdict, note=note, captured_at=now, place=place, photos=shown)
        with writing():
            by, limits = db.session.get_one(Person, person.id), photo_limits(kit.settings)
            progress = opinions.receive(opinion_id, new, by=by, limits=limits, signer=kit.signer, now=now)
        for picture in pictures:
            digest = sha256(picture)
            facts = photos.store(kit.storage, digest, len(picture), [picture], photo_limits(kit.settings))
            with writing():
                by = db.session.get_one(Person, person.id)
                progress = opinions.photo_arrived(opinion_id, digest, facts, by=by, signer=kit.signer, now=now)
        return progress

    def sent_back(self, ticket: Ticket, officer: Person, now: datetime, reason: str = "没有改") -> None:
        """Somebody has looked, and it is not put right."""
        evidence = self.evidence(now)
        with writing():
            tickets.fail_recheck(
                db.session.get_one(Ticket, ticket.id),
                reason=reason,
                evidence=db.session.get_one(Manifest, evidence),
                by=db.session.get_one(Person, officer.id),
                now=now,
            )

    def shown(self, *pictures: bytes, now: datetime = NOW) -> list[tuple[Announced, Facts]]:
        """Photos that lie in the store."""
        kit = tools()
        return [
            (one, photos.store(kit.storage, one.sha256, one.bytes, [picture], photo_limits(kit.settings)))
            for one, picture in zip(announced(pictures, now), pictures, strict=True)
        ]

    def feedback(
        self, report_id: uuid.UUID, by: Person, reason: str = "", *pictures: bytes, now: datetime = NOW
    ) -> None:
        """Its author is satisfied, or says why not."""
        shown = self.shown(*pictures, now=now)
        with writing():
            by = db.session.get_one(Person, by.id)
            feedback.give(report_id, satisfied=not reason, reason=reason, shown=shown, by=by, now=now)

    def supplement(self, report_id: uuid.UUID, by: Person, note: str, *pictures: bytes, now: datetime = NOW) -> None:
        """Its author adds to the report."""
        shown = self.shown(*pictures, now=now)
        with writing():
            by = db.session.get_one(Person, by.id)
            supplements.add(uuid.uuid4(), report_id, note=note, shown=shown, by=by, now=now)


def questions(work: Callable[[], object]) -> int:
    """How many statements some work sends to the database."""
    asked: list[object] = []

    def count(*seen: object) -> None:
        asked.append(seen)

    db.session.rollback()
    db.event.listen(db.engine, "before_cursor_execute", count)
    try:
        work()
    finally:
        db.event.remove(db.engine, "before_cursor_execute", count)
    return len(asked)


def announced(
    pictures: Sequence[bytes], taken_at: datetime | None, role: PhotoRole = PhotoRole.FAR
) -> tuple[Announced, ...]:
    """Photos as a manifest lists them."""
    return tuple(Announced(sha256(picture), len(picture), role, taken_at) for picture in pictures)
