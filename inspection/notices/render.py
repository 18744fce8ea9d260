"""What a notice's printed forms share: small copies of the photos, two a row, and the moment that files carry. Pure."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import Image, ImageOps

from inspection.notices.content import Content, Picture, Pictures

LONGEST = 800
"""Pixels on a photo's longer side: 267 dots an inch at 76 mm, and the half of the web copies' 1600."""
QUALITY = 82
PICTURE_MM = 76
"""Two photos and 4 mm between them fill the 156 mm of the type area."""
TALLEST_MM = 57
A_ROW = 2
TOO_LARGE = 64_000_000

Photos = Mapping[str, bytes]
"""A photo's id → its JPEG."""


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


def made_at(content: Content) -> datetime:
    """The moment that files carry: midnight of the notice's day, a fixed one for a draft; never the clock's."""
    day = content.masthead.dated
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)


def copies(content: Content, photos: Photos) -> dict[str, Copy]:
    """The photos that ``content`` shows, small and without metadata; those that are missing or broken are left out."""
    made = {}
    for photo_id in dict.fromkeys(content.photo_ids()):
        if photo_id in photos and (small := small_copy(photos[photo_id])):
            made[photo_id] = small
    return made


def in_rows(block: Pictures, prints: Mapping[str, Copy]) -> list[Row]:
    """The photos two a row. None is cropped: what is at a picture's edge may be what it was taken for."""
    rows = [block.pictures[at : at + A_ROW] for at in range(0, len(block.pictures), A_ROW)]
    return [Row(row, _height([prints[p.photo_id] for p in row if p.photo_id in prints])) for row in rows]


def _height(prints: list[Copy]) -> float:
    return max((min(TALLEST_MM, PICTURE_MM * copy.height / copy.width) for copy in prints), default=TALLEST_MM / 2)


def small_copy(jpeg: bytes) -> Copy | None:
    """A photo as it is printed; None for one that cannot be read."""
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
