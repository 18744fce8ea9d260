"""Numbers of the scores: exact until they are shown, and rounded once, half up, to one decimal. Pure."""

import math
from decimal import Decimal
from fractions import Fraction

HALF = Fraction(1, 2)


def half_up(value: Fraction, places: int = 1) -> Decimal:
    """Rounded to so many decimals, a half upwards: 72.25 is 72.3, and 72.249 is 72.2."""
    return Decimal(math.floor(value * 10**places + HALF)).scaleb(-places)


def short(value: Fraction) -> str:
    """As it is written in a sum: ``6``, ``1.8``; at most two decimals."""
    text = f"{half_up(value, 2):f}"
    return text.rstrip("0").rstrip(".")


def mean(values: list[Fraction]) -> Fraction:
    """The mean of at least one."""
    return sum(values, Fraction()) / len(values)
