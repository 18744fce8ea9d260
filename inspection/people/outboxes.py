"""What the phones say that they still hold (待发送): so that the office can call before something is lost."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_, update

from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Device, Person

MOST_UNSENT = 100_000
MOST_COUNTED = 100
Key = tuple[datetime, uuid.UUID]


def tell(device_id: uuid.UUID, *, unsent: int, oldest_at: datetime | None, now: datetime) -> None:
    """A phone says how many reports it holds and since when. Raises Invalid("unsent") for a number that cannot be."""
    if not 0 <= unsent <= MOST_UNSENT:
        raise Invalid("unsent", N_("这个数超出了可能的范围。"))
    oldest = min(oldest_at, now) if unsent and oldest_at else None
    values = {"unsent": unsent, "oldest_unsent_at": oldest, "told_at": now}
    db.session.execute(update(Device).where(Device.id == device_id).values(**values))


def waiting_since(
    person: Person, *, before: datetime, after: Key | None = None, limit: int = 50
) -> Sequence[tuple[Device, Person]]:
    """Phones whose oldest unsent report is older than ``before``, the oldest first, with whom to call.

    Only for the office that may call them; raises NotAllowed for everyone else.
    """
    access.require(person.role, Right.OUTBOX_WATCH)
    wanted: list[ColumnElement[bool]] = [Device.oldest_unsent_at < before, Device.unsent > 0]
    if after:
        wanted.append(tuple_(Device.oldest_unsent_at, Device.id) > after)
    rows = db.session.execute(
        select(Device, Person)
        .join(Person, Person.id == Device.person_id)
        .where(*wanted, Person.disabled_at.is_(None))
        .order_by(Device.oldest_unsent_at, Device.id)
        .limit(limit)
    )
    return [(device, owner) for device, owner in rows]


def count_waiting(person: Person, *, before: datetime) -> int:
    """How many phones there are to call, a hundred at most."""
    return len(waiting_since(person, before=before, limit=MOST_COUNTED))
