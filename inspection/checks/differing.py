"""How two versions of a checklist differ, in words (两版对照): added, removed, moved, and what was changed. Pure.

Sections and items are known again by their keys, however their words have changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from inspection.checks.content import Content, Item, ItemKind, Section
from inspection.checks.wording import KIND_NAMES, plain_number
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.text import N_


class Way(StrEnum):
    """In which way something differs."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One difference; ``key`` is that of the section or item."""

    way: Way
    key: str
    text: Phrase


FIELDS = {
    "text": N_("问法"),
    "kind": N_("怎么答"),
    "points": N_("分值"),
    "good": N_("答“是”算合格"),
    "critical": N_("一票否决"),
    "skippable": N_("可以不适用"),
    "photo_on_failure": N_("不合格要拍照"),
    "note_on_failure": N_("不合格要写说明"),
    "help": N_("说明"),
    "picture": N_("示例图"),
    "category": N_("不合格时报成"),
    "minutes": N_("数几分钟"),
    "most_percent": N_("百分之几以内"),
    "low": N_("至少"),
    "high": N_("至多"),
    "unit": N_("单位"),
}
"""What an item's fields are called, in the order in which they are told."""
ASKED_OF = {
    "good": {ItemKind.YES_NO},
    "minutes": {ItemKind.COUNT},
    "most_percent": {ItemKind.COUNT},
    "low": {ItemKind.NUMBER},
    "high": {ItemKind.NUMBER},
    "unit": {ItemKind.NUMBER},
}
"""Fields that say something for some kinds of item only."""


def changes(old: Content, new: Content, categories: Mapping[str, str]) -> tuple[Change, ...]:
    """What was done to make the old content the new one; ``categories`` are codes with their names."""
    return (*_of_sections(old, new), *_of_items(old, new, categories))


def _of_sections(old: Content, new: Content) -> Iterator[Change]:
    before, after = ({one.key: one for one in content.sections} for content in (old, new))
    moved = _moved(list(before), list(after))
    for key, section in after.items():
        if key not in before:
            yield Change(Way.ADDED, key, Phrase(N_("加了一节：%(title)s"), {"title": _title(section)}))
        elif before[key].title != section.title:
            words = {"old": _title(before[key]), "new": _title(section)}
            yield Change(Way.CHANGED, key, Phrase(N_("一节改了名：“%(old)s”改为“%(new)s”"), words))
        if key in moved:
            yield Change(Way.MOVED, key, Phrase(N_("一节换了位置：%(title)s"), {"title": _title(section)}))
    for key, section in before.items():
        if key not in after:
            yield Change(Way.REMOVED, key, Phrase(N_("去掉一节：%(title)s"), {"title": _title(section)}))


def _of_items(old: Content, new: Content, categories: Mapping[str, str]) -> Iterator[Change]:
    before, after = _placed(old), _placed(new)
    moved = _moved(list(before), list(after))
    for key, (section, item) in after.items():
        if key not in before:
            words = {"text": _text(item), "points": item.points}
            yield Change(Way.ADDED, key, Phrase(N_("加了一项：%(text)s（%(points)s 分）"), words))
            continue
        was_in, was = before[key]
        if told := Listing(_told(was, item, categories)):
            yield Change(Way.CHANGED, key, Phrase(N_("“%(text)s”：%(told)s"), {"text": _text(was), "told": told}))
        if was_in.key != section.key:
            words = {"text": _text(item), "title": _title(section)}
            yield Change(Way.MOVED, key, Phrase(N_("“%(text)s”移到“%(title)s”"), words))
        elif key in moved:
            yield Change(Way.MOVED, key, Phrase(N_("“%(text)s”换了位置"), {"text": _text(item)}))
    for key, (_section, item) in before.items():
        if key not in after:
            words = {"text": _text(item), "points": item.points}
            yield Change(Way.REMOVED, key, Phrase(N_("去掉一项：%(text)s（%(points)s 分）"), words))


def _placed(content: Content) -> dict[str, tuple[Section, Item]]:
    return {item.key: (section, item) for section in content.sections for item in section.items}


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Of the keys in both, the fewest that have to move to come from one order to the other."""
    both = set(before) & set(after)
    old, new = [key for key in before if key in both], [key for key in after if key in both]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return both - {key for block in blocks for key in new[block.b : block.b + block.size]}


def _told(was: Item, item: Item, categories: Mapping[str, str]) -> Iterator[Phrase]:
    for name, word in FIELDS.items():
        old, new = getattr(was, name), getattr(item, name)
        if old == new or item.kind not in ASKED_OF.get(name, set(ItemKind)):
            continue
        if name in {"help", "picture"}:
            yield Phrase(_kept_or_not(old, new), {"name": word})
        else:
            words = {"name": word, "old": _value(name, old, categories), "new": _value(name, new, categories)}
            yield Phrase(N_("%(name)s由“%(old)s”改为“%(new)s”"), words)


def _kept_or_not(old: object, new: object) -> str:
    """Long texts and pictures are not told over again."""
    if not old:
        return N_("加了%(name)s")
    return N_("%(name)s改了") if new else N_("去掉了%(name)s")


def _value(name: str, value: object, categories: Mapping[str, str]) -> str:
    if isinstance(value, ItemKind):
        return KIND_NAMES[value]
    if isinstance(value, bool):
        return N_("是") if value else N_("否")
    if value is None or value == "":
        return N_("无")
    if name == "category":
        return categories.get(str(value), str(value))
    return plain_number(value) if isinstance(value, int | float) else str(value)


def _title(section: Section) -> str:
    return section.title or N_("（没有名字）")


def _text(item: Item) -> str:
    return item.text or N_("（没有写问什么）")
