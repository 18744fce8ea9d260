"""What a notice's three forms (PDF, DOCX, screen) share: the lines around the text, and the photos' copies. Pure."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import Image, ImageOps

from inspection.notices.content import Content, Masthead, Picture, Pictures, full_day

LONGEST = 800
"""Pixels on a photo's longer side: 267 dots an inch at 76 mm, and the half of the web copies' 1600."""
QUALITY = 82
PICTURE_MM = 76
"""Two photos and 4 mm between them fill the 156 mm of the type area."""
TALLEST_MM = 57
A_ROW = 2
BLANK = "\u3000"
TOO_LARGE = 64_000_000

Photos = Mapping[str, bytes]
"""A photo's id → its JPEG."""


@dataclass(frozen=True)
class Line:
    """A line of the 版记: words on the left, a second group on the right; ``label`` hangs before what wraps."""

    left: str
    right: str = ""
    label: str = ""


@dataclass(frozen=True)
class Copy:
    """A photo as it is printed: a small JPEG without metadata, its width and height in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Row:
    """One or two photos side by side, and the height in mm of the box in which each is shown whole."""

    pictures: tuple[Picture, ...]
    height_mm: float


def issue_line(masthead: Masthead) -> str:
    """第 47 期, with a blank to be filled in while it is a draft."""
    return f"第 {BLANK if masthead.issue is None else masthead.issue} 期"


def total_line(masthead: Masthead) -> str:
    """（总第 213 期）, with a blank to be filled in while it is a draft."""
    return f"（总第 {BLANK if masthead.total is None else masthead.total} 期）"


def date_line(content: Content) -> str:
    """The day of the notice; of a draft the year and month, if anyone knows them."""
    masthead = content.masthead
    if masthead.date:
        return full_day(masthead.date)
    return f"{masthead.year or BLANK}年{BLANK}月{BLANK}日"


def imprint(masthead: Masthead) -> list[Line]:
    """The lines of the 版记, in order; those that have nothing to say are left out."""
    addressed = [("报：", masthead.report_to), ("送：", masthead.send_to), ("发：", masthead.issue_to)]
    lines = [Line(text, label=label) for label, text in addressed if text]
    people = _joined(("责编", masthead.editor), ("核稿", masthead.reviewer), ("签发", masthead.signer))
    reach = _joined(("电话", masthead.phone), ("传真", masthead.fax), ("邮箱", masthead.email))
    own = [text for text in (people, reach) if text]
    copies = f"共印{masthead.copies}份" if masthead.copies is not None else ""
    if not own and copies:
        own = [masthead.unit]
    return lines + [Line(text, right=copies if text == own[0] else "") for text in own]


def made_at(content: Content) -> datetime:
    """The moment that files carry: midnight of the notice's day, a fixed one for a draft; never the clock's."""
    day = content.masthead.date
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)


def copies(content: Content, photos: Photos) -> dict[str, Copy]:
    """The photos that ``content`` shows, small and without metadata; those that are missing or broken are left out."""
    made = {}
    for photo_id in dict.fromkeys(content.photo_ids()):
        if photo_id in photos and (small := _small(photos[photo_id])):
            made[photo_id] = small
    return made


def in_rows(block: Pictures, prints: Mapping[str, Copy]) -> list[Row]:
    """The photos two a row. None is cropped: what is at a picture's edge may be what it was taken for."""
    rows = [block.pictures[at : at + A_ROW] for at in range(0, len(block.pictures), A_ROW)]
    return [Row(row, _height([prints[p.photo_id] for p in row if p.photo_id in prints])) for row in rows]


def _height(prints: list[Copy]) -> float:
    return max((min(TALLEST_MM, PICTURE_MM * copy.height / copy.width) for copy in prints), default=TALLEST_MM / 2)


def _joined(*pairs: tuple[str, str]) -> str:
    return BLANK.join(f"{label}：{text}" for label, text in pairs if text)


def _small(jpeg: bytes) -> Copy | None:
    try:
        with Image.open(io.BytesIO(jpeg)) as picture:
            if picture.width * picture.height > TOO_LARGE:
                return None
            picture.draft("RGB", _within(picture.size))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    upright.thumbnail((LONGEST, LONGEST), reducing_gap=2)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY)
    return Copy(out.getvalue(), upright.width, upright.height)


def _within(size: tuple[int, int]) -> tuple[int, int]:
    """The box of the same shape: a square one would keep the decoder from its scaled, faster way."""
    scale = min(1.0, LONGEST / max(size))
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
