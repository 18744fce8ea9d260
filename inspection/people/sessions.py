"""Signing in on a device and out again (登录).

An account and a network that fail again and again wait longer each time, never for ever, and everyone is told the
same whether the account is unknown, the password wrong or the person disabled (controls E02, E03). The password is
checked before anything is locked: hashing is slow on purpose.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from inspection.kernel import audit
from inspection.kernel.db import db, insert_once
from inspection.people import passwords
from inspection.people.access import Role
from inspection.people.models import Device, Person, SignInFailure

FREE_TRIES = 3
"""Failures in a row before waiting begins."""
LONGEST_WAIT = timedelta(minutes=15)
NETWORK_FREE_TRIES = 30
"""A network may be an office's single address: it gets more tries than an account."""
FORGET_AFTER = timedelta(hours=24)
SEEN_STEP = timedelta(minutes=10)
"""``seen_at`` is written at most this often, so that reading does not write."""


@dataclass(frozen=True)
class Lifetime:
    """How long a sign-in lasts: at most, and without being used."""

    longest: timedelta
    idle: timedelta


@dataclass(frozen=True)
class Lifetimes:
    """How long sign-ins last: an inspector signs in once per phone, everyone else more often."""

    inspectors: Lifetime
    others: Lifetime

    def of(self, role: Role) -> Lifetime:
        """How long a sign-in of someone with this role lasts."""
        return self.inspectors if role is Role.INSPECTOR else self.others


@dataclass(frozen=True)
class Attempt:
    """What checking a phone number and a password showed; nothing is written yet."""

    phone: str
    network: str
    person: Person | None
    wait: timedelta
    fresh_hash: str | None = None
    """The password hashed with today's parameters, where what is kept was made with others."""


def check(phone: str, password: str, *, network: str, now: datetime) -> Attempt:
    """Look the account up and compare the password; ``wait`` is more than nothing if it is not yet time to try."""
    phone = phone.strip()
    wait = wait_for(phone, network=network, now=now)
    if wait:
        return Attempt(phone, network, None, wait)
    person = db.session.scalar(select(Person).where(Person.phone == phone))
    kept = person.password_hash if person else None
    right = passwords.matches(password, kept)
    if not right or person is None or person.disabled_at is not None:
        return Attempt(phone, network, None, wait)
    fresh_hash = passwords.hashed(password) if passwords.outdated(person.password_hash) else None
    return Attempt(phone, network, person, wait, fresh_hash)


def open_device(
    attempt: Attempt, *, label: str, lifetime: Lifetimes, now: datetime, replacing: str | None = None
) -> str | None:
    """Sign in after ``check``: the device's token, to be shown to the browser once; None if it failed.

    A failure is counted, so that the next attempt may have to wait. See ``open_for`` about ``replacing``.
    """
    person = db.session.get(Person, attempt.person.id) if attempt.person else None
    if person is None or person.disabled_at is not None:
        if not attempt.wait:
            count_failure(attempt.phone, network=attempt.network, now=now)
        return None
    if attempt.fresh_hash:
        person.password_hash = attempt.fresh_hash
    return open_for(person, label=label, lifetime=lifetime, now=now, replacing=replacing)


def open_for(person: Person, *, label: str, lifetime: Lifetimes, now: datetime, replacing: str | None = None) -> str:
    """Sign in someone who has shown who they are; their failures are forgotten. Returns the device's token.

    ``replacing`` is the token that the browser held until now, if any: that sign-in, whoever's it was, ends here.
    """
    db.session.execute(delete(SignInFailure).where(SignInFailure.key == f"phone:{person.phone}"))
    _end_former(replacing, by=person, now=now)
    token = secrets.token_urlsafe(32)
    device = Device(
        person_id=person.id,
        token_hash=hash_of(token),
        label=label[:120],
        created_at=now,
        seen_at=now,
        expires_at=now + lifetime.of(person.role).longest,
    )
    db.session.add(device)
    db.session.flush()
    audit.record("device.opened", f"device:{device.id}", by=person, at=now)
    return token


def device_of(token: str, *, lifetime: Lifetimes, now: datetime) -> Device | None:
    """The device that holds the token, if its sign-in still counts and its person is not disabled."""
    device = db.session.scalar(select(Device).where(Device.token_hash == hash_of(token)))
    if device is None or device.ended_at or device.person.disabled_at:
        return None
    idle = lifetime.of(device.person.role).idle
    return device if now < min(device.expires_at, device.seen_at + idle) else None


def needs_touch(device: Device, now: datetime) -> bool:
    """Whether it is time to write down that the device was seen."""
    return now - device.seen_at > SEEN_STEP


def touch(device_id: object, now: datetime) -> None:
    """Write down that the device was seen."""
    db.session.execute(update(Device).where(Device.id == device_id).values(seen_at=now))


def close_device(device: Device, *, by: Person, now: datetime) -> None:
    """Sign the device out."""
    device.ended_at = now
    db.session.flush()
    audit.record("device.closed", f"device:{device.id}", by=by, at=now)


def close_all(person: Person, *, by: Person | str, now: datetime) -> None:
    """Sign the person out everywhere: after a change of password or role, or a lost phone."""
    mine: list[ColumnElement[bool]] = [Device.person_id == person.id, Device.ended_at.is_(None)]
    db.session.execute(update(Device).where(*mine).values(ended_at=now))
    audit.record("device.all_closed", person, by=by, at=now)


def hash_of(token: str) -> str:
    """What is kept of a 256-bit token: its SHA-256 (it needs no salt: it cannot be guessed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def wait_for(phone: str, *, network: str, now: datetime) -> timedelta:
    """How long this account, or this network, has to wait before its next attempt; nothing if it may try now."""
    return max(_wait(f"phone:{phone}", FREE_TRIES, now), _wait(f"net:{network}", NETWORK_FREE_TRIES, now))


def count_failure(phone: str, *, network: str, now: datetime) -> None:
    """Write down that signing in has failed once more."""
    _count_failure(f"phone:{phone}", now)
    _count_failure(f"net:{network}", now)


def _end_former(token: str | None, *, by: Person, now: datetime) -> None:
    if token is None:
        return
    former = db.session.scalar(select(Device).where(Device.token_hash == hash_of(token), Device.ended_at.is_(None)))
    if former is not None:
        close_device(former, by=by, now=now)


def _wait(key: str, free: int, now: datetime) -> timedelta:
    failure = db.session.get(SignInFailure, key)
    if failure is None or failure.count < free or now - failure.last_at > FORGET_AFTER:
        return timedelta(0)
    pause = min(timedelta(seconds=2 ** min(failure.count - free, 16)), LONGEST_WAIT)
    return max(failure.last_at + pause - now, timedelta(0))


def _count_failure(key: str, now: datetime) -> None:
    if insert_once(SignInFailure, key=key, count=1, last_at=now):
        return
    failure = db.session.get(SignInFailure, key, with_for_update=True, populate_existing=True)
    if failure is not None:
        failure.count = 1 if now - failure.last_at > FORGET_AFTER else failure.count + 1
        failure.last_at = now
        db.session.flush()
