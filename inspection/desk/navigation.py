"""The bar on top: the pages that a role has, with how much waits there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.kernel.calendar import now
from inspection.kernel.text import N_
from inspection.people import access, outboxes
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.tickets import lists
from inspection.tickets.lists import View
from inspection.triage import queues
from inspection.web.tools import tools


@dataclass(frozen=True)
class Door:
    """A page: its name, where it is, what it is for, who has it, and how much waits there."""

    name: str
    label: str
    text: str
    icon: str
    endpoint: str
    right: Right
    count: Callable[[Person], int] | None = None


def waiting_tickets(person: Person) -> int:
    """How many tickets wait for this person: for an office to dispatch or recheck, for a unit to handle or assist."""
    moment = now()
    if person.role is Role.HANDLER:
        return sum(lists.count(person, view, now=moment) for view in (View.IN_HAND, View.ASSISTING))
    views = (View.TO_DISPATCH, View.TO_RECHECK, View.REQUESTS, View.DISSATISFIED)
    return sum(lists.count(person, view, now=moment) for view in views)


DOORS = (
    Door(
        "triage",
        N_("收件"),
        N_("新来的线索，立案或不立案"),
        "inbox",
        "desk.triage",
        Right.REPORT_TRIAGE,
        queues.count_waiting,
    ),
    Door(
        "tickets",
        N_("案卷"),
        N_("派遣、处置、核查，一件一件办"),
        "list",
        "desk.tickets",
        Right.TICKET_READ,
        waiting_tickets,
    ),
    Door("notices", N_("通报"), N_("每周的督查通报"), "doc", "desk.notices", Right.NOTICE_READ),
    Door(
        "outboxes",
        N_("手机"),
        N_("手机里还没发出的，打电话问问"),
        "inphone",
        "desk.outboxes",
        Right.OUTBOX_WATCH,
        lambda person: outboxes.count_waiting(
            person, before=now() - timedelta(hours=tools().settings.unsent_call_hours)
        ),
    ),
    Door(
        "routing",
        N_("派遣规则"),
        N_("什么问题、在哪儿，派给谁，几天办完"),
        "swap",
        "desk.routing",
        Right.ROUTING_READ,
    ),
    Door(
        "invitations",
        N_("邀请单"),
        N_("印给督查员，扫一扫就登录手机"),
        "inphone",
        "desk.invitations",
        Right.PEOPLE_MANAGE,
    ),
)


def doors(person: Person) -> list[Door]:
    """The pages that the person's role has."""
    return [door for door in DOORS if access.scope(person.role, door.right)]


def bar(person: Person, current: str) -> list[dict[str, Any]]:
    """The navigation of a page."""
    return [
        {
            "label": _(door.label),
            "url": url_for(door.endpoint),
            "count": door.count(person) if door.count else None,
            "current": door.name == current,
        }
        for door in doors(person)
    ]
