"""Tasks of inspectors, what they saw, supplements to reports, and whether authors are satisfied."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.Enum("recheck", "lookback", name="taskkind", native_enum=False, length=16), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum("open", "done", "declined", "withdrawn", name="taskstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_task_asked_by_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_task_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_state_settled_ticket_id", "task", ["state", "settled", "ticket_id"], unique=False)
    op.create_index("ix_task_ticket_id_state", "task", ["ticket_id", "state"], unique=False)
    op.create_table(
        "task_holder",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_holder_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_holder_task_id_task"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task_holder")),
    )
    op.create_index("ix_task_holder_person_id_open", "task_holder", ["person_id", "open"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum("good", "bad", "unreachable", name="finding", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("captured_at", UtcDateTime(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["manifest.id"], name=op.f("fk_opinion_id_manifest")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_opinion_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("number", name=op.f("uq_opinion_number")),
    )
    op.create_index(op.f("ix_opinion_task_id"), "opinion", ["task_id"], unique=False)
    op.create_table(
        "supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["manifest.id"], name=op.f("fk_supplement_id_manifest")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_supplement_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement")),
    )
    op.create_index(op.f("ix_supplement_report_id"), "supplement", ["report_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_feedback_manifest_id_manifest")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_feedback_report_id_report")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_feedback_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_ticket_id"), "feedback", ["ticket_id"], unique=False)
    op.create_index("ix_feedback_waits_ticket_id", "feedback", ["waits", "ticket_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_feedback_waits_ticket_id", table_name="feedback")
    op.drop_index(op.f("ix_feedback_ticket_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_index(op.f("ix_supplement_report_id"), table_name="supplement")
    op.drop_table("supplement")
    op.drop_index(op.f("ix_opinion_task_id"), table_name="opinion")
    op.drop_table("opinion")
    op.drop_index("ix_task_holder_person_id_open", table_name="task_holder")
    op.drop_table("task_holder")
    op.drop_index("ix_task_ticket_id_state", table_name="task")
    op.drop_index("ix_task_state_settled_ticket_id", table_name="task")
    op.drop_table("task")
