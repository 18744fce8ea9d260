"""Thousands of tickets at once, copied from one that was made properly."""

import uuid
from datetime import timedelta

from sqlalchemy import insert

from inspection.kernel.db import db, writing
from inspection.tickets.models import Ticket


def copies(ticket: Ticket, number: int, **more: object) -> None:
    """So many more of the same, each filed a minute earlier than the one before."""
    known = {column.key: getattr(ticket, column.key) for column in Ticket.__mapper__.column_attrs} | more
    rows = [
        known
        | {
            "id": uuid.uuid4(),
            "number": f"{ticket.number}-{index}",
            "filed_at": ticket.filed_at - timedelta(minutes=index + 1),
        }
        for index in range(number)
    ]
    with writing():
        db.session.execute(insert(Ticket), rows)
