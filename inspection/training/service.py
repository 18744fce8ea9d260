"""Lessons through their versions, and passing their quizzes (培训). Nothing here commits.

The server marks a quiz. That somebody passed is kept with the day; that somebody did not is kept as a count only.
"""

import hashlib
import uuid
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from inspection.kernel import audit
from inspection.kernel.db import db, insert_once
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.training import lessons, passing
from inspection.training.lessons import Marked, Option, Page, Question, Words
from inspection.training.models import Lesson, LessonPass, LessonTry, LessonVersion

MOST_LESSONS = 40
LARGEST = 100_000
"""Characters of a content: far more than the most pages with the longest texts."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands with a lesson: its version to read, whether it is passed, and whether an older one was."""

    lesson: Lesson
    version: LessonVersion
    passed: bool
    again: bool

    @property
    def waits(self) -> bool:
        """Whether it keeps them from a first mystery check."""
        return self.lesson.needed and not self.passed


def every() -> Sequence[Lesson]:
    """All lessons with their versions, in the office's order: a dozen or so."""
    statement = select(Lesson).options(selectinload(Lesson.versions))
    return db.session.scalars(statement.order_by(Lesson.position, Lesson.id)).all()


def one(lesson_id: uuid.UUID) -> Lesson:
    """A lesson; raises NotFound."""
    found = db.session.get(Lesson, lesson_id)
    if found is None:
        raise NotFound(N_("没有这一课。"))
    return found


def version(version_id: uuid.UUID) -> LessonVersion:
    """A version; raises NotFound."""
    found = db.session.get(LessonVersion, version_id)
    if found is None:
        raise NotFound(N_("没有这一版课程，或草稿已经丢弃。"))
    return found


def newest(lesson: Lesson) -> LessonVersion | None:
    """The version that is learned: of the published ones the last."""
    published = [version for version in lesson.versions if version.published_at is not None]
    return published[-1] if published else None


def draft_of(lesson: Lesson) -> LessonVersion | None:
    """The draft; there is at most one."""
    return next((version for version in lesson.versions if version.published_at is None), None)


def is_default(version: LessonVersion) -> bool:
    """Whether it is as it was delivered (默认值): the first version of a lesson of the starter set."""
    return version.lesson.key is not None and version.number == 1


def standings(person: Person) -> list[Standing]:
    """The lessons in use, in their order, as the person stands with them."""
    passed, ever = passing.passed_of(person), _ever_passed(person)
    return [
        Standing(lesson, found, lesson.id in passed, lesson.id in ever and lesson.id not in passed)
        for lesson in every()
        if lesson.active and (found := newest(lesson))
    ]


def waiting(person: Person) -> int:
    """How many lessons the person has yet to pass before a first mystery check."""
    return len(passing.required().keys() - passing.passed_of(person))


def to_learn(lesson_id: uuid.UUID) -> LessonVersion:
    """The version of a lesson in use that is learned now; raises NotFound."""
    lesson = one(lesson_id)
    found = newest(lesson) if lesson.active else None
    if found is None:
        raise NotFound(N_("没有这一课。"))
    return found


def answer(version_id: uuid.UUID, answers: Sequence[AbstractSet[int]], *, by: Person, now: datetime) -> Marked:
    """Mark a quiz and keep what comes of it. Raises Conflict for a version that another has replaced."""
    access.require(by.role, Right.LESSON_TAKE)
    asked = version(version_id)
    if to_learn(asked.lesson_id).id != asked.id:
        raise Conflict(N_("这一课刚换了新内容，请从头再看一遍。"))
    marked = lessons.mark(lessons.load(asked.content), answers)
    _count(asked, by)
    if marked.passed and not _passed_before(asked, by):
        db.session.add(
            LessonPass(
                person_id=by.id, version_id=asked.id, right=marked.number, asked=len(marked.right), passed_at=now
            )
        )
        audit.record("lesson.passed", asked, by=by, at=now, number=asked.number)
    db.session.flush()
    return marked


def passes(person: Person) -> dict[uuid.UUID, datetime]:
    """By lesson, when the person passed it last."""
    mine = (
        select(LessonVersion.lesson_id, func.max(LessonPass.passed_at))
        .join(LessonPass, LessonPass.version_id == LessonVersion.id)
        .where(LessonPass.person_id == person.id)
        .group_by(LessonVersion.lesson_id)
    )
    return {row[0]: row[1] for row in db.session.execute(mine)}


def counts(version: LessonVersion) -> tuple[int, int]:
    """How many people have passed a version, and how often its quiz was handed in."""
    passed = select(func.count(func.distinct(LessonPass.person_id))).where(LessonPass.version_id == version.id)
    tries = select(func.sum(LessonTry.tries)).where(LessonTry.version_id == version.id)
    return db.session.scalar(passed) or 0, db.session.scalar(tries) or 0


def create(title: str, *, by: Person, now: datetime) -> LessonVersion:
    """A new lesson with an empty draft, at the end of the list. Raises Invalid naming the field."""
    access.require(by.role, Right.LESSON_EDIT)
    title, known = _title(title), every()
    if len(known) >= MOST_LESSONS:
        raise Invalid("title", N_("课程最多 %(most)s 课。"), most=str(MOST_LESSONS))
    lesson = Lesson(id=uuid.uuid4(), title=title, position=max((one.position for one in known), default=0) + 1)
    draft = LessonVersion(
        id=uuid.uuid4(), lesson=lesson, number=1, content=lessons.dump(empty()), changed_at=now, again=False
    )
    db.session.add(draft)
    db.session.flush()
    audit.record("lesson.created", lesson, by=by, at=now, title=title)
    return draft


def change(lesson_id: uuid.UUID, *, title: str, needed: bool, active: bool, by: Person, now: datetime) -> None:
    """Another title, whether it must be passed, whether it is in use. Raises Invalid naming the field."""
    access.require(by.role, Right.LESSON_EDIT)
    lesson = one(lesson_id)
    lesson.title, lesson.needed, lesson.active = _title(title), needed, active
    db.session.flush()
    audit.record("lesson.changed", lesson, by=by, at=now, title=lesson.title, needed=needed, active=active)


def move_up(lesson_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Put it one place further to the front."""
    access.require(by.role, Right.LESSON_EDIT)
    order = list(every())
    place = order.index(one(lesson_id))
    if place:
        order.insert(place - 1, order.pop(place))
        for number, lesson in enumerate(order, 1):
            lesson.position = number
        db.session.flush()
        audit.record("lesson.moved", one(lesson_id), by=by, at=now, place=place)


def draft_from(version_id: uuid.UUID, *, by: Person, now: datetime) -> LessonVersion:
    """A new draft that begins as the version is. Raises Conflict while there is another draft."""
    access.require(by.role, Right.LESSON_EDIT)
    source = version(version_id)
    lesson = source.lesson
    db.session.refresh(lesson, with_for_update=True)
    if draft_of(lesson) is not None:
        raise Conflict(N_("这一课已经有一份草稿，请接着改那一份，或先丢弃它。"))
    number = lesson.versions[-1].number + 1
    draft = LessonVersion(
        id=uuid.uuid4(), lesson=lesson, number=number, content=source.content, changed_at=now, again=False
    )
    db.session.add(draft)
    db.session.flush()
    audit.record("lesson.drafted", draft, by=by, at=now, number=number, source=source.number)
    return draft


def save(
    version_id: uuid.UUID, content: lessons.Lesson, *, seen: int | None, by: Person, now: datetime
) -> LessonVersion:
    """Keep a draft's content, be it unfinished. ``seen`` is the revision that was edited.

    Raises Conflict("changed_meanwhile") if somebody else has saved since: nothing is written over.
    """
    draft = _held(version_id, by)
    text = lessons.dump(content)
    if len(text) > LARGEST:
        raise Invalid("pages", N_("内容太多，存不下。请少写一些。"))
    if text == draft.content:
        return draft
    if seen != draft.revision:
        raise Conflict(N_("您打开以后，别人也改了这份草稿。请对照后再存。"), code="changed_meanwhile")
    draft.content, draft.changed_at = text, now
    draft.revision += 1
    db.session.flush()
    audit.record("lesson.draft_saved", draft, by=by, at=now, revision=draft.revision)
    return draft


def publish(version_id: uuid.UUID, *, again: bool, by: Person, now: datetime) -> LessonVersion:
    """Publish a draft (发布): from now on it never changes. ``again``: who passed an earlier one must pass it too.

    Raises Invalid naming the first thing that is wrong.
    """
    draft = _held(version_id, by)
    if wrong := lessons.problems(lessons.load(draft.content)):
        raise Invalid(wrong[0].path, N_("还不能发布：%(what)s"), what=wrong[0].text)
    draft.again = again and draft.number > 1
    draft.published_at = draft.changed_at = now
    db.session.flush()
    digest = hashlib.sha256(draft.content.encode()).hexdigest()
    audit.record("lesson.published", draft, by=by, at=now, number=draft.number, again=draft.again, sha256=digest)
    return draft


def discard(version_id: uuid.UUID, *, by: Person, now: datetime) -> Lesson | None:
    """Throw a draft away (丢弃), and its lesson if nothing is left of it; the lesson if something is."""
    draft = _held(version_id, by)
    lesson = draft.lesson
    audit.record("lesson.discarded", draft, by=by, at=now, number=draft.number)
    db.session.delete(draft)
    db.session.flush()
    db.session.refresh(lesson)
    if lesson.versions:
        return lesson
    db.session.delete(lesson)
    db.session.flush()
    return None


def empty() -> lessons.Lesson:
    """What a new lesson begins as."""
    return lessons.Lesson((empty_page(),), (empty_question(),), 1)


def empty_page() -> Page:
    """What a new page begins as."""
    return Page(Words(""), Words(""))


def empty_question() -> Question:
    """What a new question begins as."""
    return Question(Words(""), (Option(Words("")), Option(Words(""))), Words(""))


def _count(asked: LessonVersion, by: Person) -> None:
    if not insert_once(LessonTry, person_id=by.id, version_id=asked.id, tries=1):
        mine = [LessonTry.person_id == by.id, LessonTry.version_id == asked.id]
        db.session.execute(update(LessonTry).where(*mine).values(tries=LessonTry.tries + 1))


def _passed_before(asked: LessonVersion, by: Person) -> bool:
    mine = [LessonPass.person_id == by.id, LessonPass.version_id == asked.id]
    return db.session.scalar(select(LessonPass.id).where(*mine).limit(1)) is not None


def _ever_passed(person: Person) -> frozenset[uuid.UUID]:
    return frozenset(passes(person))


def _title(title: str) -> str:
    title = title.strip()
    if not title:
        raise Invalid("title", N_("请写这一课的名字。"))
    if len(title) > lessons.LONGEST_TITLE:
        raise Invalid("title", N_("名字最多 %(most)s 个字。"), most=str(lessons.LONGEST_TITLE))
    return title


def _held(version_id: uuid.UUID, by: Person) -> LessonVersion:
    access.require(by.role, Right.LESSON_EDIT)
    draft = version(version_id)
    db.session.refresh(draft, with_for_update=True)
    if draft.published_at is not None:
        raise Conflict(N_("第 %(number)s 版已经发布，不能再改。要改请起草新版。"), number=str(draft.number))
    return draft
