"""What the visits of a plan say about a district: an estimate, how sure it is, and when there is none (暗访结果). Pure.

A district's sites fall into strata, the types of place. With N_h active sites of a stratum when the plan was sealed,
n_h of them visited, ȳ_h the mean score of those and s_h² its variance (÷ n_h − 1):

    W_h = N_h ÷ ΣN            the stratum's weight
    ȳ   = Σ W_h ȳ_h            the result
    v   = Σ W_h² (1 − n_h/N_h) s_h² ÷ n_h
    df  = (Σ g_h s_h²)² ÷ Σ (g_h² s_h⁴ ÷ (n_h − 1)),  g_h = N_h (N_h − n_h) ÷ n_h
    ȳ ± t(0.975; df) √v        cut off at 0 and 100

(W. G. Cochran, “Sampling Techniques”, 3rd ed., 5.2–5.4, (5.16)). The unit is the site: of several visits to one the
mean counts, a second inspector's too. A stratum with one site visited borrows the variance of the others, pooled over
their degrees of freedom; where none has two, or all scores are the same, the spread is unknown and there is no
interval. A stratum without a visit is named, and the weights of the others stand alone. Means are exact; only the
interval needs roots. Rounded half up to one decimal.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from scipy.special import stdtrit

from inspection.checks.exact import half_up, mean
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_

SURE = 0.975
"""Two-sided 95 %."""
NONE = Fraction()


@dataclass(frozen=True)
class Stratum:
    """Sites of one type in one district: how many there are, and the scores of each that was visited."""

    district: str
    type: str
    population: int
    scores: Mapping[str, Sequence[Decimal]]

    @cached_property
    def sites(self) -> list[Fraction]:
        """The visited sites' scores, each the mean of its visits'."""
        return [mean([Fraction(score) for score in each]) for each in self.scores.values() if each]

    @property
    def visits(self) -> int:
        """How many visits were scored."""
        return sum(len(each) for each in self.scores.values())

    @property
    def size(self) -> int:
        """N_h; never fewer than were visited."""
        return max(self.population, len(self.sites))

    @cached_property
    def mean(self) -> Fraction:
        """ȳ_h of at least one site."""
        return mean(self.sites)

    @property
    def squares(self) -> Fraction:
        """The sum of the squares of the distances from the mean."""
        return sum(((score - self.mean) ** 2 for score in self.sites), NONE)

    @property
    def freedom(self) -> int:
        """n_h − 1."""
        return len(self.sites) - 1


@dataclass(frozen=True)
class Share:
    """A stratum in the result: its weight, how many of its sites were visited, their mean."""

    type: str
    weight: Fraction
    visited: int
    population: int
    mean: Decimal


@dataclass(frozen=True)
class Result:
    """A district's result. ``score`` is None with too few visits (样本不足), both ends are without an interval."""

    district: str
    visits: int
    least: int
    score: Decimal | None
    low: Decimal | None
    high: Decimal | None
    shares: tuple[Share, ...]
    unseen: tuple[str, ...]
    """The types of place in the plan of which none was visited."""

    @property
    def words(self) -> Phrase:
        """The result as it is told."""
        if self.score is None:
            return Phrase(
                N_("样本不足（%(visits)s 次，至少 %(least)s 次）"), {"visits": self.visits, "least": self.least}
            )
        given = {"score": str(self.score), "low": str(self.low), "high": str(self.high), "visits": self.visits}
        if self.low is None:
            return Phrase(N_("%(score)s（%(visits)s 次，离散程度无法估计）"), given)
        return Phrase(N_("%(score)s（95%% 区间 %(low)s–%(high)s，%(visits)s 次）"), given)


@dataclass(frozen=True)
class Loss:
    """What one item cost over all visits: points lost of those that applied, and how often it failed of how often."""

    key: str
    lost: Fraction
    possible: Fraction
    failed: int
    asked: int


def result(district: str, strata: Sequence[Stratum], *, least: int) -> Result:
    """The result of these strata, which are one district's or, under another name, the whole city's."""
    seen = [one for one in strata if one.sites]
    visits = sum(one.visits for one in seen)
    unseen = tuple(dict.fromkeys(one.type for one in strata if not one.sites))
    if not seen or visits < least:
        return Result(district, visits, least, None, None, None, (), unseen)
    whole = sum(one.size for one in seen)
    estimate = sum((one.mean * one.size for one in seen), NONE) / whole
    low, high = _interval(seen, whole, estimate)
    shares = tuple(
        Share(one.type, Fraction(one.size, whole), len(one.sites), one.size, half_up(one.mean)) for one in seen
    )
    return Result(district, visits, least, half_up(estimate), low, high, shares, unseen)


def city(strata: Sequence[Stratum], *, least: int) -> list[Result]:
    """Every district of the plan: the best first, those without a number last, by code where nothing else decides."""
    by_district: defaultdict[str, list[Stratum]] = defaultdict(list)
    for one in strata:
        by_district[one.district].append(one)
    found = [result(code, ones, least=least) for code, ones in by_district.items()]
    return sorted(found, key=lambda one: (one.score is None, -(one.score or 0), one.district))


def ranks(results: Sequence[Result]) -> dict[str, int]:
    """By district its place, equal scores sharing one (1, 2, 2, 4); none for 样本不足."""
    scores = [one.score for one in results if one.score is not None]
    return {one.district: 1 + sum(other > one.score for other in scores) for one in results if one.score is not None}


def losses(visits: Sequence[Mapping[str, tuple[Fraction, int, bool]]]) -> list[Loss]:
    """The items that lost points, the most first; each visit maps a key to points earned, possible and failed."""
    asked: defaultdict[str, list[tuple[Fraction, int, bool]]] = defaultdict(list)
    for visit in visits:
        for key, one in visit.items():
            asked[key].append(one)
    found = [_loss(key, ones) for key, ones in asked.items()]
    return sorted((one for one in found if one.lost), key=lambda one: (-one.lost, one.key))


def _loss(key: str, ones: Sequence[tuple[Fraction, int, bool]]) -> Loss:
    possible = sum((Fraction(points) for _, points, _ in ones), NONE)
    lost = possible - sum((earned for earned, _, _ in ones), NONE)
    return Loss(key, lost, possible, sum(failed for _, _, failed in ones), sum(1 for _, points, _ in ones if points))


def _interval(strata: Sequence[Stratum], whole: int, estimate: Fraction) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """The two ends, or none where no spread can be estimated."""
    freedom = sum(one.freedom for one in strata)
    if all(len(one.sites) == one.size for one in strata):
        return half_up(estimate), half_up(estimate)
    if not freedom:
        return None, None
    pooled = sum((one.squares for one in strata), NONE) / freedom
    variance, weighed, spread = NONE, NONE, NONE
    for one in strata:
        visited = len(one.sites)
        own = one.squares / one.freedom if one.freedom else pooled
        part = Fraction(one.size * (one.size - visited), visited) * own
        variance += part / whole**2
        weighed += part
        spread += part**2 / (one.freedom or freedom)
    if not variance:
        return None, None
    half = float(stdtrit(float(weighed**2 / spread), SURE)) * math.sqrt(variance)
    return _end(float(estimate) - half), _end(float(estimate) + half)


def _end(value: float) -> Decimal:
    return half_up(Fraction(min(100.0, max(0.0, value))))
