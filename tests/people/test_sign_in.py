"""Signing in: one message for whatever is wrong, longer waits but never for ever, opaque tokens that end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import inspect

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.people import passwords, service, sessions
from inspection.people.access import Role
from inspection.people.models import Device, Person, SignInFailure
from inspection.people.sessions import FORGET_AFTER, LONGEST_WAIT, Lifetime, Lifetimes
from tests.make import NOW, PASSWORD, Make

LIFETIME = Lifetime(longest=timedelta(days=366), idle=timedelta(days=180))
STAFF_LIFETIME = Lifetime(longest=timedelta(days=90), idle=timedelta(days=30))
LIFETIMES = Lifetimes(inspectors=LIFETIME, others=STAFF_LIFETIME)
SECOND = timedelta(seconds=1)
NETWORK = "10.0.0.7"


def sign_in(
    phone: str, password: str = PASSWORD, *, network: str = NETWORK, now: datetime = NOW, replacing: str | None = None
) -> str | None:
    attempt = sessions.check(phone, password, network=network, now=now)
    with writing():
        return sessions.open_device(attempt, label="手机", lifetime=LIFETIMES, now=now, replacing=replacing)


def wait_of(phone: str, *, network: str = NETWORK, now: datetime = NOW) -> timedelta:
    return sessions.check(phone, "wrong", network=network, now=now).wait


def fail(phone: str, times: int, *, network: str = NETWORK, now: datetime = NOW) -> datetime:
    """Fail so often, each as soon as it may be; the moment of the last failure."""
    for _ in range(times):
        now += wait_of(phone, network=network, now=now)
        assert sign_in(phone, "wrong", network=network, now=now) is None
    return now


def device(token: str, now: datetime = NOW) -> Device | None:
    return sessions.device_of(token, lifetime=LIFETIMES, now=now)


def test_the_right_password_opens_a_device(make: Make) -> None:
    person = make.inspector()

    token = sign_in(person.phone)

    assert token is not None
    found = device(token)
    assert found is not None and found.person.id == person.id
    assert found.expires_at == NOW + LIFETIME.longest


def test_spaces_around_the_phone_number_do_not_matter(make: Make) -> None:
    person = make.inspector()

    assert sign_in(f" {person.phone} ") is not None


def test_wrong_unknown_and_disabled_look_the_same(make: Make) -> None:
    person, gone = make.inspector(), make.inspector()
    with writing():
        service.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)
    tries = [(person.phone, "wrong"), ("13999999999", PASSWORD), (gone.phone, PASSWORD), (person.phone, "x" * 500)]

    attempts = [sessions.check(phone, password, network=NETWORK, now=NOW) for phone, password in tries]

    assert [(attempt.person, attempt.wait) for attempt in attempts] == [(None, timedelta(0))] * 4


def test_unknown_accounts_wait_as_known_ones_do(make: Make) -> None:
    person = make.inspector()
    last = fail(person.phone, 4, network="a")
    assert last == fail("13999999999", 4, network="b")

    waits = [wait_of(phone, network="c", now=last) for phone in (person.phone, "13999999999")]

    assert waits == [2 * SECOND, 2 * SECOND]


def test_three_failures_cost_nothing_and_each_more_doubles_the_wait(make: Make) -> None:
    person, waits = make.inspector(), []

    now = NOW
    for _ in range(7):
        now = fail(person.phone, 1, now=now)
        waits.append(wait_of(person.phone, now=now))

    assert waits == [timedelta(seconds=s) for s in (0, 0, 1, 2, 4, 8, 16)]


def test_before_the_wait_is_over_even_the_right_password_does_not_help(make: Make) -> None:
    person = make.inspector()
    last = fail(person.phone, 5)

    too_early = sign_in(person.phone, now=last + 3 * SECOND)
    in_time = sign_in(person.phone, now=last + 4 * SECOND)

    assert too_early is None
    assert in_time is not None


def test_asking_during_the_wait_does_not_lengthen_it(make: Make) -> None:
    person = make.inspector()
    last = fail(person.phone, 5)

    for _ in range(5):
        sign_in(person.phone, "wrong", now=last + SECOND)

    assert wait_of(person.phone, now=last + SECOND) == 3 * SECOND


def test_no_wait_is_longer_than_a_quarter_of_an_hour_and_none_is_for_ever(make: Make) -> None:
    person = make.inspector()
    with writing():
        db.session.add(SignInFailure(key=f"phone:{person.phone}", count=10_000, last_at=NOW))

    assert wait_of(person.phone) == LONGEST_WAIT == timedelta(minutes=15)
    assert wait_of(person.phone, now=NOW + LONGEST_WAIT) == timedelta(0)
    assert sign_in(person.phone, now=NOW + LONGEST_WAIT) is not None


def test_signing_in_forgets_the_failures(make: Make) -> None:
    person = make.inspector()
    last = fail(person.phone, 5)
    sign_in(person.phone, now=last + timedelta(minutes=1))

    fail(person.phone, 2, now=last + timedelta(minutes=2))

    assert wait_of(person.phone, now=last + timedelta(minutes=2)) == timedelta(0)


def test_a_day_later_the_count_begins_anew(make: Make) -> None:
    person = make.inspector()
    last = fail(person.phone, 6)

    later = fail(person.phone, 1, now=last + FORGET_AFTER + SECOND)

    assert db.session.get_one(SignInFailure, f"phone:{person.phone}").count == 1
    assert wait_of(person.phone, now=later) == timedelta(0)


def test_a_network_that_tries_many_accounts_waits_whoever_it_asks_for(make: Make) -> None:
    person = make.inspector()
    with writing():
        db.session.add(SignInFailure(key=f"net:{NETWORK}", count=28, last_at=NOW))

    waits = []
    for number in range(4):
        sign_in(f"1390000000{number}", "wrong")
        waits.append(wait_of(person.phone))

    assert waits == [timedelta(0), 1 * SECOND, 1 * SECOND, 1 * SECOND]
    assert wait_of(person.phone, network="10.9.9.9") == timedelta(0)
    assert sign_in(person.phone, network="10.9.9.9") is not None


def test_one_accounts_failures_do_not_lock_the_others_of_its_office(make: Make) -> None:
    clumsy, other = make.inspector(), make.inspector()
    last = fail(clumsy.phone, 8)

    assert sign_in(other.phone, now=last) is not None


def test_the_token_is_256_bits_and_only_its_hash_is_kept(make: Make) -> None:
    person = make.inspector()

    token = sign_in(person.phone)

    assert token is not None and len(token) >= 43
    kept = db.session.scalars(db.select(Device)).one()
    values = [str(getattr(kept, column.key)) for column in inspect(Device).column_attrs]
    assert token not in values
    assert kept.token_hash == sessions.hash_of(token)
    assert sign_in(person.phone) != token


def test_a_token_that_was_made_up_or_is_a_hash_opens_nothing(make: Make) -> None:
    sign_in(make.inspector().phone)
    kept = db.session.scalars(db.select(Device)).one()

    assert device("made up") is None
    assert device("") is None
    assert device(kept.token_hash) is None


def test_a_device_ends_after_its_longest_time_however_much_it_is_used(make: Make) -> None:
    token = sign_in(make.inspector().phone)
    assert token
    end = NOW + LIFETIME.longest
    found = device(token)
    assert found
    with writing():
        sessions.touch(found.id, end - SECOND)

    assert device(token, end - SECOND) is not None
    assert device(token, end) is None


def test_a_device_that_is_not_used_ends_sooner(make: Make) -> None:
    token = sign_in(make.inspector().phone)
    assert token

    assert device(token, NOW + LIFETIME.idle - SECOND) is not None
    assert device(token, NOW + LIFETIME.idle) is None


@pytest.mark.parametrize("role", list(Role))
def test_an_inspectors_phone_stays_signed_in_for_longer_than_a_desk(make: Make, role: Role) -> None:
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    person = make.inspector() if role is Role.INSPECTOR else make.person(role, **known.get(role, {}))
    days = (366, 180) if role is Role.INSPECTOR else (90, 30)

    token = sign_in(person.phone)

    assert token
    found = device(token)
    assert found and found.expires_at == NOW + timedelta(days=days[0])
    assert device(token, NOW + timedelta(days=days[1]) - SECOND) is not None
    assert device(token, NOW + timedelta(days=days[1])) is None


@pytest.mark.parametrize("same", [False, True], ids=["another person", "the same person"])
def test_signing_in_where_someone_is_signed_in_ends_that_sign_in_only(make: Make, same: bool) -> None:
    first, second = make.inspector(), make.inspector()
    former, elsewhere = sign_in(first.phone), sign_in(first.phone)
    assert former and elsewhere

    token = sign_in(first.phone if same else second.phone, replacing=former)

    assert token and device(token) is not None
    assert device(former) is None
    assert device(elsewhere) is not None


def test_a_wrong_password_signs_nobody_out(make: Make) -> None:
    first, second = make.inspector(), make.inspector()
    former = sign_in(first.phone)
    assert former

    assert sign_in(second.phone, "wrong", replacing=former) is None

    assert device(former) is not None


def test_a_cookie_that_is_nobodys_does_not_hinder_signing_in(make: Make) -> None:
    assert sign_in(make.inspector().phone, replacing="made up") is not None


def test_use_is_written_down_now_and_then(make: Make) -> None:
    token = sign_in(make.inspector().phone)
    assert token
    found = device(token)
    assert found

    assert not sessions.needs_touch(found, NOW + sessions.SEEN_STEP)
    assert sessions.needs_touch(found, NOW + sessions.SEEN_STEP + SECOND)
    with writing():
        sessions.touch(found.id, NOW + timedelta(days=100))

    assert device(token, NOW + timedelta(days=279)) is not None


def test_signing_out_ends_this_device_only(make: Make) -> None:
    person = make.inspector()
    phone, tablet = sign_in(person.phone), sign_in(person.phone)
    assert phone and tablet

    with writing():
        found = device(phone)
        assert found
        sessions.close_device(found, by=found.person, now=NOW)

    assert device(phone) is None
    assert device(tablet) is not None


def test_a_new_password_or_a_closed_account_ends_every_device_and_no_one_elses(make: Make) -> None:
    person, other = make.inspector(), make.inspector()
    first, second, others = sign_in(person.phone), sign_in(person.phone), sign_in(other.phone)
    assert first and second and others

    with writing():
        service.change_password(db.session.get_one(Person, person.id), "a new one 2026", by="test", now=NOW)
    again = sign_in(person.phone, "a new one 2026")
    assert again
    with writing():
        service.disable(db.session.get_one(Person, person.id), by="test", now=NOW)

    assert [device(token) for token in (first, second, again)] == [None] * 3
    assert device(others) is not None
    assert sign_in(person.phone, PASSWORD) is None


def test_who_is_disabled_between_the_check_and_the_opening_gets_nothing(make: Make) -> None:
    person = make.inspector()
    attempt = sessions.check(person.phone, PASSWORD, network=NETWORK, now=NOW)
    with writing():
        service.disable(db.session.get_one(Person, person.id), by="test", now=NOW)

    with writing():
        token = sessions.open_device(attempt, label="", lifetime=LIFETIMES, now=NOW)

    assert token is None


def test_signing_in_and_out_is_on_the_record_without_the_token(make: Make) -> None:
    person = make.inspector()
    token = sign_in(person.phone)
    assert token
    with writing():
        found = device(token)
        assert found
        sessions.close_device(found, by=found.person, now=NOW)

    events = db.session.scalars(db.select(AuditEvent).where(AuditEvent.name.startswith("device."))).all()

    assert [event.name for event in events] == ["device.opened", "device.closed"]
    assert all(token not in event.data + event.object for event in events)


def test_passwords_are_kept_as_argon2id() -> None:
    kept = passwords.hashed("xingjian-2026")

    assert kept.startswith("$argon2id$v=19$")
    assert "xingjian" not in kept
    assert kept != passwords.hashed("xingjian-2026")
    assert passwords.matches("xingjian-2026", kept)
    assert not passwords.matches("xingjian-2027", kept)
    assert not passwords.matches("xingjian-2026", None)
    assert not passwords.matches("nobody has this password", None)
    assert not passwords.matches("xingjian-2026", "not a hash")


def test_a_hash_costs_what_rfc_9106_asks_for() -> None:
    """RFC 9106, 4: at least 64 MiB and three passes for the second recommended option."""
    parameters = dict(part.split("=") for part in passwords.hashed("xingjian-2026").split("$")[3].split(","))

    assert int(parameters["m"]) >= 65536
    assert int(parameters["t"]) >= 3


@pytest.mark.parametrize("password", ["short-7", "", "x" * 129, "aaaaaaaaaaaa"])
def test_a_password_that_is_none_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.hashed(password)

    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", ["八个字符的密码吧呢", "x" * 64 + "y" * 64, "12345678"])
def test_long_and_chinese_passwords_are_allowed(password: str) -> None:
    assert passwords.matches(password, passwords.hashed(password))


def test_a_password_of_a_megabyte_is_not_hashed() -> None:
    kept = passwords.hashed("xingjian-2026")

    assert not passwords.matches("x" * 1_000_000, kept)


def test_signing_in_strengthens_a_hash_of_weaker_days(make: Make) -> None:
    person = make.person(Role.CITY)
    assert passwords.outdated(person.password_hash)

    sign_in(person.phone, "wrong")
    weak = passwords.outdated(db.session.get_one(Person, person.id).password_hash)
    sign_in(person.phone)

    assert weak
    kept = db.session.get_one(Person, person.id).password_hash
    assert not passwords.outdated(kept)
    assert passwords.matches(PASSWORD, kept)
