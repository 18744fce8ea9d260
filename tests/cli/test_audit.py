"""The chain looked through at the command line."""

import re

import pytest
from sqlalchemy import text

from inspection.kernel.db import db

TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"),
    "postgresql": ("DROP TRIGGER audit_event_no_change ON audit_event",),
}


@pytest.fixture
def verify(run):
    """Run ``flask inspection audit verify``."""
    return lambda *words: run("audit", "verify", *words)


@pytest.fixture
def tamper(make):
    """Three events, and a way to change the rows behind the program's back."""
    for _ in range(3):
        make.inspector()

    def change(*statements: str) -> None:
        with db.engine.begin() as connection:
            for statement in (*TRIGGERS[connection.dialect.name], *statements):
                connection.execute(text(statement))

    return change


def head(output: str) -> str:
    found = re.search(r"链头 (\d+:[0-9a-f]{64})", output)
    assert found, output
    return found[1]


def test_a_whole_chain_is_said_to_be_whole_with_its_head(verify, make):
    make.inspector()
    make.inspector()

    done = verify()

    assert done.exit_code == 0
    assert head(done.output).startswith("2:") and "审计链完整。" in done.output


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit_event SET actor = 'nobody' WHERE seq = 2", "event 2 was changed"),
        ("DELETE FROM audit_event WHERE seq = 2", "event 2 is missing"),
        ("DELETE FROM audit_event WHERE seq = 3", "the chain ends at event 2"),
    ],
    ids=["edited", "removed", "cut off"],
)
def test_a_chain_that_was_tampered_with_is_named_and_ends_with_1(verify, tamper, statement, problem):
    tamper(statement)

    done = verify()

    assert done.exit_code == 1
    assert problem in done.output and "审计链完整" not in done.output


def test_a_head_that_was_printed_earlier_must_still_be_in_the_chain(verify, make):
    make.inspector()
    printed = head(verify().output)
    make.inspector()

    still_there, never_there = verify("--seen", printed), verify("--seen", f"1:{'f' * 64}")

    assert still_there.exit_code == 0
    assert never_there.exit_code == 1 and "not the one that was printed" in never_there.output


def test_a_chain_rewritten_shorter_is_found_by_the_head_that_was_printed(verify, tamper):
    printed = head(verify().output)
    tamper(
        "DELETE FROM audit_event WHERE seq = 3",
        "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit_event WHERE seq = 2)",
    )

    alone, with_witness = verify(), verify("--seen", printed)

    assert alone.exit_code == 0
    assert with_witness.exit_code == 1


def test_a_head_that_is_none_is_refused(verify):
    assert verify("--seen", "12").exit_code == 2
