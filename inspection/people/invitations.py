"""Signing in once without a password (邀请单): a link to scan, or a phone number and a code, good for one sign-in.

Looking at an invitation changes nothing, so that a link's preview does not burn it: it is spent by an action of its
own, and by exactly one of several at once. Whatever is wrong with one (unknown, spent, expired, revoked), whoever
asks is told the same (controls E02, E03, E09).
"""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.text import N_
from inspection.people import access, passwords, sessions
from inspection.people.access import Right
from inspection.people.models import Invitation, Person
from inspection.people.sessions import Lifetimes, hash_of

CODE_DIGITS = 8
CODE_GROUP = 4
MOST_WRONG_CODES = 10
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Draft:
    """What an invitation will be: its token and code, to be shown once and never kept."""

    token: str = field(repr=False)
    code: str = field(repr=False)
    code_hash: str = field(repr=False)


@dataclass(frozen=True)
class CodeAttempt:
    """What checking a phone number and a code showed; nothing is written yet."""

    phone: str
    network: str
    invitation_id: uuid.UUID | None
    """The one that the code was compared with, if the account has one that counts."""
    right: bool
    wait: timedelta


@dataclass(frozen=True)
class Opened:
    """A sign-in: who, and the device's token, to be shown to the browser once."""

    person: Person
    token: str = field(repr=False)


def draft() -> Draft:
    """A fresh token and code. To be made before anything is locked: hashing is slow on purpose."""
    code = _new_code()
    return Draft(secrets.token_urlsafe(TOKEN_BYTES), code, passwords.hashed(code))


def create(person: Person, new: Draft, *, valid: timedelta, by: Person | str, now: datetime) -> Invitation:
    """Invite the person; an earlier invitation of theirs that was not used is worth nothing from now on.

    Raises NotAllowed for whoever may not manage people, Conflict for a closed account.
    """
    _require_manager(by)
    if person.disabled_at is not None:
        raise Conflict(N_("这个账号已经停用。"))
    # One at a time for each person, without stopping the sign-ins that only point at the person's row.
    db.session.refresh(person, with_for_update={"key_share": True})
    if earlier := unspent(person, lock=True):
        _revoke(earlier, reason="replaced", by=by, now=now)
    invitation = Invitation(
        person_id=person.id,
        token_hash=hash_of(new.token),
        code_hash=new.code_hash,
        created_by=by if isinstance(by, str) else by.audit_ref,
        created_at=now,
        expires_at=now + valid,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record("invitation.created", invitation, by=by, at=now, person=person.audit_ref)
    return invitation


def revoke(person: Person, *, by: Person | str, now: datetime) -> None:
    """Make the person's unused invitation worthless; raises NotFound if there is none."""
    _require_manager(by)
    invitation = unspent(person, lock=True)
    if invitation is None:
        raise NotFound(N_("这个人没有未用的邀请单。"))
    _revoke(invitation, reason="asked", by=by, now=now)


def unspent(person: Person, *, lock: bool = False) -> Invitation | None:
    """The person's invitation that was neither used nor revoked, though it may be too old by now."""
    mine = select(Invitation).where(Invitation.person_id == person.id, *_open())
    return db.session.scalar(_locked(mine) if lock else mine)


def unspent_of(people: Iterable[Person]) -> dict[uuid.UUID, Invitation]:
    """The unused invitations of several people, by the person's id."""
    ids = [person.id for person in people]
    found = db.session.scalars(select(Invitation).where(Invitation.person_id.in_(ids), *_open()))
    return {invitation.person_id: invitation for invitation in found}


def find(token: str, *, now: datetime) -> Invitation | None:
    """The invitation that holds the token, if it still counts. Changes nothing."""
    return _live(db.session.scalar(select(Invitation).where(Invitation.token_hash == hash_of(token))), now)


def spend(token: str, *, label: str, lifetime: Lifetimes, now: datetime, replacing: str | None = None) -> Opened | None:
    """Sign in by the link's token; None if it does not count, or not any more. See ``sessions.open_for``."""
    wanted = select(Invitation).where(Invitation.token_hash == hash_of(token), *_open())
    invitation = _live(db.session.scalar(_locked(wanted)), now)
    if invitation is None:
        return None
    return _spend(invitation, way="link", label=label, lifetime=lifetime, now=now, replacing=replacing)


def check_code(phone: str, code: str, *, network: str, now: datetime) -> CodeAttempt:
    """Compare the code with that of the account's invitation; the same work is done where there is none."""
    wait = sessions.wait_for(phone, network=network, now=now)
    if wait:
        return CodeAttempt(phone, network, None, False, wait)
    wanted = select(Invitation).join(Invitation.person).where(Person.phone == phone, *_open())
    invitation = _live(db.session.scalar(wanted), now)
    right = passwords.matches(code, invitation.code_hash if invitation else None)
    return CodeAttempt(phone, network, invitation.id if invitation else None, right, wait)


def spend_code(
    attempt: CodeAttempt, *, label: str, lifetime: Lifetimes, now: datetime, replacing: str | None = None
) -> Opened | None:
    """Sign in after ``check_code``; None if it failed.

    A failure is counted for the account, the network and the invitation, which the tenth wrong code revokes.
    """
    if attempt.wait:
        return None
    wanted = select(Invitation).where(Invitation.id == attempt.invitation_id, *_open())
    invitation = _live(db.session.scalar(_locked(wanted)), now)
    if invitation is not None and attempt.right:
        return _spend(invitation, way="code", label=label, lifetime=lifetime, now=now, replacing=replacing)
    if invitation is not None:
        _count_wrong(invitation, now)
    sessions.count_failure(attempt.phone, network=attempt.network, now=now)
    return None


def grouped(code: str) -> str:
    """1234 5678: as a code is printed and read out."""
    return " ".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))


def _spend(
    invitation: Invitation, *, way: str, label: str, lifetime: Lifetimes, now: datetime, replacing: str | None
) -> Opened:
    invitation.spent_at = now
    person = invitation.person
    audit.record("invitation.spent", invitation, by=person, at=now, way=way)
    token = sessions.open_for(person, label=label, lifetime=lifetime, now=now, replacing=replacing)
    return Opened(person, token)


def _count_wrong(invitation: Invitation, now: datetime) -> None:
    invitation.wrong_codes += 1
    if invitation.wrong_codes >= MOST_WRONG_CODES:
        _revoke(invitation, reason="wrong_codes", by=audit.SYSTEM, now=now)
    db.session.flush()


def _revoke(invitation: Invitation, *, reason: str, by: Person | str, now: datetime) -> None:
    invitation.revoked_at = now
    db.session.flush()
    audit.record("invitation.revoked", invitation, by=by, at=now, reason=reason)


def _live(invitation: Invitation | None, now: datetime) -> Invitation | None:
    if invitation is None or invitation.spent_at or invitation.revoked_at:
        return None
    return invitation if now < invitation.expires_at and invitation.person.disabled_at is None else None


def _open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.spent_at.is_(None), Invitation.revoked_at.is_(None)


def _require_manager(by: Person | str) -> None:
    if isinstance(by, Person):
        access.require(by.role, Right.PEOPLE_MANAGE)


def _locked(wanted: Select[Invitation]) -> Select[Invitation]:
    """What several may want at once: the second waits, and then finds that it does not count any more."""
    return wanted.with_for_update(of=Invitation).execution_options(populate_existing=True)


def _new_code() -> str:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    return code if len(set(code)) > 1 else _new_code()
