"""The roster narrowed down and counted: names for who manages people, numbers for the city office."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotAllowed, NotFound
from inspection.people import invitations, service, sessions
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Profile
from inspection.people.sessions import Lifetime, Lifetimes
from inspection.roster import lists
from inspection.roster.lists import NOTHING, Count, Filters
from tests.make import NOW, Make, quick_hashing
from tests.training.lessons_of import answer, published

DAY = timedelta(days=1)
TODAY = NOW.date()
LIFETIMES = Lifetimes(inspectors=Lifetime(366 * DAY, 180 * DAY), others=Lifetime(90 * DAY, 30 * DAY))
HAIDIAN = "110108"


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN, name="林一凡")


@pytest.fixture
def known(make: Make) -> Callable[..., Person]:
    """An inspector with a profile."""

    def made(name: str, *, district: str | None = None, kind: Kind = Kind.VETERAN, **profile: Any) -> Person:
        person = make.inspector(name=name, kind=kind, district_code=district)
        with writing():
            db.session.add(Profile(person_id=person.id, **{"employer": "", "note": "", "changed_at": NOW} | profile))
        return person

    return made


def names(admin: Person, **asked: str) -> set[str]:
    found = lists.page(Filters(**asked), by=admin, today=TODAY, limit=99)
    return {person.name for person, _profile in found}


def test_each_filter_finds_those_it_says(make: Make, admin: Person, known: Callable[..., Person]) -> None:
    known("安宁", district="110101", employer="市园林局")
    known("白露", district=HAIDIAN, kind=Kind.DEPUTY, away_from=TODAY - DAY, away_until=TODAY + DAY)
    trained = known("陈平", district=HAIDIAN, kind=Kind.CITIZEN)
    gone = make.inspector(name="杜若")
    make.officer()
    answer(published(make.city()), trained)
    with writing():
        service.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    assert names(admin) == {"安宁", "白露", "陈平"}
    assert names(admin, district=HAIDIAN) == {"白露", "陈平"}
    assert names(admin, kind="deputy") == {"白露"}
    assert names(admin, away="yes") == {"白露"}
    assert names(admin, trained="yes") == {"陈平"} and names(admin, trained="no") == {"安宁", "白露"}
    assert names(admin, words="园林") == {"安宁"} and names(admin, words=trained.phone[-5:]) == {"陈平"}
    assert names(admin, show="closed") == {"杜若"}
    assert names(admin, kind="nonsense") == names(admin, batch="nonsense") == names(admin, words="%") == set()


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [
        (None, None, False),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (None, TODAY, True),
        (None, TODAY - DAY, False),
        (TODAY - DAY, TODAY, True),
        (TODAY - 2 * DAY, TODAY - DAY, False),
    ],
)
def test_leave_holds_from_its_first_to_its_last_day(
    admin: Person, known: Callable[..., Person], first: date | None, last: date | None, away: bool
) -> None:
    known("安宁", away_from=first, away_until=last)

    assert names(admin, away="yes") == ({"安宁"} if away else set())


def test_everyone_comes_once_however_it_is_paged(make: Make, admin: Person) -> None:
    made = {make.inspector(name=name).id for name in ("李文", "李文", "安宁", "张华", "王芳")}

    walked: list[Any] = []
    while page := lists.page(NOTHING, by=admin, today=TODAY, after=walked[-1].id if walked else None, limit=2):
        walked += [person for person, _profile in page]

    assert len(walked) == 5 and {person.id for person in walked} == made
    assert lists.number(NOTHING, by=admin, today=TODAY) == 5


def test_numbers_are_counted_by_kind_and_by_district(make: Make, admin: Person, known: Callable[..., Person]) -> None:
    done = known("安宁", district=HAIDIAN)
    known("白露", district=HAIDIAN, kind=Kind.DEPUTY, away_from=TODAY)
    known("陈平")
    answer(published(make.city()), done)

    assert lists.by_kind(by=make.city(), today=TODAY) == [Count("deputy", 1, 0, 1), Count("veteran", 2, 1, 0)]
    districts = lists.by_district(by=admin, today=TODAY)
    assert sorted(districts, key=lambda one: one.code) == [Count("", 1, 0, 0), Count(HAIDIAN, 2, 1, 1)]


@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT, Role.AUDITOR, Role.HANDLER, Role.INSPECTOR])
def test_nobody_but_the_administrator_gets_names(make: Make, role: Role) -> None:
    person = make.inspector(name="安宁")
    by = make.handler(make.unit()) if role is Role.HANDLER else None
    by = by or make.person(role, kind=Kind.CITIZEN, district_code="110101")

    for work in (
        lambda: lists.page(NOTHING, by=by, today=TODAY, limit=9),
        lambda: lists.stream(NOTHING, by=by, today=TODAY),
        lambda: lists.find(person.id, by=by),
        lambda: lists.without_sheet(NOTHING, by=by, now=NOW, today=TODAY, limit=9),
    ):
        with pytest.raises(NotAllowed):
            work()
    if role is not Role.CITY:
        with pytest.raises(NotAllowed):
            lists.by_kind(by=by, today=TODAY)


def test_staff_are_not_in_the_roster(make: Make, admin: Person) -> None:
    with pytest.raises(NotFound):
        lists.find(make.city().id, by=admin)


def test_sheets_are_for_those_who_are_signed_in_nowhere_and_have_none(make: Make, admin: Person) -> None:
    there, invited, late, waiting = (make.inspector(name=name) for name in ("安宁", "白露", "陈平", "杜若"))
    with quick_hashing():
        drafts = [invitations.draft() for _ in range(2)]
    with writing():
        sessions.open_for(db.session.get_one(Person, there.id), label="", lifetime=LIFETIMES, now=NOW)
        for person, new, when in ((invited, drafts[0], NOW), (late, drafts[1], NOW - 9 * DAY)):
            invitations.create(db.session.get_one(Person, person.id), new, valid=7 * DAY, by="test", now=when)

    found = lists.without_sheet(NOTHING, by=admin, now=NOW, today=TODAY, limit=9)

    assert {person.id for person in found} == {late.id, waiting.id}


@pytest.mark.parametrize("given", [{"kind": "'; drop"}, {"words": "字" * 81}, {"district": "东城"}])
def test_an_address_that_cannot_be_read_is_refused_by_field(given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        lists.parse(given)

    assert refused.value.field in given
