"""A notice in words: its masthead's fields and an ordered row of blocks, before anyone knows on what it is set. Pure.

Whatever text enters here is made plain: one line, no control characters. Everything after treats it as text only.
"""

import datetime
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from inspection.notices.snapshot import read

_GAPS = re.compile(r"[^\S\u3000]+")
BLANK = "\u3000"
_SPACES = f" {BLANK}"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def plain(text: str) -> str:
    """``text`` on one line, without control, format (bidirectional, zero width) and unassigned characters.

    A gap of any kind becomes one space; ideographic spaces, with which notices set things apart, stay.
    """
    return "".join(sign for sign in _GAPS.sub(" ", text) if unicodedata.category(sign) not in _UNSEEN).strip(_SPACES)


class _Plain:
    def __post_init__(self) -> None:
        """Make every text plain."""
        for field in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, field.name, _plained(getattr(self, field.name)))


def _plained(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(_plained(item) for item in value)
    return value


@dataclass(frozen=True)
class Line(_Plain):
    """A line of the 版记: words on the left, a second group on the right; ``label`` hangs before what wraps."""

    left: str
    right: str = ""
    label: str = ""


@dataclass(frozen=True)
class Masthead(_Plain):
    """What stands around a notice's text; an empty text leaves its line out.

    ``year``, ``issue`` (第 N 期), ``total`` (总第 M 期) and ``dated`` (成文日期) are None until the notice is signed.
    ``title`` empty: the week's own. ``office`` is the unit that signs below the text (署名处室). ``reply_by`` is the
    day by which districts report back; ``requests`` are further paragraphs under 有关要求.
    """

    name: str
    unit: str
    year: int | None = None
    issue: int | None = None
    total: int | None = None
    dated: datetime.date | None = None
    title: str = ""
    subtitle: str = ""
    office: str = ""
    editor: str = ""
    reviewer: str = ""
    signer: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    report_to: str = ""
    send_to: str = ""
    issue_to: str = ""
    copies: int | None = None
    reply_by: datetime.date | None = None
    requests: tuple[str, ...] = ()

    @property
    def draft(self) -> bool:
        """Whether the numbers or the day are still to be given."""
        return None in (self.issue, self.total, self.dated)

    @property
    def issue_line(self) -> str:
        """第 47 期, with a blank to be filled in while it is a draft."""
        return f"第 {BLANK if self.issue is None else self.issue} 期"

    @property
    def total_line(self) -> str:
        """（总第 213 期）, with a blank to be filled in while it is a draft."""
        return f"（总第 {BLANK if self.total is None else self.total} 期）"

    @property
    def date_line(self) -> str:
        """The day of the notice; of a draft the year, if anyone knows it, and blanks."""
        return full_day(self.dated) if self.dated else f"{self.year or BLANK}年{BLANK}月{BLANK}日"

    @property
    def imprint(self) -> tuple[Line, ...]:
        """The lines of the 版记, in order; those that have nothing to say are left out."""
        addressed = [("报：", self.report_to), ("送：", self.send_to), ("发：", self.issue_to)]
        lines = [Line(text, label=label) for label, text in addressed if text]
        people = _joined(("责编", self.editor), ("核稿", self.reviewer), ("签发", self.signer))
        reach = _joined(("电话", self.phone), ("传真", self.fax), ("邮箱", self.email))
        copies = "" if self.copies is None else f"共印{self.copies}份"
        own = [text for text in (people, reach) if text] or [self.unit] * bool(copies)
        return (*lines, *(Line(text, right="" if number else copies) for number, text in enumerate(own)))

    def to_json(self) -> str:
        """Canonical JSON, as it is kept with a signed notice."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _joined(*pairs: tuple[str, str]) -> str:
    return BLANK.join(f"{label}：{text}" for label, text in pairs if text)


def masthead_from_json(text: str) -> Masthead:
    """The masthead of which ``text`` is the JSON; raises ValueError if it does not fit."""
    return read(Masthead, json.loads(text))


@dataclass(frozen=True)
class Heading(_Plain):
    """A heading of level 1 to 4: 一、 (黑体), （一） (楷体), 1. and （1） (仿宋); ``text`` has its number already."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph(_Plain):
    """A paragraph; ``lead`` are its first words, set in the face of a heading of ``level``."""

    kind: ClassVar[str] = "paragraph"
    text: str
    lead: str = ""
    level: int = 2


@dataclass(frozen=True)
class Picture(_Plain):
    """A photo by its id, and its caption."""

    photo_id: str
    caption: str


@dataclass(frozen=True)
class Pictures(_Plain):
    """Photos, set two a row; a before and its after stand side by side."""

    kind: ClassVar[str] = "pictures"
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Column(_Plain):
    """A table's column: its head, its width as a share of the table's, and whether it holds numbers."""

    head: str
    share: float
    number: bool = False


@dataclass(frozen=True)
class Table(_Plain):
    """A table with a title; its head is repeated on every page."""

    kind: ClassVar[str] = "table"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Pictures | Table


@dataclass(frozen=True)
class Content(_Plain):
    """A whole notice: masthead, title, blocks in order, and below them a ``note`` in small type (附注)."""

    masthead: Masthead
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    note: str = ""

    @property
    def draft(self) -> bool:
        """Whether it is to be marked as a draft (样稿)."""
        return self.masthead.draft

    def texts(self) -> Iterator[str]:
        """Every text of title and blocks, in the order of reading."""
        yield from filter(None, (self.title, self.subtitle))
        for block in self.blocks:
            yield from _texts(block)
        if self.note:
            yield self.note

    def photo_ids(self) -> tuple[str, ...]:
        """The photos that it shows, in order."""
        shown = [block.pictures for block in self.blocks if isinstance(block, Pictures)]
        return tuple(picture.photo_id for row in shown for picture in row)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield block.text
        case Paragraph():
            yield block.lead + block.text
        case Pictures():
            yield from (picture.caption for picture in block.pictures)
        case Table():
            yield block.title
            yield from (column.head for column in block.columns)
            yield from (cell for row in block.rows for cell in row)


def day(value: datetime.date) -> str:
    """Month and day as notices write them: Arabic, no leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{value.month}月{value.day}日"


def full_day(value: datetime.date) -> str:
    """Year, month and day."""
    return f"{value.year}年{day(value)}"


def span(first: datetime.date, last: datetime.date) -> str:
    """From one day to another, saying year and month only once: 11月16日至22日."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}至{last.day}日"
    return f"{day(first)}至{day(last) if first.year == last.year else full_day(last)}"
