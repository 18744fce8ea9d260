"""Weekly notices."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "signed", "withdrawn", name="noticestate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("week_end", sa.Date(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("masthead", sa.Text(), nullable=True),
        sa.Column("rendered_at", UtcDateTime(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("docx_sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"], name=op.f("fk_notice_drafted_by_id_person")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_notice_signed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("total", name=op.f("uq_notice_total")),
        sa.UniqueConstraint("year", "issue", name=op.f("uq_notice_year_issue")),
    )
    op.create_index("ix_notice_week_start_id", "notice", ["week_start", "id"], unique=False)
    op.create_table(
        "notice_photo",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_photo_notice_id_notice")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_notice_photo_photo_id_photo")),
        sa.PrimaryKeyConstraint("photo_id", "notice_id", name=op.f("pk_notice_photo")),
    )


def downgrade() -> None:
    op.drop_table("notice_photo")
    op.drop_index("ix_notice_week_start_id", table_name="notice")
    op.drop_table("notice")
