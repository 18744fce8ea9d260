"""What was decided at triage, and taking it back within some seconds (撤销). Nothing here commits."""

import json
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets import merging
from inspection.tickets.models import Ticket
from inspection.triage import assignments
from inspection.triage.models import Decision, DecisionKind, HandOver

UNDO = timedelta(seconds=10)
"""So long a decision can be taken back on the page."""
GRACE = timedelta(seconds=5)
"""And so much longer here, for a slow network."""


def keep(
    kind: DecisionKind, report: Report, ticket: Ticket | None, *, by: Person, now: datetime, before: str = "{}"
) -> Decision:
    """Note a decision with what it changed."""
    db.session.flush()
    decision = Decision(
        id=uuid.uuid4(),
        report_id=report.id,
        kind=kind,
        ticket=ticket,
        ticket_version=ticket.version if ticket else None,
        before=before,
        by_id=by.id,
        at=now,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def own(person: Person, decision_id: uuid.UUID) -> Decision:
    """The person's own decision; raises NotFound for anything else."""
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.by_id != person.id:
        raise NotFound(N_("没有这次分拣。"))
    return decision


def latest(report: Report) -> Decision:
    """The latest decision about a report; raises NotFound if there is none."""
    made = select(Decision).where(Decision.report_id == report.id).order_by(Decision.at.desc(), Decision.id).limit(1)
    decision = db.session.scalars(made).first()
    if decision is None:
        raise NotFound(N_("没有这次分拣。"))
    return decision


def can_undo(decision: Decision, now: datetime) -> bool:
    """Whether the page still offers to take it back."""
    return decision.undone_at is None and now - decision.at < UNDO


def undo(decision_id: uuid.UUID, *, by: Person, now: datetime) -> Report:
    """Whoever decided takes it back within ten seconds: the report waits as before.

    Raises Conflict when it is too late, or when someone has gone on from the decision already. What a rebound had
    brought to an end, such as a task to look back, is not begun again.
    """
    decision = own(by, decision_id)
    db.session.refresh(decision, with_for_update=True)
    report = db.session.get_one(Report, decision.report_id, with_for_update=True, populate_existing=True)
    if decision.undone_at is not None:
        return report
    if now - decision.at > UNDO + GRACE:
        raise Conflict(N_("过了 %(seconds)s 秒，不能再撤销。"), seconds=str(int(UNDO.total_seconds())))
    ticket = decision.ticket
    if ticket is not None:
        db.session.refresh(ticket, with_for_update=True)
        if ticket.version != decision.ticket_version:
            raise Conflict(N_("已有别人接着办了，不能再撤销。"))
    _take_back(decision, report, ticket, by, now)
    decision.undone_at = now
    db.session.flush()
    audit.record("report.decision_undone", report, by=by, at=now, kind=decision.kind.value)
    return report


def _take_back(decision: Decision, report: Report, ticket: Ticket | None, by: Person, now: datetime) -> None:
    if decision.kind is DecisionKind.FILED and ticket:
        merging.unfile(ticket, report, by=by, now=now)
    elif decision.kind is DecisionKind.MERGED and ticket:
        merging.split(ticket, report, by=by, now=now)
    elif decision.kind is DecisionKind.REBOUND and ticket:
        merging.unrebound(ticket, report, decision.before, by=by, now=now)
    elif decision.kind is DecisionKind.DECLINED:
        report.state, report.decided_at = ReportState.RECEIVED, None
        report.decline_ground = report.decline_text = None
    elif decision.kind is DecisionKind.ASSIGNED:
        _give_back(decision, report, by, now)
    else:
        before = json.loads(decision.before)
        report.district_code, report.street_code = before["district"], before["street"]
        report.disputed = before["disputed"]
        db.session.execute(delete(HandOver).where(HandOver.id == uuid.UUID(before["hand_over"])))
        if before.get("assigned"):
            assignments.put(report.id, uuid.UUID(before["assigned"]), by=by, now=now)


def _give_back(decision: Decision, report: Report, by: Person, now: datetime) -> None:
    """To whoever had it before, if it is still as it was given."""
    given, holder = json.loads(decision.before), assignments.holder(report.id)
    if report.state is not ReportState.RECEIVED or given["to"] != (str(holder.id) if holder else None):
        raise Conflict(N_("已有别人接着办了，不能再撤销。"))
    assignments.put(report.id, uuid.UUID(given["from"]) if given["from"] else None, by=by, now=now)
