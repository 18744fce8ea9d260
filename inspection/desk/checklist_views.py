"""A version of a checklist to look at: walked through as on the phone, and on paper."""

import uuid
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import checklists, content
from inspection.checks.content import Content, Item, ItemKind
from inspection.desk import rehearsal
from inspection.desk.checklist_editor import item_words
from inspection.desk.checklists import category_names, line, name_of
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.web.page import TEXT_SIZES, site_type_name
from inspection.web.requires import requires

ROUND = 251.3
"""The length of the ring, in its own units."""
GIVEN = ("a.", "o.", "v.")
"""What the address keeps of answers: pressed or written, observed, violations."""
STATES = {"": N_("还没答"), "y": N_("合格"), "n": N_("不合格"), "s": N_("跳过了")}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    version = "/checklists/versions/<uuid:version_id>"
    blueprint.add_url_rule(f"{version}/preview", "checklist_preview", preview)
    blueprint.add_url_rule(f"{version}/paper", "checklist_paper", paper)


@requires(Right.CHECKLIST_READ)
def preview(version_id: uuid.UUID) -> ResponseReturnValue:
    """One item as the phone shows it; answers may be tried out."""
    version = checklists.version(version_id)
    held = content.load(version.content)
    items, given = list(held.items), _given()
    place = min(max(request.args.get("go", request.args.get("item", 1, type=int), type=int) or 1, 1), len(items) or 1)
    size = request.args.get("size", "")
    item = items[place - 1] if items else None
    if item and "plus" in request.args:
        given = rehearsal.one_more(item, given, wrong=request.args["plus"] == "wrong")
    return render_template(
        "desk/checklist_preview.html",
        look={"text": size if size in TEXT_SIZES else "", "theme": ""},
        size=size,
        name=name_of(version.checklist),
        place=place,
        item=_item(item, given) if item else None,
        standing=_standing(version_id, held, given, place),
        others={name: text for name, text in given.items() if item is None or not name.endswith(f".{item.key}")},
        kept=given,
    )


@requires(Right.CHECKLIST_READ)
def paper(version_id: uuid.UUID) -> ResponseReturnValue:
    """The checklist on A4, with boxes to tick, for where a phone cannot be used."""
    version = checklists.version(version_id)
    names = category_names()
    return render_template(
        "desk/checklist_paper.html",
        name=name_of(version.checklist),
        type=site_type_name(version.checklist.type_code),
        version=line(version),
        sections=[
            {
                "title": section.title,
                "items": [
                    item_words(item, names)
                    | {"choices": _choices(item), "skippable": item.skippable, "unit": item.unit}
                    for item in section.items
                ],
            }
            for section in content.load(version.content).sections
        ],
        back_url=url_for("desk.checklist_version", version_id=version.id),
    )


def _given() -> dict[str, str]:
    return {name: text for name, text in request.args.items() if name.startswith(GIVEN)}


def _standing(version_id: uuid.UUID, held: Content, given: dict[str, str], place: int) -> dict[str, Any]:
    found = rehearsal.standing(held, given, place)
    done = ROUND * found["answered"] / (found["whole"] or 1)
    kept: dict[str, Any] = {**given, "size": request.args.get("size") or None}
    for square in found["squares"]:
        state = STATES[square["mark"]]
        square["url"] = url_for("desk.checklist_preview", version_id=version_id, **kept, item=square["number"])
        square["said"] = _("第 %(place)s 项，%(state)s", place=square["number"], state=_(state))
    return found | {"arc": f"{done:.1f} {ROUND}"}


def _item(item: Item, given: dict[str, str]) -> dict[str, Any]:
    mark = rehearsal.mark(item, given)
    failed = mark == rehearsal.FAILED
    return {
        "key": item.key,
        "text": item.text,
        "kind": item.kind.value,
        "points": item.points,
        "critical": item.critical,
        "asks": [word for holds, word in _asked(item) if holds],
        "choices": _choices(item),
        "chosen": given.get(f"a.{item.key}", ""),
        "counted": rehearsal.counted(item, given),
        "minutes": item.minutes,
        "unit": item.unit,
        "skippable": item.skippable,
        "failed": failed,
        "mark": mark,
        "photo": failed and item.photo_on_failure,
        "note": failed and item.note_on_failure,
        "help": item.help,
        "picture_url": url_for("pictures.example", sha256=item.picture) if item.picture else "",
    }


def _asked(item: Item) -> list[tuple[bool, str]]:
    return [
        (item.critical, _("不合格就整处不合格")),
        (item.photo_on_failure and item.kind is not ItemKind.TEXT, _("不合格要拍照")),
    ]


def _choices(item: Item) -> list[dict[str, Any]]:
    return [
        {
            "value": one.value,
            "label": _(one.label),
            "note": _(one.note) if one.note else "",
            "good": one.good,
            "icon": one.icon,
        }
        for one in rehearsal.choices(item)
    ]
