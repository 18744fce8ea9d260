"""A city's years of reports and tickets: plausible, in the order in which they came, and the same for a seed.

Not made, because no question that is measured asks for them: the audit events of old tickets, decisions, receipts.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert, select

from inspection.geography import service as geography
from inspection.geography.areas import Street
from inspection.geography.points import Datum, Point, cell
from inspection.kernel.db import db, writing
from inspection.kernel.numbers import NumberSeries
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos.bands import BANDS
from inspection.photos.models import Manifest, ManifestKind, Photo, PhotoRole
from inspection.reports.models import Category, Form, Report, ReportState, Source
from inspection.reports.service import ALIASES
from inspection.tickets.models import Answer, Ticket, TicketReport
from inspection.tickets.workflow import OpenRequest, State
from inspection.triage.models import Proposal
from tests.bench import bulk
from tests.bench.bulk import DAY, Rows, stamp

BATCH = 20_000
HOUR = 3_600
YEARS = 3 * 365 * DAY
FRESH = 20 * DAY
"""Younger tickets are over the more likely the older they are; of the older ones few are still open."""
YOUNG = (State.FILED,) * 10 + (State.DISPATCHED,) * 20 + (State.HANDLING,) * 44 + (State.HANDLED,) * 18 + (
    State.SUSPENDED,) * 5 + (State.VOID,) * 3  # fmt: skip
OLD = (State.SUSPENDED,) * 34 + (State.HANDLING,) * 20 + (State.DISPATCHED,) * 6 + (State.HANDLED,) * 6 + (
    State.FILED,) * 4 + (State.VOID,) * 30  # fmt: skip
STILL_OPEN = 0.03
DISPATCHED = (State.DISPATCHED, State.HANDLING, State.HANDLED, State.SUSPENDED, State.CLOSED)
WAITING = 250
"""One report waits for every so many tickets."""
SPOTS_A_STREET = 400
"""Problems come again at the same places: duplicates and rebounds have something to find."""
UNITS_A_DISTRICT = 20
ANSWERED = 0.1
"""So many of the closed tickets have their answer's photo here; all that wait for a recheck have."""

Echo = Callable[[str], object]


@dataclass(frozen=True)
class Place:
    """Where problems come up."""

    district: str
    street: str
    letters: str
    address: str
    point: Point
    cell: str


@dataclass(frozen=True)
class Town:
    """What reports and tickets are drawn from."""

    places: list[Place]
    categories: list[Category]
    weights: list[float]
    units: dict[str, list[str]]
    handler: str


MODELS = (Manifest, Photo, Report, Ticket, TicketReport, Proposal, Answer)


def fill(tickets: int, *, now: datetime, reports: int = 0, seed: int = 7, echo: Echo = print) -> None:
    """Write so many tickets, each with its reports, and the reports that wait, into a database with areas and units.

    ``reports``: about so many in all; by default one for each ticket.
    """
    draw = Draw(Random(seed), town_of(Random(seed)), int(now.timestamp()), max(0.0, reports / tickets - 1))
    with bulk.loading(MODELS) as connection:
        for number in range(tickets):
            draw.ticket(int(now.timestamp()) - YEARS + YEARS * number // tickets)
            if (number + 1) % BATCH == 0:
                draw.rows.write(connection)
                echo(f"{number + 1:,} of {tickets:,} tickets")
        for _ in range(max(40, tickets // WAITING)):
            draw.waiting()
        draw.rows.write(connection)
        echo("indexes")
    with writing():
        series = [{"name": f"ticket:{name}", "last": last} for name, last in draw.numbers.items()]
        db.session.execute(insert(NumberSeries), series)


def units() -> None:
    """Enter units for every district, and somebody who answers for them."""
    atlas = geography.current_atlas()
    rows: list[dict[str, Any]] = []
    for district in atlas.districts:
        streets = [street.code for street in atlas.streets(district.code)] or [None]
        for number in range(UNITS_A_DISTRICT):
            rows.append(
                {
                    "id": uuid.UUID(int=int(district.code) * 1000 + number),
                    "name": f"{district.short}第{number + 1}队",
                    "duty": "综合行政执法队",
                    "district_code": district.code,
                    "street_code": streets[number % len(streets)],
                }
            )
    handler = {
        "name": "赵刚",
        "phone": "13900000000",
        "role": Role.HANDLER,
        "unit_id": rows[0]["id"],
        "password_hash": "-",
        "created_at": datetime.fromisoformat("2023-01-01T00:00:00+08:00"),
    }
    with writing():
        db.session.execute(insert(Unit), rows)
        db.session.execute(insert(Person), [handler])


def town_of(rng: Random) -> Town:
    atlas = geography.current_atlas()
    letters = {district.code: district.letters for district in atlas.districts}
    streets = [street for district in atlas.districts for street in atlas.streets(district.code) if street.seat]
    categories = list(db.session.scalars(select(Category).order_by(Category.position)))
    found: dict[str, list[str]] = {}
    for unit in db.session.scalars(select(Unit).order_by(Unit.id)):
        found.setdefault(unit.district_code, []).append(unit.id.hex)
    handler = db.session.scalars(select(Person.id).where(Person.role == Role.HANDLER).limit(1)).one()
    return Town(
        [place for street in streets for place in _places(rng, street, letters[street.district_code])],
        categories,
        [1 / (rank + 3) for rank in range(len(categories))],
        found,
        handler.hex,
    )


def _places(rng: Random, street: Street, letters: str) -> list[Place]:
    """Around the street's office."""
    assert street.seat
    found = []
    for number in range(SPOTS_A_STREET):
        point = Point(street.seat.lat + rng.gauss(0, 0.006), street.seat.lng + rng.gauss(0, 0.008))
        address = f"{street.name}{rng.choice('东西南北中')}巷 {number + 1} 号门前"
        found.append(Place(street.district_code, street.code, letters, address, point, cell(point)))
    return found


class Draw:
    """Draws one ticket or report after the other."""

    def __init__(self, rng: Random, town: Town, now: int, again: float) -> None:
        self.rows, self.numbers = Rows(), Counter[str]()
        self._rng, self._town, self._now, self._again = rng, town, now, again

    def ticket(self, at: int) -> None:
        """A ticket whose first report came at ``at``, with all that belongs to it."""
        rng = self._rng
        place, category = rng.choice(self._town.places), self._category()
        state, ticket_id = self._state(self._now - at), self._id()
        dispatched = at + rng.randrange(HOUR, 3 * HOUR) if state in DISPATCHED else None
        handled = dispatched + rng.randrange(DAY, 6 * DAY) if dispatched and state is State.CLOSED else None
        if dispatched and state is State.HANDLED:
            handled = max(dispatched, self._now - rng.randrange(2 * DAY))
        unit = rng.choice(self._town.units[place.district]) if dispatched else None
        again = round(rng.expovariate(1 / self._again)) if self._again else 0
        filed = at + rng.randrange(600, HOUR)
        for number in range(1 + again):
            seen = at if number == 0 else at + rng.randrange(10 * DAY)
            report_id = self._report(
                place, category, min(seen, self._now), ReportState.MERGED if number else ReportState.FILED
            )
            self.rows.add(TicketReport, report_id=report_id, ticket_id=ticket_id, merged_at=stamp(max(filed, seen)))
        self._file(ticket_id, place, category, state, filed, dispatched, handled, unit)
        if handled and unit and (state is State.HANDLED or rng.random() < ANSWERED):
            self._answer(ticket_id, unit, handled)

    def waiting(self) -> None:
        """A report that nobody has decided on, of the last four days."""
        rng, category = self._rng, self._category()
        at = self._now - rng.randrange(4 * DAY)
        report_id = self._report(rng.choice(self._town.places), category, at, ReportState.RECEIVED)
        self.rows.add(
            Proposal,
            report_id=report_id,
            limit_amount=category.limit_amount,
            limit_unit=category.limit_unit,
            severity=category.severity,
            duplicates=int(rng.random() < 0.2),
            made_at=stamp(at),
        )

    def _category(self) -> Category:
        return self._rng.choices(self._town.categories, self._town.weights)[0]

    def _state(self, age: int) -> State:
        rng = self._rng
        if age < FRESH:
            return State.CLOSED if rng.random() < age / FRESH else rng.choice(YOUNG)
        return rng.choice(OLD) if rng.random() < STILL_OPEN else State.CLOSED

    def _id(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"

    def _file(
        self,
        ticket_id: str,
        place: Place,
        category: Category,
        state: State,
        filed: int,
        dispatched: int | None,
        handled: int | None,
        unit: str | None,
    ) -> None:
        rng, chance = self._rng, self._rng.random()
        due = dispatched + rng.randrange(DAY, 12 * DAY) if dispatched else None
        asked = state in {State.DISPATCHED, State.HANDLING} and rng.random() < 0.05
        started = stamp(dispatched) if dispatched else None
        self.rows.add(
            Ticket,
            id=ticket_id,
            number=self._number(place.letters, filed),
            version=1,
            state=state.value,
            round=2 if chance < 0.04 else 1,
            reworks=int(chance < 0.04),
            rebounds=int(chance < 0.01),
            supervised="一周内改好" if 0.5 < chance < 0.503 else None,
            request=rng.choice(list(OpenRequest)).value if asked else None,
            category_code=category.code,
            district_code=place.district,
            street_code=place.street,
            unit_id=unit,
            severity=category.severity,
            place=place.address,
            lat=place.point.lat,
            lng=place.point.lng,
            cell=place.cell,
            limit_amount=category.limit_amount,
            limit_unit=category.limit_unit,
            filed_at=stamp(filed),
            dispatched_at=started,
            accepted_at=started if state is not State.DISPATCHED else None,
            handled_at=stamp(handled) if handled else None,
            closed_at=stamp(min(handled + 5 * HOUR, self._now)) if handled and state is State.CLOSED else None,
            clock_started_at=started,
            due_at=stamp(due) if due else None,
            late=int(bool(handled and due and handled > due)),
        )

    def _number(self, letters: str, filed: int) -> str:
        series = f"{letters}-{stamp(filed + 8 * HOUR)[2:7].replace('-', '')}"
        self.numbers[series] += 1
        return f"{series}-{self.numbers[series]:04d}"

    def _report(self, place: Place, category: Category, at: int, state: ReportState) -> str:
        rng, came = self._rng, stamp(at)
        lat, lng = place.point.lat + (rng.random() - 0.5) / 10_000, place.point.lng + (rng.random() - 0.5) / 10_000
        plate = f"京A{rng.randrange(10_000, 99_999)}" if category.plate else None
        report_id = self._manifest(ManifestKind.REPORT, PhotoRole.FAR, came, lat, lng)
        self.rows.add(
            Report,
            id=report_id,
            state=state.value,
            category_code=category.code,
            form=rng.choice(FORMS),
            description="墙边堆着旧柜子",
            address=place.address,
            captured_at=stamp(at - 300),
            announced_at=came,
            received_at=came,
            lat=lat,
            lng=lng,
            given_lat=lat,
            given_lng=lng,
            datum=Datum.WGS84.value,
            accuracy_m=8.0,
            source=Source.LIVE.value,
            cell=place.cell,
            district_code=place.district,
            street_code=place.street,
            doubtful=int(rng.random() < 0.03),
            plate=plate,
            plate_key=plate,
            alias=rng.choice(ALIASES),
            decided_at=None if state is ReportState.RECEIVED else stamp(at + HOUR),
        )
        return report_id

    def _answer(self, ticket_id: str, unit: str, at: int) -> None:
        answered = stamp(at)
        answer_id = self._manifest(ManifestKind.ANSWER, PhotoRole.AFTER, answered, None, None)
        self.rows.add(
            Answer,
            id=answer_id,
            ticket_id=ticket_id,
            round=1,
            unit_id=unit,
            by_id=self._town.handler,
            note="已清走",
            announced_at=answered,
            answered_at=answered,
        )

    def _manifest(self, kind: ManifestKind, role: PhotoRole, at: str, lat: float | None, lng: float | None) -> str:
        """A complete manifest with one photo."""
        rng, manifest_id = self._rng, self._id()
        content_hash, sha256 = f"{rng.getrandbits(256):064x}", f"{rng.getrandbits(256):064x}"
        phash = f"{rng.getrandbits(64):016x}"
        self.rows.add(
            Manifest,
            id=manifest_id,
            kind=kind.value,
            content="{}",
            content_hash=content_hash,
            created_at=at,
            completed_at=at,
        )
        self.rows.add(
            Photo,
            id=self._id(),
            manifest_id=manifest_id,
            position=0,
            sha256=sha256,
            bytes=2_400_000,
            role=role.value,
            taken_at=at,
            lat=lat,
            lng=lng,
            source=Source.LIVE.value,
            arrived_at=at,
            content_type="image/jpeg",
            width=1600,
            height=1200,
            phash=phash,
            phash_first=BANDS[0].of(phash),
            phash_middle=BANDS[1].of(phash),
            phash_last=BANDS[2].of(phash),
            copied_at=at,
        )
        return manifest_id


FORMS = [form.value for form in Form][1:]
