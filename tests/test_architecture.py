"""Tests about the code itself: what imports what, how long things are, what must stand in the documentation."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from inspection import jobs
from inspection.cli.settings import lines
from inspection.web.requires import POLICY
from inspection.web.tools import tools

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((ROOT / "inspection").rglob("*.py"))
PROSE = "\n".join(file.read_text("utf-8") for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))))
LONGEST_FUNCTION = 60
LONGEST_MODULE = 400
LONGEST_MEDIAN = 8
EDGES = {"factory", "cli", "desk", "api", "phone", "web", "setup", "demo"}
"""The rooms that may know Flask: the edges, and what prepares a database for them."""


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring, which is to be as long as it needs."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    told = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def test_imports_keep_their_direction():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_every_room_that_is_no_edge_is_forbidden_to_know_flask():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = {
        path.stem for path in (ROOT / "inspection").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    forbidden = next(
        contract["source_modules"] for contract in contracts if contract["name"].startswith("Only the edges")
    )

    assert {room.removeprefix("inspection.") for room in forbidden} == rooms - EDGES - {"__init__"}


@pytest.mark.parametrize("file", CODE, ids=named)
def test_no_module_and_no_function_is_too_long(file):
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    assert [f"{node.name}: {length(node)}" for node in functions(file) if length(node) > LONGEST_FUNCTION] == []


def test_half_of_all_functions_are_at_most_eight_lines_long():
    lengths = sorted(length(node) for file in CODE for node in functions(file))

    assert lengths[len(lengths) // 2] <= LONGEST_MEDIAN


@pytest.mark.parametrize("file", CODE, ids=named)
def test_nothing_is_imported_inside_a_function(file):
    inside = [
        f"{function.name}:{node.lineno}"
        for function in functions(file)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_every_setting_stands_in_the_documentation_as_it_is():
    documented = (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()

    assert [line for line in documented if line.startswith("|")] == list(lines())


def commands(command: click.Command, path: str = "") -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}".strip())
    else:
        yield path


def test_every_command_stands_in_the_documentation(sqlite_app: Flask):
    ours = commands(sqlite_app.cli.commands["inspection"], "flask inspection")

    assert [command for command in ours if not re.search(rf"{command}\b", PROSE)] == []


def test_every_command_that_the_documentation_names_is_there(sqlite_app: Flask):
    ours = set(commands(sqlite_app.cli.commands["inspection"], "flask inspection"))

    told = {
        " ".join(f"flask inspection {words}".split())
        for words in re.findall(r"flask(?: --app \S+)? inspection ((?:[a-z-]+ ?)+)", PROSE)
    }

    assert told and [command for command in sorted(told) if not any(command.startswith(known) for known in ours)] == []


def test_every_route_says_who_may_use_it(sqlite_app: Flask):
    views = sqlite_app.view_functions.items()

    assert [endpoint for endpoint, view in views if endpoint != "static" and not hasattr(view, POLICY)] == []


def enqueued() -> set[str]:
    """The names that stand as the first argument of ``enqueue`` anywhere in the code."""
    calls = (
        node for file in CODE for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
    )
    firsts = (call.args[0] for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "enqueue")
    return {ast.unparse(first) for first in firsts}


def test_every_job_that_is_put_off_has_its_function_and_every_function_its_job(sqlite_app: Flask):
    known = {repr(name) for name in jobs.functions(tools())}

    assert enqueued() | {repr(name) for name in jobs.TIMETABLE} == known
