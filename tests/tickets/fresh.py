"""The map's counters as a recount from the tickets alone has them: written here anew, to judge those that are kept."""

from collections import Counter

import h3

from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db
from inspection.tickets.models import Ticket
from inspection.tickets.tallies import KEY, Tally

Counts = dict[tuple[str, ...], int]


def kept() -> Counts:
    """What the table says."""
    db.session.rollback()
    return {tuple(key): number for *key, number in db.session.execute(db.select(*KEY, Tally.n))}


def counted() -> Counts:
    """What it should say."""
    db.session.rollback()
    found: Counter[tuple[str, ...]] = Counter()
    for ticket in db.session.scalars(db.select(Ticket)):
        filed = ticket.filed_at.astimezone(BEIJING)
        frames = [("whole", ""), ("nowhere", "")]
        if ticket.cell:
            big = h3.cell_to_parent(ticket.cell, 6)
            frames = [("whole", ""), ("city", big), (big, h3.cell_to_parent(ticket.cell, 8))]
        marks = [("", str(ticket.state))]
        if ticket.state == "closed" and ticket.late:
            marks = [("", "closed_late")]
        if ticket.state in ("dispatched", "handling") and ticket.due_at:
            marks.append(("due ", f"{ticket.state} {ticket.due_at.astimezone(BEIJING):%Y-%m-%d}"))
        code, year, month, day = (ticket.category_code, *(f"{filed:{form}}" for form in ("%Y", "%Y-%m", "%Y-%m-%d")))
        every = [("", ""), ("", year), ("", month), ("", day), (code, ""), (code, year), (code, month)]
        for category, period in every:
            for frame, cell in frames:
                for prefix, mark in marks:
                    found[category, period, prefix + frame, cell, ticket.district_code, mark] += 1
    return dict(found)
