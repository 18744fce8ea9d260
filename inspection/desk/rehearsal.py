"""A checklist walked through as on the phone, for a look (预览): the answers stand in the address, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from inspection.checks import wording
from inspection.checks.content import Content, Grade, Item, ItemKind
from inspection.checks.scoring import FAIR_SHARE

PASSED, FAILED, SKIPPED = "y", "n", "s"
SIGNS = {PASSED: "✓", FAILED: "✕", SKIPPED: "–"}
SKIP = "skip"
LONGEST = 9
MOST_SQUARES = 14
"""With more items than this only the section's squares are shown."""


@dataclass(frozen=True)
class Choice:
    """A large answer to press; its words are the catalogue's."""

    value: str
    label: str
    note: str
    good: bool
    icon: str


def choices(item: Item) -> list[Choice]:
    """The answers of an item that is answered by pressing, the passing ones first."""
    if item.kind is ItemKind.GRADED:
        icons = {Grade.GOOD: "check", Grade.FAIR: "down", Grade.BAD: "x"}
        return [
            Choice(grade.value, wording.GRADE_NAMES[grade], "", grade is not Grade.BAD, icons[grade]) for grade in Grade
        ]
    if item.kind is not ItemKind.YES_NO:
        return []
    yes, no = wording.yes_no_words(item)
    both = {"yes": yes, "no": no}
    good, bad = ("yes", "no") if item.good else ("no", "yes")
    passing = Choice(good, both[good], wording.GRADE_NAMES[Grade.GOOD], True, "check")
    return [passing, Choice(bad, both[bad], wording.GRADE_NAMES[Grade.BAD], False, "x")]


def mark(item: Item, given: Mapping[str, str]) -> str:
    """How an item stands by what is given in the address: passed, failed, skipped, or nothing yet."""
    answer = given.get(f"a.{item.key}", "")
    if answer == SKIP:
        return SKIPPED if item.skippable else ""
    if item.kind in {ItemKind.YES_NO, ItemKind.GRADED}:
        chosen = next((choice for choice in choices(item) if choice.value == answer), None)
        return "" if chosen is None else _passes(chosen.good)
    if item.kind is ItemKind.COUNT:
        observed, violations = counted(item, given)
        return _passes(violations * 100 <= (item.most_percent or 0) * observed) if observed else ""
    if item.kind is ItemKind.NUMBER:
        return _measured(item, answer)
    return PASSED if answer else ""


def counted(item: Item, given: Mapping[str, str]) -> tuple[int, int]:
    """How many went by and how many of them did wrong."""
    observed, violations = (_whole(given.get(f"{name}.{item.key}", "")) for name in ("o", "v"))
    return observed, min(violations, observed)


def one_more(item: Item, given: Mapping[str, str], *, wrong: bool) -> dict[str, str]:
    """What is given, after one more went by."""
    observed, violations = counted(item, given)
    return {**given, f"o.{item.key}": str(observed + 1), f"v.{item.key}": str(violations + wrong)}


def standing(content: Content, given: Mapping[str, str], place: int) -> dict[str, Any]:
    """What is above the question at a place, from 1: how many are answered, points got and lost, a square for each."""
    numbered = [(number, item, mark(item, given)) for number, item in enumerate(content.items, 1)]
    scored = [(item, _got(item, how, given)) for _number, item, how in numbered if how in {PASSED, FAILED}]
    return {
        "squares": [
            {"number": number, "mark": how, "sign": SIGNS.get(how, number) if number != place else number}
            for number, item, how in numbered
            if len(numbered) <= MOST_SQUARES or item in _section_at(content, place)
        ],
        "answered": sum(bool(how) for _number, _item, how in numbered),
        "whole": len(numbered),
        "got": wording.plain_number(float(sum(got for _item, got in scored))),
        "lost": wording.plain_number(float(sum(item.points - got for item, got in scored))),
    }


def _got(item: Item, how: str, given: Mapping[str, str]) -> Fraction:
    fair = item.kind is ItemKind.GRADED and given.get(f"a.{item.key}") == Grade.FAIR
    return item.points * (FAIR_SHARE if fair else Fraction(how == PASSED))


def _section_at(content: Content, place: int) -> tuple[Item, ...]:
    before = 0
    for section in content.sections:
        before += len(section.items)
        if place <= before:
            return section.items
    return ()


def _measured(item: Item, answer: str) -> str:
    try:
        number = float(answer[:LONGEST])
    except ValueError:
        return ""
    too_low = item.low is not None and number < item.low
    too_high = item.high is not None and number > item.high
    return _passes(not (too_low or too_high))


def _passes(well: bool) -> str:
    return PASSED if well else FAILED


def _whole(text: str) -> int:
    return int(text[:LONGEST]) if text.isascii() and text.isdigit() else 0
