"""Invitations: good for one sign-in, by link or by code, and no word about why one does not count."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, NotAllowed, NotFound
from inspection.people import invitations, service, sessions
from inspection.people.access import Role
from inspection.people.invitations import CODE_DIGITS, MOST_WRONG_CODES, Draft, Opened
from inspection.people.models import Device, Invitation, Person, SignInFailure
from inspection.people.sessions import Lifetime, Lifetimes
from tests.make import NOW, Make, quick_hashing, side_by_side

Events = Callable[..., list[AuditEvent]]
HOUR = timedelta(hours=1)
VALID = 168 * HOUR
LIFETIMES = Lifetimes(
    inspectors=Lifetime(timedelta(days=366), timedelta(days=180)),
    others=Lifetime(timedelta(days=90), timedelta(days=30)),
)
NETWORK = "10.0.0.7"


def invite(person: Person, *, by: Person | str = "test", now: datetime = NOW) -> Draft:
    with quick_hashing():
        new = invitations.draft()
    with writing():
        if isinstance(by, Person):
            by = db.session.get_one(Person, by.id)
        invitations.create(db.session.get_one(Person, person.id), new, valid=VALID, by=by, now=now)
    return new


def follow(token: str, now: datetime = NOW, replacing: str | None = None) -> Opened | None:
    """Press the button behind the link."""
    with writing():
        return invitations.spend(token, label="手机", lifetime=LIFETIMES, now=now, replacing=replacing)


def type_in(phone: str, code: str, now: datetime = NOW, network: str = NETWORK) -> Opened | None:
    """Fill in the form."""
    attempt = invitations.check_code(phone, code, network=network, now=now)
    with writing():
        return invitations.spend_code(attempt, label="手机", lifetime=LIFETIMES, now=now)


def fail(phone: str, wrong: str, times: int, now: datetime = NOW) -> datetime:
    """Type a wrong code so often, each time as soon as it may be; the moment of the last."""
    for _ in range(times):
        now += invitations.check_code(phone, wrong, network=NETWORK, now=now).wait
        assert type_in(phone, wrong, now) is None
    return now


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def devices(person: Person) -> list[Device]:
    return list(db.session.scalars(db.select(Device).where(Device.person_id == person.id, Device.ended_at.is_(None))))


def test_the_link_signs_in_whom_it_was_made_for(make: Make) -> None:
    person = make.inspector()
    new = invite(person)

    opened = follow(new.token)

    assert opened is not None and opened.person.id == person.id
    found = sessions.device_of(opened.token, lifetime=LIFETIMES, now=NOW)
    assert found and found.person_id == person.id and found.expires_at == NOW + timedelta(days=366)


def test_phone_number_and_code_do_the_same(make: Make) -> None:
    person = make.inspector()
    new = invite(person)

    opened = type_in(person.phone, new.code)

    assert opened is not None and opened.person.id == person.id
    assert len(devices(person)) == 1


@pytest.mark.parametrize("role", list(Role))
def test_someone_of_any_role_can_be_invited(make: Make, role: Role) -> None:
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    person = make.inspector() if role is Role.INSPECTOR else make.person(role, **known.get(role, {}))

    opened = follow(invite(person).token)

    assert opened is not None
    assert devices(person)[0].expires_at == NOW + LIFETIMES.of(role).longest


def test_token_and_code_are_long_enough_differ_each_time_and_are_not_kept(make: Make) -> None:
    person = make.inspector()

    first, second = invite(person), invite(person)

    assert len(first.token) >= 43 and first.token != second.token
    assert len(first.code) == CODE_DIGITS and first.code.isdecimal() and first.code != second.code
    for kept in db.session.scalars(db.select(Invitation)):
        values = [str(getattr(kept, column.key)) for column in inspect(Invitation).column_attrs]
        assert not any(secret in value for value in values for secret in (first.token, first.code, second.code))
        assert kept.code_hash.startswith("$argon2id$")
    assert first.token not in repr(first) and first.code not in repr(first)


def test_looking_at_it_any_number_of_times_changes_nothing(make: Make, events: Events) -> None:
    new = invite(make.inspector())

    for _ in range(5):
        assert invitations.find(new.token, now=NOW) is not None

    assert [event.name for event in events("invitation.")] == ["invitation.created"]
    assert follow(new.token) is not None


@dataclass
class Story:
    """What has happened to an invitation, and what is to come of its link and of its code."""

    name: str
    happens: Callable[[Make, Person, Draft], object]
    later: timedelta
    counts: bool


def disabled(_make: Make, person: Person, _new: Draft) -> None:
    with writing():
        service.disable(db.session.get_one(Person, person.id), by="test", now=NOW)


def revoked(_make: Make, person: Person, _new: Draft) -> None:
    with writing():
        invitations.revoke(db.session.get_one(Person, person.id), by="test", now=NOW)


STORIES = [
    Story("live", lambda *_: None, timedelta(0), True),
    Story("live to the last", lambda *_: None, VALID - timedelta(seconds=1), True),
    Story("expired", lambda *_: None, VALID, False),
    Story("spent by link", lambda _make, _person, new: follow(new.token), HOUR, False),
    Story("spent by code", lambda _make, person, new: type_in(person.phone, new.code), HOUR, False),
    Story("revoked", revoked, HOUR, False),
    Story("replaced", lambda _make, person, _new: invite(person), HOUR, False),
    Story("nine wrong codes", lambda _m, person, new: fail(person.phone, other_than(new.code), 9), HOUR, True),
    Story("ten wrong codes", lambda _m, person, new: fail(person.phone, other_than(new.code), 10), HOUR, False),
    Story("account closed", disabled, HOUR, False),
]


@pytest.mark.parametrize("way", ["link", "code"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_it_counts_as_long_as_it_was_not_used_revoked_or_outlived(make: Make, story: Story, way: str) -> None:
    person = make.inspector()
    new = invite(person)
    story.happens(make, person, new)
    before, now = len(devices(person)), NOW + story.later

    seen = invitations.find(new.token, now=now)
    opened = follow(new.token, now) if way == "link" else type_in(person.phone, new.code, now)

    assert (seen is not None, opened is not None) == (story.counts, story.counts)
    assert len(devices(person)) == before + story.counts


def test_unknown_links_and_accounts_without_an_invitation_look_like_wrong_ones(make: Make) -> None:
    invited, other = make.inspector(), make.inspector()
    new = invite(invited)
    tries = [
        (invited.phone, other_than(new.code)),
        (other.phone, new.code),
        ("13999999999", new.code),
        (invited.phone, ""),
    ]

    told = [invitations.check_code(phone, code, network=NETWORK, now=NOW) for phone, code in tries]

    assert [(attempt.right, attempt.wait) for attempt in told] == [(False, timedelta(0))] * 4
    assert [invitations.find(token, now=NOW) for token in ("", "made up", new.token[:-1])] == [None] * 3
    assert [follow(token) for token in ("", "made up", new.code)] == [None] * 3


def test_a_link_given_as_a_hash_opens_nothing(make: Make) -> None:
    invite(make.inspector())
    kept = db.session.scalars(db.select(Invitation)).one()

    assert follow(kept.token_hash) is None


def test_wrong_codes_make_the_account_wait_as_wrong_passwords_do(make: Make) -> None:
    person = make.inspector()
    new = invite(person)
    last = fail(person.phone, other_than(new.code), 5)

    early = type_in(person.phone, new.code, last + timedelta(seconds=3))
    password = sessions.check(person.phone, "wrong", network="elsewhere", now=last)
    in_time = type_in(person.phone, new.code, last + timedelta(seconds=4))

    assert early is None and password.wait == timedelta(seconds=4)
    assert in_time is not None
    assert db.session.get(SignInFailure, f"phone:{person.phone}") is None


def test_what_is_tried_during_the_wait_is_not_counted(make: Make) -> None:
    person = make.inspector()
    new = invite(person)
    last = fail(person.phone, other_than(new.code), 5)

    for _ in range(20):
        type_in(person.phone, other_than(new.code), last)

    assert db.session.scalars(db.select(Invitation.wrong_codes)).one() == 5


def test_the_tenth_wrong_code_is_the_end_and_on_the_record(make: Make, events: Events) -> None:
    person = make.inspector()
    new = invite(person)

    fail(person.phone, other_than(new.code), MOST_WRONG_CODES)

    (event,) = events("invitation.revoked")
    assert (event.actor, json.loads(event.data)) == ("system", {"reason": "wrong_codes"})
    assert follow(new.token, NOW + HOUR) is None


def test_guesses_that_were_checked_at_the_same_moment_do_not_outrun_the_tenth(make: Make) -> None:
    person = make.inspector()
    new = invite(person)
    right = invitations.check_code(person.phone, new.code, network=NETWORK, now=NOW)
    fail(person.phone, other_than(new.code), MOST_WRONG_CODES)

    with writing():
        opened = invitations.spend_code(right, label="", lifetime=LIFETIMES, now=NOW)

    assert opened is None and devices(person) == []


def test_a_new_one_takes_the_place_of_the_unused_one(make: Make, events: Events) -> None:
    person, other = make.inspector(), make.inspector()
    kept = invite(other)
    first = invite(person)

    second = invite(person)

    assert follow(first.token) is None
    assert follow(second.token) is not None and follow(kept.token) is not None
    assert [json.loads(event.data)["reason"] for event in events("invitation.revoked")] == ["replaced"]


def test_after_one_was_used_another_can_be_made_for_a_second_phone(make: Make, events: Events) -> None:
    person = make.inspector()
    follow(invite(person).token)

    follow(invite(person).token)

    assert len(devices(person)) == 2
    assert events("invitation.revoked") == []


def test_revoking_needs_one_that_was_not_used(make: Make) -> None:
    person = make.inspector()
    follow(invite(person).token)

    with pytest.raises(NotFound), writing():
        invitations.revoke(db.session.get_one(Person, person.id), by="test", now=NOW)


def test_a_closed_account_is_not_invited(make: Make) -> None:
    person = make.inspector()
    disabled(make, person, invitations.Draft("", "", ""))

    with pytest.raises(Conflict):
        invite(person)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_who_manages_people_may_invite_and_revoke(make: Make, role: Role) -> None:
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    person = make.inspector()
    other = make.inspector() if role is Role.INSPECTOR else make.person(role, **known.get(role, {}))
    invite(person, by=make.person(Role.ADMIN))

    with pytest.raises(NotAllowed):
        invite(person, by=other)
    with pytest.raises(NotAllowed), writing():
        invitations.revoke(db.session.get_one(Person, person.id), by=db.session.get_one(Person, other.id), now=NOW)

    assert len(db.session.scalars(db.select(Invitation)).all()) == 1


def test_making_and_using_one_is_on_the_record_without_its_secrets(make: Make, events: Events) -> None:
    admin, person = make.person(Role.ADMIN), make.inspector()
    new = invite(person, by=admin)
    follow(new.token)

    told = [(event.name, event.actor) for event in events() if event.name.startswith(("invitation.", "device."))]

    assert told == [
        ("invitation.created", f"person:{admin.id}"),
        ("invitation.spent", f"person:{person.id}"),
        ("device.opened", f"person:{person.id}"),
    ]
    written = " ".join(f"{event.object} {event.data}" for event in events())
    assert not any(secret in written for secret in (new.token, new.code, new.code_hash, person.name, person.phone))
    assert db.session.scalars(db.select(Invitation.created_by)).one() == f"person:{admin.id}"


def test_a_phone_that_someone_else_was_signed_in_on_changes_hands(make: Make) -> None:
    first, second = make.inspector(), make.inspector()
    former = follow(invite(first).token)
    assert former

    opened = follow(invite(second).token, replacing=former.token)

    assert opened is not None
    assert sessions.device_of(former.token, lifetime=LIFETIMES, now=NOW) is None
    assert sessions.device_of(opened.token, lifetime=LIFETIMES, now=NOW) is not None


@pytest.mark.parametrize("ways", ["link and link", "code and code", "link and code"])
def test_of_two_at_the_same_moment_exactly_one_is_signed_in(app: Flask, make: Make, ways: str) -> None:
    person = make.inspector()
    new, phone, person_id = invite(person), person.phone, person.id
    db.session.rollback()
    start, won = threading.Barrier(2), []

    def attempt(way: str) -> Callable[[], None]:
        def run() -> None:
            with app.app_context():
                right = invitations.check_code(phone, new.code, network=NETWORK, now=NOW)
                db.session.rollback()
                start.wait()
                with writing():
                    opened = (
                        invitations.spend(new.token, label="", lifetime=LIFETIMES, now=NOW)
                        if way == "link"
                        else invitations.spend_code(right, label="", lifetime=LIFETIMES, now=NOW)
                    )
                if opened:
                    won.append(way)

        return run

    side_by_side(*(attempt(way) for way in ways.split(" and ")))

    db.session.expire_all()
    assert len(won) == 1
    assert len(devices(db.session.get_one(Person, person_id))) == 1


def test_two_who_invite_the_same_person_at_the_same_moment_leave_one_invitation(app: Flask, make: Make) -> None:
    person_id, start = make.inspector().id, threading.Barrier(2)
    with quick_hashing():
        drafts = [invitations.draft() for _ in range(2)]
    db.session.rollback()

    def make_one(new: Draft) -> Callable[[], None]:
        def run() -> None:
            with app.app_context():
                start.wait()
                with writing():
                    person = db.session.get_one(Person, person_id)
                    invitations.create(person, new, valid=VALID, by="test", now=NOW)

        return run

    side_by_side(*map(make_one, drafts))

    found = [invitations.find(new.token, now=NOW) is not None for new in drafts]
    assert sorted(found) == [False, True]


STEPS = st.lists(
    st.sampled_from(["invite", "follow", "follow older", "type", "type wrong", "revoke", "an hour", "a week"]),
    max_size=12,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_however_things_go_each_invitation_signs_in_once_at_most(sqlite_app: Flask, steps: list[str]) -> None:
    """Against a model of a few lines: the last invitation, until it is used, revoked, or 168 hours old."""
    person = Make(sqlite_app).person(Role.CITY, phone=f"139{next(NUMBERS):08}")
    now, made, live_since, signed_in = NOW, [], None, 0
    for step in steps:
        counts = live_since is not None and now < live_since + VALID
        if step == "invite":
            made.append(invite(person, now=now))
            live_since = now
        elif step == "follow" and made:
            assert (follow(made[-1].token, now) is not None) is counts
            signed_in, live_since = signed_in + counts, None if counts else live_since
        elif step == "follow older" and len(made) > 1:
            assert follow(made[-2].token, now) is None
        elif step == "type" and made:
            assert (type_in(person.phone, made[-1].code, now) is not None) is counts
            signed_in, live_since = signed_in + counts, None if counts else live_since
        elif step == "type wrong" and made:
            assert type_in(person.phone, other_than(made[-1].code), now) is None
        elif step == "revoke" and live_since is not None:
            revoked(Make(sqlite_app), person, made[-1])
            live_since = None
        now += {"an hour": HOUR, "a week": VALID}.get(step, timedelta(minutes=20))

    assert len(devices(person)) == signed_in


NUMBERS = iter(range(10**8))
