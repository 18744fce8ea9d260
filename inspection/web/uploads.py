"""Files of a form: measured, stored whole, then written down."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import request
from werkzeug.datastructures import FileStorage

from inspection.kernel.db import end_reading
from inspection.kernel.errors import Invalid
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.photos.service import Announced
from inspection.web.tools import photo_limits, tools

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A file of the form, measured."""

    file: FileStorage
    announced: Announced


@dataclass(frozen=True)
class Stored:
    """A photo of the form that lies in the store already."""

    announced: Announced
    facts: images.Facts


def measured(field: str, role: PhotoRole) -> list[Upload]:
    """The files that were picked in a field, with their length and SHA-256."""
    return [Upload(file, _announced(file, role)) for file in request.files.getlist(field) if file.filename]


def store(upload: Upload) -> Stored:
    """Take one file into the store. Raises Invalid if it is no photo; no transaction may be open."""
    kit, one = tools(), upload.announced
    facts = photos.store(kit.storage, one.sha256, one.bytes, pieces(upload.file), photo_limits(kit.settings))
    return Stored(one, facts)


def stored(field: str, role: PhotoRole, *, now: datetime) -> list[Stored]:
    """Take a field's photos into the store. Raises Invalid for the first that is none."""
    return stored_by_role({field: role}, now=now)


def stored_by_role(fields: Mapping[str, PhotoRole], *, now: datetime) -> list[Stored]:
    """The photos of several fields, each of which says what its own show; what is wrong is said at its field."""
    picked = [(field, upload) for field, role in fields.items() for upload in measured(field, role)]
    limits = photo_limits(tools().settings)
    for field, upload in picked:
        with _at(field):
            photos.check_announced([upload.announced], limits=limits, now=now)
    photos.check_announced([upload.announced for _, upload in picked], limits=limits, now=now)
    end_reading()
    kept = []
    for field, upload in picked:
        with _at(field):
            kept.append(store(upload))
    return kept


@contextmanager
def _at(field: str) -> Iterator[None]:
    """What is wrong with a photo is said at the field in which it was picked."""
    try:
        yield
    except Invalid as refusal:
        refusal.field = field
        raise


def shown(field: str, role: PhotoRole, *, now: datetime) -> list[tuple[Announced, images.Facts]]:
    """The same, as the services take photos that lie in the store."""
    return [(one.announced, one.facts) for one in stored(field, role, now=now)]


def evidence(
    ticket_id: uuid.UUID, shown: Sequence[Stored], *, now: datetime, kind: ManifestKind = ManifestKind.RECHECK
) -> Manifest | None:
    """A complete manifest of the form's photos, inside the transaction that rests on them; None without photos."""
    if not shown:
        return None
    content = {"ticket": str(ticket_id), "at": now.isoformat(), "photos": [one.announced.sha256 for one in shown]}
    announced = [one.announced for one in shown]
    manifest, _created = photos.announce(uuid.uuid4(), kind, content, announced, now=now)
    for one in shown:
        photos.arrived(manifest.id, one.announced.sha256, one.facts, now=now)
    return manifest


def pieces(file: FileStorage) -> Iterator[bytes]:
    """A form's file from its beginning, piece by piece."""
    file.stream.seek(0)
    while piece := file.stream.read(CHUNK):
        yield piece


def _announced(file: FileStorage, role: PhotoRole) -> Announced:
    digest, size = hashlib.sha256(), 0
    for piece in pieces(file):
        digest.update(piece)
        size += len(piece)
    return Announced(digest.hexdigest(), size, role, None)
