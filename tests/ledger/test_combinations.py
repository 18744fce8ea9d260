"""台账 by any filters together: whatever index is chosen, a page holds what each ticket by itself says it should."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inspection.kernel.calendar import day_of
from inspection.kernel.db import db
from inspection.ledger import paths
from inspection.ledger import service as ledger
from inspection.ledger.models import Order
from inspection.people.models import Person
from inspection.reports.models import Category
from inspection.tickets import lists
from inspection.tickets.filters import Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import RUNNING, State
from tests.bench import city
from tests.make import NOW, Make

DAY = timedelta(days=1)
DRAWN = 40
"""So many combinations for each person and order."""


@pytest.fixture
def tickets(app: Flask) -> Sequence[Ticket]:
    """A small city's three years."""
    city.units()
    city.fill(400, now=NOW, echo=lambda _: None)
    return db.session.scalars(select(Ticket)).all()


def drawn(rng: Random, tickets: Sequence[Ticket]) -> Filters:
    """One to four filters, each as one ticket or another has it: many together hold one, many none."""
    one, fields = rng.choice(tickets), {}
    for name in rng.sample(list(EACH), rng.randint(1, 4)):
        ticket = one if rng.random() < 0.7 else rng.choice(tickets)
        fields |= EACH[name](ticket, rng)
    return Filters(**fields)


def _around(name: str, moment: datetime | None, rng: Random) -> dict[str, Any]:
    if moment is None:
        return {}
    ends = {
        f"{name}_from": day_of(moment) - rng.randrange(40) * DAY,
        f"{name}_to": day_of(moment) + rng.randrange(40) * DAY,
    }
    return {end: ends[end] for end in rng.sample(list(ends), rng.randint(1, 2))}


EACH: dict[str, Any] = {
    "state": lambda _ticket, rng: {"state": tuple(rng.sample(list(State), rng.randint(1, 3)))},
    "its state": lambda ticket, _rng: {"state": (ticket.state,)},
    "open": lambda _ticket, _rng: {"state": lists.OPEN},
    "overdue": lambda _ticket, _rng: {"overdue": True},
    "category": lambda ticket, _rng: {"category": ticket.category_code},
    "field": lambda ticket, _rng: {"field": ticket.category.field},
    "district": lambda ticket, _rng: {"district": ticket.district_code},
    "street": lambda ticket, _rng: {"street": ticket.street_code},
    "unit": lambda ticket, _rng: {"unit": ticket.unit_id},
    "severity": lambda ticket, _rng: {"severity": ticket.severity},
    "filed": lambda ticket, rng: _around("filed", ticket.filed_at, rng),
    "due": lambda ticket, rng: _around("due", ticket.due_at, rng),
    "closed": lambda ticket, rng: _around("closed", ticket.closed_at, rng),
    "reworked": lambda _ticket, _rng: {"reworked": True},
    "supervised": lambda _ticket, _rng: {"supervised": True},
    "rebounds": lambda _ticket, _rng: {"rebounds": True},
    "number": lambda ticket, rng: {
        "text": rng.choice([str.lower, str.upper])(ticket.number[: rng.choice([2, 5, 7, 12])])
    },
    "place": lambda ticket, rng: {"text": ticket.place[: rng.randint(1, 5)]},
}


def meets(ticket: Ticket, asked: Filters, now: datetime) -> bool:
    """The filters in plain words, each asked of the ticket itself."""
    spans = (
        (ticket.filed_at, asked.filed_from, asked.filed_to),
        (ticket.due_at, asked.due_from, asked.due_to),
        (ticket.closed_at, asked.closed_from, asked.closed_to),
    )
    return all(
        [
            not asked.state or ticket.state in asked.state,
            not asked.overdue or (ticket.state in RUNNING and ticket.due_at is not None and ticket.due_at < now),
            asked.category in ("", ticket.category_code),
            asked.field in ("", ticket.category.field),
            asked.district in ("", ticket.district_code),
            asked.street in ("", ticket.street_code),
            asked.unit in (None, ticket.unit_id),
            asked.severity in ("", ticket.severity),
            not asked.reworked or ticket.round > 1,
            not asked.supervised or ticket.supervised is not None,
            not asked.rebounds or ticket.rebounds > 0,
            ticket.number.startswith((asked.text, asked.text.upper())) or ticket.place.startswith(asked.text),
            *(
                moment is not None and (not first or day_of(moment) >= first) and (not last or day_of(moment) <= last)
                for moment, first, last in spans
                if first or last
            ),
        ]
    )


def wanted(tickets: Sequence[Ticket], asked: Filters, order: Order) -> list[uuid.UUID]:
    """What meets the filters, sorted by hand."""
    met = [ticket for ticket in tickets if meets(ticket, asked, NOW)]
    if order is Order.NEWEST:
        return [ticket.id for ticket in sorted(met, key=lambda one: (one.filed_at, one.id), reverse=True)]
    return [ticket.id for ticket in sorted(met, key=lambda one: (one.due_at or ledger.NEVER, one.id))]


def walked(person: Person, asked: Filters, order: Order, limit: int) -> list[uuid.UUID]:
    """All pages, one after the other."""
    found: list[uuid.UUID] = []
    after = None
    while lines := ledger.page(person, asked, order, now=NOW, after=after, limit=limit):
        found += [line.ticket.id for line in lines]
        after = ledger.key(lines[-1], order)
    return found


@pytest.mark.parametrize("few", [0, 5, paths.FEW], ids=["all walked", "some walked", "little sorted"])
@pytest.mark.parametrize("order", Order)
def test_a_page_holds_what_meets_all_filters_in_its_order(
    make: Make, tickets: Sequence[Ticket], monkeypatch: pytest.MonkeyPatch, order: Order, few: int
) -> None:
    monkeypatch.setattr(paths, "FEW", few)
    monkeypatch.setattr(paths, "CHEAP", min(few, paths.CHEAP))
    rng, held = Random(f"{order}{few}"), next(ticket for ticket in tickets if ticket.unit_id)
    unit = held.unit
    assert unit
    seen = {
        make.city(): lambda _ticket: True,
        make.officer(unit.district_code): lambda ticket: ticket.district_code == unit.district_code,
        make.handler(unit): lambda ticket: ticket.unit_id == unit.id,
    }

    for person, sees in seen.items():
        theirs = [ticket for ticket in tickets if sees(ticket)]
        for _ in range(DRAWN):
            asked = drawn(rng, rng.choice([tickets, theirs]))
            right = wanted(theirs, asked, order)
            assert walked(person, asked, order, rng.choice([3, 50])) == right, asked
            assert ledger.count(person, asked, now=NOW).number == len(right), asked


def test_a_category_of_another_field_is_nothing_and_one_of_the_field_is_itself(
    make: Make, tickets: Sequence[Ticket]
) -> None:
    chief, some = make.city(), tickets[0].category
    other = db.session.scalars(select(Category.field).where(Category.field != some.field).limit(1)).one()
    both = Filters(category=some.code, field=some.field)

    assert walked(chief, both, Order.NEWEST, 50) == wanted(tickets, Filters(category=some.code), Order.NEWEST) != []
    assert walked(chief, Filters(category=some.code, field=other), Order.DUE, 50) == []
    assert ledger.totals(chief, Filters(category=some.code, field=other), now=NOW).all.number == 0
