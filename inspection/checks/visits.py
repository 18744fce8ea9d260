"""What whoever was drawn sees of their visits, and that they cannot go (走访). Nothing here commits.

A visit is a secret of the city office and of whoever was drawn, from the hour at which it shows. Before that, and for
everyone else, it is not there: the same words, after the same questions to the database. What the inspector brings is
in ``records``.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspection.checks.answering import SHORTEST_NOTE
from inspection.checks.models import Plan, Visit, VisitState
from inspection.kernel import audit, queue
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access, visiting
from inspection.people.access import Right
from inspection.people.models import Person

LONGEST_REASON = 300
DONE = (VisitState.RECEIVED, VisitState.ACCEPTED, VisitState.REJECTED)


class Decline(StrEnum):
    """Why somebody cannot go (去不了): it is nobody's fault."""

    BUSY = "busy"
    UNWELL = "unwell"
    FAR = "far"
    ACQUAINTED = "acquainted"
    OTHER = "other"


DECLINE_NAMES = {
    Decline.BUSY: N_("有事"),
    Decline.UNWELL: N_("身体不适"),
    Decline.FAR: N_("地方太远"),
    Decline.ACQUAINTED: N_("认识那里的人"),
    Decline.OTHER: N_("其他"),
}


@dataclass(frozen=True)
class Grace:
    """How long something may take: a record made in time and sent later, and what was asked back."""

    late: timedelta
    asked: timedelta


def open_of(person: Person, *, now: datetime, grace: Grace) -> Sequence[Visit]:
    """The visits that wait for the person and show already, the most urgent first (我的任务)."""
    parts = (Visit.plan, Visit.site, Visit.window, Visit.checklist_version)
    whole = select(Visit).options(*(joinedload(part) for part in parts))
    mine = whole.where(Visit.id.in_(visiting.own_open(person)))
    shown = [visit for visit in db.session.scalars(mine) if waits(visit, now, grace)]
    return sorted(shown, key=lambda visit: (due(visit, grace), visit.id))


def known(person: Person, visit_id: uuid.UUID, *, now: datetime) -> Visit:
    """The person's own visit, also one that is over; raises NotFound for anything else, and before its hour."""
    # The plan comes along in the same question: asking for it later would tell that there is a visit.
    with_plan = select(Visit, Plan).join(Plan, Plan.id == Visit.plan_id).where(Visit.id == visit_id)
    found = db.session.execute(with_plan).one_or_none()
    mine = visiting.holds(person, visit_id)
    if found is None or not mine or now < shows_at(found[0]):
        raise NotFound(N_("没有这次走访。"))
    return found[0]


def decline(visit_id: uuid.UUID, *, reason: Decline, text: str, by: Person, now: datetime) -> Visit:
    """Whoever was drawn cannot go; someone else is drawn in their place. The same again changes nothing.

    Raises NotFound, Conflict for a visit that waits no longer, and Invalid for a reason without words.
    """
    access.require(by.role, Right.REPORT_SEND)
    visit = known(by, visit_id, now=now)
    db.session.refresh(visit, with_for_update=True)
    if visit.state is VisitState.DECLINED:
        return visit
    if visit.state is not VisitState.WAITING:
        raise Conflict(N_("这次走访已经交过，或不用再去了。"), code="visit_over")
    visit.decline_reason = _written(reason, text.strip())
    end(visit, VisitState.DECLINED, now)
    audit.record("visit.declined", visit, by=audit.AUTHOR, at=now)
    queue.enqueue("checks.redraw", visit.id, now=now)
    return visit


def expire(*, now: datetime, grace: Grace) -> int:
    """Let go what nobody can bring any more: visits that nobody made, and items asked back without an answer."""
    waiting = (Visit.state == VisitState.WAITING) & (Visit.closes_at < now - grace.late)
    asked = (Visit.state == VisitState.ASKED) & (Visit.asked_at < now - grace.asked - grace.late)
    over = db.session.scalars(select(Visit).where(waiting | asked).with_for_update()).all()
    for visit in over:
        unmade = visit.state is VisitState.WAITING
        end(visit, VisitState.EXPIRED if unmade else VisitState.RECEIVED, now)
        audit.record("visit.expired" if unmade else "visit.unanswered", visit, by=audit.SYSTEM, at=now)
        if not unmade:
            queue.enqueue("checks.examine", visit.id, now=now)
    return len(over)


def end(visit: Visit, state: VisitState, now: datetime) -> None:
    """The visit waits for nobody any longer."""
    visit.state, visit.ended_at = state, now
    db.session.flush()
    visiting.release([visit.id])


def shows_at(visit: Visit) -> datetime:
    """From when whoever was drawn knows of it."""
    return visit.opens_at - timedelta(hours=visit.plan.lead_hours)


def due(visit: Visit, grace: Grace) -> datetime:
    """Until when it is to be done; what was asked back has a time of its own."""
    if visit.state is VisitState.ASKED and visit.asked_at:
        return visit.asked_at + grace.asked
    return visit.closes_at


def waits(visit: Visit, now: datetime, grace: Grace) -> bool:
    """Whether it can be done now."""
    wanted = visit.state in {VisitState.WAITING, VisitState.ASKED}
    return wanted and shows_at(visit) <= now <= due(visit, grace)


def shows_picture(person: Person, photo_id: uuid.UUID, *, now: datetime, grace: Grace) -> bool:
    """Whether the photo is of a place to which the person goes."""
    return any(visit.site.photo_id == photo_id for visit in open_of(person, now=now, grace=grace))


def _written(reason: Decline, text: str) -> str:
    if reason is Decline.OTHER and len(text) < SHORTEST_NOTE:
        raise Invalid("text", N_("请写一句为什么去不了。"))
    if len(text) > LONGEST_REASON:
        raise Invalid("text", N_("太长了。"))
    return f"{reason.value}: {text}" if text else reason.value
