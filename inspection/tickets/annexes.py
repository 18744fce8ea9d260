"""What is kept beside a ticket: the notice on a car, samples, comments, and units that assist (案卷附件)."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import TaskKind, Ticket


class Audience(StrEnum):
    """For whom a comment is written: for the offices and the unit (内部), or for whoever reported it (给上报人)."""

    INTERNAL = "internal"
    REPORTER = "reporter"


class Posting(Model):
    """The notice on a thing that has been left there (告知书): posted, waited for, handed over. One for each ticket."""

    __tablename__ = "posting"

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    posted_at: Mapped[datetime]
    posted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    manifest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), index=True)
    """What shows it posted."""
    wait_days: Mapped[int]
    handed_over_at: Mapped[datetime | None]
    handed_over_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    handed_to: Mapped[str | None] = mapped_column(Text)
    """The office that took it over, such as 公安交管."""

    manifest: Mapped[Manifest] = relationship()


class SamplingStep(Model):
    """One step of the sampling table (抽查比例), in per cent; [D] until the office edits it."""

    __tablename__ = "sampling_step"

    failures: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rechecks: Mapped[int]
    lookbacks: Mapped[int]


class Sample(Model):
    """That the lot was drawn for a round of a ticket, whatever came of it."""

    __tablename__ = "sample"

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[TaskKind] = mapped_column(coded(TaskKind), primary_key=True)
    at: Mapped[datetime]


class Comment(Model):
    """What somebody of the offices or the unit says about a ticket (留言); once written it stays as it is."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_ticket_id_at", "ticket_id", "at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """Made with the form, so that the same form twice writes once."""
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"))
    audience: Mapped[Audience] = mapped_column(coded(Audience))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    """In which role it was written: for the reporter it is signed by that office, and people change offices."""
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()


class Assist(Model):
    """A unit that was called in beside the lead (协办): what it is to do, by when, and what it answered.

    A unit may be called again once it has answered, so a ticket can have several of one unit, one of them open.
    """

    __tablename__ = "assist"
    __table_args__ = (
        Index("ix_assist_ticket_id_called_at", "ticket_id", "called_at"),
        Index("ix_assist_unit_id_withdrawn_at_answered_at", "unit_id", "withdrawn_at", "answered_at", "ticket_id"),
        Index(
            "ix_assist_waiting_due_at",
            "due_at",
            "id",
            sqlite_where=text("withdrawn_at IS NULL AND answered_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL AND answered_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int]
    """Of the ticket when it was called in."""
    task: Mapped[str] = mapped_column(Text)
    """What it is to do, in the caller's words."""
    called_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]
    limit_amount: Mapped[int]
    limit_unit: Mapped[TimeUnit] = mapped_column(coded(TimeUnit))
    due_at: Mapped[datetime]
    """Counted from the calling as a ticket's from its dispatch; the ticket's own clock knows nothing of it. While the
    ticket is put aside it stands still too, and goes on with what was left."""
    clock_stopped_at: Mapped[datetime | None]
    """Since when its clock stands still, because the ticket is put aside (挂账)."""
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(Text)
    """What it answered."""
    manifest_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("manifest.id"), index=True)
    """What shows its answer, if there are pictures."""
    late: Mapped[bool] = mapped_column(default=False)
    """Whether it answered after its deadline."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    """None where it lapsed: its unit became the lead, or the ticket went to another district."""

    ticket: Mapped[Ticket] = relationship()
    unit: Mapped[Unit] = relationship()
    manifest: Mapped[Manifest | None] = relationship()
    called_by: Mapped[Person] = relationship(foreign_keys=[called_by_id])
