"""课程: the list in its order, one lesson with its versions, and a version as it is read."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.people.access import Right
from inspection.training import lessons, service
from inspection.training.models import Lesson, LessonVersion
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import day_words
from inspection.web.requires import requires


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/lessons", "lessons", list_lessons)
    blueprint.add_url_rule("/lessons", "create_lesson", create, methods=["POST"])
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>", "lesson", show)
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>", "change_lesson", change, methods=["POST"])
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>/up", "lesson_up", move_up, methods=["POST"])
    version = "/lessons/versions/<uuid:version_id>"
    blueprint.add_url_rule(f"{version}/preview", "lesson_preview", preview)
    blueprint.add_url_rule(f"{version}/drafting", "draft_lesson", draft, methods=["POST"])
    blueprint.add_url_rule(f"{version}/discarding", "discard_lesson", discard, methods=["POST"])


@requires(Right.LESSON_EDIT)
def list_lessons() -> ResponseReturnValue:
    """All lessons, in the order in which they are learned."""
    return _list("", "")


@requires(Right.LESSON_EDIT)
def create() -> ResponseReturnValue:
    """A new lesson, to be written."""
    title = request.form.get("title", "")
    try:
        with writing():
            made = service.create(title, by=session.person(), now=now()).id
    except Invalid as refusal:
        return _list(title, language.words(refusal)), status_of(refusal)
    return redirect(url_for("desk.lesson_version", version_id=made), HTTPStatus.SEE_OTHER)


@requires(Right.LESSON_EDIT)
def show(lesson_id: uuid.UUID) -> ResponseReturnValue:
    """One lesson: its versions, the newest first, and whether it must be passed."""
    return _page(service.one(lesson_id), {})


@requires(Right.LESSON_EDIT)
def change(lesson_id: uuid.UUID) -> ResponseReturnValue:
    """Another title, whether it must be passed, whether it is in use."""
    form = request.form
    needed, active = form.get("needed") == "yes", form.get("active") == "yes"
    try:
        with writing():
            title = form.get("title", "")
            service.change(lesson_id, title=title, needed=needed, active=active, by=session.person(), now=now())
    except Invalid as refusal:
        errors = {refusal.field: language.words(refusal)}
        return _page(service.one(lesson_id), errors, title=form.get("title", "")), status_of(refusal)
    return redirect(url_for("desk.lesson", lesson_id=lesson_id), HTTPStatus.SEE_OTHER)


@requires(Right.LESSON_EDIT)
def move_up(lesson_id: uuid.UUID) -> ResponseReturnValue:
    """One place further to the front."""
    with writing():
        service.move_up(lesson_id, by=session.person(), now=now())
    return redirect(url_for("desk.lessons"), HTTPStatus.SEE_OTHER)


@requires(Right.LESSON_EDIT)
def preview(version_id: uuid.UUID) -> ResponseReturnValue:
    """A version as it is read on a phone, all of it on one page, with the right answers."""
    version = service.version(version_id)
    held = lessons.load(version.content)
    return render_template(
        "desk/lesson_preview.html",
        nav=navigation.bar(session.person(), "lessons"),
        name=_(version.lesson.title),
        version=line(version),
        lesson_url=url_for("desk.lesson", lesson_id=version.lesson_id),
        pages=held.pages,
        questions=held.questions,
        enough=held.enough,
        size=request.args.get("text", ""),
    )


@requires(Right.LESSON_EDIT)
def draft(version_id: uuid.UUID) -> ResponseReturnValue:
    """A new draft that begins as this version is."""
    with writing():
        made = service.draft_from(version_id, by=session.person(), now=now()).id
    return redirect(url_for("desk.lesson_version", version_id=made), HTTPStatus.SEE_OTHER)


@requires(Right.LESSON_EDIT)
def discard(version_id: uuid.UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with writing():
        left = service.discard(version_id, by=session.person(), now=now())
        target = url_for("desk.lesson", lesson_id=left.id) if left else url_for("desk.lessons")
    return redirect(target, HTTPStatus.SEE_OTHER)


def line(version: LessonVersion) -> dict[str, Any]:
    """A version in a list and on top of its page."""
    held = lessons.load(version.content)
    drafted = version.published_at is None
    number = _("第 %(number)s 版", number=version.number)
    passed, tries = (0, 0) if drafted else service.counts(version)
    day = day_words(version.published_at or version.changed_at)
    return {
        "id": version.id,
        "number": _("%(number)s（草稿）", number=number) if drafted else number,
        "draft": drafted,
        "default": service.is_default(version),
        "when": _("%(day)s 改过", day=day) if drafted else _("%(day)s 发布", day=day),
        "pages": len(held.pages),
        "questions": len(held.questions),
        "again": version.again,
        "passed": passed,
        "tries": tries,
        "revision": version.revision,
        "url": url_for("desk.lesson_version", version_id=version.id),
        "preview_url": url_for("desk.lesson_preview", version_id=version.id),
        "draft_url": url_for("desk.draft_lesson", version_id=version.id),
        "discard_url": url_for("desk.discard_lesson", version_id=version.id),
    }


def _list(title: str, error: str) -> str:
    return render_template(
        "desk/lessons.html",
        nav=navigation.bar(session.person(), "lessons"),
        lessons=[_listed(one) for one in service.every()],
        title=title,
        error=error,
    )


def _listed(lesson: Lesson) -> dict[str, Any]:
    used, drafted = service.newest(lesson), service.draft_of(lesson)
    return {
        "title": _(lesson.title),
        "url": url_for("desk.lesson", lesson_id=lesson.id),
        "up_url": url_for("desk.lesson_up", lesson_id=lesson.id),
        "needed": lesson.needed,
        "active": lesson.active,
        "used": line(used) if used else None,
        "draft": line(drafted) if drafted else None,
    }


def _page(lesson: Lesson, errors: Mapping[str, str], *, title: str | None = None) -> str:
    return render_template(
        "desk/lesson.html",
        nav=navigation.bar(session.person(), "lessons"),
        name=_(lesson.title),
        title=lesson.title if title is None else title,
        errors=errors,
        needed=lesson.needed,
        active=lesson.active,
        url=url_for("desk.change_lesson", lesson_id=lesson.id),
        versions=[line(version) for version in reversed(lesson.versions)],
        may_draft=service.draft_of(lesson) is None,
    )
