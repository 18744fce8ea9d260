"""How far the places of a plan have come (进度), whoever goes there: a mark for each place, and counts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspection.checks.workflow import VisitState

Stand = tuple[str, str]
"""Which stratum: the codes of its district and its type."""


class Mark(StrEnum):
    """A place is done with (已完成), begun (进行中), not begun (未开始), or nothing came of it (没有走成)."""

    DONE = "done"
    BEGUN = "begun"
    WAITING = "waiting"
    LAPSED = "lapsed"


MARKS: Mapping[VisitState, Mark] = {
    VisitState.WAITING: Mark.WAITING,
    VisitState.DECLINED: Mark.WAITING,
    VisitState.RECEIVED: Mark.BEGUN,
    VisitState.ASKED: Mark.BEGUN,
    VisitState.ACCEPTED: Mark.DONE,
    VisitState.REJECTED: Mark.LAPSED,
    VisitState.EXPIRED: Mark.LAPSED,
    VisitState.WITHDRAWN: Mark.LAPSED,
}
"""A declined visit waits: for somebody else, who is drawn for it."""


@dataclass(frozen=True)
class Going:
    """One visit: to which place, which of its visits it is, and how far it has come."""

    stand: Stand
    site: str
    turn: int
    second: bool
    state: VisitState


def places(visits: Iterable[Going]) -> dict[str, tuple[Stand, Mark]]:
    """By place its stratum and its mark; of a visit that was declined the one counts that took its place."""
    stands: dict[str, Stand] = {}
    slots: defaultdict[str, dict[tuple[int, bool], VisitState]] = defaultdict(dict)
    for one in visits:
        slot = (one.turn, one.second)
        stands[one.site] = one.stand
        if slot not in slots[one.site] or one.state is not VisitState.DECLINED:
            slots[one.site][slot] = one.state
    return {site: (stands[site], whole({MARKS[state] for state in states.values()})) for site, states in slots.items()}


def whole(marks: Collection[Mark]) -> Mark:
    """What a place comes to whose visits have these marks."""
    if Mark.BEGUN in marks or {Mark.DONE, Mark.WAITING} <= {*marks}:
        return Mark.BEGUN
    return next(mark for mark in (Mark.WAITING, Mark.DONE, Mark.LAPSED) if mark in marks)


def counts(marks: Iterable[tuple[Stand, Mark]]) -> dict[Stand, Counter[Mark]]:
    """By stratum, how many places have which mark."""
    found: defaultdict[Stand, Counter[Mark]] = defaultdict(Counter)
    for stand, mark in marks:
        found[stand][mark] += 1
    return dict(found)
