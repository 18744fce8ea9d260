"""The notice on a car that has been left: posted, waited for, handed over; and answers by unit and time."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("posted_by_id", sa.Uuid(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=False),
        sa.Column("wait_days", sa.Integer(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=True),
        sa.Column("handed_over_by_id", sa.Uuid(), nullable=True),
        sa.Column("handed_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["handed_over_by_id"], ["person.id"], name=op.f("fk_posting_handed_over_by_id_person")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_posting_manifest_id_manifest")),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_posting_posted_by_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_posting_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_manifest_id"), "posting", ["manifest_id"], unique=False)
    op.create_index("ix_answer_unit_id_answered_at", "answer", ["unit_id", "answered_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_answer_unit_id_answered_at", table_name="answer")
    op.drop_index(op.f("ix_posting_manifest_id"), table_name="posting")
    op.drop_table("posting")
