"""Photos and the manifests that announce them."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.photos.bands import BANDS


class ManifestKind(StrEnum):
    """What the photos are evidence for."""

    REPORT = "report"
    ANSWER = "answer"
    RECHECK = "recheck"
    SUPPLEMENT = "supplement"
    FEEDBACK = "feedback"
    POSTING = "posting"
    ASSIST = "assist"
    VISIT = "visit"
    SITE = "site"


class PhotoRole(StrEnum):
    """What a photo shows: the place with something to recognise it by, the thing itself, its plate, the repair.

    In a unit's answer every photo is one of the repair: there FAR and NEAR say how it is taken, AFTER that it is
    neither.
    """

    FAR = "far"
    NEAR = "near"
    PLATE = "plate"
    AFTER = "after"
    RECHECK = "recheck"
    VISIT = "visit"


class Manifest(Model):
    """What was announced under a UUID that the phone made (清单): the content, word for word, and its hash."""

    __tablename__ = "manifest"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[ManifestKind] = mapped_column(coded(ManifestKind))
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: sorted keys, no spaces."""
    content_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]

    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.position", back_populates="manifest")
    recordings: Mapped[list["Recording"]] = relationship(order_by="Recording.position", back_populates="manifest")


class Photo(Model):
    """One photo of a manifest: announced, then arrived, then copied."""

    __tablename__ = "photo"
    __table_args__ = (
        UniqueConstraint("manifest_id", "position"),
        Index("ix_photo_manifest_id_sha256", "manifest_id", "sha256"),
        Index("ix_photo_sha256", "sha256"),
        Index("ix_photo_phash_first", "phash_first"),
        Index("ix_photo_phash_middle", "phash_middle"),
        Index("ix_photo_phash_last", "phash_last"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    manifest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[PhotoRole] = mapped_column(coded(PhotoRole))
    taken_at: Mapped[datetime | None]
    """When the phone says it was taken."""
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    """Where the phone was at the shutter, WGS-84 degrees."""
    accuracy_m: Mapped[float | None]
    source: Mapped[str | None] = mapped_column(Text)
    """``live``, ``exif`` or ``pin``, as a report's."""
    fixed_at: Mapped[datetime | None]
    original_sha256: Mapped[str | None] = mapped_column(Text)
    """What the phone had before it shrank the picture; it and what follows are the phone's word."""
    original_bytes: Mapped[int | None] = mapped_column(BigInteger)
    original_taken_at: Mapped[datetime | None]
    original_lat: Mapped[float | None]
    original_lng: Mapped[float | None]
    arrived_at: Mapped[datetime | None]
    content_type: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    exif_taken_at: Mapped[datetime | None]
    exif_lat: Mapped[float | None]
    exif_lng: Mapped[float | None]
    software: Mapped[str | None] = mapped_column(Text)
    phash: Mapped[str | None] = mapped_column(Text)
    """64 bits, hex; see ``hashed``."""
    phash_first: Mapped[str | None] = mapped_column(Text)
    phash_middle: Mapped[str | None] = mapped_column(Text)
    phash_last: Mapped[str | None] = mapped_column(Text)
    copied_at: Mapped[datetime | None]

    manifest: Mapped[Manifest] = relationship(back_populates="photos")

    def hashed(self, phash: str) -> None:
        """Note the perceptual hash, and its bands, by which near-same pictures are found."""
        self.phash = phash
        self.phash_first, self.phash_middle, self.phash_last = (band.of(phash) for band in BANDS)

    @property
    def sealed_key(self) -> str:
        """Where the original lies: by content, so that the same picture is kept once."""
        return sealed_key(self.sha256)

    def copy_key(self, size: str) -> str:
        """Where the copy of ``size`` (web, thumb) lies: by the photo's own random id, which tells nothing."""
        return f"copies/{self.id.hex[:2]}/{self.id.hex}-{size}.jpg"

    @property
    def taken(self) -> datetime | None:
        """When it was taken: the camera's word, in the file or as the phone read it there, else the phone's."""
        return self.exif_taken_at or self.original_taken_at or self.taken_at

    @property
    def witness(self) -> tuple[float, float] | None:
        """Where the camera says that it was: in the file, else as the phone read it before it shrank the picture."""
        if self.exif_lat is not None and self.exif_lng is not None:
            return self.exif_lat, self.exif_lng
        if self.original_lat is not None and self.original_lng is not None:
            return self.original_lat, self.original_lng
        return None

    @property
    def spot(self) -> tuple[float, float] | None:
        """Where it was taken: the phone's position at the shutter, else the camera's word."""
        if self.source == "live" and self.lat is not None and self.lng is not None:
            return self.lat, self.lng
        return self.witness


class Recording(Model):
    """A voice note of a manifest (语音说明): a voice tells who is speaking, so only its author and the city hear it."""

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("manifest_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    manifest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[int]
    taken_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    content_type: Mapped[str | None] = mapped_column(Text)

    manifest: Mapped[Manifest] = relationship(back_populates="recordings")

    @property
    def sealed_key(self) -> str:
        """Where it lies: by content."""
        return sealed_key(self.sha256)


def sealed_key(sha256: str) -> str:
    """Where the original with this hash lies."""
    return f"sealed/{sha256[:2]}/{sha256}"
