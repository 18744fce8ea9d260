"""How far places have come: a mark for each, by hand and for every mix of visits; nothing of who goes."""

from itertools import combinations, product

import pytest

from inspection.checks.marking import MARKS, Going, Mark, counts, places, whole
from inspection.checks.workflow import VisitState

EAST, WEST = ("110101", "lane"), ("110102", "lane")
S = VisitState


def going(site: str, state: VisitState, *, turn: int = 1, second: bool = False) -> Going:
    return Going(EAST, site, turn, second, state)


@pytest.mark.parametrize(
    ("states", "mark"),
    [
        ([S.WAITING], Mark.WAITING),
        ([S.RECEIVED], Mark.BEGUN),
        ([S.ASKED], Mark.BEGUN),
        ([S.ACCEPTED], Mark.DONE),
        ([S.REJECTED], Mark.LAPSED),
        ([S.ACCEPTED, S.WAITING], Mark.BEGUN),
        ([S.ACCEPTED, S.EXPIRED], Mark.DONE),
        ([S.EXPIRED, S.WAITING], Mark.WAITING),
        ([S.EXPIRED, S.WITHDRAWN], Mark.LAPSED),
        ([S.DECLINED], Mark.WAITING),
    ],
)
def test_a_place_is_marked_by_all_its_visits(states: list[VisitState], mark: Mark) -> None:
    visits = [going("a", state, turn=turn) for turn, state in enumerate(states, 1)]

    assert places(visits) == {"a": (EAST, mark)}


@pytest.mark.parametrize("declined_first", [True, False])
def test_of_a_declined_visit_the_one_counts_that_took_its_place(declined_first: bool) -> None:
    pair = [going("a", S.DECLINED), going("a", S.ACCEPTED)]

    assert places(pair if declined_first else pair[::-1]) == {"a": (EAST, Mark.DONE)}


def test_the_second_of_a_pair_is_a_visit_of_its_own() -> None:
    assert places([going("a", S.ACCEPTED), going("a", S.WAITING, second=True)]) == {"a": (EAST, Mark.BEGUN)}


def test_every_mix_of_marks_has_a_mark_of_its_own_or_has_begun() -> None:
    for many in range(1, len(Mark) + 1):
        for mix in combinations(Mark, many):
            assert whole(set(mix)) in {*mix, Mark.BEGUN}
    assert set(MARKS) == set(VisitState)


def test_strata_are_counted_apart_and_add_up() -> None:
    marks = [(stand, mark) for stand, mark in product((EAST, WEST), Mark)] + [(EAST, Mark.DONE)]

    counted = counts(marks)

    assert counted[EAST] == {Mark.DONE: 2, Mark.BEGUN: 1, Mark.WAITING: 1, Mark.LAPSED: 1}
    assert sum(one.total() for one in counted.values()) == len(marks)
