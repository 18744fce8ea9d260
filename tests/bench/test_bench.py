"""The bench itself: it fills a city that the desk can read, and measures all that it says."""

from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.reports.models import Report, ReportState
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State
from tests.bench import choices, city, figures, kept, of_draw, page, run
from tests.bench.bulk import DAY
from tests.bench.figures import Figure
from tests.bench.kept import Size
from tests.make import Make


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_small_city_is_filled_and_every_figure_taken(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    every = choices.choices
    monkeypatch.setattr(figures, "NOT_COUNTED", 0)
    monkeypatch.setattr(choices, "choices", lambda office: dict(list(every(office).items())[::6]))
    monkeypatch.setattr(choices, "TIMES", 1)
    city.units()
    city.fill(1500, now=now(), echo=lambda _: None)
    tickets = select(func.count()).select_from(Ticket)
    filled, waiting = db.session.scalar(tickets), select(func.count()).where(Report.state == ReportState.RECEIVED)
    assert db.session.scalar(waiting) == 40

    found = run.figures(app, make, times=1, echo=lambda _: None)

    assert filled == 1500
    assert {state for (state,) in db.session.execute(select(Ticket.state).distinct())} == set(State)
    assert len(found) >= 50 and all(one.times and min(one.times) > 0 for one in found)
    city_of = page.Measured("…", page.database(), found, (0.5, 0.5))
    lines = page.page(city_of, city_of, city_of)
    rows = [line for line in lines if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == 2 * ["| 问什么", *(f"| {one.name}" for one in found if one.told)]
    assert all(row.split(" | ")[5] == "1.0" for row in rows if "问什么" not in row)


def test_a_city_is_filled_once_and_opened_as_a_copy(tmp_path: Path) -> None:
    size = Size.read("40:80")

    first, again = kept.fill(size, tmp_path), kept.fill(size, tmp_path)
    with kept.opened(size, tmp_path):
        found = page.size_of() + page.filling(again)

    assert size == Size(40, 80) and first == again
    assert found.startswith("40 个案卷")
    assert sorted(file.name for file in tmp_path.glob("bench-*")) == ["bench-40-80.db", "bench-40-80.json"]


def test_the_same_seed_draws_the_same_city_and_more_reports_go_into_the_same_tickets(app: Flask) -> None:
    city.units()
    city.fill(300, now=now(), reports=900, echo=lambda _: None)
    reports = db.session.scalar(select(func.count()).select_from(TicketReport)) or 0

    assert 700 <= reports <= 1100
    assert drawn(7) == drawn(7) != drawn(8)


def drawn(seed: int) -> str:
    draw = city.Draw(Random(seed), city.town_of(Random(seed)), 1_800_000_000, 1.0)
    for day in range(20):
        draw.ticket(1_790_000_000 + day * DAY)
    return repr(draw.rows)


def test_the_percentile_is_taken_from_the_ordered_times_and_the_limit_is_kept_or_not() -> None:
    times = [float(number) for number in range(1, 101)]

    assert Figure("x", times).row() == "| x | — | 50.5 | 95.0 | — | — | — |"
    assert Figure("x", times, 60).row("1.2") == "| x | 中位 ≤ 60 | 50.5 | 95.0 | — | 1.2 | 达到 |"
    assert (
        Figure("x", times, 60, limits_p95=True, worked=[7])
        .row()
        .endswith("| 95% ≤ 60 | 50.5 | 95.0 | 7.0 | — | **超出** |")
    )


def test_a_small_citys_draws_are_measured_with_and_without_enough_people() -> None:
    found = of_draw.figures(1, echo=lambda _: None, sites=170, lots=60)

    assert [one.name.partition("：")[2] for one in found] == list(of_draw.CASES)
    assert all(one.times[0] > 0 for one in found)
