"""Accounts and units. One public function per action."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import passwords, sessions
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Unit

CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 characters, two of them angle brackets."""


def add_person(
    *,
    name: str,
    phone: str,
    role: Role,
    password: str,
    by: Person | str,
    now: datetime,
    kind: Kind | None = None,
    district_code: str | None = None,
    unit: Unit | None = None,
) -> Person:
    """Open an account.

    An inspector needs a kind, a district officer a district, a handler a unit. Raises Invalid naming the field, and
    Conflict when the phone number has an account already.
    """
    phone = phone.strip()
    if not name.strip():
        raise Invalid("name", N_("请写姓名。"))
    if not CHINESE_MOBILE.fullmatch(phone):
        raise Invalid("phone", N_("手机号应为 11 位数字。"))
    _require_place(role, kind, district_code, unit)
    if db.session.scalar(select(Person.id).where(Person.phone == phone)):
        raise Conflict(N_("这个手机号已经有账号。"))
    person = Person(
        name=name.strip(),
        phone=phone,
        role=role,
        kind=kind,
        district_code=unit.district_code if unit else district_code,
        unit=unit,
        password_hash=passwords.hashed(password),
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    audit.record("person.added", person, by=by, at=now, role=role.value)
    return person


def change_password(person: Person, password: str, *, by: Person | str, now: datetime) -> None:
    """Set a new password and sign the person out everywhere."""
    person.password_hash = passwords.hashed(password)
    audit.record("person.password_changed", person, by=by, at=now)
    sessions.close_all(person, by=by, now=now)


def disable(person: Person, *, by: Person | str, now: datetime) -> None:
    """Close the account; its devices are signed out with it."""
    person.disabled_at = now
    audit.record("person.disabled", person, by=by, at=now)
    sessions.close_all(person, by=by, now=now)


def reopen(person: Person, *, by: Person | str, now: datetime) -> None:
    """Open a closed account again; nobody is signed in by that."""
    person.disabled_at = None
    db.session.flush()
    audit.record("person.reopened", person, by=by, at=now)


def set_email(person: Person, address: str, *, by: Person | str, now: datetime) -> None:
    """Keep the address to which mail is sent, or none. Raises Invalid("email"). The chain does not hold the address."""
    address = address.strip()
    if address and (len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address)):
        raise Invalid("email", N_("邮箱地址不对。"))
    if (person.email or "") == address:
        return
    person.email = address or None
    audit.record("person.email_set", person, by=by, at=now, kept=bool(address))


def set_chief(person: Person, chief: bool, *, by: Person | str, now: datetime) -> None:
    """Say whether a handler heads their unit (单位负责人). Raises Invalid("chief") for whoever works for none."""
    if person.role is not Role.HANDLER:
        raise Invalid("chief", N_("只有承办人能当单位负责人。"))
    person.chief = chief
    audit.record("person.chief_set", person, by=by, at=now, chief=chief)


def by_phone(phone: str) -> Person:
    """The person with this phone number; raises NotFound."""
    person = db.session.scalar(select(Person).where(Person.phone == phone.strip()))
    if person is None:
        raise NotFound(N_("没有这个手机号的账号。"))
    return person


def add_unit(
    *, name: str, duty: str, district_code: str, street_code: str | None, by: Person | str, now: datetime
) -> Unit:
    """Enter a unit; raises Conflict if its district has one of that name."""
    if db.session.scalar(select(Unit.id).where(Unit.district_code == district_code, Unit.name == name)):
        raise Conflict(N_("这个区已有同名的单位。"))
    unit = Unit(name=name, duty=duty, district_code=district_code, street_code=street_code)
    db.session.add(unit)
    db.session.flush()
    audit.record("unit.added", unit, by=by, at=now, name=name)
    return unit


def unit(unit_id: uuid.UUID) -> Unit:
    """The unit; raises NotFound."""
    found = db.session.get(Unit, unit_id)
    if found is None:
        raise NotFound(N_("没有这个单位。"))
    return found


def units_of(district_code: str) -> Sequence[Unit]:
    """The district's units, streets first, by name."""
    return db.session.scalars(
        select(Unit).where(Unit.district_code == district_code).order_by(Unit.street_code.is_(None), Unit.name)
    ).all()


def find_unit(*, street_code: str | None, district_code: str, duties: Sequence[str]) -> Unit | None:
    """The street's unit with one of the duties, in their order, or else the district's."""
    for duty in duties:
        if street_code:
            here = select(Unit).where(Unit.street_code == street_code, Unit.duty == duty)
            if found := db.session.scalars(here.limit(1)).first():
                return found
    for duty in duties:
        whole = select(Unit).where(Unit.district_code == district_code, Unit.duty == duty, Unit.street_code.is_(None))
        if found := db.session.scalars(whole.limit(1)).first():
            return found
    return None


def _require_place(role: Role, kind: Kind | None, district_code: str | None, unit: Unit | None) -> None:
    if role is Role.INSPECTOR and kind is None:
        raise Invalid("kind", N_("督查员要写明类别：离退休老干部、人大代表、政协委员或热心市民。"))
    if role is Role.DISTRICT and not district_code:
        raise Invalid("district", N_("区文明办人员要写明所在区。"))
    if role is Role.HANDLER and unit is None:
        raise Invalid("unit", N_("承办人要写明所在单位。"))
