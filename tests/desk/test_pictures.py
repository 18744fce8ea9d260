"""Before and after on a ticket's page, for whoever has no scripts: one pair, and an address for every other."""

import re
from collections.abc import Callable
from datetime import timedelta

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
PICTURE = re.compile(r'<figure class="photo"><img src="([^"]+)" alt="(整改.)"')
PAIR = re.compile(
    r'<a class="photo duo" href="\?pair=(\d)#pictures"[^>]* data-after="([^"]+)"[^>]*?( aria-current="true")?>'
)


def test_every_round_has_its_pair_and_an_address_of_its_own(make: Make, browser: Open) -> None:
    unit, officer, filed = make.unit(), make.officer(), now() - timedelta(days=2)
    ticket = make.ticket(State.HANDLED, unit=unit, officer=officer, now=filed)
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    make.sent_back(ticket, officer, filed + timedelta(hours=6))
    make.answer(ticket, handler, filed + timedelta(hours=9))
    work()
    desk = browser(officer)

    latest, earlier = desk.page(f"/desk/tickets/{ticket.id}"), desk.page(f"/desk/tickets/{ticket.id}?pair=2")

    pairs = PAIR.findall(latest)
    assert [(number, bool(current)) for number, _, current in pairs] == [("1", True), ("2", False), ("3", False)]
    assert [bool(current) for *_, current in PAIR.findall(earlier)] == [False, True, False]
    afters = [{alt: src for src, alt in PICTURE.findall(page)}["整改后"] for page in (latest, earlier)]
    assert afters == [after for _, after, _ in pairs[:2]]
    assert afters[0] != afters[1]
    assert re.findall(r'<span class="cap">(第 . 轮|核查) · ', latest) == ["第 2 轮", "第 1 轮", "核查"]


def test_what_an_inspector_brought_is_compared_by_the_city_alone_until_a_verdict_rests_on_it(
    make: Make, browser: Open
) -> None:
    ticket = make.ticket(State.HANDLED, now=now() - timedelta(days=1), by=make.inspector())
    inspector, city = make.inspector(), make.city()
    task = make.task(ticket, inspector, by=city, now=now())
    make.opinion(task, inspector, jpeg(995), now=now())
    work()
    url = f"/desk/tickets/{ticket.id}"

    inside, outside = browser(city).page(url), browser(make.officer()).page(url)

    assert re.findall(r'<span class="cap">(第 1 轮|督查员拍的照片) · ', inside) == ["第 1 轮", "督查员拍的照片"]
    assert inside.count("data-pair data-inside") == 1
    assert "data-pair" not in outside and "督查员拍的照片" not in outside


def test_before_there_is_an_answer_the_page_says_so_and_offers_no_pair(make: Make, browser: Open) -> None:
    officer = make.officer()
    ticket = make.ticket(State.HANDLING, officer=officer, by=make.inspector(), picture=jpeg(12))
    work()

    page = browser(officer).page(f"/desk/tickets/{ticket.id}?pair=7")

    assert "还没有整改后的照片" in page
    assert not PAIR.search(page)
