"""Units called in beside the lead: what each is to do, by when, and what it answered."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0016"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME_UNITS = ("hour", "workday", "day")
PEOPLE = ("called_by_id", "accepted_by_id", "answered_by_id", "withdrawn_by_id")


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("assist")
