"""The units of a district with whoever heads them, and naming a chief (单位负责人). Nothing here commits."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people import service
from inspection.people.access import Role
from inspection.people.models import Person, Unit

IN_SERVICE = (Person.role == Role.HANDLER, Person.disabled_at.is_(None))


def page(district_code: str, *, without_chief: bool = False, after: str = "", limit: int) -> Sequence[Unit]:
    """The district's units by name, from after a name on; ``without_chief`` leaves out those that have one."""
    wanted: list[ColumnElement[bool]] = [Unit.district_code == district_code]
    if after:
        wanted.append(Unit.name > after)
    if without_chief:
        wanted.append(~select(Person.id).where(Person.unit_id == Unit.id, *IN_SERVICE, Person.chief).exists())
    return db.session.scalars(select(Unit).where(*wanted).order_by(Unit.name).limit(limit)).all()


def handlers(units: Collection[Unit]) -> Mapping[uuid.UUID, Sequence[Person]]:
    """Who works for each of the units, by name; closed accounts are left out."""
    found: dict[uuid.UUID, list[Person]] = defaultdict(list)
    members = select(Person).where(Person.unit_id.in_([unit.id for unit in units]), *IN_SERVICE)
    for person in db.session.scalars(members.order_by(Person.name, Person.id)):
        if person.unit_id:
            found[person.unit_id].append(person)
    return found


def name_chief(unit: Unit, person_id: uuid.UUID | None, *, by: Person | str, now: datetime) -> None:
    """Somebody of the unit heads it, and nobody else does; or nobody, where none is named.

    Each whom it changes has an event in the chain. Raises Invalid("chief") for whoever is not of the unit.
    """
    members = handlers([unit])[unit.id]
    if person_id is not None and person_id not in {one.id for one in members}:
        raise Invalid("chief", N_("请选这个单位的承办人。"))
    for one in members:
        if one.chief is not (one.id == person_id):
            service.set_chief(one, one.id == person_id, by=by, now=now)
