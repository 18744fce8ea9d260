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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
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
from inspection.tickets import lists
from inspection.tickets.filters import Filters
from inspection.tickets.lists import View
from inspection.tickets.models import Ticket
from inspection.triage import candidates, nearby, queues
from inspection.triage.queues import Filter
from tests.bench import city
from tests.conftest import settings_for
from tests.make import Make
from tests.web.browser import Browser

DISTRICT = "110105"
TIMES = 60
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


def figures(app: Flask, make: Make, times: int = TIMES) -> list[Figure]:
    """Everything that is measured."""
    rng = Random(11)
    officer, chief = make.officer(DISTRICT).id, make.city().id
    moment = now()

    def measured(name: str, ask: Callable[[], Any], limit_ms: float | None = None) -> Figure:
        return measure(name, ask, limit_ms=limit_ms, times=times)

    def person(who: Any) -> Person:
        return db.session.get_one(Person, who)

    waiting = db.session.scalars(select(Report.id).where(Report.state == ReportState.RECEIVED).limit(400)).all()
    tickets = db.session.scalars(select(Ticket.id).where(Ticket.district_code == DISTRICT).limit(400)).all()
    deep = db.session.scalars(select(Ticket).order_by(Ticket.filed_at).offset(1000).limit(1)).one()
    before = (deep.filed_at, deep.id)
    desk = Browser(app, person(officer))

    narrow = Filters(category="street_clutter", state=tuple(lists.OPEN))

    def near() -> None:
        candidates.of(db.session.get_one(Report, rng.choice(waiting)))

    def around() -> None:
        report = db.session.get_one(Report, rng.choice(waiting))
        nearby.around(candidates.sight(report).point)

    return [
        measured(
            "收件一页 30 条，一个区", lambda: queues.page(person(officer), Filter(), now=moment, limit=31), limit_ms=20
        ),
        measured(
            "收件一页 30 条，全市", lambda: queues.page(person(chief), Filter(), now=moment, limit=31), limit_ms=20
        ),
        measured("收件计数和各筛选，全市", lambda: queues.counts(person(chief), Filter(), now=moment)),
        measured("疑似重复（一条线索）", near),
        measured("附近已有（2 公里）", around),
        measured(
            "案卷一页 100 件，一个区", lambda: lists.page(person(officer), View.ALL, now=moment, limit=100), limit_ms=20
        ),
        measured(
            "案卷一页 100 件，全市", lambda: lists.page(person(chief), View.ALL, now=moment, limit=100), limit_ms=20
        ),
        measured(
            "案卷一页 100 件，全市最深处",
            lambda: lists.page(person(chief), View.ALL, now=moment, before=before, limit=100),
            limit_ms=20,
        ),
        measured(
            "案卷一页 100 件，全市超期",
            lambda: lists.page(person(chief), View.OVERDUE, now=moment, limit=100),
            limit_ms=20,
        ),
        measured(
            "台账一页 100 件，全市",
            lambda: ledger.page(person(chief), Filters(), Order.NEWEST, now=moment, limit=100),
            limit_ms=20,
        ),
        measured(
            "台账一页 100 件，一类、在办",
            lambda: ledger.page(person(chief), narrow, Order.NEWEST, now=moment, limit=100),
            limit_ms=20,
        ),
        measured(
            "台账一页 100 件，超期，按期限",
            lambda: ledger.page(person(chief), Filters(overdue=True), Order.DUE, now=moment, limit=100),
            limit_ms=20,
        ),
        measured("台账合计，全市", lambda: ledger.totals(person(chief), Filters(), now=moment)),
        measured("台账页（整页）", lambda: desk.page("/desk/ledger")),
        measured("收件页（整页）", lambda: desk.page("/desk/triage")),
        measured("案卷页（整页）", lambda: desk.page(f"/desk/tickets/{rng.choice(tickets)}")),
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
