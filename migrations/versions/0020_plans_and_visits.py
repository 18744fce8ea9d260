"""Plans of mystery checks, their draws, visits and findings; who was drawn is in tables of its own."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _plan()
    _plan_quota()
    _plan_window()
    _draw()
    _visit()
    _visit_record()
    _visit_finding()
    _lane_step()
    _visit_holder()
    _draw_lot()


def downgrade() -> None:
    op.drop_table("draw_lot")
    op.drop_table("visit_holder")
    op.drop_table("lane_step")
    op.drop_table("visit_finding")
    op.drop_table("visit_record")
    op.drop_table("visit")
    op.drop_table("draw")
    op.drop_table("plan_window")
    op.drop_table("plan_quota")
    op.drop_table("plan")


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "sealed", "drawn", "ended", "withdrawn", name="planstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("trained_only", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("most_visits", sa.Integer(), nullable=False),
        sa.Column("rest_days", sa.Integer(), nullable=False),
        sa.Column("double_percent", sa.Integer(), nullable=False),
        sa.Column("lead_hours", sa.Integer(), nullable=False),
        sa.Column("far_m", sa.Integer(), nullable=False),
        sa.Column("score_shown", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("release_days", sa.Integer(), nullable=False),
        sa.Column("release_hour", sa.Integer(), nullable=False),
        sa.Column("least_visits", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_plan_created_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_created_at_id", "plan", ["created_at", "id"], unique=False)


def _plan_quota() -> None:
    op.create_table(
        "plan_quota",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column("visits_each", sa.Integer(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_version.id"],
            name=op.f("fk_plan_quota_checklist_version_id_checklist_version"),
        ),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_plan_quota_district_code_area")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_quota_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_quota")),
        sa.UniqueConstraint(
            "plan_id", "district_code", "type_code", name=op.f("uq_plan_quota_plan_id_district_code_type_code")
        ),
    )


def _plan_window() -> None:
    op.create_table(
        "plan_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_window_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_window")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_window_plan_id_position")),
    )


def _draw() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_hash", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("given_hash", sa.Text(), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=True),
        sa.Column("drawn_hash", sa.Text(), nullable=True),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=True),
        sa.Column("revealed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_draw_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_draw_plan_id_number")),
    )


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("second", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "declined",
                "received",
                "asked",
                "accepted",
                "rejected",
                "expired",
                "withdrawn",
                name="visitstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("asked_items", sa.JSON(), nullable=True),
        sa.Column("asked_text", sa.Text(), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_ground", sa.Text(), nullable=True),
        sa.Column("review_text", sa.Text(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=True),
        sa.Column("score", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_version.id"],
            name=op.f("fk_visit_checklist_version_id_checklist_version"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_visit_draw_id_draw")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_visit_plan_id_plan")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_visit_reviewed_by_id_person")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id_site")),
        sa.ForeignKeyConstraint(["window_id"], ["plan_window.id"], name=op.f("fk_visit_window_id_plan_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_draw_id"), "visit", ["draw_id"], unique=False)
    op.create_index("ix_visit_plan_id_state", "visit", ["plan_id", "state", "id"], unique=False)
    op.create_index("ix_visit_site_id_opens_at", "visit", ["site_id", "opens_at"], unique=False)
    op.create_index("ix_visit_state_closes_at", "visit", ["state", "closes_at"], unique=False)


def _visit_record() -> None:
    op.create_table(
        "visit_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("done", "closed", "not_found", name="outcome", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("far_reason", sa.Text(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["manifest.id"], name=op.f("fk_visit_record_id_manifest")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_record_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_record")),
        sa.UniqueConstraint("number", name=op.f("uq_visit_record_number")),
    )
    op.create_index(op.f("ix_visit_record_visit_id"), "visit_record", ["visit_id"], unique=False)


def _visit_finding() -> None:
    op.create_table(
        "visit_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_visit_finding_category_code_category")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_visit_finding_plan_id_plan")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_visit_finding_report_id_report")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_finding_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_finding_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_finding")),
        sa.UniqueConstraint("visit_id", "item", name=op.f("uq_visit_finding_visit_id_item")),
    )
    op.create_index("ix_visit_finding_report_id", "visit_finding", ["report_id"], unique=False)
    op.create_index(
        "ix_visit_finding_site_id_item_released_at", "visit_finding", ["site_id", "item", "released_at"], unique=False
    )
    op.create_index(
        "ix_visit_finding_waiting",
        "visit_finding",
        ["plan_id"],
        unique=False,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def _lane_step() -> None:
    op.create_table(
        "lane_step",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("downgraded", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_lane_step_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", "month", name=op.f("pk_lane_step")),
    )


def _visit_holder() -> None:
    op.create_table(
        "visit_holder",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_holder_person_id_person")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_holder_site_id_site")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_holder_visit_id_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_holder")),
    )
    op.create_index("ix_visit_holder_day", "visit_holder", ["day"], unique=False)
    op.create_index("ix_visit_holder_person_id_open", "visit_holder", ["person_id", "open"], unique=False)
    op.create_index("ix_visit_holder_site_id_day", "visit_holder", ["site_id", "day"], unique=False)


def _draw_lot() -> None:
    op.create_table(
        "draw_lot",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_lot_draw_id_draw"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draw_lot_person_id_person")),
        sa.PrimaryKeyConstraint("draw_id", "lot", name=op.f("pk_draw_lot")),
    )
