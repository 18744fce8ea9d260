"""By which ways somebody wants to be told, and in which hours not (通知偏好)."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.notifications.models import Preference
from inspection.notifications.quiet import NIGHT
from inspection.people import service as people
from inspection.people.models import Person


def of(person: Person) -> Preference:
    """What the person has chosen, or the defaults."""
    return of_all([person])[person.id]


def of_all(persons: Iterable[Person]) -> dict[uuid.UUID, Preference]:
    """What each has chosen, or the defaults."""
    ids = [person.id for person in persons]
    chosen = {one.person_id: one for one in db.session.scalars(select(Preference).where(Preference.person_id.in_(ids)))}
    return {person_id: chosen.get(person_id) or _default(person_id) for person_id in ids}


def choose(
    person: Person, *, address: str, email: bool, sms: bool, quiet_from: time, quiet_until: time, now: datetime
) -> None:
    """Keep the person's own choice and e-mail address. Raises Invalid("email") for what is no address."""
    people.set_email(person, address, by=person, now=now)
    row = db.session.get(Preference, person.id)
    if row is None:
        row = _default(person.id)
        db.session.add(row)
    row.email, row.sms, row.quiet_from, row.quiet_until = email, sms, quiet_from, quiet_until
    db.session.flush()
    quiet = f"{quiet_from:%H:%M}-{quiet_until:%H:%M}"
    audit.record("person.notices_chosen", person, by=person, at=now, email=email, sms=sms, quiet=quiet)


def _default(person_id: uuid.UUID) -> Preference:
    return Preference(person_id=person_id, email=True, sms=False, quiet_from=NIGHT.start, quiet_until=NIGHT.end)
