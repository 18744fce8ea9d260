"""How many repairs and closed cases an inspector is sent to see (抽查比例): more where more was found wrong. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

OVER = timedelta(days=90)
"""[D] The failures of so long are looked at."""
LOOKBACK_AFTER = timedelta(days=14)
"""[D] A closed case is looked at again so long after closing."""
FEWEST = 10
"""[D] With fewer verdicts than this the share says nothing, and the first step applies."""


@dataclass(frozen=True)
class Step:
    """From this share of failures on (per cent), so many of a hundred are seen: repairs, and closed cases."""

    failures: int
    rechecks: int
    lookbacks: int


DEFAULT_STEPS = (Step(0, 20, 10), Step(5, 40, 20), Step(10, 70, 40), Step(20, 100, 60))
"""[D] No text read by us defines these; the office edits them."""


def step(failed: int, judged: int, steps: Sequence[Step]) -> Step:
    """The step for a district of which ``failed`` of ``judged`` verdicts were failures or rebounds.

    Raises ValueError for steps that do not begin at none.
    """
    if not steps or min(one.failures for one in steps) > 0:
        raise ValueError("the first step must begin at 0")
    share = 100 * failed / judged if judged >= FEWEST else 0.0
    return max((one for one in steps if one.failures <= share), key=lambda one: one.failures)


def drawn(percent: int, rng: Random) -> bool:
    """Whether the lot falls on this one."""
    return rng.randrange(100) < percent
