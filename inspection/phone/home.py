"""The first page: one big button, two numbers."""

from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.kernel.calendar import BEIJING, day_of, now, start_of
from inspection.people import identities
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.reports.models import ReportState
from inspection.web import session
from inspection.web.page import dated_weekday_words
from inspection.web.requires import requires

NOON, EVENING = 12, 18
RECENT = 30


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/", "home", home)


@requires(Right.REPORT_SEND)
def home() -> ResponseReturnValue:
    """What one opens the app for."""
    person, moment = session.person(), now()
    recent = reports.own_page(person, before=None, limit=RECENT)
    waiting = sum(report.state is ReportState.INCOMPLETE for _at, report in recent)
    month = start_of(day_of(moment).replace(day=1))
    return render_template(
        "phone/home.html",
        greeting=greeting(person, moment),
        today=dated_weekday_words(moment),
        counts={"waiting": waiting, "received": identities.count_own(person, since=month) - waiting},
    )


def greeting(person: Person, moment: datetime) -> str:
    """李老师，上午好."""
    hour = moment.astimezone(BEIJING).hour
    part = _("上午好") if hour < NOON else _("下午好") if hour < EVENING else _("晚上好")
    return _("%(surname)s老师，%(part)s", surname=person.name[:1], part=part)
