"""A city's years of reports and tickets, written straight into the tables: plausible, and the same for a seed."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from inspection.geography import service as geography
from inspection.geography.points import Datum, Point, cell
from inspection.kernel.db import db, writing
from inspection.people.models import Unit
from inspection.photos.models import Manifest, ManifestKind
from inspection.reports.models import Category, Form, Report, ReportState, Source
from inspection.reports.service import ALIASES
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket, TicketReport
from inspection.tickets.workflow import State
from inspection.triage.models import Proposal

BATCH = 5_000
YEARS = timedelta(days=3 * 365)
STATES = [State.CLOSED] * 92 + [State.HANDLING] * 3 + [State.DISPATCHED, State.HANDLED, State.FILED, State.SUSPENDED,
                                                       State.VOID]  # fmt: skip
"""Of a hundred tickets so many are over."""
WAITING = 250
"""One report waits for every so many tickets."""
SPOTS_A_STREET = 400
"""Problems come again at the same places: duplicates and rebounds have something to find."""

Echo = Callable[[str], object]
Row = dict[str, Any]


def fill(tickets: int, *, now: datetime, seed: int = 7, echo: Echo = print) -> None:
    """Write so many tickets, each with its report, and the reports that wait, into a database with areas and units."""
    rng = Random(seed)
    places, categories = _places(rng), list(db.session.scalars(select(Category).order_by(Category.position)))
    units = _units()
    numbers: dict[str, int] = {}
    for start in range(0, tickets, BATCH):
        size = min(BATCH, tickets - start)
        rows = [_ticket(rng, places, categories, units, numbers, now) for _ in range(size)]
        with writing():
            db.session.execute(insert(Manifest), [row["manifest"] for row in rows])
            db.session.execute(insert(Report), [row["report"] for row in rows])
            db.session.execute(insert(Ticket), [row["ticket"] for row in rows])
            db.session.execute(insert(TicketReport), [row["link"] for row in rows])
        if (start // BATCH) % 20 == 0:
            echo(f"{start + size:,} of {tickets:,} tickets")
    waiting = [_waiting(rng, places, categories, now) for _ in range(max(40, tickets // WAITING))]
    with writing():
        db.session.execute(insert(Manifest), [row["manifest"] for row in waiting])
        db.session.execute(insert(Report), [row["report"] for row in waiting])
        db.session.execute(insert(Proposal), [row["proposal"] for row in waiting])


def units(*, per_district: int = 20) -> None:
    """Enter units for every district."""
    atlas = geography.current_atlas()
    rows: list[Row] = []
    for district in atlas.districts:
        streets = [street.code for street in atlas.streets(district.code)] or [None]
        for number in range(per_district):
            rows.append(
                {
                    "id": uuid.uuid4(),
                    "name": f"{district.short}第{number + 1}队",
                    "duty": "综合行政执法队",
                    "district_code": district.code,
                    "street_code": streets[number % len(streets)],
                }
            )
    with writing():
        db.session.execute(insert(Unit), rows)


def _places(rng: Random) -> list[tuple[str, str, Point, str]]:
    """(district, street, point, cell) around each street's office."""
    found = []
    for district in geography.current_atlas().districts:
        for street in geography.current_atlas().streets(district.code):
            if street.seat is None:
                continue
            for _ in range(SPOTS_A_STREET):
                point = Point(street.seat.lat + rng.gauss(0, 0.006), street.seat.lng + rng.gauss(0, 0.008))
                found.append((district.code, street.code, point, cell(point)))
    return found


def _units() -> dict[str, list[uuid.UUID]]:
    found: dict[str, list[uuid.UUID]] = {}
    for unit in db.session.scalars(select(Unit)):
        found.setdefault(unit.district_code, []).append(unit.id)
    return found


def _report(rng: Random, place: Any, category: Category, at: datetime, state: ReportState) -> Row:
    district, street, point, here = place
    spot = Point(point.lat + rng.gauss(0, 0.00005), point.lng + rng.gauss(0, 0.00005))
    report_id = uuid.UUID(int=rng.getrandbits(128), version=4)
    plate = f"京A{rng.randrange(10_000, 99_999)}" if category.plate else None
    return {
        "manifest": {
            "id": report_id,
            "kind": ManifestKind.REPORT,
            "content": "{}",
            "content_hash": f"{rng.getrandbits(256):064x}",
            "created_at": at,
            "completed_at": at,
        },
        "report": {
            "id": report_id,
            "state": state,
            "category_code": category.code,
            "form": rng.choice(list(Form)[1:]),
            "description": "墙边堆着旧柜子",
            "address": f"{rng.randrange(1, 200)} 号门前",
            "captured_at": at - timedelta(minutes=5),
            "announced_at": at,
            "received_at": at,
            "lat": spot.lat,
            "lng": spot.lng,
            "given_lat": spot.lat,
            "given_lng": spot.lng,
            "datum": Datum.WGS84,
            "accuracy_m": 8.0,
            "source": Source.LIVE,
            "cell": here,
            "district_code": district,
            "street_code": street,
            "doubtful": rng.random() < 0.03,
            "plate": plate,
            "plate_key": plate,
            "alias": rng.choice(ALIASES),
            "decided_at": None if state is ReportState.RECEIVED else at + timedelta(hours=2),
        },
    }


def _waiting(rng: Random, places: Any, categories: list[Category], now: datetime) -> Row:
    category, at = rng.choice(categories), now - rng.random() * timedelta(days=4)
    row = _report(rng, rng.choice(places), category, at, ReportState.RECEIVED)
    proposal = {
        "report_id": row["report"]["id"],
        "limit_amount": category.limit_amount,
        "limit_unit": TimeUnit(category.limit_unit),
        "severity": category.severity,
        "duplicates": int(rng.random() < 0.2),
        "made_at": at,
    }
    return row | {"proposal": proposal}


def _ticket(
    rng: Random,
    places: Any,
    categories: list[Category],
    of_district: dict[str, list[uuid.UUID]],
    numbers: dict[str, int],
    now: datetime,
) -> Row:
    place, category, state = rng.choice(places), rng.choice(categories), rng.choice(STATES)
    over = state in {State.CLOSED, State.VOID}
    age = rng.random() * YEARS if over else rng.random() * timedelta(days=20)
    at = now - age - timedelta(hours=3)
    row = _report(rng, place, category, at, ReportState.FILED)
    filed, dispatched = at + timedelta(hours=2), at + timedelta(hours=3)
    handled = dispatched + timedelta(days=2) if over or state is State.HANDLED else None
    key = f"{place[0]}-{filed:%y%m}"
    numbers[key] = numbers.get(key, 0) + 1
    ticket_id = uuid.UUID(int=rng.getrandbits(128), version=4)
    sent = state is not State.FILED
    ticket = {
        "id": ticket_id,
        "number": f"{place[0][-3:]}-{filed:%y%m}-{numbers[key]:05d}",
        "version": 1,
        "state": state,
        "round": 1,
        "category_code": category.code,
        "district_code": place[0],
        "street_code": place[1],
        "unit_id": rng.choice(of_district[place[0]]) if sent else None,
        "severity": category.severity,
        "place": row["report"]["address"],
        "lat": row["report"]["lat"],
        "lng": row["report"]["lng"],
        "cell": place[3],
        "limit_amount": category.limit_amount,
        "limit_unit": TimeUnit(category.limit_unit),
        "filed_at": filed,
        "dispatched_at": dispatched if sent else None,
        "accepted_at": dispatched if sent and state is not State.DISPATCHED else None,
        "handled_at": handled,
        "closed_at": handled + timedelta(hours=5) if handled and state is State.CLOSED else None,
        "clock_started_at": dispatched if sent else None,
        "due_at": dispatched + timedelta(days=rng.randrange(1, 12)) if sent else None,
    }
    link = {"report_id": row["report"]["id"], "ticket_id": ticket_id, "merged_at": filed}
    return row | {"ticket": ticket, "link": link}
