"""No query of an inspector's visits without an index: none reads all visits, records or receipts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from inspection.checks import visits
from inspection.checks.visits import Decline
from inspection.kernel.db import db, writing
from tests.checks.make_checks import MakeChecks
from tests.checks.make_records import GRACE, new_record, send
from tests.make import NOW, Make, jpeg

WHOLE = re.compile(r"^SCAN (visit|visit_record|visit_holder|receipt|manifest|photo)\b")


@pytest.fixture
def slow(sqlite_app: Flask) -> Iterator[list[str]]:
    """The statements so far that read a large table whole."""
    found: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE")) and "0 = 1" not in statement:
            raw = connection.connection.driver_connection
            assert raw
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            found.extend(f"{step}: {statement}" for step in plan if WHOLE.match(step))

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


def test_a_scan_of_all_visits_is_seen(slow: list[str]) -> None:
    db.session.execute(db.text("SELECT id FROM visit WHERE alias = '竹'"))

    assert [one.partition(":")[0] for one in slow] == ["SCAN visit"]


def test_what_one_sees_declines_and_brings_is_found_by_an_index(sqlite_app: Flask, slow: list[str]) -> None:
    make, checks = Make(sqlite_app), MakeChecks()
    drawn, plan = make.inspector(), checks.plan(make.city(), checks.checklist())
    made, left = (checks.visit(plan, checks.site(), drawn, opens_at=NOW - timedelta(hours=1)) for _ in range(2))
    slow.clear()

    visits.open_of(drawn, now=NOW, grace=GRACE)
    send(drawn, new_record(made, jpeg(1)), jpeg(1))
    with writing():
        visits.decline(left.id, reason=Decline.BUSY, text="", by=drawn, now=NOW)
        visits.expire(now=NOW + timedelta(days=60), grace=GRACE)

    assert slow == []
