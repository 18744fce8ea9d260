"""What a visit scores, worked by hand, and what holds for any checklist and any answers."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checks.content import Answer, Content, Grade, Item, ItemKind, Section
from inspection.checks.exact import half_up, short
from inspection.checks.scoring import Verdict, judge, lines, plain, score

YES_NO, GRADED, COUNT, NUMBER, TEXT = ItemKind


def item(key: str, kind: ItemKind = YES_NO, points: int = 10, **more: object) -> Item:
    return Item(**{"key": key, "text": f"问 {key}", "kind": kind, "points": points} | more)  # type: ignore[arg-type]


def content(*items: Item) -> Content:
    return Content((Section("s1", "街巷面貌", items),))


GOOD, BAD = {"yes": False}, {"yes": True}
"""Of an item whose good answer is no."""


def test_a_lane_by_hand() -> None:
    asked = content(item("a"), item("b"), item("c", GRADED), item("d"), item("e"))
    answers = [
        Answer("a", **GOOD),
        Answer("b", **GOOD),
        Answer("c", grade=Grade.FAIR),
        Answer("d", **BAD),
        Answer("e", skipped=True),
    ]

    found = score(asked, answers)

    assert found.total == Decimal("65.0") and found.missing == ()
    assert [str(line) for line in lines(found)] == [
        "街巷面貌：(10+10+6+0) ÷ 40 × 100 = 65.0",
        "合计：(26) ÷ 40 × 100 = 65.0",
    ]
    assert [(one.verdict.value, short(one.earned), one.possible) for one in found.whole.items] == [
        ("passed", "10", 10),
        ("passed", "10", 10),
        ("fair", "6", 10),
        ("failed", "0", 10),
        ("skipped", "0", 0),
    ]
    assert [str(one.why) for one in found.whole.items] == [
        "答“否”，合格",
        "答“否”，合格",
        "基本合格，得 60% 的分",
        "答“是”，不合格",
        "不适用，不计入",
    ]


def test_two_sections_by_hand_with_a_rounded_total() -> None:
    """(7 + 1.8) ÷ 12 × 100 = 73.333…"""
    asked = Content(
        (
            Section("s1", "卫生", (item("a", points=7), item("b", points=2))),
            Section("s2", "设施", (item("c", GRADED, points=3),)),
        )
    )

    found = score(asked, [Answer("a", **GOOD), Answer("b", **BAD), Answer("c", grade=Grade.FAIR)])

    assert [part.total for part in found.sections] == [Decimal("77.8"), Decimal("60.0")]
    assert [str(line) for line in lines(found)] == [
        "卫生：(7+0) ÷ 9 × 100 ≈ 77.8",
        "设施：(1.8) ÷ 3 × 100 = 60.0",
        "合计：(7+1.8) ÷ 12 × 100 ≈ 73.3",
    ]


def test_a_failed_critical_item_fails_section_and_place_and_shows_what_would_have_been() -> None:
    asked = Content(
        (
            Section("s1", "安全", (item("fire", critical=True), item("b"))),
            Section("s2", "卫生", (item("c"), item("d"))),
        )
    )

    found = score(asked, [Answer("fire", **BAD), *(Answer(key, **GOOD) for key in "bcd")])

    assert found.total == Decimal("0.0") and found.whole.reckoned == Decimal("75.0")
    assert [part.total for part in found.sections] == [Decimal("0.0"), Decimal("100.0")]
    assert [str(line) for line in lines(found)] == [
        "安全：0.0（关键项不合格；只按分数算是 (0+10) ÷ 20 × 100 = 50.0）",
        "卫生：(10+10) ÷ 20 × 100 = 100.0",
        "合计：0.0（关键项不合格；只按分数算是 (10+20) ÷ 40 × 100 = 75.0）",
        "关键项不合格，整处记 0 分：问 fire",
    ]
    assert plain(found)["total"] == "0.0" and plain(found)["failed"] == ["fire"]


@pytest.mark.parametrize("answer", [Answer("fire", skipped=True), Answer("fire", **GOOD)], ids=["skipped", "good"])
def test_a_critical_item_that_does_not_fail_fails_nothing(answer: Answer) -> None:
    assert score(content(item("fire", critical=True), item("b")), [answer, Answer("b", **GOOD)]).total == 100


def test_a_critical_item_in_two_grades_fails_only_by_the_worst() -> None:
    asked = content(item("a", GRADED, critical=True))

    assert score(asked, [Answer("a", grade=Grade.FAIR)]).total == Decimal("60.0")
    assert score(asked, [Answer("a", grade=Grade.BAD)]).total == Decimal("0.0")


@pytest.mark.parametrize(
    ("observed", "violations", "verdict", "why"),
    [
        (40, 4, Verdict.PASSED, "观察 40，违规 4，占 10.0%，最多 10%，合格"),
        (40, 5, Verdict.FAILED, "观察 40，违规 5，占 12.5%，最多 10%，不合格"),
        (39, 4, Verdict.FAILED, "观察 39，违规 4，占 10.3%，最多 10%，不合格"),
        (1, 0, Verdict.PASSED, "观察 1，违规 0，占 0.0%，最多 10%，合格"),
        (0, 0, Verdict.SKIPPED, "一个也没有观察到，不计入"),
    ],
)
def test_a_count_passes_while_few_enough_do_wrong(observed: int, violations: int, verdict: Verdict, why: str) -> None:
    crossing = item("j", COUNT, minutes=5, most_percent=10)

    found, words = judge(crossing, Answer("j", observed=observed, violations=violations))

    assert (found, str(words)) == (verdict, why)


def test_a_count_without_a_limit_allows_none() -> None:
    assert judge(item("j", COUNT), Answer("j", observed=9, violations=1))[0] is Verdict.FAILED
    assert judge(item("j", COUNT), Answer("j", observed=9, violations=0))[0] is Verdict.PASSED


@pytest.mark.parametrize(
    ("number", "low", "high", "passes"),
    [
        (5.0, 5.0, 12.0, True),
        (12.0, 5.0, 12.0, True),
        (4.9, 5.0, 12.0, False),
        (12.1, 5.0, 12.0, False),
        (99.0, 5.0, None, True),
        (-1.0, None, 0.0, True),
        (0.3, None, 0.3, True),
    ],
)
def test_a_number_passes_within_its_bounds(number: float, low: float | None, high: float | None, passes: bool) -> None:
    verdict, why = judge(item("n", NUMBER, low=low, high=high, unit="厘米"), Answer("n", number=number))

    assert verdict is (Verdict.PASSED if passes else Verdict.FAILED)
    assert str(why).startswith(f"{number:g}厘米，")


def test_words_and_items_without_points_are_not_scored() -> None:
    asked = content(item("a"), item("t", TEXT), item("free", points=0))

    found = score(asked, [Answer("a", **GOOD), Answer("t", text="很干净"), Answer("free", **BAD)])

    assert found.total == 100
    assert next(str(line) for line in lines(found)) == "街巷面貌：(10) ÷ 10 × 100 = 100.0"


def test_where_nothing_applies_there_is_no_score() -> None:
    found = score(content(item("a"), item("b")), [Answer("a", skipped=True), Answer("b", skipped=True)])

    assert found.total is None and plain(found)["total"] is None
    assert [str(line) for line in lines(found)][-1] == "合计：没有适用的项，不计分"


def test_what_has_no_answer_that_counts_is_named_and_left_out() -> None:
    asked = content(item("a"), item("b"), item("must", skippable=False), item("g", GRADED), item("n", NUMBER))

    found = score(asked, [Answer("a", **GOOD), Answer("must", skipped=True), Answer("g"), Answer("unasked", **BAD)])

    assert found.missing == ("b", "must", "g", "n")
    assert found.total == 100


def test_the_later_of_two_answers_counts() -> None:
    assert score(content(item("a")), [Answer("a", **BAD), Answer("a", **GOOD)]).total == 100


@pytest.mark.parametrize(
    ("value", "shown"),
    [("72.25", "72.3"), ("72.249", "72.2"), ("0.05", "0.1"), ("100", "100.0"), ("89.95", "90.0")],
)
def test_a_half_is_rounded_up(value: str, shown: str) -> None:
    assert str(half_up(Fraction(value))) == shown


def test_what_is_kept_says_all_that_the_lists_need() -> None:
    kept = plain(score(content(item("a", GRADED, points=3)), [Answer("a", grade=Grade.FAIR)]))

    assert kept == {
        "total": "60.0",
        "reckoned": "60.0",
        "failed": [],
        "earned": "1.8",
        "possible": 3,
        "sections": [{"title": "街巷面貌", "total": "60.0"}],
        "items": {"a": {"verdict": "fair", "earned": "1.8", "possible": 3}},
    }


KINDS = st.sampled_from([YES_NO, GRADED, COUNT])


@st.composite
def visits(draw: st.DrawFn) -> tuple[Content, list[Answer]]:
    """A checklist of some sections, and an answer to each item."""
    sections, answers = [], []
    for number in range(draw(st.integers(1, 3))):
        items = []
        for place in range(draw(st.integers(1, 4))):
            key, kind = f"{number}.{place}", draw(KINDS)
            points, critical = draw(st.integers(0, 20)), draw(st.integers(0, 9)) == 0
            items.append(item(key, kind, points, critical=critical, most_percent=20))
            answers.append(draw(answered(key, kind)))
        sections.append(Section(str(number), "节", tuple(items)))
    return Content(tuple(sections)), answers


@st.composite
def answered(draw: st.DrawFn, key: str, kind: ItemKind) -> Answer:
    if draw(st.integers(0, 5)) == 0:
        return Answer(key, skipped=True)
    if kind is YES_NO:
        return Answer(key, yes=draw(st.booleans()))
    if kind is GRADED:
        return Answer(key, grade=draw(st.sampled_from(Grade)))
    observed = draw(st.integers(0, 30))
    return Answer(key, observed=observed, violations=draw(st.integers(0, observed)))


def better(answer: Answer) -> Answer:
    """The same item answered as well as can be; what does not apply stays as it is."""
    if answer.skipped or answer.observed == 0:
        return answer
    if answer.yes is not None:
        return replace(answer, yes=False)
    return replace(answer, grade=Grade.GOOD) if answer.grade else replace(answer, violations=0)


@given(visits())
def test_a_score_lies_between_0_and_100(visit: tuple[Content, list[Answer]]) -> None:
    found = score(*visit)

    for part in (*found.sections, found.whole):
        assert part.total is None or 0 <= part.total <= 100
        assert 0 <= part.earned <= part.possible
        assert (part.total is None) == (part.possible == 0 and not part.failed)


@given(visits(), st.data())
def test_a_better_answer_never_lowers_a_score(visit: tuple[Content, list[Answer]], data: st.DataObject) -> None:
    asked, answers = visit
    place = data.draw(st.integers(0, len(answers) - 1))

    before, after = (
        score(asked, answers),
        score(asked, [*answers[:place], better(answers[place]), *answers[place + 1 :]]),
    )

    if before.total is not None and after.total is not None:
        assert after.total >= before.total


@given(visits(), st.data())
def test_an_item_that_does_not_apply_scores_as_if_it_were_not_there(
    visit: tuple[Content, list[Answer]], data: st.DataObject
) -> None:
    asked, answers = visit
    gone = data.draw(st.sampled_from([answer.key for answer in answers]))
    skipped = [Answer(one.key, skipped=True) if one.key == gone else one for one in answers]
    without = Content(
        tuple(replace(part, items=tuple(one for one in part.items if one.key != gone)) for part in asked.sections)
    )

    kept, left = score(asked, skipped), score(without, [one for one in answers if one.key != gone])

    assert kept.total == left.total
    assert [part.total for part in kept.sections] == [part.total for part in left.sections]


@given(visits())
def test_the_order_of_answers_changes_nothing(visit: tuple[Content, list[Answer]]) -> None:
    asked, answers = visit

    assert plain(score(asked, answers)) == plain(score(asked, answers[::-1]))
