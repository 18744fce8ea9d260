"""What a unit may ask for while it holds a ticket, and what is decided: 退单, 延期, 挂账. Nothing here commits."""

from datetime import date, datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.tickets import assists, clocks
from inspection.tickets.models import ReturnGround, Ticket, TicketRequest
from inspection.tickets.service import begin, end, require_district, require_holder, require_text
from inspection.tickets.workflow import Action, OpenRequest


def request_return(
    ticket: Ticket, *, ground: ReturnGround, text: str, by: Person, now: datetime, seen: int | None = None
) -> None:
    """The unit asks to send the ticket back on one of three grounds (退单). The clock runs on."""
    require_holder(ticket, by)
    move = begin(ticket, Action.REQUEST_RETURN, by=by, seen=seen)
    require_text("text", text, N_("请写明退单的理由。"))
    _ask(ticket, OpenRequest.RETURN, text, by, now, ground=ground)
    end(ticket, move, "ticket.return_requested", by=by, now=now, ground=ground.value, text=text.strip())


def decide_return(ticket: Ticket, *, granted: bool, reason: str, by: Person, now: datetime) -> None:
    """Grant the return: the ticket waits for another dispatch and its clock stops; or refuse it with a reason.

    Raises Conflict for a disputed one, which ``disputes.settle`` decides.
    """
    require_district(by, Right.TICKET_DECIDE, ticket.district_code)
    move = begin(ticket, Action.GRANT_RETURN if granted else Action.REFUSE_RETURN, by=by)
    if ticket.request is OpenRequest.DISPUTED_RETURN:
        raise Conflict(N_("这一件的退单有争议，要写明归谁办、为什么，由首都文明办督查处裁定。"))
    if not granted:
        require_text("reason", reason, N_("请写明不同意的理由。"))
    decided(ticket, granted, reason, by, now)
    if granted:
        clocks.stop(ticket, now)
        ticket.unit, ticket.accepted_at = None, None
    name = "ticket.return_granted" if granted else "ticket.return_refused"
    end(ticket, move, name, by=by, now=now, reason=reason.strip())


def request_extension(
    ticket: Ticket, *, reason: str, new_due_on: date, by: Person, now: datetime, seen: int | None = None
) -> None:
    """The unit asks for more time with a reason and a new day (延期). The clock runs on until it is granted."""
    require_holder(ticket, by)
    move = begin(ticket, Action.REQUEST_EXTENSION, by=by, seen=seen)
    require_text("reason", reason, N_("请写明延期的理由。"))
    if ticket.due_at is None or new_due_on <= day_of(ticket.due_at) or new_due_on <= day_of(now):
        raise Invalid("new_due_on", N_("新的期限要晚于原来的期限。"))
    _ask(ticket, OpenRequest.EXTENSION, reason, by, now, new_due_on=new_due_on)
    told = {"reason": reason.strip(), "new_due_on": new_due_on, "extensions": ticket.extensions}
    end(ticket, move, "ticket.extension_requested", by=by, now=now, **told)


def decide_extension(ticket: Ticket, *, granted: bool, reason: str, by: Person, now: datetime) -> None:
    """Grant more time, which counts in the extension rate, or refuse it. A second extension is the city's to decide."""
    require_district(by, Right.TICKET_DECIDE, ticket.district_code)
    move = begin(ticket, Action.GRANT_EXTENSION if granted else Action.REFUSE_EXTENSION, by=by)
    if not granted:
        require_text("reason", reason, N_("请写明不同意的理由。"))
    request = decided(ticket, granted, reason, by, now)
    if granted and request.new_due_on is not None:
        clocks.extend(ticket, request.new_due_on)
        ticket.extensions += 1
    name = "ticket.extended" if granted else "ticket.extension_refused"
    end(ticket, move, name, by=by, now=now, reason=reason.strip(), due_at=ticket.due_at)


def suspend(
    ticket: Ticket, *, plan: str, expected_on: date, review_on: date, by: Person, now: datetime, seen: int | None = None
) -> None:
    """The city puts a ticket aside that cannot be done now, with a plan and a day to look at it again (挂账).

    Its clock stands still, and with it those of the units that assist.
    """
    move = begin(ticket, Action.SUSPEND, by=by, seen=seen)
    require_text("plan", plan, N_("请写明整改计划。"))
    if not day_of(now) < review_on <= expected_on:
        raise Invalid("review_on", N_("复议日期要在今天以后、预计完成日期以前。"))
    ticket.suspended_plan, ticket.suspended_until, ticket.review_on = plan.strip(), expected_on, review_on
    clocks.stop(ticket, now)
    assists.stand_still(ticket, now)
    end(ticket, move, "ticket.suspended", by=by, now=now, plan=plan.strip(), review_on=review_on)


def resume(ticket: Ticket, *, by: Person, now: datetime, seen: int | None = None) -> None:
    """Take a suspended ticket up again with the time that was left, to its unit and to those that assist."""
    move = begin(ticket, Action.RESUME, by=by, seen=seen)
    ticket.suspended_plan = ticket.suspended_until = ticket.review_on = None
    clocks.resume(ticket, now)
    assists.go_on(ticket, now)
    end(ticket, move, "ticket.resumed", by=by, now=now, due_at=ticket.due_at)


def open_request(ticket: Ticket) -> TicketRequest | None:
    """The request that waits for a decision, if there is one."""
    return db.session.scalars(
        select(TicketRequest).where(TicketRequest.ticket_id == ticket.id, TicketRequest.decided_at.is_(None))
    ).one_or_none()


def _ask(
    ticket: Ticket,
    kind: OpenRequest,
    text: str,
    by: Person,
    now: datetime,
    *,
    ground: ReturnGround | None = None,
    new_due_on: date | None = None,
) -> None:
    asked = TicketRequest(
        ticket_id=ticket.id, kind=kind, ground=ground, text=text.strip(), new_due_on=new_due_on, by_id=by.id, at=now
    )
    db.session.add(asked)


def decided(ticket: Ticket, granted: bool, reason: str, by: Person, now: datetime) -> TicketRequest:
    """Write down in the open request what was decided; raises Conflict if none is open."""
    request = open_request(ticket)
    if request is None:
        raise Conflict(N_("这一件没有等着决定的申请。"))
    request.granted, request.decision = granted, reason.strip()
    request.decided_by_id, request.decided_at = by.id, now
    audit.record("ticket.request_decided", ticket, by=by, at=now, kind=request.kind.value, granted=granted)
    return request
