"""检查单: the list by type of place, one checklist with its versions, what is done to it, two versions compared."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import checklists, content, differing
from inspection.checks.content import Content
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people.access import Right, scope
from inspection.people.models import Person
from inspection.reports import catalogue
from inspection.reports import service as reports
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, day_words, site_type_name
from inspection.web.requires import requires

WORDS = {VersionState.DRAFT: N_("草稿"), VersionState.PUBLISHED: N_("已发布"), VersionState.RETIRED: N_("已停用")}
MARKS = {VersionState.DRAFT: "saved", VersionState.PUBLISHED: "closed", VersionState.RETIRED: "withdrawn"}
WAYS = {
    differing.Way.ADDED: N_("加"),
    differing.Way.REMOVED: N_("去"),
    differing.Way.MOVED: N_("移"),
    differing.Way.CHANGED: N_("改"),
}
TOLD = 4
"""Differences that the history names; the rest are counted."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/checklists", "checklists", list_checklists)
    blueprint.add_url_rule("/checklists", "create_checklist", create, methods=["POST"])
    blueprint.add_url_rule("/checklists/<uuid:checklist_id>", "checklist", show)
    blueprint.add_url_rule("/checklists/<uuid:checklist_id>/comparison", "checklist_comparison", compare)
    blueprint.add_url_rule("/checklists/<uuid:checklist_id>/name", "rename_checklist", rename, methods=["POST"])
    version = "/checklists/versions/<uuid:version_id>"
    blueprint.add_url_rule(f"{version}/drafting", "draft_checklist", draft, methods=["POST"])
    blueprint.add_url_rule(f"{version}/retiring", "retire_checklist", retire, methods=["POST"])
    blueprint.add_url_rule(f"{version}/discarding", "discard_checklist", discard, methods=["POST"])


@requires(Right.CHECKLIST_READ)
def list_checklists() -> ResponseReturnValue:
    """All checklists by type of place; with ``new`` the form of a new one."""
    return _list(request.args.to_dict(), {}, opened="new" in request.args)


@requires(Right.CHECKLIST_EDIT)
def create() -> ResponseReturnValue:
    """A new checklist, to be written."""
    form = request.form
    try:
        with writing():
            made = checklists.create(form.get("name", ""), form.get("type", ""), by=session.person(), now=now()).id
    except Invalid as refusal:
        return _list(form, {refusal.field: language.words(refusal)}, opened=True), status_of(refusal)
    return redirect(url_for("desk.checklist_version", version_id=made), HTTPStatus.SEE_OTHER)


@requires(Right.CHECKLIST_READ)
def show(checklist_id: uuid.UUID) -> ResponseReturnValue:
    """One checklist: its versions, the newest first, and what each changed."""
    return _page(checklists.one(checklist_id), {})


@requires(Right.CHECKLIST_EDIT)
def rename(checklist_id: uuid.UUID) -> ResponseReturnValue:
    """Another name."""
    try:
        with writing():
            checklists.rename(checklist_id, request.form.get("name", ""), by=session.person(), now=now())
    except Invalid as refusal:
        return _page(checklists.one(checklist_id), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.checklist", checklist_id=checklist_id), HTTPStatus.SEE_OTHER)


@requires(Right.CHECKLIST_EDIT)
def draft(version_id: uuid.UUID) -> ResponseReturnValue:
    """A new draft that begins as this version is."""
    with writing():
        made = checklists.draft_from(version_id, by=session.person(), now=now()).id
    return redirect(url_for("desk.checklist_version", version_id=made), HTTPStatus.SEE_OTHER)


@requires(Right.CHECKLIST_EDIT)
def retire(version_id: uuid.UUID) -> ResponseReturnValue:
    """Out of use for new plans."""
    with writing():
        checklists.retire(version_id, by=session.person(), now=now())
        checklist_id = checklists.version(version_id).checklist_id
    return redirect(url_for("desk.checklist", checklist_id=checklist_id), HTTPStatus.SEE_OTHER)


@requires(Right.CHECKLIST_EDIT)
def discard(version_id: uuid.UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with writing():
        seen = request.form.get("seen", type=int)
        left = checklists.discard(version_id, seen=seen, by=session.person(), now=now())
        target = url_for("desk.checklist", checklist_id=left.id) if left else url_for("desk.checklists")
    return redirect(target, HTTPStatus.SEE_OTHER)


@requires(Right.CHECKLIST_READ)
def compare(checklist_id: uuid.UUID) -> ResponseReturnValue:
    """What changed from one version to another; without a choice, from the last but one to the last."""
    checklist = checklists.one(checklist_id)
    numbers = {version.number: version for version in checklist.versions}
    new = numbers.get(request.args.get("new", max(numbers), type=int))
    old = numbers.get(request.args.get("old", sorted(numbers)[-2:][0], type=int))
    if new is None or old is None:
        raise NotFound(N_("没有这一版检查单，或草稿已经丢弃。"))
    return render_template(
        "desk/checklist_comparison.html",
        nav=navigation.bar(session.person(), "checklists"),
        name=name_of(checklist),
        url=url_for("desk.checklist", checklist_id=checklist.id),
        versions=[{"code": number, "name": number_words(version)} for number, version in sorted(numbers.items())],
        old=line(old),
        new=line(new),
        changes=told(content.load(old.content), content.load(new.content)),
    )


def name_of(checklist: Checklist) -> str:
    """Its name in the reader's language, if it has one there: the starters do."""
    return str(_(checklist.name))


def number_words(version: ChecklistVersion) -> str:
    """第 2 版, and whether it is a draft."""
    number = _("第 %(number)s 版", number=version.number)
    return _("%(number)s（草稿）", number=number) if version.state is VersionState.DRAFT else number


def line(version: ChecklistVersion) -> dict[str, Any]:
    """A version in a list and on top of its page."""
    held = content.load(version.content)
    return {
        "id": version.id,
        "number": number_words(version),
        "url": url_for("desk.checklist_version", version_id=version.id),
        "state": MARKS[version.state],
        "words": _(WORDS[version.state]),
        "draft": version.state is VersionState.DRAFT,
        "published": version.state is VersionState.PUBLISHED,
        "default": checklists.is_default(version),
        "items": len(list(held.items)),
        "points": held.points,
        "revision": version.revision,
        "when": _when(version),
        "draft_url": url_for("desk.draft_checklist", version_id=version.id),
        "retire_url": url_for("desk.retire_checklist", version_id=version.id),
        "discard_url": url_for("desk.discard_checklist", version_id=version.id),
    }


def told(old: Content, new: Content) -> list[dict[str, str]]:
    """The differences in words."""
    found = differing.changes(old, new, category_names())
    return [{"way": one.way.value, "word": _(WAYS[one.way]), "text": language.told(one.text)} for one in found]


def category_names() -> dict[str, str]:
    """Codes of categories with their names in the reader's language."""
    return {one.code: category_name(one) for one in reports.categories()}


def may_edit() -> bool:
    """Whether the reader writes checklists."""
    return scope(session.person().role, Right.CHECKLIST_EDIT) is not None


def _list(values: Mapping[str, str], errors: Mapping[str, str], *, opened: bool) -> str:
    listed = checklists.every()
    order = list(catalogue.site_types())
    types = sorted({one.type_code for one in listed}, key=lambda code: order.index(code) if code in order else 99)
    return render_template(
        "desk/checklists.html",
        nav=navigation.bar(session.person(), "checklists"),
        may_edit=may_edit(),
        groups=[
            {"name": site_type_name(code), "lines": [_listed(one) for one in listed if one.type_code == code]}
            for code in types
        ],
        form={
            "values": {"name": values.get("name", ""), "type": values.get("type", "")},
            "errors": errors,
            "types": [{"code": code, "name": site_type_name(code)} for code in order],
        }
        if opened and may_edit()
        else None,
        new_url=url_for("desk.checklists", new="1", _anchor="form"),
    )


def _listed(checklist: Checklist) -> dict[str, Any]:
    used, drafted = checklists.newest(checklist), checklists.draft_of(checklist)
    return {
        "name": name_of(checklist),
        "url": url_for("desk.checklist", checklist_id=checklist.id),
        "used": line(used) if used else None,
        "draft": line(drafted) if drafted else None,
        "versions": len(checklist.versions),
    }


def _page(checklist: Checklist, errors: Mapping[str, str]) -> str:
    drafted, edits = checklists.draft_of(checklist), may_edit()
    return render_template(
        "desk/checklist.html",
        nav=navigation.bar(session.person(), "checklists"),
        name=name_of(checklist),
        type=site_type_name(checklist.type_code),
        may_edit=edits,
        may_draft=edits and drafted is None,
        versions=_history(checklist.versions),
        rename={
            "url": url_for("desk.rename_checklist", checklist_id=checklist.id),
            "name": request.form.get("name", checklist.name),
            "error": errors.get("name", ""),
        },
        comparison_url=url_for("desk.checklist_comparison", checklist_id=checklist.id),
    )


def _history(versions: Sequence[ChecklistVersion]) -> list[dict[str, Any]]:
    """Newest first, each with what it changed of the one before."""
    lines = [line(version) | {"changes": [], "further": 0, "compare": None} for version in versions]
    for (old, new), entry in zip(pairwise(versions), lines[1:], strict=True):
        changed = told(content.load(old.content), content.load(new.content))
        entry["changes"], entry["further"] = changed[:TOLD], max(len(changed) - TOLD, 0)
        entry["compare"] = {"old": old.number, "new": new.number}
    return lines[::-1]


def _when(version: ChecklistVersion) -> str:
    if version.published_at is None:
        return _("%(day)s 改过", day=day_words(version.changed_at))
    by = db.session.get(Person, version.published_by_id) if version.published_by_id else None
    day = day_words(version.published_at)
    return _("%(name)s 发布于 %(day)s", name=by.name, day=day) if by else _("随系统发布于 %(day)s", day=day)
