"""Checklists through their life: drafted, saved by two at once, published for good, out of use, thrown away."""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from inspection.checks import checklists
from inspection.checks.content import Content, dump, load
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from tests.checks.make_checks import QUESTION, MakeChecks, content
from tests.make import NOW, Make, side_by_side

Events = Callable[..., list[AuditEvent]]
GOOD = content(replace(QUESTION, points=100))
OTHER = content(replace(QUESTION, points=100, text="街巷里有没有堆物？"))


@pytest.fixture
def city(make: Make) -> Person:
    return make.city()


def begun(city: Person, held: Content | None = GOOD) -> ChecklistVersion:
    """A new checklist's draft."""
    with writing():
        draft = checklists.create("学校周边", "school", by=city, now=NOW)
        if held:
            checklists.save(draft.id, held, seen=0, by=city, now=NOW)
    return db.session.get_one(ChecklistVersion, draft.id)


def published(city: Person) -> ChecklistVersion:
    draft = begun(city)
    with writing():
        return checklists.publish(draft.id, seen=draft.revision, by=city, now=NOW)


def saved(city: Person, version_id: uuid.UUID, held: Content, seen: int, auto: bool = False) -> int:
    with writing():
        return checklists.save(version_id, held, seen=seen, by=city, now=NOW, auto=auto).revision


def test_a_new_checklist_begins_as_a_draft_with_one_empty_item(city: Person, events: Events) -> None:
    draft = begun(city, None)

    assert (draft.number, draft.state, draft.revision) == (1, VersionState.DRAFT, 0)
    assert len(list(load(draft.content).items)) == 1
    (event,) = events("checklist.")
    assert (event.name, json.loads(event.data)) == ("checklist.created", {"name": "学校周边", "type": "school"})


@pytest.mark.parametrize(
    ("name", "kind", "field"), [(" ", "school", "name"), ("名" * 41, "school", "name"), ("学校", "moon", "type")]
)
def test_a_checklist_wants_a_name_and_a_type_of_place(city: Person, name: str, kind: str, field: str) -> None:
    with pytest.raises(Invalid) as refused, writing():
        checklists.create(name, kind, by=city, now=NOW)

    assert refused.value.field == field


def test_a_draft_may_be_unfinished_but_is_not_published_so(city: Person) -> None:
    draft = begun(city, content(replace(QUESTION, text="", points=100)))

    with pytest.raises(Invalid, match="还没有写问什么") as refused, writing():
        checklists.publish(draft.id, seen=draft.revision, by=city, now=NOW)

    assert refused.value.field == "sections.0.items.0.text"
    assert db.session.get_one(ChecklistVersion, draft.id).state is VersionState.DRAFT


def test_publishing_says_who_when_and_of_what_text(city: Person, events: Events) -> None:
    version = published(city)

    assert (version.state, version.published_at, version.published_by_id) == (VersionState.PUBLISHED, NOW, city.id)
    told = json.loads(events("checklist.published")[0].data)
    assert told == {"number": 1, "sha256": hashlib.sha256(dump(GOOD).encode()).hexdigest()}
    assert not checklists.is_default(version)


def test_the_second_of_two_editors_is_told_and_nothing_is_written_over(city: Person, make: Make) -> None:
    draft, colleague = begun(city), make.city()
    assert saved(city, draft.id, OTHER, draft.revision) == 2

    with pytest.raises(Conflict) as refused:
        saved(colleague, draft.id, content(QUESTION), draft.revision - 1)

    assert refused.value.code == "changed_meanwhile"
    assert load(db.session.get_one(ChecklistVersion, draft.id).content) == OTHER


def test_saving_what_is_there_already_collides_with_nobody(city: Person) -> None:
    draft = begun(city)
    saved(city, draft.id, OTHER, draft.revision)

    assert saved(city, draft.id, OTHER, 0) == 2


def test_of_two_at_the_very_same_time_one_is_kept_and_one_is_refused(city: Person, make: Make) -> None:
    draft_id, revision, who, app = begun(city).id, 1, city.id, make.app

    def save(held: Content) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                saved(db.session.get_one(Person, who), draft_id, held, revision)
                db.session.remove()

        return work

    db.session.rollback()
    side_by_side(save(OTHER), save(content(QUESTION)))

    db.session.expire_all()
    kept = db.session.get_one(ChecklistVersion, draft_id)
    assert kept.revision == 2 and load(kept.content) in (OTHER, content(QUESTION))


def test_what_saves_itself_leaves_no_event_what_is_saved_does(city: Person, events: Events) -> None:
    draft = begun(city)
    before = len(events("checklist.draft_saved"))

    seen = saved(city, draft.id, OTHER, draft.revision, auto=True)
    assert len(events("checklist.draft_saved")) == before

    saved(city, draft.id, GOOD, seen)
    assert len(events("checklist.draft_saved")) == before + 1


def test_a_draft_that_is_far_too_large_is_refused(city: Person) -> None:
    draft = begun(city)

    with pytest.raises(Invalid, match="内容太多"):
        saved(city, draft.id, content(replace(QUESTION, help="长" * 200_001)), draft.revision)


def test_a_new_draft_begins_as_its_source_and_there_is_one_at_a_time(city: Person, events: Events) -> None:
    source = published(city)
    with writing():
        draft = checklists.draft_from(source.id, by=city, now=NOW)
    assert (draft.number, draft.content, draft.state) == (2, source.content, VersionState.DRAFT)
    assert json.loads(events("checklist.drafted")[0].data) == {"number": 2, "source": 1}

    with pytest.raises(Conflict, match="已经有一份草稿"), writing():
        checklists.draft_from(source.id, by=city, now=NOW)


def test_publishing_a_new_version_may_take_the_old_one_out_of_use(city: Person) -> None:
    first = published(city)
    with writing():
        draft = checklists.draft_from(first.id, by=city, now=NOW)
        checklists.publish(draft.id, seen=0, by=city, now=NOW, retire_others=True)

    old, new = db.session.get_one(Checklist, first.checklist_id).versions
    assert (old.state, new.state) == (VersionState.RETIRED, VersionState.PUBLISHED)
    assert checklists.newest(new.checklist) is new


def test_a_version_that_was_looked_at_before_it_changed_is_not_published(city: Person) -> None:
    draft = begun(city)
    saved(city, draft.id, OTHER, draft.revision)

    with pytest.raises(Conflict), writing():
        checklists.publish(draft.id, seen=1, by=city, now=NOW)


def test_a_published_version_takes_no_more_saving_publishing_or_discarding(city: Person) -> None:
    version = published(city)
    attempts = [
        lambda: checklists.save(version.id, OTHER, seen=version.revision, by=city, now=NOW),
        lambda: checklists.publish(version.id, seen=version.revision, by=city, now=NOW),
        lambda: checklists.discard(version.id, seen=version.revision, by=city, now=NOW),
    ]

    for attempt in attempts:
        with pytest.raises(Conflict, match="已经发布"), writing():
            attempt()


@pytest.mark.parametrize("field", ["content", "number", "published_at"])
def test_the_database_itself_refuses_to_change_what_was_published(city: Person, field: str) -> None:
    version = published(city)
    other = {"content": "{}", "number": 7, "published_at": NOW + timedelta(days=1)}[field]

    with pytest.raises(DBAPIError, match="never changes"), writing():
        setattr(db.session.get_one(ChecklistVersion, version.id), field, other)
        db.session.flush()


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
def test_the_database_itself_refuses_to_remove_what_was_published(city: Person, state: VersionState) -> None:
    version = published(city)
    with writing():
        if state is VersionState.RETIRED:
            checklists.retire(version.id, by=city, now=NOW)

    with pytest.raises(DBAPIError, match="never changes"), writing():
        db.session.execute(db.delete(ChecklistVersion).where(ChecklistVersion.id == version.id))


def test_a_version_out_of_use_is_not_offered_any_more_but_stays(city: Person, events: Events) -> None:
    version = published(city)

    with writing():
        checklists.retire(version.id, by=city, now=NOW)

    kept = db.session.get_one(ChecklistVersion, version.id)
    assert kept.state is VersionState.RETIRED and load(kept.content) == GOOD
    assert checklists.newest(kept.checklist) is None and not kept.checklist.active
    assert [event.name for event in events("checklist.retired")] == ["checklist.retired"]
    with pytest.raises(Conflict), writing():
        checklists.retire(version.id, by=city, now=NOW)


def test_a_draft_that_is_thrown_away_leaves_the_versions_before_it(city: Person) -> None:
    first = published(city)
    with writing():
        draft = checklists.draft_from(first.id, by=city, now=NOW)
    with writing():
        left = checklists.discard(draft.id, seen=0, by=city, now=NOW)
        assert left is not None and [one.number for one in left.versions] == [1]

    with pytest.raises(NotFound):
        checklists.version(draft.id)


def test_a_checklist_whose_only_draft_is_thrown_away_goes_with_it(city: Person, events: Events) -> None:
    draft = begun(city)
    checklist_id = draft.checklist_id

    with pytest.raises(Conflict), writing():
        checklists.discard(draft.id, seen=0, by=city, now=NOW)
    with writing():
        assert checklists.discard(draft.id, seen=1, by=city, now=NOW) is None

    with pytest.raises(NotFound):
        checklists.one(checklist_id)
    assert len(events("checklist.discarded")) == 1


def test_a_name_is_changed_without_a_new_version(city: Person, checks: MakeChecks, events: Events) -> None:
    version = checks.checklist()

    with writing():
        checklists.rename(version.checklist_id, " 胡同 ", by=city, now=NOW)

    assert db.session.get_one(Checklist, version.checklist_id).name == "胡同"
    assert json.loads(events("checklist.renamed")[0].data)["old"] == "背街小巷“十无”"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_only_the_city_office_writes_checklists(make: Make, checks: MakeChecks, role: Role) -> None:
    made = {Role.INSPECTOR: make.inspector, Role.DISTRICT: make.officer}.get(role)
    other = made() if made else make.handler(make.unit()) if role is Role.HANDLER else make.person(role)
    version = checks.checklist()
    draft = begun(make.city())
    attempts = [
        lambda: checklists.create("学校", "school", by=other, now=NOW),
        lambda: checklists.rename(version.checklist_id, "名", by=other, now=NOW),
        lambda: checklists.draft_from(version.id, by=other, now=NOW),
        lambda: checklists.save(draft.id, OTHER, seen=1, by=other, now=NOW),
        lambda: checklists.publish(draft.id, seen=1, by=other, now=NOW),
        lambda: checklists.retire(version.id, by=other, now=NOW),
        lambda: checklists.discard(draft.id, seen=1, by=other, now=NOW),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed), writing():
            attempt()
