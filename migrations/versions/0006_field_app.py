"""What the field app brings: each photo's own place and original, voice notes, what waits in phones."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PHOTO = (
    ("lat", sa.Double()),
    ("lng", sa.Double()),
    ("accuracy_m", sa.Double()),
    ("source", sa.Text()),
    ("fixed_at", UtcDateTime()),
    ("original_sha256", sa.Text()),
    ("original_bytes", sa.BigInteger()),
    ("original_taken_at", UtcDateTime()),
    ("original_lat", sa.Double()),
    ("original_lng", sa.Double()),
)


def upgrade() -> None:
    for name, kind in PHOTO:
        op.add_column("photo", sa.Column(name, kind, nullable=True))
    op.add_column("report", sa.Column("same_as", sa.Uuid(), nullable=True))
    op.add_column("device", sa.Column("unsent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("device", sa.Column("oldest_unsent_at", UtcDateTime(), nullable=True))
    op.add_column("device", sa.Column("told_at", UtcDateTime(), nullable=True))
    op.create_index("ix_device_oldest_unsent_at", "device", ["oldest_unsent_at", "id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_recording_manifest_id_manifest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("manifest_id", "position", name=op.f("uq_recording_manifest_id_position")),
    )


def downgrade() -> None:
    op.drop_table("recording")
    op.drop_index("ix_device_oldest_unsent_at", table_name="device")
    for name in ("told_at", "oldest_unsent_at", "unsent"):
        op.drop_column("device", name)
    op.drop_column("report", "same_as")
    for name, _kind in reversed(PHOTO):
        op.drop_column("photo", name)
