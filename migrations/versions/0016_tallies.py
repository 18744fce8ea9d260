"""The city map's counters, filled from the tickets that are there."""

from collections import Counter
from datetime import UTC, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import h3
import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HEADS = ("category_code", "period", "frame", "cell", "district_code", "mark")
COARSE, FINE, RUNNING = 6, 8, ("dispatched", "handling")
BEIJING = ZoneInfo("Asia/Shanghai")
AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "tally",
        *(sa.Column(name, sa.Text(), nullable=False) for name in HEADS),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*HEADS, name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    districts = op.get_bind().execute(sa.text("SELECT DISTINCT district_code FROM ticket")).scalars().all()
    for code in sorted(districts):
        _fill(code)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE tally")  # a plan made without knowing how much there is reads all of it


def downgrade() -> None:
    op.drop_table("tally")


def _fill(district_code: str) -> None:
    """Count one district's tickets: its counters are its own, and what all need in memory at once stays small."""
    ticket = sa.table(
        "ticket",
        *(sa.column(name) for name in ("cell", "district_code", "category_code", "state", "late")),
        sa.column("filed_at", sa.DateTime(timezone=True)),
        sa.column("due_at", sa.DateTime(timezone=True)),
    )
    of_district = sa.select(ticket).where(ticket.c.district_code == district_code)
    tallies: Counter[tuple[str, ...]] = Counter()
    for row in op.get_bind().execute(of_district):
        tallies.update(_keys(row))
    tally = sa.table("tally", *(sa.column(name) for name in (*HEADS, "n")))
    rows = [dict(zip(HEADS, key, strict=True)) | {"n": number} for key, number in tallies.items()]
    for start in range(0, len(rows), AT_ONCE):
        op.get_bind().execute(sa.insert(tally), rows[start : start + AT_ONCE])


def _keys(row: Any) -> list[tuple[str, ...]]:
    day = _day(row.filed_at)
    heads = [("", period) for period in ("", day[:4], day[:7], day)]
    heads += [(row.category_code, period) for period in ("", day[:4], day[:7])]
    marks = [("", "closed_late" if row.state == "closed" and row.late else row.state)]
    if row.state in RUNNING and row.due_at:
        marks.append(("due ", f"{row.state} {_day(row.due_at)}"))
    places = [("whole", ""), ("nowhere", "")]
    if row.cell:
        coarse = h3.cell_to_parent(row.cell, COARSE)
        places = [("whole", ""), ("city", coarse), (coarse, h3.cell_to_parent(row.cell, FINE))]
    return [
        (category, period, prefix + frame, cell, row.district_code, mark)
        for (category, period), (frame, cell), (prefix, mark) in product(heads, places, marks)
    ]


def _day(moment: datetime) -> str:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware.astimezone(BEIJING).date().isoformat()
