"""Builders for what an inspector brings from a visit."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from inspection.checks import records
from inspection.checks.content import Answer, Content, Grade, Item, ItemKind, Section
from inspection.checks.models import Outcome, Visit
from inspection.checks.records import NewRecord, Progress, Terms
from inspection.checks.visits import Grace
from inspection.geography.points import Datum
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.models import PhotoRole
from inspection.photos.service import Announced, PhotoLimits
from inspection.reports.models import Source
from inspection.reports.service import Place
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, SPOT, sha256

GRACE = Grace(late=timedelta(days=7), asked=timedelta(days=7))
EVERY_KIND = Content(
    (
        Section(
            "s1",
            "街巷面貌",
            (
                Item("q1", "街巷里有没有私搭乱建？", ItemKind.YES_NO, 10, category="street_clutter"),
                Item("q2", "路面干净吗？", ItemKind.GRADED, 10, photo_on_failure=False, note_on_failure=True),
            ),
        ),
        Section(
            "s2",
            "路口",
            (
                Item("q3", "行人闯红灯", ItemKind.COUNT, 20, photo_on_failure=False, minutes=5, most_percent=10),
                Item("q4", "步道有多宽？", ItemKind.NUMBER, 5, photo_on_failure=False, low=1, high=3, unit="米"),
                Item("q5", "还看见什么？", ItemKind.TEXT, 0, skippable=False),
            ),
        ),
    )
)
"""One item of each kind; the last must be answered."""
GOOD = (
    Answer("q1", yes=False),
    Answer("q2", grade=Grade.GOOD),
    Answer("q3", observed=20, violations=2),
    Answer("q4", number=2.5),
    Answer("q5", text="都好"),
)
"""Answers with which the place does well everywhere."""
TWO_GOOD = (Answer("q1", yes=False), Answer("q2", yes=False))
"""The same for the checklist that ``make_checks.content`` makes by default."""


def terms() -> Terms:
    """What a record may bring, as the settings' defaults have it."""
    kit = tools()
    return Terms(PhotoLimits(60, kit.settings.max_photo_bytes, 64), GRACE, kit.signer)


def photo(picture: bytes, taken_at: datetime = NOW) -> Announced:
    """A picture as a record lists it."""
    return Announced(sha256(picture), len(picture), PhotoRole.VISIT, taken_at)


def place(spot: tuple[float, float] = SPOT) -> Place:
    """Where the phone was."""
    return Place(*spot, Datum.WGS84, 8.0, Source.LIVE, NOW)


def new_record(visit: Visit, *pictures: bytes, now: datetime = NOW, **more: Any) -> NewRecord:
    """A whole visit without a fault, made in the half hour before ``now``."""
    known: dict[str, Any] = {
        "visit": visit.id,
        "outcome": Outcome.DONE,
        "answers": TWO_GOOD,
        "note": "",
        "arrived_at": now - timedelta(minutes=30),
        "place": place(),
        "far_reason": "",
        "finished_at": now,
        "photos": tuple(photo(one, now) for one in pictures),
        "recordings": (),
    }
    return NewRecord(**known | more)


def send(
    by: Person, new: NewRecord, *pictures: bytes, record_id: uuid.UUID | None = None, now: datetime = NOW
) -> Progress:
    """Announce a record, and send its photos."""
    record_id = record_id or uuid.uuid4()
    with writing():
        progress = records.receive(record_id, new, by=db.session.get_one(Person, by.id), terms=terms(), now=now)
    for picture in pictures:
        progress = upload(by, record_id, picture, now=now)
    return progress


def upload(by: Person, record_id: uuid.UUID, picture: bytes, now: datetime = NOW) -> Progress:
    """Send one photo."""
    kit = tools()
    facts = photos.store(kit.storage, sha256(picture), len(picture), [picture], photo_limits(kit.settings))
    with writing():
        person = db.session.get_one(Person, by.id)
        return records.photo_arrived(record_id, sha256(picture), facts, by=person, terms=terms(), now=now)
