"""What is written in a picture: the lines that were read, and those of two that stand one above the other. Pure.

Boxes are in shares of the picture's width and height, so that they hold for every copy of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NARROWEST_ABOVE, WIDEST_ABOVE = 0.2, 1.0
"""The upper row of a plate of two rows is shorter than the lower one: two signs above five (GA 36-2018, 4.2)."""
NEAREST, FARTHEST = -0.6, 0.6
"""How far apart the rows may be, in heights of the lower one; the boxes of rows that lean overlap a little."""
OFF_CENTRE = 0.3
"""How far the upper row's middle may be from the lower one's, in widths of the lower one."""


@dataclass(frozen=True)
class Box:
    """Where something is in the picture: shares of its width and height from the upper left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Share of the picture's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Share of the picture's height."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Share of the picture."""
        return self.width * self.height

    def with_(self, other: "Box") -> "Box":
        """The least box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class Reading:
    """A line that was read: its text, how sure the reader is (0 to 1), and where it stands."""

    text: str
    confidence: float
    box: Box


def with_pairs(lines: Sequence[Reading]) -> list[Reading]:
    """The lines, and every two that stand one above the other as the rows of a plate do, as one."""
    return [*lines, *_pairs(lines)]


def _pairs(lines: Sequence[Reading]) -> Iterable[Reading]:
    for upper in lines:
        for lower in lines:
            if upper is not lower and _above(upper.box, lower.box):
                sure = min(upper.confidence, lower.confidence)
                yield Reading(upper.text + lower.text, sure, upper.box.with_(lower.box))


def _above(upper: Box, lower: Box) -> bool:
    if not (lower.width > 0 and lower.height > 0):
        return False
    gap = (lower.top - upper.bottom) / lower.height
    aside = abs(upper.left + upper.right - lower.left - lower.right) / 2 / lower.width
    share = upper.width / lower.width
    higher = upper.top < lower.top
    return higher and NEAREST <= gap <= FARTHEST and aside <= OFF_CENTRE and NARROWEST_ABOVE <= share <= WIDEST_ABOVE
