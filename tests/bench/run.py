"""``make bench``: the desk's pages and questions in a large city, as medians and 95th percentiles.

Writes ``docs/benchmarks.md``. Figures of one machine tell little by themselves: compare them within one run, and with
the limits beside them (design.md §6).
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from inspection.factory import create_app
from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.ledger import service as ledger
from inspection.ledger.models import Order
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.setup import prepare
from inspection.tickets import lists, related
from inspection.tickets.filters import Filters
from inspection.tickets.lists import View
from inspection.tickets.models import Ticket
from inspection.triage import candidates, nearby, queues
from inspection.triage.queues import Filter, Whose
from tests.bench import city
from tests.conftest import settings_for
from tests.make import Make
from tests.web.browser import Browser

DISTRICT = "110105"
TIMES = 60
PAGE_MS = 20
"""design.md §6: a page of 100 at a million tickets."""
REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Figure:
    """One measure: its name, the limit in ms if design.md has one, and the times in ms."""

    name: str
    limit_ms: float | None
    times: list[float]

    @property
    def row(self) -> str:
        """As a line of the table."""
        ordered = sorted(self.times)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        limit = f"{self.limit_ms:g}" if self.limit_ms else "—"
        return f"| {self.name} | {statistics.median(ordered):.1f} | {p95:.1f} | {limit} |"


def measure(name: str, ask: Callable[[], Any], *, limit_ms: float | None = None, times: int = TIMES) -> Figure:
    """Ask so many times, each with a fresh session, after three that are not counted."""
    taken = []
    for number in range(times + 3):
        db.session.remove()
        began = time.perf_counter()
        ask()
        if number > 2:
            taken.append(1000 * (time.perf_counter() - began))
    return Figure(name, limit_ms, taken)


@dataclass(frozen=True)
class Office:
    """Who asks, when, and how often."""

    officer: uuid.UUID
    chief: uuid.UUID
    moment: datetime
    times: int
    rng: Random

    def figure(self, name: str, ask: Callable[[], Any], limit_ms: float | None = None) -> Figure:
        """Measure one question."""
        return measure(name, ask, limit_ms=limit_ms, times=self.times)

    def ask(self, question: Callable[..., Any], who: uuid.UUID, *given: Any, **more: Any) -> Callable[[], Any]:
        """A question of a person's, who is read anew each time."""
        return lambda: question(db.session.get_one(Person, who), *given, now=self.moment, **more)


def figures(app: Flask, make: Make, times: int = TIMES) -> list[Figure]:
    """Everything that is measured."""
    office = Office(make.officer(DISTRICT).id, make.city().id, now(), times, Random(11))
    return [*of_triage(office), *of_tickets(office), *of_ledger(office), *of_pages(app, office)]


def of_triage(office: Office) -> list[Figure]:
    """The queue, its counts, and what lies near a report."""
    waiting = db.session.scalars(select(Report.id).where(Report.state == ReportState.RECEIVED).limit(400)).all()

    mine = Filter(whose=Whose.MINE.value)

    def one() -> Report:
        return db.session.get_one(Report, office.rng.choice(waiting))

    return [
        office.figure("收件一页 30 条，一个区", office.ask(queues.page, office.officer, Filter(), limit=31), PAGE_MS),
        office.figure("收件一页 30 条，全市", office.ask(queues.page, office.chief, Filter(), limit=31), PAGE_MS),
        office.figure("收件一页 30 条，全市分给我的", office.ask(queues.page, office.chief, mine, limit=31), PAGE_MS),
        office.figure("收件计数和各筛选，全市", office.ask(queues.counts, office.chief, Filter())),
        office.figure("疑似重复（一条线索）", lambda: candidates.of(one())),
        office.figure("附近已有（2 公里）", lambda: nearby.around(candidates.sight(one()).point)),
    ]


def of_tickets(office: Office) -> list[Figure]:
    """The lists of tickets, on top and a thousand from the end."""
    deep = db.session.scalars(select(Ticket).order_by(Ticket.filed_at).offset(1000).limit(1)).one()
    last = {"before": (deep.filed_at, deep.id), "limit": 100}
    every, late = (View.ALL,), (View.OVERDUE,)
    some = db.session.scalars(select(Ticket.id).order_by(Ticket.filed_at.desc()).limit(400)).all()

    def around(person: Person, *, now: datetime) -> object:
        return related.around(db.session.get_one(Ticket, office.rng.choice(some)), person, now=now)

    return [
        office.figure("案卷一页 100 件，一个区", office.ask(lists.page, office.officer, *every, limit=100), PAGE_MS),
        office.figure("案卷一页 100 件，全市", office.ask(lists.page, office.chief, *every, limit=100), PAGE_MS),
        office.figure("案卷一页 100 件，全市最深处", office.ask(lists.page, office.chief, *every, **last), PAGE_MS),
        office.figure("案卷一页 100 件，全市超期", office.ask(lists.page, office.chief, *late, limit=100), PAGE_MS),
        office.figure("周边案卷（一件），一个区", office.ask(around, office.officer)),
    ]


def of_ledger(office: Office) -> list[Figure]:
    """The ledger's pages and totals."""
    narrow = Filters(category="street_clutter", state=tuple(lists.OPEN))
    asked = {
        "台账一页 100 件，全市": (Filters(), Order.NEWEST),
        "台账一页 100 件，一类、在办": (narrow, Order.NEWEST),
        "台账一页 100 件，超期，按期限": (Filters(overdue=True), Order.DUE),
    }
    pages = [
        office.figure(name, office.ask(ledger.page, office.chief, *given, limit=100), PAGE_MS)
        for name, given in asked.items()
    ]
    return [*pages, office.figure("台账合计，全市", office.ask(ledger.totals, office.chief, Filters()))]


def of_pages(app: Flask, office: Office) -> list[Figure]:
    """Whole pages, as a browser gets them."""
    tickets = db.session.scalars(select(Ticket.id).where(Ticket.district_code == DISTRICT).limit(400)).all()
    desk = Browser(app, db.session.get_one(Person, office.officer))
    return [
        office.figure("台账页（整页）", lambda: desk.page("/desk/ledger")),
        office.figure("收件页（整页）", lambda: desk.page("/desk/triage")),
        office.figure("案卷页（整页）", lambda: desk.page(f"/desk/tickets/{office.rng.choice(tickets)}")),
    ]


def main() -> None:
    """Fill, measure, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--database", default="", help="postgresql://… instead of a SQLite file of its own")
    parser.add_argument("--out", type=Path, default=REPORT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/bench.db"
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            lines = bench(app, given.tickets)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def bench(app: Flask, tickets: int) -> list[str]:
    """Fill an empty database and measure; the page to write down."""
    prepare(now())
    city.units()
    began = time.perf_counter()
    city.fill(tickets, now=now() - timedelta(minutes=1))
    filled = time.perf_counter() - began
    make = Make(app, start=500_000)
    found = figures(app, make)
    counts = [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Ticket, Report)]
    waiting = db.session.scalar(select(func.count()).where(Report.state == ReportState.RECEIVED)) or 0
    return [
        "# 多快",
        "",
        f"`make bench`：{counts[0]:,} 个案卷、{counts[1]:,} 条线索（其中待分拣 {waiting:,}），{app_database(app)}，"
        f"{os.cpu_count()} 核，Python {platform.python_version()}，{now():%Y-%m-%d}；造数据用 {filled:.0f} 秒。"
        f"每项问 {TIMES} 次，新会话，单位毫秒。",
        "",
        "| 问什么 | 中位 | 95% | 上限 |",
        "|---|---|---|---|",
        *(figure.row for figure in found),
    ]


def app_database(app: Flask) -> str:
    """The database's kind."""
    return "PostgreSQL" if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql") else "SQLite"


if __name__ == "__main__":
    main()
