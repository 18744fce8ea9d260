"""The schema comes from the migrations alone: they go up and down with data in them, and equal the models."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from inspection.checks.models import Plan
from inspection.kernel.calendar import DAY
from inspection.kernel.db import db, writing
from inspection.people import openings
from inspection.people.access import Role
from inspection.people.models import Opening, Person, Unit
from inspection.reports import questions
from inspection.reports.models import Category, Form, PlateReading, Report
from inspection.roster.models import RosterImport
from inspection.tickets import assistance, comments, requests
from inspection.tickets.annexes import Assist, Audience
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.training.models import LessonPass, LessonTry, LessonVersion
from inspection.triage import assignments
from tests.checks.make_checks import MakeChecks
from tests.make import NOW, Make

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
EVERY = sorted(re.match(r"\d{4}", file.name)[0] for file in VERSIONS.glob("*.py"))  # type: ignore[index]


def test_they_are_numbered_without_gaps_and_have_one_head() -> None:
    script = ScriptDirectory(str(VERSIONS.parent))

    assert [f"{number:04d}" for number in range(1, len(EVERY) + 1)] == EVERY
    assert script.get_heads() == [EVERY[-1]]


def test_the_schema_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_they_go_down_and_up_again(app: Flask) -> None:
    tables = set(inspect(db.engine).get_table_names())

    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names())
    upgrade()

    assert left == {"alembic_version"}
    assert set(inspect(db.engine).get_table_names()) == tables


@pytest.fixture
def ticket(make: Make) -> Iterator[str]:
    number = make.ticket(State.CLOSED).number
    db.session.remove()
    yield number


def test_data_of_earlier_steps_outlive_the_way_down_and_up(ticket: str, app: Flask) -> None:
    before = {name: _count(name) for name in ("report", "photo", "person", "audit_event", "area")}

    downgrade(revision="0003")
    upgrade()

    assert {name: _count(name) for name in before} == before
    assert db.session.scalars(db.select(Ticket)).all() == []


def _count(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_what_was_said_and_asked_goes_down_with_its_tables_and_leaves_the_rest(make: Make, app: Flask) -> None:
    ticket, officer = make.ticket(State.HANDLING), make.officer()
    with writing():
        by, one = db.session.get_one(Person, officer.id), db.session.get_one(Ticket, ticket.id)
        comments.add(uuid.uuid4(), one, audience=Audience.REPORTER, text="谢谢您", by=by, now=NOW)
        questions.ask(one.reports[0].report, text="门牌是几号？", wants_photo=False, days=5, by=by, now=NOW)
    db.session.remove()
    before = {name: _count(name) for name in ("report", "ticket", "person", "audit_event", "comment", "question")}

    downgrade(revision="0010")
    upgrade()

    assert {name: _count(name) for name in before} == before | {"comment": 0, "question": 0}
    assert (before["comment"], before["question"]) == (1, 1)


def test_whom_a_report_was_given_to_and_what_was_set_in_the_catalogue_go_down_and_leave_the_rest(
    make: Make, app: Flask
) -> None:
    report, officer = make.report(), make.officer()
    with writing():
        assignments.put(report.id, officer.id, by=db.session.get_one(Person, officer.id), now=NOW)
        db.session.get_one(Category, "smoking").active = False
    db.session.remove()
    before = {name: _count(name) for name in ("report", "person", "audit_event", "category", "assignment")}

    downgrade(revision="0015")
    upgrade()

    assert {name: _count(name) for name in before} == before | {"assignment": 0}
    assert before["assignment"] == 1 and db.session.get_one(Category, "smoking").active


def test_who_assists_in_what_is_put_aside_stands_still_after_the_way_up(make: Make, app: Flask) -> None:
    ticket, unit, city = make.ticket(State.HANDLING), make.unit("园林绿化局", street=None), make.city()
    with writing():
        one, by = db.session.get_one(Ticket, ticket.id), db.session.get_one(Person, city.id)
        limit, day = Limit(3, TimeUnit.WORKDAY), NOW.date()
        helper = db.session.get_one(Unit, unit.id)
        assistance.call_in(one, unit=helper, task="把枯树锯掉", limit=limit, by=by, now=NOW)
        requests.suspend(
            one,
            plan="等产权单位",
            review_on=day + 9 * DAY,
            expected_on=day + 19 * DAY,
            by=by,
            now=NOW + timedelta(hours=3),
        )
    db.session.remove()

    downgrade(revision="0015")
    upgrade()

    assert db.session.scalars(db.select(Assist)).one().clock_stopped_at == NOW + timedelta(hours=3)


def test_weights_and_what_a_report_follows_go_down_and_leave_the_rest(make: Make, app: Flask) -> None:
    plan_id = MakeChecks().plan(make.city(), MakeChecks().checklist()).id
    known_id, later_id = make.report().id, make.report().id
    with writing():
        db.session.get_one(Plan, plan_id).quotas[0].population = 40
        db.session.get_one(Report, later_id).follows_id = known_id
    db.session.remove()
    before = {name: _count(name) for name in ("report", "plan", "plan_quota", "photo", "audit_event")}

    downgrade(revision="0021")
    upgrade()

    assert {name: _count(name) for name in before} == before
    assert db.session.get_one(Plan, plan_id).quotas[0].population is None
    assert db.session.get_one(Report, later_id).follows_id is None


def test_what_a_machine_read_goes_down_with_its_table_and_leaves_the_rest(make: Make, app: Flask) -> None:
    report_id = make.report(category="zombie_car", plate="京A6K318").id
    with writing():
        photo = db.session.get_one(Report, report_id).manifest.photos[0]
        db.session.add(PlateReading(photo_id=photo.id, report_id=report_id, plate="京B11111", confidence=0.9, at=NOW))
    db.session.remove()
    before = {name: _count(name) for name in ("report", "photo", "audit_event", "plate_reading")}

    downgrade(revision="0024")
    upgrade()

    assert {name: _count(name) for name in before} == before | {"plate_reading": 0}
    assert before["plate_reading"] == 1 and db.session.get_one(Report, report_id).plate == "京A6K318"


def test_tries_and_lists_that_were_handed_in_go_down_with_their_tables_and_leave_the_rest(make: Make) -> None:
    admin, person = make.person(Role.ADMIN), make.inspector()
    with writing():
        version = db.session.scalars(db.select(LessonVersion)).first()
        assert version
        tried = {"person_id": person.id, "version_id": version.id}
        db.session.add(LessonTry(tries=3, **tried))
        db.session.add(LessonPass(right=3, asked=3, passed_at=NOW, **tried))
        db.session.add(
            RosterImport(
                by_id=admin.id,
                file_name="花名册.csv",
                sha256="a" * 64,
                fresh=1,
                changed=0,
                plan_hash="b",
                looked_at=NOW,
            )
        )
    db.session.remove()
    kept = {name: _count(name) for name in ("person", "lesson", "lesson_version", "lesson_pass", "audit_event")}

    downgrade(revision="0027")
    upgrade()

    assert {name: _count(name) for name in kept} == kept and kept["lesson_pass"] == 1
    assert (_count("lesson_try"), _count("roster_import")) == (0, 0)


def test_who_asked_and_decided_stays_when_the_words_of_openings_go_down(make: Make, app: Flask) -> None:
    asks, allows, thing = make.city().id, make.city().id, make.report(form=Form.MYSTERY).audit_ref
    with writing():
        by, other = db.session.get_one(Person, asks), db.session.get_one(Person, allows)
        one = openings.ask(thing, reason="督查员申请误工补助", by=by, now=NOW)
        openings.decide(one.id, allow=True, reason="已经核实，同意查看", by=other, now=NOW, lasting=DAY)
    db.session.remove()

    downgrade(revision="0029")
    upgrade()

    (kept,) = db.session.scalars(db.select(Opening))
    assert (kept.allowed, kept.decided_by_id, kept.decision) == (True, allows, None)
