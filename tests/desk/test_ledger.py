"""台账 on its page: what stands in the address is what is shown, chips take it away again, columns are one's own."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inspection.desk import ledger
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.ledger.checking import HEADINGS as HEADINGS_IN_FILES
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.ledger.many import copies
from tests.make import Make
from tests.test_translations import Words, chinese_in, names_of_places, read, sign_in
from tests.web.browser import Browser

Open = Callable[..., Browser]
DAY = timedelta(days=1)
HEADINGS = ["案卷号", "类别", "点位", "区", "承办单位", "状态", "立案", "期限", "剩余", "轮次", "线索"]


@pytest.fixture
def tickets(make: Make) -> dict[str, Ticket]:
    officer, unit = make.officer(), make.unit()
    return {
        "late": make.ticket(
            State.HANDLING, officer=officer, unit=unit, now=now() - 30 * DAY, address="东四北大街 7 号"
        ),
        "closed": make.ticket(State.CLOSED, officer=officer, unit=unit, now=now() - 2 * DAY, category="zombie_car"),
        "new": make.ticket(State.FILED, officer=officer, now=now() - DAY),
    }


def numbers(page: str) -> list[str]:
    return re.findall(r'<a href="/desk/tickets/[^"]+">([^<]+)</a>', page)


def headings(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th[^>]*>(.*?)</th>", page, re.S)]


def named(tickets: dict[str, Ticket], page: str) -> list[str]:
    by_number = {ticket.number: name for name, ticket in tickets.items()}
    return [by_number[number] for number in numbers(page)]


def test_all_tickets_stand_there_the_newest_first_with_the_default_columns(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    page = browser(make.city()).page("/desk/ledger")

    assert named(tickets, page) == ["new", "closed", "late"]
    assert headings(page) == HEADINGS
    assert "共 3 件 · 待派遣 1 件 · 处置中 1 件 · 已结案 1 件" in page
    assert f'href="/desk/tickets/{tickets["late"].id}"' in page


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("overdue=1", ["late"]),
        ("state=closed,filed", ["new", "closed"]),
        ("state=closed&state=filed", ["new", "closed"]),
        ("category=zombie_car", ["closed"]),
        ("field=%E7%8E%AF%E5%A2%83", ["new", "late"]),
        ("text=%E4%B8%9C%E5%9B%9B", ["late"]),
        ("district=110105", []),
        ("order=due", ["late", "closed", "new"]),
    ],
)
def test_the_address_says_what_is_shown(
    make: Make, browser: Open, tickets: dict[str, Ticket], query: str, wanted: list[str]
) -> None:
    page = browser(make.city()).page(f"/desk/ledger?{query}")

    assert named(tickets, page) == wanted
    assert ("没有符合条件的案卷" in page) is (wanted == [])


def test_a_chip_takes_its_filter_away_and_leaves_the_others(
    make: Make, browser: Open, tickets: dict[str, Ticket]
) -> None:
    mine = browser(make.city())

    page = mine.page("/desk/ledger?state=handling&overdue=1&order=due")
    chips = {
        unescape(text): unescape(url)
        for url, text in re.findall(r'class="chip" href="([^"]+)" aria-label="([^"]+)"', page)
    }

    assert chips == {
        "去掉条件：状态：处置中": "/desk/ledger?overdue=1&order=due",
        "去掉条件：超期": "/desk/ledger?state=handling&order=due",
    }
    assert named(tickets, mine.page(chips["去掉条件：状态：处置中"])) == ["late"]


def test_the_form_keeps_what_is_chosen(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    unit_id = tickets["late"].unit_id

    page = browser(make.city()).page(
        f"/desk/ledger?state=void,filed&district=110101&unit={unit_id}&filed_from=2026-01-05&supervised=1&text=DC&order=due"
    )

    for kept in (
        '<option value="filed,void" selected>待派遣、作废</option>',
        '<option value="110101" selected>东城区</option>',
        f'<option value="{unit_id}" selected>',
        'name="filed_from" value="2026-01-05"',
        'name="supervised" value="1" checked',
        'name="text" value="DC"',
        '<input type="hidden" name="order" value="due">',
    ):
        assert kept in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=lost", "状态：没有这个状态：lost。"),
        ("due_to=soon", "期限到：日期要写成 2026-11-09 这样。"),
        ("filed_from=2026-02-01&filed_to=2026-01-01", "立案到：结束日期不能早于开始日期。"),
        ("cursor=x", "翻页：翻页的位置看不懂，请从头看起。"),
    ],
)
def test_an_address_that_cannot_be_read_is_told_and_shows_nothing(
    make: Make, browser: Open, tickets: dict[str, Ticket], query: str, words: str
) -> None:
    answer = browser(make.city()).get(f"/desk/ledger?{query}")

    assert answer.status_code == 422
    assert words in answer.text and numbers(answer.text) == []
    assert 'aria-current="page">全部' not in answer.text and "共 0 件" not in answer.text


@pytest.mark.parametrize("order", ["", "&order=due"])
def test_pages_follow_each_other_without_a_gap(
    make: Make, browser: Open, tickets: dict[str, Ticket], order: str
) -> None:
    copies(tickets["late"], 2 * ledger.PAGE)
    mine, url = browser(make.city()), f"/desk/ledger?district=110101{order}"
    pages = []

    while url and len(pages) < 5:
        page = mine.page(url)
        pages.append(numbers(page))
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = unescape(following[1]) if following else ""

    assert [len(one) for one in pages] == [ledger.PAGE, ledger.PAGE, 3]
    assert len({number for one in pages for number in one}) == 2 * ledger.PAGE + 3
    assert tickets["new"].number == (pages[-1][-1] if order else pages[0][0])
    assert "回到最前" in page and 'href="/desk/ledger?district=110101' in page


def test_columns_are_chosen_for_oneself_and_restored(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    mine, other = browser(make.city()), browser(make.city())

    answer = mine.send("/desk/ledger/columns?overdue=1", {"column": ["closed", "number", "street"]})
    chosen = headings(mine.page(answer.location))
    others = headings(other.page("/desk/ledger"))
    mine.send("/desk/ledger/columns", {"restore": "1"})

    assert answer.location == "/desk/ledger?overdue=1"
    assert (chosen, others) == (["案卷号", "街道（乡镇）", "结案"], HEADINGS)
    assert headings(mine.page("/desk/ledger")) == HEADINGS


def test_no_column_at_all_is_refused(make: Make, browser: Open) -> None:
    answer = browser(make.city()).send("/desk/ledger/columns", {"column": []})

    assert answer.status_code == 422 and "至少要选一列" in answer.text


def test_everyone_sees_what_is_theirs(app: Flask, make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    handler = make.handler(db.session.get_one(Ticket, tickets["late"].id).unit)

    assert named(tickets, browser(handler).page("/desk/ledger")) == ["closed", "late"]
    assert named(tickets, browser(make.officer("110105")).page("/desk/ledger?district=110101")) == []
    assert len(numbers(browser(make.person(Role.AUDITOR)).page("/desk/ledger"))) == 3
    assert browser(make.inspector()).get("/desk/ledger").status_code == 403


def test_nobody_who_reported_stands_in_any_column(make: Make, browser: Open) -> None:
    author = make.inspector(name="欧阳兰", phone="13911112222")
    ticket = make.ticket(State.FILED, now=now() - DAY)
    report = make.report(author)
    mine = browser(make.city())

    mine.send("/desk/ledger/columns", {"column": list(ledger.BY_CODE)})
    page = mine.page("/desk/ledger")

    assert numbers(page) == [ticket.number]
    for secret in ("欧阳兰", "13911112222", "李文", report.alias, ticket.reports[0].report.alias):
        assert secret not in page


def test_views_count_what_they_hold(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    with writing():
        db.session.get_one(Ticket, tickets["late"].id).supervised = "领导批示"

    page = browser(make.city()).page("/desk/ledger?overdue=1")
    views = dict(re.findall(r'<a href="[^"]+"(?: aria-current="page")?>(\S+) ([\d,]+)</a>', page))

    assert {name: views[name] for name in ("在办", "超期", "待核查", "督办")} == {
        "在办": "2", "超期": "1", "待核查": "0", "督办": "1",
    }  # fmt: skip
    assert re.search(r'aria-current="page">超期 1</a>', page)


def test_the_ledger_and_its_other_pages_are_english_but_for_names(
    make: Make, client: FlaskClient, tickets: dict[str, Ticket]
) -> None:
    city, units = make.city(), db.session.scalars(db.select(Unit.name)).all()
    with writing():
        ledger.ledger.choose_columns(list(ledger.BY_CODE), by=db.session.get_one(Person, city.id), now=now())
    sign_in(client, city)
    names = [city.name, *units, *(ticket.place for ticket in tickets.values()), *names_of_places()]
    headings = [name for every in HEADINGS_IN_FILES.values() for name in every[:1]]
    every = "overdue=1&state=handling,filed&category=zombie_car&field=秩序&severity=hard&due_to=2026-01-01&text=DC"

    for url in (
        "/desk/ledger",
        f"/desk/ledger?{every}",
        "/desk/ledger?order=due&district=110101",
        "/desk/ledger?state=x",
    ):
        answer = client.get(url, headers={"Accept-Language": "en"})
        words = Words()
        words.feed(answer.text)
        assert chinese_in(words, *names) == [], url
    assert chinese_in(read(client, "/desk/ledger/import", Accept_Language="en"), *names, *headings) == []
