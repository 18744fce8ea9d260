"""A checklist as it stands in a form: what was typed, what the buttons do to it, and the content that it comes to.

The form sends ``order``, the sections and items as they stand (``s:KEY``, ``i:KEY``), and the fields of each by its
key, such as ``points.KEY``: so things can change their places without changing their names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from inspection.checks import checklists
from inspection.checks.content import Content, Item, ItemKind, Section
from inspection.checks.examples import SHA256
from inspection.checks.wording import MOST_SECTIONS, Problem, plain_number
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_, typed

NAMED = {
    "most_percent": "percent",
    "photo_on_failure": "photo",
    "note_on_failure": "note",
}
"""Fields of an item that are called shorter in the form."""
TICKS = ("critical", "skippable", "photo", "note")
TEXTS = ("text", "kind", "points", "good", "help", "category", "minutes", "percent", "low", "high", "unit", "picture")
WHOLE = re.compile(r"\d{1,4}")
DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,4})?")
MOST_PARTS = 400
PATH = re.compile(r"sections\.(\d+)(?:\.items\.(\d+))?\.(\w+)")

Row = dict[str, str]
"""An item's fields as they are typed, with its key; a tick is "yes" or empty."""


@dataclass
class Part:
    """A section as it is typed."""

    key: str
    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """What the typed form comes to, and what could not be understood, by field."""

    content: Content
    wrong: Mapping[str, Phrase]


def parts_of(content: Content) -> list[Part]:
    """A content as the form shows it."""
    return [Part(section.key, section.title, [_row(item) for item in section.items]) for section in content.sections]


def parts_typed(form: MultiDict[str, str]) -> list[Part]:
    """The form as it was sent; an item before the first section is put into one of its own."""
    parts: list[Part] = []
    for entry in dict.fromkeys(form.getlist("order")[:MOST_PARTS]):
        sort, _colon, key = entry.partition(":")
        if sort == "s":
            parts.append(Part(key, typed(form.get(f"title.{key}", ""))))
        elif sort == "i":
            if not parts:
                parts.append(Part(checklists.new_key(), ""))
            parts[-1].rows.append({"key": key} | {name: typed(form.get(f"{name}.{key}", "")) for name in TEXTS + TICKS})
    return parts


def change(parts: list[Part], do: str) -> str:
    """Do what a button says, such as ``up:KEY``; the name of the field to go on with, or nothing."""
    action, _colon, key = do.partition(":")
    changed = CHANGES.get(action)
    return changed(parts, key) if changed else ""


def read(parts: Sequence[Part]) -> Read:
    """The content, and what is no number where one is wanted."""
    wrong: dict[str, Phrase] = {}
    sections = [Section(part.key, part.title, tuple(_item(row, wrong) for row in part.rows)) for part in parts]
    return Read(Content(tuple(sections)), wrong)


def beside(problems: Sequence[Problem], content: Content) -> dict[str, Phrase]:
    """What is wrong, by the name of the field that it is said beside: ``points.KEY``; of one field the first."""
    told: dict[str, Phrase] = {}
    for one in problems:
        told.setdefault(field_of(one.path, content), one.text)
    return told


def field_of(path: str, content: Content) -> str:
    """The form's name for a path: ``sections.0.items.2.points`` is ``points.KEY``."""
    found = PATH.fullmatch(path)
    if found is None:
        return path
    section = content.sections[int(found[1])]
    key = section.items[int(found[2])].key if found[2] else section.key
    return f"{NAMED.get(found[3], found[3])}.{key}"


def picture_of(content: Content, key: str) -> tuple[Item | None, str | None]:
    """An item and its picture."""
    item = next((item for item in content.items if item.key == key), None)
    return item, item.picture if item else None


def _row(item: Item) -> Row:
    return {
        "key": item.key,
        "text": item.text,
        "kind": item.kind.value,
        "points": str(item.points),
        "good": "yes" if item.good else "no",
        "help": item.help,
        "category": item.category or "",
        "minutes": str(item.minutes or ""),
        "percent": "" if item.most_percent is None else str(item.most_percent),
        "low": "" if item.low is None else plain_number(item.low),
        "high": "" if item.high is None else plain_number(item.high),
        "unit": item.unit,
        "picture": item.picture or "",
        "critical": "yes" if item.critical else "",
        "skippable": "yes" if item.skippable else "",
        "photo": "yes" if item.photo_on_failure else "",
        "note": "yes" if item.note_on_failure else "",
    }


def _item(row: Row, wrong: dict[str, Phrase]) -> Item:
    kind = ItemKind(row["kind"]) if row["kind"] in set(ItemKind) else ItemKind.YES_NO
    return Item(
        key=row["key"],
        text=row["text"],
        kind=kind,
        points=_whole(row, "points", wrong) or 0,
        good=row["good"] == "yes",
        critical=bool(row["critical"]),
        skippable=bool(row["skippable"]),
        photo_on_failure=bool(row["photo"]),
        note_on_failure=bool(row["note"]),
        help=row["help"],
        picture=row["picture"] if SHA256.fullmatch(row["picture"]) else None,
        category=row["category"] or None,
        minutes=_whole(row, "minutes", wrong),
        most_percent=_whole(row, "percent", wrong),
        low=_decimal(row, "low", wrong),
        high=_decimal(row, "high", wrong),
        unit=row["unit"],
    )


def _whole(row: Row, name: str, wrong: dict[str, Phrase]) -> int | None:
    if not row[name]:
        return None
    if row[name].isascii() and WHOLE.fullmatch(row[name]):
        return int(row[name])
    wrong[f"{name}.{row['key']}"] = Phrase(N_("应是一个整数。"))
    return None


def _decimal(row: Row, name: str, wrong: dict[str, Phrase]) -> float | None:
    if not row[name]:
        return None
    if row[name].isascii() and DECIMAL.fullmatch(row[name]):
        return float(row[name])
    wrong[f"{name}.{row['key']}"] = Phrase(N_("应是一个数，比如 3 或 0.5。"))
    return None


def _add_section(parts: list[Part], _key: str) -> str:
    if len(parts) > MOST_SECTIONS:
        return ""
    item = _row(checklists.empty_item())
    parts.append(Part(checklists.new_key(), "", [item]))
    return f"title.{parts[-1].key}"


def _add_item(parts: list[Part], key: str) -> str:
    part = next((one for one in parts if one.key == key), None)
    if part is None or sum(len(one.rows) for one in parts) >= MOST_PARTS // 2:
        return ""
    part.rows.append(_row(checklists.empty_item()))
    return f"text.{part.rows[-1]['key']}"


def _remove_item(parts: list[Part], key: str) -> str:
    for part, place in _places(parts, key):
        del part.rows[place]
        left = part.rows[min(place, len(part.rows) - 1)] if part.rows else None
        return f"text.{left['key']}" if left else f"title.{part.key}"
    return ""


def _remove_section(parts: list[Part], key: str) -> str:
    parts[:] = [part for part in parts if part.key != key]
    return ""


def _up(parts: list[Part], key: str) -> str:
    for part, place in _places(parts, key):
        at = parts.index(part)
        if place:
            part.rows.insert(place - 1, part.rows.pop(place))
        elif at:
            parts[at - 1].rows.append(part.rows.pop(place))
        return f"text.{key}"
    return ""


def _down(parts: list[Part], key: str) -> str:
    for part, place in _places(parts, key):
        at = parts.index(part)
        if place < len(part.rows) - 1:
            part.rows.insert(place + 1, part.rows.pop(place))
        elif at < len(parts) - 1:
            parts[at + 1].rows.insert(0, part.rows.pop(place))
        return f"text.{key}"
    return ""


def _section_up(parts: list[Part], key: str) -> str:
    return _shift_section(parts, key, -1)


def _section_down(parts: list[Part], key: str) -> str:
    return _shift_section(parts, key, 1)


def _shift_section(parts: list[Part], key: str, by: int) -> str:
    at = next((place for place, part in enumerate(parts) if part.key == key), None)
    if at is not None and 0 <= at + by < len(parts):
        parts.insert(at + by, parts.pop(at))
    return f"title.{key}"


def _places(parts: Sequence[Part], key: str) -> Iterator[tuple[Part, int]]:
    for part in parts:
        for place, row in enumerate(part.rows):
            if row["key"] == key:
                yield part, place
                return


CHANGES = {
    "add-section": _add_section,
    "add-item": _add_item,
    "remove-item": _remove_item,
    "remove-section": _remove_section,
    "up": _up,
    "down": _down,
    "section-up": _section_up,
    "section-down": _section_down,
}
"""What the form's buttons do, by the first part of their value."""
