"""Several units on one ticket: called in, accepting, answering, withdrawn (协办, 吹哨报到). Nothing here commits.

None of it moves the ticket or its clock: the lead's answer does that, in ``service``. Each call has a deadline of its
own, counted as a ticket's, which stands still while the ticket is put aside. The ticket is locked all the same, so
that two who call at once are told of each other.
"""

import uuid
from datetime import datetime

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest
from inspection.tickets import assisting, assists, clocks
from inspection.tickets.annexes import Assist
from inspection.tickets.assisting import WAITING, Stage
from inspection.tickets.deadlines import Limit
from inspection.tickets.models import Ticket
from inspection.tickets.service import require_district, require_text
from inspection.tickets.workflow import IN_HAND


def call_in(ticket: Ticket, *, unit: Unit, task: str, limit: Limit, by: Person, now: datetime) -> Assist:
    """An office, or the street that leads, calls a unit of the district in, with what it is to do (吹哨).

    Raises NotAllowed, Conflict unless a unit has the ticket in hand or while the unit has still to answer, and
    Invalid("unit") for the lead itself or another district's, Invalid("task").
    """
    _require_caller(ticket, by)
    db.session.refresh(ticket, with_for_update=True)
    if ticket.state not in IN_HAND:
        raise Conflict(N_("派遣以后、反馈以前才能请别的单位协办。"))
    if assists.waiting(ticket, unit.id) is not None:
        raise Conflict(N_("这个单位已经在协办。"))
    if unit.district_code != ticket.district_code:
        raise Invalid("unit", N_("这个单位不在本区。"))
    if unit.id == ticket.unit_id:
        raise Invalid("unit", N_("这个单位就是主办单位。"))
    require_text("task", task, N_("请写明要协办什么。"))
    assist = Assist(
        id=uuid.uuid4(),
        ticket_id=ticket.id,
        unit=unit,
        round=ticket.round,
        task=task.strip(),
        called_by=by,
        called_at=now,
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        due_at=clocks.due_if_dispatched(limit, now),
    )
    db.session.add(assist)
    db.session.flush()
    told = {
        "assist": str(assist.id),
        "unit": unit.name,
        "unit_id": unit.id,
        "note": assist.task,
        "due_at": assist.due_at,
    }
    audit.record("ticket.assist_called", ticket, by=by, at=now, round=ticket.round, **told)
    return assist


def accept(ticket: Ticket, assist_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """The assisting unit takes its part in hand (协办签收)."""
    assist = _own(ticket, assist_id, by)
    if _require_waiting(assist, ticket) is Stage.ACCEPTED:
        raise Conflict(N_("这一项协办已经签收过了。"))
    assist.accepted_at, assist.accepted_by_id = now, by.id
    db.session.flush()
    audit.record("ticket.assist_accepted", ticket, by=by, at=now, assist=str(assist.id))


def answer(
    ticket: Ticket, assist_id: uuid.UUID, *, note: str, evidence: Manifest | None, by: Person, now: datetime
) -> None:
    """The assisting unit says what it has done, with pictures if there are any (协办答复). A late one is marked late.

    The ticket stays where it is. Raises Conflict before it is accepted, Invalid("note").
    """
    assist = _own(ticket, assist_id, by)
    if _require_waiting(assist, ticket) is not Stage.ACCEPTED:
        raise Conflict(N_("请先签收，再答复。"))
    require_text("note", note, N_("请写明协办的结果。"))
    assist.answered_at, assist.answered_by_id = now, by.id
    assist.note, assist.manifest = note.strip(), evidence
    assist.late = assisting.late(assist.due_at, now, assist.clock_stopped_at)
    db.session.flush()
    told = {"assist": str(assist.id), "note": assist.note, "late": assist.late}
    audit.record("ticket.assist_answered", ticket, by=by, at=now, **told)


def withdraw(ticket: Ticket, assist_id: uuid.UUID, *, reason: str, by: Person, now: datetime) -> None:
    """Whoever may call takes a call back before it is answered; the unit sees the ticket no more (撤回协办)."""
    _require_caller(ticket, by)
    assist = _locked(ticket, assist_id)
    if not assisting.may_withdraw(assists.standing(ticket, by), called_by_lead=assists.called_by_lead(assist, ticket)):
        raise NotAllowed(N_("文明办请来的单位，由文明办撤回。"))
    _require_waiting(assist, ticket)
    require_text("reason", reason, N_("请写明撤回的理由。"))
    assist.withdrawn_at, assist.withdrawn_by_id, assist.withdrawn_reason = now, by.id, reason.strip()
    db.session.flush()
    told = {"assist": str(assist.id), "unit": assist.unit.name, "unit_id": assist.unit_id}
    told["reason"] = assist.withdrawn_reason
    audit.record("ticket.assist_withdrawn", ticket, by=by, at=now, **told)


def _require_caller(ticket: Ticket, by: Person) -> None:
    if access.require(by.role, Right.TICKET_CALL_IN) is not Scope.UNIT:
        require_district(by, Right.TICKET_CALL_IN, ticket.district_code)
    elif not assisting.may_call(assists.standing(ticket, by)):
        raise NotAllowed(N_("请别的单位协办，由文明办或主办的街道、乡镇来办。"))


def _own(ticket: Ticket, assist_id: uuid.UUID, by: Person) -> Assist:
    access.require(by.role, Right.TICKET_HANDLE)
    assist = _locked(ticket, assist_id)
    if by.unit_id is None or by.unit_id != assist.unit_id:
        raise NotAllowed(N_("只有被请来协办的单位才能办这一项。"))
    return assist


def _locked(ticket: Ticket, assist_id: uuid.UUID) -> Assist:
    db.session.refresh(ticket, with_for_update=True)
    assist = db.session.get(Assist, assist_id, populate_existing=True)
    if assist is None or assist.ticket_id != ticket.id:
        raise NotFound(N_("没有这一项协办。"))
    return assist


def _require_waiting(assist: Assist, ticket: Ticket) -> Stage:
    stage = assists.stage_of(assist, ticket)
    if stage is Stage.ANSWERED:
        raise Conflict(N_("这一项协办已经答复过了。"))
    if stage not in WAITING:
        raise Conflict(N_("这一项协办已经撤回，或案卷已经办结，不用再办。"))
    return stage
