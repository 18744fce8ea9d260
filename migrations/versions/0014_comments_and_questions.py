"""What the offices and units say about a ticket, and what the offices ask whoever reported it."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLES = ("inspector", "handler", "district", "city", "publisher", "auditor", "admin")


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column(
            "audience", sa.Enum("internal", "reporter", name="audience", native_enum=False, length=16), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="role", native_enum=False, length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_comment_by_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_comment_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_ticket_id_at", "comment", ["ticket_id", "at", "id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wants_photo", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="role", native_enum=False, length=16), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reply", sa.Enum("told", "unknown", name="reply", native_enum=False, length=16), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_question_asked_by_id_person")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_question_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index("ix_question_report_id_asked_at", "question", ["report_id", "asked_at", "id"], unique=False)
    op.create_index(
        "ix_question_answered_at_due_on_report_id", "question", ["answered_at", "due_on", "report_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_question_answered_at_due_on_report_id", table_name="question")
    op.drop_index("ix_question_report_id_asked_at", table_name="question")
    op.drop_table("question")
    op.drop_index("ix_comment_ticket_id_at", table_name="comment")
    op.drop_table("comment")
