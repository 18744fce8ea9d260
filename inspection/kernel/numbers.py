"""Running numbers that have no gaps and are never given twice (流水号)."""

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.db import Model, db, insert_once


class NumberSeries(Model):
    """One series and the last number that it gave."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int]


def next_number(name: str, *, after: int = 0) -> int:
    """The next number of the series; a new series starts at ``after`` + 1. Locks the series until the commit."""
    insert_once(NumberSeries, name=name, last=after)
    series = db.session.scalars(
        select(NumberSeries)
        .where(NumberSeries.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    series.last += 1
    db.session.flush()
    return series.last


def pass_over(name: str, last: int) -> None:
    """Have the series go on behind ``last``, a number that came from elsewhere. Locks the series likewise."""
    insert_once(NumberSeries, name=name, last=0)
    series = db.session.scalars(
        select(NumberSeries)
        .where(NumberSeries.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    series.last = max(series.last, last)
    db.session.flush()
