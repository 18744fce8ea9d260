"""What a visit brings, straight into the tables and the store: records with answers and pictures."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from inspection.checks.content import Answer, dump_answers
from inspection.checks.models import Outcome, Visit, VisitRecord
from inspection.checks.workflow import VisitState
from inspection.kernel.db import db, writing
from inspection.people import visiting
from inspection.photos import service as photos
from inspection.photos.models import ManifestKind, Photo, PhotoRole
from inspection.photos.service import Announced, Spot
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, SPOT, sha256

PASS, FAIL = {"yes": False}, {"yes": True}
"""Of the checklist that the builder makes: is there …?"""


def answers(**given: Mapping[str, Any]) -> list[Answer]:
    """``q1=PASS`` and so on."""
    return [Answer(key, **told) for key, told in given.items()]


def bring(
    visit: Visit,
    given: Sequence[Answer],
    *,
    pictures: Mapping[str, Sequence[bytes]] | None = None,
    at: datetime = NOW,
    lasting: timedelta = timedelta(minutes=10),
    spot: tuple[float, float] | None = SPOT,
    copied: bool = True,
    **more: Any,
) -> VisitRecord:
    """The visit's record, received whole at its end; each item's pictures were taken at the place on arrival."""
    taken, by_item = _listed(pictures or {}, at, spot)
    told = [replace(one, photos=by_item.get(one.key, one.photos)) for one in given]
    known: dict[str, Any] = {
        "outcome": Outcome.DONE,
        "answers": dump_answers(tuple(told)),
        "note": "",
        "arrived_at": at,
        "finished_at": at + lasting,
        "lat": spot[0] if spot else None,
        "lng": spot[1] if spot else None,
        "received_at": at + lasting,
        "used": True,
        "number": f"{uuid.uuid4().int % 10**9:09d}",
    }
    facts = {one.sha256: photos.store(tools().storage, one.sha256, one.bytes, [data], limits()) for one, data in taken}
    with writing():
        manifest, _ = photos.announce(
            uuid.uuid4(), ManifestKind.VISIT, {"visit": str(visit.id)}, [one for one, _ in taken], now=at
        )
        for sha, one in facts.items():
            photos.arrived(manifest.id, sha, one, now=at)
        record = VisitRecord(id=manifest.id, visit_id=visit.id, **known | more)
        db.session.add(record)
        kept = db.session.get_one(Visit, visit.id)
        if kept.state in {VisitState.WAITING, VisitState.ASKED}:
            kept.state = VisitState.RECEIVED
        visiting.release([visit.id])
        pictures_of = [photo.id for photo in manifest.photos]
    if copied:
        for photo_id in pictures_of:
            photos.derive(photo_id, storage=tools().storage, now=at)
    db.session.expire_all()
    return record


def limits() -> Any:
    return photo_limits(tools().settings)


def copied(photo_id: uuid.UUID) -> Photo:
    """The photo, once its copies are made."""
    photos.derive(photo_id, storage=tools().storage, now=NOW)
    db.session.expire_all()
    return db.session.get_one(Photo, photo_id)


def _listed(
    pictures: Mapping[str, Sequence[bytes]], at: datetime, spot: tuple[float, float] | None
) -> tuple[list[tuple[Announced, bytes]], dict[str, tuple[int, ...]]]:
    taken: list[tuple[Announced, bytes]] = []
    by_item: dict[str, tuple[int, ...]] = {}
    for item, each in pictures.items():
        by_item[item] = tuple(range(len(taken), len(taken) + len(each)))
        place = Spot(*spot, 8.0, "live", at) if spot else None
        taken += [(Announced(sha256(one), len(one), PhotoRole.VISIT, at, place), one) for one in each]
    return taken, by_item
