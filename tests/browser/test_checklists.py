"""检查单 in Chromium: written by the keyboard, kept while one types, two editors at once, published, previewed."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import FrameLocator, Page, expect

from inspection.checks import checklists
from inspection.checks.content import Content, Item, ItemKind, Section, load
from inspection.checks.models import ChecklistVersion, VersionState
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from tests.browser.conftest import People, Visitor
from tests.browser.test_desk import axed
from tests.make import NOW

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]
ASKED = ("堆物", "小广告", "乱停车")
CONTENT = Content(
    (
        Section(
            "s1",
            "街面",
            tuple(
                Item(key=f"q{number}", text=f"有没有{words}？", kind=ItemKind.YES_NO, points=20)
                for number, words in enumerate(ASKED, 1)
            ),
        ),
        Section(
            "s2",
            "别的",
            (
                Item(key="gr", text="干净吗？", kind=ItemKind.GRADED, points=20),
                Item(key="ct", text="几个闯红灯？", kind=ItemKind.COUNT, points=20, minutes=5, most_percent=10),
            ),
        ),
    )
)


@pytest.fixture
def draft(server: Server, people: tuple[Path, People]) -> uuid.UUID:
    """A draft of five items in two sections."""
    with server().app_context():
        with writing():
            city = db.session.scalars(db.select(Person).where(Person.phone == people[1]["city"])).one()
            made = checklists.create("学校周边", "school", by=city, now=NOW)
            checklists.save(made.id, CONTENT, seen=0, by=city, now=NOW)
            made_id = made.id
        db.session.remove()
        return made_id


@pytest.fixture
def kept(server: Server) -> Callable[[uuid.UUID], ChecklistVersion]:
    """A version as the database has it now."""

    def read(version_id: uuid.UUID) -> ChecklistVersion:
        with server().app_context():
            version = db.session.get_one(ChecklistVersion, version_id)
            db.session.expunge(version)
            return version

    return read


def opened(who: Visitor, phone: str, version_id: uuid.UUID) -> Page:
    who.sign_in(phone)
    who.page.wait_for_url(lambda url: "sign-in" not in url)
    who.page.goto(f"{who.address}/desk/checklists/versions/{version_id}")
    return who.page


def saved(page: Page) -> None:
    expect(page.locator("[data-said]")).to_contain_text("已存")


def texts(version: ChecklistVersion) -> list[str]:
    return [item.text for item in load(version.content).items]


def handset(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.handset")


def test_a_draft_is_written_by_the_keyboard_alone_and_keeps_itself(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    officer = visitor()
    page = opened(officer, people[1]["city"], draft)

    page.locator("[name='text.q1']").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("有没有堆放杂物？")
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    assert texts(kept(draft))[:2] == ["有没有小广告？", "有没有堆放杂物？"]
    expect(page.locator("[name='text.q1']")).to_be_focused()
    expect(page.locator("#row-q1 [data-number]")).to_have_text("2")
    expect(page.locator("#row-q1").get_by_role("button", name="第 2 项往前")).to_be_enabled()

    for _step in range(2):
        page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#row-q1 [data-number]")).to_have_text("3")
    expect(page.locator("[data-part]").nth(1).locator("#row-q1")).to_have_count(1)
    page.locator("[name='points.q1']").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    expect(page.locator("[data-total]")).to_have_text("110")
    saved(page)
    expect(page.locator("[data-wrong-of=points]")).to_contain_text("合计 110 分")
    sections = load(kept(draft).content).sections
    assert [[item.key for item in one.items] for one in sections] == [["q2", "q3"], ["q1", "gr", "ct"]]
    assert officer.problems == []


def test_what_is_wrong_comes_and_goes_beside_its_field_while_one_types(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    page = opened(visitor(), people[1]["city"], draft)

    page.locator("[name='minutes.ct']").fill("90")
    field = page.locator(".field", has=page.locator("[name='minutes.ct']"))
    expect(field.locator(".wrong")).to_have_text("数几分钟？应在 1 到 60 之间。")
    expect(page.locator("[data-blocking]")).to_be_visible()
    page.locator("[name='minutes.ct']").fill("九")
    expect(field.locator(".wrong")).to_have_text("应是一个整数。")
    assert [item.minutes for item in load(kept(draft).content).items][-1] == 90

    page.locator("[name='minutes.ct']").fill("10")
    expect(field.locator(".wrong")).to_have_count(0)
    expect(page.locator("[data-blocking]")).to_be_hidden()
    assert [item.minutes for item in load(kept(draft).content).items][-1] == 10


def test_items_are_added_removed_and_brought_back(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    officer = visitor()
    page = opened(officer, people[1]["city"], draft)

    page.get_by_role("button", name="加一项").first.click()
    expect(page.locator("[data-part]").first.locator("[data-row]")).to_have_count(4)
    expect(page.locator("[data-part]").first.locator("[data-row]").last.locator("[name^='text.']")).to_be_focused()
    page.keyboard.type("有没有痰迹？")
    page.get_by_role("button", name="去掉第 1 项").click()
    expect(page.locator("#row-q1")).to_have_count(0)
    assert texts(kept(draft))[:3] == ["有没有小广告？", "有没有乱停车？", "有没有痰迹？"]

    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#row-q1")).to_have_count(1)
    assert texts(kept(draft))[0] == "有没有堆物？" and "有没有痰迹？" in texts(kept(draft))
    assert officer.problems == []


def test_an_item_is_moved_by_its_grip(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    page = opened(visitor(), people[1]["city"], draft)
    page.set_viewport_size({"width": 1440, "height": 1600})

    grip, target = page.locator("#row-q1 [data-grip]").bounding_box(), page.locator("#row-q3").bounding_box()
    assert grip and target
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 6, steps=6)
    page.mouse.up()

    saved(page)
    assert [item.key for item in load(kept(draft).content).items][:3] == ["q2", "q3", "q1"]


def test_two_editors_collide_and_neither_text_is_lost(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    one, other = visitor(), visitor()
    first, second = opened(one, people[1]["city"], draft), opened(other, people[1]["city"], draft)

    first.locator("[name='text.gr']").fill("地面干净吗？")
    saved(first)
    second.locator("[name='text.gr']").fill("墙面干净吗？")
    expect(second.locator("[data-said]")).to_contain_text("别人也改了这份草稿")
    assert texts(kept(draft))[3] == "地面干净吗？"

    second.locator("[data-save]").click()
    expect(second.locator("#collision")).to_contain_text("问法由“地面干净吗？”改为“墙面干净吗？”")
    expect(second.locator("[name='text.gr']")).to_have_value("墙面干净吗？")
    assert axed(second) == []
    second.locator("[name='text.q1']").fill("有没有杂物？")
    second.get_by_role("button", name="用我这份存下").click()
    expect(second.locator("#collision")).to_have_count(0)

    assert texts(kept(draft))[3] == "墙面干净吗？" and texts(kept(draft))[0] == "有没有杂物？"
    assert all("409" in problem for problem in other.problems)


def test_a_draft_is_published_right_after_typing_and_is_then_for_reading_only(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, kept: Callable[..., Any]
) -> None:
    officer = visitor()
    page = opened(officer, people[1]["city"], draft)

    page.locator("[name='text.q2']").fill("墙上有没有小广告？")
    page.get_by_text("发布…", exact=True).click()
    page.get_by_role("button", name="发布第 1 版").click()

    expect(page.get_by_text("周敏 发布于")).to_be_visible()
    assert kept(draft).state is VersionState.PUBLISHED and texts(kept(draft))[1] == "墙上有没有小广告？"
    page.goto(f"{officer.address}/desk/checklists/versions/{draft}")
    expect(page.locator("#draft")).to_have_count(0)
    expect(page.get_by_text("墙上有没有小广告？").first).to_be_visible()
    assert officer.problems == []


def test_the_preview_follows_what_is_written_and_answers_can_be_tried(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID
) -> None:
    officer = visitor()
    page = opened(officer, people[1]["city"], draft)
    phone = handset(page)

    page.locator("[name='text.gr']").fill("地面干净吗？")
    expect(phone.locator("h1.ask")).to_have_text("地面干净吗？")
    phone.get_by_role("button", name="不合格").click()
    expect(phone.get_by_text("拍一张看得清的照片")).to_be_visible()
    phone.get_by_role("button", name="下一条").click()
    expect(phone.locator(".pips [data-a=n] i")).to_have_text("✕")
    phone.get_by_role("button", name="违规的").click()
    expect(phone.locator(".tally")).to_have_text("一共1违规1")
    expect(phone.locator(".verdict")).to_have_text("不合格")
    expect(phone.locator(".score")).to_contain_text("已得 0，扣 40")
    assert officer.problems == []


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)], ids=["wide", "narrow", "phone"])
def test_every_page_is_sound_at_every_size(
    visitor: Callable[..., Visitor], people: tuple[Path, People], draft: uuid.UUID, size: tuple[int, int]
) -> None:
    officer = visitor()
    page = opened(officer, people[1]["city"], draft)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    checklist = page.get_by_role("link", name="各版").get_attribute("href")
    version = f"/desk/checklists/versions/{draft}"
    pages = ["/desk/checklists?new=1", checklist, f"{checklist}/comparison", version, f"{version}/pictures/q1"]
    previews = [
        f"{version}/preview?item={item}&{answer}" for item, answer in enumerate(("a.q1=yes", "", "a.q3=skip"), 1)
    ]

    for path in [*pages, f"{version}/paper", *previews, f"{version}/preview?item=4&a.gr=fair&size=xlarge"]:
        page.goto(f"{officer.address}{path}")
        assert axed(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    officer.context.add_cookies([{"name": "lang", "value": "en", "url": officer.address}])
    for path in pages:
        page.goto(f"{officer.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} in English"
    assert officer.problems == []
