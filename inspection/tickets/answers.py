"""What a unit hands in from a phone on site: the photos of the repair and what was done, in two steps as a report.

Nothing here commits. It is the same answer as the desk's form makes (处理反馈) and goes through the same door: what a
phone adds is that it may come hours later, when the ticket has moved on. Then it is refused in words for whoever stands
there, and the phone keeps the pictures.

The clock goes by the moment at which the last photo has come in, as it does for the form: domain.md knows no other, and
a phone's own clock is its owner's to set. When a photo was taken stands beside that on the ticket's page.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.photos import images
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.photos.service import PhotoLimits
from inspection.reports import receipts
from inspection.reports.models import Report
from inspection.reports.receipts import Signed
from inspection.reports.service import ID_TAKEN
from inspection.tickets import service
from inspection.tickets.brought import SHORTEST_NOTE, Brought, Progress, progress
from inspection.tickets.lists import RUNNING
from inspection.tickets.models import Answer, Recheck, Ticket, TicketReport, Verdict
from inspection.tickets.workflow import State

VIEWS = (PhotoRole.FAR, PhotoRole.NEAR, PhotoRole.AFTER)
"""What a photo of an answer shows: 远景, 近景, or anything else of the repair (其他)."""
MOVED = "ticket_moved"
"""The code by which a phone knows that nothing is to be mended: the ticket is not where it was."""

GONE = N_("这一件现在不归您单位办（退回或改派了），这一次没有收下。")
NOT_NOW: Mapping[State, str] = {
    State.DISPATCHED: N_("这一件还没有签收，请先签收再交。"),
    State.SUSPENDED: N_("这一件已经挂账，时钟停着，等恢复处置以后再交。"),
    State.HANDLED: N_("这一件已经有人交过反馈，正等核查，这一次没有收下，不用再交。"),
    State.CLOSED: N_("这一件已经结案，这一次没有收下，不用再交。"),
    State.VOID: N_("这一件已经作废，这一次没有收下，不用再办。"),
}
AGAIN = N_("这一件又退回来要再改，这一次没有收下。请看清退回的理由，照着改了再拍再交。")


@dataclass(frozen=True)
class NewAnswer(Brought):
    """An answer as its manifest announces it; ``round`` is the one that the handler had before them."""

    ticket: uuid.UUID
    round: int


def receive(
    answer_id: uuid.UUID, new: NewAnswer, *, by: Person, limits: PhotoLimits, now: datetime
) -> Progress[Answer]:
    """Take an answer's manifest in. The same again changes nothing, whatever has become of the ticket.

    Raises NotFound for a ticket that the unit does not hold, Conflict for one that has moved on or an id that is taken,
    ``photos.Different`` for the same id with another content, and Invalid naming the field.
    """
    access.require(by.role, Right.TICKET_HANDLE)
    if _is_known(answer_id, by):
        photos.announce(answer_id, ManifestKind.ANSWER, new.content(), new.photos, now=now)
        return progress(own(by, answer_id))
    check(new, now)
    _require_in_hand(_held(new.ticket, by), new.round)
    answer = service.announce_answer(
        answer_id,
        db.session.get_one(Ticket, new.ticket),
        note=new.note,
        after=new.photos,
        by=by,
        limits=limits,
        now=now,
        content=new.content(),
    )
    return progress(answer, created=True)


def photo_arrived(
    answer_id: uuid.UUID, sha256: str, facts: images.Facts, *, by: Person, now: datetime
) -> Progress[Answer]:
    """One of the answer's photos lies in the store; with the last one the answer is handed in, which stops the clock.

    Raises NotFound or Conflict where the ticket has moved on meanwhile, Invalid where no photo shows the repair.
    """
    answer = own(by, answer_id)
    if answer.answered_at is None:
        _require_in_hand(_held(answer.ticket_id, by), answer.round)
        service.answer_photo_arrived(answer_id, sha256, facts, by=by, now=now)
    return progress(answer)


def own(person: Person, answer_id: uuid.UUID) -> Answer:
    """The person's own answer; raises NotFound for anything else."""
    answer = db.session.get(Answer, answer_id)
    if answer is None or answer.by_id != person.id:
        raise NotFound(N_("没有这次反馈。"))
    return answer


def number(answer: Answer) -> str:
    """What the receipt is called by: the ticket's number and the round, such as ``DC-2611-0397-1``."""
    return f"{db.session.get_one(Ticket, answer.ticket_id).number}-{answer.round}"


def receipt(answer: Answer, signer: receipts.Signer) -> Signed | None:
    """The receipt for an answer that was handed in: signed anew from what is kept, so always the same with one key."""
    if answer.answered_at is None:
        return None
    return receipts.issue(
        signer,
        number=number(answer),
        report_id=answer.id,
        received_at=answer.answered_at,
        content_hash=answer.manifest.content_hash,
        photos=[photo.sha256 for photo in answer.manifest.photos],
        about="answer",
    )


def in_hand(person: Person, *, limit: int) -> Sequence[Ticket]:
    """The tickets that the person's unit has to accept or to put right, the most urgent first, with their pictures."""
    access.require(person.role, Right.TICKET_HANDLE)
    if person.unit_id is None:
        return ()
    pictures = selectinload(Ticket.reports).selectinload(TicketReport.report).selectinload(Report.manifest)
    return db.session.scalars(
        select(Ticket)
        .where(Ticket.unit_id == person.unit_id, Ticket.state.in_(RUNNING))
        .order_by(Ticket.due_at, Ticket.id)
        .limit(limit)
        .options(pictures.selectinload(Manifest.photos), selectinload(Ticket.category))
    ).all()


def sent_back(tickets: Collection[Ticket]) -> Mapping[uuid.UUID, Recheck]:
    """Why those that are in another round came back: the look that failed, or that found the problem again."""
    rounds = {ticket.id: ticket.round for ticket in tickets if ticket.round > 1}
    found = db.session.scalars(
        select(Recheck)
        .where(Recheck.ticket_id.in_(rounds), Recheck.verdict.in_((Verdict.FAILED, Verdict.REBOUND)))
        .order_by(Recheck.at)
    )
    return {look.ticket_id: look for look in found if look.round == rounds[look.ticket_id] - 1}


def check(new: NewAnswer, now: datetime) -> None:
    """Raise Invalid naming the first field that cannot be so."""
    new.check(now)
    if len(new.note.strip()) < SHORTEST_NOTE:
        raise Invalid("note", N_("请写一句做了什么。"))
    for position, photo in enumerate(new.photos):
        if photo.role not in VIEWS:
            raise Invalid(f"photos.{position}.role", N_("这里只收整改后的照片。"))


def _is_known(answer_id: uuid.UUID, by: Person) -> bool:
    """Whether the person announced it before; raises Conflict for an id that somebody or something else has used."""
    if db.session.get(Manifest, answer_id) is None:
        return False
    answer = db.session.get(Answer, answer_id)
    if answer is None or answer.by_id != by.id:
        raise Conflict(ID_TAKEN, code="id_taken")
    return True


def _held(ticket_id: uuid.UUID, by: Person) -> Ticket:
    """The ticket, locked; another unit's and none at all look alike."""
    held = select(Ticket).where(Ticket.id == ticket_id, Ticket.unit_id == by.unit_id, Ticket.unit_id.is_not(None))
    ticket = db.session.scalars(held.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if ticket is None:
        raise NotFound(GONE, code=MOVED)
    return ticket


def _require_in_hand(ticket: Ticket, seen: int) -> None:
    """Raise Conflict, in words for whoever stands there, unless the ticket waits for this round's answer."""
    if ticket.state in NOT_NOW:
        raise Conflict(NOT_NOW[ticket.state], code=MOVED)
    if ticket.round != seen:
        raise Conflict(AGAIN, code=MOVED)
