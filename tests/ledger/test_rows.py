"""台账: its pages by keyset in both orders, its totals, what each column says, and the columns that people chose."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from inspection.geography import service as geography
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.kernel.holidays import work_calendar
from inspection.ledger import paths
from inspection.ledger import service as ledger
from inspection.ledger.columns import BY_CODE, COLUMNS, SHOWN, Line, Sight
from inspection.ledger.models import Order
from inspection.ledger.service import Count
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import DISTRICT, NOW, STREET, Make

DAY, TODAY = timedelta(days=1), NOW.date()
HEADINGS = ["案卷号", "类别", "点位", "区", "承办单位", "状态", "立案", "期限", "剩余", "轮次", "线索"]


@pytest.fixture
def tickets(make: Make) -> list[Ticket]:
    """Five, the newest last; the first and the last have no deadline."""
    officer, unit = make.officer(), make.unit()
    states = (State.FILED, State.DISPATCHED, State.HANDLING, State.CLOSED, State.FILED)
    return [
        make.ticket(state, officer=officer, unit=unit, now=NOW - (5 - age) * DAY) for age, state in enumerate(states)
    ]


def walked(person: Person, order: Order, limit: int, asked: Filters = NOTHING) -> list[str]:
    found: list[str] = []
    after = None
    while lines := ledger.page(person, asked, order, now=NOW, after=after, limit=limit):
        found += [line.ticket.number for line in lines]
        after = ledger.key(lines[-1], order)
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_newest_come_first_and_every_one_once(make: Make, tickets: list[Ticket], limit: int) -> None:
    assert walked(make.city(), Order.NEWEST, limit) == [ticket.number for ticket in reversed(tickets)]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_next_due_come_first_and_those_without_a_deadline_last(
    make: Make, tickets: list[Ticket], limit: int
) -> None:
    dated = sorted(tickets[1:4], key=lambda ticket: (ticket.due_at, ticket.id))
    undated = sorted((tickets[0], tickets[4]), key=lambda ticket: ticket.id)

    walk = walked(make.city(), Order.DUE, limit)

    assert walk == [ticket.number for ticket in (*dated, *undated)]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    "asked", [Filters(state=(State.FILED, State.HANDLING, State.CLOSED)), Filters(field="环境"), Filters(field="服务")]
)
def test_several_states_or_categories_are_walked_as_one(
    make: Make, tickets: list[Ticket], order: Order, asked: Filters
) -> None:
    city = make.city()
    wanted = [line.ticket.number for line in ledger.stream(city, asked, order, now=NOW)]

    assert [walked(city, order, limit, asked) for limit in (1, 2, 50)] == [wanted] * 3
    assert len(wanted) == ledger.count(city, asked, now=NOW).number


def test_tickets_of_one_moment_are_told_apart_by_their_ids(make: Make) -> None:
    officer, unit = make.officer(), make.unit()
    made = [make.ticket(State.DISPATCHED, officer=officer, unit=unit).number for _ in range(4)]
    city = make.city()

    assert sorted(walked(city, Order.NEWEST, 3)) == sorted(walked(city, Order.DUE, 3)) == sorted(made)


@pytest.mark.parametrize("order", Order)
def test_a_stream_has_the_lines_of_the_pages_in_their_order(make: Make, tickets: list[Ticket], order: Order) -> None:
    city = make.city()

    streamed = [line.ticket.number for line in ledger.stream(city, NOTHING, order, now=NOW)]

    assert streamed == walked(city, order, 2)


def test_a_stream_shows_one_moment_whatever_is_changed_beside_it(make: Make, tickets: list[Ticket]) -> None:
    stream = ledger.stream(make.city(), NOTHING, Order.NEWEST, now=NOW)
    first = next(stream).ticket.number

    with writing():
        db.session.get_one(Ticket, tickets[0].id).place = "改过的点位"
    rest = [line.ticket for line in stream]

    assert [first, *(ticket.number for ticket in rest)] == [ticket.number for ticket in reversed(tickets)]
    assert rest[-1].place != "改过的点位"


def test_a_page_costs_the_same_few_statements_however_many_lines(make: Make, tickets: list[Ticket]) -> None:
    city = make.city()
    asked: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", heard)
    sight = Sight(NOW, work_calendar(), geography.current_atlas())
    asked.clear()
    lines = ledger.page(city, NOTHING, Order.NEWEST, now=NOW)
    values = [[column.value(line, sight) for column in COLUMNS] for line in lines]
    event.remove(db.engine, "before_cursor_execute", heard)

    assert len(values) == len(tickets)
    assert len(asked) <= 4, asked


def test_totals_are_told_by_state_and_stop_counting_at_the_cap(make: Make, tickets: list[Ticket]) -> None:
    city = make.city()

    exact, capped = (ledger.totals(city, NOTHING, now=NOW, cap=cap) for cap in (10, 1))

    assert exact.all == Count(5)
    assert {state.value: one.number for state, one in exact.by_state.items()} == {
        "filed": 2, "dispatched": 1, "handling": 1, "closed": 1,
    }  # fmt: skip
    assert capped.all == Count(1, more=True)
    assert capped.by_state[State.FILED] == Count(1, more=True)
    assert capped.by_state[State.CLOSED] == Count(1)
    assert ledger.totals(city, Filters(category="street_clutter"), now=NOW, cap=1).by_state == {}


def test_totals_are_of_what_is_asked_for(make: Make, tickets: list[Ticket]) -> None:
    city = make.city()
    asked = Filters(state=(State.FILED, State.VOID), district=DISTRICT)

    assert ledger.totals(city, asked, now=NOW).all == Count(2) == ledger.count(city, asked, now=NOW)
    assert ledger.count(city, NOTHING, now=NOW, cap=3) == Count(3, more=True)
    assert ledger.count(make.officer("110105"), NOTHING, now=NOW) == Count(0)


def test_everyone_has_the_rows_that_are_theirs(make: Make, tickets: list[Ticket]) -> None:
    handler = make.handler(db.session.get_one(Ticket, tickets[1].id).unit)

    assert walked(handler, Order.NEWEST, 10) == [ticket.number for ticket in reversed(tickets[1:4])]
    assert len(walked(make.person(Role.AUDITOR), Order.NEWEST, 10)) == len(tickets)
    assert walked(make.inspector(), Order.NEWEST, 10) == []


def test_a_line_says_what_its_ticket_says(make: Make) -> None:
    ticket = make.ticket(State.CLOSED, now=NOW)
    sight = Sight(NOW + 30 * DAY, work_calendar(), geography.current_atlas())

    said = {column.heading: column.value(Line(ticket, 2), sight) for column in COLUMNS}

    assert {name: str(said[name]) for name in ("案卷号", "类别", "点位", "区", "街道（乡镇）", "状态", "剩余")} == {
        "案卷号": ticket.number,
        "类别": "街面乱堆乱放",
        "点位": "月牙胡同 5 号门前",
        "区": "东城",
        "街道（乡镇）": "东四街道",
        "状态": "已结案",
        "剩余": "已停",
    }
    assert said["立案"] == said["反馈"] == said["结案"] == date(2026, 11, 23)
    assert (said["线索"], said["轮次"], str(said["超期"])) == (2, 1, "否")


def test_what_is_left_is_told_as_in_the_list_of_tickets(make: Make) -> None:
    ticket = make.ticket(State.HANDLING, now=NOW)
    at = {days: Sight(NOW + days * DAY, work_calendar(), geography.current_atlas()) for days in (0, 7, 9)}

    told = [str(BY_CODE["left"].value(Line(ticket, 1), sight)) for sight in at.values()]

    assert told == ["5 个工作日", "今天到期", "超 2 个工作日"]


def test_without_a_choice_the_default_columns_are_shown(make: Make) -> None:
    assert [column.heading for column in ledger.columns_of(make.city())] == HEADINGS
    assert ledger.columns_of(make.city()) == SHOWN


def test_a_choice_is_kept_for_its_person_until_the_default_is_restored(
    make: Make, events: Callable[..., list[AuditEvent]]
) -> None:
    mine, other = make.city(), make.city()

    with writing():
        ledger.choose_columns(
            ["closed", "number", "number", "no such"], by=db.session.get_one(Person, mine.id), now=NOW
        )
    chosen = [column.code for column in ledger.columns_of(mine)]
    with writing():
        ledger.choose_columns(["place"], by=db.session.get_one(Person, mine.id), now=NOW)
    again = [column.code for column in ledger.columns_of(mine)]
    with writing():
        ledger.restore_columns(by=db.session.get_one(Person, mine.id), now=NOW)

    assert (chosen, again) == (["number", "closed"], ["place"])
    assert ledger.columns_of(other) == ledger.columns_of(mine) == SHOWN
    assert [one.name for one in events("ledger.")] == ["ledger.columns_chosen"] * 2 + ["ledger.columns_restored"]


def test_at_least_one_column_is_chosen(make: Make) -> None:
    city = make.city()

    with pytest.raises(Invalid) as refused, writing():
        ledger.choose_columns(["no such"], by=db.session.get_one(Person, city.id), now=NOW)

    assert refused.value.field == "columns"


def test_every_column_has_its_own_code_and_heading(app: Flask) -> None:
    assert len({column.code for column in COLUMNS}) == len({column.heading for column in COLUMNS}) == len(COLUMNS)


ASKED = [
    NOTHING,
    Filters(text="月牙"),
    Filters(text="dc-2611", category="street_clutter"),
    Filters(text="DC-2611-000"),
    Filters(overdue=True),
    Filters(state=(State.FILED, State.DISPATCHED, State.CLOSED), category="street_clutter"),
    Filters(state=(State.CLOSED,)),
    Filters(state=(State.VOID,)),
    Filters(field="环境"),
    Filters(field="环境", street=STREET),
    Filters(category="street_clutter", severity="normal"),
    Filters(district=DISTRICT, text="月牙"),
    Filters(filed_from=TODAY - 3 * DAY, filed_to=TODAY - 2 * DAY),
    Filters(filed_from=TODAY - 3 * DAY, category="street_clutter"),
    Filters(due_from=TODAY, due_to=TODAY + 3 * DAY),
    Filters(closed_to=TODAY, category="street_clutter"),
    Filters(closed_from=TODAY - 3 * DAY),
    Filters(reworked=True, district=DISTRICT),
    Filters(supervised=True, rebounds=True),
]


@pytest.mark.parametrize("few", [0, 7_000], ids=["all walked", "little sorted"])
@pytest.mark.parametrize("order", Order)
def test_by_whichever_index_the_same_is_found(
    make: Make, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch, order: Order, few: int
) -> None:
    with writing():
        changed = [db.session.get_one(Ticket, ticket.id) for ticket in tickets]
        changed[0].state, changed[1].round, changed[1].rebounds, changed[1].supervised = State.VOID, 2, 1, "三天内改好"
    handler, officer = make.handler(db.session.get_one(Ticket, tickets[1].id).unit), make.officer()
    monkeypatch.setattr(paths, "FEW", few)

    for person in (make.city(), officer, handler):
        for asked in ASKED:
            wanted = [line.ticket.number for line in ledger.stream(person, asked, order, now=NOW)]
            assert walked(person, order, 2, asked) == wanted, asked
            assert ledger.count(person, asked, now=NOW).number == len(wanted), asked
            assert ledger.totals(person, asked, now=NOW).all.number == len(wanted), asked


def test_a_stream_in_the_order_of_deadlines_is_one_moment_too(make: Make, tickets: list[Ticket]) -> None:
    stream = ledger.stream(make.city(), NOTHING, Order.DUE, now=NOW)
    first = next(stream).ticket.number

    with writing():
        ticket = db.session.get_one(Ticket, next(one.id for one in tickets if one.number == first))
        ticket.due_at = None

    assert first not in [line.ticket.number for line in stream]
