"""Telling a colleague that a report was given to them (分给同事): in the inbox alone, once for all of one go.

Read in the order of the chain, under the lock of its cursor, so that every report of a batch is counted once.
"""

import json
import uuid

from inspection.geography import service as geography
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db
from inspection.notifications import counted
from inspection.notifications.deliveries import News
from inspection.notifications.outgoing import Facts
from inspection.notifications.rules import GIVEN_MANY, Rule
from inspection.reports.models import Report
from inspection.triage import assignments


def tell(event: AuditEvent, rule: Rule) -> None:
    """Tell whoever was given the report, unless they did it themselves or have it no more."""
    data = json.loads(event.data)
    report = db.session.get(Report, uuid.UUID(event.object.partition(":")[2]))
    person = assignments.holder(report.id) if report else None
    if report is None or person is None or str(person.id) != data["to"]:
        return
    if person.audit_ref == event.actor or person.disabled_at:
        return
    key = f"given:{data['batch']}" if data.get("batch") else f"event:{event.seq}"
    counted.tell(News(key, event.name, rule.text, _facts(report), None, event.at), person, GIVEN_MANY)


def _facts(report: Report) -> Facts:
    """What may be said of one: its category and the street."""
    atlas = geography.current_atlas()
    district = atlas.district(report.district_code).name if report.district_code else ""
    street = atlas.street(report.street_code).name if report.street_code else ""
    return Facts(category=report.category_code, place=district + street)
