"""One door for every change: whole, waiting for its turn, and nowhere else."""

import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from inspection.kernel.db import by_index, db, guarded, insert_once, writing
from inspection.kernel.numbers import NumberSeries, next_number
from inspection.tickets.models import IS_OPEN, Ticket
from tests.make import Make


def test_what_was_written_is_there_afterwards(app: Flask) -> None:
    with writing():
        number = next_number("case")

    assert number == 1
    assert db.session.get_one(NumberSeries, "case").last == 1


def test_a_failure_takes_everything_back(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing():
        next_number("case")
        _ = 1 / 0

    assert db.session.get(NumberSeries, "case") is None


def test_a_change_outside_is_refused(app: Flask) -> None:
    db.session.add(NumberSeries(name="stray", last=1))

    with pytest.raises(RuntimeError, match="outside"):
        db.session.flush()
    db.session.rollback()


def test_a_statement_is_answered_by_the_index_that_is_named_or_not_at_all(sqlite_app: Flask) -> None:
    wanted = by_index(select(Ticket.id).where(Ticket.cell == "8b"), Ticket, "ix_ticket_open_cell")

    assert db.session.scalars(wanted.where(IS_OPEN)).all() == []
    with pytest.raises(OperationalError, match="no query solution"):
        db.session.scalars(wanted)


def test_a_statement_that_changes_outside_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        db.session.execute(db.delete(NumberSeries))


def test_it_is_not_nested(app: Flask) -> None:
    with writing(), pytest.raises(RuntimeError, match="nested"), writing():
        pass


def test_a_row_is_made_once(app: Flask) -> None:
    with writing():
        first = insert_once(NumberSeries, name="once", last=3)
        second = insert_once(NumberSeries, name="once", last=9)

    assert (first, second) == (True, False)
    assert db.session.get_one(NumberSeries, "once").last == 3


def test_a_guard_stops_the_change(app: Flask) -> None:
    def refuse() -> None:
        raise PermissionError

    with guarded(refuse), pytest.raises(PermissionError), writing():
        next_number("guarded")

    assert db.session.get(NumberSeries, "guarded") is None


def test_eight_threads_lose_no_update(app: Flask) -> None:
    def count() -> None:
        with app.app_context():
            for _ in range(20):
                with writing():
                    next_number("threads")

    _together(count, 8)

    assert db.session.get_one(NumberSeries, "threads").last == 160


def test_foreign_keys_are_enforced(make: Make) -> None:
    from inspection.people.models import Device

    with pytest.raises(Exception, match=r"(?i)foreign key"), writing():
        db.session.add(
            Device(
                person_id=uuid.uuid4(),
                token_hash="x",
                label="",
                created_at=_moment(),
                seen_at=_moment(),
                expires_at=_moment(),
            )
        )
        db.session.flush()


def test_sqlite_keeps_what_it_has_acknowledged(sqlite_app: Flask) -> None:
    values = {
        name: db.session.execute(text(f"PRAGMA {name}")).scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }

    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


def _moment() -> object:
    from tests.make import NOW

    return NOW


def _together(work: Callable[[], None], times: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
