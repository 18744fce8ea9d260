"""The routing table, decisions that can be taken back, hand-overs between districts, saved filters, plates as keys."""

import sqlalchemy as sa
from alembic import op

from inspection.kernel.db import UtcDateTime
from inspection.reports import plates

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME_UNITS = ("hour", "workday", "day")
DECISIONS = ("filed", "merged", "declined", "rebound", "handed_over")


def upgrade() -> None:
    _reports()
    _tickets_and_proposals()
    _routing_lines()
    _decisions()
    _hand_overs()
    _saved_filters()


def downgrade() -> None:
    for table in ("saved_filter", "hand_over", "decision", "routing_line"):
        op.drop_table(table)
    with op.batch_alter_table("proposal") as batch:
        batch.drop_constraint(op.f("fk_proposal_rebound_id_ticket"), type_="foreignkey")
        batch.drop_column("rebound_id")
        batch.drop_column("duplicates")
    op.drop_column("ticket", "routed_by")
    op.drop_column("ticket", "site_type")
    op.drop_index("ix_report_plate_key_received_at", table_name="report")
    for column in ("disputed", "site_type", "plate_key"):
        op.drop_column("report", column)


def _reports() -> None:
    op.add_column("report", sa.Column("plate_key", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("site_type", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("disputed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_report_plate_key_received_at", "report", ["plate_key", "received_at"], unique=False)
    report = sa.table("report", sa.column("id", sa.Uuid()), sa.column("plate", sa.Text()), sa.column("plate_key"))
    rows = op.get_bind().execute(sa.select(report.c.id, report.c.plate).where(report.c.plate.is_not(None))).all()
    for report_id, typed in rows:
        if known := plates.read(typed):
            op.execute(sa.update(report).where(report.c.id == report_id).values(plate_key=known.text))


def _tickets_and_proposals() -> None:
    op.add_column("ticket", sa.Column("site_type", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("routed_by", sa.Text(), nullable=True))
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("duplicates", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("rebound_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_proposal_rebound_id_ticket"), "ticket", ["rebound_id"], ["id"])


def _routing_lines() -> None:
    op.create_table(
        "routing_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("street_code", sa.Text(), nullable=True),
        sa.Column("site_type", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("limit_amount", sa.Integer(), nullable=True),
        sa.Column("limit_unit", sa.Enum(*TIME_UNITS, name="unit", native_enum=False, length=16), nullable=True),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["category_code"], ["category.code"], op.f("fk_routing_line_category_code_category")),
        sa.ForeignKeyConstraint(["district_code"], ["area.code"], op.f("fk_routing_line_district_code_area")),
        sa.ForeignKeyConstraint(["street_code"], ["area.code"], op.f("fk_routing_line_street_code_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], op.f("fk_routing_line_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_line")),
    )
    op.create_index("ix_routing_line_position_id", "routing_line", ["position", "id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum(*DECISIONS, name="decisionkind", native_enum=False, length=16), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_version", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_decision_report_id_report")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_decision_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_decision_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_report_id_at", "decision", ["report_id", "at"], unique=False)
    op.create_index("ix_decision_by_id_at", "decision", ["by_id", "at"], unique=False)
    op.create_index(op.f("ix_decision_ticket_id"), "decision", ["ticket_id"], unique=False)


def _hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("from_code", sa.Text(), nullable=False),
        sa.Column("to_code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_city", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_hand_over_report_id_report")),
        sa.ForeignKeyConstraint(["from_code"], ["area.code"], name=op.f("fk_hand_over_from_code_area")),
        sa.ForeignKeyConstraint(["to_code"], ["area.code"], name=op.f("fk_hand_over_to_code_area")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hand_over_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index("ix_hand_over_report_id_at", "hand_over", ["report_id", "at"], unique=False)
    op.create_index("ix_hand_over_cell_at", "hand_over", ["cell", "at"], unique=False)


def _saved_filters() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )
