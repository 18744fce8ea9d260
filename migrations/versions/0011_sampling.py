"""How many repairs and closed cases inspectors are sent to see, and for which the lot was drawn."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = ("recheck", "lookback")


def upgrade() -> None:
    op.create_table(
        "sampling_step",
        sa.Column("failures", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rechecks", sa.Integer(), nullable=False),
        sa.Column("lookbacks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("failures", name=op.f("pk_sampling_step")),
    )
    op.create_table(
        "sample",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="taskkind", native_enum=False, length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sample_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "round", "kind", name=op.f("pk_sample")),
    )
    op.create_index("ix_recheck_at", "recheck", ["at"], unique=False)
    with op.batch_alter_table("task") as batch:
        batch.alter_column("asked_by_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM opinion WHERE task_id IN (SELECT id FROM task WHERE asked_by_id IS NULL)")
    op.execute("DELETE FROM task_holder WHERE task_id IN (SELECT id FROM task WHERE asked_by_id IS NULL)")
    op.execute("DELETE FROM task WHERE asked_by_id IS NULL")
    with op.batch_alter_table("task") as batch:
        batch.alter_column("asked_by_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_index("ix_recheck_at", table_name="recheck")
    op.drop_table("sample")
    op.drop_table("sampling_step")
