"""Why an opening of an identity was allowed or refused, and an index for the requests of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opening", sa.Column("decision", sa.Text(), nullable=True))
    op.create_index("ix_opening_asked_by_id_asked_at_id", "opening", ["asked_by_id", "asked_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_opening_asked_by_id_asked_at_id", table_name="opening")
    op.drop_column("opening", "decision")
