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
    """Each picture after with one before: of the same role, else the one in the same place, else the first.

    The pictures before that none of them has taken follow, each with one after by the same rule, so that everything
    that was seen can be compared. Empty where either side is.
    """
    if not before or not after:
        return []
    found = [(_partner(one, at, before), one) for at, one in enumerate(after)]
    taken = [one for one, _ in found]
    left = [(at, one) for at, one in enumerate(before) if not any(one is other for other in taken)]
    return found + [(one, _partner(one, at, after)) for at, one in left]


def _partner(one: One, at: int, others: Sequence[One]) -> One:
    alike = next((other for other in others if other.role == one.role), None)
    return alike or (others[at] if at < len(others) else others[0])
