"""How likely two sights are of the same problem (疑似重复), with the reasons in words. Pure.

The score is out of 100 and only sorts what a person looks at: nobody's report is merged by it. All weights are [D].
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from inspection.geography.points import Point, distance_m
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.photos import images

RADIUS_M = 100.0
"""[D] Farther apart is another problem, whatever else is alike."""
LIKELY = 50
"""[D] From here on the queue says 可能重复."""
NEAR_SAME_BITS, ALIKE_BITS = 6, 10
"""Perceptual hashes that differ in so many of 64 bits are of near-same, or of similar pictures."""
SAME_DAYS = timedelta(days=1)
"""What is counted over some minutes is another finding on another day."""
SOON, LATER = timedelta(days=7), timedelta(days=30)

SAID, PLATE, NEARNESS, CATEGORY, FIELD, NEAR_SAME, ALIKE, SOON_AFTER, LATER_AFTER = 40, 50, 30, 30, 10, 40, 20, 10, 5
REBOUND_M = 30.0
"""[D] domain.md §4: the same category within 30 m …"""
REBOUND_DAYS = timedelta(days=60)
"""[D] … and 60 days of a closed ticket has come back (反弹)."""


@dataclass(frozen=True)
class Sight:
    """What was seen: where, when, of which category and field, on which plate, in which pictures (64 bits, hex)."""

    point: Point
    at: datetime
    category: str
    field: str
    counted: bool = False
    plate: str | None = None
    pictures: Collection[str] = ()


@dataclass(frozen=True)
class Likeness:
    """How alike two sights are, out of 100, and why: the strongest reason first."""

    score: int
    reasons: tuple[Phrase, ...]
    distance_m: float

    @property
    def likely(self) -> bool:
        """Whether it is worth pointing out."""
        return self.score >= LIKELY


def likeness(new: Sight, known: Sight, *, said: bool = False) -> Likeness | None:
    """How alike they are; ``said``: the author says that it is the same (就是它). None where they cannot be the same:
    too far apart, different plates, or counted on different days.
    """
    apart, between = distance_m(new.point, known.point), abs(new.at - known.at)
    if apart > RADIUS_M or (new.plate and known.plate and new.plate != known.plate):
        return None
    if (new.counted or known.counted) and (between > SAME_DAYS or new.category != known.category):
        return None
    weighed = [
        (PLATE, Phrase(N_("同一车牌"))) if new.plate and new.plate == known.plate else None,
        (SAID, Phrase(N_("督查员说就是它"))) if said else None,
        _pictures(new.pictures, known.pictures),
        _category(new, known),
        (round(NEARNESS * (1 - apart / RADIUS_M)), Phrase(N_("相距 %(metres)s 米"), {"metres": round(apart)})),
        _between(between),
    ]
    found = [one for one in weighed if one is not None]
    return Likeness(min(100, sum(points for points, _ in found)), tuple(words for _, words in found if words), apart)


def rebounds(new: Sight, closed: Sight, closed_at: datetime) -> bool:
    """Whether a new sight is of what was closed: same category, within 30 m, after closing and within 60 days of it."""
    if new.category != closed.category or (new.plate and closed.plate and new.plate != closed.plate):
        return False
    return timedelta() <= new.at - closed_at <= REBOUND_DAYS and distance_m(new.point, closed.point) <= REBOUND_M


def _pictures(ones: Collection[str], others: Collection[str]) -> tuple[int, Phrase] | None:
    told, known = filter(images.phash_tells, ones), list(filter(images.phash_tells, others))
    nearest = min((images.phash_distance(one, other) for one in told for other in known), default=ALIKE_BITS + 1)
    if nearest <= NEAR_SAME_BITS:
        return NEAR_SAME, Phrase(N_("照片几乎相同"))
    return (ALIKE, Phrase(N_("照片相像"))) if nearest <= ALIKE_BITS else None


def _category(new: Sight, known: Sight) -> tuple[int, Phrase] | None:
    if new.category == known.category:
        return CATEGORY, Phrase(N_("同一类别"))
    return (FIELD, Phrase(N_("相近类别"))) if new.field == known.field else None


def _between(between: timedelta) -> tuple[int, Phrase | None] | None:
    if between <= SAME_DAYS:
        return SOON_AFTER, Phrase(N_("前后不到一天"))
    days = Phrase(N_("相隔 %(days)s 天"), {"days": between.days})
    return (SOON_AFTER if between <= SOON else LATER_AFTER if between <= LATER else 0), days
