"""On a bad network the page is there before its scripts are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import People, Visitor
from tests.make import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]
"""What a phone shows and keeps does not depend on the server's database; the corridor is walked on both."""


def test_a_photo_that_was_picked_before_the_script_came_is_not_forgotten(
    people: tuple[Path, People], visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    picture = tmp_path / "early.jpg"
    picture.write_bytes(jpeg(5))
    inspector, held = visitor(phone=True), list[Route]()
    page = inspector.page
    inspector.sign_in(people[1]["inspector"])
    page.route("**/static/phone/report.js", lambda route: held.append(route))

    page.goto(f"{inspector.address}/phone/report", wait_until="commit")
    page.locator("input[type=file]").last.set_input_files(picture)
    for route in held:
        route.continue_()

    expect(page.get_by_text("乱堆乱放", exact=True)).to_be_visible()
    assert page.evaluate("document.querySelectorAll('[name=photos]')[1].files.length") == 1
    assert not inspector.problems
