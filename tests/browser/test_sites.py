"""The list of sites in Chromium: a file with a wrong row, mended and taken in; a pin moved by the keyboard; axe."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.checks.models import Site
from inspection.checks.site_checking import HEADINGS
from inspection.geography import points
from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from tests.browser.conftest import DESK, PHONE, People, Visitor
from tests.browser.test_desk import axed, look
from tests.checks.make_checks import MakeChecks
from tests.make import SPOT

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]
HEAD = [names[0] for names in HEADINGS.values()]


def table(*rows: list[object]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode("gb18030")


def row(number: int, kind: str = "背街小巷") -> list[object]:
    lng, lat = SPOT[1] + 0.001 * number, SPOT[0]
    return [f"L-{number}", kind, f"导入胡同{number}", "", "东城区", "", f"{lng:.6f}", lat, "WGS-84", "", ""]


@pytest.fixture
def site(server: Server, people: tuple[Path, People]) -> Site:
    """A lane in 东四 street; made once."""
    with server().app_context():
        found = db.session.scalars(db.select(Site).where(Site.number == "DC-7001")).first()
        made = found or MakeChecks().site(number="DC-7001", name="移动胡同", street_code=None)
        db.session.refresh(made)
        db.session.expunge(made)
        db.session.remove()
        return made


def at(visitor: Visitor, phone: str, path: str) -> Page:
    visitor.sign_in(phone)
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    visitor.page.goto(f"{visitor.address}{path}")
    return visitor.page


def drawn(page: Page) -> None:
    """Wait until the server's answer is on the map."""
    expect(page.locator("[data-sitemap] [data-said]")).to_contain_text("处点位")
    expect(page.locator(".canvas[data-busy]")).to_have_count(0)


def test_a_file_with_a_wrong_row_is_mended_and_taken_in(
    people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    officer = visitor()
    page = at(officer, people[1]["district"], "/desk/sites/import")

    def hand_in(data: bytes) -> None:
        page.locator("input[type=file]").set_input_files({"name": "点位.csv", "mimeType": "text/csv", "buffer": data})
        page.get_by_role("button", name="核对，先不导入").click()

    hand_in(table(row(1), row(2, "火山")))
    expect(page.get_by_role("heading", name="有 1 处要改，一处也没有导入")).to_be_visible()
    expect(page.get_by_text("没有“火山”这种点位。")).to_be_visible()
    assert [one for one in officer.problems if not one.startswith("422") and "422" not in one] == []
    officer.problems.clear()
    hand_in(table(row(1), row(2)))
    expect(page.get_by_role("heading", name="可以导入：新增 2 处，更新 0 处，不变 0 处")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="导入这 2 处").click()
    expect(page.get_by_text("已导入：新增 2 处，更新 0 处")).to_be_visible()

    page.goto(f"{officer.address}/desk/sites?words=导入胡同")
    expect(page.locator(".listed td a")).to_have_text(["导入胡同1", "导入胡同2"])
    assert officer.problems == []


def test_a_pin_is_moved_by_the_keyboard_and_the_fields_follow(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], site: Site
) -> None:
    officer = visitor()
    page = at(officer, people[1]["district"], f"/desk/sites/{site.id}/edit")
    said = page.locator("[data-pin] [data-said]")
    expect(said).to_have_text("在东城区")
    before = float(page.get_by_label("纬度").input_value()), float(page.get_by_label("经度").input_value())

    page.get_by_role("button", name="点位的位置").focus()
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("[data-nearest] button")).to_have_count(3)
    page.locator("[data-nearest] button").first.click()
    after = float(page.get_by_label("纬度").input_value()), float(page.get_by_label("经度").input_value())
    assert look(page, lambda: expect(said).to_have_text("在东城区")) == []
    page.get_by_role("button", name="存下").click()

    page.wait_for_url(f"**/desk/sites/{site.id}")
    assert abs((after[0] - before[0]) * 111_320 - 10) < 0.2
    assert abs((after[1] - before[1]) * 85_365 - 50) < 0.2
    with server().app_context():
        kept = db.session.get_one(Site, site.id)
        assert (kept.lat, kept.lng) == after and kept.street_code == "110101006"
        assert kept.cell == points.cell(Point(*after))
        db.session.remove()
    expect(page.get_by_text("东四街道", exact=True)).to_be_visible()
    assert look(page) == []
    assert officer.problems == []


def test_a_new_site_is_set_by_a_tap_or_by_typed_coordinates_of_another_datum(
    people: tuple[Path, People], visitor: Callable[..., Visitor], site: Site
) -> None:
    city = visitor(phone=True)
    page = at(city, people[1]["city"], "/desk/sites/new")
    said = page.locator("[data-pin] [data-said]")

    page.get_by_role("button", name="把图钉放到图中间").click()
    expect(said).to_contain_text("在")
    expect(page.get_by_role("button", name="点位的位置")).to_be_focused()
    page.get_by_label("坐标系").select_option("gcj02")
    page.get_by_label("纬度").fill("39.930301")
    page.get_by_label("经度").fill("116.424042")
    page.get_by_label("经度").blur()
    expect(said).to_have_text("在东城区")
    expect(page.get_by_label("区", exact=True)).to_have_value("110101")
    expect(page.locator("[data-near]")).to_contain_text("移动胡同")
    page.get_by_label("名称").fill("手机上加的胡同")
    page.get_by_label("类型").select_option("lane")
    assert axed(page) == []
    page.get_by_role("button", name="存下").click()

    expect(page.get_by_role("heading", name="手机上加的胡同")).to_be_visible()
    expect(page.get_by_text("WGS-84")).to_contain_text("纬度 39.92")
    assert city.problems == []


def test_the_list_and_its_map_go_together_and_a_site_is_reached_from_the_map(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], site: Site
) -> None:
    with server().app_context():
        checks = MakeChecks()
        for number in range(30):
            spot = (SPOT[0] + 0.0004 * (number % 6) - 0.005, SPOT[1] + 0.0006 * (number // 6))
            checks.site(number=f"M-{number}", name=f"成片胡同{number:02}", spot=spot)
        db.session.remove()
    officer = visitor()
    page = at(officer, people[1]["district"], "/desk/sites?words=移动胡同")
    drawn(page)

    expect(page.locator("[data-sitemap] [data-said]")).to_have_text("图上 1 处点位")
    page.locator(".canvas").scroll_into_view_if_needed()
    click_the_only_one(page)
    page.locator(".leaflet-popup a").click()
    expect(page.get_by_role("heading", name="移动胡同")).to_be_visible()

    page.goto(f"{officer.address}/desk/sites")
    drawn(page)
    assert look(page, lambda: drawn(page)) == []
    page.set_viewport_size(PHONE)
    listed, shown = (page.locator(one).bounding_box() for one in (".listed", "[data-sitemap]"))
    assert listed and shown and shown["y"] >= listed["y"] + listed["height"]
    page.set_viewport_size(DESK)
    assert officer.problems == []


def click_the_only_one(page: Page) -> None:
    """Click where the one site lies: the canvas holds it in no element."""
    place = page.evaluate(
        """async () => {
          const box = document.querySelector(".canvas");
          const canvas = box.querySelector("canvas");
          const { width, height } = canvas;
          const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          let [x, y, n] = [0, 0, 0];
          for (let at = 0; at < width * height; at += 1) {
            if (pixels[4 * at + 3] < 255) continue;
            x += at % width; y += Math.floor(at / width); n += 1;
          }
          const { left, top, width: shown } = canvas.getBoundingClientRect();
          const scale = shown / width;
          return { x: left + (x / n) * scale, y: top + (y / n) * scale };
        }"""
    )
    page.mouse.click(place["x"], place["y"])


def test_without_scripts_the_list_and_the_typed_coordinates_are_enough(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    officer = visitor(scripts=False)
    page = at(officer, people[1]["district"], "/desk/sites/new")

    page.get_by_label("名称").fill("没有脚本的胡同")
    page.get_by_label("类型").select_option("lane")
    page.get_by_label("纬度").fill("39.9290")
    page.get_by_label("经度").fill("116.4170")
    page.get_by_role("button", name="存下").click()

    expect(page.get_by_role("heading", name="没有脚本的胡同")).to_be_visible()
    with server().app_context(), writing():
        added = db.session.scalars(db.select(Site).where(Site.name == "没有脚本的胡同")).one()
        assert added.district_code == "110101" and added.number.startswith("DC-")
