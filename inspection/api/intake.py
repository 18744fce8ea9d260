"""What everything that comes in two steps shares over the wire: a photo's raw bytes, and the receipt at the end."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import request

from inspection.kernel.db import end_reading
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.photos import images
from inspection.photos import service as photos
from inspection.tickets.brought import Progress
from inspection.web.tools import photo_limits, tools

CHUNK = 256 * 1024


def photo(manifest_id: uuid.UUID, sha256: str) -> images.Facts | None:
    """Take the request's body into the store as an announced photo; None where it had arrived before.

    It is durable then, and no transaction is open any more. Raises NotFound for a photo that was not announced, and
    Invalid for bytes that are not the announced ones or are no photo.
    """
    announced = photos.expected(manifest_id, sha256)
    if announced.arrived_at is not None:
        return None
    kit, size = tools(), whole("photo", announced.bytes)
    end_reading()
    return photos.store(kit.storage, sha256, size, body(), photo_limits(kit.settings))


def whole(field: str, size: int) -> int:
    """The size that was announced, unless the request says at once that it brings another: then Invalid is raised."""
    if request.content_length is not None and request.content_length != size:
        raise Invalid(field, N_("照片没有传完整，长度或指纹不一致，请再传一次。"), code="digest_mismatch")
    return size


def body() -> Iterator[bytes]:
    """The request's raw bytes, piece by piece."""
    while chunk := request.stream.read(CHUNK):
        yield chunk


def progress(come: Progress[Any], received_at: datetime | None, given: dict[str, Any] | None) -> dict[str, Any]:
    """How far something has come in, with the receipt once it is given."""
    return {
        "id": come.one.id,
        "state": "received" if received_at else "incomplete",
        "missing": list(come.missing),
        "receipt": given,
    }


def receipt(number: str | None, issued_at: datetime | None, document: str, signature: str | None) -> dict[str, Any]:
    """A receipt as a file that ``flask inspection receipt verify`` reads."""
    told = json.loads(document)
    return {
        "number": number,
        "issued_at": issued_at,
        "photos": told["photos"],
        "recordings": told.get("recordings", []),
        "document": document,
        "signature": signature,
    }
