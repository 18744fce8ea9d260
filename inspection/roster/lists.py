"""Inspectors narrowed down, page by page, and how many there are of each kind and district (花名册)."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, tuple_

from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Kind, Right, Role
from inspection.people.models import Device, Invitation, Person, Profile
from inspection.roster.models import RosterImport
from inspection.training import passing

CODE = re.compile(r"[a-z0-9_-]{1,40}")
LONGEST_WORDS = 80
YES, NO = "yes", "no"
CLOSED, NEVER = "closed", "never"


@dataclass(frozen=True)
class Filters:
    """What is asked for; an empty one asks for nothing in particular."""

    words: str = ""
    """Each of them stands in the name, the phone number or the employer."""
    kind: str = ""
    district: str = ""
    """Where they live."""
    trained: str = ""
    """``yes`` or ``no``."""
    away: str = ""
    """``yes``: those who are on leave today."""
    show: str = ""
    """``closed``: closed accounts instead of open ones; ``never``: those who have never signed in."""
    batch: str = ""
    """The id of an import: those whose accounts it opened."""

    def but(self, **others: str) -> "Filters":
        """The same with some of them set otherwise."""
        return replace(self, **others)

    @property
    def pairs(self) -> dict[str, Any]:
        """As an address carries them; those that are empty are left out."""
        return {name: value for name in NAMES if (value := getattr(self, name))}


NAMES = tuple(one.name for one in fields(Filters))
NOTHING = Filters()

Entry = tuple[Person, Profile | None]


@dataclass(frozen=True)
class Count:
    """How many inspectors there are of one kind or district, and of them how many are trained and on leave."""

    code: str
    all: int
    trained: int
    away: int


def parse(given: Mapping[str, str]) -> Filters:
    """The filters of an address. Raises Invalid naming the first that cannot be read."""
    read = {name: text for name in NAMES if (text := given.get(name, "").strip())}
    words = read.get("words", "")
    if len(words) > LONGEST_WORDS or not words.isprintable():
        raise Invalid("words", N_("最多写 %(most)s 个字。"), most=LONGEST_WORDS)
    for name, text in read.items():
        if name != "words" and not CODE.fullmatch(text):
            raise Invalid(name, N_("这个条件看不懂，请重新选。"))
    return Filters(**read)


def page(asked: Filters, *, by: Person, today: date, after: uuid.UUID | None = None, limit: int) -> Sequence[Entry]:
    """Inspectors by name, from after one of them on, with what the roster knows of each."""
    wanted = _wanted(asked, by, today)
    last = db.session.get(Person, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(Person.name, Person.id) > (last.name, last.id))
    return [(person, profile) for person, profile in db.session.execute(wanted.limit(limit))]


def stream(asked: Filters, *, by: Person, today: date) -> Iterator[Entry]:
    """All of them, by name, for a file."""
    return ((person, profile) for person, profile in db.session.execute(_wanted(asked, by, today)))


def number(asked: Filters, *, by: Person, today: date) -> int:
    """How many there are."""
    return _number(_wanted(asked, by, today))


def without_sheet(asked: Filters, *, by: Person, now: datetime, today: date, limit: int) -> Sequence[Person]:
    """Of those who are asked for, by name, whoever is signed in nowhere and has no invitation that counts.

    So that the sheets of a whole selection are printed portion by portion: whoever has one is not in the next.
    """
    wanted = _without_sheet(asked, by, now, today)
    return [person for person, _profile in db.session.execute(wanted.limit(limit))]


def number_without_sheet(asked: Filters, *, by: Person, now: datetime, today: date) -> int:
    """How many of them there are."""
    return _number(_without_sheet(asked, by, now, today))


def find(person_id: uuid.UUID, *, by: Person) -> Entry:
    """One inspector; raises NotFound for whoever is none."""
    access.require(by.role, Right.PEOPLE_MANAGE)
    wanted = select(Person, Profile).outerjoin(Profile, Profile.person_id == Person.id)
    found = db.session.execute(wanted.where(Person.id == person_id, Person.role == Role.INSPECTOR)).one_or_none()
    if found is None:
        raise NotFound(N_("没有这位督查员。"))
    return found[0], found[1]


def by_kind(*, by: Person, today: date) -> list[Count]:
    """How many open accounts there are of each kind."""
    return _counts(Person.kind, by, today)


def by_district(*, by: Person, today: date) -> list[Count]:
    """How many open accounts there are by the district in which they live; an empty code for none."""
    return _counts(Person.district_code, by, today)


def away_on(today: date) -> ColumnElement[bool]:
    """The condition on ``Profile`` that they are on leave that day."""
    return and_(
        or_(Profile.away_from.is_not(None), Profile.away_until.is_not(None)),
        or_(Profile.away_from.is_(None), Profile.away_from <= today),
        or_(Profile.away_until.is_(None), Profile.away_until >= today),
    )


def _counts(column: Any, by: Person, today: date) -> list[Count]:
    access.require(by.role, Right.ROSTER_COUNT)
    trained = func.sum(case((passing.condition(), 1), else_=0))
    away = func.sum(case((away_on(today), 1), else_=0))
    rows = db.session.execute(
        select(column, func.count(), trained, away)
        .select_from(Person)
        .outerjoin(Profile, Profile.person_id == Person.id)
        .where(Person.role == Role.INSPECTOR, Person.disabled_at.is_(None))
        .group_by(column)
        .order_by(column)
    )
    return [Count(str(code or ""), every, int(done or 0), int(gone or 0)) for code, every, done, gone in rows]


def _wanted(asked: Filters, by: Person, today: date) -> Select[Person, Profile]:
    access.require(by.role, Right.PEOPLE_MANAGE)
    wanted = select(Person, Profile).outerjoin(Profile, Profile.person_id == Person.id)
    return wanted.where(Person.role == Role.INSPECTOR, *_asked(asked, today)).order_by(Person.name, Person.id)


def _without_sheet(asked: Filters, by: Person, now: datetime, today: date) -> Select[Person, Profile]:
    signed_in = select(Device.id).where(
        Device.person_id == Person.id, Device.ended_at.is_(None), Device.expires_at > now
    )
    invited = select(Invitation.id).where(
        Invitation.person_id == Person.id,
        Invitation.spent_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
    return _wanted(asked, by, today).where(Person.disabled_at.is_(None), ~signed_in.exists(), ~invited.exists())


def _number(wanted: Select[Person, Profile]) -> int:
    return db.session.scalar(wanted.with_only_columns(func.count()).order_by(None)) or 0


def _asked(asked: Filters, today: date) -> Iterator[ColumnElement[bool]]:
    yield Person.disabled_at.is_not(None) if asked.show == CLOSED else Person.disabled_at.is_(None)
    if asked.show == NEVER:
        yield ~select(Device.id).where(Device.person_id == Person.id).exists()
    if asked.kind:
        yield Person.kind == Kind(asked.kind) if asked.kind in set(Kind) else false()
    if asked.district:
        yield Person.district_code == asked.district
    if asked.trained:
        yield passing.condition() if asked.trained == YES else ~passing.condition()
    if asked.away:
        yield away_on(today)
    for word in asked.words.split():
        yield or_(*(column.contains(word, autoescape=True) for column in (Person.name, Person.phone, Profile.employer)))
    if asked.batch:
        yield _opened_by(asked.batch)


def _opened_by(batch: str) -> ColumnElement[bool]:
    try:
        file = db.session.get(RosterImport, uuid.UUID(batch))
    except ValueError:
        return false()
    return Person.created_at == file.imported_at if file and file.imported_at else false()
