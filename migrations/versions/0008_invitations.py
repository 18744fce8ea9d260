"""Invitations to sign in on a phone, and people by role and name."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_person_role_name_id", "person", ["role", "name", "id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("spent_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_index(
        "ix_invitation_open_person_id",
        "invitation",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("spent_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("spent_at IS NULL AND revoked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_invitation_open_person_id", table_name="invitation")
    op.drop_index(op.f("ix_invitation_person_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("ix_person_role_name_id", table_name="person")
