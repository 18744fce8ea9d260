"""Indexes for the ledger's filters and orders, the columns chosen, the files made of it, and old ledgers."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_ticket_state_filed_at_id": ["state", "filed_at", "id"],
    "ix_ticket_category_code_filed_at_id": ["category_code", "filed_at", "id"],
    "ix_ticket_street_code_filed_at_id": ["street_code", "filed_at", "id"],
    "ix_ticket_severity_filed_at_id": ["severity", "filed_at", "id"],
    "ix_ticket_due_at_id": ["due_at", "id"],
    "ix_ticket_district_code_due_at_id": ["district_code", "due_at", "id"],
}
PATTERNS = ("number", "place")
RARE = {"reworked": "round > 1", "supervised": "supervised IS NOT NULL", "rebounds": "rebounds > 0"}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "ticket", columns, unique=False)
    for column in PATTERNS:
        ops = {column: "text_pattern_ops"}
        op.create_index(f"ix_ticket_{column}_pattern", "ticket", [column], unique=False, postgresql_ops=ops)
    for name, condition in RARE.items():
        where = sa.text(condition)
        op.create_index(
            f"ix_ticket_{name}_filed_at_id",
            "ticket",
            ["filed_at", "id"],
            unique=False,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "ledger_columns",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ledger_columns_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_ledger_columns")),
    )
    op.create_table(
        "ledger_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("xlsx", "csv", name="kind", native_enum=False, length=16), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("sorted_by", sa.Enum("newest", "due", name="order", native_enum=False, length=16), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ledger_export_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_export")),
    )
    op.create_index(
        "ix_ledger_export_person_id_asked_at_id", "ledger_export", ["person_id", "asked_at", "id"], unique=False
    )
    op.create_table(
        "ledger_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ledger_import_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_import")),
    )
    op.create_index(op.f("ix_ledger_import_sha256"), "ledger_import", ["sha256"], unique=False)
    op.add_column("ticket", sa.Column("imported_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "imported_at")
    op.drop_index(op.f("ix_ledger_import_sha256"), table_name="ledger_import")
    op.drop_table("ledger_import")
    op.drop_index("ix_ledger_export_person_id_asked_at_id", table_name="ledger_export")
    op.drop_table("ledger_export")
    op.drop_table("ledger_columns")
    for name in RARE:
        op.drop_index(f"ix_ticket_{name}_filed_at_id", table_name="ticket")
    for column in PATTERNS:
        op.drop_index(f"ix_ticket_{column}_pattern", table_name="ticket")
    for name in INDEXES:
        op.drop_index(name, table_name="ticket")
