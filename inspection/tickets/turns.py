"""What happened to a ticket's clock since it was last started, read from the ticket's history (时钟的停与续)."""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.tickets.deadlines import Pause
from inspection.tickets.models import Ticket
from inspection.tickets.recounting import Turn, Turning

STARTS = ("ticket.dispatched", "ticket.failed", "ticket.rebounded")
TURNS = {
    "ticket.suspended": Turning.STOPPED,
    "ticket.resumed": Turning.WENT_ON,
    "ticket.extended": Turning.EXTENDED,
}


def of(ticket: Ticket) -> Sequence[Turn]:
    """The turns of the clock that the ticket has now, in order."""
    return of_each([ticket.id])[ticket.id]


def of_each(ticket_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Turn]]:
    """The turns of each of several tickets, by one question; none for those whose clock only ran."""
    turns: dict[uuid.UUID, list[Turn]] = defaultdict(list)
    objects = {f"ticket:{ticket_id}": ticket_id for ticket_id in ticket_ids}
    events = (
        select(AuditEvent)
        .where(AuditEvent.object.in_(objects), AuditEvent.name.in_((*STARTS, *TURNS)))
        .order_by(AuditEvent.object, AuditEvent.seq)
    )
    for event in db.session.scalars(events):
        if event.name in STARTS:
            turns[objects[event.object]].clear()
        else:
            turns[objects[event.object]].append(_turn(event))
    return turns


def pauses(ticket: Ticket) -> Sequence[Pause]:
    """The suspensions in the clock that the ticket has now; the last has no end while it lasts (挂账)."""
    return _paired(of(ticket))


def pauses_since(ticket: Ticket, since: datetime) -> Sequence[Pause]:
    """The suspensions of the ticket since a moment, whatever round they were in; the last may have no end."""
    return _paired([turn for turn in stops_of_each([ticket.id])[ticket.id] if turn.at >= since])


def stops_of_each(ticket_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Turn]]:
    """When each of several tickets was put aside and taken up, whatever round it was in, by one question."""
    turns: dict[uuid.UUID, list[Turn]] = defaultdict(list)
    objects = {f"ticket:{ticket_id}": ticket_id for ticket_id in ticket_ids}
    names = [name for name, kind in TURNS.items() if kind is not Turning.EXTENDED]
    events = select(AuditEvent).where(AuditEvent.object.in_(objects), AuditEvent.name.in_(names))
    for event in db.session.scalars(events.order_by(AuditEvent.object, AuditEvent.seq)):
        turns[objects[event.object]].append(_turn(event))
    return turns


def _paired(turns: Sequence[Turn]) -> Sequence[Pause]:
    stood: list[Pause] = []
    for turn in turns:
        if turn.kind is Turning.STOPPED:
            stood.append(Pause(turn.at))
        elif turn.kind is Turning.WENT_ON and stood:
            stood[-1] = Pause(stood[-1].since, turn.at)
    return stood


def _turn(event: AuditEvent) -> Turn:
    kind = TURNS[event.name]
    until = day_of(datetime.fromisoformat(json.loads(event.data)["due_at"])) if kind is Turning.EXTENDED else None
    return Turn(kind, event.at, until)
