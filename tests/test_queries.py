"""No query without an index: what lists, counts and pages ask never reads all tickets, reports or photos."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from inspection.citymap import service as citymap
from inspection.citymap.sight import Box, Mode, Sight
from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.kernel.holidays import work_calendar
from inspection.ledger import paths
from inspection.ledger import service as ledger
from inspection.ledger.models import Order
from inspection.photos import alike
from inspection.tickets import lists, recounts
from inspection.tickets.filters import NOTHING, Filters, query
from inspection.tickets.lists import View
from inspection.tickets.models import RARE
from inspection.tickets.workflow import State
from inspection.triage import candidates, nearby, queues
from inspection.triage.queues import Filter, Flag
from tests.ledger import test_combinations as combinations
from tests.ledger.test_rows import ASKED
from tests.make import DISTRICT, NOW, SPOT, STREET, Make
from tests.web.browser import Browser

WHOLE = re.compile(r"^SCAN (ticket|report|photo|assist)( USING (COVERING )?INDEX (\w+))?$")
SMALL = re.compile(rf"_({'|'.join(['open', 'waiting', *RARE])})_")
"""The indexes that hold few of all: to read one of them whole, or to sort it, is no harm."""
QUEUE = [
    Filter(),
    Filter(category="street_clutter"),
    Filter(district=DISTRICT),
    Filter(street=STREET),
    Filter(days=3),
    Filter(severity="urgent"),
    Filter(form="patrol"),
    *(Filter(flag=flag.value) for flag in Flag),
]


def wrong(plan: list[str]) -> list[str]:
    """The steps of a plan that read a large table whole, or sort it: a walk along an index that stops is neither."""
    sorts = any(step.startswith("USE TEMP B-TREE FOR ORDER BY") for step in plan)
    read = [(step, found) for step in plan if (found := WHOLE.match(step))]
    return [step for step, found in read if not found[4] or (sorts and not SMALL.search(found[4]))]


@pytest.fixture
def slow(sqlite_app: Flask) -> Iterator[list[str]]:
    """The statements so far that read or sort a large table whole, each with the step that does."""
    found: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and "0 = 1" not in statement:
            raw = connection.connection.driver_connection
            assert raw
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            found.extend(f"{step}: {statement}" for step in wrong(plan))

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


def test_a_full_scan_and_a_sort_of_everything_are_told_from_a_walk(slow: list[str]) -> None:
    db.session.execute(db.text("SELECT count(*) FROM ticket WHERE late"))
    db.session.execute(db.text("SELECT id FROM ticket INDEXED BY ix_ticket_filed_at_id ORDER BY place LIMIT 1"))
    db.session.execute(db.text("SELECT id FROM ticket ORDER BY filed_at, id LIMIT 1"))

    assert [one.partition(":")[0] for one in slow] == [
        "SCAN ticket",
        "SCAN ticket USING INDEX ix_ticket_filed_at_id",
    ]


@pytest.mark.parametrize("number", [paths.FEW + 1, 1], ids=["all walked", "little sorted"])
def test_the_lists_find_by_an_index(
    sqlite_app: Flask, slow: list[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    count = paths.entries
    monkeypatch.setattr(paths, "entries", lambda part, most: max(number, count(part, most)))
    make = Make(sqlite_app)
    city, officer, handler = make.city(), make.officer(), make.handler(make.unit())
    ticket = make.ticket(State.HANDLING)
    drawn = [combinations.drawn(Random(seed), [ticket]) for seed in range(60)]
    for person in (city, officer, handler):
        for asked in [*ASKED, *drawn]:
            ledger.totals(person, asked, now=NOW)
            for order in Order:
                ledger.page(person, asked, order, now=NOW)
        for view in View:
            lists.page(person, view, now=NOW)
            lists.count(person, view, now=NOW)
    for person in (city, officer):
        for chosen in QUEUE:
            queues.page(person, chosen, now=NOW)
            queues.counts(person, chosen, now=NOW)

    assert slow == []


def test_what_is_near_and_what_is_near_same_is_found_by_an_index(sqlite_app: Flask, slow: list[str]) -> None:
    make = Make(sqlite_app)
    make.ticket(State.HANDLING)
    report = make.report(now=NOW + timedelta(hours=1))
    slow.clear()

    assert candidates.of(report)
    assert nearby.around(Point(*SPOT))
    alike.search("5a5a5a5a5a5a5a5a", besides=())

    assert slow == []


def test_what_an_edit_of_the_calendar_moves_is_found_by_an_index(sqlite_app: Flask, slow: list[str]) -> None:
    Make(sqlite_app).ticket(State.HANDLING)
    slow.clear()

    recounts.preview(work_calendar(), NOW.date(), NOW)
    recounts.recount(NOW.year, now=NOW)

    assert slow == []


@pytest.mark.parametrize("zoom", [9, 12, 14, 16])
@pytest.mark.parametrize(
    "asked",
    [
        NOTHING,
        Filters(overdue=True),
        Filters(category="street_clutter"),
        Filters(field="环境", filed_from=NOW.date() - timedelta(days=300)),
        Filters(state=(State.HANDLING,), district=DISTRICT),
        Filters(state=(State.CLOSED,)),
    ],
    ids=lambda asked: query(asked) or "all",
)
def test_the_map_does(
    sqlite_app: Flask, slow: list[str], monkeypatch: pytest.MonkeyPatch, zoom: int, asked: Filters
) -> None:
    make = Make(sqlite_app)
    make.ticket(State.HANDLING)
    lat, lng = SPOT
    sight = Sight(Box(lat - 0.01, lng - 0.01, lat + 0.01, lng + 0.01), zoom, Mode.CLUSTERS)
    slow.clear()

    for few in (citymap.FEW, -1):
        monkeypatch.setattr(citymap, "FEW", few)
        citymap.look(make.city(), asked, sight, now=NOW)

    assert slow == []


@pytest.mark.parametrize("page", ["/desk/", "/desk/triage", "/desk/tickets", "/desk/ledger", "/desk/messages"])
def test_the_pages_of_the_desk_do(sqlite_app: Flask, slow: list[str], page: str) -> None:
    make = Make(sqlite_app)
    make.ticket(State.HANDLED)
    desk = Browser(sqlite_app, make.city())
    slow.clear()

    desk.page(page)

    assert slow == []
