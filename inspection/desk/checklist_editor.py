"""检查单的一版: a draft is written here, form and preview side by side; any other version is read."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import checklists, content, examples, wording
from inspection.checks.content import Content, Item
from inspection.checks.models import ChecklistVersion, VersionState
from inspection.desk import drafting, navigation
from inspection.desk.checklists import category_names, line, may_edit, name_of, number_words, told
from inspection.desk.drafting import Part, Read
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.reports import service as reports
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, site_type_name
from inspection.web.requires import requires
from inspection.web.tools import photo_limits, tools
from inspection.web.uploads import pieces

AUTO, PUBLISH, PICTURE = "auto", "publish", "picture"
MEANWHILE = "changed_meanwhile"


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    version = "/checklists/versions/<uuid:version_id>"
    picture = f"{version}/pictures/<key>"
    blueprint.add_url_rule(version, "checklist_version", show)
    blueprint.add_url_rule(version, "save_checklist", save, methods=["POST"])
    blueprint.add_url_rule(picture, "checklist_picture", picture_page)
    blueprint.add_url_rule(picture, "put_checklist_picture", put_picture, methods=["POST"])


@requires(Right.CHECKLIST_READ)
def show(version_id: uuid.UUID) -> ResponseReturnValue:
    """A draft to write, for who may; else the version to read."""
    version = checklists.version(version_id)
    if version.state is VersionState.DRAFT and may_edit():
        held = content.load(version.content)
        return _editor(version, drafting.parts_of(held), Read(held, {}))
    return _reading(version)


@requires(Right.CHECKLIST_EDIT)
def save(version_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the draft as it was typed, with what the pressed button does; ``auto`` is answered to the script."""
    form = request.form
    do, parts = form.get("do", ""), drafting.parts_typed(form)
    focus = drafting.change(parts, do)
    read = drafting.read(parts)
    if read.wrong:
        return _not_understood(version_id, parts, read, do)
    try:
        with writing():
            seen = form.get("seen", type=int)
            saved = checklists.save(
                version_id, read.content, seen=seen, by=session.person(), now=now(), auto=do == AUTO
            )
            if do == PUBLISH:
                others = "retire_others" in form
                at = saved.revision
                checklists.publish(version_id, seen=at, by=session.person(), now=now(), retire_others=others)
    except Conflict as refusal:
        return _collided(version_id, parts, read, refusal, do)
    except Invalid as refusal:
        version = checklists.version(version_id)
        return _editor(version, parts, read, refused=language.words(refusal)), status_of(refusal)
    return _saved(version_id, do, focus)


@requires(Right.CHECKLIST_EDIT)
def picture_page(version_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """The example picture of an item: look at it, put another, take it away."""
    return _picture(version_id, key, "")


@requires(Right.CHECKLIST_EDIT)
def put_picture(version_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """Another picture, or none."""
    try:
        sha256 = None if "remove" in request.form else _taken_in()
        with writing():
            held = content.load(checklists.version(version_id).content)
            changed = content.with_picture(held, key, sha256)
            seen = request.form.get("seen", type=int)
            checklists.save(version_id, changed, seen=seen, by=session.person(), now=now())
    except Invalid as refusal:
        return _picture(version_id, key, language.words(refusal)), status_of(refusal)
    target = url_for("desk.checklist_version", version_id=version_id, _anchor=f"text.{key}")
    return redirect(target, HTTPStatus.SEE_OTHER)


def _taken_in() -> str:
    file = request.files.get("photo")
    if file is None or not file.filename:
        raise Invalid("photo", N_("请选一张图片。"))
    end_reading()
    return examples.take_in(tools().storage, pieces(file), photo_limits(tools().settings))


def _saved(version_id: uuid.UUID, do: str, focus: str) -> ResponseReturnValue:
    version = checklists.version(version_id)
    if do == AUTO:
        return jsonify(_standing(version))
    action, _colon, key = do.partition(":")
    if action == PICTURE:
        return redirect(url_for("desk.checklist_picture", version_id=version_id, key=key), HTTPStatus.SEE_OTHER)
    if do == PUBLISH:
        return redirect(url_for("desk.checklist", checklist_id=version.checklist_id), HTTPStatus.SEE_OTHER)
    target = url_for("desk.checklist_version", version_id=version_id, _anchor=focus or None)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _not_understood(version_id: uuid.UUID, parts: Sequence[Part], read: Read, do: str) -> ResponseReturnValue:
    """A number that is none: said beside it, and nothing is saved."""
    if do == AUTO:
        wrong = {name: language.told(text) for name, text in read.wrong.items()}
        return jsonify({"said": _("有的数看不懂，还没有存"), "problems": wrong, "wrong": True})
    refused = _("有的数看不懂，还没有存。请改好再存。")
    return _editor(checklists.version(version_id), parts, read, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY


def _collided(
    version_id: uuid.UUID, parts: Sequence[Part], read: Read, refusal: Conflict, do: str
) -> ResponseReturnValue:
    """Somebody else was first: both texts, and what is different; whoever is second decides."""
    if do == AUTO:
        return jsonify({"said": language.words(refusal), "collided": True}), HTTPStatus.CONFLICT
    version = checklists.version(version_id)
    theirs = content.load(version.content)
    collision = {
        "said": language.words(refusal),
        "changes": told(theirs, read.content),
        "sections": _sections(theirs),
        "may_take": refusal.code == MEANWHILE,
        "theirs_url": url_for("desk.checklist_version", version_id=version_id),
    }
    return _editor(version, parts, read, collision=collision), HTTPStatus.CONFLICT


def _standing(version: ChecklistVersion) -> dict[str, Any]:
    """What the script is told after it has saved."""
    held = content.load(version.content)
    found = wording.problems(held, checklists.category_codes())
    return {
        "revision": version.revision,
        "said": _("%(time)s 已存", time=f"{version.changed_at.astimezone(BEIJING):%H:%M}"),
        "problems": _words(drafting.beside(found, held)),
        "blocking": len(wording.blocking(found)),
    }


def _editor(
    version: ChecklistVersion,
    parts: Sequence[Part],
    read: Read,
    *,
    refused: str = "",
    collision: Mapping[str, Any] | None = None,
) -> str:
    found = wording.problems(read.content, checklists.category_codes())
    problems = {**drafting.beside(found, read.content), **read.wrong}
    published = checklists.newest(version.checklist)
    return render_template(
        "desk/checklist_editor.html",
        **_common(version),
        parts=parts,
        problems=_words(problems),
        blocking=len(wording.blocking(found)) + len(read.wrong),
        refused=refused,
        collision=collision,
        published=number_words(published) if published else "",
        kinds=[{"code": kind.value, "name": _(name)} for kind, name in wording.KIND_NAMES.items()],
        categories=[{"code": "", "name": _("不报，只扣分")}, *_categories(read.content)],
        save_url=url_for("desk.save_checklist", version_id=version.id),
        limits=wording,
    )


def _reading(version: ChecklistVersion) -> str:
    return render_template(
        "desk/checklist_version.html",
        **_common(version),
        sections=_sections(content.load(version.content)),
        may_edit=may_edit(),
        may_draft=may_edit() and checklists.draft_of(version.checklist) is None,
    )


def _common(version: ChecklistVersion) -> dict[str, Any]:
    return {
        "nav": navigation.bar(session.person(), "checklists"),
        "name": name_of(version.checklist),
        "type": site_type_name(version.checklist.type_code),
        "version": line(version),
        "checklist_url": url_for("desk.checklist", checklist_id=version.checklist_id),
        "preview_url": url_for("desk.checklist_preview", version_id=version.id),
        "paper_url": url_for("desk.checklist_paper", version_id=version.id),
    }


def _sections(held: Content) -> list[dict[str, Any]]:
    names = category_names()
    return [
        {"title": section.title, "items": [item_words(item, names) for item in section.items]}
        for section in held.sections
    ]


def item_words(item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    """An item to read."""
    told_of = [
        (item.critical, _("一票否决")),
        (item.photo_on_failure, _("不合格要拍照")),
        (item.note_on_failure, _("不合格要写说明")),
        (item.skippable, _("可以不适用")),
    ]
    return {
        "text": item.text,
        "kind": item.kind.value,
        "how": _(wording.KIND_NAMES[item.kind]),
        "good": language.told(wording.good_words(item)),
        "points": item.points,
        "critical": item.critical,
        "rules": [word for holds, word in told_of if holds],
        "help": item.help,
        "category": names.get(item.category, item.category) if item.category else "",
        "picture_url": url_for("pictures.example", sha256=item.picture) if item.picture else "",
    }


def _picture(version_id: uuid.UUID, key: str, wrong: str) -> str:
    version = checklists.version(version_id)
    item, sha256 = drafting.picture_of(content.load(version.content), key)
    if item is None or version.state is not VersionState.DRAFT:
        raise NotFound(N_("草稿里没有这一项。"))
    back = url_for("desk.checklist_version", version_id=version_id, _anchor=f"text.{key}")
    return render_template(
        "desk/checklist_picture.html",
        **_common(version),
        text=item.text,
        picture_url=url_for("pictures.example", sha256=sha256) if sha256 else "",
        wrong=wrong,
        url=url_for("desk.put_checklist_picture", version_id=version_id, key=key),
        back_url=back,
    )


def _categories(held: Content) -> list[dict[str, str]]:
    """Those in use, and those that an item has already."""
    chosen = {item.category for item in held.items}
    return [
        {"code": one.code, "name": category_name(one)}
        for one in reports.categories()
        if one.active or one.code in chosen
    ]


def _words(problems: Mapping[str, Phrase]) -> dict[str, str]:
    return {name: language.told(text) for name, text in problems.items()}
