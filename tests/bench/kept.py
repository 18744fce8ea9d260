"""Filled cities as files, to start from again: filling takes minutes, and may be done before the machine is quiet."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import event, func, select

from inspection.factory import create_app
from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Unit
from inspection.setup import prepare
from inspection.tickets import tallies
from tests.bench import city
from tests.conftest import forget_the_last_request, settings_for


@dataclass(frozen=True)
class Size:
    """How large a city: so many tickets, and about so many reports (0: one a ticket)."""

    tickets: int
    reports: int = 0

    @classmethod
    def read(cls, text: str) -> "Size":
        """As it is given to the command: ``1000000`` or ``1000000:5000000``."""
        tickets, _, reports = text.partition(":")
        return cls(int(tickets), int(reports or 0))

    @property
    def name(self) -> str:
        """Of its files."""
        return f"bench-{self.tickets}-{self.reports}"


@dataclass(frozen=True)
class Filled:
    """How long filling took, and how long the processor worked on it, in seconds."""

    seconds: float
    worked: float


def fill(size: Size, folder: Path, database: str = "") -> Filled:
    """Fill a city, unless the folder keeps it already. What is kept is a SQLite file, and beside it what it took."""
    kept, note = folder / f"{size.name}.db", folder / f"{size.name}.json"
    if note.exists() and (database or kept.exists()):
        return _brought_up(database or f"sqlite:///{kept}", folder, note)
    growing = folder / f"{size.name}.growing"
    with _app(database or f"sqlite:///{growing}", folder):
        began, working = time.perf_counter(), time.process_time()
        prepare(now())
        if db.session.scalar(select(func.count()).select_from(Unit)):
            raise SystemExit("the database is not empty")
        city.units()
        city.fill(size.tickets, now=now() - timedelta(minutes=1), reports=size.reports)
        tallies.recount(now=now())
        found = Filled(time.perf_counter() - began, time.process_time() - working)
        _close()
    if not database:
        growing.rename(kept)
    note.write_text(json.dumps(vars(found)), "utf-8")
    print(f"filled in {found.seconds:.0f} s")
    return found


def took(size: Size, folder: Path) -> Filled:
    """What it took to fill a city that is filled."""
    return Filled(**json.loads((folder / f"{size.name}.json").read_text("utf-8")))


@contextmanager
def opened(size: Size, folder: Path, database: str = "") -> Iterator[Flask]:
    """The program on a copy of the city, for what is measured last changes it."""
    copy = folder / f"{size.name}.copy"
    try:
        if not database:
            shutil.copyfile(folder / f"{size.name}.db", copy)
        with _app(database or f"sqlite:///{copy}", folder) as app:
            yield app
            _close()
    finally:
        for end in ("", "-wal", "-shm"):
            Path(f"{copy}{end}").unlink(missing_ok=True)


@contextmanager
def _app(database: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(database, folder))
    app.before_request_funcs.setdefault(None, []).insert(0, forget_the_last_request)
    with app.app_context():
        yield app


def _brought_up(url: str, folder: Path, note: Path) -> Filled:
    """What it took to fill the city, and to bring it up to the migrations of now if it is older."""
    filled = Filled(**json.loads(note.read_text("utf-8")))
    with _app(url, folder):
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _hurry)
        before, began, working = _revision(), time.perf_counter(), time.process_time()
        prepare(now())
        if _revision() != before:
            seconds, worked = time.perf_counter() - began, time.process_time() - working
            filled = Filled(filled.seconds + seconds, filled.worked + worked)
            note.write_text(json.dumps(vars(filled)), "utf-8")
            print(f"brought up in {seconds:.0f} s")
        _close()
    return filled


def _revision() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _hurry(connection: Any, _record: Any) -> None:
    for pragma in ("cache_size=-1000000", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _close() -> None:
    """Let go of the database, with all of it in its one file."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()
