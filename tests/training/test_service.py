"""Lessons through their versions, and passing them: the server marks, passes are kept, tries are counted."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.setup import load_reference
from inspection.training import lessons, passing, service, starters
from inspection.training.models import Lesson, LessonPass, LessonTry, LessonVersion
from tests.make import NOW, Make, side_by_side
from tests.training.lessons_of import RIGHT, WRONG, answer, lesson, published, revised

Events = Callable[..., list[AuditEvent]]
LATER = NOW + timedelta(days=1)


def trained(person: Person) -> bool:
    db.session.expire_all()
    return passing.trained(db.session.get_one(Person, person.id))


def test_whoever_answers_well_is_trained_and_leaves_a_trace(make: Make, events: Events) -> None:
    version, person = published(make.city()), make.inspector()
    assert not trained(person)

    marked = answer(version, person)

    assert marked.passed and trained(person)
    [event] = events("lesson.passed")
    assert (event.actor, event.object) == (f"person:{person.id}", f"lesson_version:{version.id}")


def test_whoever_does_not_may_try_again_at_once_and_only_the_count_is_kept(make: Make, events: Events) -> None:
    version, person = published(make.city()), make.inspector()

    assert [answer(version, person, given).passed for given in (WRONG, WRONG, RIGHT)] == [False, False, True]

    assert db.session.scalars(db.select(LessonTry.tries)).all() == [3]
    assert db.session.scalars(db.select(LessonPass.right)).all() == [2]
    assert len(events("lesson.passed")) == 1 and len(events("lesson.")) == 4
    assert service.counts(version) == (1, 3)


def test_passing_twice_is_kept_once(make: Make) -> None:
    version, person = published(make.city()), make.inspector()

    answer(version, person)
    answer(version, person, now=LATER)

    kept = db.session.scalars(db.select(LessonPass)).all()
    assert [one.passed_at for one in kept] == [NOW]


def test_a_new_version_asks_for_nothing_unless_it_says_so(make: Make) -> None:
    city, person = make.city(), make.inspector()
    version = published(city)
    answer(version, person)

    mended = revised(version, city, again=False)
    assert trained(person)
    changed = revised(mended, city, again=True)

    assert not trained(person)
    [standing] = [one for one in service.standings(person) if one.lesson.needed]
    assert standing.version.id == changed.id and standing.again and standing.waits
    answer(changed, person)
    assert trained(person)


def test_every_needed_lesson_counts_and_one_that_is_not_needed_or_not_in_use_does_not(make: Make) -> None:
    city, person = make.city(), make.inspector()
    first, second, third = (published(city, title=title) for title in ("一", "二", "三"))
    answer(first, person)
    assert service.waiting(person) == 2 and not trained(person)

    with writing():
        author = db.session.get_one(Person, city.id)
        service.change(second.lesson_id, title="二", needed=False, active=True, by=author, now=NOW)
        service.change(third.lesson_id, title="三", needed=True, active=False, by=author, now=NOW)

    assert service.waiting(person) == 0 and trained(person)


def test_the_condition_for_lists_says_the_same_as_asking_one_by_one(make: Make) -> None:
    city, people = make.city(), [make.inspector() for _ in range(4)]
    one, two = published(city, title="一"), published(city, title="二")
    answer(one, people[0])
    answer(two, people[0])
    answer(one, people[1])
    answer(revised(one, city, again=True), people[2])
    answer(two, people[2])

    found = set(db.session.scalars(db.select(Person.id).where(Person.role == Role.INSPECTOR, passing.condition())))

    assert found == {person.id for person in people if passing.trained(person)} == {people[2].id}
    assert found == passing.passed_all([person.id for person in people])


def test_a_replaced_version_and_a_draft_are_answered_by_nobody(make: Make) -> None:
    city, person = make.city(), make.inspector()
    old = published(city)
    revised(old, city, again=True)
    with writing():
        draft = service.create("还在写", by=db.session.get_one(Person, city.id), now=NOW)

    with pytest.raises(Conflict):
        answer(old, person)
    with pytest.raises(NotFound):
        answer(draft, person)

    assert db.session.scalars(db.select(LessonTry)).all() == []


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR, Role.INSPECTOR])
def test_only_the_city_office_and_the_administrator_write_lessons(make: Make, role: Role) -> None:
    version, person = published(make.city()), make.person(role, kind="citizen", district_code="110101")

    for work in (
        lambda: service.create("新课", by=person, now=NOW),
        lambda: service.draft_from(version.id, by=person, now=NOW),
        lambda: service.change(version.lesson_id, title="改", needed=True, active=True, by=person, now=NOW),
    ):
        with pytest.raises(NotAllowed), writing():
            work()


def test_staff_do_not_pass_lessons(make: Make) -> None:
    version = published(make.city())

    with pytest.raises(NotAllowed):
        answer(version, make.officer())


def test_an_unfinished_draft_is_kept_but_not_published(make: Make) -> None:
    city = make.city()
    with writing():
        author = db.session.get_one(Person, city.id)
        draft = service.create("还在写", by=author, now=NOW)
        service.save(draft.id, lesson(questions=()), seen=0, by=author, now=NOW)

    with pytest.raises(Invalid) as refused, writing():
        service.publish(draft.id, again=False, by=db.session.get_one(Person, city.id), now=NOW)

    assert refused.value.field == "questions"


def test_of_two_who_write_the_second_is_told(make: Make) -> None:
    city = make.city()
    with writing():
        author = db.session.get_one(Person, city.id)
        draft = service.create("还在写", by=author, now=NOW)
        service.save(draft.id, lesson(), seen=0, by=author, now=NOW)

    with pytest.raises(Conflict) as refused, writing():
        service.save(draft.id, lesson(enough=1), seen=0, by=db.session.get_one(Person, city.id), now=NOW)

    assert refused.value.code == "changed_meanwhile"
    assert lessons.load(db.session.get_one(LessonVersion, draft.id).content).enough == 2


def test_a_published_version_never_changes_whoever_asks_the_database(make: Make) -> None:
    city = make.city()
    version = published(city)

    with pytest.raises(DBAPIError), writing():
        db.session.execute(db.update(LessonVersion).values(content="{}").where(LessonVersion.id == version.id))
    with pytest.raises(Conflict), writing():
        author = db.session.get_one(Person, city.id)
        service.save(version.id, lesson(enough=1), seen=1, by=author, now=NOW)


def test_a_thrown_away_draft_takes_a_lesson_of_which_nothing_is_left_with_it(make: Make) -> None:
    city = make.city()
    kept = published(city)
    with writing():
        author = db.session.get_one(Person, city.id)
        assert service.discard(service.draft_from(kept.id, by=author, now=NOW).id, by=author, now=NOW) is not None
        assert service.discard(service.create("不要了", by=author, now=NOW).id, by=author, now=NOW) is None

    assert "不要了" not in [one.title for one in service.every()]


def test_a_lesson_is_moved_to_the_front_one_by_one(make: Make) -> None:
    city = make.city()
    last = published(city, title="最后")
    order = [one.title for one in service.every()]

    with writing():
        service.move_up(last.lesson_id, by=db.session.get_one(Person, city.id), now=NOW)

    assert [one.title for one in service.every()] == [*order[:-2], "最后", order[-2]]


def test_two_tries_at_the_same_time_are_both_counted(make: Make) -> None:
    version_id, person_id = published(make.city()).id, make.inspector().id
    db.session.remove()

    def work() -> None:
        with make.app.app_context():
            with writing():
                service.answer(version_id, WRONG, by=db.session.get_one(Person, person_id), now=NOW)
            db.session.remove()

    side_by_side(work, work, work)

    assert db.session.scalars(db.select(LessonTry.tries)).all() == [3]


def test_the_starters_are_whole_short_and_bilingual() -> None:
    found = list(starters.starters())

    assert len(found) == 5
    for key, _title, content in found:
        assert lessons.problems(content) == [], key
        assert len(content.questions) == 3 and 2 <= len(content.pages) <= 5
        texts = [*(page.title for page in content.pages), *(page.text for page in content.pages)]
        texts += [question.text for question in content.questions] + [question.why for question in content.questions]
        texts += [option.text for question in content.questions for option in question.options]
        assert all(one.zh and one.en for one in texts), key
        assert all(2 <= len(question.options) <= 3 for question in content.questions)


def test_starters_come_once_and_what_the_office_changed_stays(make: Make) -> None:
    city = make.city()
    first = db.session.scalars(db.select(Lesson).where(Lesson.key == "starter.photos")).one()
    with writing():
        author = db.session.get_one(Person, city.id)
        service.change(first.id, title="我们的拍照课", needed=False, active=False, by=author, now=NOW)
    before = db.session.query(LessonVersion).count()

    with writing():
        load_reference(LATER)

    db.session.refresh(first)
    assert db.session.query(LessonVersion).count() == before == 5
    assert (first.title, first.needed, first.active) == ("我们的拍照课", False, False)


def test_the_chain_tells_which_text_was_published(make: Make, events: Events) -> None:
    published(make.city())

    [event] = events("lesson.published")
    told = json.loads(event.data)
    assert told["number"] == 1 and told["again"] is False and len(told["sha256"]) == 64
