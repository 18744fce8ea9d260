"""What is wrong with a checklist, how two of its versions differ, and how items are told in words. Pure.

Whatever is wrong is named by its path, such as ``sections.2.items.0.points``, so that it can be said beside its field.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from inspection.checks.content import Content, Grade, Item, ItemKind, Section
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_

LONGEST_TITLE = 40
LONGEST_TEXT = 120
LONGEST_HELP = 500
LONGEST_UNIT = 10
MOST_SECTIONS = 20
MOST_ITEMS = 60
MOST_POINTS = 100
MOST_MINUTES = 60
USUAL_TOTAL = 100
HAVE_OR_NOT = re.compile("有(没有|无)")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

KIND_NAMES = {
    ItemKind.YES_NO: N_("有没有、是不是"),
    ItemKind.GRADED: N_("分三档"),
    ItemKind.COUNT: N_("几分钟里数一数"),
    ItemKind.NUMBER: N_("填一个数"),
    ItemKind.TEXT: N_("写几句"),
}
GRADE_NAMES = {Grade.GOOD: N_("合格"), Grade.FAIR: N_("基本合格"), Grade.BAD: N_("不合格")}


@dataclass(frozen=True)
class Problem:
    """Something wrong at a path; what does not block is only pointed out."""

    path: str
    text: Phrase
    blocks: bool = True


def yes_no_words(item: Item) -> tuple[str, str]:
    """What is written on the answers yes and no, as the question asks."""
    return (N_("有"), N_("没有")) if HAVE_OR_NOT.search(item.text) else (N_("是"), N_("不是"))


def good_words(item: Item) -> Phrase:
    """Which answer passes (合格的答案)."""
    yes, no = yes_no_words(item)
    match item.kind:
        case ItemKind.YES_NO:
            return Phrase(yes if item.good else no)
        case ItemKind.GRADED:
            return Phrase(N_("合格、基本合格"))
        case ItemKind.COUNT:
            params = {"minutes": item.minutes or 0, "percent": item.most_percent or 0}
            return Phrase(N_("%(minutes)s 分钟里不超过 %(percent)s%%"), params)
        case ItemKind.NUMBER:
            return _between(item)
        case ItemKind.TEXT:
            return Phrase(N_("不判，只记下来"))


def problems(content: Content, categories: Collection[str]) -> tuple[Problem, ...]:
    """Everything that is wrong with a content; ``categories`` are the codes that a failure may become."""
    return (*_of_whole(content), *_of_keys(content), *_of_parts(content, categories))


def blocking(found: Collection[Problem]) -> list[Problem]:
    """Those that stand in the way of publishing."""
    return [one for one in found if one.blocks]


def plain_number(number: float) -> str:
    """3 and not 3.0; 0.5 stays."""
    return str(int(number)) if number == int(number) else str(number)


def _between(item: Item) -> Phrase:
    low, high = item.low, item.high
    ends = {"low": plain_number(low or 0), "high": plain_number(high or 0), "unit": item.unit}
    if low is None and high is None:
        return Phrase(N_("没有说多少算合格"))
    if high is None:
        return Phrase(N_("至少 %(low)s %(unit)s"), ends)
    return Phrase(N_("至多 %(high)s %(unit)s") if low is None else N_("%(low)s 到 %(high)s %(unit)s"), ends)


def _of_whole(content: Content) -> Iterator[Problem]:
    number = len(list(content.items))
    if not content.sections:
        yield Problem("sections", Phrase(N_("还没有内容，请先加一节。")))
    if len(content.sections) > MOST_SECTIONS:
        yield Problem("sections", Phrase(N_("最多 %(most)s 节。"), {"most": MOST_SECTIONS}))
    if number > MOST_ITEMS:
        params = {"most": MOST_ITEMS, "number": number}
        yield Problem("sections", Phrase(N_("最多 %(most)s 项，现在有 %(number)s 项。"), params))
    if number and content.points <= 0:
        yield Problem("points", Phrase(N_("没有一项有分值，算不出得分。")))
    elif number and content.points != USUAL_TOTAL:
        params = {"points": content.points, "usual": USUAL_TOTAL}
        text = N_("合计 %(points)s 分，通常是 %(usual)s 分。得分按百分比算，不改也可以。")
        yield Problem("points", Phrase(text, params), blocks=False)


def _of_keys(content: Content) -> Iterator[Problem]:
    """Sections among themselves and items among themselves have keys of their own."""
    sections = [(f"sections.{at}.key", section.key) for at, section in enumerate(content.sections)]
    items = [
        (f"sections.{at}.items.{place}.key", item.key)
        for at, section in enumerate(content.sections)
        for place, item in enumerate(section.items)
    ]
    for named in (sections, items):
        times = Counter(key for _path, key in named)
        for path, key in named:
            if times[key] > 1:
                yield Problem(path, Phrase(N_("代号“%(key)s”用了不止一次。"), {"key": key}))
            if not KEY.fullmatch(key):
                yield Problem(path, Phrase(N_("代号“%(key)s”只能用小写字母、数字和下划线。"), {"key": key}))


def _of_parts(content: Content, categories: Collection[str]) -> Iterator[Problem]:
    for at, section in enumerate(content.sections):
        path = f"sections.{at}"
        yield from _of_section(path, section)
        for place, item in enumerate(section.items):
            here = f"{path}.items.{place}"
            yield from _of_words(here, item)
            yield from _of_points(here, item)
            yield from _of_kind(here, item)
            if item.category is not None and item.category not in categories:
                params = {"given": item.category}
                yield Problem(f"{here}.category", Phrase(N_("没有“%(given)s”这个类别。"), params))


def _of_section(path: str, section: Section) -> Iterator[Problem]:
    yield from _length(f"{path}.title", section.title, LONGEST_TITLE, N_("这一节还没有名字。"))
    if not section.items:
        yield Problem(f"{path}.items", Phrase(N_("这一节一项也没有。")))


def _of_words(path: str, item: Item) -> Iterator[Problem]:
    yield from _length(f"{path}.text", item.text, LONGEST_TEXT, N_("还没有写问什么。"))
    yield from _length(f"{path}.help", item.help, LONGEST_HELP)
    yield from _length(f"{path}.unit", item.unit, LONGEST_UNIT)


def _of_points(path: str, item: Item) -> Iterator[Problem]:
    if not 0 <= item.points <= MOST_POINTS:
        yield Problem(f"{path}.points", Phrase(N_("分值应在 0 到 %(most)s 之间。"), {"most": MOST_POINTS}))
    elif item.kind is ItemKind.TEXT and item.points:
        yield Problem(f"{path}.points", Phrase(N_("写几句的不打分，分值请改为 0。")))
    if item.kind is ItemKind.TEXT and item.critical:
        yield Problem(f"{path}.critical", Phrase(N_("写几句的没有合不合格，不能一票否决。")))


def _of_kind(path: str, item: Item) -> Iterator[Problem]:
    if item.kind is ItemKind.COUNT:
        if item.minutes is None or not 1 <= item.minutes <= MOST_MINUTES:
            text = Phrase(N_("数几分钟？应在 1 到 %(most)s 之间。"), {"most": MOST_MINUTES})
            yield Problem(f"{path}.minutes", text)
        if item.most_percent is None or not 0 <= item.most_percent <= 100:
            yield Problem(f"{path}.most_percent", Phrase(N_("百分之几以内算合格？应在 0 到 100 之间。")))
    if item.kind is ItemKind.NUMBER:
        if item.low is None and item.high is None:
            yield Problem(f"{path}.low", Phrase(N_("多少算合格？请至少填一头。")))
        elif item.low is not None and item.high is not None and item.low > item.high:
            yield Problem(f"{path}.low", Phrase(N_("至少的数比至多的还大。")))


def _length(path: str, text: str, most: int, wanting: str = "") -> Iterator[Problem]:
    if wanting and not text.strip():
        yield Problem(path, Phrase(wanting))
    if len(text) > most:
        params = {"most": most, "number": len(text)}
        yield Problem(path, Phrase(N_("太长了：最多 %(most)s 个字，现在 %(number)s 个。"), params))
