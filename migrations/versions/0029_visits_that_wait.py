"""The visits that wait for the office are found by how long they wait."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_visit_state_ended_at_id", "visit", ["state", "ended_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_visit_state_ended_at_id", "visit")
