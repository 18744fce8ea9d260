"""What people look at: the queue, what lies near, the lists, near-same photos, whole pages."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import event, select

from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.photos import alike
from inspection.photos.models import Photo
from inspection.reports.models import Report, ReportState
from inspection.tickets import lists, related
from inspection.tickets.lists import View
from inspection.tickets.models import Ticket
from inspection.triage import alive, candidates, duplicates, nearby, queues
from inspection.triage.queues import Filter, Flag, Whose
from tests.bench.figures import NEAR_MS, PAGE_MS, Figure, Office
from tests.web.browser import Browser

DISTRICT = "110105"
AT_ONCE = 1_000


def of_the_queue(office: Office) -> list[Figure]:
    """The queue by every filter, and its counts."""
    street = db.session.scalars(select(Report.street_code).where(Report.state == ReportState.RECEIVED).limit(1)).one()
    filters = {
        "": Filter(),
        "，一类": Filter(category="street_clutter"),
        "，一个区": Filter(district=DISTRICT),
        "，一条街道": Filter(street=street or ""),
        "，等了 3 天以上": Filter(days=3),
        "，紧急": Filter(severity="urgent"),
        "，巡视": Filter(form="patrol"),
        **{f"，{flag.value}": Filter(flag=flag.value) for flag in Flag},
        "，一类、一个区": Filter(category="street_clutter", district=DISTRICT),
        "，分给我的": Filter(whose=Whose.MINE.value),
    }
    pages = [
        office.figure(f"收件一页 100 条，全市{name}", office.ask(queues.page, office.chief, one, limit=100), PAGE_MS)
        for name, one in filters.items()
    ]
    mine = office.ask(queues.page, office.officer, Filter(), limit=100)
    return [
        *pages,
        office.figure("收件一页 100 条，本区", mine, PAGE_MS),
        office.figure("收件计数和各筛选的数，全市", office.ask(queues.counts, office.chief, Filter())),
    ]


def of_what_is_near(office: Office) -> list[Figure]:
    """Duplicates, what an inspector sees around, and the cases around a ticket."""
    tickets = db.session.scalars(select(Ticket.id).where(Ticket.district_code == DISTRICT).limit(400)).all()
    waiting = db.session.scalars(select(Report.id).where(Report.state == ReportState.RECEIVED).limit(400)).all()

    def one() -> Report:
        return db.session.get_one(Report, office.rng.choice(waiting))

    def around(person: Person, *, now: datetime) -> object:
        return related.around(db.session.get_one(Ticket, office.rng.choice(tickets)), person, now=now)

    def near(report: Report) -> list[uuid.UUID]:
        since = (report.received_at or office.moment) - duplicates.REBOUND_DAYS
        return alive.near(Point(report.lat, report.lng), duplicates.RADIUS_M, closed_since=since)

    asked = [_statement(lambda: near(one())) for _ in range(20)]
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    found = [
        office.figure(
            "疑似重复：一点附近的查询（只算 SQL）",
            lambda: cursor.execute(*office.rng.choice(asked)).fetchall(),
            NEAR_MS,
            p95=True,
        ),
        office.figure("疑似重复：一条线索，连照片比对和理由", lambda: candidates.of(one())),
        office.figure("附近已有：两公里以内", lambda: nearby.around(candidates.sight(one()).point)),
        office.figure("周边案卷：200 米以内，本区", office.ask(around, office.officer)),
    ]
    connection.close()
    return found


def of_lists(office: Office) -> list[Figure]:
    """案卷: the views, on top and deep down."""
    deep = db.session.scalars(select(Ticket).order_by(Ticket.filed_at).offset(AT_ONCE).limit(1)).one()
    last = {"before": (deep.filed_at, deep.id), "limit": 100}
    views = [View.ALL, View.OPEN, View.OVERDUE, View.TO_RECHECK, View.REQUESTS, View.CLOSED]
    found = [
        office.figure(f"案卷一页 100 件，{name}，{view.value}", office.ask(lists.page, who, view, limit=100), PAGE_MS)
        for name, who in (("全市", office.chief), ("本区", office.officer), ("本单位", office.handler))
        for view in views
    ]
    return [
        *found,
        office.figure("案卷一页 100 件，全市，最深处", office.ask(lists.page, office.chief, View.ALL, **last), PAGE_MS),
        office.figure("案卷：各视图的数，全市", lambda: [_count(office, view) for view in views[1:5]]),
    ]


def of_photos(office: Office) -> list[Figure]:
    """Whether an after-photo was handed in before, among all photos."""
    some = [phash for phash in db.session.scalars(select(Photo.phash).limit(AT_ONCE)) if phash]

    def almost() -> str:
        return f"{int(office.rng.choice(some), 16) ^ 0b1001_0001_0000_0001_0000_1000:016x}"

    found = alike.search(almost(), besides=())
    assert found.nearest and found.bits == 5
    return [
        office.figure("几乎相同的照片：有一张", lambda: alike.search(almost(), besides=())),
        office.figure("几乎相同的照片：没有", lambda: alike.search(f"{office.rng.getrandbits(64):016x}", besides=())),
    ]


def of_pages(office: Office) -> list[Figure]:
    """Whole pages, as a browser gets them."""
    tickets = db.session.scalars(select(Ticket.id).where(Ticket.district_code == DISTRICT).limit(400)).all()
    desk = Browser(office.app, db.session.get_one(Person, office.officer))
    return [
        office.figure("整页：收件", lambda: desk.page("/desk/triage")),
        office.figure("整页：案卷", lambda: desk.page("/desk/tickets")),
        office.figure("整页：一件案卷", lambda: desk.page(f"/desk/tickets/{office.rng.choice(tickets)}")),
        office.figure("整页：台账", lambda: desk.page("/desk/ledger")),
    ]


def _count(office: Office, view: View) -> int:
    return lists.count(db.session.get_one(Person, office.chief), view, now=office.moment)


def _statement(ask: Any) -> tuple[str, Any]:
    """The last statement that a question asks, as the driver gets it."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        heard.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", hear)
    ask()
    event.remove(db.engine, "before_cursor_execute", hear)
    return heard[-1]
