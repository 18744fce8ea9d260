"""What the roster knows of inspectors, lessons and who passed them, and asking to open an identity."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SQLITE_TRIGGERS = (
    """CREATE TRIGGER lesson_version_published_no_update BEFORE UPDATE ON lesson_version
       WHEN OLD.published_at IS NOT NULL AND (NEW.content <> OLD.content OR NEW.number <> OLD.number
            OR NEW.published_at IS NOT OLD.published_at)
       BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END""",
    """CREATE TRIGGER lesson_version_published_no_delete BEFORE DELETE ON lesson_version
       WHEN OLD.published_at IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION lesson_version_stands() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$""",
    """CREATE TRIGGER lesson_version_published_no_update BEFORE UPDATE ON lesson_version FOR EACH ROW
       WHEN (OLD.published_at IS NOT NULL AND (NEW.content <> OLD.content OR NEW.number <> OLD.number
            OR NEW.published_at IS DISTINCT FROM OLD.published_at)) EXECUTE FUNCTION lesson_version_stands()""",
    """CREATE TRIGGER lesson_version_published_no_delete BEFORE DELETE ON lesson_version FOR EACH ROW
       WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION lesson_version_stands()""",
)


def upgrade() -> None:
    _profile()
    _opening()
    _lesson()
    _lesson_version()
    _lesson_pass()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for trigger in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("lesson_pass")
    op.drop_table("lesson_version")
    op.drop_table("lesson")
    op.drop_table("opening")
    op.drop_table("profile")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION lesson_version_stands()")


def _profile() -> None:
    op.create_table(
        "profile",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("home_street_code", sa.Text(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("employer_district_code", sa.Text(), nullable=True),
        sa.Column("employer_unit_id", sa.Uuid(), nullable=True),
        sa.Column("most_visits", sa.Integer(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_district_code"], ["area.code"], name=op.f("fk_profile_employer_district_code_area")
        ),
        sa.ForeignKeyConstraint(["employer_unit_id"], ["unit.id"], name=op.f("fk_profile_employer_unit_id_unit")),
        sa.ForeignKeyConstraint(["home_street_code"], ["area.code"], name=op.f("fk_profile_home_street_code_area")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_profile_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profile")),
    )


def _opening() -> None:
    op.create_table(
        "opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_opening_asked_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_opening_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index("ix_opening_decided_at_asked_at_id", "opening", ["decided_at", "asked_at", "id"], unique=False)


def _lesson() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("key", name=op.f("uq_lesson_key")),
    )


def _lesson_version() -> None:
    op.create_table(
        "lesson_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_version_lesson_id_lesson")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_version")),
        sa.UniqueConstraint("lesson_id", "number", name=op.f("uq_lesson_version_lesson_id_number")),
    )


def _lesson_pass() -> None:
    op.create_table(
        "lesson_pass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("passed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lesson_pass_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["lesson_version.id"], name=op.f("fk_lesson_pass_version_id_lesson_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_pass")),
    )
    op.create_index("ix_lesson_pass_person_id_version_id", "lesson_pass", ["person_id", "version_id"], unique=False)
    op.create_index(op.f("ix_lesson_pass_version_id"), "lesson_pass", ["version_id"], unique=False)
