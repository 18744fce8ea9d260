"""Indexes for what is open, for little of much, and for the bands of a photo's perceptual hash."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BANDS = {"phash_first": (1, 5), "phash_middle": (6, 5), "phash_last": (11, 6)}


REPLACED = {
    "cell_category_code_closed_at": ["cell", "category_code", "closed_at"],
    "category_code_filed_at_id": ["category_code", "filed_at", "id"],
    "severity_filed_at_id": ["severity", "filed_at", "id"],
    "due_at_id": ["due_at", "id"],
}
ADDED = {
    "cell_closed_at": ["cell", "closed_at"],
    "category_code_filed_at_id_severity": ["category_code", "filed_at", "id", "severity"],
    "due_at_id_category_code_severity": ["due_at", "id", "category_code", "severity"],
    "district_code_category_code_filed_at_id": ["district_code", "category_code", "filed_at", "id"],
}
OPEN_ONES = "state IN ('filed', 'dispatched', 'handling', 'suspended', 'handled')"
SEEN = ["state", "district_code", "category_code"]
NARROWED = [*SEEN, "street_code", "unit_id", "severity"]
EARLIER = {"reworked": "round > 1", "supervised": "supervised IS NOT NULL", "rebounds": "rebounds > 0"}
RARE = EARLIER | {"requests": "request IS NOT NULL", "void": "state = 'void'"}
PLACE = {"place": "text_pattern_ops"}


def upgrade() -> None:
    for name in REPLACED:
        op.drop_index(f"ix_ticket_{name}", table_name="ticket")
    for name, columns in ADDED.items():
        op.create_index(f"ix_ticket_{name}", "ticket", columns)
    for name in EARLIER:
        op.drop_index(f"ix_ticket_{name}_filed_at_id", table_name="ticket")
    for name, condition in RARE.items():
        _some(f"ix_ticket_{name}_filed_at_id", condition, ["filed_at", "id", *SEEN])
    _some("ix_ticket_open_filed_at", OPEN_ONES, ["filed_at", "id", *NARROWED, "due_at"])
    _some("ix_ticket_open_due_at", OPEN_ONES, ["due_at", "id", *NARROWED, "filed_at"])
    _some("ix_ticket_open_cell", OPEN_ONES, ["cell", "id", "lat", "lng"])
    op.create_index("ix_ticket_district_code_place", "ticket", ["district_code", "place"], postgresql_ops=PLACE)
    op.drop_index("ix_report_cell_category_code_received_at", table_name="report")
    _some("ix_report_waiting_cell", "state = 'received'", ["cell", "id", "lat", "lng"], table="report")
    op.create_index("ix_report_decided_at", "report", ["decided_at"])
    _photos()


def downgrade() -> None:
    for name in BANDS:
        op.drop_index(f"ix_photo_{name}", table_name="photo")
        op.drop_column("photo", name)
    op.create_index("ix_photo_phash", "photo", ["phash"])
    op.create_index("ix_report_cell_category_code_received_at", "report", ["cell", "category_code", "received_at"])
    for name in ("waiting_cell", "decided_at"):
        op.drop_index(f"ix_report_{name}", table_name="report")
    for name in ("open_filed_at", "open_due_at", "open_cell", "district_code_place", *ADDED):
        op.drop_index(f"ix_ticket_{name}", table_name="ticket")
    for name in RARE:
        op.drop_index(f"ix_ticket_{name}_filed_at_id", table_name="ticket")
    for name, condition in EARLIER.items():
        _some(f"ix_ticket_{name}_filed_at_id", condition, ["filed_at", "id"])
    for name, columns in REPLACED.items():
        op.create_index(f"ix_ticket_{name}", "ticket", columns)


def _some(name: str, condition: str, columns: list[str], *, table: str = "ticket") -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _photos() -> None:
    op.drop_index("ix_photo_phash", table_name="photo")
    for name in BANDS:
        op.add_column("photo", sa.Column(name, sa.Text(), nullable=True))
    cut = ", ".join(f"{name} = substr(phash, {start}, {digits})" for name, (start, digits) in BANDS.items())
    op.execute(f"UPDATE photo SET {cut} WHERE phash IS NOT NULL")
    for name in BANDS:
        op.create_index(f"ix_photo_{name}", "photo", [name])
