"""What a visit's record shows by itself: each flag is raised where it should be, and not a step earlier."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inspection.checks.content import Answer, Content, Item, ItemKind, Section
from inspection.checks.integrity import Flag, FlagKind, Picture, Sealed, Stay, flags, read
from inspection.geography.points import Point
from tests.make import NOW, SPOT

ITEMS = tuple(Item(f"q{n}", f"问 {n}", ItemKind.YES_NO, 10) for n in range(5))
COUNTED = Item("count", "闯红灯", ItemKind.COUNT, 10, minutes=5, most_percent=10)
SITE = Point(*SPOT)
MINUTE = timedelta(minutes=1)
TELLING, ITS_NEIGHBOUR, ANOTHER = "f0f0f0f0f0f0f0f0", "f0f0f0f0f0f0f0ff", "0f0f3c3c0f0f3c3c"
"""Perceptual hashes: the second differs from the first in four bits, the third in many."""


def north(metres: float, of: Point = SITE) -> Point:
    return Point(of.lat + metres / 111_040, of.lng)


def picture(item: str = "q0", sha256: str = "a", **more: Any) -> Picture:
    return Picture(**{"item": item, "sha256": sha256, "phash": None, "taken_at": NOW, "placed": True} | more)


def sealed(**more: Any) -> Sealed:
    """An honest visit: at the place, ten minutes for five items."""
    honest = Sealed(
        site=SITE,
        far_m=200,
        arrived=north(30),
        arrived_at=NOW,
        finished_at=NOW + 10 * MINUTE,
        content=Content((Section("s", "节", ITEMS),)),
        answers=[Answer(item.key, yes=False) for item in ITEMS],
    )
    return replace(honest, **more)


def told(**more: Any) -> list[str]:
    return [str(flag.words) for flag in flags(sealed(**more))]


def test_an_honest_visit_shows_nothing() -> None:
    every = [picture(sha256=str(n), phash=phash) for n, phash in enumerate((TELLING, ANOTHER))]

    assert (
        told(pictures=every, previous=[Answer("q0", yes=True)], texts=["门前有一堆旧木板"], note="里面很整齐的") == []
    )


@pytest.mark.parametrize(
    ("arrived", "words"),
    [
        (north(198), []),
        (north(340), ["到达时离点位 340 米，超过 200 米"]),
        (None, ["到达时没有位置"]),
    ],
    ids=["near", "far", "unknown"],
)
def test_where_they_were_on_arrival(arrived: Point | None, words: list[str]) -> None:
    assert told(arrived=arrived) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (40, []),
        (39, ["5 项只用了 39 秒，至少要 40 秒"]),
        (0, ["5 项只用了 0 秒，至少要 40 秒"]),
        (-1, ["完成的时间比到达还早"]),
    ],
)
def test_how_long_it_took(seconds: int, words: list[str]) -> None:
    assert told(finished_at=NOW + timedelta(seconds=seconds)) == words


def test_what_does_not_apply_takes_no_time() -> None:
    answers = [Answer(item.key, skipped=item.key != "q0", yes=False) for item in ITEMS]

    assert told(finished_at=NOW + timedelta(seconds=8), answers=answers) == []


@pytest.mark.parametrize(("minutes", "words"), [(5, []), (4, ["2 项只用了 240 秒，至少要 300 秒"])])
def test_a_count_of_five_minutes_takes_five_minutes_and_two_at_once_no_longer(minutes: int, words: list[str]) -> None:
    asked = Content((Section("s", "节", (COUNTED, replace(COUNTED, key="other"))),))
    answers = [Answer(key, observed=10, violations=0) for key in ("count", "other")]

    assert told(content=asked, answers=answers, finished_at=NOW + minutes * MINUTE) == words


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([picture(sha256="a"), picture(sha256="b")], []),
        ([picture("q0", "a"), picture("q1", "a")], ["这次走访里有 2 张照片相同或几乎相同"]),
        ([picture("q0", "a"), picture("q0", "a")], ["这次走访里有 2 张照片相同或几乎相同"]),
        (
            [picture("q0", "a", phash=TELLING), picture("q1", "b", phash=ITS_NEIGHBOUR)],
            ["这次走访里有 2 张照片相同或几乎相同"],
        ),
        ([picture("q0", "a", phash=TELLING), picture("q0", "b", phash=ITS_NEIGHBOUR)], []),
        ([picture("q0", "a", phash=TELLING), picture("q1", "b", phash=ANOTHER)], []),
        ([picture("q0", "a", phash="0" * 16), picture("q1", "b", phash="0" * 16)], []),
    ],
    ids=["two", "one file twice", "for one item", "near-same", "near-same of one item", "different", "plain walls"],
)
def test_pictures_that_repeat_within_the_visit(pictures: Sequence[Picture], words: list[str]) -> None:
    assert told(pictures=pictures) == words


def test_pictures_that_were_seen_elsewhere() -> None:
    assert told(pictures=[picture(sha256="a", elsewhere=True), picture(sha256="b")]) == [
        "有 1 张照片在别处用过，或几乎相同"
    ]


@pytest.mark.parametrize(
    ("notes", "note", "elsewhere", "words"),
    [
        (("墙边堆着旧柜子", "门口停着三轮车"), "", [], []),
        (("墙边堆着旧柜子", "墙边堆着 旧柜子 "), "", [], []),
        (("墙边堆着  旧柜子", "墙边堆着 旧柜子 "), "", [], ["有 2 处文字一模一样"]),
        (("墙边堆着旧柜子", "好"), "墙边堆着旧柜子", [], ["有 2 处文字一模一样"]),
        (("好", "好"), "好", ["好"], []),
        (("墙边堆着旧柜子", ""), "", ["墙边堆着旧柜子"], ["有 1 处文字一模一样"]),
        (("墙边堆着旧柜子", ""), "", ["墙边堆着旧桌子"], []),
    ],
)
def test_texts_that_repeat(notes: tuple[str, str], note: str, elsewhere: list[str], words: list[str]) -> None:
    answers = [Answer(f"q{at}", yes=False, note=text) for at, text in enumerate(notes)]

    assert told(answers=answers, note=note, texts=elsewhere) == words


def test_answers_that_are_all_the_same_as_the_last_time() -> None:
    answers = [Answer(item.key, yes=item.key == "q3", note=f"这次写的话不一样 {item.key}") for item in ITEMS]
    same = [replace(answer, note="", photos=(4,)) for answer in answers]
    other = [*same[:4], replace(same[4], yes=True)]

    assert told(answers=answers, previous=same) == ["5 项答案和这里上一次走访全都一样"]
    assert told(answers=answers, previous=other) == []
    assert told(answers=answers, previous=same[:4]) == []
    assert told(answers=[], previous=[]) == []


@pytest.mark.parametrize(
    ("metres", "minutes", "words"),
    [
        (10_000, 5, []),
        (10_200, 5, ["和同一位督查员的另一次走访相距 10 公里，相隔 5 分钟，来不及"]),
        (3_000, 0, ["和同一位督查员的另一次走访相距 3 公里，相隔 0 分钟，来不及"]),
        (400, 0, []),
    ],
    ids=["just in time", "too fast", "at once", "next door"],
)
@pytest.mark.parametrize("earlier", [True, False], ids=["from there", "to there"])
def test_nobody_flies_from_one_site_to_the_next(metres: int, minutes: int, words: list[str], earlier: bool) -> None:
    gap, there = minutes * MINUTE, north(metres - (1 if metres == 10_000 else 0))
    before = Stay(there, NOW - gap - 20 * MINUTE, NOW - gap)
    after = Stay(there, NOW + 10 * MINUTE + gap, NOW + 30 * MINUTE + gap)

    assert told(stays=[before if earlier else after]) == words


def test_of_several_impossible_ways_one_is_told() -> None:
    there = Stay(north(50_000), NOW, NOW)

    assert len(told(stays=[there, there])) == 1


@pytest.mark.parametrize(
    ("taken_at", "placed", "words"),
    [
        (NOW - 10 * MINUTE, True, []),
        (NOW + 20 * MINUTE, True, []),
        (NOW - 11 * MINUTE, True, ["有 1 张照片没有时间，或不是走访时拍的"]),
        (NOW + 21 * MINUTE, True, ["有 1 张照片没有时间，或不是走访时拍的"]),
        (None, True, ["有 1 张照片没有时间，或不是走访时拍的"]),
        (NOW, False, ["有 1 张照片没有位置"]),
    ],
)
def test_pictures_without_a_place_or_from_another_time(taken_at: Any, placed: bool, words: list[str]) -> None:
    assert told(pictures=[picture(taken_at=taken_at, placed=placed)]) == words


@pytest.mark.parametrize("kind", list(FlagKind))
def test_a_flag_is_kept_as_kind_and_numbers_and_told_again(kind: FlagKind) -> None:
    numbers = ("metres", "most", "items", "seconds", "least", "photos", "texts", "kilometres", "minutes")
    flag = Flag(kind, dict.fromkeys(numbers, 7))

    again = read(flag.plain())

    assert again == flag and "%(" not in str(again.words)
