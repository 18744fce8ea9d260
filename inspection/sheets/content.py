"""What stands on a case sheet, as plain words in the reader's language. Pure.

Whoever composes it shows nothing that the ticket's own page does not show to the same person.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """Something that happened: the day, what it was, and by whom or why."""

    when: str
    title: str
    note: str


@dataclass(frozen=True)
class Day:
    """One day of a deadline's arithmetic: ``kind`` is start, used, hit, off, due or empty, as on the page."""

    date: str
    weekday: str
    mark: str
    kind: str


@dataclass(frozen=True)
class Deadline:
    """When it is due, how far the clock has come, why some days were not counted, and all days."""

    title: str
    text: str
    note: str
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Picture:
    """A photo by its id, with what is written under it."""

    photo_id: str
    caption: str


@dataclass(frozen=True)
class Section:
    """Lines under a heading; none of it is printed where there are no lines."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Words:
    """The fixed words of the sheet; those of the page's number have the places ``{page}`` and ``{pages}``."""

    title: str
    deadline: str
    pictures: str
    missing: str
    proof: str
    page: str


@dataclass(frozen=True)
class Sheet:
    """A whole case sheet; ``as_of`` is the day that it tells of."""

    words: Words
    number: str
    state: str
    as_of: date
    as_of_words: str
    facts: tuple[tuple[str, str], ...]
    deadline: Deadline | None
    pictures: tuple[Picture, ...]
    further_pictures: str
    proof: tuple[tuple[bool, str], ...]
    sections: tuple[Section, ...]
