"""Whether a visit's record counts: what came out of time is kept, and no more."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_record", sa.Column("used", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE visit_record SET used = received_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("visit_record", "used")
