"""The field app as people use it, on the real server: three taps, no network, two tabs, a full phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NEARBY_KEPT, People, Visitor, settled
from tests.faults.bad_network import BadNetwork

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]
"""What a phone shows and keeps does not depend on the server's database; the corridor is walked on both."""

HOLDING = """async () => {
  const shell = document.querySelector("script[type=module]").src;
  const { openStore } = await import(new URL("store.js", shell));
  const all = await openStore().read(({ records }) => records.getAll());
  return all.map(({ id, owner, state, photos, problem }) => ({ id, owner, state, photos: photos.length, problem }));
}"""
ALL_RECEIVED = f"async () => (await ({HOLDING})()).every((one) => one.state === 'received')"


@pytest.fixture
def between(address: str) -> Iterator[BadNetwork]:
    """A proxy that can change what the server says, to the service worker too."""
    host = urlsplit(address)
    proxy = BadNetwork((str(host.hostname), int(host.port or 80)), seed=1, share=0)
    yield proxy
    proxy.close()


def shoot(page: Page, picture: Path) -> None:
    page.locator(".hero input[type=file]").set_input_files(picture)


def holding(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(HOLDING)
    return found


def states(page: Page) -> list[str]:
    return sorted(record["state"] for record in holding(page))


def report(page: Page, picture: Path, category: str = "乱堆乱放") -> None:
    shoot(page, picture)
    page.get_by_role("button", name=category).click()
    page.get_by_role("button", name="就是这里，保存").click()


def test_three_taps_and_the_shutter_bring_a_receipt(inspector: Visitor, picture: Callable[[int], Path]) -> None:
    page = inspector.page

    shoot(page, picture(1))  # the first tap opens the camera
    page.get_by_role("button", name="乱堆乱放").click()
    page.get_by_role("button", name="就是这里，保存").click()

    page.get_by_text("回执号", exact=True).wait_for()
    assert re.fullmatch(r"\d{3} \d{3} \d{3}", page.locator(".receipt .no").inner_text())
    assert states(page) == ["received"]
    assert not inspector.problems


def test_without_a_network_it_is_kept_and_goes_by_itself_when_there_is_one(
    inspector: Visitor, picture: Callable[[int], Path]
) -> None:
    page, context = inspector.page, inspector.context
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)

    page.goto(f"{inspector.address}/phone/")
    expect(page.get_by_text("现在没有网络，照样能拍")).to_be_visible()
    report(page, picture(2))
    expect(page.locator(".receipt")).to_contain_text("已存在手机里")
    page.close()
    again = context.new_page()
    again.goto(f"{inspector.address}/phone/#/reports")
    expect(again.get_by_text("1 条还存在手机里")).to_be_visible()
    context.set_offline(False)

    settled(again, ALL_RECEIVED)


def test_a_page_that_was_killed_behind_the_camera_finds_its_draft(
    inspector: Visitor, picture: Callable[[int], Path]
) -> None:
    page = inspector.page
    shoot(page, picture(3))
    page.get_by_text("这是什么问题？").first.wait_for()

    page.goto("about:blank")
    page.goto(f"{inspector.address}/phone/")
    page.get_by_text("还没写完的 1 条").click()
    page.locator(".rows a").first.click()
    page.get_by_role("button", name="私装地锁").click()
    page.get_by_role("button", name="就是这里，保存").click()

    page.get_by_text("回执号", exact=True).wait_for()


def test_two_tabs_send_one_report_once(inspector: Visitor, picture: Callable[[int], Path]) -> None:
    page, sent = inspector.page, list[str]()
    other = inspector.context.new_page()
    other.goto(f"{inspector.address}/phone/")
    for tab in (page, other):
        tab.on("request", lambda asked: sent.append(asked.url) if "/photos/" in asked.url else None)

    report(page, picture(4))
    for tab in (other, page):
        tab.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("回执号", exact=True).wait_for()

    assert len(sent) == len(set(sent)) == 1


def test_signing_out_says_how_many_stay_and_another_person_neither_sees_nor_sends_them(
    inspector: Visitor, people: tuple[Path, People], picture: Callable[[int], Path], visitor: Callable[..., Visitor]
) -> None:
    page = inspector.page
    page.route("**/api/v1/reports/*", lambda route: route.abort())
    report(page, picture(5))
    expect(page.locator(".receipt")).to_contain_text("已存在手机里")
    mine = holding(page)

    page.goto(f"{inspector.address}/phone/#/me")
    page.get_by_role("button", name="退出登录…").click()
    expect(page.get_by_text("还有 1 条没发出，会留在这部手机里")).to_be_visible()
    page.get_by_role("button", name="退出登录", exact=True).click()
    page.get_by_role("heading", name="请先登录").wait_for()
    assert "没发出的 1 条都还在手机里" in page.inner_text("main")
    page.unroute("**/api/v1/reports/*")
    inspector.open_app(people[1]["another"], tour=False)
    page.wait_for_timeout(500)

    assert "都发出了" in page.inner_text("main")
    assert holding(page) == mine


def test_a_problem_that_is_known_is_shown_before_saving_and_one_more_sight_of_it_says_so(
    inspector: Visitor, people: tuple[Path, People], picture: Callable[[int], Path], visitor: Callable[..., Visitor]
) -> None:
    report(inspector.page, picture(20), "私装地锁")
    inspector.page.get_by_text("回执号", exact=True).wait_for()
    sent = list[dict[str, Any]]()
    page = visitor(phone=True).open_app(people[1]["another"])
    page.on("request", lambda asked: sent.append(asked.post_data_json) if asked.method == "PUT" else None)
    settled(page, NEARBY_KEPT)

    shoot(page, picture(21))
    page.get_by_role("button", name="私装地锁").click()
    expect(page.get_by_role("region", name="可能重复 1")).to_be_visible()
    page.get_by_role("button", name="就是它，我再补一张").first.click()
    page.get_by_text("回执号", exact=True).wait_for()

    manifest = next(one for one in sent if one and "same_as" in one)
    assert manifest["same_as"] == holding(inspector.page)[0]["id"]


def test_on_a_walk_one_shoots_many_and_sorts_them_later(inspector: Visitor, picture: Callable[[int], Path]) -> None:
    page = inspector.page
    page.get_by_role("link", name="走一圈").click()
    for seed in (30, 31):
        page.locator(".dock input[type=file]").set_input_files(picture(seed))
        expect(page.locator(".walked img")).to_have_count(seed - 29)

    page.goto(f"{inspector.address}/phone/#/")
    page.get_by_text("还没写完的 2 条").click()
    page.locator(".rows a").first.click()
    page.get_by_role("button", name="乱停单车").click()
    page.get_by_role("button", name="就是这里，保存").click()
    page.get_by_role("link", name="接着选下一处").click()
    page.get_by_role("button", name="乱停单车").click()
    page.get_by_role("button", name="就是这里，保存").click()
    page.get_by_text("回执号", exact=True).wait_for()

    settled(page, ALL_RECEIVED)


def test_a_report_without_any_place_is_kept_and_asks_for_it(inspector: Visitor, picture: Callable[[int], Path]) -> None:
    page = inspector.page
    inspector.context.clear_permissions()
    page.reload()
    shoot(page, picture(6))
    page.get_by_role("button", name="乱堆乱放").click()

    page.get_by_role("button", name="先保存，位置以后补").click()
    expect(page.locator(".receipt")).to_contain_text("已存在手机里")
    page.goto(f"{inspector.address}/phone/#/reports")
    page.locator(".rows a").first.click()
    page.get_by_role("button", name="去改一改").click()
    page.get_by_role("button", name="我来选位置").click()
    page.get_by_label("哪个区").select_option(label="东城区")
    page.get_by_role("button", name="改好了").click()
    page.get_by_role("button", name="就是这里，保存").click()

    page.get_by_text("回执号", exact=True).wait_for()


def test_a_full_phone_says_so_and_keeps_what_it_has(inspector: Visitor, picture: Callable[[int], Path]) -> None:
    page = inspector.page
    page.evaluate("""() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...given) {
        if (this.name === "bytes") throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, given);
      };
    }""")

    shoot(page, picture(7))

    expect(page.get_by_text(re.compile("存满了"))).to_be_visible()
    assert not any(record["photos"] for record in holding(page))


def test_a_database_that_was_closed_under_the_page_is_opened_again(
    inspector: Visitor, picture: Callable[[int], Path]
) -> None:
    page = inspector.page
    page.evaluate("""() => {
      const open = IDBDatabase.prototype.transaction;
      let closed = false;
      IDBDatabase.prototype.transaction = function (...given) {
        if (!closed) { closed = true; this.close(); }
        return open.apply(this, given);
      };
    }""")

    report(page, picture(8))

    page.get_by_text("回执号", exact=True).wait_for()


def test_a_new_version_waits_for_the_person_and_touches_no_draft(
    people: tuple[Path, People], visitor: Callable[..., Visitor], picture: Callable[[int], Path], between: BadNetwork
) -> None:
    inspector = visitor(phone=True)
    inspector.address = f"http://127.0.0.1:{between.port}"
    page = inspector.open_app(people[1]["inspector"])
    shoot(page, picture(9))
    page.get_by_text("这是什么问题？").first.wait_for()
    before = holding(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    between.rewrite = lambda answer: re.sub(rb'"version":"\w{16}"', b'"version":"0123456789abcdef"', answer)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.goto(f"{inspector.address}/phone/#/")
    page.evaluate("() => { globalThis.asBefore = true; }")
    page.get_by_role("button", name="换上新版本").click()
    settled(page, "() => !globalThis.asBefore")  # the page was loaded anew

    assert "mingcha-shell-0123456789abcdef" in page.evaluate("caches.keys()")
    assert holding(page) == before


def test_a_shell_that_a_portal_has_damaged_is_not_taken_on(
    people: tuple[Path, People], visitor: Callable[..., Visitor], between: BadNetwork
) -> None:
    inspector = visitor(phone=True)
    inspector.address = f"http://127.0.0.1:{between.port}"
    page = inspector.open_app(people[1]["inspector"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate("caches.keys()")

    between.rewrite = lambda answer: re.sub(
        rb'"integrity":"sha256-.{43}="', b'"integrity":"sha256-' + b"A" * 43 + b'="', answer
    )
    refused = page.evaluate(
        "navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => '', String)"
    )
    settled(page, "async () => !(await navigator.serviceWorker.getRegistration()).installing")
    inspector.context.set_offline(True)
    page.goto(f"{inspector.address}/phone/")

    assert page.evaluate("caches.keys()") == kept and refused is not None
    expect(page.get_by_text("拍照上报")).to_be_visible()


def test_wechats_browser_is_told_how_to_leave_and_keeps_the_plain_form(
    people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    guest = visitor(phone=True)
    page = guest.page
    page.add_init_script("Object.defineProperty(navigator, 'userAgent', { get: () => 'Mobile MicroMessenger/8.0' })")

    page.goto(f"{guest.address}/phone/")

    expect(page.get_by_text("微信里照片容易丢")).to_be_visible()
    assert page.get_by_role("link", name=re.compile("拍照上报")).get_attribute("href") == "/phone/report"
