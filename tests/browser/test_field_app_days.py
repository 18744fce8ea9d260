"""The field app on a phone that is slow, whose clock is wrong, or that never gets through; and looking back."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.reports.models import Receipt, Report
from inspection.tickets.models import Finding, Opinion, Task
from tests.browser.conftest import People, Visitor
from tests.browser.test_field_app import report, shoot

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]

TRIES = 4
THROTTLED, OPEN_MS = 4, 1_000
WHEN_SHOWN = """addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (!document.querySelector(".hero input[type=file]")) return false;
    globalThis.shownAt = performance.now();
    return true;
  };
  const watcher = new MutationObserver(() => look() && watcher.disconnect());
  watcher.observe(document.body, { childList: true, subtree: true });
});"""


def test_on_a_phone_four_times_slower_the_shell_opens_without_a_network_within_a_second(inspector: Visitor) -> None:
    page = inspector.page
    page.add_init_script(WHEN_SHOWN)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    inspector.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
    inspector.context.set_offline(True)

    took = []
    for _ in range(TRIES):
        page.goto("about:blank")
        page.goto(f"{inspector.address}/phone/")
        page.wait_for_function("() => globalThis.shownAt")
        took.append(page.evaluate("shownAt"))

    print(f"\nshell offline, processor slowed {THROTTLED} times: {sorted(round(one) for one in took)} ms")
    assert min(took) < OPEN_MS, took


@pytest.mark.parametrize("days", [-1, 1, 40])
def test_a_phone_whose_clock_is_days_off_gets_its_receipt_and_the_report_its_true_time(
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    picture: Callable[[int], Path],
    server: Callable[[], Flask],
    days: int,
) -> None:
    off, file, clock = visitor(phone=True), picture(10 + days), datetime.now(UTC) + timedelta(days=days)
    os.utime(file, (clock.timestamp(), clock.timestamp()))  # the camera has the phone's clock
    off.page.clock.set_system_time(clock)
    page = off.open_app(people[1]["inspector"])

    report(page, file)
    page.get_by_text("回执号", exact=True).wait_for()

    with server().app_context():
        found = db.session.scalars(db.select(Report).where(*_of(page)))
        assert abs(found.one().captured_at - now()) < timedelta(minutes=2)


def _of(page: Page) -> list[Any]:
    spoken = page.locator(".receipt .no").inner_text().replace(" ", "")
    return [Report.id == db.select(Receipt.report_id).where(Receipt.number == spoken).scalar_subquery()]


def test_what_never_gets_through_is_saved_as_a_file_that_the_office_takes_in(
    inspector: Visitor, picture: Callable[[int], Path], server: Callable[[], Flask], tmp_path: Path
) -> None:
    page, file = inspector.page, picture(3)
    page.route("**/api/v1/reports/*", lambda route: route.abort())
    report(page, file)
    expect(page.locator(".receipt")).to_contain_text("已存在手机里")

    page.goto(f"{inspector.address}/phone/#/me")
    page.get_by_role("button", name="导出未发送").click()
    with page.expect_download() as loading:
        page.get_by_role("link", name="存成文件").click()
    saved = tmp_path / loading.value.suggested_filename
    loading.value.save_as(saved)
    app = server()
    told = app.test_cli_runner().invoke(args=["inspection", "import-outbox", str(saved)])

    with zipfile.ZipFile(io.BytesIO(saved.read_bytes())) as packed:
        assert any(name.endswith(".json") and json.loads(packed.read(name)) for name in packed.namelist())
    assert (told.exit_code, told.output.count("\n")) == (0, 2), told.output
    page.unroute("**/api/v1/reports/*")
    page.goto(f"{inspector.address}/phone/#/reports")
    page.get_by_role("button", name="现在发送").click()
    expect(page.get_by_text("还存在手机里")).to_have_count(0)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Receipt)) == len(
            db.session.scalars(db.select(Report)).all()
        )


def test_a_phone_that_has_thrown_everything_away_starts_anew_and_can_report(
    inspector: Visitor, people: tuple[Path, People], picture: Callable[[int], Path]
) -> None:
    page = inspector.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    everything = {"origin": inspector.address, "storageTypes": "cookies,indexeddb,cache_storage,service_workers"}
    inspector.context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)

    page.reload()
    page.get_by_role("heading", name="请先登录").wait_for()
    page = inspector.open_app(people[1]["inspector"])
    report(page, picture(8))

    page.get_by_text("回执号", exact=True).wait_for()


def test_what_one_is_asked_appears_on_the_first_page_when_it_comes(
    visitor: Callable[..., Visitor], asked: tuple[str, str]
) -> None:
    one, held = visitor(phone=True), list[Route]()
    one.page.route("**/api/v1/tasks", lambda route: held.append(route))
    page = one.open_app(asked[1])
    page.get_by_text("从相册选").wait_for()
    page.wait_for_timeout(300)

    for route in held:
        route.continue_()

    expect(page.get_by_text("去看看：改好了吗")).to_be_visible()


@pytest.mark.parametrize("camera", [True, False], ids=["with the shadow", "side by side"])
def test_whoever_is_asked_to_look_takes_the_picture_again_and_says_whether_it_is_put_right(
    visitor: Callable[..., Visitor],
    asked: tuple[str, str],
    picture: Callable[[int], Path],
    server: Callable[[], Flask],
    *,
    camera: bool,
) -> None:
    one = visitor(phone=True)
    if not camera:
        one.page.add_init_script("delete MediaDevices.prototype.getUserMedia")
    page = one.open_app(asked[1])
    page.get_by_text("去看看：改好了吗").click()
    if camera:
        expect(page.locator(".cam video")).to_be_visible()
        page.wait_for_function("() => document.querySelector('.cam video').videoWidth > 0")
        page.get_by_role("button", name="拍照").click()
    else:
        page.locator(".dock input[type=file]").set_input_files(picture(5))
    page.get_by_label("想说的话").fill("箱子还堆在墙边")
    page.get_by_role("button", name="没改好").click()
    page.get_by_text("已收到").first.wait_for()

    with server().app_context():
        opinion = db.session.scalars(db.select(Opinion).join(Task).join(Person, Person.phone == asked[1])).all()[-1]
        assert (opinion.finding, opinion.note) == (Finding.BAD, "箱子还堆在墙边")
        assert [photo.arrived_at is not None for photo in opinion.manifest.photos] == [True]


def test_a_voice_note_goes_with_its_report(
    inspector: Visitor, picture: Callable[[int], Path], server: Callable[[], Flask]
) -> None:
    page = inspector.page
    shoot(page, picture(7))
    page.get_by_role("button", name="乱堆乱放").click()
    page.get_by_role("button", name="补充几句").click()
    page.get_by_role("button", name="按一下，开始说").click()
    page.get_by_text("正在录，1 秒").wait_for()
    page.get_by_role("button", name="说完了").click()
    page.get_by_text("第 1 段").wait_for()
    page.go_back()
    page.get_by_role("button", name="就是这里，保存").click()
    page.get_by_text("回执号", exact=True).wait_for()

    with server().app_context():
        found = db.session.scalars(db.select(Report).where(*_of(page))).one()
        assert [note.arrived_at is not None for note in found.manifest.recordings] == [True]
