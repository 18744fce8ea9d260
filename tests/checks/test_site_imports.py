"""导入点位: every wrong row is told before anything changes, then all is taken in or none; and files go round."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask

from inspection import jobs
from inspection.checks import site_files, site_imports, sites
from inspection.checks.models import Site
from inspection.checks.site_checking import HEADINGS
from inspection.checks.site_imports import Plan, SiteImport
from inspection.checks.site_lists import NOTHING, Filters
from inspection.checks.sites import Wanted
from inspection.geography import areas
from inspection.geography.points import Datum, Point, distance_m, from_wgs84
from inspection.kernel import audit, queue, reading
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.sheets import Kind
from inspection.people.models import Person, Unit
from inspection.reports.catalogue import site_types
from inspection.web.tools import tools
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, NOW, SPOT, STREET, Make

HEAD = [names[0] for names in HEADINGS.values()]
UNIT = "东四街道综合行政执法队"
LATER = NOW + timedelta(hours=1)


def row(number: str = "DC-0001", **cells: Any) -> list[Any]:
    known = {
        "编号": number, "类型": "背街小巷", "名称": "月牙胡同", "地址": "月牙胡同 5 号", "区": "东城区",
        "街道（乡镇）": "东四街道", "经度": SPOT[1], "纬度": SPOT[0], "坐标系": "WGS-84", "责任单位": "", "备注": "",
    }  # fmt: skip
    return [(known | cells)[name] for name in HEAD]


def as_csv(*rows: Sequence[Any], head: Sequence[Any] = HEAD, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for one in (HEAD, *rows):
        book.active.append(list(one))
    book.save(out)
    return out.getvalue()


def wrongs(plan: Plan) -> list[tuple[int, str, str]]:
    return [(one.row, one.heading, str(one.why)) for one in plan.checked.wrong]


def looked_at(by: Person, data: bytes) -> tuple[SiteImport, Plan]:
    """Look at it and keep it, as the page does."""
    plan = site_imports.look_at(data, by=by)
    assert wrongs(plan) == []
    file = site_imports.new(data, plan, file_name="点位.csv", by=by, now=NOW)
    tools().storage.put_bytes(file.file_key, data)
    with writing():
        site_imports.keep(file, by=db.session.get_one(Person, by.id))
    return file, plan


def take_in(by: Person, data: bytes, *, now: Any = LATER) -> Plan:
    file, plan = looked_at(by, data)
    with writing():
        kept, by = db.session.get_one(SiteImport, file.id), db.session.get_one(Person, by.id)
        site_imports.take_in(kept, plan.checked, by=by, now=now)
    return plan


def every() -> list[tuple[Any, ...]]:
    found = db.session.scalars(db.select(Site).order_by(Site.district_code, Site.number))
    return [
        (one.district_code, one.number, one.type_code, one.name, one.address, one.street_code, one.lat, one.lng,
         one.cell, one.unit_id, one.note, one.active, one.changed_at)
        for one in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [as_csv(row()), as_csv(row(), encoding="gb18030"), as_xlsx(row())], ids=["utf-8", "gb18030", "xlsx"]
)
def test_every_kind_of_file_makes_the_same_site(
    make: Make, events: Callable[..., list[AuditEvent]], data: bytes
) -> None:
    take_in(make.city(), data)

    site = db.session.scalars(db.select(Site)).one()
    assert (site.number, site.type_code, site.name, site.address) == (
        "DC-0001", "lane", "月牙胡同", "月牙胡同 5 号",
    )  # fmt: skip
    assert (site.district_code, site.street_code, site.lat, site.lng) == (DISTRICT, STREET, *SPOT)
    assert site.cell and site.active and site.changed_at == LATER
    names = [event.name for event in events("site")]
    assert names == ["sites.import_looked_at", "sites.imported", "site.added"]
    assert audit.verify().problems == ()


@pytest.mark.parametrize(
    ("cells", "heading", "why"),
    [
        ({"编号": ""}, "编号", "不能空着。"),
        ({"名称": ""}, "名称", "不能空着。"),
        ({"类型": "火山"}, "类型", "没有“火山”这种点位。"),
        ({"区": "浦东"}, "区", "没有“浦东”这个区。"),
        ({"区": "海淀区", "街道（乡镇）": ""}, "区", "按位置在东城区，不在海淀区，请改位置或者改区。"),
        ({"街道（乡镇）": "中关村街道"}, "街道（乡镇）", "这个区没有“中关村街道”。"),
        ({"责任单位": "某公司"}, "责任单位", "这个区没有单位“某公司”，请先在系统里建好。"),
        ({"经度": ""}, "纬度", "经度和纬度要一起写，都是小数。"),
        ({"经度": "东经116"}, "纬度", "经度和纬度要一起写，都是小数。"),
        ({"经度": SPOT[0], "纬度": SPOT[1]}, "纬度", "纬度和经度写反了：北京的纬度约 40，经度约 116"),
        ({"经度": 121.47, "纬度": 31.23}, "纬度", "这个位置不在北京市内，请检查经纬度和坐标系。"),
        ({"坐标系": ""}, "坐标系", "写明坐标系：WGS-84、CGCS2000、GCJ-02、BD-09。"),
        ({"坐标系": "北京54"}, "坐标系", "写明坐标系：WGS-84、CGCS2000、GCJ-02、BD-09。"),
        ({"名称": "=1+1"}, "名称", "是公式，请粘贴成数值再交。"),
        ({"备注": "长" * 501}, "备注", "太长，最多 500 个字。"),
        ({"名称": "（示例，请删掉）月牙胡同"}, "名称", "这是示例，请删掉这一行。"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(make: Make, cells: dict[str, Any], heading: str, why: str) -> None:
    plan = site_imports.look_at(as_csv(row("DC-0009"), row(**cells)), by=make.city())

    assert wrongs(plan) == [(3, heading, why)]
    assert plan.steps == [] and every() == []


def test_the_same_number_twice_in_a_file_is_told(make: Make) -> None:
    plan = site_imports.look_at(as_csv(row(), row("DC-0002"), row()), by=make.city())

    assert wrongs(plan) == [(4, "编号", "和第 2 行的编号相同。")]


@pytest.mark.parametrize("datum", Datum)
def test_a_position_is_brought_into_wgs84_from_its_own_datum(make: Make, datum: Datum) -> None:
    lat, lng = from_wgs84(Point(*SPOT), datum)
    names = {Datum.WGS84: "GPS", Datum.CGCS2000: "天地图", Datum.GCJ02: "高德", Datum.BD09: "百度"}

    take_in(make.city(), as_csv(row(经度=lng, 纬度=lat, 坐标系=names[datum])))

    site = db.session.scalars(db.select(Site)).one()
    assert distance_m(Point(site.lat, site.lng), Point(*SPOT)) < 1


def test_a_row_of_a_known_number_changes_what_it_says_and_nothing_else(
    make: Make, checks: MakeChecks, events: Callable[..., list[AuditEvent]]
) -> None:
    unit = make.unit()
    checks.site(name="月牙胡同", address="西口", note="旧", unit=unit)
    kept = checks.site(name="别的胡同")
    head = ["编号", "类型", "名称", "区", "备注"]

    plan = take_in(make.city(), as_csv(["DC-0001", "背街小巷", "月牙胡同东段", "东城", ""], head=head))

    assert [(step.values, step.site is not None) for step in plan.steps] == [
        ({"name": "月牙胡同东段", "note": ""}, True)
    ]
    site = db.session.scalars(db.select(Site).where(Site.number == "DC-0001")).one()
    assert (site.name, site.note, site.address, site.unit_id) == ("月牙胡同东段", "", "西口", unit.id)
    assert (site.lat, site.lng) == SPOT and site.cell
    assert db.session.get_one(Site, kept.id).changed_at == NOW
    assert [event.data for event in events("site.changed")] == ['{"name":"月牙胡同东段","note":""}']


def test_a_position_that_is_left_empty_leaves_the_known_one_and_a_new_site_stands_at_its_street(
    make: Make, checks: MakeChecks
) -> None:
    checks.site()
    nowhere = {"经度": "", "纬度": "", "坐标系": ""}

    take_in(make.city(), as_csv(row(**nowhere), row("DC-0002", **nowhere)))

    known, new = db.session.scalars(db.select(Site).order_by(Site.number))
    assert (known.lat, known.lng) == SPOT and known.cell
    seat = areas.atlas().street(STREET).seat
    assert seat and new.cell == "" and distance_m(Point(new.lat, new.lng), seat) < 1


def test_a_district_takes_in_its_own_only(make: Make) -> None:
    plan = site_imports.look_at(
        as_csv(row(), row("HD-1", 区="海淀区", **{"街道（乡镇）": "", "经度": "", "纬度": ""})), by=make.officer()
    )

    assert wrongs(plan) == [(3, "区", "海淀区的点位不归您管。")]
    take_in(make.officer(), as_csv(row()))
    assert [one[1] for one in every()] == ["DC-0001"]


@pytest.mark.parametrize("role", ["inspector", "publisher"])
def test_nobody_else_takes_lists_in(make: Make, role: str) -> None:
    with pytest.raises(NotAllowed):
        site_imports.look_at(as_csv(row()), by=getattr(make, role)())


@pytest.mark.parametrize("meanwhile", ["entered", "changed"])
def test_what_was_looked_at_is_done_or_nothing_is(make: Make, checks: MakeChecks, meanwhile: str) -> None:
    city, there = make.city(), checks.site()
    file, plan = looked_at(city, as_csv(row(名称="改过的"), row("DC-0002"), row("DC-0003")))
    with writing():
        by = db.session.get_one(Person, city.id)
        if meanwhile == "entered":
            sites.add(Wanted("DC-0003", "lane", "抢先的", point=Point(*SPOT)), by=by, now=NOW)
        else:
            seen = sites.version(db.session.get_one(Site, there.id))
            sites.retire(there.id, by=by, now=LATER, seen=seen)
    before = every()

    with pytest.raises(Conflict, match="一处也没有导入"), writing():
        kept, by = db.session.get_one(SiteImport, file.id), db.session.get_one(Person, city.id)
        site_imports.take_in(kept, plan.checked, by=by, now=LATER)

    assert every() == before
    assert db.session.get_one(SiteImport, file.id).imported_at is None


def test_a_file_is_taken_in_once(make: Make) -> None:
    city = make.city()
    file, plan = looked_at(city, as_csv(row()))
    for again in (False, True):
        if again:
            with pytest.raises(Conflict, match="已经导入过"), writing():
                _take(file, plan, city)
        else:
            with writing():
                _take(file, plan, city)
    assert len(every()) == 1


def _take(file: SiteImport, plan: Plan, by: Person) -> None:
    kept, by = db.session.get_one(SiteImport, file.id), db.session.get_one(Person, by.id)
    site_imports.take_in(kept, plan.checked, by=by, now=LATER)


def run_jobs() -> None:
    queue.work_off(jobs.functions(tools()), lease=timedelta(minutes=5), now=lambda: LATER)


@pytest.mark.parametrize("overtaken", [False, True])
def test_a_long_file_is_the_workers_and_ends_whole_or_with_nothing(make: Make, overtaken: bool) -> None:
    city = make.city()
    file, _plan = looked_at(city, as_csv(row(), row("DC-0002")))
    with writing():
        kept, by = db.session.get_one(SiteImport, file.id), db.session.get_one(Person, city.id)
        site_imports.ask(kept, by=by, now=NOW)
        site_imports.ask(kept, by=by, now=NOW)
        if overtaken:
            sites.add(Wanted("DC-0002", "lane", "抢先的", point=Point(*SPOT)), by=by, now=NOW)

    run_jobs()
    site_imports.work_off(file.id, storage=tools().storage, now=lambda: LATER)

    kept = db.session.get_one(SiteImport, file.id)
    assert [one[3] for one in every()] == (["抢先的"] if overtaken else ["月牙胡同", "月牙胡同"])
    assert (kept.imported_at is None, kept.refused_at is None) == (overtaken, not overtaken)


def test_whoever_lost_their_account_takes_nothing_in_any_more(make: Make) -> None:
    city = make.city()
    file, _plan = looked_at(city, as_csv(row()))
    with writing():
        by = db.session.get_one(Person, city.id)
        site_imports.ask(db.session.get_one(SiteImport, file.id), by=by, now=NOW)
        by.disabled_at = NOW

    run_jobs()

    assert every() == [] and db.session.get_one(SiteImport, file.id).refused_at


def test_our_own_numbers_go_on_behind_those_that_came_in(make: Make) -> None:
    city = make.city()
    take_in(city, as_csv(row("DC-0041"), row("DC-0007")))

    with writing():
        by = db.session.get_one(Person, city.id)
        added = sites.add(Wanted("", "lane", "新胡同", point=Point(*SPOT)), by=by, now=NOW)
    assert added.number == "DC-0042"


@pytest.mark.parametrize("kind", Kind)
def test_a_file_that_goes_out_comes_back_without_a_change(make: Make, checks: MakeChecks, kind: Kind) -> None:
    city, unit = make.city(), make.unit()
    checks.site(unit=unit, note="=SUM(A1)", name="+1 号院")
    checks.site(name='"引号", 逗号', address="'单引号", spot=(39.912345, 116.401234))
    checks.site(name="没有位置", cell="")
    for code, (_chinese, _english) in site_types().items():
        checks.site(type_code=code)
    for number, district in enumerate(areas.atlas().districts):
        for street in areas.atlas().streets(district.code):
            more = {"district_code": district.code, "street_code": street.code, "cell": ""}
            seat = street.seat or Point(*SPOT)
            checks.site(**more, spot=(round(seat.lat, 6), round(seat.lng, 6)), number=f"{number}-{street.code}")
    before = every()

    out, rows = site_files.made(kind, NOTHING, by=city)
    plan = site_imports.look_at(out.read(), by=city)

    assert wrongs(plan) == []
    assert rows == len(before) == len(plan.steps) > 300
    assert [(step.line.number, step.values) for step in plan.steps if step.values or step.site is None] == []


def test_a_file_holds_what_its_owner_may_see_and_runs_nothing(make: Make, checks: MakeChecks) -> None:
    checks.site(name="=HYPERLINK(1)")
    checks.site(name="别区的", district_code="110108", street_code=None)

    out, rows = site_files.made(Kind.XLSX, Filters(), by=make.officer())

    [head, line] = openpyxl.load_workbook(out).active.iter_rows()
    assert rows == 1 and [cell.value for cell in head] == HEAD
    assert (line[2].value, line[2].data_type) == ("=HYPERLINK(1)", "s")
    text = site_files.made(Kind.CSV, Filters(), by=make.officer())[0].read().decode("utf-8-sig")
    assert ",'=HYPERLINK(1)," in text and "别区的" not in text


def test_the_file_to_fill_in_has_the_headings_an_example_and_the_types_and_is_not_taken_in_as_it_is(
    make: Make,
) -> None:
    data = site_files.template().read()

    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [cell.value for cell in book.worksheets[0][1]] == HEAD
    names = [chinese for chinese, _english in site_types().values()]
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == names
    plan = site_imports.look_at(data, by=make.city())
    assert wrongs(plan) == [(2, "名称", "这是示例，请删掉这一行。")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", "编号,类型\n".encode()])
def test_what_is_no_list_of_sites_is_refused(make: Make, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        site_imports.look_at(data, by=make.city())

    assert refused.value.field == reading.FIELD


def test_units_are_known_by_their_name_in_their_own_district(make: Make, app: Flask) -> None:
    unit = make.unit()
    with writing():
        db.session.get_one(Unit, unit.id).name = UNIT

    take_in(make.city(), as_csv(row(责任单位=UNIT)))

    assert db.session.scalars(db.select(Site)).one().unit_id == unit.id
