"""Lessons, their versions, and who has passed which."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model


class Lesson(Model):
    """A lesson (课程): pages of text and pictures, and a short quiz at its end."""

    __tablename__ = "lesson"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    """Of the starter set; None for the office's own."""
    title: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    needed: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it must be passed before a first mystery check (暗访)."""
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    versions: Mapped[list["LessonVersion"]] = relationship(order_by="LessonVersion.number", back_populates="lesson")

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"lesson:{self.id}"


class LessonVersion(Model):
    """One version of a lesson: a published one never changes, the database refuses it."""

    __tablename__ = "lesson_version"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    lesson_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lesson.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: pages, questions, how many must be right."""
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    again: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether those who passed an earlier version must pass this one too."""
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = relationship(back_populates="versions")

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"lesson_version:{self.id}"


class LessonPass(Model):
    """That an inspector answered a lesson's quiz well enough (合格记录)."""

    __tablename__ = "lesson_pass"
    __table_args__ = (Index("ix_lesson_pass_person_id_version_id", "person_id", "version_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lesson_version.id"), index=True)
    right: Mapped[int]
    asked: Mapped[int]
    passed_at: Mapped[datetime]


class LessonTry(Model):
    """How often somebody handed in a version's quiz: a count for the office to see which lesson is hard, no more."""

    __tablename__ = "lesson_try"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lesson_version.id"), primary_key=True, index=True)
    tries: Mapped[int]
