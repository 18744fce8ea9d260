"""我的上报: one's own reports, their way, and taking one back."""

from collections.abc import Callable
from datetime import timedelta

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.reports.models import Report, ReportState
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, work

Open = Callable[..., Browser]


def test_the_list_and_the_way_are_told_in_plain_words_without_names(make: Make, browser: Open) -> None:
    author, officer = make.inspector(), make.officer()
    ticket = make.ticket(State.HANDLED, by=author, officer=officer, now=now() - timedelta(days=1))
    work()
    mine = browser(author)
    report_id = ticket.reports[0].report_id

    listed, way = mine.page("/phone/reports"), mine.page(f"/phone/reports/{report_id}")

    assert "改了，等复核" in listed and "月牙胡同 5 号门前" in listed
    for words in ("您拍照上报", "东城区立案", "交给承办单位", "承办单位开始整改", "承办单位交来整改后照片"):
        assert words in way
    assert way.count("/pictures/") == 2
    for name in (officer.name, "赵刚", ticket.unit.name if ticket.unit else ""):
        assert name not in listed + way


def test_a_report_that_is_taken_back_says_so_and_cannot_be_twice(make: Make, browser: Open) -> None:
    author = make.inspector()
    report_id = make.report(author).id
    mine, url = browser(author), f"/phone/reports/{report_id}"

    first = mine.send(f"{url}/withdrawal", page=url)
    second = mine.send(f"{url}/withdrawal", page="/phone/me")

    assert (first.status_code, second.status_code) == (302, 409)
    assert "您已撤回" in mine.page(url)
    assert "/withdrawal" not in mine.page(url)
    db.session.expire_all()
    assert db.session.get_one(Report, report_id).state is ReportState.WITHDRAWN


def test_a_report_without_all_its_photos_has_no_receipt_and_says_what_is_missing(make: Make, browser: Open) -> None:
    author = make.inspector()
    report_id = make.announce(author, make.new_report(jpeg(1), jpeg(2))).report.id
    mine = browser(author)

    answer = mine.get(f"/phone/reports/{report_id}/receipt")

    assert (answer.status_code, answer.location) == (302, f"/phone/reports/{report_id}")
    assert "照片还没到齐" in mine.page(f"/phone/reports/{report_id}")


def test_older_reports_are_one_page_further(make: Make, browser: Open) -> None:
    author = make.inspector()
    ids = [
        make.announce(
            author, make.new_report(category="service_desk"), now=now() - minutes * timedelta(minutes=1)
        ).report.id
        for minutes in range(23)
    ]
    mine = browser(author)

    first = mine.page("/phone/reports")
    further = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = mine.page(further)

    assert [str(one) in first for one in ids] == [True] * 20 + [False] * 3
    assert [str(one) in second for one in ids] == [False] * 20 + [True] * 3


def test_size_theme_and_language_stay_on_the_device(make: Make, browser: Open) -> None:
    mine = browser(make.inspector())

    mine.send("/phone/me", {"text": "xlarge", "theme": "dark", "lang": "en"}, page="/phone/me")
    page = mine.page("/phone/me")
    mine.send("/phone/me", {"text": "<script>", "theme": "x", "lang": "fr"}, page="/phone/me")

    assert 'data-text="xlarge"' in page and 'data-theme="dark"' in page and 'lang="en"' in page
    assert "data-theme" not in mine.page("/phone/me")
