"""Manifests, photos, the catalogue, reports, their receipts and their authors."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "manifest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("report", "answer", "recheck", name="manifestkind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("far", "near", "plate", "after", "recheck", name="photorole", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("exif_taken_at", UtcDateTime(), nullable=True),
        sa.Column("exif_lat", sa.Double(), nullable=True),
        sa.Column("exif_lng", sa.Double(), nullable=True),
        sa.Column("software", sa.Text(), nullable=True),
        sa.Column("phash", sa.Text(), nullable=True),
        sa.Column("copied_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_photo_manifest_id_manifest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("manifest_id", "position", name=op.f("uq_photo_manifest_id_position")),
    )
    op.create_index("ix_photo_manifest_id_sha256", "photo", ["manifest_id", "sha256"], unique=False)
    op.create_index("ix_photo_phash", "photo", ["phash"], unique=False)
    op.create_index("ix_photo_sha256", "photo", ["sha256"], unique=False)
    op.create_table(
        "category",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("handler_street", sa.Text(), nullable=True),
        sa.Column("handler_department", sa.Text(), nullable=True),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("plate", sa.Boolean(), nullable=False),
        sa.Column("photos_min", sa.Integer(), nullable=False),
        sa.Column("repeat_days", sa.Integer(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "incomplete",
                "received",
                "filed",
                "merged",
                "declined",
                "withdrawn",
                name="reportstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column(
            "form",
            sa.Enum("guidance", "patrol", "mystery", "adhoc", name="form", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("captured_at", UtcDateTime(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lng", sa.Double(), nullable=False),
        sa.Column("given_lat", sa.Double(), nullable=False),
        sa.Column("given_lng", sa.Double(), nullable=False),
        sa.Column(
            "datum",
            sa.Enum("wgs84", "gcj02", "bd09", "cgcs2000", name="datum", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column(
            "source", sa.Enum("live", "exif", "pin", name="source", native_enum=False, length=16), nullable=False
        ),
        sa.Column("fixed_at", UtcDateTime(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("street_code", sa.Text(), nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=True),
        sa.Column("violations", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("decline_ground", sa.Text(), nullable=True),
        sa.Column("decline_text", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["category_code"], ["category.code"], name=op.f("fk_report_category_code_category")),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_report_district_code_area")),
        sa.ForeignKeyConstraint(["id"], ["manifest.id"], name=op.f("fk_report_id_manifest")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], name=op.f("fk_report_street_code_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(
        "ix_report_cell_category_code_received_at", "report", ["cell", "category_code", "received_at"], unique=False
    )
    op.create_index("ix_report_queue", "report", ["district_code", "state", "received_at", "id"], unique=False)
    op.create_index("ix_report_state_received_at_id", "report", ["state", "received_at", "id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_receipt_report_id_report")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_receipt_number")),
    )
    op.create_table(
        "authorship",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_authorship_person_id_person")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_authorship_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_authorship")),
    )
    op.create_index(
        "ix_authorship_person_id_at_report_id", "authorship", ["person_id", "at", "report_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_authorship_person_id_at_report_id", table_name="authorship")
    op.drop_table("authorship")
    op.drop_table("receipt")
    op.drop_index("ix_report_state_received_at_id", table_name="report")
    op.drop_index("ix_report_queue", table_name="report")
    op.drop_index("ix_report_cell_category_code_received_at", table_name="report")
    op.drop_table("report")
    op.drop_table("category")
    op.drop_index("ix_photo_sha256", table_name="photo")
    op.drop_index("ix_photo_phash", table_name="photo")
    op.drop_index("ix_photo_manifest_id_sha256", table_name="photo")
    op.drop_table("photo")
    op.drop_table("manifest")
