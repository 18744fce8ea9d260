"""The bands of a photo's perceptual hash with an index each: near-same pictures are found among all."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None

BANDS = {"phash_first": (1, 5), "phash_middle": (6, 5), "phash_last": (11, 6)}


def upgrade() -> None:
    op.drop_index("ix_photo_phash", table_name="photo")
    for name in BANDS:
        op.add_column("photo", sa.Column(name, sa.Text(), nullable=True))
    cut = ", ".join(f"{name} = substr(phash, {start}, {digits})" for name, (start, digits) in BANDS.items())
    op.execute(f"UPDATE photo SET {cut} WHERE phash IS NOT NULL")
    for name in BANDS:
        op.create_index(f"ix_photo_{name}", "photo", [name], unique=False)


def downgrade() -> None:
    for name in BANDS:
        op.drop_index(f"ix_photo_{name}", table_name="photo")
        op.drop_column("photo", name)
    op.create_index("ix_photo_phash", "photo", ["phash"], unique=False)
