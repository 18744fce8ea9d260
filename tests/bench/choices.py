"""The ledger by everything that a person can choose: each filter alone, and every two of them together."""

import statistics
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import select

from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.ledger import service as ledger
from inspection.ledger.models import Order
from inspection.reports import service as reports
from inspection.tickets import lists
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.bench.figures import PAGE_MS, Figure, Office, measure
from tests.bench.reading import AT_ONCE, DISTRICT

ORDERS = {Order.NEWEST: "新的在前", Order.DUE: "按期限"}
DAY = timedelta(days=1)
TIMES = 3
SHOWN = 3
"""So many of those that do not keep the limit are named; the slowest always is."""
Choice = dict[str, Any]


def choices(office: Office) -> dict[str, Choice]:
    """Each filter by a name, with values that hold much and values that hold little."""
    today, long_ago = day_of(office.moment), day_of(office.moment) - 500 * DAY
    categories = reports.categories()
    fields = [category.field for category in categories]
    ticket = db.session.scalars(
        select(Ticket).where(Ticket.district_code == DISTRICT, Ticket.unit_id.is_not(None)).limit(1)
    ).one()
    return {
        "常见类": {"category": categories[0].code},
        "少见类": {"category": categories[-1].code},
        "大领域": {"field": max(fields, key=fields.count)},
        "小领域": {"field": min(fields, key=fields.count)},
        "区": {"district": DISTRICT},
        "街道": {"street": ticket.street_code},
        "单位": {"unit": ticket.unit_id},
        "紧急": {"severity": "urgent"},
        "疑难": {"severity": "hard"},
        "在办": {"state": lists.OPEN},
        **{state.value: {"state": (state,)} for state in State},
        "超期": {"overdue": True},
        "立案近七天": {"filed_from": today - 7 * DAY},
        "立案某周": {"filed_from": long_ago, "filed_to": long_ago + 6 * DAY},
        "期限近两天": {"due_from": today, "due_to": today + 2 * DAY},
        "期限某三天": {"due_from": long_ago, "due_to": long_ago + 2 * DAY},
        "结案近一天": {"closed_from": today - DAY},
        "结案某周": {"closed_from": long_ago, "closed_to": long_ago + 6 * DAY},
        "返工": {"reworked": True},
        "督办": {"supervised": True},
        "反弹": {"rebounds": True},
        "点位开头": {"text": ticket.place[:2]},
        "案卷号开头": {"text": ticket.number[:7]},
        "案卷号": {"text": ticket.number},
    }


def of_the_ledger(office: Office) -> list[Figure]:
    """No filter, one filter, deep pages, totals."""
    deep = db.session.scalars(select(Ticket).order_by(Ticket.filed_at).offset(AT_ONCE).limit(1)).one()
    last = (deep.filed_at, deep.id)
    both = Filters(category="street_clutter", state=lists.OPEN)
    newest = {"": NOTHING, "，一类、在办": both, "，超期": Filters(overdue=True)}
    found = [
        office.figure(
            f"台账一页 100 件，全市{name}", office.ask(ledger.page, office.chief, one, Order.NEWEST, limit=100), PAGE_MS
        )
        for name, one in newest.items()
    ]
    deepest = office.ask(ledger.page, office.chief, NOTHING, Order.NEWEST, after=last, limit=100)
    totals = {"": NOTHING, "，一类": Filters(category="street_clutter"), "，返工": Filters(reworked=True)}
    return [
        *found,
        office.figure("台账一页 100 件，全市，最深处", deepest, PAGE_MS),
        *(
            office.figure(f"台账合计，全市{name}", office.ask(ledger.totals, office.chief, one))
            for name, one in totals.items()
        ),
    ]


def of_each_filter(office: Office) -> list[Figure]:
    """Each filter alone, for the city, a district and a unit, in both orders: one figure of all their medians."""
    return _together(office, "台账一页 100 件，一个筛选", choices(office))


def of_every_pair(office: Office) -> list[Figure]:
    """Every two filters that can be chosen together."""
    pairs = {
        f"{one}、{other}": given | more
        for (one, given), (other, more) in combinations(choices(office).items(), 2)
        if not given.keys() & more.keys()
    }
    return _together(office, "台账一页 100 件，两个筛选一起", pairs)


def _together(office: Office, name: str, asked: dict[str, Choice]) -> list[Figure]:
    """A figure for whoever asks and each order, whose times are the medians of all that was asked; and the slowest."""
    found: list[Figure] = []
    for who, person in (("全市", office.chief), ("本区", office.officer), ("本单位", office.handler)):
        for order, words in ORDERS.items():
            each = [
                _choice(office, f"{chosen}（{who}，{words}）", person, given, order) for chosen, given in asked.items()
            ]
            medians, worked = [one.median for one in each], [statistics.median(one.worked) for one in each]
            whole = Figure(f"{name}（{len(each)} 种，{who}，{words}）", medians, PAGE_MS, worked=worked)
            slowest, *others = sorted(each, key=lambda one: -one.median)
            shown = [slowest, *(one for one in others[: SHOWN - 1] if not one.holds)]
            office.echo(whole.row())
            found += [whole, *shown, *(replace(one, told=False) for one in each if one not in shown)]
    return found


def _choice(office: Office, name: str, person: uuid.UUID, given: Choice, order: Order) -> Figure:
    ask = office.ask(ledger.page, person, Filters(**given), order, limit=100)
    taken, worked = measure(ask, TIMES, 1)
    return Figure(f"　其中：{name}", taken, PAGE_MS, worked=worked)
