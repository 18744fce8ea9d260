"""分布 from near, by any filters that the counters know: what is in sight is what the tickets say one by one."""

from collections.abc import Sequence
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from inspection.citymap import service as citymap
from inspection.citymap.service import KEPT
from inspection.citymap.sight import Box, Mode, Sight
from inspection.geography.points import parent
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.tickets import tallies
from inspection.tickets.filters import NAMES, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.tallying import FINE
from tests.bench import city
from tests.ledger.test_combinations import drawn, meets
from tests.make import NOW, Make

DRAWN = 25


@pytest.fixture
def tickets(app: Flask) -> Sequence[Ticket]:
    """A small city's three years, counted."""
    city.units()
    city.fill(400, now=NOW, echo=lambda _: None)
    tallies.recount(now=NOW)
    return db.session.scalars(select(Ticket)).all()


def kept(asked: Filters) -> Filters:
    """Those of the filters that the counters know."""
    for name in NAMES:
        asked = asked if name in KEPT else asked.without(name)
    return asked


@pytest.mark.parametrize("few", [0, 300], ids=["in cells", "one by one"])
@pytest.mark.parametrize("zoom", [14.0, 15.5, 17.0])
def test_from_near_what_is_in_sight_is_what_meets_the_filters(
    make: Make, tickets: Sequence[Ticket], monkeypatch: pytest.MonkeyPatch, few: int, zoom: float
) -> None:
    monkeypatch.setattr(citymap, "FEW", few)
    rng, chief, some = Random(f"{zoom}{few}"), make.city(), tickets[0].district_code
    seen = {chief: tickets, make.officer(some): [ticket for ticket in tickets if ticket.district_code == some]}

    for person, theirs in seen.items():
        found = [_asked(person, theirs, kept(drawn(rng, theirs)), rng.choice(theirs), zoom) for _ in range(DRAWN)]
        assert [one for one, _ in found] == [right for _, right in found]
        assert any(right for _, right in found)


def _asked(person: Person, theirs: Sequence[Ticket], asked: Filters, middle: Ticket, zoom: float) -> tuple[int, int]:
    """How many are shown around a ticket, and how many are there."""
    box = Box(middle.lat - 0.03, middle.lng - 0.03, middle.lat + 0.03, middle.lng + 0.03)
    sight = Sight(box, zoom, Mode.CLUSTERS)
    look = citymap.look(person, asked, sight, now=NOW)
    met = [ticket for ticket in theirs if meets(ticket, asked, NOW) and sight.shows(parent(ticket.cell, FINE))]
    if look.tickets:
        assert [one.id for one in look.tickets] == [
            one.id for one in sorted(met, key=lambda one: (one.filed_at, one.id), reverse=True)
        ]
    return len(look.tickets) + sum(look.cells.values()), len(met)
