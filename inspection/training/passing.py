"""Who has passed what must be passed before a first mystery check (培训合格)."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, select, true

from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.training.models import Lesson, LessonPass, LessonVersion


def passed_all(people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of the people who have passed every needed lesson: a published version not older than the one required.

    Required is the latest published version that asks to be passed again, or else the first. A lesson that has no
    published version asks for nothing.
    """
    needed = required()
    if not needed:
        return frozenset(people)
    passed: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    numbers = (
        select(LessonPass.person_id, LessonVersion.lesson_id, LessonVersion.number)
        .join(LessonVersion, LessonPass.version_id == LessonVersion.id)
        .where(LessonVersion.lesson_id.in_(needed))
    )
    for person, lesson, number in db.session.execute(numbers):
        if number >= needed[lesson]:
            passed[person].add(lesson)
    return frozenset(person for person in people if passed[person] >= needed.keys())


def trained(person: Person) -> bool:
    """Whether this one has passed every needed lesson."""
    return not (required().keys() - passed_of(person))


def passed_of(person: Person) -> frozenset[uuid.UUID]:
    """The lessons that the person has passed in a version that still counts."""
    counting = required(every=True)
    mine = (
        select(LessonVersion.lesson_id, LessonVersion.number)
        .join(LessonPass, LessonPass.version_id == LessonVersion.id)
        .where(LessonPass.person_id == person.id)
    )
    return frozenset(lesson for lesson, number in db.session.execute(mine) if number >= counting.get(lesson, 0))


def condition() -> ColumnElement[bool]:
    """The condition on ``Person`` that they have passed every needed lesson: for lists and counts."""
    return and_(true(), *(_passed(lesson, number) for lesson, number in required().items()))


def required(*, every: bool = False) -> Mapping[uuid.UUID, int]:
    """By needed lesson, or by every one in use, the number of the version from which on a pass counts."""
    wanted = [Lesson.active, LessonVersion.published_at.is_not(None)] + ([] if every else [Lesson.needed])
    published = (
        select(LessonVersion.lesson_id, LessonVersion.number, LessonVersion.again)
        .join(Lesson)
        .where(*wanted)
        .order_by(LessonVersion.number)
    )
    found: dict[uuid.UUID, int] = {}
    for lesson, number, again in db.session.execute(published):
        if again or lesson not in found:
            found[lesson] = number
    return found


def _passed(lesson: uuid.UUID, number: int) -> ColumnElement[bool]:
    return (
        select(LessonPass.id)
        .join(LessonVersion, LessonPass.version_id == LessonVersion.id)
        .where(LessonPass.person_id == Person.id, LessonVersion.lesson_id == lesson, LessonVersion.number >= number)
        .exists()
    )
