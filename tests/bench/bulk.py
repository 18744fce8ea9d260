"""Rows by the hundred thousand, straight into the tables, with the indexes built when all of them are in.

A row is a tuple of texts and numbers as both databases read them: a UUID as 32 hexadecimal digits, a moment as
``stamp`` writes it, a flag as 0 or 1.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, DropIndex

from inspection.kernel.db import Model, db

DAY = 86_400
QUICK = ("foreign_keys=OFF", "journal_mode=OFF", "cache_size=-1000000", "temp_store=MEMORY")
"""SQLite while it is filled: a file that breaks is made again."""

Value = str | int | float | None


class Rows:
    """Rows that wait to be written, by table; those of one table all name the same columns in the same order."""

    def __init__(self) -> None:
        self._columns: dict[Table, tuple[str, ...]] = {}
        self._rows: dict[Table, list[tuple[Value, ...]]] = defaultdict(list)

    def __repr__(self) -> str:
        return repr({table.name: rows for table, rows in self._rows.items()})

    def add(self, model: type[Model], **values: Value) -> None:
        """Note one row."""
        table: Table = model.__table__  # type: ignore[assignment]
        if table not in self._columns:
            self._columns[table] = tuple(values)
        self._rows[table].append(tuple(values.values()))

    def write(self, connection: Any) -> None:
        """Write all that was noted, and forget it."""
        cursor = connection.cursor()
        for table in (one for one in db.metadata.sorted_tables if one in self._rows):
            rows = self._rows[table]
            given = self._columns[table]
            more = {name: value for name, value in _defaults(table).items() if name not in given}
            columns, fixed = ", ".join([*given, *more]), tuple(more.values())
            whole = [row + fixed for row in rows] if fixed else rows
            (_copy if db.engine.dialect.name == "postgresql" else _insert)(cursor, table.name, columns, whole)
        self._rows.clear()


@contextmanager
def loading(models: Sequence[type[Model]]) -> Iterator[Any]:
    """A connection to write rows through. The models' indexes are away meanwhile; nothing else may use them."""
    db.session.remove()  # whoever reads would keep the log of what is written from being folded in
    indexes = [index for model in models for index in model.__table__.indexes]  # type: ignore[attr-defined]
    connection = db.engine.raw_connection()
    on_sqlite = db.engine.dialect.name == "sqlite"
    try:
        cursor = connection.cursor()
        for statement in [f"PRAGMA {pragma}" for pragma in QUICK] if on_sqlite else ["SET TIME ZONE 'UTC'"]:
            cursor.execute(statement)
        cursor.execute("BEGIN")
        for index in indexes:
            cursor.execute(_ddl(DropIndex(index)))
        yield connection
        for index in indexes:
            cursor.execute(_ddl(CreateIndex(index)))
        cursor.execute("COMMIT")
        cursor.execute("PRAGMA journal_mode=WAL" if on_sqlite else "ANALYZE")
        connection.commit()
    finally:
        connection.invalidate()


def stamp(seconds: int) -> str:
    """A moment, given in seconds since 1970, as the tables hold it."""
    day, second = divmod(seconds, DAY)
    return f"{_day(day)} {_clock(second)}.000000"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return f"{datetime.fromtimestamp(number * DAY, UTC):%Y-%m-%d}"


@lru_cache(maxsize=DAY)
def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _defaults(table: Table) -> dict[str, Value]:
    """What the models fill in by themselves, where it is the same for every row."""
    return {
        column.name: int(column.default.arg) if isinstance(column.default.arg, bool) else column.default.arg
        for column in table.columns
        if column.default is not None and column.default.is_scalar
    }


def _ddl(element: Any) -> str:
    return str(element.compile(dialect=db.engine.dialect))


def _insert(cursor: Any, table: str, columns: str, rows: Sequence[tuple[Value, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _copy(cursor: Any, table: str, columns: str, rows: Sequence[tuple[Value, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
