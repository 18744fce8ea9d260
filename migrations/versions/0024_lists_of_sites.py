"""Sites by district and by frame of a map, their pictures, and the files that lists of them came in."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_site_name_id", table_name="site")
    op.create_index("ix_site_name_id_number_active", "site", ["name", "id", "number", "active"], unique=False)
    op.create_index("ix_site_district_code_name_id", "site", ["district_code", "name", "id"], unique=False)
    op.create_index("ix_site_lat_lng_cell_active", "site", ["lat", "lng", "cell", "active"], unique=False)
    op.create_index(op.f("ix_site_photo_id"), "site", ["photo_id"], unique=False)
    op.create_table(
        "site_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("moved_at", UtcDateTime(), nullable=True),
        sa.Column("imported_at", UtcDateTime(), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_site_import_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_import")),
    )


def downgrade() -> None:
    op.drop_table("site_import")
    op.drop_index(op.f("ix_site_photo_id"), table_name="site")
    op.drop_index("ix_site_lat_lng_cell_active", table_name="site")
    op.drop_index("ix_site_district_code_name_id", table_name="site")
    op.drop_index("ix_site_name_id_number_active", table_name="site")
    op.create_index("ix_site_name_id", "site", ["name", "id"], unique=False)
