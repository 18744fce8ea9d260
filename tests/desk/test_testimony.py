"""What an author gave beyond pictures, as triage and the ticket's page show it: a voice note, "it is that one"."""

from collections.abc import Callable

import pytest

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets.workflow import State
from tests.make import SPOT, Make
from tests.web.browser import Browser

SOUND = b"\x1aE\xdf\xa3" + b"opus" * 50
NEAR = (SPOT[0] + 0.0003, SPOT[1])
"""About 33 metres further north."""

Open = Callable[..., Browser]


@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT])
def test_the_city_plays_a_voice_note_and_a_district_reads_that_there_is_one(
    make: Make, browser: Open, role: Role
) -> None:
    report = make.report(now=now(), sounds=[SOUND])
    person: Person = make.city() if role is Role.CITY else make.officer()

    page = browser(person).page(f"/desk/triage/{report.id}")

    assert ("<audio" in page) is (role is Role.CITY)
    assert ("只有督查处能听" in page) is (role is Role.DISTRICT)
    assert "7 秒" in page


def test_the_tickets_page_has_the_voice_notes_of_its_reports(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.FILED, now=now(), sounds=[SOUND])
    city = browser(make.city())

    assert "语音说明，7 秒" in city.page(f"/desk/tickets/{ticket.id}")


def test_triage_reads_which_known_report_the_author_meant_and_how_far_it_is(make: Make, browser: Open) -> None:
    known = make.report(now=now())
    report = make.report(now=now(), at=NEAR, same_as=known.id)

    page = browser(make.officer()).page(f"/desk/triage/{report.id}")

    assert "督查员说就是" in page and "相距 33 米" in page
    assert f'href="/desk/triage/{known.id}"' in page


def test_once_it_is_filed_the_link_leads_to_its_ticket(make: Make, browser: Open) -> None:
    officer = make.officer()
    ticket = make.ticket(State.FILED, officer=officer, now=now())
    report = make.report(now=now(), at=NEAR, same_as=ticket.reports[0].report_id)

    page = browser(officer).page(f"/desk/triage/{report.id}")

    assert f'href="/desk/tickets/{ticket.id}">{ticket.number}<' in page


def test_a_report_elsewhere_or_of_nobody_is_not_told(make: Make, browser: Open) -> None:
    elsewhere = make.report(now=now(), at=(39.7260, 116.3430))
    officer = browser(make.officer())
    for other in (elsewhere.id, db.session.scalars(db.select(Person.id)).first()):
        report = make.report(now=now(), same_as=other)

        assert "督查员说就是" not in officer.page(f"/desk/triage/{report.id}")


def test_a_plate_is_shown_as_it_stands_on_the_car_however_it_was_typed(make: Make, browser: Open) -> None:
    officer = make.officer()
    report = make.report(now=now(), plate="京a 1234o")
    ticket = make.ticket(State.FILED, officer=officer, now=now(), plate="京AD-12345")
    mine = browser(officer)

    assert "京A·12340" in mine.page(f"/desk/triage/{report.id}")
    assert "京A·D12345" in mine.page(f"/desk/tickets/{ticket.id}")


def test_what_is_no_plate_is_shown_as_typed_with_a_remark(make: Make, browser: Open) -> None:
    report = make.report(now=now(), plate="12345 白车")

    page = browser(make.officer()).page(f"/desk/triage/{report.id}")

    assert "12345 白车（写法不像号牌，请对着照片核对）" in page
