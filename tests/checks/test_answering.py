"""Whether a visit's answers are whole: every item, every proof, every value as its kind has it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspection.checks import answering
from inspection.checks.answering import Brought
from inspection.checks.content import Answer, Grade, Item, ItemKind
from inspection.kernel.errors import Invalid
from tests.checks.make_records import EVERY_KIND, GOOD

ONE = Brought(photos=1, recordings=1)
ITEMS = {item.key: item for item in EVERY_KIND.items}
CASES = json.loads(Path(__file__).with_name("scoring_cases.json").read_text("utf-8"))
"""Worked by hand; the phone's own tests read them too."""


def changed(key: str, **more: Any) -> tuple[Answer, ...]:
    return tuple(replace(one, **more) if one.key == key else one for one in GOOD)


def refusal(answers: tuple[Answer, ...], brought: Brought = ONE, only: Any = None) -> str:
    with pytest.raises(Invalid) as refused:
        answering.check(EVERY_KIND, answers, brought, only)
    return refused.value.field


def test_answers_to_everything_are_whole() -> None:
    answering.check(EVERY_KIND, GOOD, Brought(0, 0))


@pytest.mark.parametrize("key", list(ITEMS))
def test_an_item_without_an_answer_is_named(key: str) -> None:
    assert refusal(tuple(one for one in GOOD if one.key != key)) == f"answers.{key}"


def test_what_may_be_skipped_may_and_what_may_not_may_not() -> None:
    answering.check(EVERY_KIND, changed("q1", skipped=True, yes=None), Brought(0, 0))

    assert refusal(changed("q5", skipped=True, text="")) == "answers.q5"


def test_a_failure_asks_for_the_photo_or_the_words_that_its_item_wants() -> None:
    answering.check(EVERY_KIND, changed("q1", yes=True, photos=(0,)), ONE)
    answering.check(EVERY_KIND, changed("q2", grade=Grade.BAD, note="满地纸屑"), ONE)
    answering.check(EVERY_KIND, changed("q2", grade=Grade.FAIR), ONE)

    assert refusal(changed("q1", yes=True)) == "answers.q1.photos"
    assert refusal(changed("q2", grade=Grade.BAD, note=" ")) == "answers.q2.note"


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("q1", {"yes": None}),
        ("q1", {"grade": Grade.GOOD}),
        ("q1", {"skipped": True}),
        ("q2", {"grade": None, "yes": True}),
        ("q3", {"violations": None}),
        ("q3", {"observed": 1, "violations": 2}),
        ("q3", {"observed": -1, "violations": -2}),
        ("q3", {"observed": 2_000_000}),
        ("q4", {"number": 1e13}),
        ("q5", {"text": "长" * 2001}),
        ("q5", {"text": " "}),
        ("q1", {"photos": (1,)}),
        ("q1", {"photos": (0, 0)}),
        ("q1", {"voice": (1,)}),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_refused(key: str, more: dict[str, Any]) -> None:
    assert refusal(changed(key, **more)) == f"answers.{key}"


def test_what_is_asked_back_is_answered_alone() -> None:
    answering.check(EVERY_KIND, (GOOD[1],), ONE, ["q2"])

    assert refusal(GOOD, only=["q2"]) == "answers"
    assert refusal((), only=["q2"]) == "answers.q2"
    assert refusal((*GOOD, GOOD[0])) == "answers"
    assert refusal((*GOOD, Answer("q9", yes=True))) == "answers"


@pytest.mark.parametrize("case", CASES["items"], ids=lambda case: case["why"])
def test_what_fails_by_hand(case: dict[str, Any]) -> None:
    known = {"key": "q", "text": "?", "points": 10} | case["item"]
    item = Item(**known | {"kind": ItemKind(known["kind"])})
    given = case["answer"] | ({"grade": Grade(case["answer"]["grade"])} if "grade" in case["answer"] else {})

    assert answering.fails(item, Answer("q", **given)) is case["fails"]
