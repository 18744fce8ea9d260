"""Where staff begin: straight to the work that waits, or to a few doors."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import BEIJING, now
from inspection.people.access import Role
from inspection.web import session
from inspection.web.page import dated_weekday_words
from inspection.web.requires import requires

NOON, EVENING = 12, 18


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
    hour = moment.astimezone(BEIJING).hour
    part = _("上午好") if hour < NOON else _("下午好") if hour < EVENING else _("晚上好")
    return render_template(
        "desk/home.html",
        nav=navigation.bar(person, "home"),
        greeting=_("%(name)s，%(part)s", name=person.name, part=part),
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
