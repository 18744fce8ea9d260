"""The page that the bench writes: the machine, the cities, how to read it, the tables."""

import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.photos.models import Photo
from inspection.reports.models import Report, ReportState
from inspection.tickets.models import IS_OPEN, Ticket
from tests.bench.figures import Figure
from tests.bench.kept import Filled

HOW_TO_READ = """\
怎么读这些表：

- 每一项各问 60 次（一个、两个筛选的各 3 次），每次用新的会话，先问几次不算；毫秒数从问到答，不含网络和浏览器。
- “中位”是一半的次数比它快，“95%”是二十次里十九次不比它慢。上限出自设计（一页 100 件：中位 ≤ 20 毫秒；
  一点附近的疑似重复：95% ≤ 1 毫秒；一次分拣决定：95% ≤ 200 毫秒）；没有上限的写“—”，供前后两次对照。
- “一个筛选”“两个筛选一起”的每一行，是所有选法各自的中位数放在一起再取的中位和 95%；下面列出其中最慢的，
  超出上限的选法最多列三个。
- “处理器”是同样的中位数，只算处理器真正花在这件事上的时间，不算排队和等磁盘：机器忙的时候，看它更准。
- “大比小”是同一次运行里大城市的中位除以小城市的中位：接近 1.0，就是不随年头变慢。
- 换一台机器，数就不一样；机器上还有别的活，数也不一样。要比较，就在同一台机器、同样安静的时候跑两次。

In short: each question is asked 60 times with a fresh session; times in ms, without network and browser. The limits are
the design's. 大比小 is the large city's median by the small city's, in one run. Another machine gives other numbers."""
NONE = "—"


@dataclass(frozen=True)
class Measured:
    """A city in words, its figures, and the machine's load before and after."""

    city: str
    database: str
    figures: Sequence[Figure]
    load: tuple[float, float]

    @property
    def medians(self) -> Mapping[str, float]:
        """By what was asked."""
        return {figure.name: figure.median for figure in self.figures}


def page(city: Measured, small: Measured | None = None, much: Measured | None = None) -> list[str]:
    """The page as lines."""
    return [
        "# 多快",
        "",
        "由 `make bench` 写成，不要手改。",
        "",
        f"- 城市：{city.city}",
        *([f"- 对照的小城市：{small.city}"] if small else []),
        f"- 机器：{_processor()}，{os.cpu_count()} 核，内存 {_memory()}，{platform.system()} {platform.release()}",
        f"- 程序：{city.database}，Python {platform.python_version()}",
        f"- 时间：{now():%Y-%m-%d %H:%M}",
        f"- 机器的平均负载：开始时 {city.load[0]:.1f}，结束时 {city.load[1]:.1f}（超过核数就是在排队，数会偏大）",
        f"- {_kept(city.figures)}",
        *([_flatness(city, small)] if small else []),
        "",
        HOW_TO_READ,
        "",
        *_table(city, small),
        *(_of_much(much, city) if much else []),
    ]


def filling(filled: Filled) -> str:
    """What it took to fill a city, in words."""
    return f"；灌满用了 {filled.seconds:.0f} 秒（处理器 {filled.worked:.0f} 秒）"


def size_of() -> str:
    """How large the city is, in words."""
    waits, is_open = Report.state == ReportState.RECEIVED, select(func.count()).select_from(Ticket).where(IS_OPEN)
    tickets, reports, photos = (
        db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Ticket, Report, Photo)
    )
    waiting = db.session.scalar(select(func.count()).where(waits)) or 0
    return (
        f"{tickets:,} 个案卷（在办 {db.session.scalar(is_open) or 0:,}）、{reports:,} 条线索（待分拣 {waiting:,}）、"
        f"{photos:,} 张照片，三年，17 个区；数据库 {_bytes() / 2**30:.1f} GB"
    )


def database() -> str:
    """Which database answers."""
    name = db.engine.dialect.name
    asked = "SELECT sqlite_version()" if name == "sqlite" else "SHOW server_version"
    return f"{'SQLite' if name == 'sqlite' else 'PostgreSQL'} {db.session.scalar(text(asked))}"


def _of_much(much: Measured, city: Measured) -> list[str]:
    return [
        "",
        "## 线索很多的城市",
        "",
        f"- 城市：{much.city}",
        f"- 机器的平均负载：开始时 {much.load[0]:.1f}，结束时 {much.load[1]:.1f}",
        f"- {_kept(much.figures)}",
        "- “大比小”在这里是这座城市比上一座",
        "",
        *_table(much, city),
    ]


def _table(city: Measured, other: Measured | None) -> list[str]:
    """The figures, each with its ratio to the same in another city."""
    there = other.medians if other else {}
    rows = [figure.row(_ratio(figure, there)) for figure in city.figures if figure.told]
    return [*head("大比小" if other else NONE), *rows]


def head(ratio: str = NONE) -> tuple[str, str]:
    """The head of a table of figures, and what a ratio in it is of."""
    return f"| 问什么 | 上限（毫秒） | 中位 | 95% | 处理器 | {ratio} | |", "|---|---|---|---|---|---|---|"


def _ratio(figure: Figure, there: Mapping[str, float]) -> str:
    return f"{figure.median / there[figure.name]:.1f}" if figure.name in there else NONE


def _kept(figures: Sequence[Figure]) -> str:
    limited = [figure for figure in figures if figure.told and figure.limit_ms is not None]
    worked = [figure for figure in limited if figure.worked]
    return (
        f"有上限的 {len(limited)} 项，达到 {sum(one.holds for one in limited)} 项；"
        f"其中量了处理器时间的 {len(worked)} 项，按它算达到 {sum(one.works for one in worked)} 项"
    )


def _flatness(city: Measured, small: Measured) -> str:
    ratios = [
        one.median / small.medians[one.name]
        for one in city.figures
        if one.told and one.limit_ms is not None and one.name in small.medians
    ]
    return f"- 大比小：有上限的 {len(ratios)} 项里，中位是 {statistics.median(ratios):.1f}，最大是 {max(ratios):.1f}"


def _bytes() -> int:
    asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    on_sqlite = db.engine.dialect.name == "sqlite"
    return db.session.scalar(text(asked if on_sqlite else "SELECT pg_database_size(current_database())")) or 0


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory() -> str:
    if not hasattr(os, "sysconf") or sys.platform == "win32":
        return "？"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"
