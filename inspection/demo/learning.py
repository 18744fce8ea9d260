"""The demo's inspectors have learned (演示学习): all but a few, who still have lessons before them."""

from collections.abc import Sequence
from datetime import datetime

from inspection.demo.cast import Member
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.training import lessons, service

SLOW = 5
"""Each so-manyth has passed only the first lessons; the known inspector, who comes first, has passed them all."""
FIRST_LESSONS = 2


def learn(inspectors: Sequence[Member], *, now: datetime) -> None:
    """Hand in the quizzes, all right."""
    with writing():
        versions = [found for lesson in service.every() if (found := service.newest(lesson))]
        for number, member in enumerate(inspectors):
            by = db.session.get_one(Person, member.id)
            for version in versions[:FIRST_LESSONS] if number % SLOW == SLOW - 1 else versions:
                answers = [question.rights for question in lessons.load(version.content).questions]
                service.answer(version.id, answers, by=by, now=now)
