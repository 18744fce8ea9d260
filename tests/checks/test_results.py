"""A district's result, worked by hand: the stratified mean, its interval, and when there is no number."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checks.results import Stratum, city, losses, ranks, result

DC, XC = "110101", "110102"
HALF_A_TENTH = Fraction(1, 20)


def stratum(population: int, *scores: float | Sequence[float], district: str = DC, kind: str = "lane") -> Stratum:
    """Each score is one site's; several in a tuple are several visits to one."""
    each = [score if isinstance(score, tuple) else (score,) for score in scores]
    sites = {str(at): [Decimal(str(score)) for score in ones] for at, ones in enumerate(each)}
    return Stratum(district, kind, population, sites)


LANES, CROSSINGS = stratum(100, 80, 90, 70, 100), stratum(50, 60, 70, 80, kind="crossing")


def test_two_strata_by_hand() -> None:
    """Lanes: N 100, n 4, mean 85, s² 500/3. Crossings: N 50, n 3, mean 70, s² 100. Weights 2/3 and 1/3.

    ȳ = 2/3·85 + 1/3·70 = 80. v = 4/9·0.96·(500/3)/4 + 1/9·0.94·100/3 = 17.778 + 3.481 = 21.259, √v = 4.6108.
    g = 2400 and 783.33; df = (400000 + 78333)² ÷ (400000²/3 + 78333²/2) = 4.057. t(0.975; 4.057) lies between
    t(4) = 2.776 and t(5) = 2.571, at 2.763; 2.763·4.6108 = 12.74.
    """
    found = result(DC, [LANES, CROSSINGS], least=7)

    assert (found.score, found.low, found.high) == (Decimal("80.0"), Decimal("67.3"), Decimal("92.7"))
    assert found.visits == 7 and found.unseen == ()
    assert [(one.type, one.weight, one.visited, one.population, one.mean) for one in found.shares] == [
        ("lane", Fraction(2, 3), 4, 100, Decimal("85.0")),
        ("crossing", Fraction(1, 3), 3, 50, Decimal("70.0")),
    ]
    assert str(found.words) == "80.0（95% 区间 67.3–92.7，7 次）"


def test_one_stratum_is_the_plain_mean_with_students_t() -> None:
    """Mean 85, s² 500/3, n 4 of 100: √(0.96·41.667) = 6.3246; t(0.975; 3) = 3.1824; 20.1 to each side."""
    found = result(DC, [LANES], least=4)

    assert (found.score, found.low, found.high) == (Decimal("85.0"), Decimal("64.9"), Decimal("100.0"))


def test_fewer_than_the_least_is_no_number() -> None:
    found = result(DC, [LANES, CROSSINGS], least=8)

    assert (found.score, found.low, found.high, found.shares) == (None, None, None, ())
    assert str(found.words) == "样本不足（7 次，至少 8 次）"


def test_all_sites_visited_leaves_no_doubt() -> None:
    found = result(DC, [stratum(3, 60, 70, 80)], least=1)

    assert (found.score, found.low, found.high) == (Decimal("70.0"), Decimal("70.0"), Decimal("70.0"))


@pytest.mark.parametrize("scores", [(80,), (80, 80, 80)], ids=["one site", "all alike"])
def test_where_no_spread_is_seen_there_is_no_interval(scores: tuple[int, ...]) -> None:
    found = result(DC, [stratum(100, *scores)], least=1)

    assert (found.score, found.low, found.high) == (Decimal("80.0"), None, None)
    assert "离散程度无法估计" in str(found.words)


def test_a_stratum_with_one_site_borrows_the_spread_of_the_others() -> None:
    """v = (2/3)²·0.96·(500/3)/4 + (1/3)²·0.98·500/3 = 17.778 + 18.148 = 35.926, √v = 5.9939.

    Parts: 400000 and 50·49/1·500/3 = 408333; df = 808333² ÷ (400000²/3 + 408333²/3) = 6.0; t = 2.447; 14.67.
    """
    found = result(DC, [LANES, stratum(50, 70, kind="crossing")], least=1)

    assert (found.score, found.low, found.high) == (Decimal("80.0"), Decimal("65.3"), Decimal("94.7"))


def test_of_several_visits_to_one_site_the_mean_counts_once() -> None:
    found = result(DC, [stratum(10, (60, 80), 90)], least=3)

    assert (found.score, found.visits) == (Decimal("80.0"), 3)
    assert found.shares[0].visited == 2


def test_a_type_of_place_that_nobody_saw_is_named_and_the_others_carry_the_result() -> None:
    found = result(DC, [LANES, stratum(900, kind="market")], least=1)

    assert found.score == Decimal("85.0") and found.unseen == ("market",)


def test_the_citys_table_is_sorted_and_ranked_and_leaves_small_samples_without_a_place() -> None:
    strata = [
        stratum(100, 70, 80, district="110105"),
        stratum(100, 90, 80, district="110106"),
        stratum(100, 85, 85, district="110107"),
        stratum(100, 100, district=XC),
        *(stratum(100, 60, 70, district=DC),),
    ]

    found = city(strata, least=2)

    assert [(one.district, one.score) for one in found] == [
        ("110106", Decimal("85.0")),
        ("110107", Decimal("85.0")),
        ("110105", Decimal("75.0")),
        (DC, Decimal("65.0")),
        (XC, None),
    ]
    assert ranks(found) == {"110106": 1, "110107": 1, "110105": 3, DC: 4}


def test_the_items_that_lost_most_points() -> None:
    ten = (Fraction(10), 10, False)
    visits = [
        {"a": ten, "b": (Fraction(0), 10, True), "c": (Fraction(6), 10, False)},
        {"a": ten, "b": (Fraction(0), 0, False), "c": (Fraction(0), 10, True)},
    ]

    assert [(one.key, one.lost, one.possible, one.failed, one.asked) for one in losses(visits)] == [
        ("c", 14, 20, 1, 2),
        ("b", 10, 10, 1, 1),
    ]


SCORES = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=1, max_size=8)
STRATA = st.lists(
    st.builds(
        lambda size, scores, kind: stratum(size + len(scores), *scores, kind=str(kind)),
        st.integers(0, 500),
        SCORES,
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=5,
)


@given(STRATA)
def test_a_result_lies_between_the_worst_and_the_best_and_inside_its_interval(strata: list[Stratum]) -> None:
    found = result(DC, strata, least=1)
    every = [score for one in strata for score in one.sites]

    assert found.score is not None and min(every) - HALF_A_TENTH <= found.score <= max(every) + HALF_A_TENTH
    assert sum(one.weight for one in found.shares) == 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.score <= found.high <= 100


@given(STRATA)
def test_the_order_of_strata_changes_nothing(strata: list[Stratum]) -> None:
    one, other = result(DC, strata, least=1), result(DC, strata[::-1], least=1)

    assert (one.score, one.low, one.high) == (other.score, other.low, other.high)
