"""Sites and checklists, plans and their draws, visits and what they found. Nothing here says who goes where.

The tie of a visit to its inspector is ``people.models.VisitHolder``, read by ``people.visiting`` alone.
"""

import uuid
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspection.checks.workflow import VisitState as VisitState
from inspection.kernel.db import Model, coded
from inspection.people.models import Unit
from inspection.photos.models import Manifest


class VersionState(StrEnum):
    """A version is drafted, published (and never changes again), and at last out of use."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class PlanState(StrEnum):
    """How far a plan has come (方案): 定点位, 封存种子, 抽签 (and visits), 公布种子; or withdrawn."""

    DRAFT = "draft"
    SEALED = "sealed"
    DRAWN = "drawn"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What came of going there: the checklist was done, the place is closed, it was not found."""

    DONE = "done"
    CLOSED = "closed"
    NOT_FOUND = "not_found"


class Site(Model):
    """A place that is checked (点位): a lane, a crossing, a market."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("district_code", "number"),
        Index("ix_site_district_code_type_code_name_id", "district_code", "type_code", "name", "id"),
        Index("ix_site_district_code_name_id", "district_code", "name", "id"),
        Index("ix_site_type_code_name_id", "type_code", "name", "id"),
        Index("ix_site_name_id_number_active", "name", "id", "number", "active"),
        Index("ix_site_cell", "cell", "id"),
        Index("ix_site_lat_lng_cell_active", "lat", "lng", "cell", "active"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(Text)
    """The office's own, such as XC-0412; unique in its district."""
    type_code: Mapped[str] = mapped_column(Text)
    """One of ``reports.catalogue.site_types``."""
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, default="")
    district_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    street_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    lat: Mapped[float]
    lng: Mapped[float]
    """WGS-84 degrees; where nobody has said where it is, the street's office, and then ``cell`` is empty."""
    cell: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """Responsible for it (责任单位)."""
    photo_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("photo.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"site:{self.id}"


CAN_BE_VISITED: ColumnElement[bool] = Site.active & (Site.cell != "")
"""In use, and somebody has said where it is: nobody is sent to the street's office instead."""


class Checklist(Model):
    """What is looked at in one type of place (检查单), through all its versions."""

    __tablename__ = "checklist"
    __table_args__ = (Index("ix_checklist_type_code_name", "type_code", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    """Of the starter set: by it a new release knows that the office has it already. None for the office's own."""
    type_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    versions: Mapped[list["ChecklistVersion"]] = relationship(
        order_by="ChecklistVersion.number", back_populates="checklist"
    )

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"checklist:{self.id}"


class ChecklistVersion(Model):
    """One version of a checklist (第 N 版): a published one never changes, the database refuses it."""

    __tablename__ = "checklist_version"
    __table_args__ = (UniqueConstraint("checklist_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    checklist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklist.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(coded(VersionState))
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON of ``content.Content``."""
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the draft was saved: two editors at once do not lose work."""
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    checklist: Mapped[Checklist] = relationship(back_populates="versions")

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"checklist_version:{self.id}"


class Plan(Model):
    """A plan of mystery checks (暗访方案): where how many places are looked at, when, by which checklist, by whom."""

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_created_at_id", "created_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[PlanState] = mapped_column(coded(PlanState))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    kinds: Mapped[list[str]] = mapped_column(JSON)
    """Which kinds of inspector may be drawn (``people.access.Kind``); none for all."""
    trained_only: Mapped[bool] = mapped_column(default=True, server_default=true())
    most_visits: Mapped[int]
    """Of one inspector in this plan."""
    rest_days: Mapped[int]
    """[D] 90: whoever went to a site within these days is not sent there again."""
    double_percent: Mapped[int]
    """Of the sites so many in a hundred are visited by a second inspector, apart from the first."""
    lead_hours: Mapped[int]
    """How long before its window a visit shows on the phone."""
    far_m: Mapped[int]
    """Farther from the place than this is asked about on arrival."""
    score_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the inspector sees the running score."""
    release_days: Mapped[int]
    """How many days after the plan's end the findings are released, all together."""
    release_hour: Mapped[int]
    least_visits: Mapped[int]
    """[D] 10: with fewer, a district has 样本不足 and no result."""
    created_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    quotas: Mapped[list["PlanQuota"]] = relationship(
        order_by="PlanQuota.district_code, PlanQuota.type_code", cascade="all, delete-orphan", back_populates="plan"
    )
    windows: Mapped[list["PlanWindow"]] = relationship(
        order_by="PlanWindow.position", cascade="all, delete-orphan", back_populates="plan"
    )

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"plan:{self.id}"


class PlanQuota(Model):
    """One stratum of a plan (配额): so many sites of a type in a district, each visited so often, by one checklist."""

    __tablename__ = "plan_quota"
    __table_args__ = (UniqueConstraint("plan_id", "district_code", "type_code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    district_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    type_code: Mapped[str] = mapped_column(Text)
    sites: Mapped[int]
    visits_each: Mapped[int]
    population: Mapped[int | None]
    """How many active sites the stratum had when the plan was sealed: its weight in the results."""
    checklist_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklist_version.id"))

    plan: Mapped[Plan] = relationship(back_populates="quotas")
    checklist_version: Mapped[ChecklistVersion] = relationship()


class PlanWindow(Model):
    """When a plan's visits may be made (时段): between two days, on some weekdays, between two hours of Beijing."""

    __tablename__ = "plan_window"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    position: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    """ISO weekdays: 1 is Monday."""
    opens: Mapped[time]
    closes: Mapped[time]

    plan: Mapped[Plan] = relationship(back_populates="windows")


class Draw(Model):
    """One draw (抽签): its seed's hash is in the audit chain before it, its seed after the plan ends.

    ``given`` and ``drawn`` are the frozen input and the result in canonical JSON, in which inspectors are lots
    (``people.models.DrawLot``) and not persons: with the seed anyone can repeat it byte for byte.
    """

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    """1 is the plan's own draw; what follows replaces a visit that was declined."""
    replaces_id: Mapped[uuid.UUID | None]
    """The declined visit, without a constraint: draws come before their visits."""
    seed: Mapped[str] = mapped_column(Text)
    """256 bits, hex. Leaves the database only when the plan has ended."""
    seed_hash: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    given_hash: Mapped[str] = mapped_column(Text)
    drawn: Mapped[str | None] = mapped_column(Text)
    drawn_hash: Mapped[str | None] = mapped_column(Text)
    sealed_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"draw:{self.id}"


class Visit(Model):
    """That somebody goes to a site in a window (走访)."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_plan_id_state", "plan_id", "state", "id"),
        Index("ix_visit_site_id_opens_at", "site_id", "opens_at"),
        Index("ix_visit_state_closes_at", "state", "closes_at"),
        Index("ix_visit_state_ended_at_id", "state", "ended_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id"))
    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"), index=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    window_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_window.id"))
    checklist_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklist_version.id"))
    turn: Mapped[int]
    """Which of the site's visits in the plan it is, from 1."""
    second: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it is the second of a pair that is compared (双人复评)."""
    state: Mapped[VisitState] = mapped_column(coded(VisitState))
    alias: Mapped[str] = mapped_column(Text)
    """Instead of a name, drawn at random for this visit."""
    opens_at: Mapped[datetime]
    """When its window first opens."""
    closes_at: Mapped[datetime]
    """When its window closes for good."""
    decline_reason: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    asked_items: Mapped[list[str] | None] = mapped_column(JSON)
    asked_text: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    review_ground: Mapped[str | None] = mapped_column(Text)
    review_text: Mapped[str | None] = mapped_column(Text)
    flags: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    """What the machine noticed about it (``integrity``)."""
    score: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of an accepted visit, as ``scoring`` reckons it; kept so that lists need not reckon again."""

    plan: Mapped[Plan] = relationship()
    site: Mapped[Site] = relationship()
    window: Mapped[PlanWindow] = relationship()
    checklist_version: Mapped[ChecklistVersion] = relationship()
    records: Mapped[list["VisitRecord"]] = relationship(order_by="VisitRecord.received_at", back_populates="visit")

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"visit:{self.id}"


class VisitRecord(Model):
    """What an inspector brings from a visit, sealed (走访记录); its id is its manifest's, made by the phone.

    A second one answers what was asked back.
    """

    __tablename__ = "visit_record"

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(coded(Outcome))
    answers: Mapped[str] = mapped_column(Text)
    """Canonical JSON of ``content.Answer``."""
    note: Mapped[str] = mapped_column(Text)
    arrived_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    """Where the phone was on arrival, WGS-84 degrees: for the city office only."""
    accuracy_m: Mapped[float | None]
    far_reason: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime | None]
    used: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it counts: what came for a visit that was called off or out of its time is kept, and no more."""
    number: Mapped[str | None] = mapped_column(Text, unique=True)
    """Of the receipt: nine random digits."""
    document: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(Text)

    manifest: Mapped[Manifest] = relationship()
    visit: Mapped[Visit] = relationship(back_populates="records")

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"visit_record:{self.id}"


class VisitFinding(Model):
    """A failed item of an accepted visit (发现的问题), and the report that it became once it was released."""

    __tablename__ = "visit_finding"
    __table_args__ = (
        UniqueConstraint("visit_id", "item"),
        Index(
            "ix_visit_finding_waiting",
            "plan_id",
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_visit_finding_site_id_item_released_at", "site_id", "item", "released_at"),
        Index("ix_visit_finding_report_id", "report_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id"))
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    item: Mapped[str] = mapped_column(Text)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    report_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("report.id"))
    released_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship()
    site: Mapped[Site] = relationship()


class LaneStep(Model):
    """A lane's month (背街小巷月度): its score, and whether it stands or is downgraded (降档) after it."""

    __tablename__ = "lane_step"

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    score: Mapped[float]
    visits: Mapped[int]
    downgraded: Mapped[bool]
    changed_at: Mapped[datetime]
