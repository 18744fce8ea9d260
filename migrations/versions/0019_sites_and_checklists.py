"""Sites, and checklists whose published versions never change."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    """CREATE TRIGGER checklist_version_published_no_update BEFORE UPDATE ON checklist_version
       WHEN OLD.published_at IS NOT NULL AND (NEW.content <> OLD.content OR NEW.number <> OLD.number
            OR NEW.published_at IS NOT OLD.published_at)
       BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END""",
    """CREATE TRIGGER checklist_version_published_no_delete BEFORE DELETE ON checklist_version
       WHEN OLD.published_at IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION checklist_version_stands() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$""",
    """CREATE TRIGGER checklist_version_published_no_update BEFORE UPDATE ON checklist_version FOR EACH ROW
       WHEN (OLD.published_at IS NOT NULL AND (NEW.content <> OLD.content OR NEW.number <> OLD.number
            OR NEW.published_at IS DISTINCT FROM OLD.published_at)) EXECUTE FUNCTION checklist_version_stands()""",
    """CREATE TRIGGER checklist_version_published_no_delete BEFORE DELETE ON checklist_version FOR EACH ROW
       WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION checklist_version_stands()""",
)


def upgrade() -> None:
    _site()
    _checklist()
    _checklist_version()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for trigger in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("checklist_version")
    op.drop_table("checklist")
    op.drop_table("site")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION checklist_version_stands()")


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("street_code", sa.Text(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lng", sa.Double(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], name=op.f("fk_site_district_code_area")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_site_photo_id_photo")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], name=op.f("fk_site_street_code_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_site_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("district_code", "number", name=op.f("uq_site_district_code_number")),
    )
    op.create_index("ix_site_cell", "site", ["cell", "id"], unique=False)
    op.create_index(
        "ix_site_district_code_type_code_name_id", "site", ["district_code", "type_code", "name", "id"], unique=False
    )
    op.create_index("ix_site_name_id", "site", ["name", "id"], unique=False)
    op.create_index(op.f("ix_site_street_code"), "site", ["street_code"], unique=False)
    op.create_index("ix_site_type_code_name_id", "site", ["type_code", "name", "id"], unique=False)
    op.create_index(op.f("ix_site_unit_id"), "site", ["unit_id"], unique=False)


def _checklist() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("key", name=op.f("uq_checklist_key")),
    )
    op.create_index("ix_checklist_type_code_name", "checklist", ["type_code", "name"], unique=False)


def _checklist_version() -> None:
    op.create_table(
        "checklist_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "published", "retired", name="versionstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_version_checklist_id_checklist")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_checklist_version_published_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version")),
        sa.UniqueConstraint("checklist_id", "number", name=op.f("uq_checklist_version_checklist_id_number")),
    )
