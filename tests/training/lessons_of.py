"""Builders for lessons: short ones, of which only what matters is said."""

from datetime import datetime
from typing import Any

from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.training import lessons, service
from inspection.training.lessons import Option, Page, Question, Words
from inspection.training.models import LessonVersion
from tests.make import NOW


def question(*options: str, right: tuple[int, ...] = (0,), text: str = "怎么办？") -> Question:
    """A question; the first option is right."""
    told = tuple(Option(Words(option), place in right) for place, option in enumerate(options or ("走开", "争执")))
    return Question(Words(text), told, Words("您的安全要紧。"))


def lesson(**more: Any) -> lessons.Lesson:
    """One page and two questions, both to be right."""
    known: dict[str, Any] = {
        "pages": (Page(Words("不争执"), Words("有人拦您，转身走开。")),),
        "questions": (question(), question("私宅", "工地", "大街", right=(0, 1), text="哪儿不能进？")),
        "enough": 2,
    }
    return lessons.Lesson(**known | more)


RIGHT = [frozenset({0}), frozenset({0, 1})]
WRONG = [frozenset({1}), frozenset({0})]


def published(
    by: Person, content: lessons.Lesson | None = None, *, title: str = "安全", now: datetime = NOW
) -> LessonVersion:
    """A lesson of the office's own, in use."""
    with writing():
        author = db.session.get_one(Person, by.id)
        made = service.create(title, by=author, now=now)
        service.save(made.id, content or lesson(), seen=made.revision, by=author, now=now)
        return service.publish(made.id, again=False, by=author, now=now)


def revised(version: LessonVersion, by: Person, *, again: bool, now: datetime = NOW) -> LessonVersion:
    """The next version of the same lesson, with another title on its page."""
    with writing():
        author = db.session.get_one(Person, by.id)
        made = service.draft_from(version.id, by=author, now=now)
        changed = lesson(pages=(Page(Words(f"新的第 {made.number} 版"), Words("转身走开。")),))
        service.save(made.id, changed, seen=made.revision, by=author, now=now)
        return service.publish(made.id, again=again, by=author, now=now)


def answer(version: LessonVersion, by: Person, answers: Any = RIGHT, *, now: datetime = NOW) -> lessons.Marked:
    """Hand in a quiz."""
    with writing():
        return service.answer(version.id, answers, by=db.session.get_one(Person, by.id), now=now)
