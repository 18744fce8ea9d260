"""学习: the lessons to learn, a page a screen, and their quizzes, a question a screen; the server marks them.

What was chosen so far goes along in the address (``q0=1&q1=0&q1=2``), so that one can go back and on; nothing is kept
until the last question is handed in.
"""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.training import lessons, passing, service
from inspection.training.lessons import Lesson, Question
from inspection.training.models import LessonVersion
from inspection.training.service import Standing
from inspection.web import session
from inspection.web.requires import requires

Chosen = dict[str, list[str]]
"""``q0`` → the places of the options that were chosen."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/lessons", "lessons", list_lessons)
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>/pages/<int:number>", "lesson_page", show_page)
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>/questions/<int:number>", "lesson_question", ask)
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>/quiz", "lesson_quiz", hand_in, methods=["POST"])
    blueprint.add_url_rule("/lessons/<uuid:lesson_id>/result", "lesson_result", result)


@requires(Right.LESSON_TAKE)
def list_lessons() -> ResponseReturnValue:
    """All lessons, which are passed, and which must be before a first mystery check."""
    found = service.standings(session.person())
    return render_template(
        "phone/lessons.html",
        lessons=[_line(one) for one in found],
        waiting=sum(one.waits for one in found),
        done=bool(found) and passing.trained(session.person()),
    )


@requires(Right.LESSON_TAKE)
def show_page(lesson_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One page of a lesson; after the last comes the first question."""
    version = service.to_learn(lesson_id)
    lesson = lessons.load(version.content)
    if not 1 <= number <= len(lesson.pages):
        raise NotFound(N_("这一课没有这一页。"))
    page, last = lesson.pages[number - 1], number == len(lesson.pages)
    return render_template(
        "phone/lesson_page.html",
        title=_(version.lesson.title),
        page={"title": told(page.title), "text": told(page.text).split("\n"), "picture": page.picture},
        number=number,
        pages=len(lesson.pages),
        next_url=_question_url(lesson_id, 1)
        if last
        else url_for("phone.lesson_page", lesson_id=lesson_id, number=number + 1),
        back_url=url_for("phone.lesson_page", lesson_id=lesson_id, number=number - 1)
        if number > 1
        else url_for("phone.lessons"),
        last=last,
    )


@requires(Right.LESSON_TAKE)
def ask(lesson_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One question; going on without an answer to the one before leads back to it."""
    version = service.to_learn(lesson_id)
    lesson = lessons.load(version.content)
    if not 1 <= number <= len(lesson.questions):
        raise NotFound(N_("这一课没有这道题。"))
    chosen = _chosen(request.args, lesson)
    missing = next((place for place in range(1, number) if not chosen.get(f"q{place - 1}")), None)
    return _asked(version, lesson, missing or number, chosen, wanting=missing is not None)


@requires(Right.LESSON_TAKE)
def hand_in(lesson_id: uuid.UUID) -> ResponseReturnValue:
    """The quiz is marked and kept; the result is told on a page of its own."""
    version = service.to_learn(lesson_id)
    lesson = lessons.load(version.content)
    chosen = _chosen(request.form, lesson)
    missing = next((place for place in range(1, len(lesson.questions) + 1) if not chosen.get(f"q{place - 1}")), None)
    if missing:
        return _asked(version, lesson, missing, chosen, wanting=True), HTTPStatus.UNPROCESSABLE_ENTITY
    read = request.form.get("version", type=uuid.UUID) or version.id
    with writing():
        service.answer(read, _answers(chosen, lesson), by=session.person(), now=now())
    values: dict[str, Any] = {"lesson_id": lesson_id} | chosen
    return redirect(url_for("phone.lesson_result", **values), HTTPStatus.SEE_OTHER)


@requires(Right.LESSON_TAKE)
def result(lesson_id: uuid.UUID) -> ResponseReturnValue:
    """What the answers come to, question by question, and what to do next."""
    version = service.to_learn(lesson_id)
    lesson = lessons.load(version.content)
    marked = lessons.mark(lesson, _answers(_chosen(request.args, lesson), lesson))
    following = next(
        (one for one in service.standings(session.person()) if one.waits and one.lesson.id != lesson_id), None
    )
    return render_template(
        "phone/lesson_result.html",
        title=_(version.lesson.title),
        passed=marked.passed,
        right=marked.number,
        questions=[
            {
                "text": told(question.text),
                "right": right,
                "answer": _("、").join(told(option.text) for option in question.options if option.right),
                "why": told(question.why),
            }
            for question, right in zip(lesson.questions, marked.right, strict=True)
        ],
        enough=lesson.enough,
        again_url=_question_url(lesson_id, 1),
        read_url=url_for("phone.lesson_page", lesson_id=lesson_id, number=1),
        next_lesson={
            "title": _(following.lesson.title),
            "url": url_for("phone.lesson_page", lesson_id=following.lesson.id, number=1),
        }
        if following
        else None,
    )


def told(words: lessons.Words) -> str:
    """A text in the reader's language, if it has one there."""
    return words.told(str(get_locale()))


def _asked(version: LessonVersion, lesson: Lesson, number: int, chosen: Chosen, *, wanting: bool) -> str:
    question, last = lesson.questions[number - 1], number == len(lesson.questions)
    mine = f"q{number - 1}"
    lesson_id = version.lesson_id
    others = [(name, place) for name, places in chosen.items() if name != mine for place in places]
    back = {name: places for name, places in chosen.items() if name != mine}
    return render_template(
        "phone/lesson_question.html",
        title=_(version.lesson.title),
        question=_shown(question),
        name=mine,
        chosen=chosen.get(mine, []),
        others=others,
        version=version.id,
        number=number,
        questions=len(lesson.questions),
        wanting=wanting,
        last=last,
        url=url_for("phone.lesson_quiz", lesson_id=lesson_id) if last else _question_url(lesson_id, number + 1),
        back_url=_question_url(lesson_id, number - 1, **back)
        if number > 1
        else url_for("phone.lesson_page", lesson_id=lesson_id, number=len(lesson.pages)),
    )


def _shown(question: Question) -> dict[str, Any]:
    return {
        "text": told(question.text),
        "several": question.several,
        "options": [told(option.text) for option in question.options],
    }


def _line(standing: Standing) -> dict[str, Any]:
    content = lessons.load(standing.version.content)
    return {
        "title": _(standing.lesson.title),
        "url": url_for("phone.lesson_page", lesson_id=standing.lesson.id, number=1),
        "passed": standing.passed,
        "again": standing.again,
        "waits": standing.waits,
        "pages": len(content.pages),
        "questions": len(content.questions),
    }


def _chosen(given: MultiDict[str, str], lesson: Lesson) -> Chosen:
    """What was chosen, by question; what is no option of it is left out."""
    found: Chosen = {}
    for at, question in enumerate(lesson.questions):
        known = {str(place) for place in range(len(question.options))}
        if places := [place for place in dict.fromkeys(given.getlist(f"q{at}")) if place in known]:
            found[f"q{at}"] = places
    return found


def _answers(chosen: Chosen, lesson: Lesson) -> list[frozenset[int]]:
    return [frozenset(map(int, chosen.get(f"q{at}", ()))) for at in range(len(lesson.questions))]


def _question_url(lesson_id: uuid.UUID, number: int, **chosen: list[str]) -> str:
    return url_for("phone.lesson_question", lesson_id=lesson_id, number=number, **chosen)  # type: ignore[arg-type]
