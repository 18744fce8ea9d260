"""Who the audiences are, by name: of a unit, a district, the city."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select

from inspection.kernel.db import db
from inspection.notifications.rules import Audience
from inspection.people.access import Role
from inspection.people.models import Person


def people(audience: Audience, *, unit_id: uuid.UUID | None, district_code: str | None) -> Sequence[Person]:
    """Those with an account. A unit without a head is told as a whole: nothing that is carried up may be lost.

    The colleague whom an event names is found by ``given``.
    """
    if audience is Audience.CHIEF:
        return _people(Person.unit_id == unit_id, Person.role == Role.HANDLER, Person.chief.is_(True)) or people(
            Audience.UNIT, unit_id=unit_id, district_code=district_code
        )
    if audience is Audience.UNIT:
        return _people(Person.unit_id == unit_id, Person.role == Role.HANDLER)
    if audience is Audience.DISTRICT:
        return _people(Person.district_code == district_code, Person.role == Role.DISTRICT)
    if audience is Audience.COLLEAGUE:
        return ()
    return _people(Person.role == (Role.CITY if audience is Audience.CITY else Role.PUBLISHER))


def all_of(
    audiences: Iterable[Audience], *, unit_id: uuid.UUID | None, district_code: str | None, without: str = ""
) -> list[Person]:
    """Everyone of several audiences once; not whoever did it (``without``, as the audit chain names them)."""
    found = [person for one in audiences for person in people(one, unit_id=unit_id, district_code=district_code)]
    return [person for person in dict.fromkeys(found) if person.audit_ref != without]


def _people(*conditions: ColumnElement[bool]) -> Sequence[Person]:
    wanted = select(Person).where(Person.disabled_at.is_(None), *conditions)
    return db.session.scalars(wanted.order_by(Person.name, Person.id)).all()
