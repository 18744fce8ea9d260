"""A checklist walked through as on the phone, for a look (预览): the answers stand in the address, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspection.checks import wording
from inspection.checks.content import Content, Grade, Item, ItemKind

PASSED, FAILED, FAIR, SKIPPED = "y", "n", "f", "s"
MARKS = {PASSED: "✓", FAIR: "✓", FAILED: "✕", SKIPPED: "–"}
SKIP = "skip"
LONGEST = 9


@dataclass(frozen=True)
class Choice:
    """A large answer to press."""

    value: str
    label: str
    note: str
    mark: str
    icon: str


def choices(item: Item) -> list[Choice]:
    """The answers of an item that is answered by pressing; the passing one first, words for the catalogue."""
    if item.kind is ItemKind.GRADED:
        marks = {Grade.GOOD: (PASSED, "check"), Grade.FAIR: (FAIR, "check"), Grade.BAD: (FAILED, "x")}
        return [Choice(grade.value, wording.GRADE_NAMES[grade], "", *marks[grade]) for grade in Grade]
    if item.kind is not ItemKind.YES_NO:
        return []
    yes, no = wording.yes_no_words(item)
    both = {"yes": yes, "no": no}
    good, bad = ("yes", "no") if item.good else ("no", "yes")
    passing = Choice(good, both[good], wording.GRADE_NAMES[Grade.GOOD], PASSED, "check")
    return [passing, Choice(bad, both[bad], wording.GRADE_NAMES[Grade.BAD], FAILED, "x")]


def mark(item: Item, given: Mapping[str, str]) -> str:
    """How an item stands by what is given in the address: passed, fair, failed, skipped, or nothing yet."""
    answer = given.get(f"a.{item.key}", "")
    if answer == SKIP:
        return SKIPPED if item.skippable else ""
    if item.kind in {ItemKind.YES_NO, ItemKind.GRADED}:
        return next((choice.mark for choice in choices(item) if choice.value == answer), "")
    if item.kind is ItemKind.COUNT:
        return _counted(item, given)
    if item.kind is ItemKind.NUMBER:
        return _measured(item, answer)
    return PASSED if answer else ""


def standing(content: Content, given: Mapping[str, str], place: int) -> dict[str, Any]:
    """What is above the question: the squares, how many are answered, points won and lost."""
    marks = [(item, mark(item, given)) for item in content.items]
    lost = sum(item.points for item, how in marks if how == FAILED)
    return {
        "squares": [
            {"number": number, "mark": how, "sign": MARKS.get(how, str(number)), "now": number == place}
            for number, (_item, how) in enumerate(marks, 1)
        ],
        "answered": sum(bool(how) for _item, how in marks),
        "whole": len(marks),
        "won": sum(item.points for item, how in marks if how in {PASSED, FAIR}),
        "lost": lost,
        "plain": all(how != FAIR for _item, how in marks),
    }


def _counted(item: Item, given: Mapping[str, str]) -> str:
    observed, violations = (_whole(given.get(f"{name}.{item.key}", "")) for name in ("o", "v"))
    if not observed or violations is None:
        return ""
    return PASSED if violations * 100 <= (item.most_percent or 0) * observed else FAILED


def _measured(item: Item, answer: str) -> str:
    try:
        number = float(answer[:LONGEST])
    except ValueError:
        return ""
    too_low = item.low is not None and number < item.low
    too_high = item.high is not None and number > item.high
    return FAILED if too_low or too_high else PASSED


def _whole(text: str) -> int | None:
    return int(text[:LONGEST]) if text.isascii() and text.isdigit() else None
