"""Units called in beside the lead, each with its answer; quarrels over whose a ticket is, and what was decided."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME_UNITS = ("hour", "workday", "day")
PEOPLE = ("called_by_id", "accepted_by_id", "answered_by_id", "withdrawn_by_id")


def upgrade() -> None:
    _assists()
    _disputes()


def downgrade() -> None:
    op.drop_table("dispute")
    op.drop_table("assist")


def _assists() -> None:
    op.create_table(
        "assist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Enum(*TIME_UNITS, native_enum=False, length=16), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("manifest_id", sa.Uuid(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_assist_{name}_person")) for name in PEOPLE),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_assist_manifest_id_manifest")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_assist_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assist_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist")),
    )
    op.create_index("ix_assist_ticket_id_called_at", "assist", ["ticket_id", "called_at"], unique=False)
    op.create_index(
        "ix_assist_unit_id_withdrawn_at_answered_at",
        "assist",
        ["unit_id", "withdrawn_at", "answered_at", "ticket_id"],
        unique=False,
    )
    op.create_index(op.f("ix_assist_manifest_id"), "assist", ["manifest_id"], unique=False)


def _disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("named_code", sa.Text(), nullable=True),
        sa.Column("stated_by_id", sa.Uuid(), nullable=False),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.Column("owner_unit_id", sa.Uuid(), nullable=True),
        sa.Column("owner_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["ticket_request.id"], name=op.f("fk_dispute_request_id_ticket_request")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_dispute_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["named_code"], ["area.code"], name=op.f("fk_dispute_named_code_area")),
        sa.ForeignKeyConstraint(["owner_code"], ["area.code"], name=op.f("fk_dispute_owner_code_area")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_dispute_owner_unit_id_unit")),
        sa.ForeignKeyConstraint(["stated_by_id"], ["person.id"], name=op.f("fk_dispute_stated_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_dispute_decided_by_id_person")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_cell_decided_at", "dispute", ["cell", "decided_at"], unique=False)
    op.create_index(op.f("ix_dispute_ticket_id"), "dispute", ["ticket_id"], unique=False)
