"""What people do: decisions at triage as whole requests, by one person and by two at once in processes of their own."""

import itertools
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from inspection.factory import create_app
from inspection.kernel.db import db
from inspection.people.models import Person, Unit
from inspection.reports.models import Report, ReportState
from inspection.tickets.models import IS_OPEN, Ticket
from inspection.web.tools import tools
from tests.bench import figures
from tests.bench.figures import DECISION_MS, Figure, Office
from tests.conftest import forget_the_last_request, settings_for
from tests.web.browser import Browser

Move = tuple[str, dict[str, str]]
"""An address and the fields that are sent to it."""


def of_decisions(office: Office) -> list[Figure]:
    """Filing and dispatching, merging, declining; then filing by two at once."""
    waiting = iter(db.session.scalars(select(Report.id).where(Report.state == ReportState.RECEIVED)).all())
    url = tools().settings.database_url.replace("postgresql+psycopg:", "postgresql:")
    folder = tools().settings.data_dir
    found = []
    for name, moves in (("立案并派遣", _filings), ("并案", _mergings), ("不予立案", _declinings)):
        some = list(itertools.islice(moves(waiting), office.times + figures.NOT_COUNTED))
        times = send(office.app, office.chief, some)[figures.NOT_COUNTED :]
        found.append(Figure(f"分拣：{name}，一个人", times, DECISION_MS, limits_p95=True))
        office.echo(found[-1].row())
    halves = [list(itertools.islice(_filings(waiting), office.times + figures.NOT_COUNTED)) for _ in range(2)]
    db.session.remove()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        running = [pool.submit(send_beside, url, folder, office.chief, half) for half in halves]
        times = [taken for one in running for taken in one.result()[figures.NOT_COUNTED :]]
    found.append(Figure("分拣：立案并派遣，两个人同时，各一个进程", times, DECISION_MS, limits_p95=True))
    office.echo(found[-1].row())
    return found


def send(app: object, who: uuid.UUID, moves: Sequence[Move]) -> list[float]:
    """Send them one after the other; how long each answer took, in ms."""
    desk = Browser(app, db.session.get_one(Person, who))  # type: ignore[arg-type]
    token = desk.token("/desk/triage")
    taken = []
    for url, fields in moves:
        db.session.remove()
        began = time.perf_counter()
        answer = desk.client.post(url, data={"csrf_token": token} | fields)
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 303, f"{url}: {answer.status_code}"
    return taken


def send_beside(url: str, folder: Path, who: uuid.UUID, moves: Sequence[Move]) -> list[float]:
    """The same in another process."""
    app = create_app(settings_for(url, folder))
    app.before_request_funcs.setdefault(None, []).insert(0, forget_the_last_request)
    with app.app_context():
        return send(app, who, moves)


def _filings(waiting: Iterator[uuid.UUID]) -> Iterator[Move]:
    for report_id in waiting:
        report = db.session.get_one(Report, report_id)
        unit = db.session.scalars(select(Unit.id).where(Unit.district_code == report.district_code).limit(1)).one()
        fields = {"category": report.category_code, "place": report.address, "dispatch": "yes", "unit": str(unit)}
        yield f"/desk/triage/{report_id}/filing", fields


def _mergings(waiting: Iterator[uuid.UUID]) -> Iterator[Move]:
    for report_id in waiting:
        report = db.session.get_one(Report, report_id)
        there = select(Ticket.id).where(IS_OPEN, Ticket.district_code == report.district_code).limit(1)
        yield f"/desk/triage/{report_id}/merging", {"ticket_id": str(db.session.scalars(there).one())}


def _declinings(waiting: Iterator[uuid.UUID]) -> Iterator[Move]:
    for report_id in waiting:
        yield f"/desk/triage/{report_id}/declining", {"ground": "not_a_problem", "text": "现场看过，没有这个问题"}
