"""No query of reviews, results and releases without an index: none reads all visits, findings, reports or photos."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from inspection.checks import findings, outcomes, progress, review_lists, site_time
from inspection.checks.models import Plan
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.reports.models import Report
from inspection.triage import following
from inspection.triage import service as triage
from tests.checks.bring import FAIL, PASS, answers
from tests.checks.make_checks import MakeChecks
from tests.checks.test_findings import OUT, House
from tests.make import Make, jpeg

WHOLE = re.compile(
    r"^SCAN (visit|visit_record|visit_finding|visit_holder|lane_step|report|photo|ticket)\b(?!.*waiting)"
)


@pytest.fixture
def slow(sqlite_app: Flask) -> Iterator[list[str]]:
    """The statements so far that read a large table whole; what waits for release has an index of its own."""
    found: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "WITH", "DELETE", "UPDATE")) and "0 = 1" not in statement:
            raw = connection.connection.driver_connection
            assert raw
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", given[0] if many else given)]
            found.extend(f"{step}: {statement}" for step in plan if WHOLE.match(step))

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


def test_a_scan_of_all_visits_is_told_from_one_of_what_waits(slow: list[str]) -> None:
    db.session.execute(db.text("SELECT id FROM visit WHERE alias = '竹'"))
    db.session.execute(db.text("SELECT plan_id FROM visit_finding WHERE released_at IS NULL"))

    assert [one.partition(":")[0] for one in slow] == ["SCAN visit"]


def test_the_way_from_a_visit_to_a_case_finds_by_an_index(sqlite_app: Flask, slow: list[str]) -> None:
    house = House(Make(sqlite_app), MakeChecks())
    site = house.checks.site()
    for turn in (1, 2):
        house.accepted(answers(q1=PASS, q2=FAIL), site, turn=turn, pictures={"q2": [jpeg(turn)]})
    findings.release_due(now=OUT)
    assert slow == []
    reports = [one.id for one in db.session.scalars(db.select(Report))]
    slow.clear()
    for report_id in reports:
        with writing():
            triage.propose(report_id, now=OUT)
        with writing():
            following.follow(report_id, now=OUT)
    plan = db.session.get_one(Plan, house.plan.id)
    outcomes.by_district(plan)
    outcomes.agreements(plan, plan.quotas[0].checklist_version)
    findings.release_due(now=OUT)

    assert slow == []


def test_the_queue_the_plans_page_and_a_places_story_find_by_an_index(sqlite_app: Flask, slow: list[str]) -> None:
    house = House(Make(sqlite_app), MakeChecks())
    site = house.checks.site()
    house.accepted(answers(q1=PASS, q2=FAIL), site)
    findings.release_due(now=OUT)
    slow.clear()
    city, plan = db.session.get_one(Person, house.city.id), db.session.get_one(Plan, house.plan.id)

    review_lists.page(city, limit=30)
    review_lists.page(city, after=(now(), site.id), limit=30)
    review_lists.count(city)
    progress.places(plan)
    progress.unfilled(plan)
    outcomes.worst(plan, 2)
    story = site_time.story(site, by=city, now=OUT)

    assert story and len(story.visits) == 1 and slow == []
