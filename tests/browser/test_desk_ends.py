"""Loose ends of the desk on the screen: what stands in one line on a phone, and what the small map of a case shows."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from inspection.tickets.workflow import State
from tests.browser.conftest import PHONE, People, Visitor
from tests.make import Make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]

LEFT = """() => ['.narrow .filters > a.btn .i', '.narrow .more > summary .i']
    .map((one) => document.querySelector(one).getBoundingClientRect().left)"""
SHOWN = """() => [...document.querySelectorAll('.mapbox .district-name span')].filter((one) => {
    const [map, name] = [one.closest('.map'), one].map((each) => each.getBoundingClientRect());
    return name.left < map.right && name.right > map.left && name.top < map.bottom && name.bottom > map.top;
}).map((one) => one.textContent)"""
"""The districts whose names can be seen on the small map."""


@pytest.fixture
def city(people: tuple[Path, People], visitor: Callable[..., Visitor]) -> Visitor:
    one = visitor()
    one.sign_in(people[1]["city"])
    one.page.wait_for_url("**/desk/**")
    return one


@pytest.mark.parametrize("page", ["ledger", "map"])
def test_on_a_phone_the_way_between_ledger_and_map_begins_where_the_rest_does(city: Visitor, page: str) -> None:
    city.page.set_viewport_size(PHONE)
    city.page.goto(f"{city.address}/desk/{page}")

    one, other = city.page.evaluate(LEFT)

    assert one == other


def test_without_tiles_the_small_map_shows_the_cases_own_district_and_its_neighbour(
    city: Visitor, server: Callable[[], Flask]
) -> None:
    app = server()
    with app.app_context():
        ticket_id: uuid.UUID = Make(app, start=70_000).ticket(State.FILED).id

    city.page.goto(f"{city.address}/desk/tickets/{ticket_id}")
    city.page.wait_for_function("() => document.querySelectorAll('.mapbox .district-name').length > 10")

    shown = city.page.evaluate(SHOWN)
    assert "东城区" in shown and 2 <= len(shown) <= 5
    pin = city.page.locator(".mapbox .pin").bounding_box()
    box = city.page.locator(".mapbox .map").bounding_box()
    assert pin and box
    assert abs(pin["x"] + pin["width"] / 2 - box["x"] - box["width"] / 2) < 2
