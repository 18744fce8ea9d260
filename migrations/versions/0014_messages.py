"""Messages, what goes out of the house, the table of reminders, and the timetable's slots."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("slot", sa.Text(), nullable=True))
    op.create_index("ix_job_slot", "job", ["slot"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_job_slot", table_name="job")
    op.drop_column("job", "slot")
