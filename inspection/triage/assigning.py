"""Giving a waiting report to a colleague to decide on (分给同事). Nothing here commits.

It is kept as a decision, so that whoever gave it can take it back within some seconds. Anybody else may decide on the
report all the same: it says who is to look, and shuts nobody out.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Role, Scope
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.triage import assignments, decisions
from inspection.triage.models import Decision, DecisionKind
from inspection.triage.service import require_reach


def colleagues(person: Person, district_code: str | None) -> Sequence[Person]:
    """Whom a person may give reports of a district to: its officers, and for the city its own too; by name."""
    reachable = (Person.role == Role.DISTRICT) & (Person.district_code == district_code)
    if access.scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL:
        reachable |= Person.role == Role.CITY
    wanted = select(Person).where(reachable, Person.disabled_at.is_(None))
    return db.session.scalars(wanted.order_by(Person.role, Person.name, Person.id)).all()


def assign(
    report: Report, *, to: uuid.UUID | None, by: Person, now: datetime, batch: uuid.UUID | None = None
) -> Decision:
    """Give the report to a colleague, or with None to nobody in particular.

    Those of one ``batch`` are given together: whoever gets them is told once of all (notifications.given).
    Raises Conflict once it is decided or where it is so already, Invalid("person") for somebody who may not decide on
    it.
    """
    require_reach(by, report)
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.RECEIVED:
        raise Conflict(N_("这条线索已经处理过了。"))
    before = assignments.holder(report.id)
    if (before.id if before else None) == to:
        raise Conflict(N_("本来就是这样分的。"))
    if to is not None:
        require_colleague(to, report, by)
    assignments.put(report.id, to, by=by, now=now)
    told = {"to": to, "before": before.id if before else None, "batch": batch}
    audit.record("report.assigned", report, by=by, at=now, **told)
    changed = json.dumps({"from": str(before.id) if before else None, "to": str(to) if to else None})
    return decisions.keep(DecisionKind.ASSIGNED, report, None, by=by, now=now, before=changed)


def require_colleague(person_id: uuid.UUID, report: Report, by: Person) -> Person:
    """Somebody whom ``by`` may give the report to; raises Invalid("person")."""
    found = next((one for one in colleagues(by, report.district_code) if one.id == person_id), None)
    try:
        if found is not None:
            require_reach(found, report)
    except NotAllowed:
        found = None
    if found is None:
        raise Invalid("person", N_("这位同事不能分这一条。"))
    return found
