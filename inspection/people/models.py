"""People, the units they work for, the devices they are signed in on, how they get there, and their keys to the API."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.access import Kind, Role


class Unit(Model):
    """A street's or district's department that puts things right (承办单位)."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("district_code", "name"),
        Index("ix_unit_street_code_duty", "street_code", "duty"),
        Index("ix_unit_district_code_duty", "district_code", "duty"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(Text)
    duty: Mapped[str] = mapped_column(Text)
    """What it answers for, in the catalogue's words, such as 综合行政执法队."""
    district_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"unit:{self.id}"


class Person(Model):
    """Someone with an account, in exactly one role."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_role_name_id", "role", "name", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[Role] = mapped_column(coded(Role))
    kind: Mapped[Kind | None] = mapped_column(coded(Kind))
    district_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    chief: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they head their unit (单位负责人): what is long overdue is carried to them."""
    email: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names them."""
        return f"person:{self.id}"


class Device(Model):
    """One signed-in browser (设备): an opaque token of which only the hash is kept."""

    __tablename__ = "device"
    __table_args__ = (
        Index("ix_device_person_id_ended_at", "person_id", "ended_at"),
        Index("ix_device_oldest_unsent_at", "oldest_unsent_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    unsent: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many reports the phone says that it still holds (待发送)."""
    oldest_unsent_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Invitation(Model):
    """A way to sign in once without a password (邀请单): a link's token and a code, of both only the hashes."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "ix_invitation_open_person_id",
            "person_id",
            unique=True,
            sqlite_where=text("spent_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("spent_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    code_hash: Mapped[str] = mapped_column(Text)
    """argon2id: eight digits can be tried out by whoever holds a quicker hash."""
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(Text)
    """As the audit chain names them."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"invitation:{self.id}"


class ApiToken(Model):
    """A program's key to the API (令牌): shown once, kept as prefix and hash."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text)
    """Space-separated: ``reports:read reports:write``."""
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInFailure(Model):
    """How often signing in has failed in a row, per account and per network; shared by all processes."""

    __tablename__ = "sign_in_failure"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


class Authorship(Model):
    """Who made a report. Read by one function of ``people.identities`` and by nothing else."""

    __tablename__ = "authorship"
    __table_args__ = (Index("ix_authorship_person_id_at_report_id", "person_id", "at", "report_id"),)

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class TaskHolder(Model):
    """Who was asked to look at a ticket. Read by one function of ``people.identities`` and by nothing else."""

    __tablename__ = "task_holder"
    __table_args__ = (Index("ix_task_holder_person_id_open", "person_id", "open"),)

    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    open: Mapped[bool] = mapped_column(default=True)
    """Whether the task still waits, so that nobody is asked too much at once."""


class Profile(Model):
    """What the roster knows of an inspector beside the account (花名册): where they live and work, and how much."""

    __tablename__ = "profile"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    home_street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """Where they live; the district is the person's own ``district_code``."""
    employer: Mapped[str] = mapped_column(Text, default="")
    employer_district_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    employer_unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    """Where the employer is one of the units that put things right."""
    most_visits: Mapped[int | None]
    """How many visits may wait for them at once; None for the usual."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The days on which they are not asked (请假); an open end is None."""
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]


class VisitHolder(Model):
    """Who was drawn for a visit. Read by one function of ``people.visiting`` and by nothing else."""

    __tablename__ = "visit_holder"
    __table_args__ = (
        Index("ix_visit_holder_person_id_open", "person_id", "open"),
        Index("ix_visit_holder_site_id_day", "site_id", "day"),
        Index("ix_visit_holder_day", "day"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    """The last day on which they go or went there, for not sending them again too soon."""
    open: Mapped[bool] = mapped_column(default=True)
    """Whether the visit still waits for them."""


class DrawLot(Model):
    """Which inspector a lot of a draw's input stands for (签). Read by ``people.visiting`` and by nothing else."""

    __tablename__ = "draw_lot"

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id", ondelete="CASCADE"), primary_key=True)
    lot: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class Opening(Model):
    """That someone asks who is behind a visit or its finding (查看身份): it takes a second person to allow it."""

    __tablename__ = "opening"
    __table_args__ = (
        Index("ix_opening_decided_at_asked_at_id", "decided_at", "asked_at", "id"),
        Index("ix_opening_asked_by_id_asked_at_id", "asked_by_id", "asked_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    object: Mapped[str] = mapped_column(Text)
    """As the audit chain names it: ``visit:…`` or ``report:…``."""
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    allowed: Mapped[bool | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(Text)
    """Why it was allowed or refused."""
    until: Mapped[datetime | None]
    """Until when whoever asked may see it, once it is allowed."""
    seen_at: Mapped[datetime | None]

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"opening:{self.id}"
