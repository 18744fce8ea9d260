"""Quarrels over whose a problem is: both sides' words, the city's decision, and what it is worth later (争议, 先例).

A unit asks to send a ticket back because the place or the ownership is not its own; an office sees it otherwise. Then
the city decides (domain.md §3: city if districts disagree), and its reason is offered the next time near there. Nothing
here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.geography import service as geography
from inspection.geography.points import Point, cells_within
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.reports.models import Report
from inspection.tickets import assists, clocks, workflow
from inspection.tickets.models import Dispute, ReturnGround, Ticket, TicketRequest
from inspection.tickets.requests import decided, open_request
from inspection.tickets.service import begin, end, lock, require_district, require_text
from inspection.tickets.workflow import Action, OpenRequest

PRECEDENT_M = 50.0
"""[D] What was decided so near is a precedent, as for reports."""
GROUNDS = (ReturnGround.PLACE, ReturnGround.OWNERSHIP)
"""What can be quarrelled about: 属地不符, 权属不清. Whether it is a unit's duty its district decides alone."""


@dataclass(frozen=True)
class Owner:
    """Whose the city says that it is: a unit of the ticket's district, or another district."""

    unit: Unit | None = None
    district_code: str | None = None


@dataclass(frozen=True)
class Precedent:
    """What the city decided near a place: for whom, why, and when."""

    unit: Unit | None
    district_code: str
    reason: str
    at: datetime


def can_be_disputed(ticket: Ticket) -> bool:
    """Whether an office may still contradict: a return on one of the grounds waits for a decision."""
    asked = open_request(ticket) if ticket.request is OpenRequest.RETURN else None
    return asked is not None and asked.ground in GROUNDS


def dispute(
    ticket: Ticket, *, statement: str, named: str | None, by: Person, now: datetime, seen: int | None = None
) -> Dispute:
    """An office contradicts the unit that wants to send a ticket back; from here on the city decides (提出争议).

    ``named`` is another district that it points at. Raises Conflict where no return waits, on another ground or when it
    is disputed already, and Invalid("statement"), Invalid("named").
    """
    require_district(by, Right.TICKET_DECIDE, ticket.district_code)
    lock(ticket, seen)
    request = workflow.disputed(ticket.request)
    asked = open_request(ticket)
    if asked is None or ticket.request is OpenRequest.DISPUTED_RETURN:
        raise Conflict(N_("这一件已经有争议，等首都文明办督查处决定。"))
    if asked.ground not in GROUNDS:
        raise Conflict(N_("只有属地不符、权属不清的退单才有争议；职责不符由区里决定。"))
    require_text("statement", statement, N_("请写明您这一方的理由。"))
    if named is not None and (named not in _districts() or named == ticket.district_code):
        raise Invalid("named", N_("请选另一个区。"))
    quarrel = Dispute(
        request_id=asked.id,
        ticket_id=ticket.id,
        cell=ticket.cell,
        statement=statement.strip(),
        named_code=named,
        stated_by=by,
        stated_at=now,
    )
    db.session.add(quarrel)
    ticket.request = request
    db.session.flush()
    audit.record("ticket.return_disputed", ticket, by=by, at=now, text=quarrel.statement, named=named)
    return quarrel


def settle(ticket: Ticket, *, owner: Owner, reason: str, by: Person, now: datetime, seen: int | None = None) -> Dispute:
    """The city says whose it is, with the reason, which is kept as a precedent for the place (裁定归属).

    If it is the unit's that has it, the return is refused. Otherwise it is granted: the ticket waits for its dispatch,
    in another district if that is the owner; its number stays. Raises Invalid("owner"), Invalid("reason").
    """
    if access.require(by.role, Right.TICKET_DECIDE) is not Scope.ALL:
        raise NotAllowed(N_("归属有争议的，由首都文明办督查处裁定。"))
    lock(ticket, seen)
    quarrel = open_one(ticket)
    if quarrel is None:
        raise Conflict(N_("这一件没有等着裁定的争议。"))
    stays = owner.unit is not None and owner.unit.id == ticket.unit_id
    move = begin(ticket, Action.REFUSE_RETURN if stays else Action.GRANT_RETURN, by=by)
    _require_owner(ticket, owner)
    require_text("reason", reason, N_("请写明归属的理由，下次同一处会用到。"))
    to = owner.district_code or ticket.district_code
    quarrel.owner_unit, quarrel.owner_code = owner.unit, to
    quarrel.reason, quarrel.decided_by_id, quarrel.decided_at = reason.strip(), by.id, now
    decided(ticket, not stays, reason, by, now)
    if not stays:
        clocks.stop(ticket, now)
        ticket.unit, ticket.accepted_at = None, None
    if to != ticket.district_code:
        _move(ticket, to, by, now)
    end(ticket, move, "ticket.return_settled", by=by, now=now, reason=reason.strip(), unit=_named(owner), district=to)
    return quarrel


def of_ticket(ticket: Ticket) -> Sequence[tuple[TicketRequest, Dispute]]:
    """Both sides' words of every quarrel about a ticket, and what was decided, in order."""
    joined = select(TicketRequest, Dispute).join(Dispute, Dispute.request_id == TicketRequest.id)
    rows = db.session.execute(joined.where(Dispute.ticket_id == ticket.id).order_by(Dispute.stated_at)).all()
    return [(asked, quarrel) for asked, quarrel in rows]


def open_one(ticket: Ticket) -> Dispute | None:
    """The quarrel that waits for the city, if there is one."""
    asked = open_request(ticket) if ticket.request is OpenRequest.DISPUTED_RETURN else None
    return db.session.get(Dispute, asked.id) if asked else None


def precedent(place: Point) -> Precedent | None:
    """The city's latest decision about a ticket within fifty metres."""
    cells = cells_within(place, PRECEDENT_M)
    near = Dispute.cell.in_(cells) & Dispute.decided_at.is_not(None)
    found = db.session.scalars(select(Dispute).where(near).order_by(Dispute.decided_at.desc()).limit(1)).first()
    if found is None or found.owner_code is None or found.decided_at is None:
        return None
    return Precedent(found.owner_unit, found.owner_code, found.reason or "", found.decided_at)


def _require_owner(ticket: Ticket, owner: Owner) -> None:
    if (owner.unit is None) is (owner.district_code is None):
        raise Invalid("owner", N_("请选归谁办。"))
    if owner.unit is not None and owner.unit.district_code != ticket.district_code:
        raise Invalid("owner", N_("这个单位不在本区；归别的区，请选那个区。"))
    if owner.district_code is not None and owner.district_code not in _districts() - {ticket.district_code}:
        raise Invalid("owner", N_("请选另一个区。"))


def _move(ticket: Ticket, to: str, by: Person, now: datetime) -> None:
    """Into another district, with its reports; whoever assists there is not the new one's to call."""
    street = geography.current_atlas().nearest_street(to, Point(ticket.lat, ticket.lng))
    origin, ticket.district_code, ticket.street_code = ticket.district_code, to, street.code if street else None
    for link in ticket.reports:
        report = db.session.get_one(Report, link.report_id, with_for_update=True, populate_existing=True)
        report.district_code, report.street_code = to, ticket.street_code
        audit.record("report.moved", report, by=by, at=now, origin=origin, district=to, ticket=ticket.number)
    assists.leave(ticket, by=by, now=now)


def _named(owner: Owner) -> str:
    if owner.unit is not None:
        return owner.unit.name
    return geography.current_atlas().district(owner.district_code).name if owner.district_code else ""


def _districts() -> set[str]:
    return {district.code for district in geography.current_atlas().districts}
