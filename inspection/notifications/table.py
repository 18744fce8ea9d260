"""The table of reminders and of the steps by which a passed deadline is carried up, as rows (提醒与催办设置)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db, insert_once
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.notifications.models import ReminderRow
from inspection.notifications.reminders import DEFAULTS, MOST_DAYS, Kind, Step
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person


def load_defaults() -> None:
    """Enter the rows of a new office; one that stands there stays as it was edited."""
    for step in DEFAULTS:
        insert_once(ReminderRow, id=step.id, kind=step.kind, audience=step.audience, days=step.days)


def rows() -> Sequence[ReminderRow]:
    """Every row, reminders first, by their days."""
    return db.session.scalars(select(ReminderRow).order_by(ReminderRow.kind.desc(), ReminderRow.id)).all()


def steps() -> list[Step]:
    """What the rows that are in use say."""
    return [row.step for row in rows() if row.enabled]


def change(row_id: int, *, days: int, enabled: bool, by: Person, now: datetime) -> None:
    """Edit a row. Raises Invalid("days") for a day too far away, or before the deadline where it is carried up."""
    access.require(by.role, Right.REMINDERS_SET)
    row = db.session.get(ReminderRow, row_id, with_for_update=True)
    if row is None:
        raise NotFound(N_("没有这一行设置。"))
    least = 0 if row.kind is Kind.ESCALATION else -MOST_DAYS
    if not least <= days <= MOST_DAYS:
        raise Invalid("days", N_("天数要在 %(least)s 到 %(most)s 之间。"), least=least, most=MOST_DAYS)
    if (row.days, row.enabled) == (days, enabled):
        return
    before = {"days": row.days, "enabled": row.enabled}
    row.days, row.enabled, row.changed_at = days, enabled, now
    db.session.flush()
    audit.record("reminder.changed", row, by=by, at=now, days=days, enabled=enabled, before=before)
