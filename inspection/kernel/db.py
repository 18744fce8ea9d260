"""The database: one typed base, two engines (SQLite, PostgreSQL), and one door for every change.

Everything is read in short transactions. Whatever changes something does so inside ``writing()``, which on SQLite
begins with BEGIN IMMEDIATE: two writers then wait for each other instead of losing an update or failing at once.
A change outside of it is an error in the program and raised as such.
"""

import enum
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pysqlite3.dbapi2
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ARRAY, ColumnElement, DateTime, Dialect, Engine, Enum, MetaData, Text, event, func, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, ORMExecuteState, Session, registry
from sqlalchemy.sql.selectable import FromClause, HasHints, Join
from sqlalchemy.types import TypeDecorator

from inspection.settings import Settings

Statement = TypeVar("Statement", bound=HasHints)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in the program, UTC in the database. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment its time zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table's model derives from."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime})


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_guard: ContextVar[Callable[[], None] | None] = ContextVar("guard", default=None)


def coded(codes: type[enum.StrEnum], length: int = 16) -> Enum:
    """A column that holds the code of a StrEnum as text."""
    return Enum(codes, native_enum=False, length=length, values_callable=lambda e: [member.value for member in e])


def connect(app: Flask, settings: Settings) -> None:
    """Bind the database of ``settings`` to ``app``."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    on_sqlite = settings.database_url.startswith("sqlite")
    wait = settings.database_wait_seconds
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"module": pysqlite3.dbapi2} if on_sqlite else _for_postgresql(wait)
    db.init_app(app)
    with app.app_context():
        (_prepare_sqlite if on_sqlite else _prepare_postgresql)(db.engine, wait)


@contextmanager
def writing() -> Iterator[None]:
    """Change something, once and whole: committed at the end, rolled back when anything is raised.

    What was read before is read again, under the lock. Not to be nested: one request, job or command has one.
    """
    if _writing.get():
        raise RuntimeError("writing() is not to be nested")
    db.session.rollback()
    db.session.info.clear()  # what an earlier change that came to nothing had put down for its commit
    token = _writing.set(True)
    try:
        if guard := _guard.get():
            guard()
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def guarded(guard: Callable[[], None]) -> Iterator[None]:
    """Have ``guard`` asked at the start of every ``writing()`` inside; what it raises stops the change."""
    token = _guard.set(guard)
    try:
        yield
    finally:
        _guard.reset(token)


def by_index(statement: Statement, model: type[Base], name: str) -> Statement:
    """The statement, answered by the index of that name, where SQLite would guess; PostgreSQL knows by its statistics.

    SQLite refuses a statement that the index cannot answer: a condition that a partial index has must stand in it.
    """
    return statement.with_hint(model, f"INDEXED BY {name}", "sqlite")


class InTurn(Join):
    """A join in which each row of the left looks up the right: SQLite keeps no statistics and would turn it round."""

    inherit_cache = True


@compiles(InTurn, "sqlite")
def _in_turn(join: InTurn, compiler: SQLiteCompiler, **more: Any) -> str:
    more.pop("asfrom", None)
    left, right = (compiler.process(side, asfrom=True, **more) for side in (join.left, join.right))
    return f"{left} CROSS JOIN {right} ON {compiler.process(cast(ColumnElement[bool], join.onclause), **more)}"


def within_any(column: InstrumentedAttribute[str], pairs: Sequence[tuple[str, str]]) -> Join:
    """The column's table, joined by any number of ranges that a text may lie in: each is looked up in an index of the
    column, where a long "or" would have the database read all of another.
    """
    each: Any
    if db.engine.dialect.name == "postgresql":
        ends = (literal(list(texts), ARRAY(Text)) for texts in zip(*pairs, strict=True))
        each = func.unnest(*ends).table_valued("first", "last").render_derived("ranges")
        return InTurn(each, column.class_.__table__, column.between(each.c.first, each.c.last))
    each = func.json_each(json.dumps(pairs)).table_valued("value", name="ranges")
    first, last = (func.json_extract(each.c.value, f"$[{at}]", type_=Text) for at in range(2))
    return InTurn(each, column.class_.__table__, column.between(first, last))


def end_reading() -> None:
    """Let go of the snapshot that reading has opened, before something slow or a write by other means."""
    db.session.rollback()


def _for_postgresql(wait_seconds: int) -> dict[str, Any]:
    return {"pool_pre_ping": True, "pool_size": 10, "pool_timeout": wait_seconds}


def _prepare_postgresql(engine: Engine, wait_seconds: int) -> None:
    @event.listens_for(engine, "connect")
    def set_timeout(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{wait_seconds}s'")
        connection.commit()


class _HintedSQLite(SQLiteCompiler):
    def get_from_hint_text(self, _table: FromClause, text: str | None) -> str | None:
        return text


def _prepare_sqlite(engine: Engine, wait_seconds: int) -> None:
    engine.dialect.statement_compiler = _HintedSQLite

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"busy_timeout={wait_seconds * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "before_flush")
def _refuse_stray_changes(session: Session, _context: Any, _instances: Any) -> None:
    if not _writing.get() and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise RuntimeError("a change outside of writing()")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statements(execution: ORMExecuteState) -> None:
    if (
        not _writing.get()
        and not execution.is_select
        and (execution.is_insert or execution.is_update or execution.is_delete)
    ):
        raise RuntimeError("a change outside of writing()")


def insert_once(model: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same key is there; says whether this call made it.

    Of two at the same time one waits for the other: exactly one of them is told that it made the row.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(*model.__table__.primary_key)
    return db.session.execute(statement).first() is not None
