"""Training and people in Chromium: a lesson passed on a phone; a list with a wrong row mended, sheets printed; axe."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.training import passing
from inspection.training.models import Lesson
from tests.browser.conftest import People, Visitor
from tests.browser.test_desk import axed, look
from tests.roster.rows import HEAD, row

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]
Visit = Callable[..., Visitor]
SECRECY = "starter.secrecy"


@pytest.fixture
def needed(server: Server, people: tuple[Path, People]) -> Iterator[None]:
    """One lesson of the starter set is needed, and after the test none."""
    with server().app_context():
        _set(True)
        yield
        _set(False)
        db.session.remove()


def _set(needed: bool) -> None:
    with writing():
        db.session.scalars(db.select(Lesson).where(Lesson.key == SECRECY)).one().needed = needed


def at(visitor: Visitor, phone: str, path: str) -> Page:
    visitor.sign_in(phone)
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    visitor.page.goto(f"{visitor.address}{path}")
    return visitor.page


def press(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).click()


def choose(page: Page, *answers: str) -> None:
    for answer in answers:
        page.get_by_label(answer).check()


def table(*rows: dict[str, Any]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[HEAD[code] for code in rows[0]], *(one.values() for one in rows)])
    return out.getvalue().encode("gb18030")


def test_an_inspector_learns_fails_once_and_passes(
    server: Server, people: tuple[Path, People], visitor: Visit, needed: None
) -> None:
    phone = people[1]["inspector"]
    mine = visitor(phone=True)
    page = at(mine, phone, "/phone/lessons")

    expect(page.get_by_text("还有 1 课，学完才去暗访")).to_be_visible()
    assert axed(page) == []
    page.get_by_role("link", name="去哪儿，谁都不说").click()
    expect(page.get_by_role("heading", name="只有您知道")).to_be_visible()
    assert axed(page) == []
    press(page, "下一页")
    press(page, "下一页")
    press(page, "看完了，答题")
    assert axed(page) == []
    choose(page, "只告诉老伴")
    press(page, "下一题")
    choose(page, "不能，什么时候都不发")
    press(page, "下一题")
    choose(page, "点“去不了”")
    press(page, "答完了，看结果")
    expect(page.get_by_role("heading", name="差一点")).to_be_visible()
    expect(page.get_by_text("3 道题，答对 2 道")).to_be_visible()
    assert axed(page) == []

    press(page, "再答一次")
    choose(page, "出去走走")
    press(page, "下一题")
    choose(page, "不能，什么时候都不发")
    press(page, "下一题")
    choose(page, "点“去不了”")
    press(page, "答完了，看结果")
    expect(page.get_by_role("heading", name="学会了")).to_be_visible()
    assert axed(page) == []

    press(page, "好了")
    expect(page.get_by_text("要学的都学完了")).to_be_visible()
    db.session.expire_all()
    assert passing.trained(db.session.scalars(db.select(Person).where(Person.phone == phone)).one())
    assert mine.problems == []


def test_the_home_page_says_that_a_lesson_waits(people: tuple[Path, People], visitor: Visit, needed: None) -> None:
    mine = visitor(phone=True)
    page = mine.open_app(people[1]["another"])
    page.evaluate("location.hash = '#/me'")
    expect(page.get_by_role("link", name="学习 · 还有 1 课")).to_be_visible()
    page.evaluate("location.hash = '#/'")
    page.get_by_role("link", name="还有 1 课要学").click()

    expect(page.get_by_role("heading", name="学习")).to_be_visible()
    assert mine.problems == []


def test_ten_people_with_a_wrong_row_are_mended_taken_in_and_get_their_sheets(
    server: Server, people: tuple[Path, People], visitor: Visit
) -> None:
    admin = visitor()
    page = at(admin, people[1]["admin"], "/desk/roster/import")

    def hand_in(data: bytes) -> None:
        page.locator("input[type=file]").set_input_files({"name": "花名册.csv", "mimeType": "text/csv", "buffer": data})
        page.get_by_role("button", name="核对，先不导入").click()

    hand_in(table(*[row(number) for number in range(9)], row(9, kind="志愿者")))
    expect(page.get_by_role("heading", name="有 1 处要改，一个人也没有导入")).to_be_visible()
    assert [one for one in admin.problems if "422" not in one] == []
    admin.problems.clear()
    assert look(page) == []
    hand_in(table(*[row(number) for number in range(10)]))
    expect(page.get_by_role("heading", name="可以导入：新加 10 人，更新 0 人，不变 0 人")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="导入这 10 人").click()
    expect(page.get_by_text("已导入：新加 10 人")).to_be_visible()
    page.get_by_role("button", name="开邀请单").click()

    expect(page.locator("article.invitation")).to_have_count(10)
    assert look(page) == []
    page.get_by_role("link", name="回名单").click()
    expect(page.get_by_text("只看这次导入新加的人")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(10)
    assert look(page) == []
    page.get_by_role("link", name="新人00").click()
    expect(page.get_by_role("heading", name="新人00")).to_be_visible()
    assert look(page) == []
    assert admin.problems == []
    with server().app_context():
        assert db.session.query(Person).filter_by(role=Role.INSPECTOR, district_code=None).count() >= 10
        db.session.remove()


def test_the_city_office_counts_and_writes_lessons(people: tuple[Path, People], visitor: Visit) -> None:
    city = visitor()
    page = at(city, people[1]["city"], "/desk/roster")

    expect(page.get_by_role("heading", name="督查员人数")).to_be_visible()
    assert look(page) == []
    page.goto(f"{city.address}/desk/lessons")
    assert look(page) == []
    page.get_by_role("link", name="安全与礼貌").click()
    assert look(page) == []
    page.get_by_role("button", name="照这一版起草新版").click()
    expect(page.get_by_text("第 2 版（草稿）")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="存下，看样子").click()
    expect(page.get_by_text("不止一个对")).to_be_visible()
    assert look(page) == []
    assert city.problems == []
