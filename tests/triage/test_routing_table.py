"""The routing table: first line that fits, the catalogue for the rest, and who may write it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.reports.models import Category, Report
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.triage import lines, routing
from inspection.triage import service as triage
from inspection.triage.lines import Wanted
from inspection.triage.models import RoutingLine
from inspection.triage.routing import Line, Problem, Rule
from tests.make import DISTRICT, NOW, STREET, Make

Events = Callable[..., list[AuditEvent]]
RULE = Rule("综合行政执法队", "城市管理委", 2, "workday", "normal")
HERE = Problem("ground_lock", "110101", "110101006", "compound")
A, B = uuid.UUID(int=1), uuid.UUID(int=2)
CATEGORIES, DISTRICTS, STREETS = ("ground_lock", "adverts"), ("110101", "110105"), ("110101006", "110101001")


def add(admin: Person, **wanted: Any) -> RoutingLine:
    with writing():
        return lines.add(Wanted(**wanted), by=db.session.get_one(Person, admin.id), now=NOW)


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN)


def test_the_first_line_that_fits_decides_and_what_it_leaves_open_is_the_catalogues() -> None:
    table = [Line(A, category="adverts", duty="城管"), Line(B, street="110101006", duty="物业科", severity="urgent")]

    route = routing.route(RULE, HERE, table)

    assert (route.line, route.duties, route.severity) == (B, ("物业科",), "urgent")
    assert route.limit == Limit(2, TimeUnit.WORKDAY)


def test_without_a_line_it_is_the_catalogue() -> None:
    route = routing.route(RULE, HERE, [Line(A, category="adverts", duty="城管")])

    assert (route.line, route.duties) == (None, ("综合行政执法队", "城市管理委"))


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (Line(A), True),
        (Line(A, category="ground_lock"), True),
        (Line(A, category="ground_lock", district="110101", street="110101006", site_type="compound"), True),
        (Line(A, category="adverts"), False),
        (Line(A, district="110105"), False),
        (Line(A, street="110101001"), False),
        (Line(A, site_type="market"), False),
    ],
)
def test_a_line_fits_when_all_that_it_asks_for_is_so(line: Line, fits: bool) -> None:
    assert line.fits(HERE) is fits


def test_a_place_of_unknown_kind_fits_no_line_about_a_kind() -> None:
    assert not Line(A, site_type="compound").fits(Problem("ground_lock", "110101"))


def test_a_line_behind_a_wider_one_is_never_reached() -> None:
    wide, narrow = Line(A, category="ground_lock"), Line(B, category="ground_lock", street="110101006")

    assert routing.never_reached([wide, narrow]) == {B: A}
    assert routing.never_reached([narrow, wide]) == {}


some_lines = some.lists(
    some.builds(
        Line,
        id=some.uuids(),
        category=some.sampled_from((None, *CATEGORIES)),
        district=some.sampled_from((None, *DISTRICTS)),
        street=some.sampled_from((None, *STREETS)),
        site_type=some.sampled_from((None, "compound", "market")),
        duty=some.just("城管"),
    ),
    unique_by=lambda line: line.id,
    max_size=8,
)


@given(
    table=some_lines,
    category=some.sampled_from(CATEGORIES),
    district=some.sampled_from(DISTRICTS),
    street=some.sampled_from(STREETS),
    kind=some.sampled_from((None, "compound", "market")),
)
def test_a_line_that_is_said_to_be_never_reached_never_fires(
    table: list[Line], category: str, district: str, street: str, kind: str | None
) -> None:
    fired = routing.route(RULE, Problem(category, district, street, kind), table).line

    assert fired not in routing.never_reached(table)


def test_the_case_says_which_line_fired(make: Make, admin: Person) -> None:
    team = make.unit("物业科", street=STREET)
    add(admin, category="adverts", duty="城管")
    add(admin, category="street_clutter", district=DISTRICT, street=STREET, duty="物业科", limit=Limit(1, TimeUnit.DAY))
    report, officer = make.report(), make.officer()

    with writing():
        ticket = triage.file_and_dispatch(
            db.session.get_one(Report, report.id),
            category="street_clutter",
            place="门前",
            unit=db.session.get_one(Unit, team.id),
            limit=None,
            by=db.session.get_one(Person, officer.id),
            now=NOW,
        )

    found = triage.suggest(report, db.session.get_one(Category, "street_clutter"), None)
    assert found.unit is not None and found.unit.id == team.id
    assert ticket.routed_by == "第 2 条（街面乱堆乱放、东四街道）"
    assert (ticket.limit_amount, ticket.limit_unit) == (1, TimeUnit.DAY)


def test_a_line_about_a_kind_of_place_fires_once_somebody_has_said_what_it_is(make: Make, admin: Person) -> None:
    add(admin, site_type="compound", severity="urgent")
    report = make.report()
    category = db.session.get_one(Category, "street_clutter")

    assert triage.suggest(report, category, None).severity == "normal"
    assert triage.suggest(report, category, "compound").severity == "urgent"


def test_a_ticket_that_no_line_is_about_says_so(make: Make) -> None:
    assert make.ticket().routed_by == "类别目录默认值"


def test_lines_are_added_changed_moved_and_removed_on_the_record(admin: Person, make: Make, events: Events) -> None:
    first, second = add(admin, category="adverts", duty="城管"), add(admin, duty="物业科")

    with writing():
        by = db.session.get_one(Person, admin.id)
        lines.move(second.id, up=True, by=by, now=NOW)
        lines.change(first.id, Wanted(category="adverts", severity="urgent"), by=by, now=NOW)
    ordered = [line.id for line in lines.table()]
    with writing():
        lines.remove(second.id, by=db.session.get_one(Person, admin.id), now=NOW)

    assert ordered == [second.id, first.id]
    assert [(line.id, line.severity, line.duty) for line in lines.table()] == [(first.id, "urgent", None)]
    names = [event.name for event in events("routing_line")]
    assert names[:2] == ["routing_line.added"] * 2
    assert names[2:] == ["routing_line.moved", "routing_line.changed", "routing_line.removed"]


def test_two_administrators_at_once_lose_nothing(admin: Person) -> None:
    line = add(admin, duty="城管")
    with writing():
        lines.change(line.id, Wanted(duty="物业科"), by=db.session.get_one(Person, admin.id), now=NOW, seen=1)

    with pytest.raises(Conflict) as refused, writing():
        lines.change(line.id, Wanted(duty="园林"), by=db.session.get_one(Person, admin.id), now=NOW, seen=1)

    assert refused.value.code == "changed_meanwhile"
    assert [one.duty for one in lines.table()] == ["物业科"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"category": "no_such", "duty": "城管"}, "category"),
        ({"district": "110199999", "duty": "城管"}, "district"),
        ({"street": STREET, "duty": "城管"}, "street"),
        ({"site_type": "moon", "duty": "城管"}, "site_type"),
        ({"severity": "very", "duty": "城管"}, "severity"),
        ({"category": "adverts"}, "unit"),
        ({"unit": uuid.UUID(int=3)}, "unit"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_at_its_field(admin: Person, wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(admin, **wanted)

    assert refused.value.field == field and lines.table() == []


def test_a_unit_stands_only_in_a_line_about_its_own_district(make: Make, admin: Person) -> None:
    unit = make.unit()

    with pytest.raises(Invalid) as refused:
        add(admin, category="adverts", unit=unit.id)

    assert refused.value.field == "unit"
    assert add(admin, district=DISTRICT, unit=unit.id).unit_id == unit.id


@pytest.mark.parametrize("role", [Role.CITY, Role.AUDITOR, Role.PUBLISHER])
def test_only_an_administrator_writes_the_table(make: Make, role: Role) -> None:
    with pytest.raises(NotAllowed):
        add(make.person(role), duty="城管")
