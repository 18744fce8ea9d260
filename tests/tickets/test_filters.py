"""筛选: from an address and back, which tickets they leave, and that an index serves every one of them."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.people.models import Person
from inspection.tickets import filters
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import DISTRICT, NOW, STREET, Make

DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def spans(start: date | None, end: date | None) -> tuple[date | None, date | None]:
    return (min(start, end), max(start, end)) if start and end else (start, end)


@st.composite
def any_filters(draw: st.DrawFn) -> Filters:
    days = [spans(*draw(st.tuples(st.none() | DAYS, st.none() | DAYS))) for _ in range(3)]
    return Filters(
        state=tuple(state for state in State if draw(st.booleans())),
        overdue=draw(st.booleans()),
        category=draw(st.sampled_from(["", "zombie_car"])),
        field=draw(st.sampled_from(["", "秩序", "环境"])),
        district=draw(st.sampled_from(["", DISTRICT])),
        street=draw(st.sampled_from(["", STREET])),
        unit=draw(st.none() | st.uuids()),
        severity=draw(st.sampled_from(["", "urgent"])),
        filed_from=days[0][0],
        filed_to=days[0][1],
        due_from=days[1][0],
        due_to=days[1][1],
        closed_from=days[2][0],
        closed_to=days[2][1],
        reworked=draw(st.booleans()),
        supervised=draw(st.booleans()),
        rebounds=draw(st.booleans()),
        text=draw(st.sampled_from(["", "DC-26", "月牙胡同 5 号&x=1", "100%", "+1"])),
    )


@given(any_filters())
def test_whatever_is_written_into_an_address_is_read_back(asked: Filters) -> None:
    assert filters.parse_query(filters.query(asked)) == asked
    assert filters.parse(MultiDict(filters.pairs(asked)).to_dict(flat=False)) == asked


def test_empty_fields_of_a_form_and_other_names_are_no_filters() -> None:
    assert filters.parse({"state": [""], "text": [" "], "order": ["due"], "cursor": ["x"]}) == NOTHING
    assert filters.query(NOTHING) == ""


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("state", "lost"),
        ("overdue", "no"),
        ("category", "a b"),
        ("field", "'; --"),
        ("district", "11010"),
        ("street", "东四"),
        ("unit", "7"),
        ("severity", "!"),
        ("filed_from", "11-09"),
        ("due_to", "0001-01-01"),
        ("closed_to", "9999-12-31"),
        ("text", "长" * 81),
        ("text", "a\x00b"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_name(name: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        filters.parse({name: [wrong]})

    assert refused.value.field == name


def test_an_end_before_its_beginning_is_refused_at_the_end() -> None:
    with pytest.raises(Invalid) as refused:
        filters.parse({"due_from": ["2026-11-10"], "due_to": ["2026-11-09"]})

    assert refused.value.field == "due_to"


def test_one_filter_can_be_taken_away() -> None:
    asked = Filters(state=(State.FILED,), district=DISTRICT, overdue=True)

    assert asked.without("overdue").without("state") == Filters(district=DISTRICT)


def found(person: Person, asked: Filters, now: datetime = NOW) -> set[str]:
    where = filters.conditions(db.session.get_one(Person, person.id), asked, now)
    return set(db.session.scalars(select(Ticket.number).where(*where)))


@pytest.fixture
def three(make: Make) -> dict[str, Ticket]:
    officer, unit = make.officer(), make.unit()
    return {
        "new": make.ticket(State.FILED, officer=officer, address="东四北大街 100%号", now=NOW),
        "late": make.ticket(
            State.HANDLING,
            officer=officer,
            unit=unit,
            category="zombie_car",
            now=NOW - 30 * DAY,
            address="月牙胡同 7 号",
        ),
        "closed": make.ticket(State.CLOSED, officer=officer, unit=unit, now=NOW - 10 * DAY),
    }


def named(three: dict[str, Ticket], numbers: set[str]) -> set[str]:
    return {name for name, ticket in three.items() if ticket.number in numbers}


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (NOTHING, {"new", "late", "closed"}),
        (Filters(state=(State.FILED,)), {"new"}),
        (Filters(state=(State.FILED, State.CLOSED)), {"new", "closed"}),
        (Filters(overdue=True), {"late"}),
        (Filters(category="zombie_car"), {"late"}),
        (Filters(field="环境"), {"new", "closed"}),
        (Filters(district="110105"), set()),
        (Filters(street=STREET), {"new", "late", "closed"}),
        (Filters(severity="urgent"), set()),
        (Filters(filed_from=date(2026, 11, 23)), {"new"}),
        (Filters(filed_to=date(2026, 11, 13)), {"late", "closed"}),
        (Filters(filed_from=date(2026, 11, 13), filed_to=date(2026, 11, 13)), {"closed"}),
        (Filters(due_to=date(2026, 11, 10)), {"late"}),
        (Filters(closed_from=date(2026, 11, 13), closed_to=date(2026, 11, 13)), {"closed"}),
        (Filters(reworked=True), set()),
        (Filters(supervised=True), set()),
        (Filters(rebounds=True), set()),
        (Filters(text="dc-2611"), {"new", "closed"}),
        (Filters(text="月牙"), {"late", "closed"}),
        (Filters(text="东四北大街 100%"), {"new"}),
        (Filters(text="%"), set()),
        (Filters(text="_"), set()),
        (Filters(text="胡同"), set()),
    ],
    ids=lambda value: filters.query(value) or "nothing" if isinstance(value, Filters) else "",
)
def test_each_filter_leaves_its_tickets(make: Make, three: dict[str, Ticket], asked: Filters, wanted: set[str]) -> None:
    assert named(three, found(make.city(), asked)) == wanted


def test_rounds_rebounds_and_supervision_are_found(make: Make, three: dict[str, Ticket]) -> None:
    city = make.city()
    with writing():
        late = db.session.get_one(Ticket, three["late"].id)
        late.round, late.rebounds, late.supervised = 2, 1, "领导批示"

    for asked in (Filters(reworked=True), Filters(supervised=True), Filters(rebounds=True)):
        assert named(three, found(city, asked)) == {"late"}


def test_a_units_tickets_are_its_own(make: Make, three: dict[str, Ticket]) -> None:
    unit_id = three["late"].unit_id

    assert named(three, found(make.city(), Filters(unit=unit_id))) == {"late", "closed"}
    assert found(make.city(), Filters(unit=uuid.uuid4())) == set()


def test_nobody_finds_what_is_not_theirs_to_see(make: Make, three: dict[str, Ticket]) -> None:
    handler = make.handler(db.session.get_one(Ticket, three["late"].id).unit)
    other = make.handler(make.unit())

    assert named(three, found(handler, NOTHING)) == {"late", "closed"}
    assert found(other, NOTHING) == found(make.officer("110105"), Filters(district=DISTRICT)) == set()
    assert found(make.inspector(), NOTHING) == found(make.publisher(), NOTHING) == set()


EACH = [
    Filters(state=(State.CLOSED,)),
    Filters(state=(State.FILED, State.HANDLING)),
    Filters(overdue=True),
    Filters(category="zombie_car"),
    Filters(field="秩序"),
    Filters(district=DISTRICT),
    Filters(street=STREET),
    Filters(unit=uuid.UUID(int=7)),
    Filters(severity="urgent"),
    Filters(filed_from=date(2026, 1, 1), filed_to=date(2026, 1, 31)),
    Filters(due_from=date(2026, 1, 1)),
    Filters(due_to=date(2026, 1, 31)),
    Filters(closed_from=date(2026, 1, 1), closed_to=date(2026, 1, 31)),
    Filters(reworked=True),
    Filters(supervised=True),
    Filters(rebounds=True),
    Filters(text="DC-2611"),
    Filters(text="月牙"),
    Filters(district=DISTRICT, category="zombie_car", state=(State.CLOSED,), severity="urgent"),
    Filters(overdue=True, street=STREET, supervised=True),
]
ORDERS = {
    "newest": (Ticket.filed_at.desc(), Ticket.id.desc()),
    "due": (Ticket.due_at, Ticket.id),
    "count": (),
}


RARE = {"reworked", "supervised", "rebounds"}


def plan(person: Person, asked: Filters, order: Sequence[object]) -> list[str]:
    where = filters.conditions(person, asked, NOW)
    statement = select(Ticket.id).where(*where).order_by(*order).limit(51)  # type: ignore[arg-type]
    compiled = statement.compile(dialect=db.engine.dialect, compile_kwargs={"render_postcompile": True})
    driver = [compiled.params[name] for name in compiled.positiontup or ()]
    bound = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else str(one) for one in driver]
    with db.engine.connect() as connection:
        raw = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(bound))
        return [row[3] for row in raw]


@pytest.mark.parametrize("asked", EACH, ids=filters.query)
@pytest.mark.parametrize("order", ORDERS)
def test_no_filter_makes_the_whole_table_be_read(sqlite_app: Flask, order: str, asked: Filters) -> None:
    make = Make(sqlite_app)
    people = {"city": make.city(), "officer": make.officer(), "handler": make.handler(make.unit())}

    plans = {name: plan(person, asked, ORDERS[order]) for name, person in people.items()}

    for steps in plans.values():
        assert [step for step in steps if step == "SCAN ticket"] == []
        assert any("ticket USING" in step for step in steps), steps


@pytest.mark.parametrize("name", sorted(RARE))
def test_what_is_rare_has_an_index_of_its_own(sqlite_app: Flask, name: str) -> None:
    steps = plan(Make(sqlite_app).city(), Filters(**{name: True}), ORDERS["newest"])  # type: ignore[arg-type]

    assert any(f"ix_ticket_{name}_filed_at_id" in step for step in steps), steps
