"""Reports given to a colleague, categories out of use, and the clock of an assisting unit that stands still."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_assignment_report_id_report")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_assignment_by_id_person")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_person_id_report_id", "assignment", ["person_id", "report_id"], unique=False)
    op.add_column("category", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("category", sa.Column("changed_at", UtcDateTime(), nullable=True))
    op.add_column("assist", sa.Column("clock_stopped_at", UtcDateTime(), nullable=True))
    _stand_still()


def _stand_still() -> None:
    """What waits in a ticket that is put aside stands still since the ticket does."""
    assist = sa.table("assist", *(sa.column(name) for name in ("ticket_id", "answered_at", "withdrawn_at")),
                      sa.column("clock_stopped_at", UtcDateTime()))  # fmt: skip
    ticket = sa.table("ticket", sa.column("id"), sa.column("state"), sa.column("clock_stopped_at", UtcDateTime()))
    since = sa.select(ticket.c.clock_stopped_at).where(ticket.c.id == assist.c.ticket_id).scalar_subquery()
    put_aside = sa.select(ticket.c.id).where(ticket.c.state == "suspended")
    waits = assist.c.answered_at.is_(None) & assist.c.withdrawn_at.is_(None)
    op.execute(sa.update(assist).where(waits, assist.c.ticket_id.in_(put_aside)).values(clock_stopped_at=since))


def downgrade() -> None:
    op.drop_column("assist", "clock_stopped_at")
    op.drop_column("category", "changed_at")
    op.drop_column("category", "active")
    op.drop_table("assignment")
