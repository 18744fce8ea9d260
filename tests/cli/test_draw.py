"""A plan's draws at the command line: exported without names, repeated byte for byte, the seed kept until the end."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from inspection.checks import drawing, ending
from inspection.checks.models import Draw, Plan
from inspection.factory import create_app
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from tests.checks.make_checks import MakeChecks
from tests.conftest import settings_for
from tests.make import NOW, Make

Run = Callable[..., Result]


@pytest.fixture
def plan(app: Flask, make: Make) -> Plan:
    """A plan of three visits that has been drawn."""
    checks = MakeChecks()
    for _ in range(5):
        make.inspector(name="李独特", district_code="110108")
        checks.site()
    made = checks.plan(make.city(), checks.checklist(), sites=3)
    for step in (drawing.seal, drawing.draw):
        with writing():
            kept = db.session.get_one(Plan, made.id)
            step(kept, by=db.session.get_one(Person, kept.created_by_id), now=NOW, rng=Random(3))
    return db.session.get_one(Plan, made.id)


@pytest.fixture
def bare(tmp_path: Path) -> Run:
    """Run ``flask inspection draw verify`` on a machine whose database is empty."""
    folder = tmp_path / "other"
    folder.mkdir(mode=0o750)
    other = create_app(settings_for(f"sqlite:///{folder / 'empty.db'}", folder))
    return lambda *words: other.test_cli_runner().invoke(args=["inspection", "draw", "verify", *map(str, words)])


def over() -> None:
    with writing():
        ending.end_over(now=NOW + timedelta(days=20))


def seed() -> str:
    return db.session.scalars(select(Draw.seed)).one()


def exported(run: Run, plan: Plan, folder: Path) -> Path:
    file = folder / "draw.json"
    done = run("draw", "export", plan.id, "--out", file)
    assert done.exit_code == 0, done.output
    return file


def test_a_running_plans_draw_is_verified_without_its_seed_being_shown(run: Run, plan: Plan) -> None:
    done = run("draw", "verify", plan.id)

    assert done.exit_code == 0, done.output
    assert "重算的结果逐字节相同" in done.output and "审计链里的哈希和先后次序相符" in done.output
    assert seed() not in done.output


def test_the_file_of_a_running_plan_has_no_seed_and_cannot_be_repeated_yet(
    run: Run, plan: Plan, tmp_path: Path, bare: Run
) -> None:
    file = exported(run, plan, tmp_path)

    done = bare(file)

    assert seed() not in file.read_text("utf-8")
    assert done.exit_code == 1
    assert "签表与封存时的哈希相符" in done.output and "无法重算" in done.output


def test_the_file_names_nobody(run: Run, plan: Plan, tmp_path: Path) -> None:
    over()

    text = exported(run, plan, tmp_path).read_text("utf-8")

    for one in db.session.scalars(select(Person)):
        assert str(one.id) not in text and one.phone not in text and one.name not in text


def test_a_draw_is_repeated_from_the_file_alone_on_a_machine_without_the_database(
    run: Run, plan: Plan, tmp_path: Path, bare: Run
) -> None:
    over()
    file = exported(run, plan, tmp_path)

    done = bare(file)

    assert done.exit_code == 0, done.output
    assert "全部相符" in done.output


def test_a_seed_from_the_chain_can_be_brought_along(run: Run, plan: Plan, tmp_path: Path, bare: Run) -> None:
    file = exported(run, plan, tmp_path)

    with_it, with_another = bare(file, "--seed", seed()), bare(file, "--seed", "00" * 32)

    assert with_it.exit_code == 0, with_it.output
    assert with_another.exit_code == 1 and "这个种子不是" in with_another.output


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("given", "签表与封存时的哈希不符"),
        ("seed", "种子与封存时的哈希不符"),
        ("drawn", "结果与抽签时的哈希不符"),
        ("drawn", "重算的结果不同"),
    ],
)
def test_whatever_was_changed_in_the_file_is_named(
    run: Run, plan: Plan, tmp_path: Path, bare: Run, key: str, told: str
) -> None:
    over()
    file = exported(run, plan, tmp_path)
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    true = content["draws"][0][key]
    content["draws"][0][key] = true.replace('"turn":1', '"turn":2') if key == "drawn" else "0" + true[1:]
    if key == "seed" and true[0] == "0":
        content["draws"][0][key] = "1" + true[1:]
    file.write_text(json.dumps(content), "utf-8")

    done = bare(file)

    assert done.exit_code == 1 and told in done.output


def test_what_was_changed_in_the_database_is_shown_by_the_chain(run: Run, plan: Plan) -> None:
    with writing():
        db.session.execute(update(Draw).values(seed_hash="00" * 32))

    done = run("draw", "verify", plan.id)

    assert done.exit_code == 1
    assert "审计链里的哈希或先后次序不符" in done.output and "种子与封存时的哈希不符" in done.output


@pytest.mark.parametrize("words", ["nothing.json", str(uuid.UUID(int=5))])
def test_what_is_neither_a_plan_nor_a_file_is_refused_in_words(run: Run, words: str) -> None:
    done = run("draw", "verify", words)

    assert done.exit_code == 1
    assert "没有这个" in done.output


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"kind":"mingcha-draw-file-1","draws":[{}]}', "\u0000"])
def test_what_is_no_file_of_draws_is_refused_in_words(bare: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, "utf-8")

    done = bare(file)

    assert done.exit_code == 1
    assert "这不是抽签的文件" in done.output
