"""Who is asked to look at a ticket (抽请督查员): someone near who has nothing to do with it, by lot. Pure."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

MOST_OPEN = 5
"""[D] So many tasks wait for one person at most."""


@dataclass(frozen=True)
class Candidate:
    """An inspector as the draw sees them: where they live, whether they reported the matter, whether they have been
    asked already, and how many tasks wait for them.
    """

    id: uuid.UUID
    district_code: str | None
    reported: bool = False
    asked: bool = False
    waiting: int = 0


def fit(candidate: Candidate) -> bool:
    """Whether someone may be asked at all: a fresh pair of eyes, with time."""
    return not candidate.reported and not candidate.asked and candidate.waiting < MOST_OPEN


def choose(candidates: Iterable[Candidate], district_code: str, rng: Random) -> Candidate | None:
    """One of those who fit, by lot among those of the district, or else among all; None if nobody fits."""
    fitting = sorted(filter(fit, candidates), key=lambda one: one.id)
    near = [one for one in fitting if one.district_code == district_code]
    return rng.choice(near or fitting) if fitting else None
