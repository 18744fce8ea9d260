"""A week's facts out of the tables, as they stand at one moment (快照). Counts and places; never who inspected."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from inspection.geography import service as geography
from inspection.kernel import audit
from inspection.kernel.calendar import day_of, end_of, start_of
from inspection.kernel.db import db
from inspection.notices.snapshot import (
    Case,
    District,
    EarlierCase,
    Outcome,
    PhotoRef,
    Progress,
    Snapshot,
)
from inspection.photos.models import Manifest, Photo
from inspection.reports.models import Report, ReportState
from inspection.tickets import lists
from inspection.tickets.lists import RUNNING
from inspection.tickets.models import Answer, Recheck, Ticket, TicketReport, Verdict
from inspection.tickets.workflow import State

SHOWN_BEFORE, SHOWN_AFTER = 1, 1
"""How many photos of each side a case brings along."""

PROGRESS = {
    State.SUSPENDED: Progress.SUSPENDED,
    State.HANDLED: Progress.HANDLED,
    State.CLOSED: Progress.CLOSED,
}


@dataclass(frozen=True)
class Week:
    """The two ends of a week as moments."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment is in the week."""
        return moment is not None and self.start <= moment <= self.end


def snapshot(monday: date, sunday: date, *, previous: Snapshot | None, now: datetime) -> Snapshot:
    """The week from ``monday`` to ``sunday`` as it stands now; ``previous`` is what the last notice named."""
    week = Week(start_of(monday), end_of(sunday))
    filed = _tickets((Ticket.filed_at >= week.start) & (Ticket.filed_at <= week.end), Ticket.state != State.VOID)
    late = _tickets(Ticket.state.in_(RUNNING), Ticket.due_at < now)
    seq, digest = audit.head()
    return Snapshot(
        week_start=monday,
        week_end=sunday,
        taken_at=now,
        districts=tuple(_districts(week, filed, now)),
        cases=tuple(case(ticket, now) for ticket in filed),
        overdue=tuple(case(ticket, now) for ticket in late),
        earlier=tuple(_earlier(previous, now)) if previous else (),
        praise=(),
        audit_seq=seq,
        audit_hash=digest,
    )


def case(ticket: Ticket, now: datetime) -> Case:
    """One ticket as a notice may name it."""
    atlas = geography.current_atlas()
    answer = _last_answer(ticket)
    first = ticket.reports[0].report if ticket.reports else None
    return Case(
        number=ticket.number,
        district_code=ticket.district_code,
        street=atlas.street(ticket.street_code).name if ticket.street_code else "",
        place=ticket.place,
        category=ticket.category.name,
        description=first.description if first else "",
        progress=PROGRESS.get(ticket.state, Progress.OPEN),
        found_on=day_of(ticket.filed_at),
        due_on=day_of(ticket.due_at) if ticket.due_at else None,
        handled_on=day_of(ticket.handled_at) if ticket.handled_at else None,
        closed_on=day_of(ticket.closed_at) if ticket.closed_at else None,
        days_late=_days_late(ticket, now),
        round=ticket.round,
        supervised=ticket.supervised is not None,
        before=_shown(first.manifest, SHOWN_BEFORE) if first else (),
        after=_shown(answer.manifest, SHOWN_AFTER) if answer else (),
    )


def _tickets(*conditions: ColumnElement[bool]) -> Sequence[Ticket]:
    photos = selectinload(Ticket.reports).selectinload(TicketReport.report).selectinload(Report.manifest)
    return db.session.scalars(
        select(Ticket)
        .where(*conditions)
        .order_by(Ticket.district_code, Ticket.filed_at, Ticket.id)
        .options(photos.selectinload(Manifest.photos), selectinload(Ticket.category))
    ).all()


def _districts(week: Week, filed: Iterable[Ticket], now: datetime) -> Iterable[District]:
    found = _found(week)
    filed_in = Counter(ticket.district_code for ticket in filed)
    due = _tickets((Ticket.due_at >= week.start) & (Ticket.due_at <= week.end), Ticket.state != State.VOID)
    rework, rebounds, lookbacks = (_verdicts(week, *kinds) for kinds in LOOKS)
    closed = _closed(week)
    for district in geography.current_atlas().districts:
        mine = [ticket for ticket in due if ticket.district_code == district.code]
        handled = [ticket for ticket in mine if ticket.handled_at is not None]
        yield District(
            code=district.code,
            name=district.name,
            found=found[district.code],
            filed=filed_in[district.code],
            due=len(mine),
            handled=len(handled),
            handled_in_time=sum(not ticket.late for ticket in handled),
            overdue=sum(
                ticket.state in RUNNING and ticket.due_at is not None and ticket.due_at < now for ticket in mine
            ),
            closed=closed[district.code],
            rework=rework[district.code],
            rebounds=rebounds[district.code],
            looked_back=lookbacks[district.code],
        )


LOOKS = ((Verdict.FAILED,), (Verdict.REBOUND,), (Verdict.GOOD, Verdict.REBOUND))


def _found(week: Week) -> Counter[str]:
    codes = db.session.scalars(
        select(Report.district_code).where(
            Report.received_at >= week.start,
            Report.received_at <= week.end,
            Report.state.not_in((ReportState.INCOMPLETE, ReportState.WITHDRAWN)),
        )
    )
    return Counter(codes)


def _closed(week: Week) -> Counter[str]:
    closed = (Ticket.closed_at >= week.start) & (Ticket.closed_at <= week.end)
    return Counter(db.session.scalars(select(Ticket.district_code).where(closed)))


def _verdicts(week: Week, *verdicts: Verdict) -> Counter[str]:
    codes = db.session.scalars(
        select(Ticket.district_code)
        .join(Recheck, Recheck.ticket_id == Ticket.id)
        .where(Recheck.at >= week.start, Recheck.at <= week.end, Recheck.verdict.in_(verdicts))
    )
    return Counter(codes)


def _earlier(previous: Snapshot, now: datetime) -> Iterable[EarlierCase]:
    numbers = [named.number for named in previous.cases]
    known = {ticket.number: ticket for ticket in _tickets(Ticket.number.in_(numbers), Ticket.state != State.VOID)}
    for named in previous.cases:
        if ticket := known.get(named.number):
            yield EarlierCase(
                number=ticket.number,
                district_code=ticket.district_code,
                place=ticket.place,
                category=ticket.category.name,
                outcome=_outcome(ticket),
                due_on=day_of(ticket.due_at) if ticket.due_at else None,
                handled_on=day_of(ticket.handled_at) if ticket.handled_at else None,
                days_late=_days_late(ticket, now),
                looked_back=ticket.lookbacks > 0,
                supervised=ticket.supervised is not None,
            )


def _outcome(ticket: Ticket) -> Outcome:
    if ticket.state is State.CLOSED:
        return Outcome.GOOD
    return Outcome.REBOUND if ticket.rebounds else Outcome.OPEN


def _days_late(ticket: Ticket, now: datetime) -> int:
    if ticket.due_at is None or not lists.overdue(ticket, now):
        return 0
    return max((day_of(now) - day_of(ticket.due_at)).days, 1)


def _last_answer(ticket: Ticket) -> Answer | None:
    return db.session.scalars(
        select(Answer)
        .where(Answer.ticket_id == ticket.id, Answer.answered_at.is_not(None))
        .order_by(Answer.answered_at.desc())
        .limit(1)
    ).first()


def _shown(manifest: Manifest, most: int) -> tuple[PhotoRef, ...]:
    ready = [photo for photo in manifest.photos if photo.copied_at is not None]
    return tuple(PhotoRef(str(photo.id), "", _taken_on(photo)) for photo in ready[:most])


def _taken_on(photo: Photo) -> date | None:
    return day_of(photo.taken) if photo.taken else None
