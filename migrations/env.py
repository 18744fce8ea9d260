"""How the numbered steps are taken: all that are due in one transaction, by one process at a time.

SQLite changes a table by making it anew, and dropping the old one would take the rows of every table that points at
it along. So foreign keys rest while the steps are taken, and are checked as a whole before the transaction ends.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, text

from inspection.kernel.db import UtcDateTime, db, writing

LOCK = 2_026_11
"""The number that PostgreSQL knows our lock by; nothing else in the database takes locks by number."""

logging.getLogger("alembic").setLevel(logging.WARNING)


def take_the_steps() -> None:
    """Bring the database that the application is bound to up (or down) to what was asked for."""
    with writing(), db.engine.connect() as connection, _prepared(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            process_revision_directives=_number,
            render_item=_render,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                _check_foreign_keys(connection)


@contextmanager
def _prepared(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection) -> None:
    if lost := connection.execute(text("PRAGMA foreign_key_check")).all():
        raise RuntimeError(f"{len(lost)} rows would point at nothing, the first in {lost[0][0]}: nothing was changed")


def _number(_context: MigrationContext, _revision: Any, directives: list[MigrationScript]) -> None:
    head = context.script.get_current_head()
    directives[0].rev_id = f"{int(head or 0) + 1:04}"


def _render(kind: str, thing: Any, autogen: AutogenContext) -> str | bool:
    if kind == "type" and isinstance(thing, UtcDateTime):
        autogen.imports.add("from inspection.kernel.db import UtcDateTime")
        return "UtcDateTime()"
    return False


if context.is_offline_mode():
    raise RuntimeError("the steps read the database that they change: they cannot be written out as SQL")
take_the_steps()
