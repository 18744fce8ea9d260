"""``make bench``: how fast the program is in a large city, as medians and 95th percentiles.

Writes ``docs/benchmarks.md``. Figures of one machine tell little by themselves: compare them within one run, and with
the limits beside them (design.md §6).
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import func, select, text

from inspection.factory import create_app
from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Unit
from inspection.photos.models import Photo
from inspection.reports.models import Report, ReportState
from inspection.setup import prepare
from inspection.tickets import tallies
from inspection.tickets.models import IS_OPEN, Ticket
from tests.bench import choices, city, deciding, of_map, of_sites, reading
from tests.bench.figures import Echo, Figure, Office
from tests.conftest import forget_the_last_request, settings_for
from tests.make import Make

MEASURED: Sequence[Callable[[Office], list[Figure]]] = (
    reading.of_the_queue,
    reading.of_what_is_near,
    reading.of_lists,
    choices.of_the_ledger,
    choices.of_each_filter,
    choices.of_every_pair,
    of_map.figures,
    of_sites.figures,
    reading.of_photos,
    reading.of_pages,
    deciding.of_decisions,
)
"""What is measured, in the order of the table: one function a matter. The last changes the city."""

HEAD = ("| 问什么 | 上限（毫秒） | 中位 | 95% | 处理器 | |", "|---|---|---|---|---|---|")
TIMES = 60
REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
HOW_TO_READ = """\
怎么读这张表：

- 每一项各问 60 次（一个、两个筛选的各 3 次），每次用新的会话，先问几次不算；毫秒数从问到答，不含网络和浏览器。
- “中位”是一半的次数比它快，“95%”是二十次里十九次不比它慢。上限出自设计（一页 100 件：中位 ≤ 20 毫秒；
  一点附近的疑似重复：95% ≤ 1 毫秒；一次分拣决定：95% ≤ 200 毫秒）；没有上限的写“—”，供前后两次对照。
- “一个筛选”“两个筛选一起”的每一行，是所有选法各自的中位数放在一起再取的中位和 95%；超出上限的选法，最慢的列在下面。
- “处理器”是同样的中位数，只算处理器真正花在这件事上的时间，不算排队和等磁盘：机器忙的时候，看它更准。
- 换一台机器，数就不一样；机器上还有别的活，数也不一样。要比较，就在同一台机器、同样安静的时候跑两次。

In short: each question is asked 60 times with a fresh session; times in ms, without network and browser. The limits are
the design's. Another machine gives other numbers."""


@dataclass(frozen=True)
class Wanted:
    """How large a city, of how many reports (0: one a ticket), on which database, kept in which folder."""

    tickets: int
    reports: int
    database: str
    data: Path | None


def figures(app: Flask, make: Make, times: int = TIMES, echo: Echo = print) -> list[Figure]:
    """Everything that is measured."""
    unit = db.session.scalars(select(Unit).where(Unit.district_code == reading.DISTRICT).limit(1)).one()
    people = make.officer(reading.DISTRICT).id, make.city().id, make.handler(unit).id
    office = Office(app, make, *people, now(), times, Random(11), echo)
    return [figure for of_a_matter in MEASURED for figure in of_a_matter(office)]


def main() -> None:
    """Fill, measure, write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--reports", type=int, default=0, help="about so many reports in all, such as 5000000")
    parser.add_argument("--database", default="", help="an empty postgresql://… instead of a SQLite file")
    parser.add_argument("--data", type=Path, help="keep the filled SQLite file in this folder, and start from it again")
    parser.add_argument("--out", type=Path, default=REPORT)
    given = parser.parse_args()
    wanted = Wanted(given.tickets, given.reports, given.database, given.data)
    if given.data:
        given.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.data) as folder:
        lines = bench(wanted, Path(folder))
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{given.out}: {len(lines)} lines")


def bench(wanted: Wanted, folder: Path) -> list[str]:
    """Fill a database and measure; the page to write down."""
    file, kept = folder / "bench.db", _kept(wanted)
    if kept and kept.exists():
        print(f"copying {kept}")
        shutil.copyfile(kept, file)
    app = create_app(settings_for(wanted.database or f"sqlite:///{file}", folder))
    app.before_request_funcs.setdefault(None, []).insert(0, forget_the_last_request)
    with app.app_context():
        began = time.perf_counter()
        prepare(now())
        if not db.session.scalar(select(func.count()).select_from(Unit)):
            city.units()
            city.fill(wanted.tickets, now=now() - timedelta(minutes=1), reports=wanted.reports)
            tallies.recount(now=now())
            print(f"filled in {time.perf_counter() - began:.0f} s")
            db.session.remove()
            db.engine.dispose()
            if kept and not kept.exists():
                shutil.copyfile(file, kept)
        before = os.getloadavg()[0]
        size = _size()
        found = figures(app, Make(app, start=900_000))
        return page(size, found, (before, os.getloadavg()[0]))


def page(size: str, found: Sequence[Figure], load: tuple[float, float]) -> list[str]:
    """The page: the machine, how to read it, the table."""
    limited = [figure for figure in found if figure.limit_ms is not None]
    worked = [figure for figure in limited if figure.worked]
    return [
        "# 多快",
        "",
        "由 `make bench` 写成，不要手改。",
        "",
        f"- 城市：{size}",
        f"- 机器：{_processor()}，{os.cpu_count()} 核，内存 {_memory()}，{platform.system()} {platform.release()}",
        f"- 程序：{_database()}，Python {platform.python_version()}",
        f"- 时间：{now():%Y-%m-%d %H:%M}",
        f"- 机器的平均负载：开始时 {load[0]:.1f}，结束时 {load[1]:.1f}（超过核数就是在排队，数会偏大）",
        f"- 有上限的 {len(limited)} 项，达到 {sum(one.holds for one in limited)} 项；"
        f"其中量了处理器时间的 {len(worked)} 项，按它算达到 {sum(one.works for one in worked)} 项",
        "",
        HOW_TO_READ,
        "",
        *HEAD,
        *(figure.row for figure in found),
    ]


def _kept(wanted: Wanted) -> Path | None:
    if wanted.data is None or wanted.database:
        return None
    return wanted.data / f"bench-{wanted.tickets}-{wanted.reports}.db"


def _size() -> str:
    waits, is_open = Report.state == ReportState.RECEIVED, select(func.count()).select_from(Ticket).where(IS_OPEN)
    tickets, reports, photos = (
        db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Ticket, Report, Photo)
    )
    waiting = db.session.scalar(select(func.count()).where(waits)) or 0
    return (
        f"{tickets:,} 个案卷（在办 {db.session.scalar(is_open) or 0:,}）、{reports:,} 条线索（待分拣 {waiting:,}）、"
        f"{photos:,} 张照片，三年，17 个区"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory() -> str:
    if not hasattr(os, "sysconf") or sys.platform == "win32":
        return "？"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"


def _database() -> str:
    name = db.engine.dialect.name
    asked = "SELECT sqlite_version()" if name == "sqlite" else "SHOW server_version"
    return f"{'SQLite' if name == 'sqlite' else 'PostgreSQL'} {db.session.scalar(text(asked))}"


if __name__ == "__main__":
    main()
