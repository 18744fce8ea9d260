"""The bench itself: it fills a city that the desk can read, and measures all that it says."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.reports.models import Report, ReportState
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.bench import city, run
from tests.make import Make


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_small_city_is_filled_and_every_figure_taken(app: Flask, make: Make) -> None:
    city.units()
    city.fill(1200, now=now(), echo=lambda _: None)

    figures = run.figures(app, make, times=1)

    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1200
    assert {state for (state,) in db.session.execute(select(Ticket.state).distinct())} == set(State)
    assert db.session.scalar(select(func.count()).where(Report.state == ReportState.RECEIVED)) == 40
    assert len(figures) >= 11 and all(len(one.times) == 1 and one.times[0] > 0 for one in figures)
    assert all(figure.row.startswith("| ") for figure in figures)


def test_the_percentile_is_taken_from_the_ordered_times() -> None:
    figure = run.Figure("x", 20, [float(number) for number in range(1, 101)])

    assert figure.row == "| x | 50.5 | 95.0 | 20 |"
