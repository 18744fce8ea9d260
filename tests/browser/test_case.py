"""Tickets in Chromium: before and after under one line, what lies around, giving to a colleague; axe on the pages."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person, Unit
from inspection.tickets.workflow import State
from tests.browser.conftest import People, Visitor
from tests.browser.test_desk import look
from tests.make import Make, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]
DAY = timedelta(days=1)


def unit_of(phone: str) -> Unit:
    """The unit that the person works for."""
    unit = db.session.scalars(db.select(Person).where(Person.phone == phone)).one().unit
    assert unit
    return unit


@pytest.fixture
def answered(server: Server, people: tuple[Path, People]) -> Any:
    """A ticket whose unit has shown the repair, in pictures large enough to draw a line across."""
    with server().app_context():
        make = Make(server(), start=300_000 + 1_000 * db.session.query(Person).count())
        unit = unit_of(people[1]["handler"])
        handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).first()
        assert handler
        ticket = make.ticket(
            State.HANDLING, unit=unit, now=now() - DAY, by=make.inspector(), picture=jpeg(next(make._seeds), (640, 480))
        )
        make.answer(ticket, handler, now() - DAY / 2, picture=jpeg(next(make._seeds), (640, 480)))
        found = ticket.id
        db.session.remove()
    return found


def opened(officer: Visitor, phone: str, ticket: Any) -> tuple[Page, Locator]:
    """The ticket's page, once the pictures' copies are made; and the range under the line."""
    officer.sign_in(phone)
    officer.page.goto(f"{officer.address}/desk/tickets/{ticket}")
    officer.until(lambda: officer.page.locator(".compare figure img").count() == 2)
    line = officer.page.get_by_role("slider", name="整改前后的分界线")
    expect(line).to_be_attached()
    return officer.page, line


def cut(page: Page) -> str:
    """How much of the picture after is cut away from the left."""
    return str(page.locator(".compare figure:last-child img").evaluate("one => getComputedStyle(one).clipPath"))


def test_the_line_between_before_and_after_is_moved_by_keys_and_by_a_pointer(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], answered: Any
) -> None:
    officer = visitor()
    page, line = opened(officer, people[1]["city"], answered)
    assert cut(page) == "inset(0px 0px 0px 50%)"

    line.focus()
    page.keyboard.press("ArrowLeft")
    assert cut(page) == "inset(0px 0px 0px 49%)"
    expect(line).to_have_attribute("aria-valuetext", "整改前 49%，整改后 51%")
    page.keyboard.press("End")
    assert cut(page) == "inset(0px 0px 0px 100%)"

    box = page.locator(".compare").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 60, steps=3)
    page.mouse.up()
    assert cut(page) == "inset(0px 0px 0px 25%)"

    page.get_by_role("button", name="并排看").click()
    expect(line).to_be_hidden()
    assert cut(page) == "none"
    page.get_by_role("button", name="放大整改后").click()
    expect(page.locator("[data-viewer] img")).to_have_attribute("alt", "整改后")
    assert officer.problems == []


def test_a_finger_moves_the_line_and_in_print_both_pictures_stand_side_by_side(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], answered: Any
) -> None:
    handler = visitor(phone=True)
    page, line = opened(handler, people[1]["handler"], answered)
    page.locator(".compare").scroll_into_view_if_needed()
    box = page.locator(".compare").bounding_box()
    assert box

    page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    assert cut(page) == "inset(0px 0px 0px 75%)"

    page.emulate_media(media="print")
    first, second = (one.bounding_box() for one in page.locator(".compare figure").all())
    assert first and second
    assert second["x"] >= first["x"] + first["width"]
    assert cut(page) == "none"
    expect(line).to_be_hidden()


def test_what_lies_around_stands_on_the_map_by_the_number_that_it_has_in_the_list(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], answered: Any
) -> None:
    officer = visitor()
    page, _line = opened(officer, people[1]["city"], answered)

    listed = page.locator(".around ol li")
    expect(page.locator(".map .near-dot")).to_have_count(listed.count())
    first = listed.first.get_by_role("link")
    number = first.inner_text()
    first.click()

    expect(page.get_by_text(f"案卷 {number}")).to_be_visible()
    assert officer.problems == []


def test_a_waiting_report_is_given_to_a_colleague_by_the_keys_alone_and_taken_back(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    with server().app_context():
        make = Make(server(), start=500_000)
        report = make.report(now=now() - DAY / 24, at=(39.9345, 116.4222)).id
        colleague = make.officer().id
        db.session.remove()
    officer = visitor()
    officer.sign_in(people[1]["district"])
    page = officer.page
    page.goto(f"{officer.address}/desk/triage/{report}")

    page.keyboard.press("a")
    expect(page.locator("#assign-to")).to_be_focused()
    page.locator("#assign-to").select_option(str(colleague))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-undo]")).to_contain_text("已分给陈立")
    page.keyboard.press("z")
    page.wait_for_url(f"**/{report}")

    expect(page.locator("#assign-to")).to_have_value("")
    assert officer.problems == []


PAGES = {
    "admin": ("/desk/units", "/desk/units?show=lacking", "/desk/catalogue"),
    "city": ("/desk/catalogue", "/desk/triage/bulk"),
    "handler": (),
}


@pytest.mark.parametrize("role", PAGES)
def test_every_page_passes_axe_and_is_no_wider_than_the_screen(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], answered: Any, role: str
) -> None:
    desk = visitor()
    if role == "admin":
        desk.sign_in(people[1][role])
    else:
        opened(desk, people[1][role], answered)
        desk.problems.clear()
    more = () if role == "admin" else (f"/desk/tickets/{answered}",)
    found = {}

    for path in (*PAGES[role], *more):
        desk.page.goto(f"{desk.address}{path}")
        if wrong := look(desk.page):
            found[path] = wrong

    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert desk.problems == []
