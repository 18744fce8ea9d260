"""Photos and the manifests that announce them."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded


class ManifestKind(StrEnum):
    """What the photos are evidence for."""

    REPORT = "report"
    ANSWER = "answer"
    RECHECK = "recheck"
    SUPPLEMENT = "supplement"
    FEEDBACK = "feedback"


class PhotoRole(StrEnum):
    """What a photo shows: the place with something to recognise it by, the thing itself, its plate, the repair."""

    FAR = "far"
    NEAR = "near"
    PLATE = "plate"
    AFTER = "after"
    RECHECK = "recheck"


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


class Photo(Model):
    """One photo of a manifest: announced, then arrived, then copied."""

    __tablename__ = "photo"
    __table_args__ = (
        UniqueConstraint("manifest_id", "position"),
        Index("ix_photo_manifest_id_sha256", "manifest_id", "sha256"),
        Index("ix_photo_sha256", "sha256"),
        Index("ix_photo_phash", "phash"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    manifest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[PhotoRole] = mapped_column(coded(PhotoRole))
    taken_at: Mapped[datetime | None]
    """When the phone says it was taken."""
    arrived_at: Mapped[datetime | None]
    content_type: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    exif_taken_at: Mapped[datetime | None]
    exif_lat: Mapped[float | None]
    exif_lng: Mapped[float | None]
    software: Mapped[str | None] = mapped_column(Text)
    phash: Mapped[str | None] = mapped_column(Text)
    """64 bits, hex."""
    copied_at: Mapped[datetime | None]

    manifest: Mapped[Manifest] = relationship(back_populates="photos")

    @property
    def sealed_key(self) -> str:
        """Where the original lies: by content, so that the same picture is kept once."""
        return sealed_key(self.sha256)

    def copy_key(self, size: str) -> str:
        """Where the copy of ``size`` (web, thumb) lies: by the photo's own random id, which tells nothing."""
        return f"copies/{self.id.hex[:2]}/{self.id.hex}-{size}.jpg"

    @property
    def taken(self) -> datetime | None:
        """When it was taken: the camera's word, else the phone's."""
        return self.exif_taken_at or self.taken_at


def sealed_key(sha256: str) -> str:
    """Where the original with this hash lies."""
    return f"sealed/{sha256[:2]}/{sha256}"
