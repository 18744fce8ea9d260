"""What is written in a picture: lines, rows one above the other, and a program that may fail."""

from pathlib import Path

import pytest

from inspection.photos import reader
from inspection.photos.lettering import Box, Reading, with_pairs

JPEG = b"\xff\xd8 a picture, for programs that do not look at it"


def line(text: str, left: float, top: float, right: float, bottom: float, sure: float = 0.95) -> Reading:
    return Reading(text, sure, Box(left, top, right, bottom))


def texts(*lines: Reading) -> list[str]:
    return [one.text for one in with_pairs(lines)]


UPPER = line("津·L", 0.46, 0.40, 0.54, 0.44, sure=0.9)
LOWER = line("7KU37", 0.42, 0.45, 0.58, 0.53)


def test_two_rows_of_a_plate_are_read_as_one_with_the_lesser_certainty_and_the_box_around_both() -> None:
    *_, pair = with_pairs([LOWER, UPPER])

    assert (pair.text, pair.confidence) == ("津·L7KU37", 0.9)
    assert pair.box == Box(0.42, 0.40, 0.58, 0.53)


@pytest.mark.parametrize(
    "other",
    [
        line("津·L", 0.46, 0.20, 0.54, 0.24),
        line("津·L", 0.70, 0.40, 0.78, 0.44),
        line("津·L", 0.46, 0.54, 0.54, 0.58),
        line("津·L", 0.30, 0.40, 0.70, 0.44),
        line("津·L", 0.50, 0.40, 0.51, 0.44),
    ],
    ids=["far above", "aside", "below", "wider", "a dot"],
)
def test_lines_that_stand_otherwise_are_not_one(other: Reading) -> None:
    assert texts(other, LOWER) == [other.text, LOWER.text]


def test_a_line_without_any_extent_pairs_with_nothing() -> None:
    assert texts(UPPER, line("7KU37", 0.5, 0.45, 0.5, 0.45)) == ["津·L", "7KU37"]


@pytest.fixture
def program(tmp_path: Path):
    def written(text: str) -> Path:
        file = tmp_path / "program.py"
        file.write_text(f"import json, os, sys\n{text}\n", encoding="utf-8")
        return file

    return written


def test_the_programs_answer_becomes_lines(program) -> None:
    file = program("json.dump([[str(len(sys.stdin.buffer.read())), 0.5, [0, 0, 1, 1]]], sys.stdout)")

    assert reader.read(JPEG, program=file) == [Reading(str(len(JPEG)), 0.5, Box(0, 0, 1, 1))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("os.kill(os.getpid(), 11)", "ended with -11"),
        ("import no_such_model", "ended with 1"),
        ("sys.stdout.write('nonsense')", "no answer that can be understood"),
        ("json.dump([[1]], sys.stdout)", "no answer that can be understood"),
        ("sys.stdin.read(); import time; time.sleep(60)", "took too long"),
    ],
    ids=["refuses", "crashes", "not installed", "babbles", "answers otherwise", "hangs"],
)
def test_whatever_becomes_of_the_program_whoever_asked_goes_on(program, caplog, text: str, told: str) -> None:
    assert reader.read(JPEG, program=program(text), seconds=3) is None
    assert told in caplog.text


def test_a_program_that_is_missing_is_no_worse(tmp_path: Path) -> None:
    assert reader.read(JPEG, program=tmp_path / "missing.py") is None


def test_the_program_gets_no_key(program, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for a program that looks into what strangers sent")

    told = reader.read(JPEG, program=program("json.dump([[k, 1, [0, 0, 1, 1]] for k in os.environ], sys.stdout)"))

    assert told and "SECRET_KEY" not in {one.text for one in told}
