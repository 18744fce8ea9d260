"""A lane's months by the rule of “十无” (背街小巷降档、复档). Pure.

Below 90 of 100 a lane is downgraded; three months in a row at 90 or more restore it (domain.md §6). A month's score is
the mean of its visits' scores, rounded half up to one decimal, and that number decides: what is printed as 90.0 is 90.
A month without a visit neither counts nor breaks a row [D]: the lot decides who is looked at, and a lane should not
stay down because it was not drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from inspection.checks.exact import half_up, mean

LEAST = Decimal(90)
MONTHS = 3


class Change(StrEnum):
    """What a month changes: 降档, 复档."""

    DOWNGRADED = "downgraded"
    RESTORED = "restored"


@dataclass(frozen=True)
class Step:
    """A month that was looked at (its first day), its score of so many visits, and how the lane stands after it."""

    month: date
    score: Decimal
    visits: int
    downgraded: bool
    change: Change | None
    row: int
    """How many months in a row, this one included, were at 90 or more."""


def steps(visits: Iterable[tuple[date, Decimal]]) -> list[Step]:
    """A lane's history, from its first visit on, by day and score of each accepted visit in any order."""
    told: list[Step] = []
    by_month = sorted((day.replace(day=1), score) for day, score in visits)
    for month, group in groupby(by_month, key=lambda one: one[0]):
        told.append(_step(month, [Fraction(score) for _, score in group], told[-1] if told else None))
    return told


def _step(month: date, scores: list[Fraction], before: Step | None) -> Step:
    score = half_up(mean(scores))
    was_down, well = before is not None and before.downgraded, score >= LEAST
    row = (before.row if before else 0) + 1 if well else 0
    down = not well or (was_down and row < MONTHS)
    change = None if down is was_down else Change.DOWNGRADED if down else Change.RESTORED
    return Step(month, score, len(scores), down, change, row)
