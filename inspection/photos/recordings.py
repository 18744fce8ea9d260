"""Voice notes (语音说明): announced in a manifest, sent as bytes by hash, as photos are. Nothing here commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.photos.models import Manifest, Recording, sealed_key
from inspection.photos.service import missing

MOST = 3
MOST_BYTES = 5 * 1024 * 1024
MOST_SECONDS = 300
HEAD = 12
"""As many bytes tell in what a sound is packed."""


@dataclass(frozen=True)
class Spoken:
    """One voice note as a manifest lists it."""

    sha256: str
    bytes: int
    seconds: int
    taken_at: datetime | None


def check(notes: Sequence[Spoken], *, most: int = MOST) -> None:
    """Raise Invalid naming the first note that cannot be taken in."""
    if len(notes) > most:
        raise Invalid("recordings", N_("一条最多 %(most)s 段语音。"), most=str(most))
    for position, note in enumerate(notes):
        if not 1 <= note.bytes <= MOST_BYTES:
            raise Invalid(f"recordings.{position}.bytes", N_("语音是空的或太大，最多 5 兆。"), code="too_large")
        if not 1 <= note.seconds <= MOST_SECONDS:
            raise Invalid(f"recordings.{position}.seconds", N_("这个数超出了可能的范围。"))


def announce(manifest: Manifest, notes: Sequence[Spoken]) -> None:
    """List the notes in a new manifest."""
    for position, note in enumerate(notes):
        row = Recording(position=position, sha256=note.sha256, bytes=note.bytes, seconds=note.seconds)
        row.taken_at = note.taken_at
        manifest.recordings.append(row)
    db.session.flush()


def expected(manifest_id: object, sha256: str) -> Recording:
    """The announced note with this hash; raises NotFound if the manifest lists none."""
    wanted = select(Recording).where(Recording.manifest_id == manifest_id, Recording.sha256 == sha256).limit(1)
    note = db.session.scalars(wanted).first()
    if note is None:
        raise NotFound(N_("清单里没有这段语音。"))
    return note


def store(storage: Storage, sha256: str, size: int, chunks: Iterable[bytes]) -> str:
    """Take a note's bytes into the store, whole and durable, and say what kind of sound it is.

    Raises Invalid("recording"): ``digest_mismatch`` for other bytes than were announced, ``unsupported_media`` for what
    is no sound. Nothing is left behind then. No transaction may be open.
    """
    with storage.incoming() as incoming:
        head = b""
        for chunk in chunks:
            if incoming.size + len(chunk) > size:
                raise _mismatch()
            head += chunk[: HEAD - len(head)]
            incoming.write(chunk)
        if incoming.size != size or incoming.sha256 != sha256:
            raise _mismatch()
        kind = kind_of(head)
        incoming.flush()
        incoming.seal(sealed_key(sha256))
    return kind


def kind_of(head: bytes) -> str:
    """The type of a sound by its first bytes: what phones record in. Raises Invalid for anything else."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "audio/webm"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    raise Invalid("recording", N_("这不是录音。"), code="unsupported_media")


def arrived(manifest_id: object, sha256: str, kind: str, *, now: datetime) -> Manifest:
    """Write down that the note lies in the store."""
    manifest = db.session.get_one(Manifest, manifest_id, with_for_update=True, populate_existing=True)
    for note in manifest.recordings:
        if note.sha256 == sha256 and note.arrived_at is None:
            note.arrived_at, note.content_type = now, kind
            audit.record("recording.arrived", f"recording:{note.id}", by=audit.AUTHOR, at=now, sha256=sha256)
    if manifest.completed_at is None and not missing(manifest):
        manifest.completed_at = now
    db.session.flush()
    return manifest


def _mismatch() -> Invalid:
    return Invalid("recording", N_("语音没有传完整，请再传一次。"), code="digest_mismatch")
