"""Lists of tickets by keyset, and a ticket's history out of the audit chain (台账, 经过)."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, true, tuple_
from sqlalchemy.orm import selectinload

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.db import by_index, db
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.tickets import assists, clocks, deadlines, workflow
from inspection.tickets.deadlines import DUE_TODAY, OVER
from inspection.tickets.models import IS_OPEN, Feedback, Task, TaskState, Ticket, TicketReport
from inspection.tickets.visibility import ways
from inspection.tickets.workflow import State

Key = tuple[datetime, uuid.UUID]
OPEN = (State.FILED, State.DISPATCHED, State.HANDLING, State.SUSPENDED, State.HANDLED)
RUNNING = workflow.RUNNING
STOPPED = N_("已停")


class View(StrEnum):
    """The usual views of the ledger (常用视图)."""

    ALL = "all"
    OPEN = "open"
    TO_DISPATCH = "to_dispatch"
    OVERDUE = "overdue"
    IN_HAND = "in_hand"
    ASSISTING = "assisting"
    TO_RECHECK = "to_recheck"
    REQUESTS = "requests"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    VISITED = "visited"
    DISSATISFIED = "dissatisfied"


NEEDS = {View.VISITED: Right.TASK_ASK, View.DISSATISFIED: Right.FEEDBACK_READ}
"""The rights that a view needs beyond those to its tickets: without them it is empty."""


LIVE = (View.OPEN, View.OVERDUE, View.IN_HAND, View.SUSPENDED, View.TO_DISPATCH, View.TO_RECHECK)
INDEXES = {
    **dict.fromkeys(LIVE, "ix_ticket_open_filed_at"),
    View.REQUESTS: "ix_ticket_requests_filed_at_id",
}
"""Along which index a view of what is open is walked, by whoever sees a whole district or all."""


@dataclass(frozen=True)
class Happening:
    """One event in a ticket's life: when, what, who (as the chain names them) and what came with it."""

    at: datetime
    name: str
    actor: str
    data: dict[str, Any]


def page(
    person: Person,
    view: View = View.ALL,
    *,
    now: datetime,
    district: str | None = None,
    before: Key | None = None,
    limit: int = 50,
) -> Sequence[Ticket]:
    """The tickets of a view that the person may see, the newest filed first, from before the cursor on."""
    conditions = _chosen(person, view, now)
    if district:
        conditions.append(Ticket.district_code == district)
    if before:
        conditions.append(tuple_(Ticket.filed_at, Ticket.id) < before)
    ordered = select(Ticket).order_by(Ticket.filed_at.desc(), Ticket.id.desc()).limit(limit)
    ordered = ordered.options(selectinload(Ticket.unit), selectinload(Ticket.category))
    found = [db.session.scalars(one).all() for one in _walks(ordered, person, view, conditions)]
    return list(islice(merge(*found, key=_key, reverse=True), limit))


def count(person: Person, view: View, *, now: datetime) -> int:
    """How many tickets a view holds for the person."""
    counted = select(func.count()).select_from(Ticket).where(*_chosen(person, view, now))
    if view is View.REQUESTS:
        counted = by_index(counted, Ticket, INDEXES[view])
    return sum(db.session.scalar(counted.where(way)) or 0 for way in ways(person))


def count_reports(tickets: Sequence[Ticket]) -> dict[uuid.UUID, int]:
    """How many reports belong to each of the tickets; those without any are left out."""
    counted = (
        select(TicketReport.ticket_id, func.count())
        .where(TicketReport.ticket_id.in_([ticket.id for ticket in tickets]))
        .group_by(TicketReport.ticket_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)} if tickets else {}


def history(ticket: Ticket) -> list[Happening]:
    """What happened to a ticket, in order."""
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.object == ticket.audit_ref).order_by(AuditEvent.seq)
    )
    return [Happening(event.at, event.name, event.actor, json.loads(event.data)) for event in events]


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the clock runs and its time is over (超期)."""
    return ticket.state in RUNNING and ticket.due_at is not None and now > ticket.due_at


def left(ticket: Ticket, now: datetime, calendar: WorkCalendar) -> Phrase | None:
    """What is left of the time: 2 个工作日, 超 3 个工作日, 今天到期, 已停; None for a clock that has not begun."""
    if ticket.state not in RUNNING or ticket.due_at is None or ticket.clock_started_at is None:
        return Phrase(STOPPED) if ticket.clock_stopped_at else None
    clock = clocks.clock_of(ticket)
    amount = deadlines.remaining(now, clock, calendar)
    if not amount:
        return Phrase(DUE_TODAY)
    words = deadlines.told(abs(amount), clock.limit.unit)
    return Phrase(OVER, {"amount": words}) if amount < 0 else words


def _walks(
    ordered: Select[Ticket], person: Person, view: View, conditions: Sequence[ColumnElement[bool]]
) -> Iterator[Select[Ticket]]:
    """The view in each way in which the person sees tickets, along the index that holds it in order."""
    first, *others = ways(person)
    whole = ordered.where(first, *conditions)
    if access.scope(person.role, Right.TICKET_READ) is Scope.UNIT:
        its_own = {View.REQUESTS: INDEXES[View.REQUESTS]} | dict.fromkeys(LIVE, "ix_ticket_unit_id_state_due_at")
        yield by_index(whole, Ticket, its_own.get(view, "ix_ticket_unit_id_filed_at_id"))
    else:
        yield by_index(whole.where(IS_OPEN), Ticket, INDEXES[view]) if view in INDEXES else whole
    for way in others:  # few, one by one: a case, so that no planner begins with the view
        yield ordered.where(way, case((and_(true(), *conditions), true()), else_=false()))


def _key(ticket: Ticket) -> Key:
    return ticket.filed_at, ticket.id


def _chosen(person: Person, view: View, now: datetime) -> list[ColumnElement[bool]]:
    if view in NEEDS and access.scope(person.role, NEEDS[view]) is not Scope.ALL:
        return [false()]
    late = Ticket.state.in_(RUNNING) & (Ticket.due_at < now)
    unit = person.unit_id if access.scope(person.role, Right.TICKET_READ) is Scope.UNIT else None
    chosen: dict[View, list[ColumnElement[bool]]] = {
        View.ALL: [],
        View.OPEN: [Ticket.state.in_(OPEN)],
        View.TO_DISPATCH: [Ticket.state == State.FILED],
        View.OVERDUE: [late],
        View.IN_HAND: [Ticket.state.in_(RUNNING), *([Ticket.unit_id == unit] if unit else [])],
        View.ASSISTING: [assists.waits_for(unit) if unit else false()],
        View.TO_RECHECK: [Ticket.state == State.HANDLED],
        View.REQUESTS: [Ticket.request.is_not(None)],
        View.SUSPENDED: [Ticket.state == State.SUSPENDED],
        View.CLOSED: [Ticket.state == State.CLOSED],
        View.VISITED: [Ticket.id.in_(select(Task.ticket_id).where(Task.state == TaskState.DONE, ~Task.settled))],
        View.DISSATISFIED: [Ticket.id.in_(select(Feedback.ticket_id).where(Feedback.waits))],
    }
    return chosen[view]
