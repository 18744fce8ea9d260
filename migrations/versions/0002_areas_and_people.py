"""Areas, units, people and how they sign in."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum("district", "street", "community", name="arealevel", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["area.code"], name=op.f("fk_area_parent_code_area")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    op.create_index(op.f("ix_area_parent_code"), "area", ["parent_code"], unique=False)
    op.create_table(
        "area_override",
        sa.Column("street_code", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_area_override_district_code_area")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], name=op.f("fk_area_override_street_code_area")),
        sa.PrimaryKeyConstraint("street_code", name=op.f("pk_area_override")),
    )
    op.create_index(op.f("ix_area_override_district_code"), "area_override", ["district_code"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("street_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_unit_district_code_area")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], name=op.f("fk_unit_street_code_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("district_code", "name", name=op.f("uq_unit_district_code_name")),
    )
    op.create_index("ix_unit_district_code_duty", "unit", ["district_code", "duty"], unique=False)
    op.create_index("ix_unit_street_code_duty", "unit", ["street_code", "duty"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "inspector",
                "handler",
                "district",
                "city",
                "publisher",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("veteran", "deputy", "adviser", "citizen", name="kind", native_enum=False, length=16),
            nullable=True,
        ),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_person_district_code_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("phone", name=op.f("uq_person_phone")),
    )
    op.create_index(op.f("ix_person_district_code"), "person", ["district_code"], unique=False)
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index("ix_device_person_id_ended_at", "device", ["person_id", "ended_at"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_token_prefix")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failure")),
    )


def downgrade() -> None:
    op.drop_table("sign_in_failure")
    op.drop_index(op.f("ix_api_token_person_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index("ix_device_person_id_ended_at", table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_person_unit_id"), table_name="person")
    op.drop_index(op.f("ix_person_district_code"), table_name="person")
    op.drop_table("person")
    op.drop_index("ix_unit_street_code_duty", table_name="unit")
    op.drop_index("ix_unit_district_code_duty", table_name="unit")
    op.drop_table("unit")
    op.drop_index(op.f("ix_area_override_district_code"), table_name="area_override")
    op.drop_table("area_override")
    op.drop_index(op.f("ix_area_parent_code"), table_name="area")
    op.drop_table("area")
