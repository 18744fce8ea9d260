"""The step of the lists of sites down and up again with data, and that what the lists ask is found by an index."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, event

from inspection.checks import site_lists, site_map
from inspection.checks.models import Site
from inspection.checks.site_imports import SiteImport
from inspection.checks.site_lists import NOTHING, Filters
from inspection.checks.site_map import Frame
from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, NOW, SPOT, STREET, Make

ASKED = [
    NOTHING,
    Filters(district=DISTRICT),
    Filters(type="lane"),
    Filters(district=DISTRICT, type="lane"),
    Filters(street=STREET),
    Filters(words="胡同"),
    Filters(lacking="place"),
]


def test_sites_outlive_the_step_and_the_files_they_came_in_go(app: Flask, make: Make, checks: MakeChecks) -> None:
    site_id, city_id = checks.site(name="月牙胡同").id, make.city().id
    with writing():
        counts = {"fresh": 1, "changed": 0, "plan_hash": "0" * 64}
        db.session.add(SiteImport(by_id=city_id, file_name="x", sha256="0" * 64, looked_at=NOW, **counts))
    db.session.remove()

    downgrade(revision="0021")
    upgrade()

    assert db.session.get_one(Site, site_id).name == "月牙胡同"
    assert db.session.scalars(db.select(SiteImport)).all() == []


@pytest.fixture
def plans(sqlite_app: Flask) -> Iterator[list[str]]:
    """How SQLite finds what is asked, step by step."""
    found: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT") and " site" in statement:
            raw = connection.connection.driver_connection
            assert raw
            found.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("asked", ASKED, ids=lambda one: "-".join(one.pairs) or "all")
def test_a_page_walks_along_an_index(sqlite_app: Flask, plans: list[str], asked: Filters) -> None:
    make, checks = Make(sqlite_app), MakeChecks()
    last, city, officer = checks.site(), make.city(), make.officer()
    plans.clear()

    for person in (city, officer):
        site_lists.page(person, asked, after=last.id, limit=100)

    assert plans and [step for step in plans if step == "SCAN site"] == []
    few = asked.street or asked.lacking
    assert few or [step for step in plans if step.startswith("USE TEMP B-TREE")] == []


def test_what_is_near_and_what_is_in_a_frame_is_found_by_an_index(sqlite_app: Flask, plans: list[str]) -> None:
    city = Make(sqlite_app).city()
    plans.clear()

    site_lists.near(Point(*SPOT))
    for zoom in (8.0, 15.0):
        site_map.look(city, NOTHING, Frame(39.9, 116.3, 39.95, 116.45, zoom))

    assert plans and [step for step in plans if step.startswith("SCAN site")] == []
