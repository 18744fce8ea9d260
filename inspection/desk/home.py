"""Where staff begin: straight to the work that waits, or to a few doors."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.text import N_
from inspection.people.access import Role
from inspection.web import session
from inspection.web.page import dated_weekday_words
from inspection.web.requires import requires

PARTS = (
    (5, N_("凌晨好")),
    (8, N_("早上好")),
    (11, N_("上午好")),
    (13, N_("中午好")),
    (18, N_("下午好")),
    (24, N_("晚上好")),
)
"""Until which hour one greets how; the phone's ``said.js`` has the same."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/", "home", home)


@requires()
def home() -> ResponseReturnValue:
    """A district officer begins at the queue, a handler at the tickets, everyone else at the doors."""
    person, moment = session.person(), now()
    if person.role is Role.INSPECTOR:
        return redirect(url_for("phone.home"))
    if person.role is Role.DISTRICT:
        return redirect(url_for("desk.triage"))
    if person.role is Role.HANDLER:
        return redirect(url_for("desk.tickets"))
    return render_template(
        "desk/home.html",
        nav=navigation.bar(person, "home"),
        greeting=_("%(name)s，%(part)s", name=person.name, part=_(greeting(moment))),
        today=dated_weekday_words(moment),
        links=[
            {
                "url": url_for(door.endpoint),
                "label": _(door.label),
                "text": _(door.text),
                "icon": door.icon,
                "count": door.count(person) if door.count else None,
            }
            for door in navigation.doors(person)
        ],
    )


def greeting(moment: datetime) -> str:
    """上午好 and the like, by the hour in Beijing."""
    hour = moment.astimezone(BEIJING).hour
    return next(words for until, words in PARTS if hour < until)
