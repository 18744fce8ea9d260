"""Which picture before is held against which picture after (整改前后对照). Pure."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Shown(Protocol):
    """A picture as far as the rule looks at it: what it shows, such as 远景 or 近景."""

    @property
    def role(self) -> str:
        """The same word for what can be compared."""


One = TypeVar("One", bound=Shown)


def pairs(before: Sequence[One], after: Sequence[One]) -> list[tuple[One, One]]:
    """Each picture after with one before, in the order of those after.

    By role first: the second 近景 meets the second 近景, or the first where there is one only. Those whose role nothing
    before has meet what is left of those before, in order; where nothing is left, the one in the same place, else the
    first. The pictures before that none has taken follow, each with one after by the same rule, so that everything
    that was seen can be compared. Empty where either side is.
    """
    if not before or not after:
        return []
    mates = [_mate(one, after, before) for one in after]
    taken = [mate for mate in mates if mate is not None]
    left = iter(_without(before, taken))
    found = [
        (mate or next(left, None) or _in_place(at, before), one)
        for at, (mate, one) in enumerate(zip(mates, after, strict=True))
    ]
    unseen = _without(before, [first for first, _ in found])
    places = {id(one): at for at, one in enumerate(before)}
    return found + [(one, _mate(one, before, after) or _in_place(places[id(one)], after)) for one in unseen]


def _mate(one: One, own: Sequence[One], others: Sequence[One]) -> One | None:
    """The one of the same role on the other side: as far along as ``one`` is on its own, else the first."""
    alike = [other for other in others if other.role == one.role]
    along = next(at for at, each in enumerate(each for each in own if each.role == one.role) if each is one)
    return alike[along] if along < len(alike) else next(iter(alike), None)


def _in_place(at: int, others: Sequence[One]) -> One:
    return others[at] if at < len(others) else others[0]


def _without(ones: Sequence[One], taken: Sequence[One]) -> list[One]:
    return [one for one in ones if not any(one is other for other in taken)]
