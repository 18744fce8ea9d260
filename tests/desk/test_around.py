"""周边案卷 on a ticket's page: the same numbers on the map and in words, or that there is nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from inspection.kernel.calendar import now
from inspection.tickets.workflow import State
from tests.make import SPOT, Make
from tests.web.browser import Browser

Open = Callable[..., Browser]


def test_the_list_says_what_the_map_shows_and_links_to_it(make: Make, browser: Open) -> None:
    officer, day = browser(make.officer()), timedelta(days=1)
    ticket = make.ticket(State.HANDLING, now=now() - day)
    other = make.ticket(State.CLOSED, now=now() - 3 * day, at=(SPOT[0] + 0.0009, SPOT[1]))

    page = officer.page(f"/desk/tickets/{ticket.id}")

    (around,) = re.findall(r'<div class="around noprint">(.*?)</ol>', page, re.S)
    words = " ".join(re.sub(r"<[^>]+>", " ", around).split())
    assert f"1 {other.number} 街面乱堆乱放 同一类别 100 米 已结案" in words
    assert f'href="/desk/tickets/{other.id}"' in around
    (marks,) = re.findall(r'data-near="([^"]+)"', page)
    assert '"number": 1, "lat": 39.9298' in unescape(marks)


def test_a_page_with_nothing_around_says_so(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.HANDLING)

    page = browser(make.officer()).page(f"/desk/tickets/{ticket.id}")

    assert "周边 200 米" in page
    assert "没有别的案卷。" in page
    assert "data-near" not in page
