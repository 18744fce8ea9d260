"""Tickets, the reports merged into them, and what units and checkers answered."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Float, ForeignKey, Index, Text, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest
from inspection.reports.models import Category, Report
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.workflow import OpenRequest, State


class ReturnGround(StrEnum):
    """The three grounds for sending a ticket back (退单理由): wrong place, unclear ownership, not our duty."""

    PLACE = "place"
    OWNERSHIP = "ownership"
    DUTY = "duty"


class Verdict(StrEnum):
    """What a recheck or lookback found."""

    PASSED = "passed"
    FAILED = "failed"
    GOOD = "good"
    REBOUND = "rebound"


class TaskKind(StrEnum):
    """What an inspector is asked to see: whether it was put right (核查), whether it stayed so (回头看)."""

    RECHECK = "recheck"
    LOOKBACK = "lookback"


class TaskState(StrEnum):
    """How far a task has come."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Finding(StrEnum):
    """What the inspector who was asked says: 改好了, 没有改好, 到不了现场. The verdict is an officer's."""

    GOOD = "good"
    BAD = "bad"
    UNREACHABLE = "unreachable"


RARE = {
    "reworked": "round > 1",
    "supervised": "supervised IS NOT NULL",
    "rebounds": "rebounds > 0",
    "requests": "request IS NOT NULL",
    "void": "state = 'void'",
}
"""What few tickets are: an index of their own each, so that a list of them alone need not pass by all others."""
RARE_DUE = ("reworked", "supervised", "rebounds")
"""Those of them that have deadlines: one in that order, too."""
SEEN = ("state", "category_code", "severity", "round", "rebounds")
"""What nearly every index of the ledger holds besides, so that a ticket that is passed by is not read."""
DATED = ("filed_at", "due_at")
PLACED = (*DATED, "district_code")
OF_FEW = (*PLACED, "closed_at", "number", "place")
"""What an index of a unit or a street holds besides: whatever else is asked, it answers alone."""
NARROWED = (*SEEN, "district_code", "street_code", "unit_id", "closed_at")
"""The same for what is rare or open."""
OPEN_ONES = "state IN ('filed', 'dispatched', 'handling', 'suspended', 'handled')"
"""What is open (在办): however old the ledger grows, that stays as much as is worked on."""
IS_OPEN: ColumnElement[bool] = literal_column(f"ticket.{OPEN_ONES}")
"""The condition in the words of those indexes, by which the database knows that it may use them."""


def _some(name: str, condition: str, *columns: str) -> Index:
    where = text(condition)
    return Index(f"ix_ticket_{name}", *columns, sqlite_where=where, postgresql_where=where)


def _seen(name: str, *columns: str, more: tuple[str, ...] = ()) -> Index:
    """An index that holds what is seen in passing; texts in it are found by how they begin."""
    held = (*columns, *(column for column in (*SEEN, *more) if column not in columns))
    begins = {name: "text_pattern_ops" for name in columns[:2] if name in ("number", "place")}
    return Index(f"ix_ticket_{name}", *held, postgresql_ops=begins)


class Ticket(Model):
    """One problem to be put right (整改工单).

    What the map's counters depend on has an active history: what it was before is known whenever it changes.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_district_code_state_due_at", "district_code", "state", "due_at", "id"),
        Index("ix_ticket_unit_id_state_due_at", "unit_id", "state", "due_at", "id"),
        Index("ix_ticket_state_due_at", "state", "due_at", "id"),
        Index("ix_ticket_handled_at", "handled_at"),
        _seen("cell_closed_at", "cell", "closed_at", "id", more=PLACED),
        Index("ix_ticket_state_filed_at_id", "state", "filed_at", "id"),
        _seen("filed_at_id", "filed_at", "id", more=("due_at",)),
        _seen("due_at_id", "due_at", "id", more=("filed_at",)),
        _seen("district_code_filed_at_id", "district_code", "filed_at", "id", more=("due_at",)),
        _seen("district_code_due_at_id", "district_code", "due_at", "id", more=("filed_at",)),
        _seen("unit_id_filed_at_id", "unit_id", "filed_at", "id", more=(*OF_FEW, "street_code")),
        _seen("street_code_filed_at_id", "street_code", "filed_at", "id", more=OF_FEW),
        _seen("closed_at_id", "closed_at", "id", more=PLACED),
        _seen("category_code_filed_at_id", "category_code", "filed_at", "id", more=PLACED),
        _seen("category_code_severity_due_at_id", "category_code", "severity", "due_at", "id", more=PLACED),
        _seen(
            "district_code_category_code_filed_at_id", "district_code", "category_code", "filed_at", "id", more=DATED
        ),
        _seen("number_pattern", "number", "id", more=(*PLACED, "closed_at")),
        _seen("place_pattern", "place", "id", more=(*PLACED, "closed_at")),
        _seen("district_code_place", "district_code", "place", "id", more=(*DATED, "closed_at")),
        *(
            _some(f"{name}_filed_at_id", condition, "filed_at", "id", *NARROWED, "due_at")
            for name, condition in RARE.items()
        ),
        *(_some(f"{name}_due_at_id", RARE[name], "due_at", "id", *NARROWED, "filed_at") for name in RARE_DUE),
        _some("open_filed_at", OPEN_ONES, "filed_at", "id", *NARROWED, "due_at"),
        _some("open_due_at", OPEN_ONES, "due_at", "id", *NARROWED, "filed_at"),
        _some("open_cell", OPEN_ONES, "cell", "id", "lat", "lng", *SEEN, *PLACED),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(Text, unique=True)
    """Such as ``DC-2611-0397``: district letters, year and month, running number."""
    version: Mapped[int] = mapped_column()
    state: Mapped[State] = mapped_column(coded(State), active_history=True)
    round: Mapped[int] = mapped_column(default=1)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"), active_history=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("area.code"), active_history=True)
    street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    severity: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    lat: Mapped[float]
    lng: Mapped[float]
    cell: Mapped[str] = mapped_column(Text, active_history=True)
    """Empty where only the street or the district is known, whose point then stands for the place: near to nothing."""
    limit_amount: Mapped[int]
    limit_unit: Mapped[TimeUnit] = mapped_column(coded(TimeUnit))
    filed_at: Mapped[datetime] = mapped_column(active_history=True)
    dispatched_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    clock_started_at: Mapped[datetime | None]
    clock_stopped_at: Mapped[datetime | None]
    clock_remaining: Mapped[float | None] = mapped_column(Float)
    due_at: Mapped[datetime | None] = mapped_column(active_history=True)
    late: Mapped[bool] = mapped_column(default=False, active_history=True)
    """Whether any round was answered after its deadline."""
    request: Mapped[OpenRequest | None] = mapped_column(coded(OpenRequest))
    """The open request, if there is one."""
    extensions: Mapped[int] = mapped_column(default=0)
    reworks: Mapped[int] = mapped_column(default=0)
    rebounds: Mapped[int] = mapped_column(default=0)
    lookbacks: Mapped[int] = mapped_column(default=0)
    supervised: Mapped[str | None] = mapped_column(Text)
    """Why it is supervised (督办), if it is."""
    suspended_plan: Mapped[str | None] = mapped_column(Text)
    suspended_until: Mapped[date | None]
    review_on: Mapped[date | None]
    void_reason: Mapped[str | None] = mapped_column(Text)
    site_type: Mapped[str | None] = mapped_column(Text)
    """What kind of place it is (点位类型), if somebody has said so."""
    routed_by: Mapped[str | None] = mapped_column(Text)
    """The line of the routing table that fired when it was filed, in words, as it stood then (派遣规则)."""
    imported_at: Mapped[datetime | None]
    """When it was taken over from an old ledger (旧台账导入): such a ticket has no reports and no photos of then."""

    unit: Mapped[Unit | None] = relationship()
    category: Mapped[Category] = relationship()
    reports: Mapped[list["TicketReport"]] = relationship(order_by="TicketReport.merged_at")

    __mapper_args__ = {"version_id_col": version}

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"ticket:{self.id}"


class TicketReport(Model):
    """A report that belongs to a ticket; the first is the one that it was filed from."""

    __tablename__ = "ticket_report"

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    merged_at: Mapped[datetime]

    report: Mapped[Report] = relationship()


class Answer(Model):
    """The unit's answer with its after-photos (处理反馈); its id is its manifest's."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_unit_id_answered_at", "unit_id", "answered_at"),)

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text)
    announced_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)

    manifest: Mapped[Manifest] = relationship()
    by: Mapped[Person] = relationship()


class Recheck(Model):
    """Someone else's look at the repair (核查), or a later one (回头看)."""

    __tablename__ = "recheck"
    __table_args__ = (Index("ix_recheck_at", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(coded(Verdict))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    """The reason for a failure, or why a pass has no photo."""
    manifest_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("manifest.id"))

    manifest: Mapped[Manifest | None] = relationship()


class TicketRequest(Model):
    """A unit's wish to send a ticket back (退单) or to have more time (延期), and what was decided."""

    __tablename__ = "ticket_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    kind: Mapped[OpenRequest] = mapped_column(coded(OpenRequest))
    ground: Mapped[ReturnGround | None] = mapped_column(coded(ReturnGround))
    text: Mapped[str] = mapped_column(Text)
    new_due_on: Mapped[date | None]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    granted: Mapped[bool | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(Text)


class Dispute(Model):
    """A return that an office contradicts, and what the city decides about it (争议, 先例). The request has the unit's
    own words; what was decided is offered the next time near the place.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index("ix_dispute_cell_decided_at", "cell", "decided_at"),)

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket_request.id"), primary_key=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    cell: Mapped[str] = mapped_column(Text)
    """Of the ticket's place."""
    statement: Mapped[str] = mapped_column(Text)
    """What the other side says."""
    named_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """The district that the other side points at."""
    stated_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[datetime]
    owner_unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    """Whose it is, if a unit was named."""
    owner_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    """The district whose it is."""
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    owner_unit: Mapped[Unit | None] = relationship()
    stated_by: Mapped[Person] = relationship(foreign_keys=[stated_by_id])


class Task(Model):
    """The city asks an inspector to look at a ticket (督查员任务). Nothing here says whom: see ``TaskHolder``."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_ticket_id_state", "ticket_id", "state"),
        Index("ix_task_state_settled_ticket_id", "state", "settled", "ticket_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[TaskKind] = mapped_column(coded(TaskKind))
    state: Mapped[TaskState] = mapped_column(coded(TaskState), default=TaskState.OPEN)
    due_on: Mapped[date]
    alias: Mapped[str] = mapped_column(Text)
    """How the city office's pages call whoever was asked: drawn at random for each task."""
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """None where the lot of a sample has asked."""
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    settled: Mapped[bool] = mapped_column(default=False)
    """Whether an officer has given the verdict since."""

    ticket: Mapped[Ticket] = relationship()
    opinion: Mapped["Opinion | None"] = relationship(
        primaryjoin="and_(Opinion.task_id == Task.id, Opinion.received_at.is_not(None))", viewonly=True
    )

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"task:{self.id}"


class Opinion(Model):
    """What was seen by whoever was asked, with the receipt for it; its id is its manifest's.

    Two devices may announce one each for the same task: the first that is complete is the task's.
    """

    __tablename__ = "opinion"

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    task_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("task.id"), index=True)
    finding: Mapped[Finding] = mapped_column(coded(Finding))
    note: Mapped[str] = mapped_column(Text)
    captured_at: Mapped[datetime]
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    """WGS-84 degrees."""
    accuracy_m: Mapped[float | None]
    announced_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(Text, unique=True)
    """Of the receipt: nine random digits, as a report's."""
    document: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(Text)

    manifest: Mapped[Manifest] = relationship()
    task: Mapped[Task] = relationship()


class Feedback(Model):
    """Whether the author of a report is satisfied with what became of it (满意度); one for each report."""

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_waits_ticket_id", "waits", "ticket_id"),)

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    """Of the ticket when it was given: a later round asks anew."""
    satisfied: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    waits: Mapped[bool]
    """Whether the city office has still to look because of it."""
    manifest_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("manifest.id"))

    manifest: Mapped[Manifest | None] = relationship()
    report: Mapped[Report] = relationship()
