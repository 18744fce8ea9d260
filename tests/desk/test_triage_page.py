"""The triage page: filters in the address, what lies near, one step back, and many at once."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets.annexes import Posting
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.triage import lines, queues
from inspection.triage.lines import Wanted
from tests.make import SPOT, Make, jpeg
from tests.web.browser import Browser, file, work

Open = Callable[..., Browser]

FAR = (SPOT[0] + 0.003, SPOT[1])
"""333 m north."""


@pytest.fixture
def person(make: Make) -> Person:
    return make.officer()


@pytest.fixture
def officer(person: Person, browser: Open) -> Browser:
    return browser(person)


def state(report: Report) -> ReportState:
    db.session.expire_all()
    return db.session.get_one(Report, report.id).state


def report(make: Make, minutes: int = 10, **more: Any) -> Report:
    return make.report(now=now() - timedelta(minutes=minutes), **more)


def test_a_filter_stays_in_the_address_of_everything_on_the_page(make: Make, officer: Browser) -> None:
    urgent, _plain = report(make, category="wire_charging"), report(make, at=FAR)
    work()

    page = officer.page("/desk/triage?flag=urgent")

    assert page.count('class="qi"') == 1
    assert f"/desk/triage/{urgent.id}/filing?flag=urgent" in page
    assert 'aria-current="true">紧急 1' in page and ">全部 2<" in page
    assert officer.get("/desk/triage?flag=nice").status_code == 422


def test_after_a_decision_the_next_report_is_opened_and_the_step_back_offered(make: Make, officer: Browser) -> None:
    first, second = report(make, 30), report(make, 20, at=FAR)
    work()

    answer = officer.send(f"/desk/triage/{first.id}/declining", {"ground": "unclear", "text": "太暗了"})
    page = officer.page(answer.location)

    assert f"/desk/triage/{second.id}?done=" in answer.location
    (undo,) = re.findall(r'action="(/desk/triage/decisions/[^"]+)"', page)
    assert state(first) is ReportState.DECLINED
    assert officer.send(undo, {}).location.endswith(f"/desk/triage/{first.id}")
    assert state(first) is ReportState.RECEIVED


def test_what_lies_near_is_shown_with_its_reasons_and_merged_in_one_stroke(make: Make, officer: Browser) -> None:
    ticket = make.ticket(State.HANDLING, now=now() - timedelta(days=2), officer=make.officer())
    one = report(make)
    work()

    page = officer.page(f"/desk/triage/{one.id}")
    (merge,) = set(re.findall(r'action="(/desk/triage/[^"]+/merging[^"]*)"', page))
    officer.send(merge.replace("&amp;", "&"), {})

    assert "同一类别，相距 0 米" in page and ticket.number in page
    assert state(one) is ReportState.MERGED
    shown = officer.page(f"/desk/tickets/{ticket.id}")
    assert "由 2 条线索并案" in shown and "并在一起的线索 2" in shown
    (split,) = re.findall(r'action="([^"]+/splitting)"', shown)
    officer.send(split, {})
    assert state(one) is ReportState.RECEIVED


def test_what_is_back_is_reopened_in_one_stroke(make: Make, officer: Browser) -> None:
    ticket = make.ticket(State.CLOSED, now=now() - timedelta(days=3), officer=make.officer())
    one = report(make)
    work()

    page = officer.page(f"/desk/triage/{one.id}")
    (reopen,) = set(re.findall(r'action="(/desk/triage/[^"]+/reopening[^"]*)"', page))
    officer.send(reopen, {})

    assert "60 天内办结过，可能反弹" in page
    db.session.expire_all()
    assert (ticket.state, ticket.round, ticket.rebounds) == (State.HANDLING, 2, 1)


def test_not_ours_goes_to_the_neighbour_in_one_tap_and_the_city_settles(make: Make, browser: Open) -> None:
    mine, theirs, city = (browser(one) for one in (make.officer("110101"), make.officer("110105"), make.city()))
    one = report(make, at=(39.9300, 116.4340))
    work()

    assert "不归本区，转给朝阳区" in mine.page(f"/desk/triage/{one.id}")
    mine.send(f"/desk/triage/{one.id}/passing-on", {"district": "110105", "note": "路东"})
    assert mine.get(f"/desk/triage/{one.id}").status_code == 404
    theirs.send(f"/desk/triage/{one.id}/passing-on", {"district": "110101", "note": "路西"})
    page = city.page(f"/desk/triage/{one.id}")
    wrong = city.send(f"/desk/triage/{one.id}/settling", {"district": "110101", "reason": ""})
    city.send(f"/desk/triage/{one.id}/settling", {"district": "110101", "reason": "以道路中心线为界"})

    assert "归属争议" in page and "路东" in page and "路西" in page
    assert wrong.status_code == 422
    assert "以道路中心线为界" in mine.page(f"/desk/triage/{one.id}")


def test_the_page_asks_how_many_wait_and_what_another_category_would_mean(
    make: Make, officer: Browser, browser: Open
) -> None:
    admin = make.person(Role.ADMIN)
    team = make.unit("园林")
    one = report(make)
    with writing():
        by = db.session.get_one(Person, admin.id)
        lines.add(Wanted(category="adverts", site_type="park", duty="园林"), by=by, now=now())

    told = officer.get(f"/desk/triage/{one.id}/suggestion?category=adverts&site_type=park").get_json()

    assert officer.get("/desk/triage/waiting").get_json() == {"waiting": 1}
    assert told["unit"] == str(team.id)
    assert told["line"].startswith("派遣依据：第 1 条（") and "公园广场" in told["line"]


def test_filters_are_kept_and_forgotten_on_the_page(make: Make, person: Person, officer: Browser) -> None:
    officer.send("/desk/triage/filters?flag=urgent", {"name": "急的"})
    page = officer.page("/desk/triage")
    wrong = officer.send("/desk/triage/filters?flag=urgent", {"name": ""})
    (forget,) = re.findall(r'action="(/desk/triage/filters/[^"]+)"', page)
    officer.send(forget, {})

    assert 'href="/desk/triage?flag=urgent">急的' in page
    assert wrong.status_code == 422
    assert queues.saved(person) == []


def test_many_are_tried_first_and_then_each_decided_by_itself(make: Make, officer: Browser) -> None:
    unit = make.unit()
    first, second = report(make, 30), report(make, 20, at=FAR)
    work()
    chosen = {"report": [str(first.id), str(second.id)], "action": "dispatch"}

    tried = officer.send("/desk/triage/bulk", chosen)

    assert tried.text.count(f"会立案，派给{unit.name}") == 2 and "还没有办" in tried.text
    assert {state(first), state(second)} == {ReportState.RECEIVED}
    officer.send(f"/desk/triage/{second.id}/declining", {"ground": "unclear", "text": "太暗了"})
    done = officer.send("/desk/triage/bulk", chosen | {"sure": "yes"})
    assert "已办 1 条" in done.text and "这条线索已经处理过了。" in done.text
    assert (state(first), state(second)) == (ReportState.FILED, ReportState.DECLINED)


def test_many_are_declined_with_one_ground_and_an_event_each(
    make: Make, officer: Browser, events: Callable[..., list[Any]]
) -> None:
    both = [report(make, 30), report(make, 20, at=FAR)]
    order = {"report": [str(one.id) for one in both], "action": "decline", "ground": "unclear", "text": "都看不清"}

    short = officer.send("/desk/triage/bulk", order | {"text": ""})
    officer.send("/desk/triage/bulk", order | {"sure": "yes"})

    assert short.status_code == 422
    assert {state(one) for one in both} == {ReportState.DECLINED}
    assert [event.name for event in events("report.declined")] == ["report.declined"] * 2


def test_a_report_is_given_to_a_colleague_on_its_page_and_in_bulk(
    make: Make, person: Person, officer: Browser, browser: Open
) -> None:
    colleague = make.officer()
    first, second = report(make, 20), report(make, 10, at=FAR)
    work()
    url = f"/desk/triage/{first.id}"

    given = officer.send(f"{url}/assigning", {"person": str(colleague.id)}, page=url)
    page = officer.page(given.location)

    assert given.status_code == 303 and given.location.startswith(f"/desk/triage/{second.id}?done=")
    assert "已分给陈立" in page and ">A</kbd>" in page
    assert re.search(r'<span class="tag" data-s="work">.*?陈立</span>', page)
    theirs = browser(colleague)
    assert theirs.page("/desk/triage?whose=mine").count('class="qi"') == 1
    assert "我自己（陈立）" in theirs.page(url)
    assert f"/desk/triage/{first.id}" not in officer.page("/desk/triage?whose=nobody")

    order = {"action": "give", "person": str(colleague.id), "report": [str(first.id), str(second.id)]}
    tried = officer.send("/desk/triage/bulk", order, page="/desk/triage/bulk")
    done = officer.send("/desk/triage/bulk", order | {"sure": "yes"}, page="/desk/triage/bulk")

    assert "会分给陈立" in tried.text and "本来就是这样分的。" in tried.text
    assert "已分给陈立" in done.text
    assert theirs.page("/desk/triage?whose=mine").count('class="qi"') == 2


def test_a_report_cannot_be_given_to_just_anybody(make: Make, officer: Browser) -> None:
    one, stranger = report(make), make.officer("110105")
    url = f"/desk/triage/{one.id}"

    answers = [officer.send(f"{url}/assigning", {"person": given}, page=url) for given in (str(stranger.id), "x")]
    bulk = officer.send("/desk/triage/bulk", {"action": "give", "report": str(one.id)}, page="/desk/triage/bulk")

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all('id="assign-to-wrong"' in answer.text for answer in answers)
    assert bulk.status_code == 422 and 'id="person-wrong">请选分给谁。' in bulk.text
    assert officer.get("/desk/triage?whose=theirs").status_code == 422


def test_nothing_chosen_and_another_districts_reports_are_refused(make: Make, officer: Browser) -> None:
    elsewhere = report(make, at=(39.9219, 116.4431))

    assert officer.send("/desk/triage/bulk", {"action": "file"}).status_code == 422
    assert officer.send("/desk/triage/bulk", {"action": "file", "report": str(elsewhere.id)}).status_code == 404


def test_the_routing_table_is_written_on_its_page_by_an_administrator(make: Make, browser: Open) -> None:
    admin, city = browser(make.person(Role.ADMIN)), browser(make.city())
    form = {"category": "adverts", "district": "110101", "duty": "城管", "limit_amount": "2", "limit_unit": "workday"}

    assert "东四街道" in admin.page("/desk/routing?edit=new&district=110101")
    wrong = admin.send("/desk/routing", form | {"limit_amount": "0"})
    admin.send("/desk/routing", form)
    (line,) = lines.rows()
    admin.send(f"/desk/routing/{line.id}", form | {"severity": "urgent", "seen": "1"})
    stale = admin.send(f"/desk/routing/{line.id}", form | {"seen": "1"})
    page = city.page("/desk/routing")

    assert wrong.status_code == 422 and 'class="wrong"' in wrong.text
    assert stale.status_code == 409
    assert "紧急" in page and "加一条" not in page
    admin.send(f"/desk/routing/{line.id}/removing", {"seen": "2"})
    assert lines.rows() == []


def test_a_car_is_proven_posted_on_and_its_sheet_printed(make: Make, browser: Open, person: Person) -> None:
    unit = make.unit()
    report(make, category="zombie_car", plate="京A12345", minutes=16 * 24 * 60)
    ticket = make.ticket(
        State.HANDLING, unit=unit, category="zombie_car", plate="京A12345", now=now() - timedelta(days=1)
    )
    work()
    handler = browser(make.handler(unit))

    shown = handler.page(f"/desk/tickets/{ticket.id}")
    sheet = browser(person).page(f"/desk/tickets/{ticket.id}/sightings")
    notice = handler.page(f"/desk/tickets/{ticket.id}/posting-sheet")
    answer = handler.send(f"/desk/tickets/{ticket.id}/posting", {"photos": [file(jpeg(77))]})

    assert "15 天没有移动" in shown
    assert "2 人先后见证" in sheet and sheet.count('class="sheet"><h2>') >= 2
    assert "7 天内自行移走" in notice and "京A·12345" in notice
    assert answer.status_code == 303
    assert db.session.get_one(Posting, ticket.id).wait_days == 7
    assert "已贴告知书" in handler.page(f"/desk/tickets/{ticket.id}")
    assert handler.send(f"/desk/tickets/{ticket.id}/handing-over", {"to": "交管"}).status_code == 409


def test_what_is_no_left_vehicle_has_no_sheets(make: Make, officer: Browser) -> None:
    ticket = make.ticket(State.HANDLING, officer=make.officer())

    assert officer.get(f"/desk/tickets/{ticket.id}/sightings").status_code == 404
    assert officer.get(f"/desk/tickets/{uuid.uuid4()}/posting-sheet").status_code == 404
    assert db.session.get_one(Ticket, ticket.id).state is State.HANDLING
