"""Tickets with their reports, answers, rechecks and requests, and what triage proposes."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "filed",
                "dispatched",
                "handling",
                "suspended",
                "handled",
                "closed",
                "void",
                name="state",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("street_code", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lng", sa.Double(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column(
            "limit_unit", sa.Enum("hour", "workday", "day", name="unit", native_enum=False, length=16), nullable=False
        ),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.Column("dispatched_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("clock_started_at", UtcDateTime(), nullable=True),
        sa.Column("clock_stopped_at", UtcDateTime(), nullable=True),
        sa.Column("clock_remaining", sa.Float(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column(
            "request",
            sa.Enum("return", "disputed_return", "extension", name="openrequest", native_enum=False, length=16),
            nullable=True,
        ),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("rebounds", sa.Integer(), nullable=False),
        sa.Column("lookbacks", sa.Integer(), nullable=False),
        sa.Column("supervised", sa.Text(), nullable=True),
        sa.Column("suspended_plan", sa.Text(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["category_code"], ["category.code"], name=op.f("fk_ticket_category_code_category")),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_ticket_district_code_area")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], name=op.f("fk_ticket_street_code_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ticket_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    op.create_index(
        "ix_ticket_cell_category_code_closed_at", "ticket", ["cell", "category_code", "closed_at"], unique=False
    )
    op.create_index("ix_ticket_closed_at", "ticket", ["closed_at"], unique=False)
    op.create_index("ix_ticket_district_code_filed_at_id", "ticket", ["district_code", "filed_at", "id"], unique=False)
    op.create_index(
        "ix_ticket_district_code_state_due_at", "ticket", ["district_code", "state", "due_at", "id"], unique=False
    )
    op.create_index("ix_ticket_filed_at_id", "ticket", ["filed_at", "id"], unique=False)
    op.create_index("ix_ticket_handled_at", "ticket", ["handled_at"], unique=False)
    op.create_index("ix_ticket_state_due_at", "ticket", ["state", "due_at", "id"], unique=False)
    op.create_index("ix_ticket_unit_id_filed_at_id", "ticket", ["unit_id", "filed_at", "id"], unique=False)
    op.create_index("ix_ticket_unit_id_state_due_at", "ticket", ["unit_id", "state", "due_at", "id"], unique=False)
    op.create_table(
        "ticket_report",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_ticket_report_report_id_report")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_report_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_ticket_report")),
    )
    op.create_index(op.f("ix_ticket_report_ticket_id"), "ticket_report", ["ticket_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_answer_by_id_person")),
        sa.ForeignKeyConstraint(["id"], ["manifest.id"], name=op.f("fk_answer_id_manifest")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_answer_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_answer_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_ticket_id"), "answer", ["ticket_id"], unique=False)
    op.create_table(
        "recheck",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("passed", "failed", "good", "rebound", name="verdict", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recheck_by_id_person")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_recheck_manifest_id_manifest")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_recheck_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
    )
    op.create_index(op.f("ix_recheck_ticket_id"), "recheck", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("return", "disputed_return", "extension", name="openrequest", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum("place", "ownership", "duty", name="returnground", native_enum=False, length=16),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ticket_request_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_ticket_request_decided_by_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_request_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_request")),
    )
    op.create_index(op.f("ix_ticket_request_ticket_id"), "ticket_request", ["ticket_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column(
            "limit_unit", sa.Enum("hour", "workday", "day", name="unit", native_enum=False, length=16), nullable=False
        ),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("border_m", sa.Float(), nullable=True),
        sa.Column("exif_distance_m", sa.Float(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_proposal_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_proposal_unit_id_unit")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_proposal")),
    )


def downgrade() -> None:
    op.drop_table("proposal")
    op.drop_index(op.f("ix_ticket_request_ticket_id"), table_name="ticket_request")
    op.drop_table("ticket_request")
    op.drop_index(op.f("ix_recheck_ticket_id"), table_name="recheck")
    op.drop_table("recheck")
    op.drop_index(op.f("ix_answer_ticket_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_ticket_report_ticket_id"), table_name="ticket_report")
    op.drop_table("ticket_report")
    op.drop_index("ix_ticket_unit_id_state_due_at", table_name="ticket")
    op.drop_index("ix_ticket_unit_id_filed_at_id", table_name="ticket")
    op.drop_index("ix_ticket_state_due_at", table_name="ticket")
    op.drop_index("ix_ticket_handled_at", table_name="ticket")
    op.drop_index("ix_ticket_filed_at_id", table_name="ticket")
    op.drop_index("ix_ticket_district_code_state_due_at", table_name="ticket")
    op.drop_index("ix_ticket_district_code_filed_at_id", table_name="ticket")
    op.drop_index("ix_ticket_closed_at", table_name="ticket")
    op.drop_index("ix_ticket_cell_category_code_closed_at", table_name="ticket")
    op.drop_table("ticket")
