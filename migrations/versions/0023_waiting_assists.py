"""An index for the units that have still to answer, by their deadline: what an edit of the calendar moves."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WAITING = sa.text("withdrawn_at IS NULL AND answered_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_assist_waiting_due_at", "assist", ["due_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )


def downgrade() -> None:
    op.drop_index("ix_assist_waiting_due_at", table_name="assist")
