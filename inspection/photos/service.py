"""How photos come in, in two steps: a manifest by UUID, then each photo's bytes by SHA-256 (取证照片).

A photo is durable in the store before its row says so, and its row says so before anyone is told. Nothing here
commits, but for the job that makes the copies.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from inspection.kernel import audit, faults, queue
from inspection.kernel.db import db, end_reading, insert_once, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.phrases import Listing
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.photos import images
from inspection.photos.models import Manifest, ManifestKind, Photo, PhotoRole, Recording, sealed_key

CLOCK_SLACK = timedelta(days=1)
"""A phone's clock may be this far ahead of ours."""
MIB = 1024 * 1024


@dataclass(frozen=True)
class Spot:
    """Where the phone was at the shutter: WGS-84 degrees, metres, how it knew and since when."""

    lat: float
    lng: float
    accuracy_m: float | None
    source: str
    fixed_at: datetime | None


@dataclass(frozen=True)
class Original:
    """What the phone had before it shrank the picture, and what the camera had written into that."""

    sha256: str
    bytes: int
    exif_taken_at: datetime | None
    exif_lat: float | None
    exif_lng: float | None


@dataclass(frozen=True)
class Announced:
    """One photo as a manifest lists it."""

    sha256: str
    bytes: int
    role: PhotoRole
    taken_at: datetime | None
    place: Spot | None = None
    original: Original | None = None


@dataclass(frozen=True)
class PhotoLimits:
    """How many photos a manifest may have, and how large each may be."""

    count: int
    bytes: int
    megapixels: int


class Different(Conflict):
    """The same UUID was announced with another content; ``fields`` names what differs."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            N_("同一个编号已经用别的内容报过，不同之处：%(fields)s。"),
            code="different_content",
            fields=Listing(fields),
        )
        self.fields = tuple(fields)


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write a manifest down: JSON with sorted keys and no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A content's value as JSON has it: ids as text, moments in UTC, so that the same moment is the same text."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def announce(
    manifest_id: uuid.UUID,
    kind: ManifestKind,
    content: Mapping[str, Any],
    photos: Sequence[Announced],
    *,
    now: datetime,
) -> tuple[Manifest, bool]:
    """Take a manifest in; says whether it is new.

    The same UUID with the same content changes nothing. Raises Different if the content differs.
    """
    text = canonical(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    new = insert_once(
        Manifest,
        id=manifest_id,
        kind=kind,
        content=text,
        content_hash=digest,
        created_at=now,
        completed_at=None,
    )
    manifest = db.session.get_one(Manifest, manifest_id, populate_existing=True)
    if not new:
        if manifest.kind is not kind or manifest.content_hash != digest:
            raise Different(differences(json.loads(manifest.content), content))
        return manifest, False
    for position, photo in enumerate(photos):
        manifest.photos.append(_listed(position, photo))
    db.session.flush()
    return manifest, True


def check_announced(photos: Sequence[Announced], *, limits: PhotoLimits, now: datetime) -> None:
    """Raise Invalid naming the first photo that cannot be taken in: too many, too large, from the future."""
    if len(photos) > limits.count:
        raise Invalid("photos", N_("一次最多 %(most)s 张照片。"), most=str(limits.count))
    for position, photo in enumerate(photos):
        where = f"photos.{position}"
        if photo.bytes < 1:
            raise Invalid(f"{where}.bytes", N_("照片是空的。"))
        if photo.bytes > limits.bytes:
            most = str(limits.bytes // MIB)
            raise Invalid(f"{where}.bytes", N_("照片太大，最多 %(most)s 兆。"), code="too_large", most=most)
        if photo.taken_at and photo.taken_at > now + CLOCK_SLACK:
            raise Invalid(f"{where}.taken_at", N_("拍摄时间在将来，请检查手机的日期。"))


def differences(kept: Any, given: Any, path: str = "") -> list[str]:
    """The names of the fields in which two contents differ, such as ``place.lat``."""
    if not (isinstance(kept, Mapping) and isinstance(given, Mapping)):
        return [] if kept == given else [path or "kind"]
    prefix = f"{path}." if path else ""
    return [
        name for key in sorted({*kept, *given}) for name in differences(kept.get(key), given.get(key), f"{prefix}{key}")
    ]


def missing(manifest: Manifest) -> list[str]:
    """The SHA-256 of the photos and recordings that have not arrived, each once."""
    evidence: list[Photo | Recording] = [*manifest.photos, *manifest.recordings]
    return list(dict.fromkeys(one.sha256 for one in evidence if one.arrived_at is None))


def expected(manifest_id: uuid.UUID, sha256: str) -> Photo:
    """The announced photo with this hash; raises NotFound if the manifest lists none."""
    photo = db.session.scalars(
        select(Photo).where(Photo.manifest_id == manifest_id, Photo.sha256 == sha256).order_by(Photo.position).limit(1)
    ).first()
    if photo is None:
        raise NotFound(N_("清单里没有这张照片。"))
    return photo


def store(storage: Storage, sha256: str, size: int, chunks: Iterable[bytes], limits: PhotoLimits) -> images.Facts:
    """Take a photo's bytes into the store, whole and durable, and say what it is. No transaction may be open.

    Raises Invalid("photo") with code ``digest_mismatch`` if length or hash differ from what was announced, and what
    ``images.inspect`` raises if it is not a photo. Nothing is left behind then.
    """
    with storage.incoming() as incoming:
        for chunk in chunks:
            if incoming.size + len(chunk) > size:
                raise _mismatch()
            incoming.write(chunk)
        if incoming.size != size or incoming.sha256 != sha256:
            raise _mismatch()
        facts = images.inspect(incoming.flush(), images.Limits(megapixels=limits.megapixels))
        incoming.seal(sealed_key(sha256))
    return facts


def arrived(manifest_id: uuid.UUID, sha256: str, facts: images.Facts, *, now: datetime) -> Manifest:
    """Write down that the photo lies in the store; every place of the manifest that lists it is filled at once."""
    manifest = db.session.get_one(Manifest, manifest_id, with_for_update=True, populate_existing=True)
    for photo in manifest.photos:
        if photo.sha256 == sha256 and photo.arrived_at is None:
            _describe(photo, facts, now)
            queue.enqueue("photos.derive", photo.id, now=now)
            audit.record("photo.arrived", f"photo:{photo.id}", by=audit.AUTHOR, at=now, sha256=sha256)
    if manifest.completed_at is None and not missing(manifest):
        manifest.completed_at = now
    db.session.flush()
    return manifest


def derive(photo_id: uuid.UUID, *, storage: Storage, now: datetime) -> None:
    """Make the copies that are shown: 1600 px and 320 px, without metadata, right way up. Safe to run twice."""
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.copied_at is not None or photo.arrived_at is None:
        return
    sealed, web_key, thumb_key = photo.sealed_key, photo.copy_key("web"), photo.copy_key("thumb")
    end_reading()
    with storage.open(sealed) as original:
        copies = images.derive(original)
    storage.put_bytes(web_key, copies.web)
    storage.put_bytes(thumb_key, copies.thumb)
    faults.point("photos.copied")
    with writing():
        photo = db.session.get_one(Photo, photo_id, with_for_update=True)
        if photo.copied_at is None:
            photo.hashed(copies.phash)
            photo.copied_at = now
            photo.width, photo.height = copies.width, copies.height


def show_again(
    manifest_id: uuid.UUID,
    kind: ManifestKind,
    content: Mapping[str, Any],
    photos: Sequence[Photo],
    *,
    taken_at: datetime,
    now: datetime,
) -> Manifest:
    """A manifest of the house's own, complete at once, in which sealed pictures are evidence a second time.

    Of the pictures nothing is told but a day: the new rows have no position, no camera's word and copies of their own.
    They are flushed by whoever calls, so that hundreds go at once.
    """
    text = canonical(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = Manifest(id=manifest_id, kind=kind, content=text, content_hash=digest, created_at=now, completed_at=now)
    manifest.photos = [_shown_again(position, photo, taken_at, now) for position, photo in enumerate(photos)]
    for shown in manifest.photos:
        queue.enqueue("photos.derive", shown.id, now=now)
    return manifest


def count_announced(manifest_ids: Sequence[uuid.UUID]) -> int:
    """How many photos these manifests list."""
    counted = select(func.count()).select_from(Photo).where(Photo.manifest_id.in_(manifest_ids))
    return db.session.scalar(counted) or 0


def _listed(position: int, photo: Announced) -> Photo:
    place, original = photo.place, photo.original
    return Photo(
        position=position,
        sha256=photo.sha256,
        bytes=photo.bytes,
        role=photo.role,
        taken_at=photo.taken_at,
        lat=place.lat if place else None,
        lng=place.lng if place else None,
        accuracy_m=place.accuracy_m if place else None,
        source=place.source if place else None,
        fixed_at=place.fixed_at if place else None,
        original_sha256=original.sha256 if original else None,
        original_bytes=original.bytes if original else None,
        original_taken_at=original.exif_taken_at if original else None,
        original_lat=original.exif_lat if original else None,
        original_lng=original.exif_lng if original else None,
    )


def _shown_again(position: int, photo: Photo, taken_at: datetime, now: datetime) -> Photo:
    return Photo(
        id=uuid.uuid4(),
        position=position,
        sha256=photo.sha256,
        bytes=photo.bytes,
        role=PhotoRole.NEAR,
        taken_at=taken_at,
        arrived_at=now,
        content_type=photo.content_type,
        width=photo.width,
        height=photo.height,
    )


def _describe(photo: Photo, facts: images.Facts, now: datetime) -> None:
    photo.arrived_at = now
    photo.content_type = facts.content_type
    photo.width, photo.height = facts.width, facts.height
    photo.exif_taken_at = facts.exif_taken_at
    photo.exif_lat, photo.exif_lng = facts.exif_point or (None, None)
    photo.software = facts.software


def _mismatch() -> Invalid:
    return Invalid("photo", N_("照片没有传完整，长度或指纹不一致，请再传一次。"), code="digest_mismatch")
