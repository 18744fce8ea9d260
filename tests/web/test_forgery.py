"""Forms count only from our own pages: token, Origin, Sec-Fetch-Site; and GET changes nothing."""

from collections.abc import Callable

import pytest

from inspection.kernel.db import db
from inspection.people.models import Device
from inspection.reports.models import Report, ReportState
from tests.make import Make
from tests.web.browser import Browser, without_id

Open = Callable[..., Browser]


@pytest.fixture
def officer(make: Make, browser: Open) -> Browser:
    return browser(make.officer())


def decline(report: Report) -> tuple[str, dict[str, str]]:
    return f"/desk/triage/{report.id}/declining", {"ground": "unclear", "text": "照片太暗，看不清"}


def state_of(report: Report) -> ReportState:
    db.session.expire_all()
    return db.session.get_one(Report, report.id).state


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_a_form_without_our_token_changes_nothing(make: Make, officer: Browser, token: str | None) -> None:
    report = make.report()
    url, given = decline(report)

    answer = officer.client.post(url, data=given | ({"csrf_token": token} if token is not None else {}))

    assert answer.status_code == 400
    assert state_of(report) is ReportState.RECEIVED


def test_someone_elses_token_is_none(make: Make, browser: Open, officer: Browser) -> None:
    report = make.report()
    url, given = decline(report)

    answer = officer.client.post(url, data=given | {"csrf_token": browser().token()})

    assert answer.status_code == 400
    assert state_of(report) is ReportState.RECEIVED


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1234"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_another_sites_form_is_refused_even_with_a_token(make: Make, officer: Browser, headers: dict[str, str]) -> None:
    report = make.report()
    url, given = decline(report)

    answer = officer.send(url, given, headers=headers)

    assert answer.status_code == 403
    assert state_of(report) is ReportState.RECEIVED


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_form_is_taken(make: Make, officer: Browser, headers: dict[str, str]) -> None:
    report = make.report()
    url, given = decline(report)

    answer = officer.send(url, given, headers=headers)

    assert answer.status_code == 303
    assert state_of(report) is ReportState.DECLINED


def test_nobody_can_be_signed_in_by_another_sites_form(make: Make, browser: Open) -> None:
    person = make.city()

    answer = browser().send(
        "/sign-in", {"phone": person.phone, "password": "xingjian-2026"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert db.session.scalars(db.select(Device)).all() == []


@pytest.mark.parametrize("move", ["filing", "declining"])
def test_reading_changes_nothing(make: Make, officer: Browser, move: str) -> None:
    report = make.report()

    answer = officer.get(f"/desk/triage/{report.id}/{move}?ground=unclear&text=太暗&place=x")

    assert answer.status_code == 405
    assert state_of(report) is ReportState.RECEIVED


@pytest.mark.parametrize("url", ["/desk/tickets?district=%00", "/desk/tickets?view=a%00b", "/sign-in?next=%00"])
def test_an_address_with_a_hidden_zero_is_refused(officer: Browser, url: str) -> None:
    answer = officer.get(url)

    assert answer.status_code == 400
    assert "Traceback" not in without_id(answer)


def test_a_form_with_a_hidden_zero_is_refused(make: Make, officer: Browser) -> None:
    report = make.report()
    url, given = decline(report)

    answer = officer.send(url, given | {"text": "太暗\x00看不清"})

    assert answer.status_code == 400
    assert state_of(report) is ReportState.RECEIVED
