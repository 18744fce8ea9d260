"""One inspector: what is known of them, leave and back, out and in again, a lost phone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people import invitations, outboxes, sessions
from inspection.people.access import Kind, Role
from inspection.people.models import Device, Invitation, Person, Profile
from inspection.people.sessions import Lifetime, Lifetimes
from inspection.roster import profiles
from inspection.roster.profiles import Values
from tests.make import NOW, Make, quick_hashing

Events = Callable[..., list[AuditEvent]]
DAY = timedelta(days=1)
TODAY = NOW.date()
LIFETIMES = Lifetimes(inspectors=Lifetime(366 * DAY, 180 * DAY), others=Lifetime(90 * DAY, 30 * DAY))
VALUES = Values(
    name="李文",
    kind=Kind.DEPUTY,
    district_code="110101",
    home_street_code="110101006",
    employer="市园林局",
    employer_district_code="110102",
    employer_unit_id=None,
    most_visits=3,
    note="下午方便",
)


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN, name="林一凡")


def held(person: Person) -> tuple[Person, Profile | None]:
    db.session.expire_all()
    return db.session.get_one(Person, person.id), db.session.get(Profile, person.id)


def change(person: Person, by: Person, values: Values = VALUES, seen: str | None = None, **more: Any) -> None:
    seen = profiles.version(*held(person)) if seen is None else seen
    with writing():
        admin = db.session.get_one(Person, by.id)
        profiles.change(person.id, replace(values, **more), seen=seen, by=admin, now=NOW)


def act(work: Callable[..., Any], person: Person, by: Person, *given: Any, **more: Any) -> None:
    with writing():
        work(person.id, *given, by=db.session.get_one(Person, by.id), now=NOW, **more)


def sign_in(person: Person, unsent: int = 0) -> None:
    with writing():
        sessions.open_for(db.session.get_one(Person, person.id), label="手机", lifetime=LIFETIMES, now=NOW)
        device = db.session.scalars(db.select(Device).where(Device.person_id == person.id)).first()
        assert device
        outboxes.tell(device.id, unsent=unsent, oldest_at=NOW, now=NOW)


def test_what_is_known_is_kept_and_the_chain_names_the_fields_only(make: Make, admin: Person, events: Events) -> None:
    person = make.inspector()

    change(person, admin)

    kept, profile = held(person)
    assert profile and (kept.kind, kept.district_code) == (Kind.DEPUTY, "110101")
    assert (profile.home_street_code, profile.employer, profile.most_visits) == ("110101006", "市园林局", 3)
    [event] = events("person.profile_changed")
    assert json.loads(event.data) == {
        "fields": [
            "district_code",
            "employer",
            "employer_district_code",
            "home_street_code",
            "kind",
            "most_visits",
            "note",
        ]
    }


def test_a_unit_says_in_which_district_the_employer_is(make: Make, admin: Person) -> None:
    person, unit = make.inspector(), make.unit()

    change(person, admin, employer_unit_id=unit.id, employer_district_code=None)

    profile = held(person)[1]
    assert profile and profile.employer_district_code == unit.district_code


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 31}, "name"),
        ({"district_code": "999999"}, "district"),
        ({"employer_district_code": "999999"}, "employer_district"),
        ({"home_street_code": "110108001"}, "street"),
        ({"district_code": None}, "street"),
        ({"most_visits": 61}, "most_visits"),
        ({"most_visits": -1}, "most_visits"),
        ({"note": "长" * 301}, "note"),
    ],
)
def test_what_is_wrong_is_refused_by_field(make: Make, admin: Person, wrong: dict[str, Any], field: str) -> None:
    person = make.inspector()

    with pytest.raises(Invalid) as refused:
        change(person, admin, **wrong)

    assert refused.value.field == field and held(person)[1] is None


def test_of_two_who_change_the_second_is_told(make: Make, admin: Person) -> None:
    person = make.inspector()
    seen = profiles.version(*held(person))
    change(person, admin)

    with pytest.raises(Conflict):
        change(person, admin, seen=seen, note="别的")


def test_leave_is_written_down_and_coming_back_ends_it_today(make: Make, admin: Person) -> None:
    person = make.inspector()

    act(profiles.leave, person, admin, TODAY - 3 * DAY, TODAY + 9 * DAY)
    act(profiles.come_back, person, admin, today=TODAY)

    profile = held(person)[1]
    assert profile and (profile.away_from, profile.away_until) == (TODAY - 3 * DAY, TODAY - DAY)


def test_leave_that_has_not_begun_is_forgotten(make: Make, admin: Person) -> None:
    person = make.inspector()

    act(profiles.leave, person, admin, TODAY, None)
    act(profiles.come_back, person, admin, today=TODAY)

    profile = held(person)[1]
    assert profile and (profile.away_from, profile.away_until) == (None, None)


@pytest.mark.parametrize(("first", "last", "field"), [(None, None, "away_from"), (TODAY, TODAY - DAY, "away_until")])
def test_leave_without_days_or_backwards_is_refused(
    make: Make, admin: Person, first: Any, last: Any, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        act(profiles.leave, make.inspector(), admin, first, last)

    assert refused.value.field == field


def test_out_of_the_roster_ends_devices_and_invitation_and_back_signs_nobody_in(make: Make, admin: Person) -> None:
    person = make.inspector()
    sign_in(person)
    with quick_hashing():
        new = invitations.draft()
    with writing():
        invitations.create(db.session.get_one(Person, person.id), new, valid=DAY, by="test", now=NOW)

    act(profiles.close, person, admin)
    assert held(person)[0].disabled_at == NOW
    with pytest.raises(Conflict):
        act(profiles.close, person, admin)
    act(profiles.reopen, person, admin)

    assert held(person)[0].disabled_at is None
    assert invitations.unspent(held(person)[0]) is None
    assert profiles.devices(held(person)[0], by=admin) == []
    with pytest.raises(Conflict):
        act(profiles.reopen, person, admin)


def test_a_lost_phone_is_signed_out_and_a_fresh_invitation_is_there_in_one_step(
    make: Make, admin: Person, events: Events
) -> None:
    person = make.inspector()
    sign_in(person, unsent=3)
    assert profiles.unsent(held(person)[0], by=admin) == 3
    with quick_hashing():
        new = invitations.draft()

    act(profiles.lost_phone, person, admin, new, valid=DAY)

    assert profiles.devices(held(person)[0], by=admin) == []
    assert db.session.query(Invitation).filter_by(person_id=person.id, revoked_at=None).count() == 1
    assert [event.name for event in events()[-3:]] == ["device.all_closed", "person.phone_lost", "invitation.created"]


def test_a_lost_phone_of_somebody_who_left_changes_nothing_at_all(make: Make, admin: Person, events: Events) -> None:
    person = make.inspector()
    act(profiles.close, person, admin)
    with quick_hashing():
        new = invitations.draft()
    before = len(events())

    with pytest.raises(Conflict):
        act(profiles.lost_phone, person, admin, new, valid=DAY)

    assert len(events()) == before


@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT, Role.AUDITOR])
def test_nobody_but_the_administrator_does_any_of_it(make: Make, role: Role) -> None:
    person, by = make.inspector(), make.person(role, district_code="110101")

    for work in (
        lambda: profiles.change(person.id, VALUES, seen="", by=by, now=NOW),
        lambda: profiles.leave(person.id, TODAY, None, by=by, now=NOW),
        lambda: profiles.close(person.id, by=by, now=NOW),
        lambda: profiles.devices(person, by=by),
        lambda: profiles.unsent(person, by=by),
    ):
        with pytest.raises(NotAllowed), writing():
            work()
