"""Whether what an inspector brings from a visit is whole: every item answered, every proof there. Pure."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inspection.checks.content import Answer, Content, Grade, Item, ItemKind
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

SHORTEST_NOTE, LONGEST_TEXT = 2, 2000
MOST_COUNTED = 1_000_000
LARGEST = 1e12
PERCENT = 100
VALUES = {
    ItemKind.YES_NO: ("yes",),
    ItemKind.GRADED: ("grade",),
    ItemKind.COUNT: ("observed", "violations"),
    ItemKind.NUMBER: ("number",),
    ItemKind.TEXT: ("text",),
}
"""Which values of an answer belong to which kind of item."""


@dataclass(frozen=True)
class Brought:
    """How much evidence the record lists: answers point into it."""

    photos: int
    recordings: int


def fails(item: Item, answer: Answer) -> bool:
    """Whether the answer says that the place does badly there. What is skipped or in words never does."""
    if answer.skipped:
        return False
    if item.kind is ItemKind.YES_NO:
        return answer.yes is not item.good
    if item.kind is ItemKind.GRADED:
        return answer.grade is Grade.BAD
    if item.kind is ItemKind.COUNT:
        return (answer.violations or 0) * PERCENT > (item.most_percent or 0) * (answer.observed or 0)
    if item.kind is ItemKind.NUMBER and answer.number is not None:
        return not (_or(item.low, -math.inf) <= answer.number <= _or(item.high, math.inf))
    return False


def check(content: Content, answers: Sequence[Answer], brought: Brought, only: Collection[str] | None = None) -> None:
    """Raise Invalid naming the first item that is not answered as it must be; ``only`` are the items asked back."""
    given = {answer.key: answer for answer in answers}
    wanted = [item for item in content.items if not only or item.key in only]
    if len(given) != len(answers) or not given.keys() <= {item.key for item in wanted}:
        raise Invalid("answers", N_("有的答案不在这张检查单里，或答了两遍。"))
    numbers = {item.key: number for number, item in enumerate(content.items, 1)}
    for item in wanted:
        _check_item(item, numbers[item.key], given.get(item.key), brought)


def in_order(content: Content, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers as the checklist has its items."""
    places = {item.key: place for place, item in enumerate(content.items)}
    return tuple(sorted(answers, key=lambda answer: places[answer.key]))


def _check_item(item: Item, number: int, answer: Answer | None, brought: Brought) -> None:
    where, told = f"answers.{item.key}", {"number": str(number)}
    if answer is None:
        raise Invalid(where, N_("第 %(number)s 项还没有答。"), **told)
    if answer.skipped and not item.skippable:
        raise Invalid(where, N_("第 %(number)s 项不能跳过。"), **told)
    if not _fits(item, answer):
        raise Invalid(where, N_("第 %(number)s 项答得不对。"), **told)
    if not (_within(answer.photos, brought.photos) and _within(answer.voice, brought.recordings)):
        raise Invalid(where, N_("第 %(number)s 项的照片或语音对不上。"), **told)
    if len(answer.note) > LONGEST_TEXT:
        raise Invalid(f"{where}.note", N_("第 %(number)s 项写得太长了。"), **told)
    if not fails(item, answer):
        return
    if item.photo_on_failure and not answer.photos:
        raise Invalid(f"{where}.photos", N_("第 %(number)s 项不合格，要拍一张照片。"), **told)
    if item.note_on_failure and len(answer.note.strip()) < SHORTEST_NOTE:
        raise Invalid(f"{where}.note", N_("第 %(number)s 项不合格，要写一句怎么回事。"), **told)


def _fits(item: Item, answer: Answer) -> bool:
    """Whether exactly the values of the item's kind are given, each as it can be; none if the item is skipped."""
    mine = () if answer.skipped else VALUES[item.kind]
    given = {name for names in VALUES.values() for name in names if getattr(answer, name) not in (None, "")}
    if given != set(mine):
        return False
    if item.kind is ItemKind.COUNT and mine:
        return 0 <= (answer.violations or 0) <= (answer.observed or 0) <= MOST_COUNTED
    if item.kind is ItemKind.NUMBER and mine:
        return abs(answer.number or 0) <= LARGEST
    return len(answer.text) <= LONGEST_TEXT and answer.text.strip() == answer.text


def _within(positions: Sequence[int], count: int) -> bool:
    return len(set(positions)) == len(positions) and all(0 <= position < count for position in positions)


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound
