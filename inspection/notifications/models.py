"""What people are told on the desk and outside of it, how far the chain was read, and the rows of the reminders."""

import uuid
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.notifications.channels import Channel
from inspection.notifications.quiet import NIGHT, Quiet
from inspection.notifications.reminders import Kind, Step
from inspection.notifications.rules import Audience
from inspection.people.models import Person


class DeliveryState(StrEnum):
    """WAITING for its time, SENT, or FAILED too often and waiting for a person."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Message(Model):
    """Something that one person is told, once (消息)."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_message_person_id_at_id", "person_id", "at", "id"),
        Index(
            "ix_message_unread_person_id",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(Text)
    """What it comes from, so that nobody is told twice: an event, a reminder of a deadline, a morning."""
    kind: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket.id"))
    text: Mapped[str] = mapped_column(Text)
    """As the catalogue has it, to be told in the reader's language."""
    facts: Mapped[str] = mapped_column(Text)
    """JSON, see ``outgoing.Facts``."""
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Delivery(Model):
    """The same sent to somebody outside of the desk, once (外发)."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("key", "channel", "recipient"),
        Index("ix_delivery_state_created_at_id", "state", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key: Mapped[str] = mapped_column(Text)
    channel: Mapped[Channel] = mapped_column(coded(Channel))
    recipient: Mapped[str] = mapped_column(Text)
    """A person's id, or the name of a group in the settings; never an address."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(coded(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person | None] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"delivery:{self.id}"


class Reading(Model):
    """How far something was read, so that the next reading goes on from there."""

    __tablename__ = "reading"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last audit event that was read."""
    at: Mapped[datetime | None]
    """The moment up to which deadlines were looked at."""


class ReminderRow(Model):
    """One row of the table of reminders, for an administrator to edit (提醒与催办设置)."""

    __tablename__ = "reminder_row"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = mapped_column(coded(Kind))
    audience: Mapped[Audience] = mapped_column(coded(Audience))
    days: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime | None]
    """None as long as it is the default."""

    @property
    def step(self) -> Step:
        """The row as the rules know it."""
        return Step(self.id, self.kind, self.audience, self.days)

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"reminder:{self.id}"


class Preference(Model):
    """By which ways somebody wants to be told, and when not (通知偏好). Without a row the defaults hold."""

    __tablename__ = "preference"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email: Mapped[bool] = mapped_column(default=True)
    sms: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[time] = mapped_column(default=NIGHT.start)
    quiet_until: Mapped[time] = mapped_column(default=NIGHT.end)

    @property
    def quiet(self) -> Quiet:
        """The hours in which nothing is sent to them."""
        return Quiet(self.quiet_from, self.quiet_until)
