"""What the program suggests for a report, the table it suggests by, and what people decided."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.kernel.db import Model, coded
from inspection.people.models import Person, Unit
from inspection.reports.models import Report
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket


class Proposal(Model):
    """Unit, limit and severity as the routing suggests them, and what else lies near (派遣建议)."""

    __tablename__ = "proposal"

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    limit_amount: Mapped[int]
    limit_unit: Mapped[TimeUnit] = mapped_column(coded(TimeUnit))
    severity: Mapped[str] = mapped_column(Text)
    border_m: Mapped[float | None] = mapped_column(Float)
    """How far the district's border is, in metres, where it leaves a doubt."""
    exif_distance_m: Mapped[float | None] = mapped_column(Float)
    """How far the picture's own position is from the reported one."""
    duplicates: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many open cases and waiting reports it was likely the same as when it came in."""
    rebound_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket.id"))
    """The closed ticket that may have come back with it."""
    made_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()


class RoutingLine(Model):
    """One line of the routing table (派遣规则): what it is about, and what then. The first that fits decides."""

    __tablename__ = "routing_line"
    __table_args__ = (Index("ix_routing_line_position_id", "position", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    version: Mapped[int] = mapped_column()
    position: Mapped[int]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    district_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    site_type: Mapped[str | None] = mapped_column(Text)
    """All four: none means any."""
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    duty: Mapped[str | None] = mapped_column(Text)
    """What the unit answers for, where no unit is named: the street's unit with this duty, else the district's."""
    limit_amount: Mapped[int | None]
    limit_unit: Mapped[TimeUnit | None] = mapped_column(coded(TimeUnit))
    severity: Mapped[str | None] = mapped_column(Text)
    """Limit and severity: none leaves the catalogue's."""
    changed_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"routing_line:{self.id}"


class DecisionKind(StrEnum):
    """What was decided about a report: 立案, 并案, 不予立案, 反弹重开, 移交, 分给同事."""

    FILED = "filed"
    MERGED = "merged"
    DECLINED = "declined"
    REBOUND = "rebound"
    HANDED_OVER = "handed_over"
    ASSIGNED = "assigned"


class Decision(Model):
    """One decision at triage, kept so that it can be taken back (分拣决定)."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_report_id_at", "report_id", "at"),
        Index("ix_decision_by_id_at", "by_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"))
    kind: Mapped[DecisionKind] = mapped_column(coded(DecisionKind))
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    ticket_version: Mapped[int | None]
    """The ticket's version after the decision: as long as it is that, nobody has gone on from here."""
    before: Mapped[str] = mapped_column(Text)
    """What the decision changed, as it was before: JSON."""
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    report: Mapped[Report] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"decision:{self.id}"


class Assignment(Model):
    """Whom a report is given to, to decide on it (分给同事); it says who is to look, and shuts nobody else out."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_person_id_report_id", "person_id", "report_id"),)

    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class HandOver(Model):
    """A report that a district has passed on as not its own, or that the city has given to one (移交, 指定归属)."""

    __tablename__ = "hand_over"
    __table_args__ = (
        Index("ix_hand_over_report_id_at", "report_id", "at"),
        Index("ix_hand_over_cell_at", "cell", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("report.id"))
    cell: Mapped[str] = mapped_column(Text)
    """Of the report's place: what was once decided is offered the next time near there (先例)."""
    from_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    to_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    """The same as ``from_code`` where the city leaves it where it is."""
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    by_city: Mapped[bool]
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()


class SavedFilter(Model):
    """A filter of the queue under a name of its own (常用筛选)."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    """As in the address."""
    made_at: Mapped[datetime]
