"""Reports that turn out to be of one problem: into its ticket, out again, and back on its track (并案). No commits.

Every reporter, photo and history stays with its own report: a ticket only collects them.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.reports.service import ALIASES
from inspection.tickets import clocks, service
from inspection.tickets.models import Recheck, Task, Ticket, TicketReport
from inspection.tickets.workflow import OPEN, STATE_NAMES, State

DECIDED_ALREADY = N_("这条线索已经处理过了。")
TAKEN_BACK = "分拣时撤销"
"""Why a ticket is void whose filing was taken back."""
KEPT = ("state", "round", "rebounds", "lookbacks", "closed_at", "handled_at", "clock_started_at", "clock_stopped_at",
        "clock_remaining", "due_at", "late")  # fmt: skip
"""What a rebound changes in a ticket."""


def merge(ticket: Ticket, report: Report, *, by: Person, now: datetime) -> None:
    """Add a waiting report to an open ticket of its district (并案); its author follows the ticket from here on.

    Raises NotAllowed outside one's district, Conflict for a decided report or a ticket that is closed or void.
    """
    _require_both(ticket, report, by)
    if ticket.state not in OPEN:
        message = N_("%(number)s 现在是“%(state)s”，不能并入。")
        raise Conflict(message, number=ticket.number, state=STATE_NAMES[ticket.state])
    _join(ticket, report, by, now)


def join(ticket: Ticket, report: Report, *, now: datetime) -> bool:
    """Let a waiting report into the open case of the one that it follows, by the program itself; says whether it did.

    ``split`` takes it out again, without a limit of time. Nothing is done where either has gone on meanwhile.
    """
    db.session.refresh(report, with_for_update=True)
    db.session.refresh(ticket, with_for_update=True)
    waits = report.state is ReportState.RECEIVED and report.follows_id is not None
    if not waits or ticket.state not in OPEN or ticket.district_code != report.district_code:
        return False
    _join(ticket, report, audit.SYSTEM, now)
    return True


def rebound(ticket: Ticket, report: Report, *, by: Person, now: datetime) -> str:
    """A waiting report shows that a closed problem is back: the next round begins (反弹), the report's photos are
    the evidence. What it changed comes back as JSON, for ``unrebound``.

    Raises Conflict unless the ticket is closed, Invalid("photos") for a report without one.
    """
    _require_both(ticket, report, by)
    before = json.dumps({name: _plain(getattr(ticket, name)) for name in KEPT})
    service.look_back(ticket, good=False, note=report.description, evidence=report.manifest, by=by, now=now)
    _join(ticket, report, by, now)
    return before


def split(ticket: Ticket, report: Report, *, by: Person, now: datetime) -> None:
    """Take a merged report out of its ticket again: it waits for a decision as before (撤销并案), and follows no other.

    Raises Conflict for the report that the ticket was filed from, and once the ticket is closed or void.
    """
    service.require_district(by, Right.REPORT_TRIAGE, ticket.district_code)
    db.session.refresh(report, with_for_update=True)
    link = db.session.get(TicketReport, report.id)
    if link is None or link.ticket_id != ticket.id or report.state is not ReportState.MERGED:
        raise Conflict(N_("这条线索不是并进来的，不能拆出。"))
    if ticket.state not in OPEN:
        raise Conflict(N_("案卷已经办结或作废，不能再拆出线索。"))
    report.follows_id = None
    _leave(ticket, report, by, now)


def unfile(ticket: Ticket, report: Report, *, by: Person, now: datetime) -> None:
    """Take a filing back: the report waits again, and the ticket keeps its number as void. Its clock stops.

    Raises Conflict if other reports were merged into it meanwhile.
    """
    if db.session.scalar(select(func.count()).where(TicketReport.ticket_id == ticket.id)) != 1:
        raise Conflict(N_("这一件已经并进了别的线索，不能撤销立案。"))
    if ticket.clock_started_at and not ticket.clock_stopped_at:
        clocks.stop(ticket, now)
    ticket.state, ticket.void_reason = State.VOID, TAKEN_BACK
    _leave(ticket, report, by, now)
    audit.record("ticket.voided", ticket, by=by, at=now, reason=TAKEN_BACK, round=ticket.round)


def unrebound(ticket: Ticket, report: Report, before: str, *, by: Person, now: datetime) -> None:
    """Take a rebound back: the ticket is closed as it was, and the report waits again."""
    found: Mapping[str, Any] = json.loads(before)
    for name in KEPT:
        setattr(ticket, name, _back(name, found[name]))
    db.session.execute(delete(Recheck).where(Recheck.ticket_id == ticket.id, Recheck.manifest_id == report.id))
    _leave(ticket, report, by, now)
    audit.record("ticket.rebound_undone", ticket, by=by, at=now, round=ticket.round)


def _require_both(ticket: Ticket, report: Report, by: Person) -> None:
    for district_code in (report.district_code, ticket.district_code):
        service.require_district(by, Right.REPORT_TRIAGE, district_code)
    db.session.refresh(report, with_for_update=True)
    db.session.refresh(ticket, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(DECIDED_ALREADY)


def _join(ticket: Ticket, report: Report, by: Person | str, now: datetime) -> None:
    report.alias = _alias(ticket, report)
    ticket.reports.append(TicketReport(report=report, merged_at=now))
    report.state, report.decided_at = ReportState.MERGED, now
    db.session.flush()
    audit.record("report.merged", report, by=by, at=now, ticket=ticket.number)
    audit.record("ticket.report_merged", ticket, by=by, at=now, report=str(report.id))


def _alias(ticket: Ticket, report: Report) -> str:
    """The report's alias, or a fresh one where the ticket has it already: two people must not look like one (D05)."""
    asked = db.session.scalars(select(Task.alias).where(Task.ticket_id == ticket.id))
    taken = {link.report.alias for link in ticket.reports} | set(asked)
    free = [one for one in ALIASES if one not in taken]
    return secrets.choice(free) if report.alias in taken and free else report.alias


def _leave(ticket: Ticket, report: Report, by: Person, now: datetime) -> None:
    db.session.delete(db.session.get_one(TicketReport, report.id))
    report.state, report.decided_at = ReportState.RECEIVED, None
    db.session.flush()
    db.session.expire(ticket, ["reports"])
    audit.record("report.waits_again", report, by=by, at=now, ticket=ticket.number)
    audit.record("ticket.report_left", ticket, by=by, at=now, report=str(report.id))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _back(name: str, value: Any) -> Any:
    if name == "state":
        return State(value)
    return datetime.fromisoformat(value) if isinstance(value, str) else value
