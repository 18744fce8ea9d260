"""Reports of one failure at one site that a plan finds again: they join the open case by themselves (同一问题并入).

Decision 14 has duplicates offered, never merged by the program. This is not a likeness that is scored but the office's
own knowledge: the same item of the same site. An event tells of it, and a person can take a report out again, after
which it follows nothing any longer. Nothing here commits.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import queue
from inspection.kernel.db import db
from inspection.reports.models import FOLLOWING, Report, ReportState
from inspection.tickets import merging, visibility
from inspection.triage.decisions import GRACE, UNDO


def join(report: Report, *, now: datetime) -> bool:
    """Put a report that has just come in to the open case of the one that it follows; says whether it joined."""
    ticket = visibility.ticket_of(report.follows_id) if report.follows_id else None
    return ticket is not None and merging.join(ticket, report, now=now)


def call(report: Report, *, now: datetime) -> None:
    """Somebody has decided on a report: have those that follow it join, once the decision cannot be taken back."""
    if _waiting_after(report.id):
        queue.enqueue("triage.follow", report.id, now=now, at=now + UNDO + GRACE)


def follow(report_id: uuid.UUID, *, now: datetime) -> None:
    """Let those that wait and follow a report, and those that follow them, into its open case. Safe to run twice."""
    ticket = visibility.ticket_of(report_id)
    if ticket is None:
        return
    left = list(_waiting_after(report_id))
    while left:
        one = left.pop()
        if merging.join(ticket, one, now=now):
            left += _waiting_after(one.id)


def _waiting_after(report_id: uuid.UUID) -> Sequence[Report]:
    follows = select(Report).where(FOLLOWING, Report.follows_id == report_id)
    return db.session.scalars(follows.where(Report.state == ReportState.RECEIVED).order_by(Report.id)).all()
