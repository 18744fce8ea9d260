"""A list of inspectors is taken in: looked at first, and then all of it or nothing (花名册导入). Nothing commits.

A row whose phone number is an inspector's changes that inspector, any other opens an account, and nobody is removed.
What was looked at is what is done: if somebody has changed in between, nothing is, and the file is looked at again.
"""

import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import select

from inspection.geography import service as geography
from inspection.kernel import audit, reading
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.numbers import next_number
from inspection.kernel.text import N_
from inspection.people import access, passwords
from inspection.people.access import Right, Role
from inspection.people.models import Person, Profile, Unit
from inspection.roster import checking, profiles
from inspection.roster.checking import Checked, Known, Line
from inspection.roster.models import RosterImport

SERIES = "roster.import"
MOST_ROWS = 2_000
"""So many rows are written while one waits."""
PORTION = 500
LONGEST_FILE_NAME = 120

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Step:
    """What one row comes to: a new inspector, or what changes of one who is known (nothing, perhaps)."""

    line: Line
    person: Person | None
    profile: Profile | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a file would come to."""

    checked: Checked
    steps: Sequence[Step]

    @property
    def fresh(self) -> list[Step]:
        """The inspectors who are new."""
        return [step for step in self.steps if step.person is None]

    @property
    def changed(self) -> list[Step]:
        """Those who change."""
        return [step for step in self.steps if step.person is not None and step.values]

    @property
    def hash(self) -> str:
        """Another one whenever the same file would come to something else."""
        seen = (
            f"{step.line.row}|{step.person.id}|{profiles.version(step.person, step.profile)}"
            if step.person
            else f"{step.line.row}|"
            for step in self.steps
        )
        return sha256("\n".join(seen).encode()).hexdigest()


def look_at(data: bytes, *, by: Person) -> Plan:
    """What the file would come to (试导入). Changes nothing; raises Invalid("file") for what is no such list."""
    access.require(by.role, Right.PEOPLE_MANAGE)
    rows = reading.read(data)
    if len(rows) > MOST_ROWS + 1:
        raise Invalid(reading.FIELD, reading.TOO_MANY, most=MOST_ROWS)
    checked = checking.check(rows, _known())
    return Plan(checked, [] if checked.wrong else _steps(checked.lines))


def new(data: bytes, plan: Plan, *, file_name: str, by: Person, now: datetime) -> RosterImport:
    """A file that is in order, before it is kept; its bytes belong under ``file_key``."""
    return RosterImport(
        id=uuid.uuid4(),
        by_id=by.id,
        file_name=file_name[:LONGEST_FILE_NAME],
        sha256=sha256(data).hexdigest(),
        fresh=len(plan.fresh),
        changed=len(plan.changed),
        plan_hash=plan.hash,
        looked_at=now,
    )


def keep(file: RosterImport, *, by: Person) -> None:
    """Remember a file whose bytes lie in the store, so that it can be taken in."""
    access.require(by.role, Right.PEOPLE_MANAGE)
    db.session.add(file)
    db.session.flush()
    audit.record("roster.import_looked_at", file, by=by, at=file.looked_at, fresh=file.fresh, changed=file.changed)


def visible(person: Person, import_id: uuid.UUID) -> RosterImport:
    """One of the person's own files; raises NotFound for anyone else's."""
    access.require(person.role, Right.PEOPLE_MANAGE)
    file = db.session.get(RosterImport, import_id)
    if file is None or file.by_id != person.id:
        raise NotFound(N_("没有这个文件，或不是您交的。"))
    return file


def nobodys_password() -> str:
    """The hash of a password that nobody knows, for accounts that are signed in to by invitation.

    To be made before anything is locked: hashing is slow on purpose.
    """
    return passwords.hashed(secrets.token_urlsafe())


def take_in(file: RosterImport, checked: Checked, *, password_hash: str, by: Person, now: datetime) -> None:
    """Do what was looked at. Raises Conflict, and does nothing, if it comes to something else by now.

    Imports go one after the other.
    """
    access.require(by.role, Right.PEOPLE_MANAGE)
    next_number(SERIES)
    db.session.refresh(file)
    if file.imported_at is not None:
        raise Conflict(N_("这个文件已经导入过了。"))
    plan = Plan(checked, _steps(checked.lines))
    if checked.wrong or plan.hash != file.plan_hash:
        raise Conflict(N_("刚才花名册又有变动，一个人也没有导入，请重新核对。"))
    file.imported_at = now
    audit.record("roster.imported", file, by=by, at=now, fresh=file.fresh, changed=file.changed, sha256=file.sha256)
    for step in plan.fresh:
        _enter(step, password_hash, by, now)
    db.session.flush()
    for step in plan.changed:
        if step.person is not None:
            profiles.write(step.person, step.profile, step.values, by=by, now=now)


def _enter(step: Step, password_hash: str, by: Person, now: datetime) -> None:
    own = {name: step.values[name] for name in profiles.OWN if name in step.values}
    others = {name: value for name, value in step.values.items() if name not in profiles.OWN}
    person = Person(
        id=uuid.uuid4(),
        phone=step.line.phone,
        role=Role.INSPECTOR,
        password_hash=password_hash,
        created_at=now,
        **own,
    )
    profile = Profile(person_id=person.id, changed_at=now, **{"employer": "", "note": ""} | others)
    db.session.add(person)
    db.session.flush()
    db.session.add(profile)
    audit.record("person.added", person, by=by, at=now, role=Role.INSPECTOR.value)


def _known() -> Known:
    units = select(Unit.district_code, Unit.name, Unit.id)
    staff = select(Person.phone).where(Person.role != Role.INSPECTOR)
    closed = select(Person.phone).where(Person.role == Role.INSPECTOR, Person.disabled_at.is_not(None))
    return Known(
        units={(district, name): unit_id for district, name, unit_id in db.session.execute(units)},
        atlas=geography.current_atlas(),
        staff=frozenset(db.session.scalars(staff)),
        closed=frozenset(db.session.scalars(closed)),
    )


def _steps(lines: Sequence[Line]) -> list[Step]:
    there = _there([line.phone for line in lines])
    return [_step(line, *there.get(line.phone, (None, None))) for line in lines]


def _step(line: Line, person: Person | None, profile: Profile | None) -> Step:
    if person is None:
        return Step(line, None, None, line.values)
    blank: dict[str, Any] = {"employer": "", "note": ""}
    held = {name: getattr(person if name in profiles.OWN else profile, name, blank.get(name)) for name in line.values}
    return Step(line, person, profile, {name: value for name, value in line.values.items() if held[name] != value})


def _there(phones: Sequence[str]) -> dict[str, tuple[Person, Profile | None]]:
    """Whom the rows name, with what is known of them."""
    found: dict[str, tuple[Person, Profile | None]] = {}
    for some in _portions(phones):
        known = select(Person, Profile).outerjoin(Profile, Profile.person_id == Person.id)
        rows = db.session.execute(known.where(Person.phone.in_(some)).execution_options(populate_existing=True))
        found |= {person.phone: (person, profile) for person, profile in rows}
    return found


def _portions(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """So many at a time as one statement takes."""
    return (things[start : start + PORTION] for start in range(0, len(things), PORTION))
