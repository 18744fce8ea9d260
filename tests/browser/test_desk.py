"""The desk in Chromium: ten reports by the keyboard alone, two officers at once, a large picture, axe on every page."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.browser.conftest import ROOT, People, Visitor
from tests.make import SPOT, Make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
Server = Callable[[], Flask]


def spot(number: int) -> tuple[float, float]:
    """Places 222 m apart, so that none is taken for another's."""
    return SPOT[0] + 0.002 * (number % 5), SPOT[1] + 0.0026 * (number // 5)


@pytest.fixture
def waiting(server: Server, people: tuple[Path, People]) -> Callable[..., list[Any]]:
    """Reports that wait in the district, each at a place of its own; the oldest first."""

    def made(number: int, **more: Any) -> list[Any]:
        with server().app_context():
            make = Make(server(), start=10_000 * (1 + db.session.query(Report).count()))
            author = make.inspector()
            minutes = timedelta(minutes=1)
            ids = [
                make.report(author, now=now() - (number - at) * minutes, **{"at": spot(at)} | more).id
                for at in range(number)
            ]
            db.session.remove()
            return ids

    return made


def states(server: Server, ids: list[Any]) -> list[ReportState]:
    with server().app_context():
        return [db.session.get_one(Report, one).state for one in ids]


def at_triage(officer: Visitor, phone: str) -> Page:
    officer.sign_in(phone)
    officer.page.goto(f"{officer.address}/desk/triage")
    return officer.page


def clear(server: Server, phone: str) -> None:
    """Decline what earlier tests have left waiting."""
    from sqlalchemy import update

    from inspection.kernel.db import writing

    with server().app_context(), writing():
        db.session.execute(
            update(Report).where(Report.state == ReportState.RECEIVED).values(state=ReportState.DECLINED)
        )


def test_an_officer_clears_ten_reports_by_the_keyboard_alone(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
) -> None:
    ids = waiting(10)
    officer = visitor()
    page = at_triage(officer, people[1]["district"])
    expect(page.locator("[data-waiting]")).to_have_text("10")

    for number in range(10):
        if number == 3:
            page.keyboard.press("d")
            page.keyboard.press("Tab")
            page.keyboard.type("照片太暗，看不清是什么")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("f")
        expect(page.locator("[data-undo]")).to_be_visible()
        left = 9 - number
        if left:
            expect(page.locator("[data-waiting]")).to_have_text(str(left))
        else:
            expect(page.get_by_text("都分完了")).to_be_visible()

    assert states(server, ids) == [*[ReportState.FILED] * 3, ReportState.DECLINED, *[ReportState.FILED] * 6]
    assert officer.problems == []


def test_j_and_k_walk_and_z_takes_the_last_step_back(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
) -> None:
    clear(server, people[1]["district"])
    ids = waiting(3)
    officer = visitor()
    page = at_triage(officer, people[1]["district"])
    current = page.locator(".qi[aria-current]")

    page.keyboard.press("j")
    page.wait_for_url(f"**/{ids[1]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{ids[0]}")
    page.keyboard.press("f")
    page.wait_for_url(f"**/{ids[1]}?done=*")
    page.keyboard.press("z")
    page.wait_for_url(f"**/{ids[0]}")

    expect(current).to_have_count(1)
    assert states(server, ids) == [ReportState.RECEIVED] * 3
    assert officer.problems == []


def test_m_merges_into_the_likeliest_case_and_ten_seconds_later_the_way_back_is_gone(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
) -> None:
    clear(server, people[1]["district"])
    first, second = waiting(2, at=(39.93, 116.41))
    officer = visitor()
    page = at_triage(officer, people[1]["district"])
    page.clock.install()
    page.goto(f"{officer.address}/desk/triage/{first}")
    page.keyboard.press("f")
    page.wait_for_url("**done=*")
    page.goto(f"{officer.address}/desk/triage/{second}")
    expect(page.get_by_role("button", name="留作见证")).to_be_visible()

    page.keyboard.press("m")
    page.wait_for_url("**done=*")
    undo = page.locator("[data-undo]")
    expect(undo).to_contain_text("已并入")
    page.clock.run_for(10_500)

    expect(undo).to_have_count(0)
    assert states(server, [first, second]) == [ReportState.FILED, ReportState.MERGED]


def test_two_officers_at_once_get_a_clear_word_and_nothing_is_done_twice(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
) -> None:
    clear(server, people[1]["district"])
    (report,) = waiting(1)
    one, other = visitor(), visitor()
    first, second = at_triage(one, people[1]["district"]), at_triage(other, people[1]["city"])
    second.goto(f"{other.address}/desk/triage/{report}")

    first.keyboard.press("f")
    expect(first.get_by_text("都分完了")).to_be_visible()
    second.keyboard.press("f")

    expect(second.get_by_text("这条线索已经处理过了。")).to_be_visible()
    with server().app_context():
        links = db.session.scalars(db.select(Ticket).join(Ticket.reports).where(Ticket.reports.any(report_id=report)))
        assert len(set(links)) == 1


def test_two_officers_on_one_ticket_the_later_is_told_and_sees_what_was_typed(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    with server().app_context():
        make = Make(server(), start=700_000)
        ticket = make.ticket(State.HANDLING, now=now() - timedelta(days=1), by=make.inspector()).id
        db.session.remove()
    one, other = visitor(), visitor()
    pages = []
    for who in (one, other):
        who.sign_in(people[1]["city"])
        who.page.goto(f"{who.address}/desk/tickets/{ticket}")
        who.page.get_by_text("列为督办…").click()
        who.page.locator("details[open]").get_by_label("理由").fill("群众反映强烈")
        pages.append(who.page)

    for page in pages:
        page.locator("details[open] form button").click()

    expect(pages[0].get_by_text("督办").first).to_be_visible()
    expect(pages[1].locator(".banner")).to_contain_text("您填的：理由：群众反映强烈")
    with server().app_context():
        assert db.session.get_one(Ticket, ticket).supervised == "群众反映强烈"


def test_a_picture_is_as_large_as_the_screen_and_turns_and_zooms(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
) -> None:
    clear(server, people[1]["district"])
    waiting(1)
    officer = visitor()
    page = at_triage(officer, people[1]["district"])
    officer.until(lambda: page.locator("[data-big] img").count() == 1)

    expect(page.locator("[data-view]")).to_be_visible()
    page.keyboard.press("v")
    viewer = page.locator("[data-viewer]")
    expect(viewer).to_be_visible()
    page.keyboard.press("r")
    expect(viewer.locator("img")).to_have_attribute("data-turn", "90")
    page.keyboard.press("+")
    page.wait_for_function("document.querySelector('[data-moved]').style.transform.includes('scale(1.')")
    page.keyboard.press("Escape")

    expect(viewer).to_be_hidden()
    assert officer.problems == []


COMMON = ("/desk/", "/desk/tickets", "/desk/ledger", "/desk/messages", "/desk/messages/preferences")
SETTINGS = ("/desk/routing", "/desk/sampling", "/desk/calendar")
PAGES = {
    "district": (*COMMON, "/desk/triage", "/desk/triage/bulk", "/desk/notices", "/desk/routing"),
    "city": (*COMMON, "/desk/triage", "/desk/notices", "/desk/outboxes", "/desk/ledger/import", *SETTINGS),
    "handler": COMMON,
    "admin": (
        "/desk/",
        *SETTINGS,
        "/desk/routing?edit=new",
        "/desk/reminders",
        "/desk/deliveries",
        "/desk/invitations",
    ),
}


@pytest.mark.parametrize("role", PAGES)
def test_every_desk_page_passes_axe_and_is_no_wider_than_the_screen(
    server: Server,
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    waiting: Callable[..., list[Any]],
    role: str,
) -> None:
    clear(server, people[1]["district"])
    waiting(2, at=SPOT)
    with server().app_context():
        make = Make(server(), start=800_000 + 10_000 * db.session.query(Ticket).count())
        unit = db.session.scalars(db.select(Person).where(Person.phone == people[1]["handler"])).one().unit
        day = timedelta(days=1)
        ticket = make.ticket(State.HANDLED, unit=unit, now=now() - day, by=make.inspector()).id
        car = make.ticket(
            State.HANDLING, unit=unit, now=now() - day, by=make.inspector(), category="zombie_car", plate="京A12345"
        ).id
        db.session.remove()
    desk = visitor()
    desk.sign_in(people[1][role])
    sheets = (f"/desk/tickets/{car}/sightings", f"/desk/tickets/{car}/posting-sheet")
    more = () if role == "admin" else (f"/desk/tickets/{ticket}", f"/desk/tickets/{car}", *sheets)
    found = {}

    for path in (*PAGES[role], *more):
        desk.page.goto(f"{desk.address}{path}")
        if wrong := look(desk.page):
            found[path] = wrong

    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert desk.problems == []


def look(page: Page, ready: Callable[[], None] = lambda: None) -> list[str]:
    """What axe finds on a wide screen and on a phone, and at which widths the page is wider than the screen.

    ``ready`` waits for what draws itself anew when the screen changes.
    """
    wrong = []
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        ready()
        if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wrong.append(f"{width}: {wide} px too wide")
        if width != 1024:
            wrong += [f"{width}: {one}" for one in axed(page)]
    return wrong


def axed(page: Page) -> list[str]:
    """What axe finds on the page as it is."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in result["violations"]]
