"""What is wrong with a checklist is named by its path, in words; what two versions differ in is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.checks.content import Content, Item, ItemKind, Section
from inspection.checks.differing import Change, Way, changes
from inspection.checks.wording import MOST_ITEMS, blocking, good_words, problems, yes_no_words

CATEGORIES = {"street_clutter": "街面乱堆乱放", "adverts": "小广告或违规牌匾"}
ITEM = Item(key="clutter", text="有没有堆物？", kind=ItemKind.YES_NO, points=60, good=False, category="street_clutter")
COUNT = Item(key="count", text="数一数", kind=ItemKind.COUNT, points=40, minutes=5, most_percent=5)


def content(*items: Item, key: str = "s1", title: str = "街面") -> Content:
    return Content((Section(key, title, items),))


def found(*items: Item) -> dict[str, str]:
    return {one.path: str(one.text) for one in problems(content(*items), CATEGORIES)}


def told(old: Content, new: Content) -> list[tuple[Way, str]]:
    return [(one.way, str(one.text)) for one in changes(old, new, CATEGORIES)]


def test_a_whole_checklist_of_a_hundred_points_has_nothing_wrong() -> None:
    assert found(ITEM, COUNT) == {}


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"text": " "}, "text", "还没有写问什么。"),
        ({"text": "问" * 121}, "text", "太长了：最多 120 个字，现在 121 个。"),
        ({"help": "说" * 501}, "help", "太长了：最多 500 个字，现在 501 个。"),
        ({"points": -1}, "points", "分值应在 0 到 100 之间。"),
        ({"points": 101}, "points", "分值应在 0 到 100 之间。"),
        ({"category": "gone"}, "category", "没有“gone”这个类别。"),
        ({"key": "Q 1"}, "key", "代号“Q 1”只能用小写字母、数字和下划线。"),
        ({"kind": ItemKind.TEXT}, "points", "写几句的不打分，分值请改为 0。"),
        ({"kind": ItemKind.TEXT, "points": 0, "critical": True}, "critical", "写几句的没有合不合格，不能一票否决。"),
        ({"kind": ItemKind.COUNT, "most_percent": 5}, "minutes", "数几分钟？应在 1 到 60 之间。"),
        (
            {"kind": ItemKind.COUNT, "minutes": 5},
            "most_percent",
            "百分之几以内算合格？应在 0 到 100 之间。",
        ),
        (
            {"kind": ItemKind.COUNT, "minutes": 5, "most_percent": 101},
            "most_percent",
            "百分之几以内算合格？应在 0 到 100 之间。",
        ),
        ({"kind": ItemKind.NUMBER}, "low", "多少算合格？请至少填一头。"),
        ({"kind": ItemKind.NUMBER, "low": 3.0, "high": 2.0}, "low", "至少的数比至多的还大。"),
        ({"unit": "厘" * 11}, "unit", "太长了：最多 10 个字，现在 11 个。"),
    ],
)
def test_what_is_wrong_with_an_item_is_said_at_its_field(wrong: dict[str, object], field: str, says: str) -> None:
    assert found(COUNT, replace(ITEM, **wrong)).get(f"sections.0.items.1.{field}") == says  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "path", "says"),
    [
        (Content(()), "sections", "还没有内容，请先加一节。"),
        (content(), "sections.0.items", "这一节一项也没有。"),
        (content(ITEM, title=" "), "sections.0.title", "这一节还没有名字。"),
        (content(replace(ITEM, points=0)), "points", "没有一项有分值，算不出得分。"),
        (
            content(*(replace(ITEM, key=f"q{number}", points=1) for number in range(MOST_ITEMS + 1))),
            "sections",
            "最多 60 项，现在有 61 项。",
        ),
        (Content(tuple(Section(f"s{number}", "节", (ITEM,)) for number in range(21))), "sections", "最多 20 节。"),
    ],
    ids=["nothing", "empty section", "no title", "no points", "too many items", "too many sections"],
)
def test_what_is_wrong_with_the_whole_is_said_too(held: Content, path: str, says: str) -> None:
    assert (path, says) in [(one.path, str(one.text)) for one in blocking(problems(held, CATEGORIES))]


def test_a_key_that_is_used_twice_is_said_at_both_places_even_across_sections() -> None:
    twice = Content((Section("s1", "一", (ITEM,)), Section("s1", "二", (COUNT, replace(ITEM, points=0)))))

    paths = [one.path for one in problems(twice, CATEGORIES) if "不止一次" in str(one.text)]

    assert paths == ["sections.0.key", "sections.1.key", "sections.0.items.0.key", "sections.1.items.1.key"]


def test_a_total_other_than_a_hundred_is_pointed_out_but_does_not_block() -> None:
    (one,) = problems(content(ITEM), CATEGORIES)

    assert one.path == "points" and str(one.text).startswith("合计 60 分，通常是 100 分") and not one.blocks


@given(points=st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_whatever_the_points_only_a_total_of_nothing_blocks(points: list[int]) -> None:
    items = [replace(ITEM, key=f"q{number}", points=each) for number, each in enumerate(points)]

    assert bool(blocking(problems(content(*items), CATEGORIES))) is (sum(points) == 0)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (ITEM, "没有"),
        (replace(ITEM, good=True, text="斑马线是不是清楚？"), "是"),
        (COUNT, "5 分钟里不超过 5%"),
        (replace(ITEM, kind=ItemKind.NUMBER, low=0.5, high=3.0, unit="米"), "0.5 到 3 米"),
        (replace(ITEM, kind=ItemKind.NUMBER, low=2.0, unit="个"), "至少 2 个"),
        (replace(ITEM, kind=ItemKind.NUMBER, high=0.0, unit="个"), "至多 0 个"),
        (replace(ITEM, kind=ItemKind.TEXT), "不判，只记下来"),
    ],
)
def test_the_answer_that_passes_is_told_as_the_question_asks(item: Item, words: str) -> None:
    assert str(good_words(item)) == words


def test_a_question_without_have_or_not_is_answered_by_yes_or_no() -> None:
    assert yes_no_words(replace(ITEM, text="信号灯是不是都亮着？")) == ("是", "不是")


def test_versions_that_are_the_same_differ_in_nothing() -> None:
    assert changes(content(ITEM, COUNT), content(ITEM, COUNT), CATEGORIES) == ()


def test_each_kind_of_difference_is_told_by_hand() -> None:
    old = Content((Section("s1", "街面", (ITEM, COUNT)), Section("s2", "墙面", (replace(ITEM, key="wall"),))))
    changed = replace(ITEM, points=10, critical=True, category="adverts", help="看墙边")
    new = Content(
        (
            Section("s1", "路面", (changed, replace(ITEM, key="fresh", text="有没有痰迹？", points=5))),
            Section("s3", "行为", (COUNT,)),
        )
    )

    assert told(old, new) == [
        (Way.CHANGED, "一节改了名：“街面”改为“路面”"),
        (Way.ADDED, "加了一节：行为"),
        (Way.REMOVED, "去掉一节：墙面"),
        (
            Way.CHANGED,
            "“有没有堆物？”：分值由“60”改为“10”、一票否决由“否”改为“是”、加了说明、"
            "不合格时报成由“街面乱堆乱放”改为“小广告或违规牌匾”",
        ),
        (Way.ADDED, "加了一项：有没有痰迹？（5 分）"),
        (Way.MOVED, "“数一数”移到“行为”"),
        (Way.REMOVED, "去掉一项：有没有堆物？（60 分）"),
    ]


def test_one_item_that_moves_is_told_once_and_the_others_not_at_all() -> None:
    first, second, third = (replace(ITEM, key=key, text=key) for key in ("one", "two", "three"))

    assert told(content(first, second, third), content(third, first, second)) == [(Way.MOVED, "“three”换了位置")]


def test_what_a_kind_does_not_ask_is_not_told_when_it_changes() -> None:
    assert told(content(ITEM), content(replace(ITEM, minutes=7, low=3.0))) == []


KEYS = st.permutations(["a", "b", "c", "d", "e"]).flatmap(lambda keys: st.integers(0, 5).map(lambda n: keys[:n]))


@given(before=KEYS, after=KEYS)
def test_what_is_told_of_is_exactly_what_came_and_what_went(before: list[str], after: list[str]) -> None:
    old, new = (content(*(replace(ITEM, key=key) for key in keys)) for keys in (before, after))
    by_way: dict[Way, set[str]] = {}
    one: Change
    for one in changes(old, new, CATEGORIES):
        by_way.setdefault(one.way, set()).add(one.key)

    assert by_way.get(Way.ADDED, set()) == set(after) - set(before)
    assert by_way.get(Way.REMOVED, set()) == set(before) - set(after)
    moved = by_way.get(Way.MOVED, set())
    assert [k for k in before if k in after and k not in moved] == [k for k in after if k in before and k not in moved]
    assert bool(moved) is ([k for k in before if k in after] != [k for k in after if k in before])
