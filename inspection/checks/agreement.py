"""How far two inspectors who saw the same place agree, item by item (双人复评一致性). Pure.

Cohen's kappa over nominal answers (J. Cohen, “A coefficient of agreement for nominal scales”, 1960): the agreement
beyond what chance would bring, (po − pe) ÷ (1 − pe). Where both gave one and the same answer at every place nothing
varies, 1 − pe is 0 and kappa is undefined, which is said instead of a number.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from inspection.checks.exact import half_up
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_

Pair = tuple[str, str]
"""What the first and the second of two visits answered."""


@dataclass(frozen=True)
class Agreement:
    """An item over all pairs: how many there are, how many agree, and kappa where there is one."""

    key: str
    pairs: int
    same: int
    kappa: Fraction | None

    @property
    def percent(self) -> Decimal | None:
        """So many in a hundred pairs agree, rounded half up to one decimal; None without pairs."""
        return half_up(Fraction(self.same * 100, self.pairs)) if self.pairs else None

    @property
    def words(self) -> Phrase:
        """Kappa to two decimals, or why there is none."""
        if not self.pairs:
            return Phrase(N_("没有成对的走访"))
        if self.kappa is None:
            return Phrase(N_("答案全都一样，没有差异可比，κ 无法计算"))
        return Phrase(N_("κ = %(kappa)s"), {"kappa": str(half_up(self.kappa, 2))})


def compare(key: str, pairs: Sequence[Pair]) -> Agreement:
    """How far the pairs of answers to one item agree."""
    same = sum(one == other for one, other in pairs)
    return Agreement(key, len(pairs), same, kappa(pairs))


def kappa(pairs: Sequence[Pair]) -> Fraction | None:
    """Cohen's kappa; None without pairs and where nothing varies."""
    if not pairs:
        return None
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = Fraction(sum(one == other for one, other in pairs), len(pairs))
    expected = sum((Fraction(firsts[code] * seconds[code], len(pairs) ** 2) for code in firsts), Fraction())
    return None if expected == 1 else (observed - expected) / (1 - expected)


def table(keys: Iterable[str], visits: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]) -> list[Agreement]:
    """Every item over all pairs of visits, each a mapping from key to answer; what only one answered is left out."""
    return [
        compare(key, [(one[key], other[key]) for one, other in visits if key in one and key in other]) for key in keys
    ]
