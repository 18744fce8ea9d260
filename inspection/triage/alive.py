"""Which reports are alive near a place: those that wait, and those of cases that are open, or were closed lately.

Of all that were ever received near by these are few. So that the search costs the same in the tenth year as in the
first, it begins at the indexes that hold them alone. A case is found by its own place, where it was first seen.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import h3
import numpy as np
from sqlalchemy import CompoundSelect, Row, Select, Text, bindparam, select, union_all

from inspection.geography import plane
from inspection.geography.points import CELL_RESOLUTION, Point, cells_within
from inspection.kernel.db import by_index, db
from inspection.reports.models import IS_WAITING, Report
from inspection.tickets.models import IS_OPEN, Ticket, TicketReport
from inspection.tickets.workflow import State

COARSE = 8
"""H3 cells of about 0.7 km²: a handful cover a wide circle, and the finer cells in one are one range of names."""
SHORTEST_COARSE_M = 400.0
WAITING_CELL, OPEN_CELL = "ix_report_waiting_cell", "ix_ticket_open_cell"

Sight = Select[uuid.UUID, float, float]


def near(point: Point, radius_m: float, *, closed_since: datetime) -> list[uuid.UUID]:
    """The reports within some hundred metres, the nearest first, with those of what was closed since. Of a case whose
    first sight lies farther away than twice as much none is found.
    """
    cells, wide = cells_within(point, radius_m), cells_within(point, 2 * radius_m)
    waiting = by_index(_sights().where(Report.cell.in_(cells), IS_WAITING), Report, WAITING_CELL)
    is_open = by_index(_of_cases().where(Ticket.cell.in_(wide), IS_OPEN), Ticket, OPEN_CELL)
    closed = (Ticket.cell.in_(wide), Ticket.closed_at >= closed_since, Ticket.state == State.CLOSED)
    lately = by_index(_of_cases().where(*closed), Ticket, "ix_ticket_cell_closed_at")
    return _nearest(point, radius_m, db.session.execute(union_all(waiting, is_open, lately)).all())


def open_around(point: Point, radius_m: float, most: int) -> list[uuid.UUID]:
    """The reports that wait, and those of open cases, within some kilometres: of the ``most`` nearest problems."""
    rings = int((radius_m / SHORTEST_COARSE_M + 0.5) / 1.5) + 1
    disk = h3.grid_disk(h3.latlng_to_cell(point.lat, point.lng, COARSE), rings)
    spans = {f"{end}{number}": name for number, cell in enumerate(disk) for end, name in _span(cell).items()}
    problems = _nearest(point, radius_m, db.session.execute(_over(len(disk)), spans).all())[:most]
    held = db.session.scalars(select(TicketReport.report_id).where(TicketReport.ticket_id.in_(problems))).all()
    return [*problems, *held]


@lru_cache(maxsize=8)
def _over(spans: int) -> CompoundSelect[uuid.UUID, float, float]:
    """What is open or waits in so many ranges of cells, each looked up in the index: a database that is asked for
    several ranges at once reads all that is open instead.
    """
    each = []
    for number in range(spans):
        ends = bindparam(f"first{number}", type_=Text), bindparam(f"last{number}", type_=Text)
        waiting, is_open = select(Report.id, Report.lat, Report.lng), select(Ticket.id, Ticket.lat, Ticket.lng)
        each.append(by_index(waiting.where(IS_WAITING, Report.cell.between(*ends)), Report, WAITING_CELL))
        each.append(by_index(is_open.where(IS_OPEN, Ticket.cell.between(*ends)), Ticket, OPEN_CELL))
    return union_all(*each)


def distances(point: Point, lng_lats: Sequence[tuple[float, float]]) -> list[float]:
    """How far each is, in metres: of many at once, and true to 0.02 % (``plane``)."""
    there = np.asarray(lng_lats, dtype=np.float64).reshape(-1, 2)
    east, north = (plane.flat(there) - plane.flat([point.lng, point.lat])).T
    return list(np.hypot(east, north))


def _sights() -> Sight:
    return select(Report.id, Report.lat, Report.lng)


def _of_cases() -> Sight:
    of_case = _sights().select_from(Ticket).join(TicketReport, TicketReport.ticket_id == Ticket.id)
    return of_case.join(Report, Report.id == TicketReport.report_id)


def _nearest(point: Point, radius_m: float, found: Sequence[Row[uuid.UUID, float, float]]) -> list[uuid.UUID]:
    metres = distances(point, [(lng, lat) for _, lat, lng in found])
    return [found[one][0] for one in np.argsort(metres, kind="stable") if metres[one] <= radius_m]


@lru_cache(maxsize=4096)
def _span(coarse: str) -> dict[str, str]:
    """The first and the last name of the fine cells in a coarse one."""
    children = h3.cell_to_children(coarse, CELL_RESOLUTION)
    return {"first": min(children), "last": max(children)}
