"""The bar on top: the pages that a role has, with how much waits there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.checks import review_lists
from inspection.kernel.calendar import now
from inspection.kernel.text import N_
from inspection.notifications import deliveries, inbox
from inspection.people import access, openings, outboxes
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
    rare: bool = False
    """What is opened once in a while: on the first page, and in the bar only for whoever looks after it."""


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
    Door("ledger", N_("台账"), N_("全部案卷，查找、选列、导出"), "text", "desk.ledger", Right.TICKET_READ),
    Door("map", N_("地图"), N_("问题分布在哪儿，哪里多，各区怎么样"), "map", "desk.map", Right.TICKET_READ),
    Door(
        "messages",
        N_("消息"),
        N_("派单、退单、到期提醒"),
        "speak",
        "desk.messages",
        Right.MESSAGES_READ,
        inbox.count_unread,
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
        "plans",
        N_("检查方案"),
        N_("暗访去哪儿、什么时候去，抽签定谁去"),
        "dice",
        "desk.plans",
        Right.PLAN_READ,
    ),
    Door(
        "reviews",
        N_("走访审核"),
        N_("督查员交回来的走访，采用或退回补充"),
        "walk",
        "desk.reviews",
        Right.VISIT_REVIEW,
        review_lists.count,
    ),
    Door(
        "openings",
        N_("查看身份"),
        N_("暗访的督查员是谁，一人申请，另一人同意"),
        "user",
        "desk.openings",
        Right.IDENTITY_OPEN,
        openings.count_waiting,
        rare=True,
    ),
    Door(
        "checklists",
        N_("检查单"),
        N_("到一种地方看什么、怎么打分"),
        "check",
        "desk.checklists",
        Right.CHECKLIST_READ,
        rare=True,
    ),
    Door(
        "routing",
        N_("派遣规则"),
        N_("什么问题、在哪儿，派给谁，几天办完"),
        "swap",
        "desk.routing",
        Right.ROUTING_READ,
        rare=True,
    ),
    Door(
        "catalogue",
        N_("类别目录"),
        N_("每一类几天办完、有多急、至少几张照片"),
        "list",
        "desk.catalogue",
        Right.ROUTING_READ,
        rare=True,
    ),
    Door(
        "sampling", N_("抽查比例"), N_("改好没有，抽多少去看"), "eye", "desk.sampling", Right.SAMPLING_READ, rare=True
    ),
    Door(
        "sites",
        N_("点位库"),
        N_("要检查的街巷、路口、市场都在哪儿"),
        "pin",
        "desk.sites",
        Right.SITE_READ,
        rare=True,
    ),
    Door(
        "invitations",
        N_("邀请单"),
        N_("印给督查员，扫一扫就登录手机"),
        "inphone",
        "desk.invitations",
        Right.PEOPLE_MANAGE,
    ),
    Door(
        "roster",
        N_("花名册"),
        N_("督查员有多少、学没学完、请没请假"),
        "user",
        "desk.roster",
        Right.ROSTER_COUNT,
        rare=True,
    ),
    Door(
        "lessons",
        N_("课程"),
        N_("督查员去暗访前要学的课和题"),
        "text",
        "desk.lessons",
        Right.LESSON_EDIT,
        rare=True,
    ),
    Door(
        "units",
        N_("单位负责人"),
        N_("超期久了催到谁"),
        "user",
        "desk.units",
        Right.PEOPLE_MANAGE,
        rare=True,
    ),
    Door(
        "calendar",
        N_("节假日"),
        N_("哪天上班、哪天放假，期限照它算"),
        "clock",
        "desk.calendar",
        Right.CALENDAR_READ,
        rare=True,
    ),
    Door(
        "reminders",
        N_("提醒"),
        N_("到期前后提醒谁，超期催到谁"),
        "clock",
        "desk.reminders",
        Right.REMINDERS_SET,
        rare=True,
    ),
    Door(
        "deliveries",
        N_("外发"),
        N_("邮件、短信、企业微信群，没发出的重发"),
        "send",
        "desk.deliveries",
        Right.REMINDERS_SET,
        deliveries.count_failed,
        rare=True,
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
        if not door.rare or person.role is Role.ADMIN or door.name == current
    ]
