"""分给同事 on the triage pages: to whom a report can be given, and to whom it is."""

import json
import uuid
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.geography import service as geography
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.reports.models import Report
from inspection.triage import assigning, assignments
from inspection.triage.models import Decision
from inspection.triage.queues import Whose

WHOSE = {Whose.MINE: N_("分给我的"), Whose.NOBODY: N_("还没分给谁")}


def form(report: Report, person: Person, link: dict[str, Any]) -> dict[str, Any]:
    """The form to give the report to somebody; ``link`` is the filter for its address."""
    holder = assignments.holder(report.id)
    return {
        "url": url_for("desk.assign_report", report_id=report.id, **link),
        "people": choices(person, report.district_code),
        "chosen": str(holder.id) if holder else "",
        "holder": _name(holder) if holder else "",
    }


def choices(person: Person, district_code: str | None) -> list[dict[str, str]]:
    """Whom a person may give reports of a district to, with whose officers they are; oneself first."""
    able = sorted(assigning.colleagues(person, district_code), key=lambda one: one.id != person.id)
    return [
        {"code": str(one.id), "name": _("我自己（%(name)s）", name=one.name) if one.id == person.id else _name(one)}
        for one in able
    ]


def chosen(text: str) -> uuid.UUID | None:
    """The person that a form names, or None for nobody; raises Invalid("person") for what is no id."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError as wrong:
        raise Invalid("person", N_("请选分给谁。")) from wrong


def found(text: str) -> Person | None:
    """The same as a person; none where nobody is of that id."""
    person_id = chosen(text)
    return db.session.get(Person, person_id) if person_id else None


def told(decision: Decision) -> str:
    """What was just done: 已分给陈立."""
    to = json.loads(decision.before)["to"]
    person = db.session.get(Person, uuid.UUID(to)) if to else None
    return _("已分给%(name)s", name=person.name) if person else _("已不分给谁")


def _name(person: Person) -> str:
    if person.role is Role.DISTRICT and person.district_code:
        place = geography.current_atlas().district(person.district_code).short
    else:
        place = _(ROLE_NAMES[person.role])
    return _("%(name)s（%(place)s）", name=person.name, place=place)
