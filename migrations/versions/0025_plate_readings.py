"""What plate each photo seems to show, as a machine read it."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SHARES = ("confidence", "left", "top", "right", "bottom")


def upgrade() -> None:
    op.create_table(
        "plate_reading",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in SHARES),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_plate_reading_photo_id_photo")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_plate_reading_report_id_report")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_plate_reading")),
    )
    op.create_index("ix_plate_reading_report_id", "plate_reading", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_plate_reading_report_id", table_name="plate_reading")
    op.drop_table("plate_reading")
