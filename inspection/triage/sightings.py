"""Sights of a thing that has not moved (连续见证): one plate at one place, days apart, by different people. Pure.

domain.md §4: a second sight of the same plate at the same place, days later, by anyone, proves that it has not moved.
No text read by us defines a number of days: fifteen between the first and the last sight are [D].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from inspection.geography.points import Point, distance_m

STAYED_M = 50.0
"""[D] Sights that lie within so many metres of the first are of the same place."""
DEFAULT_DAYS = 15
"""[D] Between the first sight and the last; the catalogue's ``repeat_days`` says it for a category."""


@dataclass(frozen=True)
class Sighting:
    """One sight: of which report, on which day, where. ``by`` tells people apart and nobody's name."""

    report: UUID
    on: date
    point: Point
    by: object


@dataclass(frozen=True)
class Chain:
    """Sights of one thing at one place, the first first."""

    sights: tuple[Sighting, ...]
    needed: int
    """Days between the first and the last, from which on it counts as left there."""

    @property
    def days(self) -> int:
        """Days between the first sight and the last."""
        return (self.sights[-1].on - self.sights[0].on).days

    @property
    def people(self) -> int:
        """How many different people saw it."""
        return len({sight.by for sight in self.sights})

    @property
    def proven(self) -> bool:
        """Whether it has been seen at least twice, by at least two people, long enough apart."""
        return len(self.sights) > 1 and self.people > 1 and self.days >= self.needed

    @property
    def proven_on(self) -> date:
        """The day from which on another sight proves it."""
        return self.sights[0].on + timedelta(days=self.needed)

    def missing(self) -> str | None:
        """What is still wanting, as a code: ``days``, ``people``; None once it is proven."""
        if self.proven:
            return None
        return "days" if self.days < self.needed else "people"


def chain(sights: Iterable[Sighting], at: Point, needed: int = DEFAULT_DAYS) -> Chain | None:
    """The chain of sights at a place: those within fifty metres, since the thing was last seen elsewhere.

    None without a sight there. Two sights on one day by one person are one.
    """
    here: list[Sighting] = []
    for sight in _ordered(sights):
        if distance_m(sight.point, at) > STAYED_M:
            here = []  # it was seen elsewhere: what stands here now has come since
        elif not any(one.on == sight.on and one.by == sight.by for one in here):
            here.append(sight)
    return Chain(tuple(here), needed) if here else None


def _ordered(sights: Iterable[Sighting]) -> Sequence[Sighting]:
    return sorted(sights, key=lambda sight: (sight.on, str(sight.report)))
