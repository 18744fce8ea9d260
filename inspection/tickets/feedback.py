"""Whether whoever reported a problem is satisfied with what became of it (满意度). Nothing here commits.

The city office alone reads it. A reason says more about its author than a report does, so neither the unit nor the
district sees that one was given: what they see is what the city does because of it.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from inspection.kernel import audit
from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind
from inspection.reports import service as reports
from inspection.reports.models import Report
from inspection.reports.supplements import Shown
from inspection.tickets import visibility
from inspection.tickets.models import Feedback, Ticket
from inspection.tickets.tasks import VERDICTS
from inspection.tickets.workflow import Action, State

OPEN_DAYS = 30
"""[D] So many days after closing one may say so, or change one's mind."""
SHORTEST_REASON, LONGEST_REASON = 2, 2000


def give(report_id: uuid.UUID, *, satisfied: bool, reason: str, shown: Shown, by: Person, now: datetime) -> Feedback:
    """Say whether one is satisfied with what became of one's own report, or change what one said (满意, 不满意).

    Raises Conflict while the matter is not closed or too long after, Invalid for a dissatisfaction without a reason.
    """
    report = reports.own(by, report_id)
    ticket = visibility.ticket_of(report.id)
    if ticket is not None:
        db.session.refresh(ticket, with_for_update=True)
    if ticket is None or last_day(ticket) is None:
        raise Conflict(N_("这件事还没有办结，办结以后再请您评价。"))
    if not open_for(ticket, now):
        raise Conflict(N_("办结已经超过 %(days)s 天，不能再评价。问题还在，请再报一次。"), days=str(OPEN_DAYS))
    if not satisfied:
        _check(reason)
    feedback = db.session.get(Feedback, report.id, with_for_update=True) or Feedback(report_id=report.id)
    feedback.ticket_id, feedback.round, feedback.at = ticket.id, ticket.round, now
    feedback.satisfied, feedback.waits = satisfied, not satisfied
    feedback.reason = "" if satisfied else reason.strip()
    feedback.manifest = None if satisfied else _evidence(report, shown, now)
    db.session.add(feedback)
    db.session.flush()
    audit.record("report.judged", report, by=audit.AUTHOR, at=now, satisfied=satisfied, photos=len(shown))
    return feedback


def ticket_moved(ticket: Ticket, action: Action) -> None:
    """The city has looked because of it, or the ticket is void: nobody's dissatisfaction waits any more."""
    if action in VERDICTS:
        waiting = (Feedback.ticket_id == ticket.id) & Feedback.waits
        db.session.execute(update(Feedback).where(waiting).values(waits=False))


def given(report: Report, ticket: Ticket) -> Feedback | None:
    """What the report's author said about this round, for the author's own page."""
    feedback = db.session.get(Feedback, report.id)
    return feedback if feedback is not None and feedback.round == ticket.round else None


def open_for(ticket: Ticket, now: datetime) -> bool:
    """Whether one may say so now."""
    last = last_day(ticket)
    return last is not None and day_of(now) <= last


def last_day(ticket: Ticket) -> date | None:
    """The last day on which one may say so; None while the ticket is not closed."""
    if ticket.state is not State.CLOSED or ticket.closed_at is None:
        return None
    return day_of(ticket.closed_at) + OPEN_DAYS * DAY


def of_ticket(ticket: Ticket, person: Person) -> Sequence[Feedback]:
    """The dissatisfied of a ticket, the latest first: for the city office, and nothing for anyone else."""
    if access.scope(person.role, Right.FEEDBACK_READ) is None:
        return ()
    said = (Feedback.ticket_id == ticket.id) & ~Feedback.satisfied
    return db.session.scalars(select(Feedback).where(said).order_by(Feedback.at.desc(), Feedback.report_id)).all()


def _check(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("reason", N_("请说一句哪里没有改好。"))
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason", N_("太长了。"))
    if "\x00" in reason:
        raise Invalid("reason", N_("里面有看不见的字符。"))


def _evidence(report: Report, shown: Shown, now: datetime) -> Manifest | None:
    if not shown:
        return None
    announced = [one for one, _ in shown]
    content = {"at": now.isoformat(), "photos": [one.sha256 for one in announced], "report": str(report.id)}
    manifest, _created = photos.announce(uuid.uuid4(), ManifestKind.FEEDBACK, content, announced, now=now)
    for one, facts in shown:
        photos.arrived(manifest.id, one.sha256, facts, now=now)
    return manifest
