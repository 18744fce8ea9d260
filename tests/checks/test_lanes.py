"""When a lane is downgraded and when it stands again."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checks.lanes import Change, steps

DOWN, UP = Change.DOWNGRADED, Change.RESTORED


def history(*months: tuple[int, str]) -> list[tuple[str, bool, Change | None]]:
    """By month of 2026 and score: the score, whether it is downgraded after it, what changed."""
    visits = [(date(2026, month, 10), Decimal(score)) for month, score in months]
    return [(str(step.score), step.downgraded, step.change) for step in steps(visits)]


def test_below_ninety_downgrades_and_three_months_in_a_row_restore() -> None:
    assert history((1, "95.0"), (2, "89.9"), (3, "90.0"), (4, "92.0"), (5, "90.0"), (6, "91.0")) == [
        ("95.0", False, None),
        ("89.9", True, DOWN),
        ("90.0", True, None),
        ("92.0", True, None),
        ("90.0", False, UP),
        ("91.0", False, None),
    ]


def test_a_month_below_ninety_in_between_begins_the_row_again() -> None:
    told = history((1, "80.0"), (2, "95.0"), (3, "95.0"), (4, "89.0"), (5, "95.0"), (6, "95.0"), (7, "95.0"))

    assert [(down, change) for _, down, change in told] == [
        (True, DOWN),
        (True, None),
        (True, None),
        (True, None),
        (True, None),
        (True, None),
        (False, UP),
    ]


def test_a_month_without_a_visit_neither_counts_nor_breaks_the_row() -> None:
    told = history((1, "80.0"), (3, "95.0"), (6, "95.0"), (11, "95.0"))

    assert [down for _, down, _ in told] == [True, True, True, False]


def test_good_months_before_a_bad_one_are_no_credit() -> None:
    told = history((1, "95.0"), (2, "95.0"), (3, "95.0"), (4, "10.0"), (5, "95.0"))

    assert [down for _, down, _ in told] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("scores", "shown", "down"),
    [
        (("80.0", "100.0"), "90.0", False),
        (("89.9", "90.0"), "90.0", False),
        (("89.8", "90.0"), "89.9", True),
        (("0.0", "100.0", "100.0"), "66.7", True),
    ],
    ids=["even", "half up", "below", "one failed"],
)
def test_a_months_score_is_the_rounded_mean_of_its_visits(scores: tuple[str, ...], shown: str, down: bool) -> None:
    (step,) = steps([(date(2026, 11, 1 + day), Decimal(score)) for day, score in enumerate(scores)])

    assert (str(step.score), step.visits, step.downgraded) == (shown, len(scores), down)
    assert step.month == date(2026, 11, 1)


def test_without_visits_there_is_no_history() -> None:
    assert steps([]) == []


VISITS = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.integers(0, 1000).map(lambda tenths: Decimal(tenths).scaleb(-1)),
    ),
    max_size=30,
)


@given(VISITS, st.randoms())
def test_the_order_in_which_visits_are_accepted_changes_nothing(
    visits: list[tuple[date, Decimal]], random: object
) -> None:
    told = steps(visits)
    random.shuffle(visits)  # type: ignore[attr-defined]

    assert steps(visits) == told


@given(VISITS)
def test_changes_take_turns_and_a_restored_lane_had_three_good_months(visits: list[tuple[date, Decimal]]) -> None:
    told = steps(visits)
    changes = [step.change for step in told if step.change]

    assert changes == [DOWN, UP] * (len(changes) // 2) + [DOWN] * (len(changes) % 2)
    for at, step in enumerate(told):
        assert step.downgraded or step.score >= 90
        if step.change is UP:
            assert all(one.score >= 90 and one.downgraded for one in told[at - 2 : at])
