"""What else is or was lately around a ticket's place (周边案卷), as far as whoever looks may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, false, select, true
from sqlalchemy.orm import selectinload

from inspection.geography.points import Point, cells_within, distance_m
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.tickets import visibility
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import OPEN, State

RADIUS_M = 200.0
"""[D] So near is around: a lane and its next corners."""
RECENT = timedelta(days=60)
"""[D] So long a closed one is shown, as long as it may count as come back (反弹)."""
MOST_READ = 300
MOST = 10


@dataclass(frozen=True)
class Related:
    """Another ticket: how many metres away, and whether it is of the same category."""

    ticket: Ticket
    distance_m: float
    same: bool


def around(ticket: Ticket, person: Person, *, now: datetime) -> Sequence[Related]:
    """The open and the lately closed tickets within two hundred metres, the nearest first, at most ten.

    None for a ticket of which only the street or the district is known: its point stands for the whole of it.
    """
    if not ticket.cell:
        return ()
    here = Point(ticket.lat, ticket.lng)
    found = [_related(other, ticket, here) for other in _read(here, ticket, person, now)]
    near = [one for one in found if one.distance_m <= RADIUS_M]
    return sorted(near, key=lambda one: (one.distance_m, one.ticket.number))[:MOST]


def _read(here: Point, ticket: Ticket, person: Person, now: datetime) -> Sequence[Ticket]:
    alive = Ticket.state.in_(OPEN) | ((Ticket.state == State.CLOSED) & (Ticket.closed_at >= now - RECENT))
    cells = cells_within(here, RADIUS_M)
    return db.session.scalars(
        select(Ticket)
        .where(Ticket.cell.in_(cells), Ticket.id != ticket.id, _after(alive), _after(visibility.within(person)))
        .order_by(Ticket.filed_at.desc())
        .limit(MOST_READ)
        .options(selectinload(Ticket.category))
    ).all()


def _after(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition as a case, so that no planner begins with its index, which would read the whole city."""
    return case((condition, true()), else_=false())


def _related(other: Ticket, ticket: Ticket, here: Point) -> Related:
    apart = distance_m(here, Point(other.lat, other.lng))
    return Related(other, apart, other.category_code == ticket.category_code)
