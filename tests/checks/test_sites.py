"""点位: entered, changed, taken out of use, found near a point and in lists; each district keeps its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from inspection.checks import placing, site_lists, site_map, sites
from inspection.checks.models import Site
from inspection.checks.site_lists import NOTHING, Filters
from inspection.checks.site_map import Frame
from inspection.checks.sites import Wanted
from inspection.geography import areas
from inspection.geography.points import Point, distance_m
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, NOW, SPOT, STREET, Make

Events = Callable[..., list[AuditEvent]]
LATER = NOW + timedelta(hours=1)
LANE = Wanted("DC-0412", "lane", "月牙胡同", address="月牙胡同 5 号", point=Point(*SPOT))
HAIDIAN, ZHONGGUANCUN = "110108", (39.9836, 116.3164)
"""中关村街道, far inside 海淀."""
BEIJING = Frame(39.4, 115.4, 41.1, 117.6, 8.5)


def add(by: Person, wanted: Wanted = LANE, **more: Any) -> Site:
    with writing():
        return sites.add(replace(wanted, **more), by=db.session.get_one(Person, by.id), now=NOW)


def change(by: Person, site: Site, wanted: Wanted, seen: str | None = None) -> Site:
    with writing():
        seen = seen or sites.version(db.session.get_one(Site, site.id))
        return sites.change(site.id, wanted, by=db.session.get_one(Person, by.id), now=LATER, seen=seen)


def names(found: Any) -> list[str]:
    return [site.name for site in found]


def test_the_district_of_a_new_site_is_that_of_its_point(make: Make, events: Events) -> None:
    site = add(make.city())

    assert (site.district_code, site.street_code, site.number) == (DISTRICT, None, "DC-0412")
    assert site.cell and (site.lat, site.lng) == SPOT
    assert [(event.name, event.object) for event in events("site.")] == [("site.added", site.audit_ref)]


def test_without_a_point_the_streets_office_stands_for_it_and_in_no_cell(make: Make) -> None:
    site = add(make.city(), point=None, district=DISTRICT, street=STREET)

    seat = areas.atlas().street(STREET).seat
    assert seat and distance_m(Point(site.lat, site.lng), seat) < 1
    assert site.cell == "" and site_lists.near(seat) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"note": "a\x07"}, "note"),
        ({"type_code": "volcano"}, "type"),
        ({"point": None}, "place"),
        ({"point": Point(31.23, 121.47)}, "place"),
        ({"district": HAIDIAN}, "district"),
        ({"street": "110108002"}, "street"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_entered(make: Make, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(make.city(), **more)

    assert refused.value.field == field
    assert db.session.scalars(db.select(Site)).all() == []


def test_the_responsible_unit_is_one_of_the_district(make: Make) -> None:
    own, other = make.unit(), make.unit(street=None, district=HAIDIAN)

    assert add(make.city(), unit=own.id).unit_id == own.id
    with pytest.raises(Invalid) as refused:
        add(make.city(), number="DC-0413", unit=other.id)
    assert refused.value.field == "unit"


def test_a_number_is_given_once_a_district_and_ours_go_on_behind_those_typed(make: Make) -> None:
    city = make.city()
    add(city)

    with pytest.raises(Invalid, match="这个区已经有编号 DC-0412。"):
        add(city, name="别的胡同")
    assert add(city, number="").number == "DC-0413"
    assert add(city, point=Point(*ZHONGGUANCUN)).number == "DC-0412"
    assert add(city, number="", point=Point(*ZHONGGUANCUN)).number == "HD-0001"


def test_near_a_border_the_offices_word_decides_between_the_districts(make: Make) -> None:
    atlas, (lat, lng) = areas.atlas(), SPOT
    border = next(  # eastwards from 东四 to where 朝阳 begins
        point
        for step in range(2000)
        if atlas.locate(point := Point(lat, lng + step * 0.0001), 0.0).district != atlas.district(DISTRICT)
    )

    assert placing.place(atlas, border, district="", street="").district_code == "110105"
    assert placing.place(atlas, border, district=DISTRICT, street="").district_code == DISTRICT
    assert add(make.officer(), point=border).district_code == DISTRICT
    with pytest.raises(Invalid):
        placing.place(atlas, Point(border.lat, border.lng + 0.01), district=DISTRICT, street="")


def test_a_change_keeps_what_is_different_and_leaves_a_trace_of_that_alone(make: Make, events: Events) -> None:
    city = make.city()
    site = add(city)

    change(city, site, replace(LANE, name="月牙胡同东段"))
    change(city, site, replace(LANE, name="月牙胡同东段"))

    told = [event.data for event in events("site.changed")]
    assert told == ['{"name":"月牙胡同东段"}']
    assert db.session.get_one(Site, site.id).changed_at == LATER


def test_whoever_changes_what_was_changed_meanwhile_is_told(make: Make) -> None:
    city = make.city()
    site = add(city)
    seen = sites.version(site)
    change(city, site, replace(LANE, name="月牙胡同东段"))

    with pytest.raises(Conflict, match="刚才已有别人改过"):
        change(city, site, replace(LANE, note="新铺了路"), seen)

    assert db.session.get_one(Site, site.id).note == ""


def test_out_of_use_it_is_found_among_those_only_and_comes_back(make: Make, events: Events) -> None:
    city_id = make.city().id
    site = add(db.session.get_one(Person, city_id))
    for act, active in ((sites.retire, False), (sites.restore, True)):
        with writing():
            by, now_is = db.session.get_one(Person, city_id), sites.version(db.session.get_one(Site, site.id))
            act(site.id, by=by, now=NOW + timedelta(minutes=1 + active), seen=now_is)
        city = db.session.get_one(Person, city_id)
        assert bool(site_lists.page(city, NOTHING, limit=5)) is active
        assert bool(site_lists.page(city, Filters(show="retired"), limit=5)) is not active
        assert bool(site_lists.near(Point(*SPOT))) is active
    assert [event.name for event in events("site.")] == ["site.added", "site.retired", "site.restored"]


def test_a_district_keeps_its_own_list_and_another_ones_site_is_not_there(make: Make) -> None:
    city, ours, theirs = make.city(), make.officer(), make.officer(HAIDIAN)
    own, other = add(ours), add(city, point=Point(*ZHONGGUANCUN))

    assert names(site_lists.page(ours, NOTHING, limit=9)) == ["月牙胡同"]
    assert site_lists.numbers(ours, Filters(district=HAIDIAN)).all == 0
    assert site_map.look(theirs, NOTHING, BEIJING).number == 1
    with pytest.raises(NotFound):
        change(ours, other, replace(LANE, point=Point(*ZHONGGUANCUN)))
    with pytest.raises(Invalid, match="在海淀区，不归您管"):
        change(ours, own, replace(LANE, point=Point(*ZHONGGUANCUN)))
    with pytest.raises(Invalid, match="不归您管"):
        add(ours, point=Point(*ZHONGGUANCUN), number="X")


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.HANDLER, Role.PUBLISHER, Role.ADMIN, Role.AUDITOR])
def test_nobody_else_changes_the_list_and_the_auditor_alone_reads_it(make: Make, role: Role) -> None:
    add(make.city())
    person = {Role.INSPECTOR: make.inspector, Role.HANDLER: lambda: make.handler(make.unit())}.get(
        role, lambda: make.person(role)
    )()

    with pytest.raises(NotAllowed):
        add(person, number="DC-0999")
    assert len(site_lists.page(person, NOTHING, limit=5)) == (role is Role.AUDITOR)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filters(), ["东四北大街路口", "月牙胡同", "月牙胡同东段"]),
        (Filters(type="lane"), ["月牙胡同", "月牙胡同东段"]),
        (Filters(street=STREET), ["东四北大街路口"]),
        (Filters(words="胡同"), ["月牙胡同", "月牙胡同东段"]),
        (Filters(words="东 月牙"), ["月牙胡同东段"]),
        (Filters(words="dc-0002"), ["月牙胡同东段"]),
        (Filters(words="100%"), []),
        (Filters(lacking="place"), ["东四北大街路口"]),
        (Filters(lacking="unit"), ["月牙胡同", "月牙胡同东段"]),
        (Filters(lacking="unit", words="东段"), ["月牙胡同东段"]),
        (Filters(district=HAIDIAN), []),
    ],
)
def test_the_list_is_narrowed_down_and_goes_by_name(make: Make, asked: Filters, found: list[str]) -> None:
    city, unit = make.city(), make.unit()
    add(city, number="DC-0001")
    add(city, number="DC-0002", name="月牙胡同东段")
    crossing = {"type_code": "crossing", "name": "东四北大街路口", "street": STREET, "district": DISTRICT}
    add(city, number="DC-0003", point=None, unit=unit.id, **crossing)

    assert names(site_lists.page(city, asked, limit=9)) == found
    assert site_lists.numbers(city, asked).all == len(found)


def test_pages_follow_each_other_without_a_gap_even_among_equal_names(make: Make, checks: MakeChecks) -> None:
    city = make.city()
    for number in range(7):
        checks.site(name="同名胡同" if number < 5 else f"胡同{number}")
    seen: list[Site] = []
    while part := site_lists.page(city, NOTHING, after=seen[-1].id if seen else None, limit=2):
        seen += part

    assert len(seen) == len({site.id for site in seen}) == 7
    assert [(site.name, site.id) for site in seen] == sorted((site.name, site.id) for site in seen)


def test_near_a_point_the_nearest_comes_first_and_what_is_farther_is_left_out(checks: MakeChecks) -> None:
    lat, lng = SPOT
    for north_m in (250, 60, 0, 99, 101):
        checks.site(name=f"{north_m} 米", spot=(lat + north_m / 111_320, lng))

    found = site_lists.near(Point(lat, lng), radius_m=100)

    assert names(one.site for one in found) == ["0 米", "60 米", "99 米"]
    assert [round(one.metres) for one in found] == [0, 60, 99]


@given(
    box=some.tuples(some.floats(39.90, 39.95), some.floats(116.38, 116.45), some.floats(0, 0.05), some.floats(0, 0.08)),
    zoom=some.floats(7, 19),
)
def test_a_map_shows_what_is_in_its_frame_and_says_how_many(
    sqlite_app: Flask, box: tuple[float, float, float, float], zoom: float
) -> None:
    make, checks = Make(sqlite_app), MakeChecks()
    if (city := db.session.scalars(db.select(Person).where(Person.role == Role.CITY)).first()) is None:
        city = make.city()
        for step in range(40):
            checks.site(spot=(39.90 + step * 0.00125, 116.38 + (step * 7 % 40) * 0.00175))
        checks.site(name="没有位置", cell="")
    south, west, height, width = box
    frame = Frame(south, west, south + height, west + width, zoom)

    found = site_map.look(city, NOTHING, frame)

    inside = [
        site.name
        for site in db.session.scalars(db.select(Site).where(Site.cell != ""))
        if south <= site.lat <= frame.north and west <= site.lng <= frame.east
    ]
    assert found.number == len(inside)
    if zoom >= site_map.ONE_BY_ONE_FROM:
        assert sorted(names(found.sites)) == sorted(inside) and not found.cells
    else:
        assert sum(found.cells.values()) == len(inside) and not found.sites


def test_many_in_a_frame_are_counted_in_cells_however_near_it_is(
    make: Make, checks: MakeChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_map, "FEW", 3)
    lat, lng = SPOT
    for step in range(8):
        checks.site(spot=(lat + step * 0.002, lng))
    city = make.city()

    for zoom, cells in ((8.5, 1), (12.0, 2), (16.0, 6)):
        found = site_map.look(city, NOTHING, replace(BEIJING, zoom=zoom))
        assert sum(found.cells.values()) == found.number == 8
        assert len(found.cells) >= cells and not found.sites
