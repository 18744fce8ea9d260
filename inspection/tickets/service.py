"""What people do to tickets. One public function per action, in the order of a ticket's life.

Nothing here commits: the view, job or command that calls does so once, so that the change, its audit event and the
work that it causes are kept or lost together. ``seen`` is the version that the person looked at: if someone else has
changed the ticket since, nothing is done and they are told.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from inspection.geography import service as geography
from inspection.kernel import audit, queue
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.numbers import next_number
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person, Unit
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind
from inspection.photos.service import Announced, PhotoLimits
from inspection.reports.models import Report, ReportState
from inspection.tickets import assists, clocks, feedback, tasks, workflow
from inspection.tickets.deadlines import Limit
from inspection.tickets.models import Answer, Recheck, Ticket, TicketReport, TicketRequest, Verdict
from inspection.tickets.sampling import LOOKBACK_AFTER
from inspection.tickets.workflow import Action, Move, State

SHORTEST_REASON = 2


@dataclass(frozen=True)
class Filing:
    """What a new ticket is about: the category, where it is in words, how urgent, and by when once dispatched."""

    category: str
    place: str
    severity: str
    limit: Limit
    site_type: str | None = None
    routed_by: str | None = None
    """The line of the routing table that fired, in words."""


def file(report: Report, filing: Filing, *, by: Person, now: datetime) -> Ticket:
    """Make a ticket of a report (立案). Its number is given here. Raises Conflict unless the report waits for it."""
    require_district(by, Right.REPORT_TRIAGE, report.district_code)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))
    if not filing.place.strip():
        raise Invalid("place", N_("请写明点位。"))
    ticket = Ticket(
        id=uuid.uuid4(),
        number=_number(report.district_code, now),
        state=State.FILED,
        category_code=filing.category,
        district_code=report.district_code,
        street_code=report.street_code,
        severity=filing.severity,
        place=filing.place.strip(),
        lat=report.lat,
        lng=report.lng,
        cell=report.cell,
        site_type=filing.site_type,
        routed_by=filing.routed_by,
        limit_amount=filing.limit.amount,
        limit_unit=filing.limit.unit,
        filed_at=now,
    )
    ticket.reports.append(TicketReport(report=report, merged_at=now))
    report.state, report.decided_at = ReportState.FILED, now
    db.session.add(ticket)
    db.session.flush()
    audit.record("report.filed", report, by=by, at=now, ticket=ticket.number)
    audit.record("ticket.filed", ticket, by=by, at=now, number=ticket.number, routed_by=ticket.routed_by)
    return ticket


def dispatch(ticket: Ticket, *, unit: Unit, limit: Limit, by: Person, now: datetime, seen: int | None = None) -> None:
    """Give the ticket to a unit; the clock starts (派遣). Raises Invalid("unit") for another district's unit."""
    require_district(by, Right.TICKET_DISPATCH, ticket.district_code)
    move = begin(ticket, Action.DISPATCH, by=by, seen=seen)
    if unit.district_code != ticket.district_code:
        raise Invalid("unit", N_("这个单位不在本区。"))
    ticket.unit, ticket.dispatched_at = unit, now
    ticket.limit_amount, ticket.limit_unit = limit.amount, limit.unit
    clocks.start(ticket, limit, now)
    assists.lead_is(ticket, unit, by=by, now=now)
    end(ticket, move, "ticket.dispatched", by=by, now=now, unit=unit.name, unit_id=unit.id, due_at=ticket.due_at)


def accept(ticket: Ticket, *, by: Person, now: datetime, seen: int | None = None) -> None:
    """The unit takes the ticket in hand (签收)."""
    require_holder(ticket, by)
    move = begin(ticket, Action.ACCEPT, by=by, seen=seen)
    ticket.accepted_at = now
    end(ticket, move, "ticket.accepted", by=by, now=now)


def announce_answer(
    answer_id: uuid.UUID,
    ticket: Ticket,
    *,
    note: str,
    after: Sequence[Announced],
    by: Person,
    limits: PhotoLimits,
    now: datetime,
    content: Mapping[str, Any] | None = None,
) -> Answer:
    """The unit says that it will show the repair with these photos; it counts once all of them are in (处理反馈).

    ``content`` is what a phone announced, word for word; a form has none of its own.
    """
    require_holder(ticket, by)
    workflow.move(ticket.state, Action.SUBMIT, request=ticket.request, extensions=ticket.extensions)
    if not after:
        raise Invalid("photos", N_("请至少交一张整改后的照片。"))
    photos.check_announced(after, limits=limits, now=now)
    content = content or {
        "note": note,
        "photos": [{"bytes": photo.bytes, "sha256": photo.sha256} for photo in after],
        "round": ticket.round,
        "ticket": str(ticket.id),
    }
    manifest, created = photos.announce(answer_id, ManifestKind.ANSWER, content, after, now=now)
    if not created:
        return db.session.get_one(Answer, answer_id)
    answer = Answer(
        id=manifest.id,
        manifest=manifest,
        ticket_id=ticket.id,
        round=ticket.round,
        unit_id=ticket.unit_id,
        by=by,
        note=note.strip(),
        announced_at=now,
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def answer_photo_arrived(
    answer_id: uuid.UUID, sha256: str, facts: images.Facts, *, by: Person, now: datetime
) -> Answer:
    """One of the answer's photos lies in the store; with the last one the answer is handed in."""
    answer = db.session.get_one(Answer, answer_id)
    ticket = db.session.get_one(Ticket, answer.ticket_id, with_for_update=True)
    require_holder(ticket, by)
    manifest = photos.arrived(answer_id, sha256, facts, now=now)
    if manifest.completed_at is not None and answer.answered_at is None:
        submit(ticket, answer, by=by, now=now)
    return answer


def submit(ticket: Ticket, answer: Answer, *, by: Person, now: datetime) -> None:
    """The unit says that the problem is put right, and shows it; the clock stops.

    At least one photo must be taken after the ticket was filed: an older one proves nothing, and one without a time
    cannot be judged. A late answer is accepted and marked late.
    """
    require_holder(ticket, by)
    move = begin(ticket, Action.SUBMIT, by=by)
    if not any(photo.taken is not None and photo.taken > ticket.filed_at for photo in answer.manifest.photos):
        raise Invalid("photos", N_("至少要有一张立案以后拍的照片。"), code="no_fresh_photo")
    answer.answered_at = ticket.handled_at = now
    answer.late = ticket.due_at is not None and now > ticket.due_at
    ticket.late = ticket.late or answer.late
    clocks.stop(ticket, now)
    end(ticket, move, "ticket.handled", by=by, now=now, note=answer.note, late=answer.late, answer=str(answer.id))
    queue.enqueue("tickets.sample_recheck", ticket.id, now=now)


def pass_recheck(
    ticket: Ticket, *, note: str, evidence: Manifest | None, by: Person, now: datetime, seen: int | None = None
) -> None:
    """Someone other than the unit has looked: it is put right, the ticket closes (核查通过).

    Needs a photo, or the reason why there is none.
    """
    move = _begin_recheck(ticket, Action.PASS_RECHECK, by, seen)
    if evidence is None and len(note.strip()) < SHORTEST_REASON:
        raise Invalid("note", N_("没有核查照片，请写明为什么没有。"))
    _looked(ticket, Verdict.PASSED, note, evidence, by, now)
    ticket.closed_at = now
    end(ticket, move, "ticket.closed", by=by, now=now, note=note.strip())
    queue.enqueue("tickets.sample_lookback", ticket.id, now=now, at=now + LOOKBACK_AFTER)


def fail_recheck(
    ticket: Ticket, *, reason: str, evidence: Manifest | None, by: Person, now: datetime, seen: int | None = None
) -> None:
    """It is not put right: back to the unit for another round with a new deadline (核查不通过, 返工)."""
    move = _begin_recheck(ticket, Action.FAIL_RECHECK, by, seen)
    require_text("note", reason, N_("请写明为什么不通过。"))
    require_photo(evidence)
    _looked(ticket, Verdict.FAILED, reason, evidence, by, now)
    ticket.reworks += 1
    _again(ticket, now)
    end(ticket, move, "ticket.failed", by=by, now=now, note=reason.strip(), due_at=ticket.due_at)


def look_back(
    ticket: Ticket,
    *,
    good: bool,
    note: str,
    evidence: Manifest | None,
    by: Person,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Look again at what was closed (回头看): still good, or back again (反弹) for another round."""
    access.require(by.role, Right.TICKET_RECHECK)
    require_district(by, Right.TICKET_RECHECK, ticket.district_code)
    move = begin(ticket, Action.LOOKBACK_GOOD if good else Action.REBOUND, by=by, seen=seen)
    require_photo(evidence)
    _looked(ticket, Verdict.GOOD if good else Verdict.REBOUND, note, evidence, by, now)
    ticket.lookbacks += 1
    if good:
        end(ticket, move, "ticket.looked_back", by=by, now=now, note=note.strip())
        return
    ticket.rebounds += 1
    ticket.closed_at = None
    _again(ticket, now)
    end(ticket, move, "ticket.rebounded", by=by, now=now, note=note.strip(), due_at=ticket.due_at)


def void(ticket: Ticket, *, reason: str, by: Person, now: datetime, seen: int | None = None) -> None:
    """The city takes the ticket out of the count for a stated reason (作废)."""
    move = begin(ticket, Action.VOID, by=by, seen=seen)
    require_text("reason", reason, N_("请写明作废的理由。"))
    ticket.void_reason = reason.strip()
    if ticket.clock_started_at and not ticket.clock_stopped_at:
        clocks.stop(ticket, now)
    end(ticket, move, "ticket.voided", by=by, now=now, reason=reason.strip())


def supervise(ticket: Ticket, *, reason: str | None, by: Person, now: datetime) -> None:
    """The city puts the ticket under supervision with a reason, or takes it off again with None (督办)."""
    move = begin(ticket, Action.SUPERVISE if reason is not None else Action.UNSUPERVISE, by=by)
    if reason is not None:
        require_text("reason", reason, N_("请写明督办的理由。"))
    ticket.supervised = reason.strip() if reason is not None else None
    name = "ticket.supervised" if reason is not None else "ticket.unsupervised"
    end(ticket, move, name, by=by, now=now, reason=ticket.supervised)


def instruct(ticket: Ticket, *, office: str, text: str, by: Person, now: datetime) -> None:
    """Write down a leader's instruction with their office; it is printed on the case sheet (批示)."""
    require_district(by, Right.TICKET_DECIDE, ticket.district_code)
    move = begin(ticket, Action.INSTRUCT, by=by)
    require_text("office", office, N_("请写明批示人的职务。"))
    require_text("text", text, N_("请写明批示内容。"))
    end(ticket, move, "ticket.instructed", by=by, now=now, office=office.strip(), text=text.strip())


def begin(ticket: Ticket, action: Action, *, by: Person, seen: int | None = None) -> Move:
    """The move, if the ticket is as the person saw it, the role may, and the state allows it. Locks the ticket."""
    lock(ticket, seen)
    move = workflow.move(
        ticket.state,
        action,
        request=ticket.request,
        extensions=ticket.extensions,
        supervised=ticket.supervised is not None,
    )
    workflow.require_role(move, by.role.value)
    return move


def lock(ticket: Ticket, seen: int | None = None) -> None:
    """Lock the ticket as it is now; raises Conflict if the person looked at another version."""
    db.session.refresh(ticket, with_for_update=True)
    if seen is not None and seen != ticket.version:
        raise Conflict(N_("刚才已有别人改过这一件，请看过最新情况再办。"), code="changed_meanwhile")


def end(ticket: Ticket, move: Move, name: str, *, by: Person, now: datetime, **data: object) -> None:
    """Enter the new state and write the event. What the move leaves behind lapses: requests, tasks, complaints."""
    ticket.state = move.to
    if ticket.request is not None and move.request is None:
        _lapse(ticket, now)
    ticket.request = move.request
    if move.next_round:
        ticket.round += 1
    db.session.flush()
    tasks.ticket_moved(ticket, move.action, by=by, now=now)
    feedback.ticket_moved(ticket, move.action)
    audit.record(name, ticket, by=by, at=now, round=ticket.round, **data)


def require_holder(ticket: Ticket, person: Person) -> None:
    """Raise NotAllowed unless the person works for the unit that holds the ticket."""
    access.require(person.role, Right.TICKET_HANDLE)
    if person.unit_id is None or person.unit_id != ticket.unit_id:
        raise NotAllowed(N_("只有承办这一件的单位才能办理。"))


def require_district(person: Person, right: Right, district_code: str) -> None:
    """Raise NotAllowed unless the person's right reaches this district."""
    if access.require(person.role, right) is access.Scope.DISTRICT and person.district_code != district_code:
        raise NotAllowed(N_("这一件不在您的区。"))


def require_text(field: str, text: str, message: str) -> None:
    """Raise Invalid if nothing was written."""
    if len(text.strip()) < SHORTEST_REASON:
        raise Invalid(field, message)


def require_photo(evidence: Manifest | None) -> None:
    """Raise Invalid unless there is a complete photo."""
    if evidence is None or evidence.completed_at is None or not evidence.photos:
        raise Invalid("photos", N_("请拍一张现场照片。"))


def _begin_recheck(ticket: Ticket, action: Action, by: Person, seen: int | None) -> Move:
    require_district(by, Right.TICKET_RECHECK, ticket.district_code)
    move = begin(ticket, action, by=by, seen=seen)
    handlers = db.session.scalars(select(Answer.by_id).where(Answer.ticket_id == ticket.id)).all()
    units, helpers = assists.helpers(ticket)
    if not all(
        workflow.independent(by.unit_id, by.id, unit, {*handlers, *helpers}) for unit in {ticket.unit_id, *units}
    ):
        raise NotAllowed(N_("核查要由承办、协办单位以外的人来做。"))
    return move


def _looked(ticket: Ticket, verdict: Verdict, note: str, evidence: Manifest | None, by: Person, now: datetime) -> None:
    db.session.add(
        Recheck(
            ticket_id=ticket.id,
            round=ticket.round,
            verdict=verdict,
            by_id=by.id,
            at=now,
            note=note.strip(),
            manifest=evidence,
        )
    )


def _again(ticket: Ticket, now: datetime) -> None:
    ticket.handled_at = None
    clocks.start(ticket, Limit(ticket.limit_amount, ticket.limit_unit), now)


def _lapse(ticket: Ticket, now: datetime) -> None:
    waiting = (TicketRequest.ticket_id == ticket.id) & TicketRequest.decided_at.is_(None)
    db.session.execute(update(TicketRequest).where(waiting).values(decided_at=now))


def _number(district_code: str, now: datetime) -> str:
    letters = geography.current_atlas().district(district_code).letters
    month = f"{now.astimezone(BEIJING):%y%m}"
    return f"{letters}-{month}-{next_number(f'ticket:{letters}-{month}'):04d}"
