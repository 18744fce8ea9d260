"""点位 on the desk: the list with its map, one site, the form, the files; what another district has is not there."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import openpyxl
import pytest

from inspection.checks import site_imports
from inspection.checks.models import Site
from inspection.checks.site_checking import HEADINGS
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, SPOT, STREET, Make, jpeg
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
HAIDIAN = {"district_code": "110108", "street_code": None, "spot": (39.9836, 116.3164), "name": "中关村大街"}
BOX = {"box": "39.4,115.4,41.1,117.6", "zoom": "12"}
FORM = {
    "name": "月牙胡同", "type": "lane", "number": "DC-0412", "address": "", "district": "", "street": "",
    "lat": str(SPOT[0]), "lng": str(SPOT[1]), "datum": "wgs84", "unit": "", "note": "",
}  # fmt: skip


@pytest.fixture
def checks() -> MakeChecks:
    return MakeChecks()


def words(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


def listed(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<tr><td><a href="[^"]+">([^<]+)</a>', page)]


def only() -> Site:
    db.session.expire_all()
    return db.session.scalars(db.select(Site)).one()


def test_the_list_says_what_there_is_and_what_lacks_something(make: Make, browser: Open, checks: MakeChecks) -> None:
    checks.site(unit=make.unit())
    checks.site(cell="")
    checks.site(active=False)
    city = browser(make.city())

    page = city.page("/desk/sites")

    assert listed(page) == ["东四1条", "东四2条"]
    assert "共 2 处 · 没有标位置 1 处 · 没有责任单位 1 处" in page
    assert listed(city.page("/desk/sites?lacking=place")) == ["东四2条"]
    assert listed(city.page("/desk/sites?show=retired")) == ["东四3条"]
    assert listed(city.page("/desk/sites?words=dc-0001&type=lane&district=110101")) == ["东四1条"]
    assert "没有符合条件的点位" in city.page("/desk/sites?words=西单")


@pytest.mark.parametrize("query", ["type=Lane", "district=../x", "after=x", "words=" + "长" * 81])
def test_an_address_that_cannot_be_read_is_said_to_be_so(make: Make, browser: Open, query: str) -> None:
    answer = browser(make.city()).get(f"/desk/sites?{query}")

    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_a_long_list_goes_page_by_page(
    make: Make, browser: Open, checks: MakeChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.desk.sites.PAGE", 2)
    for _ in range(5):
        checks.site()
    city, url, seen = browser(make.city()), "/desk/sites?type=lane", []
    while url:
        page = city.page(url)
        seen += listed(page)
        further = re.search(r'href="([^"]+)" rel="next"', page)
        url = unescape(further[1]) if further else ""

    assert seen == [f"东四{number}条" for number in range(1, 6)]


def test_the_map_asks_for_its_frame_with_the_same_filters(make: Make, browser: Open, checks: MakeChecks) -> None:
    checks.site()
    checks.site(type_code="crossing", spot=(39.95, 116.45))
    city = browser(make.city())

    near = city.get("/desk/sites/map.json", query_string=BOX | {"type": "lane"}).get_json()
    far = city.get("/desk/sites/map.json", query_string=BOX | {"zoom": "8"}).get_json()
    beside = city.get("/desk/sites/map.json", query_string=BOX | {"box": "39.4,115.4,39.5,115.5"}).get_json()

    assert [one["name"] for one in near["sites"]] == ["东四1条"] and near["cells"] == []
    assert sum(cell["n"] for cell in far["cells"]) == 2 and far["sites"] == []
    assert beside == {"said": "这一片没有点位", "cells": [], "sites": []}


def test_another_districts_site_looks_like_one_that_does_not_exist(
    make: Make, browser: Open, checks: MakeChecks
) -> None:
    theirs, officer = checks.site(**HAIDIAN), browser(make.officer())
    plain = re.compile(r"[0-9a-f]{12}(?=</span>)|name=\"csrf_token\" value=\"[^\"]+\"")

    assert listed(officer.page("/desk/sites")) == []
    for path, method in (("", "get"), ("/edit", "get"), ("/edit", "post"), ("/use", "post"), ("/picture", "post")):
        answers = [
            officer.get(f"/desk/sites/{one}{path}")
            if method == "get"
            else officer.send(f"/desk/sites/{one}{path}", FORM)
            for one in (theirs.id, uuid.uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert plain.sub("", answers[0].text) == plain.sub("", answers[1].text)
    assert officer.get("/desk/sites/map.json", query_string=BOX).get_json()["sites"] == []


def test_a_site_is_added_changed_and_shown(make: Make, browser: Open) -> None:
    unit, officer = make.unit(), browser(make.officer())

    added = officer.send("/desk/sites/new", FORM, page="/desk/sites/new")
    site = only()
    assert added.location == f"/desk/sites/{site.id}"
    edit = f"/desk/sites/{site.id}/edit"
    seen = re.search(r'name="seen" value="([^"]+)"', officer.page(edit))
    assert seen
    more = {"street": STREET, "unit": str(unit.id), "note": "两头\n都有门", "seen": seen[1]}
    changed = officer.send(edit, FORM | more, page=edit)

    assert changed.status_code == 303
    page = words(officer.page(f"/desk/sites/{site.id}"))
    assert "两头 都有门" in page and unit.name in page and "东四街道" in page and "39.928900" in page


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"name": " "}, "name", "请写名称。"),
        ({"type": ""}, "type", "请选类型。"),
        ({"lat": "四十"}, "lat", "经度和纬度要一起写，都是小数。"),
        ({"lat": "", "lng": "", "district": ""}, "lat", "请在地图上标出位置，或者先选区。"),
        ({"lat": "31.2", "lng": "121.5"}, "lat", "这个位置不在北京市内，请检查经纬度和坐标系。"),
        ({"unit": "x"}, "unit", "请选这个区的单位。"),
    ],
)
def test_a_refused_form_names_the_field_and_keeps_what_was_typed(
    make: Make, browser: Open, given: dict[str, str], field: str, why: str
) -> None:
    answer = browser(make.city()).send("/desk/sites/new", FORM | {"note": "记着的话"} | given, page="/desk/sites/new")

    assert answer.status_code == 422
    assert re.search(rf'id="{field}-wrong">{why}<', answer.text)
    assert 'value="记着的话"' in answer.text and 'value="DC-0412"' in answer.text


def test_whoever_comes_second_sees_what_the_first_wrote_and_keeps_their_own(
    make: Make, browser: Open, checks: MakeChecks
) -> None:
    site, city = checks.site(), browser(make.city())
    edit = f"/desk/sites/{site.id}/edit"
    seen = re.search(r'name="seen" value="([^"]+)"', city.page(edit))
    assert seen
    ours = FORM | {"district": DISTRICT, "street": STREET}
    assert city.send(edit, ours | {"name": "先来的", "seen": seen[1]}, page=edit).status_code == 303

    late = city.send(edit, ours | {"name": "后到的", "seen": seen[1]}, page=edit)
    again = re.search(r'name="seen" value="([^"]+)"', late.text)

    assert late.status_code == 409 and 'value="后到的"' in late.text
    assert "刚才已有别人改过这个点位" in late.text and "现在是：名称：先来的。" in late.text
    assert again and city.send(edit, ours | {"name": "后到的", "seen": again[1]}, page=edit).status_code == 303
    assert only().name == "后到的"


def test_what_is_known_of_a_point_comes_with_its_streets_units_and_what_is_near(
    make: Make, browser: Open, checks: MakeChecks
) -> None:
    unit, site, officer = make.unit(), checks.site(), browser(make.officer())
    here = {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84"}

    known = officer.get("/desk/sites/place.json", query_string=here).get_json()
    besides = officer.get("/desk/sites/place.json", query_string=here | {"site": site.id}).get_json()
    theirs = officer.get("/desk/sites/place.json", query_string=here | {"lat": 39.9836, "lng": 116.3164}).get_json()
    abroad = officer.get("/desk/sites/place.json", query_string=here | {"lat": 10}).get_json()

    assert (known["district"], known["said"]) == (DISTRICT, "在东城区")
    assert known["nearest"][0]["name"] == "东四街道" and len(known["nearest"]) == 3
    assert {"code": str(unit.id), "name": unit.name} in known["units"]
    assert [one["name"] for one in known["near"]] == [site.name] and besides["near"] == []
    assert theirs["said"] == "在海淀区，不归您管" and theirs["units"] == []
    assert abroad == {"wrong": "这个位置不在北京市内，请检查经纬度和坐标系。"}


def test_it_goes_out_of_use_and_back(make: Make, browser: Open, checks: MakeChecks) -> None:
    site, officer = checks.site(), browser(make.officer())
    url = f"/desk/sites/{site.id}"
    for active in ("no", "yes"):
        seen = re.search(r'name="seen" value="([^"]+)"', officer.page(url))
        assert seen
        assert officer.send(f"{url}/use", {"active": active, "seen": seen[1]}, page=url).status_code == 303
        assert only().active is (active == "yes")
        assert ("已停用" in officer.page(url)) is (active == "no")


def test_its_picture_is_a_copy_that_whoever_may_see_the_site_sees(
    make: Make, browser: Open, checks: MakeChecks
) -> None:
    site, people = checks.site(), {"own": make.officer(), "other": make.officer("110108"), "city": make.city()}
    people |= {"handler": make.handler(make.unit()), "inspector": make.inspector()}
    url, own = f"/desk/sites/{site.id}", browser(people["own"])
    seen = re.search(r'name="seen" value="([^"]+)"', own.page(url))
    assert seen
    shown = {"seen": seen[1], "photo": (io.BytesIO(jpeg(5, (640, 480))), "a.jpg")}

    assert own.send(f"{url}/picture", shown, page=url).status_code == 303
    assert "正在做显示用的副本" in own.page(url)
    work()

    picture = re.search(r'src="(/pictures/[^"]+)"', own.page(url))
    assert picture
    statuses = {name: browser(person).get(picture[1]).status_code for name, person in people.items()}
    assert statuses == {"own": 200, "other": 404, "city": 200, "handler": 404, "inspector": 404}


def test_what_is_no_picture_is_refused_at_its_field(make: Make, browser: Open, checks: MakeChecks) -> None:
    site, city = checks.site(), browser(make.city())
    url = f"/desk/sites/{site.id}"

    answer = city.send(f"{url}/picture", {"seen": "", "photo": (io.BytesIO(b"GIF89a"), "a.jpg")}, page=url)

    assert answer.status_code in {415, 422} and 'id="photo-wrong"' in answer.text
    assert only().photo_id is None


def as_xlsx(*rows: list[object]) -> tuple[io.BytesIO, str]:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for one in ([names[0] for names in HEADINGS.values()], *rows):
        book.active.append(one)
    book.save(out)
    out.seek(0)
    return out, "点位.xlsx"


ROW: list[object] = ["DC-0001", "背街小巷", "月牙胡同", "", "东城区", "", SPOT[1], SPOT[0], "WGS-84", "", ""]


def test_a_list_is_looked_at_and_then_taken_in(make: Make, browser: Open, checks: MakeChecks) -> None:
    checks.site()
    officer = browser(make.officer())

    looked = officer.send(
        "/desk/sites/import", {"file": as_xlsx(ROW, ["DC-0002", *ROW[1:]])}, page="/desk/sites/import"
    )
    assert "可以导入：新增 1 处，更新 1 处，不变 0 处" in looked.text
    assert "名称：东四1条 → 月牙胡同" in unescape(looked.text)
    ready = re.search(r'action="(/desk/sites/imports/[^"]+)"', looked.text)
    assert ready
    done = officer.send(ready[1], page="/desk/sites/import")

    assert "已导入：新增 1 处，更新 1 处" in officer.page(done.location)
    assert listed(officer.page("/desk/sites")) == ["月牙胡同", "月牙胡同"]


def test_a_wrong_row_is_told_and_nothing_is_taken_in(make: Make, browser: Open) -> None:
    wrong = [*ROW[:1], "火山", *ROW[2:]]

    answer = browser(make.city()).send("/desk/sites/import", {"file": as_xlsx(ROW, wrong)}, page="/desk/sites/import")

    assert answer.status_code == 422
    assert "有 1 处要改，一处也没有导入" in answer.text
    assert "没有“火山”这种点位。" in unescape(answer.text)
    assert db.session.scalars(db.select(Site)).all() == []


def test_a_long_list_is_given_to_the_worker_and_the_page_looks_again(
    make: Make, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_imports, "AT_ONCE", 0)
    city = browser(make.city())
    looked = city.send("/desk/sites/import", {"file": as_xlsx(ROW)}, page="/desk/sites/import")
    ready = re.search(r'action="(/desk/sites/imports/[^"]+)"', looked.text)
    assert ready

    waiting = city.page(city.send(ready[1], page="/desk/sites/import").location)
    assert "排队中" in waiting and 'http-equiv="refresh"' in waiting
    work()

    after = city.page(f"/desk/sites/import?done={ready[1].rpartition('/')[2]}")
    assert "已导入：新增 1 处，更新 0 处" in after and 'http-equiv="refresh"' not in after


def test_anothers_file_is_not_there(make: Make, browser: Open) -> None:
    looked = browser(make.city()).send("/desk/sites/import", {"file": as_xlsx(ROW)}, page="/desk/sites/import")
    ready = re.search(r'action="(/desk/sites/imports/[^"]+)"', looked.text)
    assert ready

    assert browser(make.city()).send(ready[1], page="/desk/sites/import").status_code == 404


def test_the_list_goes_out_as_files_and_the_template_too(make: Make, browser: Open, checks: MakeChecks) -> None:
    checks.site()
    checks.site(**HAIDIAN)
    auditor = browser(make.person(Role.AUDITOR))

    for kind in ("xlsx", "csv"):
        sent = auditor.send("/desk/sites/exports?district=110101", {"kind": kind}, page="/desk/sites")
        assert sent.status_code == 200 and f".{kind}" in sent.headers["Content-Disposition"]
    assert "东四1条" in sent.text and "中关村" not in sent.text
    assert browser(make.officer()).get("/desk/sites/template.xlsx").status_code == 200
    assert "导入" not in words(auditor.page("/desk/sites"))


def test_the_district_sees_the_same_list_whether_a_visit_is_planned_or_not(
    make: Make, browser: Open, checks: MakeChecks
) -> None:
    site, city, inspector = checks.site(), make.city(), make.inspector()
    plan, officer = checks.plan(city, checks.checklist()), browser(make.officer())
    pages = ("/desk/sites", f"/desk/sites/{site.id}", "/desk/sites/map.json?box=39.4,115.4,41.1,117.6&zoom=12")
    strip = re.compile(r'name="csrf_token" value="[^"]+"')
    before = [strip.sub("", officer.page(url)) for url in pages]

    checks.visit(plan, site, inspector, opens_at=now() + timedelta(days=1))

    assert [strip.sub("", officer.page(url)) for url in pages] == before
    with writing():
        assert db.session.get_one(Person, inspector.id)
