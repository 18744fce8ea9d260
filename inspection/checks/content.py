"""What a checklist asks and what was answered (检查单、答案). Pure: plain values in, plain values out.

A checklist's content and a visit's answers are kept word for word as canonical JSON, so that a visit can always be
scored again by the version that it was done with.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class ItemKind(StrEnum):
    """How an item is answered: yes or no, in three grades, a count over minutes, a number, in words."""

    YES_NO = "yes_no"
    GRADED = "graded"
    COUNT = "count"
    NUMBER = "number"
    TEXT = "text"


class Grade(StrEnum):
    """合格, 基本合格, 不合格."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


@dataclass(frozen=True)
class Item:
    """One thing to look at (检查项).

    ``points`` are whole and may be 0: such an item is asked, but not scored. ``good`` is the answer of a yes-no item
    that passes. A count passes while at most ``most_percent`` of those observed did wrong; a number passes between
    ``low`` and ``high``, an open end being None; a text always passes.
    """

    key: str
    text: str
    kind: ItemKind
    points: int
    good: bool = False
    critical: bool = False
    """Failing it fails the place."""
    skippable: bool = True
    """Whether 不适用 may be answered."""
    photo_on_failure: bool = True
    note_on_failure: bool = False
    help: str = ""
    picture: str | None = None
    """SHA-256 of an example picture in the store."""
    category: str | None = None
    """What a failure becomes: a category's code; None if it becomes nothing."""
    minutes: int | None = None
    most_percent: int | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    """What a number is counted in, such as 厘米."""


@dataclass(frozen=True)
class Section:
    """Items that belong together."""

    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Content:
    """A version of a checklist, whole."""

    sections: tuple[Section, ...]

    @property
    def items(self) -> Iterator[Item]:
        """All items in order."""
        return (item for section in self.sections for item in section.items)

    @property
    def points(self) -> int:
        """The most that can be reached, if every item applies."""
        return sum(item.points for item in self.items)


@dataclass(frozen=True)
class Answer:
    """What was answered to one item; of the values only the one that the item's kind asks for is set.

    ``photos`` are positions in the record's manifest, ``voice`` positions of its recordings.
    """

    key: str
    skipped: bool = False
    """不适用."""
    yes: bool | None = None
    grade: Grade | None = None
    observed: int | None = None
    violations: int | None = None
    number: float | None = None
    text: str = ""
    note: str = ""
    photos: tuple[int, ...] = ()
    voice: tuple[int, ...] = ()


def with_picture(content: Content, key: str, sha256: str | None) -> Content:
    """The same content, an item with another example picture."""
    sections = [
        replace(one, items=tuple(replace(item, picture=sha256) if item.key == key else item for item in one.items))
        for one in content.sections
    ]
    return Content(tuple(sections))


def dump(content: Content) -> str:
    """The one way to write a checklist down."""
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Content:
    """The content that ``dump`` wrote down; what is not one raises ValueError, KeyError or TypeError."""
    return Content(tuple(_section(section) for section in json.loads(text)["sections"]))


def dump_answers(answers: tuple[Answer, ...]) -> str:
    """The one way to write answers down."""
    return json.dumps([asdict(one) for one in answers], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_answers(text: str) -> tuple[Answer, ...]:
    """The answers that ``dump_answers`` wrote down."""
    return tuple(_answer(one) for one in json.loads(text))


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(raw["key"], raw["title"], tuple(_item(item) for item in raw["items"]))


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(**{**raw, "kind": ItemKind(raw["kind"])})


def _answer(raw: Mapping[str, Any]) -> Answer:
    grade = Grade(raw["grade"]) if raw.get("grade") else None
    return Answer(**{**raw, "grade": grade, "photos": tuple(raw["photos"]), "voice": tuple(raw["voice"])})
