"""Reports, what they can be about, and their receipts. Nothing here says who made a report."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, false, literal_column, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.geography.points import Datum
from inspection.kernel.db import Model, coded
from inspection.people.access import Role
from inspection.photos.models import Manifest, Photo


class Form(StrEnum):
    """In which form of check it was found: 督导, 巡视, 暗访, 随手拍."""

    GUIDANCE = "guidance"
    PATROL = "patrol"
    MYSTERY = "mystery"
    ADHOC = "adhoc"


class Source(StrEnum):
    """Where the position comes from: the phone at the shutter, the picture's EXIF, a pin set by hand."""

    LIVE = "live"
    EXIF = "exif"
    PIN = "pin"


class ReportState(StrEnum):
    """How far a report has come (线索状态)."""

    INCOMPLETE = "incomplete"
    RECEIVED = "received"
    FILED = "filed"
    MERGED = "merged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Reply(StrEnum):
    """How a question was answered: with words or a photo (答复), or that one does not know (不知道)."""

    TOLD = "told"
    UNKNOWN = "unknown"


class Category(Model):
    """A kind of problem (问题类别), from the catalogue; every value is a default that an administrator may change."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    english: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    """``photo``, or ``count`` for what is counted over some minutes."""
    handler_street: Mapped[str | None] = mapped_column(Text)
    handler_department: Mapped[str | None] = mapped_column(Text)
    limit_amount: Mapped[int]
    limit_unit: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    plate: Mapped[bool]
    photos_min: Mapped[int]
    repeat_days: Mapped[int | None]
    basis: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it can be chosen for what is new; what was reported in it keeps it."""
    changed_at: Mapped[datetime | None]
    """When somebody last changed it: what nobody has changed is as the package brought it ([D])."""

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"category:{self.code}"


WAITING = text("state = 'received'")
"""Of the reports that were ever received, few wait: an index of their own finds those around a place."""
IS_WAITING: ColumnElement[bool] = literal_column("report.state = 'received'")
"""The condition in the words of that index, by which the database knows that it may use it."""
FOLLOWING = text("follows_id IS NOT NULL")
"""Few reports follow another."""


class Report(Model):
    """What was seen (线索). Its id is its manifest's, made by the phone."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_queue", "district_code", "state", "received_at", "id"),
        Index("ix_report_state_received_at_id", "state", "received_at", "id"),
        Index("ix_report_plate_key_received_at", "plate_key", "received_at"),
        Index("ix_report_decided_at", "decided_at"),
        Index("ix_report_waiting_cell", "cell", "id", "lat", "lng", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_report_follows_id", "follows_id", sqlite_where=FOLLOWING, postgresql_where=FOLLOWING),
    )

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    state: Mapped[ReportState] = mapped_column(coded(ReportState))
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    form: Mapped[Form] = mapped_column(coded(Form))
    description: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    captured_at: Mapped[datetime]
    announced_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    lat: Mapped[float]
    lng: Mapped[float]
    """WGS-84 degrees."""
    given_lat: Mapped[float]
    given_lng: Mapped[float]
    datum: Mapped[Datum] = mapped_column(coded(Datum))
    accuracy_m: Mapped[float | None]
    source: Mapped[Source] = mapped_column(coded(Source))
    fixed_at: Mapped[datetime | None]
    cell: Mapped[str] = mapped_column(Text)
    district_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """The nearest street's; a suggestion, as streets have no outlines here."""
    doubtful: Mapped[bool]
    observed: Mapped[int | None]
    violations: Mapped[int | None]
    minutes: Mapped[int | None]
    plate: Mapped[str | None] = mapped_column(Text)
    """As it was typed, or as a person has corrected it since."""
    plate_key: Mapped[str | None] = mapped_column(Text)
    """The same in one writing (京A12345), by which sights of one car are found; none for what is no plate."""
    site_type: Mapped[str | None] = mapped_column(Text)
    """What kind of place it is (点位类型), once somebody has said so."""
    disputed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether districts disagree about whose it is: the city decides."""
    same_as: Mapped[uuid.UUID | None]
    """The known report that its author says it is one more sight of; only a hint, it may be anybody's or nobody's."""
    follows_id: Mapped[uuid.UUID | None]
    """Of a mystery check: the report of the same failure at the same site before it. It joins that one's open case by
    itself, until somebody takes it out again.
    """
    alias: Mapped[str] = mapped_column(Text)
    """What the inspected side sees instead of a name (督查员·竹): drawn at random for each report."""
    decline_ground: Mapped[str | None] = mapped_column(Text)
    decline_text: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]

    manifest: Mapped[Manifest] = relationship()
    category: Mapped[Category] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"report:{self.id}"


class Receipt(Model):
    """That a report with these photos was received then (回执), signed."""

    __tablename__ = "receipt"

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    """Nine random digits: easy to read over the telephone, and they tell no total."""
    issued_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(Text)
    """The signed canonical JSON."""
    signature: Mapped[str] = mapped_column(Text)
    """Ed25519 over the document's UTF-8 bytes, base64."""


class Supplement(Model):
    """What its author added to a report before anyone decided on it (补充); its id is its manifest's."""

    __tablename__ = "supplement"

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), index=True)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    manifest: Mapped[Manifest] = relationship()


class PlateReading(Model):
    """What plate a photo seems to show, read by a machine (图中号牌): a suggestion to whoever decides on the report."""

    __tablename__ = "plate_reading"

    photo_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), index=True)
    plate: Mapped[str | None] = mapped_column(Text)
    """In one writing (京A12345); none when the photo was looked at and shows none."""
    confidence: Mapped[float | None]
    left: Mapped[float | None]
    top: Mapped[float | None]
    right: Mapped[float | None]
    bottom: Mapped[float | None]
    """Where it stands, in shares of the picture's width and height."""
    at: Mapped[datetime]

    photo: Mapped[Photo] = relationship()


class Question(Model):
    """What an office asks whoever made a report (问上报人), and the answer. Nothing here says whom: see ``Authorship``.

    The photos of an answer are a supplement whose id is the question's.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_report_id_asked_at", "report_id", "asked_at", "id"),
        Index("ix_question_answered_at_due_on_report_id", "answered_at", "due_on", "report_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"))
    text: Mapped[str] = mapped_column(Text)
    wants_photo: Mapped[bool]
    """Whether one more photo is wished for; an answer without one is an answer all the same."""
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    """Of whoever asked: the reader on the phone sees that office's name."""
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    """The last day on which it can be answered."""
    answered_at: Mapped[datetime | None]
    reply: Mapped[Reply | None] = mapped_column(coded(Reply))
    answer: Mapped[str] = mapped_column(Text, default="")

    report: Mapped[Report] = relationship()
