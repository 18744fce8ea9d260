"""How far two inspectors agree about the same places."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inspection.checks.agreement import compare, kappa, table


def pairs(**times: int) -> list[tuple[str, str]]:
    """``yn=5``: five times the first said y and the second n."""
    return [(told[0], told[1]) for told, often in times.items() for _ in range(often)]


def test_a_table_of_fifty_by_hand() -> None:
    """Both yes 20, yes-no 5, no-yes 10, both no 15: po = 35/50, pe = ½·0.6 + ½·0.4 = 0.5, κ = 0.2 ÷ 0.5."""
    found = compare("q1", pairs(yy=20, yn=5, ny=10, nn=15))

    assert (found.pairs, found.same, found.percent) == (50, 35, Decimal("70.0"))
    assert found.kappa == Fraction(2, 5) and str(found.words) == "κ = 0.40"


def test_three_answers_by_hand() -> None:
    """Of 10: good-good 4, fair-fair 2, bad-bad 1, good-fair 2, bad-fair 1.

    First: good 6, fair 2, bad 2; second: good 4, fair 5, bad 1. pe = (24 + 10 + 2) ÷ 100, po = 0.7,
    κ = 0.34 ÷ 0.64 = 0.53125.
    """
    assert kappa(pairs(gg=4, ff=2, bb=1, gf=2, bf=1)) == Fraction(17, 32)


def test_where_nothing_varies_kappa_is_undefined_and_said_to_be() -> None:
    found = compare("q1", pairs(yy=12))

    assert found.kappa is None and found.percent == 100
    assert str(found.words) == "答案全都一样，没有差异可比，κ 无法计算"


def test_without_pairs_there_is_nothing_to_say() -> None:
    found = compare("q1", [])

    assert (found.pairs, found.percent, found.kappa) == (0, None, None)
    assert str(found.words) == "没有成对的走访"


def test_one_who_always_says_the_same_agrees_no_better_than_by_chance() -> None:
    assert kappa(pairs(yy=6, yn=4)) == 0


def test_a_table_has_a_line_for_each_item_and_leaves_out_what_only_one_answered() -> None:
    visits = [({"a": "y", "b": "y"}, {"a": "y"}), ({"a": "n", "b": "n"}, {"a": "n", "b": "y"})]

    assert [(one.key, one.pairs, one.same) for one in table(["a", "b", "c"], visits)] == [
        ("a", 2, 2),
        ("b", 1, 0),
        ("c", 0, 0),
    ]


ANSWERS = st.lists(st.tuples(st.sampled_from("gfb"), st.sampled_from("gfb")), min_size=1, max_size=40)


@given(ANSWERS)
def test_kappa_is_at_most_one_and_one_only_where_all_agree(answers: list[tuple[str, str]]) -> None:
    found = kappa(answers)

    if found is not None:
        assert -1 <= found <= 1
        assert (found == 1) == all(one == other for one, other in answers)


@given(ANSWERS)
def test_it_does_not_matter_who_was_first(answers: list[tuple[str, str]]) -> None:
    assert kappa(answers) == kappa([(other, one) for one, other in answers])
