"""What the city map shows: the ledger's numbers, by district and by cell, for whoever may see them."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from inspection.citymap import service as citymap
from inspection.citymap.sight import Box, Mode, Sight
from inspection.geography import points
from inspection.geography.points import Point, centre
from inspection.kernel.calendar import day_of
from inspection.kernel.db import db, writing
from inspection.ledger import service as ledger
from inspection.people.models import Unit
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, SPOT, Make

DAY = timedelta(days=1)
CITY = Sight(Box(39.3, 115.3, 41.2, 117.7), 9.0, Mode.HEAT)
TODAY = day_of(NOW)
DISTRICTS = {"110101": SPOT, "110105": (39.9219, 116.4431), "110108": (39.98, 116.31)}


@pytest.fixture
def many(make: Make) -> list[Unit]:
    """A hundred and twenty tickets of four months in three districts, in every state, some at no point."""
    rng, one = Random(5), make.ticket(State.HANDLING)
    units = [make.unit(district=code, street=None) for code in DISTRICTS]
    known = {column.key: getattr(one, column.key) for column in Ticket.__mapper__.column_attrs}
    categories = ["street_clutter", "zombie_car", "dog_unleashed"]
    rows = []
    for number in range(120):
        which = rng.randrange(3)
        district, (lat, lng) = list(DISTRICTS.items())[which]
        spot = Point(lat + rng.uniform(-0.01, 0.01), lng + rng.uniform(-0.01, 0.01))
        row: dict[str, Any] = {
            "id": uuid.UUID(int=rng.getrandbits(128), version=4),
            "number": f"Q-{number}",
            "state": rng.choice(list(State)),
            "category_code": rng.choice(categories),
            "district_code": district,
            "unit_id": units[which].id,
            "severity": rng.choice(["normal", "urgent"]),
            "lat": spot.lat,
            "lng": spot.lng,
            "cell": points.cell(spot) if number % 10 else "",
            "late": rng.random() < 0.3,
            "filed_at": NOW - timedelta(hours=rng.randrange(24 * 120)),
            "due_at": NOW + timedelta(hours=rng.randrange(-100, 100)),
        }
        rows.append(known | row)
    with writing():
        db.session.execute(insert(Ticket), rows)
    return units


FILTERS = {
    "all": NOTHING,
    "open": Filters(state=(State.FILED, State.DISPATCHED, State.HANDLING)),
    "one state": Filters(state=(State.CLOSED,)),
    "category": Filters(category="zombie_car"),
    "field": Filters(field="秩序"),
    "district": Filters(district="110105"),
    "overdue": Filters(overdue=True),
    "overdue of one state": Filters(overdue=True, state=(State.HANDLING, State.CLOSED)),
    "overdue that cannot be": Filters(overdue=True, state=(State.CLOSED,)),
    "overdue of a category in a span": Filters(overdue=True, category="zombie_car", filed_from=TODAY - 40 * DAY),
    "a month": Filters(filed_from=date(2026, 10, 1), filed_to=date(2026, 10, 31)),
    "thirty days": Filters(filed_from=TODAY - 29 * DAY, filed_to=TODAY),
    "days of a category": Filters(filed_from=TODAY - 12 * DAY, category="street_clutter"),
    "days of a field": Filters(filed_from=TODAY - 50 * DAY, filed_to=TODAY - 3 * DAY, field="秩序", overdue=True),
    "long ago": Filters(filed_to=date(2020, 1, 1)),
    "unit of none": Filters(unit=uuid.UUID(int=7)),
    "severity": Filters(severity="urgent"),
    "due": Filters(due_from=TODAY, due_to=TODAY + 2 * DAY),
    "text": Filters(text="Q-1"),
}


@pytest.mark.parametrize("asked", FILTERS.values(), ids=FILTERS.keys())
def test_the_same_filter_gives_the_ledgers_number(make: Make, many: list[Unit], asked: Filters) -> None:
    for person in (make.city(), make.officer("110105"), make.handler(many[1])):
        number = ledger.count(person, asked, now=NOW).number

        whole = citymap.overview(person, asked, now=NOW)
        seen = citymap.look(person, asked, CITY, now=NOW)

        assert whole.all == number and not whole.capped
        assert sum(seen.cells.values()) == number - whole.nowhere
        late = ledger.count(person, replace(asked, overdue=True), now=NOW).number
        assert sum(one.overdue for one in whole.districts) == late


def test_the_kinds_of_filters_are_answered_by_the_counters_or_by_the_tickets(make: Make, many: list[Unit]) -> None:
    kept = [name for name, asked in FILTERS.items() if citymap._Asked(make.city(), asked, NOW).kept]

    assert [name for name in FILTERS if name not in kept] == ["unit of none", "severity", "due", "text"]
    assert not citymap._Asked(make.handler(many[0]), NOTHING, NOW).kept


def test_a_district_stands_with_its_open_overdue_closed_and_timely_ones(make: Make, many: list[Unit]) -> None:
    whole = citymap.overview(make.city(), NOTHING, now=NOW)

    tickets = db.session.scalars(db.select(Ticket).where(Ticket.district_code == "110105")).all()
    closed = [one for one in tickets if one.state is State.CLOSED]
    found = next(one for one in whole.districts if one.code == "110105")
    assert [one.code for one in whole.districts] == list(DISTRICTS)
    assert (found.all, found.closed) == (len(tickets), len(closed))
    assert found.in_time == sum(not one.late for one in closed) < found.closed
    assert found.open == sum(one.state not in {State.CLOSED, State.VOID} for one in tickets)
    assert 0 < found.overdue < found.open
    assert whole.nowhere == 12


def test_an_officer_sees_their_district_only_and_a_unit_its_own(make: Make, many: list[Unit]) -> None:
    officer = citymap.overview(make.officer("110105"), NOTHING, now=NOW)
    unit = citymap.overview(make.handler(many[2]), NOTHING, now=NOW)
    none = citymap.overview(make.officer("110105"), Filters(district="110101"), now=NOW)

    assert [one.code for one in officer.districts] == ["110105"]
    assert [one.code for one in unit.districts] == ["110108"]
    assert none.districts == [] and none.all == 0


def near(spot: tuple[float, float], zoom: float, size: float = 0.012) -> Sight:
    """A part of the map around a spot."""
    lat, lng = spot
    return Sight(Box(lat - size, lng - size, lat + size, lng + size), zoom, Mode.CLUSTERS)


@pytest.mark.parametrize("zoom", [7.5, 8.5, 10.0, 11.5, 12.0, 13.0, 14.0, 15.0, 17.0])
def test_at_every_zoom_what_is_in_sight_is_there_once(
    make: Make, many: list[Unit], zoom: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citymap, "FEW", 0)
    officer = make.officer("110105")

    sight = near(DISTRICTS["110105"], zoom, size=0.03)
    found = citymap.look(officer, NOTHING, sight, now=NOW)

    placed = [one for one in db.session.scalars(db.select(Ticket)) if one.district_code == "110105" and one.cell]
    assert sum(found.cells.values()) == len(placed) > 20
    coarsest = {7.5: 4, 8.5: 5, 10.0: 6, 11.5: 6, 12.0: 7, 13.0: 8, 14.0: 8, 15.0: 9, 17.0: 10}[zoom]
    assert {points.resolution(cell) for cell in found.cells} == {coarsest}


def test_cells_out_of_sight_are_left_out_from_near(make: Make, many: list[Unit], monkeypatch: Any) -> None:
    monkeypatch.setattr(citymap, "FEW", 0)
    sight = near(DISTRICTS["110108"], 13.5)

    found = citymap.look(make.city(), NOTHING, sight, now=NOW)

    assert found.cells and all(sight.box.holds(centre(cell).lat, centre(cell).lng) for cell in found.cells)
    assert sum(found.cells.values()) < 60


@pytest.mark.parametrize("asked", [NOTHING, Filters(category="zombie_car"), Filters(severity="urgent")])
def test_from_near_few_tickets_are_drawn_themselves_the_newest_first(
    make: Make, many: list[Unit], asked: Filters
) -> None:
    city, sight = make.city(), near(DISTRICTS["110108"], 14.0, size=0.02)

    found = citymap.look(city, asked, sight, now=NOW).tickets

    every = ledger.page(city, replace(asked, district="110108"), ledger.Order.NEWEST, now=NOW, limit=200)
    assert [one.number for one in found] == [line.ticket.number for line in every if line.ticket.cell]
    assert len(found) > 3


def test_a_filter_that_no_counter_knows_looks_at_no_more_than_the_cap_and_says_so(
    make: Make, many: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citymap, "CAP", 20)
    city = make.city()

    whole = citymap.overview(city, Filters(severity="urgent"), now=NOW)
    seen = citymap.look(city, Filters(severity="urgent"), CITY, now=NOW)
    other = citymap.overview(city, Filters(category="zombie_car"), now=NOW)

    assert whole.capped and whole.all == 20
    assert seen.capped and 10 < sum(seen.cells.values()) <= 20
    assert not other.capped


def test_an_empty_city_has_nothing_to_show(make: Make) -> None:
    whole = citymap.overview(make.city(), NOTHING, now=NOW)

    assert (whole.all, whole.nowhere, list(whole.districts)) == (0, 0, [])
    assert citymap.look(make.city(), NOTHING, CITY, now=NOW).cells == {}
