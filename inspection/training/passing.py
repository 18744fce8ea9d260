"""Who has passed what must be passed before a first mystery check (培训合格)."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from inspection.kernel.db import db
from inspection.training.models import Lesson, LessonPass, LessonVersion


def passed_all(people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of the people who have passed every needed lesson: a published version not older than the one required.

    Required is the latest published version that asks to be passed again, or else the first. A lesson that has no
    published version asks for nothing.
    """
    required = _required()
    if not required:
        return frozenset(people)
    passed: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    numbers = (
        select(LessonPass.person_id, LessonVersion.lesson_id, LessonVersion.number)
        .join(LessonVersion, LessonPass.version_id == LessonVersion.id)
        .where(LessonVersion.lesson_id.in_(required))
    )
    for person, lesson, number in db.session.execute(numbers):
        if number >= required[lesson]:
            passed[person].add(lesson)
    return frozenset(person for person in people if passed[person] >= required.keys())


def _required() -> Mapping[uuid.UUID, int]:
    """By needed lesson, the number of the version from which on a pass counts."""
    published = (
        select(LessonVersion.lesson_id, LessonVersion.number, LessonVersion.again)
        .join(Lesson)
        .where(Lesson.needed, Lesson.active, LessonVersion.published_at.is_not(None))
        .order_by(LessonVersion.number)
    )
    found: dict[uuid.UUID, int] = {}
    for lesson, number, again in db.session.execute(published):
        if again or lesson not in found:
            found[lesson] = number
    return found
