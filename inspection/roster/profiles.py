"""What the roster knows of an inspector, and what is done to them: changed, on leave, back, closed, lost phone.

The chain says which things changed and who changed them, never what they were or are: it is kept for ever, and where
somebody lives need not be. Nothing here commits.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people import access, invitations, sessions
from inspection.people import service as people
from inspection.people.access import Kind, Right
from inspection.people.invitations import Draft
from inspection.people.models import Device, Invitation, Person, Profile, Unit
from inspection.roster import lists

LONGEST_NAME, LONGEST_EMPLOYER, LONGEST_NOTE = 30, 60, 300
MOST_VISITS = 60
OWN = ("name", "kind", "district_code")
"""What is the account's; all the rest is the profile's."""


@dataclass(frozen=True)
class Values:
    """What the roster is to know of somebody."""

    name: str
    kind: Kind
    district_code: str | None
    home_street_code: str | None
    employer: str
    employer_district_code: str | None
    employer_unit_id: uuid.UUID | None
    most_visits: int | None
    note: str


def version(person: Person, profile: Profile | None) -> str:
    """Another one whenever what the roster knows of them has changed."""
    return f"{profile.changed_at.isoformat() if profile else ''}|{person.name}|{person.kind}|{person.district_code}"


def check(values: Values, atlas: Atlas, unit: Unit | None) -> None:
    """Raises Invalid naming the first field that is wrong."""
    _texts(values)
    codes = {one.code for one in atlas.districts}
    for field, code in (("district", values.district_code), ("employer_district", values.employer_district_code)):
        if code and code not in codes:
            raise Invalid(field, N_("请选一个区。"))
    streets = {one.code for one in atlas.streets(values.district_code)} if values.district_code else set()
    if values.home_street_code and values.home_street_code not in streets:
        raise Invalid("street", N_("这个街道不在所住的区。"))
    if values.employer_unit_id and unit is None:
        raise Invalid("unit", N_("没有这个单位。"))
    if unit and values.employer_district_code and unit.district_code != values.employer_district_code:
        raise Invalid("unit", N_("这个单位不在所选的区。"))
    if values.most_visits is not None and not 0 <= values.most_visits <= MOST_VISITS:
        raise Invalid("most_visits", N_("应是 0 到 %(most)s 之间的整数。"), most=MOST_VISITS)


def change(person_id: uuid.UUID, values: Values, *, seen: str, by: Person, now: datetime) -> None:
    """Write down what the roster is to know. ``seen`` is the version that was edited.

    Raises Invalid naming the field, Conflict("changed_meanwhile") if somebody else was first.
    """
    person, profile = _held(person_id, by)
    unit = db.session.get(Unit, values.employer_unit_id) if values.employer_unit_id else None
    check(values, geography.current_atlas(), unit)
    if seen != version(person, profile):
        raise Conflict(N_("您打开以后，别人也改了这个人的资料。请对照后再存。"), code="changed_meanwhile")
    write(person, profile, _plain(values, unit), by=by, now=now)


def write(person: Person, profile: Profile | None, values: Mapping[str, Any], *, by: Person, now: datetime) -> None:
    """Set these columns of account and profile; one event names those that changed."""
    held = profile or _new(person, now)
    changed = []
    for name, value in values.items():
        thing: Any = person if name in OWN else held
        if getattr(thing, name) != value:
            setattr(thing, name, value)
            changed.append(name)
    if changed:
        held.changed_at = now
        db.session.flush()
        audit.record("person.profile_changed", person, by=by, at=now, fields=sorted(changed))


def leave(person_id: uuid.UUID, first: date | None, last: date | None, *, by: Person, now: datetime) -> None:
    """On leave from and until these days (请假); an open end is None. Raises Invalid naming the field."""
    person, profile = _held(person_id, by)
    if first is None and last is None:
        raise Invalid("away_from", N_("请写从哪天起。"))
    if first and last and last < first:
        raise Invalid("away_until", N_("不能早于开始那天。"))
    held = profile or _new(person, now)
    held.away_from, held.away_until, held.changed_at = first, last, now
    db.session.flush()
    audit.record("person.away", person, by=by, at=now)


def come_back(person_id: uuid.UUID, *, today: date, by: Person, now: datetime) -> None:
    """Back from leave (回来了): as of today they are asked again. Does nothing for who is not on leave."""
    person, profile = _held(person_id, by)
    if profile is None or (profile.away_from is None and profile.away_until is None):
        return
    begun = profile.away_from is not None and profile.away_from < today
    profile.away_until = today - timedelta(days=1) if begun else None
    profile.away_from = profile.away_from if begun else None
    profile.changed_at = now
    db.session.flush()
    audit.record("person.back", person, by=by, at=now)


def close(person_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Out of the roster (离队): the account is closed, its devices and its unused invitation with it."""
    person, _profile = _held(person_id, by)
    if person.disabled_at is not None:
        raise Conflict(N_("这个账号已经停用。"))
    people.disable(person, by=by, now=now)
    if invitations.unspent(person):
        invitations.revoke(person, by=by, now=now)


def reopen(person_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Back in the roster (归队): they sign in by a new invitation."""
    person, _profile = _held(person_id, by)
    if person.disabled_at is None:
        raise Conflict(N_("这个账号本来就在用。"))
    people.reopen(person, by=by, now=now)


def lost_phone(person_id: uuid.UUID, new: Draft, *, valid: timedelta, by: Person, now: datetime) -> Invitation:
    """A phone is lost (手机丢了): every device is signed out, and there is a fresh invitation, in one step."""
    person, _profile = _held(person_id, by)
    sessions.close_all(person, by=by, now=now)
    audit.record("person.phone_lost", person, by=by, at=now)
    return invitations.create(person, new, valid=valid, by=by, now=now)


def devices(person: Person, *, by: Person) -> list[Device]:
    """On which devices they are signed in, the one seen last first."""
    access.require(by.role, Right.PEOPLE_MANAGE)
    mine = [Device.person_id == person.id, Device.ended_at.is_(None)]
    return list(db.session.scalars(select(Device).where(*mine).order_by(Device.seen_at.desc(), Device.id)))


def unsent(person: Person, *, by: Person) -> int:
    """How many things their signed-in devices say that they still hold."""
    access.require(by.role, Right.PEOPLE_MANAGE)
    mine = [Device.person_id == person.id, Device.ended_at.is_(None)]
    return db.session.scalar(select(func.coalesce(func.sum(Device.unsent), 0)).where(*mine)) or 0


def _texts(values: Values) -> None:
    if not values.name:
        raise Invalid("name", N_("请写姓名。"))
    for field, text, most in (
        ("name", values.name, LONGEST_NAME),
        ("employer", values.employer, LONGEST_EMPLOYER),
        ("note", values.note, LONGEST_NOTE),
    ):
        if len(text) > most:
            raise Invalid(field, N_("太长，最多 %(most)s 个字。"), most=most)


def _plain(values: Values, unit: Unit | None) -> dict[str, Any]:
    """A unit says in which district the employer is."""
    plain = {name: getattr(values, name) for name in values.__dataclass_fields__}
    return plain | ({"employer_district_code": unit.district_code} if unit else {})


def _new(person: Person, now: datetime) -> Profile:
    profile = Profile(person_id=person.id, employer="", note="", changed_at=now)
    db.session.add(profile)
    return profile


def _held(person_id: uuid.UUID, by: Person) -> tuple[Person, Profile | None]:
    person, _profile = lists.find(person_id, by=by)
    db.session.refresh(person, with_for_update={"key_share": True})
    return person, db.session.get(Profile, person.id, populate_existing=True)
