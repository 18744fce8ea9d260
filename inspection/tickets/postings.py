"""The notice on a car that has been left (告知书): posted and photographed, waited for, handed over. No commits.

domain.md §4: notice sheet posted (photo, date) → waiting period [D 7 days] → handed to the traffic police → removed. No
text read by us defines the period, so it is a setting, and property managers have no power to tow.
"""

from datetime import date, datetime, timedelta

from inspection.kernel import audit
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.tickets.annexes import Posting
from inspection.tickets.models import Ticket
from inspection.tickets.service import require_holder, require_photo, require_text
from inspection.tickets.workflow import State

TAKES = (State.HANDLING,)


def applies(ticket: Ticket) -> bool:
    """Whether a notice is posted on what this ticket is about: a motor vehicle that has been left."""
    return ticket.category.plate and ticket.category.repeat_days is not None


def of(ticket: Ticket) -> Posting | None:
    """The ticket's notice, once it is posted."""
    return db.session.get(Posting, ticket.id)


def until(posting: Posting) -> date:
    """The last day on which the owner may take it away."""
    return day_of(posting.posted_at) + timedelta(days=posting.wait_days)


def post(ticket: Ticket, *, evidence: Manifest | None, wait_days: int, by: Person, now: datetime) -> Posting:
    """The unit has posted the notice, and shows it; the waiting period begins.

    Raises Conflict unless the unit has the ticket in hand, or when a notice is posted already; Invalid("photos").
    """
    _require_in_hand(ticket, by)
    if of(ticket) is not None:
        raise Conflict(N_("告知书已经贴过了。"))
    require_photo(evidence)
    if evidence is None:
        raise Invalid("photos", N_("请拍一张现场照片。"))
    posting = Posting(
        ticket_id=ticket.id, posted_at=now, posted_by_id=by.id, manifest_id=evidence.id, wait_days=wait_days
    )
    db.session.add(posting)
    db.session.flush()
    audit.record("ticket.notice_posted", ticket, by=by, at=now, until=until(posting))
    return posting


def hand_over(ticket: Ticket, *, to: str, by: Person, now: datetime) -> None:
    """After the waiting period it is handed over (移交). Raises Conflict before its last day is over."""
    _require_in_hand(ticket, by)
    posting = of(ticket)
    if posting is None:
        raise Conflict(N_("还没有贴告知书，不能移交。"))
    if posting.handed_over_at is not None:
        raise Conflict(N_("已经移交过了。"))
    if day_of(now) <= until(posting):
        raise Conflict(N_("告知期到 %(day)s 才满，满了才能移交。"), day=until(posting).isoformat())
    require_text("to", to, N_("请写明移交给谁。"))
    posting.handed_over_at, posting.handed_over_by_id, posting.handed_to = now, by.id, to.strip()
    db.session.flush()
    audit.record("ticket.handed_over", ticket, by=by, at=now, unit=to.strip())


def _require_in_hand(ticket: Ticket, by: Person) -> None:
    require_holder(ticket, by)
    db.session.refresh(ticket, with_for_update=True)
    if ticket.state not in TAKES:
        raise Conflict(N_("这一件不在处置中，不能办告知和移交。"))
