"""补充: what an author adds until somebody decides."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.people.models import Person
from inspection.photos.models import ManifestKind
from inspection.photos.service import Different
from inspection.reports import service as reports
from inspection.reports import supplements
from inspection.reports.models import Supplement
from inspection.tickets import stories
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg

Events = Callable[..., list[Any]]


@pytest.fixture
def author(make: Make) -> Person:
    return make.inspector()


def kept() -> list[Supplement]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Supplement).order_by(Supplement.at)))


def test_a_note_and_photos_are_added_and_told(make: Make, author: Person, events: Events) -> None:
    report = make.report(author)

    make.supplement(report.id, author, "柜子是昨晚搬来的", jpeg(960), jpeg(961))
    make.supplement(report.id, author, "今早又多了一个", now=NOW + timedelta(hours=1))

    first, second = kept()
    assert (first.manifest.kind, len(first.manifest.photos)) == (ManifestKind.SUPPLEMENT, 2)
    assert first.manifest.completed_at and all(photo.arrived_at for photo in first.manifest.photos)
    assert (second.note, second.manifest.photos) == ("今早又多了一个", [])
    assert [event.actor for event in events("report.supplemented")] == ["author"] * 2
    told = [(step.words.message % step.words.params, step.note) for step in stories.for_author(report)]
    assert told[1:] == [("您补充了 2 张照片", "柜子是昨晚搬来的"), ("您补充了一句", "今早又多了一个")]


def test_an_incomplete_report_may_be_added_to(make: Make, author: Person) -> None:
    report_id = make.announce(author, make.new_report(jpeg(962))).report.id

    make.supplement(report_id, author, "照片晚点传")

    assert len(kept()) == 1


@pytest.mark.parametrize("state", [State.FILED, State.HANDLING, State.CLOSED])
def test_once_it_is_filed_nothing_is_added(make: Make, author: Person, state: State) -> None:
    ticket = make.ticket(state, by=author)

    with pytest.raises(Conflict, match="已经有了处理结果"):
        make.supplement(ticket.reports[0].report_id, author, "还有一处")


def test_what_was_withdrawn_is_not_added_to(make: Make, author: Person) -> None:
    report = make.report(author)
    with writing():
        reports.withdraw(report.id, by=db.session.get_one(Person, author.id), now=NOW)

    with pytest.raises(Conflict, match="已经撤回"):
        make.supplement(report.id, author, "还有一处")


@pytest.mark.parametrize("note", [" ", "x" * 2001, "a\x00b"])
def test_something_readable_must_be_added(make: Make, author: Person, note: str) -> None:
    report = make.report(author)

    with pytest.raises(Invalid) as refused:
        make.supplement(report.id, author, note)

    assert refused.value.field == "note"


def test_the_same_form_twice_adds_once_and_another_content_is_refused(make: Make, author: Person) -> None:
    report, supplement_id = make.report(author), uuid.uuid4()

    def add(note: str) -> None:
        with writing():
            by = db.session.get_one(Person, author.id)
            supplements.add(supplement_id, report.id, note=note, shown=[], by=by, now=NOW)

    add("还有一处")
    add("还有一处")

    assert len(kept()) == 1
    with pytest.raises(Different):
        add("另外一句")


def test_an_id_of_something_else_is_refused_without_a_word_about_it(make: Make, author: Person) -> None:
    report, other = make.report(author), make.report()

    with pytest.raises(Conflict) as refused, writing():
        by = db.session.get_one(Person, author.id)
        supplements.add(other.id, report.id, note="还有一处", shown=[], by=by, now=NOW)

    assert refused.value.code == "id_taken"


def test_ten_are_enough(make: Make, author: Person) -> None:
    report = make.report(author)
    for number in range(supplements.MOST):
        make.supplement(report.id, author, f"第 {number} 句")

    with pytest.raises(Invalid, match="够多了"):
        make.supplement(report.id, author, "再一句")


def test_anothers_report_cannot_be_added_to(make: Make) -> None:
    with pytest.raises(NotFound):
        make.supplement(make.report().id, make.inspector(), "还有一处")
