"""The city map in Chromium: three ways to look, down to a ticket by mouse or by the list, and axe at three widths."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.browser.conftest import DESK, People, Visitor
from tests.browser.test_desk import axed, look
from tests.make import SPOT, Make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]


@pytest.fixture
def numbers(server: Server, people: tuple[Path, People]) -> list[str]:
    """Three tickets near each other in the district: one late, one in hand, one closed; made once."""
    with server().app_context():
        if found := db.session.scalars(db.select(Ticket.number).order_by(Ticket.lat)).all():
            return list(found)
        make = Make(server(), start=600_000 + 1_000 * db.session.query(Ticket).count())
        officer, unit, author = make.officer(), make.unit(), make.inspector()
        ways = [(State.HANDLING, 40), (State.HANDLING, 1), (State.CLOSED, 3)]
        tickets = [
            make.ticket(
                state, officer=officer, unit=unit, by=author, at=(SPOT[0] + 0.0004 * at, SPOT[1]),
                now=now() - timedelta(days=days),
            )
            for at, (state, days) in enumerate(ways)
        ]  # fmt: skip
        found = [ticket.number for ticket in tickets]
        db.session.remove()
        return found


def drawn(page: Page) -> None:
    """Wait until the server's answer is on the map."""
    expect(page.locator("[data-said]")).to_contain_text("图上")
    expect(page.locator(".canvas[data-busy]")).to_have_count(0)


def test_the_city_is_looked_at_in_three_ways_and_a_ticket_is_reached(
    people: tuple[Path, People], visitor: Callable[..., Visitor], numbers: list[str]
) -> None:
    city = visitor()
    city.sign_in(people[1]["city"])
    page = city.page
    page.goto(f"{city.address}/desk/map")
    drawn(page)
    found = {}

    expect(page.locator(".cluster")).to_have_text(["3"])
    expect(page.locator("[data-legend] li")).to_have_count(3)
    page.get_by_role("button", name="热力").click()
    expect(page.locator(".hexagon")).to_have_count(1)
    found["heat"] = look(page, lambda: drawn(page))
    page.get_by_role("button", name="区县着色").click()
    expect(page.locator("path.outline[data-shade]")).to_have_count(1)
    expect(page.locator("[data-said]")).to_have_text("各区件数，从多到少：")
    page.get_by_label("按").select_option(label="超期占在办")
    expect(page.locator("path.outline[data-few]")).to_have_count(1)
    assert re.search(r"[?&]mode=districts#", page.url)
    found["districts"] = look(page)
    page.set_viewport_size(DESK)

    page.get_by_role("button", name="聚合").click()
    drawn(page)
    while page.locator(".citymap .mark").count() == 0:
        page.locator(".cluster").first.click()
        drawn(page)
    expect(page.locator(".citymap .mark")).to_have_count(3)
    expect(page.locator("[data-told] a")).to_have_text([numbers[1], numbers[2], numbers[0]])
    found["near"] = axed(page)
    page.locator(".citymap .mark .state[data-s=overdue]").click()
    page.locator(".leaflet-popup a").click()

    expect(page).to_have_title(re.compile(numbers[0]))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}, json.dumps(found, ensure_ascii=False)
    assert city.problems == []


def test_by_the_keyboard_a_filter_is_set_and_the_place_stays(
    people: tuple[Path, People], visitor: Callable[..., Visitor], numbers: list[str]
) -> None:
    officer = visitor()
    officer.sign_in(people[1]["district"])
    page = officer.page
    page.goto(f"{officer.address}/desk/map#14/39.9293/116.4178")
    drawn(page)

    page.locator("[data-told] a").first.focus()
    page.get_by_role("link", name="近 7 天").press("Enter")
    drawn(page)

    assert page.url.endswith("#14/39.9293/116.4178") and "filed_from=" in page.url
    expect(page.locator("[data-told] a")).to_have_text(numbers[1:])
    page.get_by_role("link", name="看台账").press("Enter")
    expect(page.get_by_role("link", name=numbers[1])).to_be_visible()
    assert officer.problems == []


def test_where_nothing_comes_it_is_said_and_tried_again(
    people: tuple[Path, People], visitor: Callable[..., Visitor], numbers: list[str]
) -> None:
    city = visitor()
    city.sign_in(people[1]["city"])
    city.page.route("**/cells.json*", lambda route: route.abort())
    city.page.goto(f"{city.address}/desk/map")

    expect(city.page.get_by_role("alert")).to_contain_text("没有取到。")
    city.page.unroute("**/cells.json*")
    city.page.get_by_role("button", name="再试一次").click()

    drawn(city.page)
    expect(city.page.get_by_role("alert")).to_have_count(0)


def test_without_scripts_the_table_of_districts_stands_alone(
    people: tuple[Path, People], visitor: Callable[..., Visitor], numbers: list[str]
) -> None:
    city = visitor(scripts=False)
    city.sign_in(people[1]["city"])
    city.page.goto(f"{city.address}/desk/map")

    expect(city.page.get_by_role("row", name=re.compile("东城"))).to_contain_text("3")
    expect(city.page.locator(".canvas")).to_be_hidden()
    expect(city.page.get_by_role("link", name="看台账")).to_be_visible()
