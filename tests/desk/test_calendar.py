"""节假日安排: the year as a page, a day changed, a year entered, and the deadlines shown before they move."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING, day_of, now
from inspection.kernel.db import db, writing
from inspection.kernel.holidays import CalendarDay, work_calendar
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.tickets import assistance
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import Make
from tests.web.browser import Browser, hidden, work

Open = Callable[..., Browser]
Events = Callable[..., list[AuditEvent]]
NEXT = day_of(now()).year + 1
"""A year that the package may not know yet; so what is entered here is entered by hand."""


@pytest.fixture
def admin(make: Make, browser: Open) -> Browser:
    return browser(make.person(Role.ADMIN))


def page(year: int) -> str:
    return f"/desk/calendar?year={year}"


def change(mine: Browser, year: int, what: str, **given: str) -> object:
    seen = hidden(mine.page(page(year)))["seen"]
    return mine.send(f"/desk/calendar/{year}/{what}", {"seen": seen} | given, page=page(year))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_year_is_twelve_months_with_holidays_by_name_and_worked_weekends(admin: Browser) -> None:
    html = admin.page(page(2026))

    assert html.count('<table class="month">') == 12 and html.count('<td data-kind="off"') == 33
    assert '<span class="sr">10月1日 周四 休 国庆节</span>' in html.replace("2026年", "")
    assert html.count('<td data-kind="worked"') == 6
    assert "已录入：chinesecalendar" in html and "尚未录入" not in words(html).replace("改回“尚未录入”", "")


def test_a_year_that_nobody_entered_says_that_it_is_estimated(admin: Browser, make: Make, browser: Open) -> None:
    notice = f"{NEXT}年节假日安排尚未录入，按周一至周五估算"

    assert notice in admin.page(page(NEXT))
    assert notice in browser(make.city()).page(page(NEXT))


def test_the_city_reads_and_is_given_nothing_to_press(make: Make, browser: Open) -> None:
    html = browser(make.city()).page(page(2026))

    assert "国庆节" in html
    assert "data-day=" not in html and "/desk/calendar/2026/" not in html


def test_a_day_is_chosen_changed_and_taken_back(admin: Browser, events: Events) -> None:
    chosen = admin.page(f"{page(2027)}&day=2027-03-01")
    answer = change(admin, 2027, "day", day="2027-03-01", working="no", name="临时放假")
    after = admin.page(page(2027))
    change(admin, 2027, "undo")

    assert "3月1日 周一" in words(chosen) and 'name="working" value="yes" checked' in chosen
    assert answer.status_code == 303
    assert re.search(r'class="sr">[^<]*3月1日 周一 休 临时放假<', after)
    assert "撤销上一次改动" in after and "撤销上一次改动" not in admin.page(page(2027))
    assert [json.loads(event.data)["what"] for event in events("calendar.")] == ["day", "undo"]


def test_a_whole_year_is_pasted_from_the_notice(admin: Browser) -> None:
    pasted = (
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、国庆节：10月1日至7日放假，共7天。10月9日（周六）上班。"
    )

    change(admin, 2027, "notice", text=pasted)

    html = admin.page(page(2027))
    assert "已录入：按放假通知录入" in html and "尚未录入，按周一至周五估算" not in html
    assert work_calendar().is_working(date(2027, 10, 9))
    assert "国庆节：10月1日（周五）至7日（周四）放假，共7天。" in html


def test_what_is_wrong_in_a_notice_is_said_at_the_field_and_what_was_typed_stays(admin: Browser) -> None:
    answer = change(admin, 2027, "notice", text="元旦：1月1日（周一）放假")

    assert answer.status_code == 422
    assert "2027-01-01 是周五，和写的不一样" in answer.text and "元旦：1月1日（周一）放假" in answer.text
    assert not work_calendar().is_entered(2027)


def test_a_year_is_marked_as_entered_and_what_the_package_knows_taken_over(admin: Browser) -> None:
    change(admin, 2027, "entered", done="yes")
    change(admin, 2026, "day", day="2026-10-01", working="yes", name="")

    assert "尚未录入，按周一至周五估算" not in admin.page(page(2027))
    assert "用软件包自带的2026年安排" in admin.page(page(2026))
    assert "用软件包自带的" not in admin.page(page(2027))


def test_deadlines_that_move_are_shown_first_and_move_after_the_second_press(
    make: Make, admin: Browser, browser: Open
) -> None:
    ticket = make.ticket(State.HANDLING, now=now() - timedelta(hours=2))
    assert ticket.due_at
    was, number, ticket_id = ticket.due_at, ticket.number, ticket.id
    due = day_of(was)
    given = {"day": due.isoformat(), "working": "no", "name": "临时放假"}

    asked = change(admin, due.year, "day", **given)
    db.session.expire_all()
    kept = db.session.get(CalendarDay, due)
    change(admin, due.year, "day", **given, confirmed="yes")
    work()

    assert asked.status_code == 200 and "还没有保存" in asked.text and number in asked.text
    assert kept is None or kept.working
    becomes = work_calendar().next_working(due)
    moved = db.session.get_one(Ticket, ticket_id, populate_existing=True).due_at
    assert moved and day_of(moved) == becomes
    assert all(f"{day.month}月{day.day}日" in asked.text for day in (due, becomes))
    told = words(browser(make.city()).page(f"/desk/tickets/{ticket_id}"))
    assert "节假日安排有变，期限重算" in told and f"{becomes.month}月{becomes.day}日" in told
    assert was.astimezone(BEIJING).hour == 23


def test_the_deadline_of_a_unit_that_assists_is_shown_with_them_and_told_on_the_ticket(
    make: Make, admin: Browser, browser: Open
) -> None:
    officer, helps = make.officer(), make.unit("园林绿化局", street=None)
    ticket_id = make.ticket(State.HANDLING, officer=officer, now=now() - timedelta(hours=2)).id
    with writing():
        assist = assistance.call_in(
            db.session.get_one(Ticket, ticket_id),
            unit=db.session.get_one(Unit, helps.id),
            task="把枯树锯掉",
            limit=Limit(9, TimeUnit.WORKDAY),
            by=db.session.get_one(Person, officer.id),
            now=now(),
        )
        due, name = day_of(assist.due_at), assist.unit.name
    given = {"day": due.isoformat(), "working": "no", "name": "临时放假"}

    asked = change(admin, due.year, "day", **given)
    change(admin, due.year, "day", **given, confirmed="yes")
    work()

    becomes = work_calendar().next_working(due)
    assert f"{name}（协办）" in asked.text and "在办案卷的 1 个期限会随这次改动变" in asked.text
    told = words(browser(make.city()).page(f"/desk/tickets/{ticket_id}"))
    assert f"节假日安排有变，协办期限重算：{due.month}月{due.day}日改为{becomes.month}月{becomes.day}日" in told
    assert f"{becomes.month}月{becomes.day}日到期" in told


def test_of_two_forms_the_older_one_is_refused(admin: Browser) -> None:
    seen = hidden(admin.page(page(2027)))["seen"]
    change(admin, 2027, "day", day="2027-03-01", working="no", name="")

    late = {"seen": seen, "day": "2027-03-02", "working": "no", "name": ""}
    answer = admin.send("/desk/calendar/2027/day", late, page=page(2027))

    assert answer.status_code == 409 and "刚才已有别人改过这一年" in answer.text
    assert work_calendar().is_working(date(2027, 3, 2))


@pytest.mark.parametrize("what", ["day", "undo", "known", "nonsense"])
def test_what_cannot_be_done_is_told_and_changes_nothing(admin: Browser, what: str, events: Events) -> None:
    answer = change(admin, 2027, what)

    assert answer.status_code in {404, 409, 422}
    assert events("calendar.") == []


@pytest.mark.parametrize("year", ["1999", "2999", "zwei"])
def test_years_that_are_not_there_are_told_as_that(admin: Browser, year: str) -> None:
    assert admin.get(f"/desk/calendar?year={year}").status_code in {200, 404}


def test_wherever_a_year_is_counted_that_nobody_entered_it_is_said(make: Make, browser: Open) -> None:
    officer = make.officer()
    ticket_id = make.ticket(State.HANDLING, officer=officer, now=now(), limit=Limit(300, TimeUnit.WORKDAY)).id
    mine, due = browser(officer), db.session.get_one(Ticket, ticket_id).due_at
    assert due
    notice = f"{day_of(due).year}年节假日安排尚未录入，按周一至周五估算"

    told = [mine.page(url) for url in ("/desk/tickets", f"/desk/tickets/{ticket_id}")]
    admin = browser(make.person(Role.ADMIN))
    change(admin, day_of(due).year, "entered", done="yes")

    assert [notice in page for page in told] == [True, True]
    assert notice not in mine.page("/desk/tickets")
