"""地图 on its page: the filters and numbers of the ledger, the way there and back, the table where nothing is drawn."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inspection.kernel.calendar import day_of, now
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.ledger.many import copies
from tests.make import Make
from tests.test_translations import Words, chinese_in, names_of_places, sign_in
from tests.web.browser import Browser

Open = Callable[..., Browser]
DAY = timedelta(days=1)
BOX = {"box": "39.4,115.4,41.1,117.6", "zoom": "9", "mode": "heat"}
NEAR = {"box": "39.92,116.40,39.94,116.43", "zoom": "15.5"}


@pytest.fixture
def tickets(make: Make) -> dict[str, Ticket]:
    officer, unit = make.officer(), make.unit()
    return {
        "late": make.ticket(State.HANDLING, officer=officer, unit=unit, now=now() - 40 * DAY),
        "closed": make.ticket(State.CLOSED, officer=officer, unit=unit, now=now() - 2 * DAY, category="zombie_car"),
        "new": make.ticket(State.FILED, officer=officer, now=now() - DAY),
    }


def rows(page: str) -> dict[str, list[str]]:
    """The table of districts."""
    lines = re.findall(r"<tr data-code=[^>]+>(.*?)</tr>", page, re.S)
    cells = [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line, re.S)] for line in lines
    ]
    return {name: numbers for name, *numbers in cells}


def test_the_table_says_how_each_district_stands(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    page = browser(make.city()).page("/desk/map")

    assert rows(page) == {"东城": ["3", "2", "1", "1/2", "1", "1/1"]}
    assert "共 3 件 · 在办 2 件 · 超期 1 件" in page


def test_the_filters_of_the_address_hold_for_the_table_and_for_what_is_drawn(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    city = browser(make.city())

    page = city.page("/desk/map?category=zombie_car")
    drawn = city.get("/desk/map/cells.json", query_string=BOX | {"category": "zombie_car"}).get_json()

    assert rows(page)["东城"][0] == "1"
    assert "category=zombie_car" in re.search(r'data-cells-url="([^"]+)"', page)[1]
    assert [cell["n"] for cell in drawn["cells"]] == [1]
    assert drawn["said"] == "图上 1 件，分在 1 格。"


def test_the_ledger_and_the_map_lead_to_each_other_with_the_same_filters(make: Make, browser: Open) -> None:
    officer, asked = browser(make.officer()), "category=zombie_car&filed_from=2026-11-01"

    there = unescape(re.search(r'href="([^"]+)">(?:<svg.*?</svg>)看地图', officer.page(f"/desk/ledger?{asked}"))[1])
    back = unescape(re.search(r'href="([^"]+)">(?:<svg.*?</svg>)看台账', officer.page(there))[1])

    assert there == f"/desk/map?{asked}"
    assert back == f"/desk/ledger?{asked}"


def test_the_usual_spans_keep_the_other_filters(make: Make, browser: Open) -> None:
    page = browser(make.city()).page("/desk/map?category=zombie_car&mode=heat")

    spans = re.search(r'<nav class="views".*?</nav>', page, re.S)[0]
    week = unescape(re.search(r'href="([^"]+)">近 7 天', spans)[1])
    today = day_of(now())
    assert week == f"/desk/map?category=zombie_car&filed_from={today - 6 * DAY}&filed_to={today}&mode=heat"
    assert 'aria-current="page">全部时间' in spans
    assert 'aria-current="page">近 7 天' in browser(make.city()).page(week)


def test_what_is_drawn_has_a_middle_six_corners_and_a_name(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    drawn = browser(make.city()).get("/desk/map/cells.json", query_string=BOX).get_json()

    (cell,) = drawn["cells"]
    assert cell["n"] == 3 and len(cell["ring"]) == 6
    assert abs(cell["at"][0] - 39.93) < 0.1 and abs(cell["at"][1] - 116.42) < 0.1
    (place,) = drawn["places"]
    assert place["number"] == "3 件" and place["name"].endswith("一带")
    assert drawn["tickets"] == []


def test_from_near_each_ticket_stands_there_with_its_state_and_its_page(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    drawn = browser(make.city()).get("/desk/map/cells.json", query_string=NEAR).get_json()

    assert [one["number"] for one in drawn["tickets"]] == [tickets[name].number for name in ("new", "closed", "late")]
    assert [one["state"] for one in drawn["tickets"]] == ["filed", "closed", "overdue"]
    assert drawn["tickets"][1]["icon"] == "cat-zombie_car"
    assert drawn["tickets"][2]["url"] == f"/desk/tickets/{tickets['late'].id}"
    assert drawn["said"] == "图上 3 件，一件一个记号。" and drawn["cells"] == []


def test_an_officer_sees_their_own_district_and_a_unit_its_own_tickets(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    other, unit = browser(make.officer("110105")), browser(make.handler(make.unit()))

    for one in (other, unit):
        assert rows(one.page("/desk/map")) == {}
        assert one.get("/desk/map/cells.json", query_string=NEAR).get_json()["tickets"] == []
        assert one.get("/desk/map/cells.json", query_string=BOX).get_json()["cells"] == []
    assert 'data-home="110105"' in other.page("/desk/map")


def test_tickets_without_a_point_are_counted_and_said_to_be_missing(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    copies(tickets["closed"], 12, cell="", late=True)
    city = browser(make.city())

    page = city.page("/desk/map")

    assert "共 15 件" in page and "其中 12 件没有准确位置，不在图上" in page
    assert rows(page)["东城"][4:] == ["13", "8%"]
    assert [cell["n"] for cell in city.get("/desk/map/cells.json", query_string=BOX).get_json()["cells"]] == [3]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"box": "1,2,3", "zoom": "9"}, "box"),
        ({"box": "39,116,40,x", "zoom": "9"}, "box"),
        (BOX | {"state": "x"}, "state"),
    ],
    ids=["three numbers", "no number", "no state"],
)
def test_what_cannot_be_read_is_refused(make: Make, browser: Open, given: dict[str, str], field: str) -> None:
    assert browser(make.city()).get("/desk/map/cells.json", query_string=given).status_code == 422


@pytest.mark.parametrize("zoom", ["nan", "-1", "99"])
def test_a_zoom_that_no_map_has_is_refused(make: Make, browser: Open, zoom: str) -> None:
    assert browser(make.city()).get("/desk/map/cells.json", query_string=BOX | {"zoom": zoom}).status_code == 422


def test_beyond_the_city_there_is_nothing(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    answer = browser(make.city()).get("/desk/map/cells.json", query_string={"box": "30,110,31,111", "zoom": "13"})

    assert answer.status_code == 200 and answer.get_json()["cells"] == []


def test_a_box_far_too_large_for_its_zoom_is_cut(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    answer = browser(make.city()).get("/desk/map/cells.json", query_string=BOX | {"zoom": "20"})

    assert answer.status_code == 200 and answer.get_json()["cells"] == []


def test_a_wrong_filter_is_said_and_nothing_is_drawn(make: Make, browser: Open) -> None:
    answer = browser(make.city()).get("/desk/map?state=nowhere")

    assert answer.status_code == 422
    assert "没有这个状态：nowhere。" in answer.text and "data-cells-url" not in answer.text


def test_nothing_of_the_answer_is_kept_by_the_browser(make: Make, browser: Open) -> None:
    answer = browser(make.city()).get("/desk/map/cells.json", query_string=BOX)

    assert answer.headers["Cache-Control"] == "no-store"


def test_the_map_is_english_but_for_names(make: Make, client: FlaskClient, tickets: dict[str, Ticket]) -> None:
    copies(tickets["closed"], 3, cell="")
    city = make.city()
    sign_in(client, city)
    names = [city.name, *(ticket.place for ticket in tickets.values()), *names_of_places()]

    for url in ("/desk/map", "/desk/map?mode=districts&category=zombie_car", "/desk/map?state=x"):
        words = Words()
        words.feed(client.get(url, headers={"Accept-Language": "en"}).text)
        assert chinese_in(words, *names) == [], url
    drawn = client.get("/desk/map/cells.json", query_string=BOX, headers={"Accept-Language": "en"}).get_json()
    assert drawn["said"] == "3 on the map, cells: 1."
    assert drawn["places"][0]["name"].startswith("Around 东城 ")


def test_an_empty_city_is_said_to_be_empty(app: Flask, make: Make, browser: Open) -> None:
    city = browser(make.city())

    assert "没有符合条件的案卷" in city.page("/desk/map")
    assert city.get("/desk/map/cells.json", query_string=BOX).get_json()["said"] == "这一片没有符合条件的案卷。"
