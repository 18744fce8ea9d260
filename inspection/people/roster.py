"""The list of inspectors, by name, and on which day each was last seen on a phone (名册)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_

from inspection.kernel.db import db
from inspection.people.access import Role
from inspection.people.models import Device, Person


def inspectors(*, phone: str = "", after: uuid.UUID | None = None, limit: int) -> Sequence[Person]:
    """Those whose phone number has these digits in it, by name, from after a person on. No closed accounts."""
    wanted: list[ColumnElement[bool]] = [Person.role == Role.INSPECTOR, Person.disabled_at.is_(None)]
    if phone:
        wanted.append(Person.phone.contains(phone, autoescape=True))
    last = db.session.get(Person, after) if after else None
    if last is not None:
        wanted.append(tuple_(Person.name, Person.id) > (last.name, last.id))
    return db.session.scalars(select(Person).where(*wanted).order_by(Person.name, Person.id).limit(limit)).all()


def chosen(ids: Iterable[uuid.UUID]) -> Sequence[Person]:
    """These inspectors, by name; an id that is no inspector's is left out."""
    wanted = [Person.role == Role.INSPECTOR, Person.id.in_(list(ids))]
    return db.session.scalars(select(Person).where(*wanted).order_by(Person.name, Person.id)).all()


def last_seen(people: Iterable[Person], *, now: datetime) -> dict[uuid.UUID, datetime]:
    """When each was last seen on a device that they are still signed in on."""
    wanted = [
        Device.person_id.in_([person.id for person in people]),
        Device.ended_at.is_(None),
        Device.expires_at > now,
    ]
    rows = db.session.execute(
        select(Device.person_id, func.max(Device.seen_at)).where(*wanted).group_by(Device.person_id)
    )
    return {row[0]: row[1] for row in rows}
