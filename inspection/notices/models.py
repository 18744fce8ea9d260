"""Weekly notices, and the files that were made of them."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.models import Person


class NoticeState(StrEnum):
    """DRAFT may be drafted anew; SIGNED is sealed with its numbers; WITHDRAWN keeps them and says so."""

    DRAFT = "draft"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class Notice(Model):
    """The notice of one week (督查通报), drawn from a snapshot that is frozen when it is signed."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("year", "issue"),
        UniqueConstraint("total"),
        Index("ix_notice_week_start_id", "week_start", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    version: Mapped[int] = mapped_column()
    state: Mapped[NoticeState] = mapped_column(coded(NoticeState))
    week_start: Mapped[date]
    week_end: Mapped[date]
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON of ``snapshot.Snapshot``."""
    snapshot_hash: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    issue: Mapped[int | None]
    """第 N 期: restarts each year; given at signing."""
    total: Mapped[int | None]
    """总第 M 期: never restarts; given at signing."""
    drafted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    masthead: Mapped[str | None] = mapped_column(Text)
    """The masthead's fields as they were at signing, JSON."""
    rendered_at: Mapped[datetime | None]
    pdf_sha256: Mapped[str | None] = mapped_column(Text)
    docx_sha256: Mapped[str | None] = mapped_column(Text)

    drafted_by: Mapped[Person] = relationship(foreign_keys=drafted_by_id)
    signed_by: Mapped[Person | None] = relationship(foreign_keys=signed_by_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"notice:{self.id}"

    def file_key(self, kind: str) -> str | None:
        """Where the file of ``kind`` (pdf, docx) lies; None while it is being made."""
        digest = {"pdf": self.pdf_sha256, "docx": self.docx_sha256}.get(kind)
        return file_key(self.id, kind, digest) if digest else None


def file_key(notice_id: uuid.UUID, kind: str, sha256: str) -> str:
    """Where a notice's file with this content lies."""
    return f"notices/{notice_id.hex[:2]}/{notice_id.hex}-{sha256[:16]}.{kind}"


class NoticePhoto(Model):
    """A photo that a notice shows: whoever may read the notice may see it."""

    __tablename__ = "notice_photo"

    photo_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"), primary_key=True)
