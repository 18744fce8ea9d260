"""Every screen of the field app in each size and theme: axe finds nothing, old eyes and fingers find everything.

The numbers are those of the ministry's specification for elders and of WCAG 2.2 (target size, contrast, reflow).
"""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, ROOT, People, Visitor
from tests.browser.test_field_app import shoot
from tests.make import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]
"""What a phone shows and keeps does not depend on the server's database; the corridor is walked on both."""

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = {
    "normal": "",
    "large": "text:large",
    "xlarge": "text:xlarge",
    "dark": "theme:dark",
    "contrast": "theme:contrast",
    "english": "",
    "zoomed": "",
    "on its side": "",
}
SIZES = {"zoomed": {"width": 195, "height": 422}, "on its side": {"width": 844, "height": 390}}
"""Screens that are not 390×844: one seen at 200 %, one turned."""

SCREENS = ("/", "/reports", "/me", "/help", "/tour", "/tasks", "/walk", "/signin", "/report/ID/photos",
           "/report/ID/category", "/report/ID/place", "/report/ID/more", "/item/WAITING", "/saved/WAITING")  # fmt: skip
UNITS_LOOKS = ("xlarge", "dark", "english", "zoomed", "on its side")
"""In which a unit's few screens are walked: the hardest of each kind."""
PAGES = ("/sign-in?next=/phone/", "/code", "/phone/report", "/phone/reports", "/phone/me", "/join/none")
LEAST_TEXT = {"normal": 18, "large": 21, "xlarge": 26, "dark": 18, "contrast": 18}
"""Pixels of the smallest text in each size; the body's are 20, 24 and 30."""

SCRIPTS = Path(__file__).with_name("look_scripts.js")


@pytest.fixture
def phone_of(people: tuple[Path, People], visitor: Callable[..., Visitor], tmp_path: Path) -> Callable[[str], Page]:
    """The app in one look, with a draft and a report that waits."""
    picture = tmp_path / "look.jpg"
    picture.write_bytes(jpeg(950_000, (640, 480)))

    def opened(look: str) -> Page:
        one = visitor(phone=True)
        for script in (AXE, SCRIPTS):
            one.context.add_init_script(path=script)
        page = one.open_app(people[1]["inspector"])
        language = "en" if look == "english" else "zh"
        given = {"look": LOOKS[look], "lang": language}
        one.context.add_cookies([{"name": name, "value": value, "url": one.address} for name, value in given.items()])
        page.reload()
        page.route("**/api/v1/reports/*", lambda route: route.abort())
        for save in (True, False):
            shoot(page, picture)
            page.locator(".cats .tile").first.wait_for()
            if save:
                page.locator(".cats .tile").nth(1).click()
                page.locator(".sketch, .fix").first.wait_for()
                page.locator(".dock [data-kind=primary]").click()
                page.locator(".receipt").wait_for()
                page.goto(f"{one.address}/phone/#/")
                page.locator(".hero").wait_for()
        return page

    return opened


def ids(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("""async () => {
      const shell = document.querySelector("script[type=module]").src;
      const { openStore } = await import(new URL("store.js", shell));
      const all = await openStore().read(({ records }) => records.getAll());
      const of = (state) => all.find((one) => one.state === state)?.id;
      return { ID: of("draft"), WAITING: of("waiting") };
    }""")
    return found


def shown(page: Page, path: str, known: dict[str, str], look: str) -> None:
    page.set_viewport_size(SIZES.get(look, PHONE))
    address = re.sub("ID|WAITING", lambda name: known[name[0]], path)
    page.evaluate("(address) => { location.hash = address; }", address)
    page.locator("main h1, main .receipt, main .tour").first.wait_for()
    page.wait_for_timeout(200)


def spread(page: Page, look: str) -> None:
    """Show a screen as a whole, so that nothing lies under the tabs."""
    whole, size = page.evaluate("document.documentElement.scrollHeight"), SIZES.get(look, PHONE)
    page.set_viewport_size(size | {"height": max(size["height"], whole)})


def findings(page: Page, look: str) -> list[str]:
    """What is wrong with the screen that is shown."""
    hidden = page.evaluate("hidden()")
    measured = page.evaluate("measured()")
    spread(page, look)
    tiny = [text for size, text in measured["texts"] if size < LEAST_TEXT.get(look, 18)]
    wide = [f"wider than the screen by {measured['wide']}: {measured['out']}"] * (measured["wide"] > 0)
    return [*page.evaluate("axed()"), *measured["small"], *tiny, *hidden, *wide]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_screen_and_everything_is_large_enough(
    phone_of: Callable[[str], Page], look: str
) -> None:
    page = phone_of(look)
    known, wrong = ids(page), dict[str, Any]()

    for path in SCREENS:
        shown(page, path, known, look)
        if found := findings(page, look):
            wrong[path] = found

    assert wrong == {}


@pytest.mark.parametrize("look", LOOKS)
def test_nor_on_the_pages_that_the_server_draws_for_phones(
    phone_of: Callable[[str], Page], look: str, address: str
) -> None:
    page = phone_of(look)
    page.unroute("**/api/v1/reports/*")
    page.goto(f"{address}/phone/#/reports")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator(".rows a[href*='/phone/reports/']").first.wait_for()
    mine = page.locator(".rows a[href*='/phone/reports/']").first.get_attribute("href")
    wrong = dict[str, Any]()

    for path in (*PAGES, str(mine)):
        page.set_viewport_size(SIZES.get(look, PHONE))
        page.goto(f"{address}{path}")
        if found := findings(page, look):
            wrong[path] = found

    assert wrong == {}


@pytest.mark.parametrize("look", UNITS_LOOKS)
def test_nor_where_somebody_of_a_unit_shows_the_repair(
    visitor: Callable[..., Visitor], in_hand: tuple[uuid.UUID, str], look: str
) -> None:
    one, wrong = visitor(phone=True), dict[str, Any]()
    for script in (AXE, SCRIPTS):
        one.context.add_init_script(path=script)
    page = one.open_units_app(in_hand[1], in_hand[0])
    given = {"look": LOOKS[look], "lang": "en" if look == "english" else "zh"}
    one.context.add_cookies([{"name": name, "value": value, "url": one.address} for name, value in given.items()])
    page.reload()
    page.route("**/api/v1/answers/*", lambda route: route.abort())

    def judge(name: str) -> None:
        page.wait_for_timeout(300)
        if found := findings(page, look):
            wrong[name] = found
        page.set_viewport_size(SIZES.get(look, PHONE))

    page.set_viewport_size(SIZES.get(look, PHONE))
    link = page.locator(f"a[href='#/ticket/{in_hand[0]}']")
    link.wait_for()
    judge("what waits")
    link.click()
    page.locator(".sketch").wait_for()
    judge("the ticket")
    page.locator(".dock [data-kind=primary]").click()
    page.wait_for_function("() => document.querySelector('.cam video')?.videoWidth > 0")
    judge("the shadow")
    page.locator(".camdock .shut").click()
    page.locator("#note").fill("已清走，摆上花箱")
    page.locator(".shot > .btn").click()
    judge("the repair")
    page.locator(".dock [data-kind=primary]").click()
    page.locator(".timeline").wait_for()
    judge("what waits to be sent")
    for path in ("/me", "/help"):
        shown(page, path, {}, look)
        judge(path)

    assert wrong == {}


@pytest.mark.parametrize("look", LOOKS)
def test_nor_where_one_looks_back_sets_the_place_by_hand_or_has_a_receipt(
    visitor: Callable[..., Visitor], asked: tuple[str, str], tmp_path: Path, look: str
) -> None:
    (tmp_path / "look.jpg").write_bytes(jpeg(951_000, (640, 480)))
    one, wrong = visitor(phone=True), dict[str, Any]()
    for script in (AXE, SCRIPTS):
        one.context.add_init_script(path=script)
    page = one.open_app(asked[1])
    given = {"look": LOOKS[look], "lang": "en" if look == "english" else "zh"}
    one.context.add_cookies([{"name": name, "value": value, "url": one.address} for name, value in given.items()])
    page.reload()

    def judge(name: str) -> None:
        page.wait_for_timeout(300)
        if found := findings(page, look):
            wrong[name] = found
        page.set_viewport_size(SIZES.get(look, PHONE))

    page.set_viewport_size(SIZES.get(look, PHONE))
    page.locator("a[href^='#/task/']").first.click()
    page.wait_for_function("() => document.querySelector('.cam video')?.videoWidth > 0")
    judge("the shadow")
    page.locator(".camdock .btn").last.click()
    page.locator("#why").wait_for()
    judge("cannot get there")
    page.locator(".dock .btn").last.click()
    page.locator(".camdock .shut").click()
    page.locator(".judge").wait_for()
    judge("the verdict")
    page.goto(f"{one.address}/phone/#/")
    shoot(page, tmp_path / "look.jpg")
    page.locator(".cats .tile").nth(1).click()
    page.locator(".dock .row .btn").last.click()
    page.locator("#address").wait_for()
    judge("the place by hand")
    page.locator(".dock [data-kind=primary]").click()
    page.locator(".sketch, .fix").first.wait_for()
    page.locator(".dock [data-kind=primary]").click()
    page.locator(".receipt .no").wait_for()
    page.locator(".receipt:not([data-s=local])").wait_for()
    judge("the receipt")

    assert wrong == {}
