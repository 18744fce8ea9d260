"""A lesson as it stands in a form: what was typed, what the buttons do to it, and the content that it comes to.

Pages and questions are numbered as they stand: ``page.0.title``, ``question.1.option.2``; ``pages`` and ``questions``
say how many there are.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from inspection.checks.examples import SHA256
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import typed
from inspection.training import service
from inspection.training.lessons import (
    MOST_OPTIONS,
    MOST_PAGES,
    MOST_QUESTIONS,
    Lesson,
    Option,
    Page,
    Problem,
    Question,
    Words,
)

FEWEST_OPTIONS = 3
"""So many empty places there are at least to write answers into."""
ACTION = re.compile(r"(add|remove|up)-(page|question)(?::(\d{1,2}))?")


def read(form: MultiDict[str, str]) -> Lesson:
    """The lesson that was typed; an answer without a word is none, if it is not ticked."""
    pages = [_page(form, f"page.{at}") for at in range(_number(form, "pages", MOST_PAGES))]
    questions = [_question(form, f"question.{at}") for at in range(_number(form, "questions", MOST_QUESTIONS))]
    return Lesson(tuple(pages), tuple(questions), _number(form, "enough", MOST_QUESTIONS))


def change(lesson: Lesson, do: str) -> Lesson:
    """Do what a button says, such as ``up-page:2``."""
    found = ACTION.fullmatch(do)
    if found is None:
        return lesson
    act, what, at = found[1], found[2], int(found[3] or 0)
    if what == "page":
        return Lesson(_moved(lesson.pages, act, at, service.empty_page, MOST_PAGES), lesson.questions, lesson.enough)
    questions = _moved(lesson.questions, act, at, service.empty_question, MOST_QUESTIONS)
    return Lesson(lesson.pages, questions, lesson.enough)


def slots(question: Question) -> list[Option]:
    """The answers as the form shows them, with room for more."""
    room = min(MOST_OPTIONS, max(FEWEST_OPTIONS, len(question.options) + 1))
    return [*question.options, *[Option(Words(""))] * (room - len(question.options))]


def beside(problems: Sequence[Problem]) -> Mapping[str, Phrase]:
    """What is wrong by the name of the field that it is said beside; of one field the first."""
    told: dict[str, Phrase] = {}
    for one in problems:
        told.setdefault(one.path.replace("pages.", "page.").replace("questions.", "question."), one.text)
    return told


def _page(form: MultiDict[str, str], name: str) -> Page:
    picture = form.get(f"{name}.picture", "")
    kept = picture if SHA256.fullmatch(picture) and f"{name}.without" not in form else None
    return Page(_words(form, f"{name}.title"), _words(form, f"{name}.text"), kept)


def _question(form: MultiDict[str, str], name: str) -> Question:
    ticked = set(form.getlist(f"{name}.right"))
    options = [
        Option(_words(form, f"{name}.options.{place}"), str(place) in ticked)
        for place in range(MOST_OPTIONS)
        if _words(form, f"{name}.options.{place}") != Words("") or str(place) in ticked
    ]
    return Question(_words(form, f"{name}.text"), tuple(options), _words(form, f"{name}.why"))


def _words(form: MultiDict[str, str], name: str) -> Words:
    return Words(typed(form.get(name, "")), typed(form.get(f"{name}.en", "")))


def _number(form: MultiDict[str, str], name: str, most: int) -> int:
    text = form.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) <= 2 else 0


def _moved(things: tuple[Any, ...], act: str, at: int, empty: Callable[[], Any], most: int) -> tuple[Any, ...]:
    found = list(things)
    if act == "add" and len(found) < most:
        found.append(empty())
    elif act == "remove" and at < len(found):
        del found[at]
    elif act == "up" and 0 < at < len(found):
        found.insert(at - 1, found.pop(at))
    return tuple(found)
