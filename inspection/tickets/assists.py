"""The units called in beside the lead, as rows (协办): read here, changed in ``assistance``."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from inspection.kernel import audit
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.db import db
from inspection.kernel.holidays import work_calendar
from inspection.people.models import Person, Unit
from inspection.tickets import assisting, deadlines
from inspection.tickets.annexes import Assist
from inspection.tickets.assisting import Stage, Standing
from inspection.tickets.deadlines import Clock, Limit
from inspection.tickets.models import Ticket
from inspection.tickets.recounting import Turn, recounted
from inspection.tickets.workflow import OPEN

STANDS = Assist.withdrawn_at.is_(None)
WAITS = STANDS & Assist.answered_at.is_(None)


def of_ticket(ticket: Ticket) -> Sequence[Assist]:
    """Everyone who was ever called in, in order."""
    return db.session.scalars(
        select(Assist).where(Assist.ticket_id == ticket.id).order_by(Assist.called_at, Assist.id)
    ).all()


def assisted_by(unit_id: uuid.UUID) -> ColumnElement[bool]:
    """The condition on tickets that a unit assists in, and has not been withdrawn from."""
    return Ticket.id.in_(select(Assist.ticket_id).where(Assist.unit_id == unit_id, STANDS))


def waits_for(unit_id: uuid.UUID) -> ColumnElement[bool]:
    """The condition on open tickets in which a unit has still to answer.

    The state is asked inside, so that the search begins at the unit's few calls and not at every open ticket.
    """
    called = aliased(Ticket)
    mine = select(Assist.ticket_id).join(called, called.id == Assist.ticket_id).where(Assist.unit_id == unit_id, WAITS)
    return Ticket.id.in_(mine.where(called.state.in_(OPEN)))


def waiting(ticket: Ticket, unit_id: uuid.UUID) -> Assist | None:
    """What the unit has still to answer in this ticket."""
    mine = (Assist.ticket_id == ticket.id) & (Assist.unit_id == unit_id) & WAITS
    return db.session.scalars(select(Assist).where(mine)).first()


def stage_of(assist: Assist, ticket: Ticket) -> Stage:
    """How far it has come."""
    return assisting.stage(
        accepted=assist.accepted_at is not None,
        answered=assist.answered_at is not None,
        withdrawn=assist.withdrawn_at is not None,
        over=ticket.state not in OPEN,
    )


def standing(ticket: Ticket, person: Person) -> Standing:
    """Who the person is to the ticket."""
    leads = person.unit_id is not None and person.unit_id == ticket.unit_id
    street = person.unit is not None and person.unit.street_code is not None
    return Standing(person.role, leads, street)


def called_by_lead(assist: Assist, ticket: Ticket) -> bool:
    """Whether it was the lead unit that called."""
    return assist.called_by.unit_id is not None and assist.called_by.unit_id == ticket.unit_id


def helpers(ticket: Ticket) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """The units that assist or took something in hand, and the people who did it: none of them is independent."""
    took_part = or_(STANDS, Assist.accepted_at.is_not(None))
    rows = db.session.execute(
        select(Assist.unit_id, Assist.accepted_by_id, Assist.answered_by_id).where(
            Assist.ticket_id == ticket.id, took_part
        )
    ).all()
    people = {person_id for _, *each in rows for person_id in each if person_id}
    return {unit_id for unit_id, _, _ in rows}, people


def leave(ticket: Ticket, *, by: Person, now: datetime) -> None:
    """The ticket goes to another district: what its units had still to answer lapses."""
    for assist in _running(ticket):
        _lapse(assist, ticket, by, now)


def lead_is(ticket: Ticket, unit: Unit, *, by: Person, now: datetime) -> None:
    """The ticket is dispatched to a unit: what that unit had still to answer as an assisting one lapses."""
    assist = waiting(ticket, unit.id)
    if assist is not None:
        _lapse(assist, ticket, by, now)


def stand_still(ticket: Ticket, now: datetime) -> None:
    """The ticket is put aside (挂账): the clocks of those who have still to answer stop."""
    for assist in _running(ticket):
        assist.clock_stopped_at = now


def go_on(ticket: Ticket, now: datetime) -> None:
    """The ticket is taken up again: they go on with what was left."""
    calendar = work_calendar()
    for assist in _running(ticket):
        if assist.clock_stopped_at is not None:
            assist.due_at = deadlines.resume(clock_of(assist, calendar), now, calendar).due_at
            assist.clock_stopped_at = None


def clock_of(assist: Assist, calendar: WorkCalendar) -> Clock:
    """Its clock, running or standing still."""
    clock = Clock(assist.called_at, Limit(assist.limit_amount, assist.limit_unit), assist.due_at)
    return deadlines.stop(clock, assist.clock_stopped_at, calendar) if assist.clock_stopped_at else clock


def counted_again(assist: Assist, stops: Sequence[Turn], calendar: WorkCalendar, now: datetime) -> Clock:
    """Its clock by a calendar that has changed; ``stops`` are all that the ticket was put aside and taken up.

    Only ``due_at`` is kept of it: what was left when it stopped is read off the calendar.
    """
    since = [turn for turn in stops if turn.at >= assist.called_at]
    return recounted(clock_of(assist, calendar), since, calendar, now)


def _running(ticket: Ticket) -> Sequence[Assist]:
    return db.session.scalars(select(Assist).where(Assist.ticket_id == ticket.id, WAITS)).all()


def _lapse(assist: Assist, ticket: Ticket, by: Person, now: datetime) -> None:
    assist.withdrawn_at, assist.withdrawn_by_id = now, by.id
    audit.record("ticket.assist_withdrawn", ticket, by=by, at=now, assist=str(assist.id), unit=assist.unit.name)
