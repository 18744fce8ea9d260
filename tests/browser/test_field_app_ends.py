"""Loose ends on a phone: a category out of use, old pictures without a network, what a picture of a repair shows."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.kernel.db import db, writing
from inspection.reports.models import Category, Report
from inspection.tickets import stories
from inspection.tickets.models import Ticket
from tests.browser.conftest import KEPT, KIT_KEPT, Visitor, settled

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]

PICTURES = KEPT.replace("KEY", "pictures")
SOME_KEPT = PICTURES.replace("Boolean(kept)", "(kept?.size ?? 0) > 0")
NONE_KEPT = PICTURES.replace("Boolean(kept)", "kept !== undefined && kept.size === 0")
FORGOTTEN = PICTURES.replace("Boolean(kept)", "kept === undefined")
KIT_OLD = """async () => {
  const open = indexedDB.open("mingcha");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const kept = database.transaction("kept", "readwrite").objectStore("kept");
  const kit = await new Promise((done) => (kept.get("kit").onsuccess = (event) => done(event.target.result)));
  await new Promise((done) => (kept.put({ ...kit, at: 0 }, "kit").onsuccess = done));
  database.close();
}"""
"""The catalogue that the phone has is hours old."""
KIT_KNOWS = KIT_KEPT.replace("Boolean(kept)", 'kept.retired.some((one) => one.code === "street_clutter")')


def without_network_or_cache(one: Visitor) -> None:
    """As hours later in a cellar: what the browser keeps of pictures by itself is over."""
    one.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    one.context.new_cdp_session(one.page).send("Network.clearBrowserCache")
    one.context.set_offline(True)
    one.page.reload()


def test_who_looks_back_has_the_shadow_without_a_network_and_it_goes_with_the_task(
    visitor: Callable[..., Visitor], asked: tuple[str, str]
) -> None:
    one = visitor(phone=True)
    page = one.open_app(asked[1])
    expect(page.get_by_text("去看看：改好了吗")).to_be_visible()
    one.until(lambda: bool(page.evaluate(f"({SOME_KEPT})()")))

    without_network_or_cache(one)
    page.get_by_text("去看看：改好了吗").click()
    page.wait_for_function("() => document.querySelector('.cam .ghost')?.naturalWidth > 0")
    page.get_by_role("button", name="拍照").click()
    expect(page.locator(".judge img").first).to_have_attribute("src", re.compile("^blob:"))
    page.get_by_role("button", name="改好了", exact=True).click()
    one.context.set_offline(False)
    page.get_by_text("已收到").first.wait_for()

    settled(page, NONE_KEPT)


def test_signing_out_leaves_no_picture_behind(visitor: Callable[..., Visitor], asked: tuple[str, str]) -> None:
    one = visitor(phone=True)
    page = one.open_app(asked[1])
    one.until(lambda: bool(page.evaluate(f"({SOME_KEPT})()")))

    page.get_by_role("link", name="我的", exact=True).click()
    page.get_by_role("button", name="退出登录…").click()
    page.get_by_role("button", name="退出登录", exact=True).click()
    page.get_by_role("heading", name="请先登录").wait_for()

    settled(page, FORGOTTEN)


def test_a_draft_in_a_category_that_is_out_of_use_keeps_its_name_and_asks_for_another(
    inspector: Visitor, picture: Callable[[int], Path], server: Callable[[], Flask]
) -> None:
    page = inspector.page
    page.locator(".hero input[type=file]").set_input_files(picture(71))
    page.get_by_role("button", name="乱堆乱放").click()
    page.get_by_role("button", name="就是这里，保存").wait_for()
    with server().app_context(), writing():
        db.session.get_one(Category, "street_clutter").active = False
    try:
        page.evaluate(KIT_OLD)
        page.goto(f"{inspector.address}/phone/#/reports")
        page.reload()
        settled(page, KIT_KNOWS)

        line = page.locator("a.item", has_text="乱堆乱放")
        expect(line).to_contain_text("类别不再用了，请另选")
        line.click()
        expect(page.get_by_role("alert")).to_contain_text("“乱堆乱放”这一类不再用了")
        expect(page.get_by_role("button", name="就是这里，保存")).to_have_count(0)
        assert "street_clutter" not in page.inner_text("body")
        page.get_by_role("link", name="另选一类").click()
        page.get_by_role("button", name="暴露垃圾").click()
        page.get_by_role("button", name="就是这里，保存").click()
        page.get_by_text("回执号", exact=True).wait_for()
        with server().app_context():
            latest = db.select(Report).order_by(Report.received_at.desc())
            assert db.session.scalars(latest).first().category_code == "exposed_rubbish"  # type: ignore[union-attr]
    finally:
        with server().app_context(), writing():
            db.session.get_one(Category, "street_clutter").active = True


def test_a_picture_of_a_repair_says_what_it_shows_and_can_be_told_otherwise(
    in_hand: tuple[uuid.UUID, str], visitor: Callable[..., Visitor], server: Callable[[], Flask]
) -> None:
    (ticket_id, number), one = in_hand, visitor(phone=True)
    page = one.open_units_app(number, ticket_id)
    page.locator(f"a[href='#/ticket/{ticket_id}']").click()

    _shoot(page, "拍整改后的照片", "淡淡的影子是整改前的远景")
    expect(_choice(page, 1, "远景")).to_have_attribute("aria-pressed", "true")
    _shoot(page, "再拍一张", "淡淡的影子是整改前的照片")
    expect(_choice(page, 2, "其他")).to_have_attribute("aria-pressed", "true")
    _choice(page, 2, "近景").click()
    expect(_choice(page, 2, "近景")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("做了什么").fill("已清走")
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号 .*-1"))).to_be_visible()

    with server().app_context():
        answer = stories.last_answer(db.session.get_one(Ticket, ticket_id))
        assert answer and [photo.role.value for photo in answer.manifest.photos] == ["far", "near"]


def _shoot(page: Page, button: str, shadow: str) -> None:
    page.get_by_role("button", name=button).click()
    page.wait_for_function("() => document.querySelector('.cam video')?.videoWidth > 0")
    expect(page.locator(".cam .tip").first).to_contain_text(shadow)
    page.get_by_role("button", name="拍照", exact=True).click()
    expect(page.locator(".cam")).to_have_count(0)


def _choice(page: Page, number: int, word: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("group", name=f"第 {number} 张拍的是什么").get_by_role("button", name=word)
