"""The ledger's indexes hold what is looked at in passing, so that no ticket that is passed by is read."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OPEN_ONES = "state IN ('filed', 'dispatched', 'handling', 'suspended', 'handled')"
EARLIER_RARE = {
    "reworked": "round > 1",
    "supervised": "supervised IS NOT NULL",
    "rebounds": "rebounds > 0",
    "requests": "request IS NOT NULL",
    "void": "state = 'void'",
}
EARLIER_SEEN = ["state", "district_code", "category_code"]
EARLIER_NARROWED = [*EARLIER_SEEN, "street_code", "unit_id", "severity"]
EARLIER: Mapping[str, Sequence[str]] = {
    "filed_at_id": ["filed_at", "id"],
    "due_at_id_category_code_severity": ["due_at", "id", "category_code", "severity"],
    "district_code_filed_at_id": ["district_code", "filed_at", "id"],
    "district_code_due_at_id": ["district_code", "due_at", "id"],
    "unit_id_filed_at_id": ["unit_id", "filed_at", "id"],
    "street_code_filed_at_id": ["street_code", "filed_at", "id"],
    "closed_at": ["closed_at"],
    "cell_closed_at": ["cell", "closed_at"],
    "category_code_filed_at_id_severity": ["category_code", "filed_at", "id", "severity"],
    "district_code_category_code_filed_at_id": ["district_code", "category_code", "filed_at", "id"],
    "number_pattern": ["number"],
    "place_pattern": ["place"],
    "district_code_place": ["district_code", "place"],
}
SEEN = ["state", "category_code", "severity", "round", "rebounds"]
DATED = ["filed_at", "due_at"]
PLACED = [*DATED, "district_code"]
OF_FEW = [*PLACED, "closed_at", "number", "place"]
NARROWED = [*SEEN, "district_code", "street_code", "unit_id", "closed_at"]
NOW: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "filed_at_id": (["filed_at", "id"], ["due_at"]),
    "due_at_id": (["due_at", "id"], ["filed_at"]),
    "district_code_filed_at_id": (["district_code", "filed_at", "id"], ["due_at"]),
    "district_code_due_at_id": (["district_code", "due_at", "id"], ["filed_at"]),
    "unit_id_filed_at_id": (["unit_id", "filed_at", "id"], [*OF_FEW, "street_code"]),
    "street_code_filed_at_id": (["street_code", "filed_at", "id"], OF_FEW),
    "closed_at_id": (["closed_at", "id"], PLACED),
    "cell_closed_at": (["cell", "closed_at", "id"], PLACED),
    "category_code_filed_at_id": (["category_code", "filed_at", "id"], PLACED),
    "category_code_severity_due_at_id": (["category_code", "severity", "due_at", "id"], PLACED),
    "district_code_category_code_filed_at_id": (["district_code", "category_code", "filed_at", "id"], DATED),
    "number_pattern": (["number", "id"], [*PLACED, "closed_at"]),
    "place_pattern": (["place", "id"], [*PLACED, "closed_at"]),
    "district_code_place": (["district_code", "place", "id"], [*DATED, "closed_at"]),
}
OPEN = ("open_filed_at", "open_due_at", "open_cell")
RARE_DUE = ("reworked", "supervised", "rebounds")


def upgrade() -> None:
    for name in (*EARLIER, *(f"{rare}_filed_at_id" for rare in EARLIER_RARE), *OPEN):
        op.drop_index(f"ix_ticket_{name}", table_name="ticket")
    for name, (columns, more) in NOW.items():
        _create(name, [*columns, *(column for column in [*SEEN, *more] if column not in columns)])
    for rare, condition in EARLIER_RARE.items():
        _some(f"{rare}_filed_at_id", condition, ["filed_at", "id", *NARROWED, "due_at"])
    for rare in RARE_DUE:
        _some(f"{rare}_due_at_id", EARLIER_RARE[rare], ["due_at", "id", *NARROWED, "filed_at"])
    _some("open_filed_at", OPEN_ONES, ["filed_at", "id", *NARROWED, "due_at"])
    _some("open_due_at", OPEN_ONES, ["due_at", "id", *NARROWED, "filed_at"])
    _some("open_cell", OPEN_ONES, ["cell", "id", "lat", "lng", *SEEN, *PLACED])


def downgrade() -> None:
    rare = [*(f"{rare}_filed_at_id" for rare in EARLIER_RARE), *(f"{rare}_due_at_id" for rare in RARE_DUE)]
    for name in (*NOW, *rare, *OPEN):
        op.drop_index(f"ix_ticket_{name}", table_name="ticket")
    for name, columns in EARLIER.items():
        _create(name, columns)
    for name, condition in EARLIER_RARE.items():
        _some(f"{name}_filed_at_id", condition, ["filed_at", "id", *EARLIER_SEEN])
    _some("open_filed_at", OPEN_ONES, ["filed_at", "id", *EARLIER_NARROWED, "due_at"])
    _some("open_due_at", OPEN_ONES, ["due_at", "id", *EARLIER_NARROWED, "filed_at"])
    _some("open_cell", OPEN_ONES, ["cell", "id", "lat", "lng"])


def _create(name: str, columns: Sequence[str]) -> None:
    begins = {column: "text_pattern_ops" for column in columns[:2] if column in ("number", "place")}
    op.create_index(f"ix_ticket_{name}", "ticket", list(columns), postgresql_ops=begins)


def _some(name: str, condition: str, columns: Sequence[str]) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_ticket_{name}", "ticket", list(columns), sqlite_where=where, postgresql_where=where)
