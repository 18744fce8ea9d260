"""课程的一版: a draft is written here; any other version is read."""

import uuid
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import examples
from inspection.desk import lesson_form, navigation
from inspection.desk.lessons import line
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.people.access import Right
from inspection.training import lessons, service
from inspection.training.lessons import Lesson
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires
from inspection.web.tools import photo_limits, tools
from inspection.web.uploads import pieces

PUBLISH = "publish"


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    version = "/lessons/versions/<uuid:version_id>"
    blueprint.add_url_rule(version, "lesson_version", show)
    blueprint.add_url_rule(version, "save_lesson", save, methods=["POST"])


@requires(Right.LESSON_EDIT)
def show(version_id: uuid.UUID) -> ResponseReturnValue:
    """A draft to write; else the version to read."""
    version = service.version(version_id)
    if version.published_at is not None:
        return redirect(url_for("desk.lesson_preview", version_id=version_id))
    return page(version_id, lessons.load(version.content))


@requires(Right.LESSON_EDIT)
def save(version_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the draft as it was typed, with what the pressed button does."""
    do, seen = request.form.get("do", ""), request.form.get("seen", type=int)
    content = lesson_form.read(request.form)
    try:
        content = lesson_form.change(_pictured(content), do)
        with writing():
            service.save(version_id, content, seen=seen, by=session.person(), now=now())
            if do == PUBLISH:
                again = request.form.get("again") == "yes"
                lesson_id = service.publish(version_id, again=again, by=session.person(), now=now()).lesson_id
    except (Invalid, Conflict) as refusal:
        return page(version_id, content, refused=language.words(refusal)), status_of(refusal)
    if do == PUBLISH:
        return redirect(url_for("desk.lesson", lesson_id=lesson_id), HTTPStatus.SEE_OTHER)
    if do == "preview":
        return redirect(url_for("desk.lesson_preview", version_id=version_id), HTTPStatus.SEE_OTHER)
    return redirect(
        url_for("desk.lesson_version", version_id=version_id, _anchor=_place(content, do)), HTTPStatus.SEE_OTHER
    )


def page(version_id: uuid.UUID, content: Lesson, *, refused: str = "") -> str:
    """The form with a content, what keeps it from being published, and why it was not saved."""
    version = service.version(version_id)
    told = lesson_form.beside(lessons.problems(content))
    return render_template(
        "desk/lesson_editor.html",
        nav=navigation.bar(session.person(), "lessons"),
        name=_(version.lesson.title),
        version=line(version),
        first=version.number == 1,
        content=content,
        slots=lesson_form.slots,
        problems={path: language.told(text) for path, text in told.items()} if _begun(content) else {},
        ready=not told,
        refused=refused,
        save_url=url_for("desk.save_lesson", version_id=version_id),
        lesson_url=url_for("desk.lesson", lesson_id=version.lesson_id),
        limits=lessons,
    )


def _begun(content: Lesson) -> bool:
    """Whether anything is written: an empty form is not told off."""
    return content != service.empty()


def _pictured(content: Lesson) -> Lesson:
    """The same content with the pictures that were sent along. No transaction is open while they are taken in."""
    pages = list(content.pages)
    for at in range(len(pages)):
        given = request.files.get(f"page.{at}.file")
        if given is not None and given.filename:
            end_reading()
            sha256 = examples.take_in(tools().storage, pieces(given), photo_limits(tools().settings))
            pages[at] = replace(pages[at], picture=sha256)
    return replace(content, pages=tuple(pages))


def _place(content: Lesson, do: str) -> str | None:
    """Where the page goes on after a button: at what it added."""
    if do == "add-page":
        return f"page-{len(content.pages) - 1}"
    return f"question-{len(content.questions) - 1}" if do == "add-question" else None
