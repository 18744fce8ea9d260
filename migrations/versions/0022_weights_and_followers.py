"""How many sites a stratum has, as its weight; and which report of a visit is of the same failure as an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FOLLOWERS = sa.text("follows_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("plan_quota", sa.Column("population", sa.Integer(), nullable=True))
    op.add_column("report", sa.Column("follows_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_report_follows_id", "report", ["follows_id"], sqlite_where=FOLLOWERS, postgresql_where=FOLLOWERS
    )


def downgrade() -> None:
    op.drop_index("ix_report_follows_id", table_name="report")
    op.drop_column("report", "follows_id")
    op.drop_column("plan_quota", "population")
