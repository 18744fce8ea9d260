"""The desk's pages and moves, with files, through the forms that a browser is given."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.notices.models import Notice, NoticeState
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets import requests
from inspection.tickets.models import Answer, Recheck, Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg, sha256
from tests.web.browser import Browser, file, hidden, photo, work

Open = Callable[..., Browser]
HOUR = timedelta(hours=1)


class Case:
    """A ticket with its unit's and its district's browser; filed a day ago by the real clock."""

    def __init__(self, make: Make, browser: Open, state: State) -> None:
        self.filed_at = now() - timedelta(days=1)
        officer, unit = make.officer(), make.unit()
        self.id = make.ticket(state, officer=officer, unit=unit, now=self.filed_at).id
        self.url = f"/desk/tickets/{self.id}"
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        self.handler, self.officer, self.city = browser(holder), browser(officer), browser(make.city())

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.id)

    def move(self, mine: Browser, action: str, **given: object) -> object:
        seen = hidden(mine.page(self.url))["seen"]
        return mine.send(f"{self.url}/moves/{action}", {"seen": seen} | given, page=self.url)


@pytest.fixture
def case(make: Make, browser: Open) -> Callable[[State], Case]:
    return lambda state: Case(make, browser, state)


Cases = Callable[[State], Case]


def test_a_ticket_goes_its_whole_way_through_the_pages(app: Flask, case: Cases) -> None:
    one = case(State.DISPATCHED)
    after = photo(801, one.filed_at + 12 * HOUR)
    states = []

    one.move(one.handler, "accept")
    states.append(one.ticket.state)
    one.move(one.handler, "submit", note="已清走", photos=[file(after)])
    states.append(one.ticket.state)
    one.move(one.officer, "fail_recheck", note="墙角还有", photos=[file(jpeg(802))])
    states.append(one.ticket.state)
    one.move(one.handler, "submit", note="全清了", photos=[file(photo(803, one.filed_at + 14 * HOUR))])
    one.move(one.officer, "pass_recheck", note="到现场看过，雨天没拍")
    states.append(one.ticket.state)
    one.move(one.city, "lookback_good", photos=[file(jpeg(804))])
    work()

    assert states == [State.HANDLING, State.HANDLED, State.HANDLING, State.CLOSED]
    assert (one.ticket.round, one.ticket.reworks, one.ticket.lookbacks) == (2, 1, 1)
    page = one.officer.page(one.url)
    for words in (
        "签收",
        "反馈：已整改：已清走",
        "墙角还有",
        "到现场看过，雨天没拍",
        "回头看：良好",
        "已结案",
        "第 2 轮",
    ):
        assert words in page
    assert len(db.session.scalars(db.select(Recheck)).all()) == 3


def test_a_move_answers_with_the_tickets_page(case: Cases) -> None:
    one = case(State.DISPATCHED)

    answer = one.move(one.handler, "accept")

    assert (answer.status_code, answer.location) == (303, one.url)


def test_what_was_typed_is_kept_when_a_move_is_refused(case: Cases) -> None:
    one = case(State.HANDLED)

    refused = one.move(one.officer, "fail_recheck", note="墙角还有两袋")

    assert refused.status_code == 422
    assert "墙角还有两袋</textarea>" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("picture", "status", "words"),
    [
        (b"<svg/>", 415, "只收照片"),
        (b"garbage", 422, "不是完整的照片"),
        (b"", 422, "照片是空的"),
        (jpeg(805), 422, "至少要有一张立案以后拍的照片"),
        (photo(806, datetime(2020, 1, 1, 12).astimezone()), 422, "至少要有一张立案以后拍的照片"),
    ],
    ids=["svg", "garbage", "empty", "no time", "too old"],
)
def test_what_is_wrong_with_a_photo_is_said_at_its_field(case: Cases, picture: bytes, status: int, words: str) -> None:
    one = case(State.HANDLING)

    answer = one.move(one.handler, "submit", note="已清走", photos=[file(picture)])

    assert answer.status_code == status
    assert re.search(rf'class="wrong" id="move\d+-photos-wrong">[^<]*{words}', answer.text)
    assert '<details class="more" open>' in answer.text
    assert one.ticket.state is State.HANDLING
    assert db.session.scalars(db.select(Answer)).all() == []


def test_each_picture_of_a_repair_is_held_against_the_one_of_its_kind_and_what_is_wrong_is_said_where_it_was_picked(
    case: Cases,
) -> None:
    one = case(State.HANDLING)
    far, near, more = (photo(number, one.filed_at + 12 * HOUR) for number in (811, 812, 813))

    broken = one.move(one.handler, "submit", note="已清走", far=[file(far)], near=[file(b"garbage")])
    handed = one.move(one.handler, "submit", note="已清走", near=[file(near)], photos=[file(more)], far=[file(far)])

    assert re.search(r'class="wrong" id="move\d+-near-wrong">[^<]*不是完整的照片', broken.text)
    assert handed.status_code == 303 and one.ticket.state is State.HANDLED
    answer = db.session.scalars(db.select(Answer)).one()
    shown = {photo.sha256: photo.role.value for photo in answer.manifest.photos}
    assert shown == {sha256(far): "far", sha256(near): "near", sha256(more): "after"}


@pytest.mark.parametrize(
    ("state", "action", "given", "field"),
    [
        (State.HANDLED, "pass_recheck", {"note": ""}, "note"),
        (State.HANDLED, "fail_recheck", {"note": "没改"}, "photos"),
        (State.HANDLED, "fail_recheck", {"note": ""}, "note"),
        (State.HANDLING, "suspend", {"plan": "等改造", "expected_on": "x", "review_on": ""}, "review_on|expected_on"),
        (State.HANDLING, "void", {"reason": ""}, "reason"),
        (State.FILED, "dispatch", {"unit": "", "limit_amount": "5", "limit_unit": "workday"}, "unit"),
        (State.CLOSED, "rebound", {"note": "又堆了"}, "photos"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    case: Cases, state: State, action: str, given: dict[str, str], field: str
) -> None:
    one = case(state)

    answer = one.move(one.city, action, **given)

    assert answer.status_code == 422
    assert re.search(rf'id="move\d+-({field})-wrong"', answer.text)
    assert one.ticket.state is state


@pytest.mark.parametrize("amount", ["0", "-3", "x", "", "99999999999999999999"])
def test_a_limit_that_is_none_is_refused(case: Cases, make: Make, amount: str) -> None:
    one = case(State.FILED)
    unit = make.unit()

    answer = one.move(one.officer, "dispatch", unit=str(unit.id), limit_amount=amount, limit_unit="workday")

    assert answer.status_code == 422
    assert one.ticket.state is State.FILED


def test_of_two_who_looked_at_the_same_the_second_is_told(case: Cases, make: Make) -> None:
    one = case(State.HANDLED)
    seen = hidden(one.officer.page(one.url))["seen"]
    one.move(one.city, "supervise", reason="多次返工")

    answer = one.officer.send(f"{one.url}/moves/pass_recheck", {"seen": seen, "note": "到现场看过"})

    assert answer.status_code == 409
    assert "刚才已有别人改过这一件" in answer.text
    assert (one.ticket.state, one.ticket.supervised) == (State.HANDLED, "多次返工")


def test_a_move_that_is_not_open_or_not_ones_own_is_refused_with_who_may(case: Cases) -> None:
    one = case(State.HANDLING)

    answers = [
        one.officer.send(f"{one.url}/moves/submit", {"note": "好了"}),
        one.handler.send(f"{one.url}/moves/void", {"reason": "不想办"}),
        one.officer.send(f"{one.url}/moves/pass_recheck", {"note": "看过了"}),
        one.officer.send(f"{one.url}/moves/no_such_move"),
        one.officer.send(f"{one.url}/moves/file"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 409, 404, 404]
    assert "承办人" in answers[0].text
    assert "首都文明办督查处" in answers[1].text
    assert "处置中" in answers[2].text
    assert one.ticket.state is State.HANDLING


def test_a_page_offers_exactly_the_moves_of_its_reader(case: Cases) -> None:
    one = case(State.HANDLING)

    def offered(mine: Browser) -> set[str]:
        return set(re.findall(rf'action="{one.url}/moves/([a-z_]+)"', mine.page(one.url)))

    assert offered(one.handler) == {"submit", "request_return", "request_extension"}
    assert offered(one.officer) == {"instruct"}
    assert offered(one.city) == {"suspend", "void", "supervise", "instruct"}


def test_whoever_may_show_the_repair_is_led_to_the_place_with_the_field_app(case: Cases, make: Make) -> None:
    one, waiting = case(State.HANDLING), case(State.DISPATCHED)
    link = f'href="/phone/#/ticket/{one.id}"'

    assert link in one.handler.page(one.url)
    assert link not in one.officer.page(one.url)
    assert "/phone/#/ticket/" not in waiting.handler.page(waiting.url)


def test_requests_are_asked_and_decided_through_the_pages(case: Cases) -> None:
    one = case(State.HANDLING)
    day = (now() + timedelta(days=30)).date().isoformat()

    one.move(one.handler, "request_extension", new_due_on=day, reason="材料没到")
    waiting = one.ticket.request
    one.move(one.officer, "grant_extension")
    one.move(one.handler, "request_return", ground="duty", text="不归我们管")
    one.move(one.officer, "grant_return")

    assert waiting == "extension"
    assert (one.ticket.extensions, one.ticket.state, one.ticket.unit_id) == (1, State.FILED, None)
    assert one.handler.get(one.url).status_code == 404


def test_triage_files_and_dispatches_or_declines_through_its_page(make: Make, browser: Open) -> None:
    author, unit = make.inspector(), make.unit()
    first, second = (make.report(author, now=now() - minutes * timedelta(minutes=1)) for minutes in (30, 20))
    work()
    officer = browser(make.officer())
    opened = officer.page("/desk/triage")

    wrong = officer.send(
        f"/desk/triage/{first.id}/filing",
        {"category": "street_clutter", "place": "", "unit": str(unit.id), "dispatch": "yes", "limit_amount": "3"},
    )
    filed = officer.send(
        f"/desk/triage/{first.id}/filing",
        {
            "category": "adverts",
            "place": "月牙胡同口",
            "unit": str(unit.id),
            "dispatch": "yes",
            "limit_amount": "3",
            "limit_unit": "day",
        },
    )
    short = officer.send(f"/desk/triage/{second.id}/declining", {"ground": "unclear", "text": ""})
    declined = officer.send(f"/desk/triage/{second.id}/declining", {"ground": "unclear", "text": "照片太暗"})

    assert f"/desk/triage/{first.id}/filing" in opened and unit.name in opened and "<b data-waiting>2</b>" in opened
    assert [one.status_code for one in (wrong, filed, short, declined)] == [422, 303, 422, 303]
    assert 'class="wrong"' in wrong.text and 'class="wrong"' in short.text
    db.session.expire_all()
    states = [db.session.get_one(Report, one.id).state for one in (first, second)]
    assert states == [ReportState.FILED, ReportState.DECLINED]
    ticket = db.session.scalars(db.select(Ticket)).one()
    assert (ticket.place, ticket.category_code, ticket.limit_unit, ticket.state) == (
        "月牙胡同口",
        "adverts",
        "day",
        State.DISPATCHED,
    )
    assert "照片太暗" in browser(author).page(f"/phone/reports/{second.id}")
    assert "都分完了" in officer.page("/desk/triage")


def test_a_notice_is_drafted_signed_and_read_through_the_pages(make: Make, browser: Open) -> None:
    city, publisher, officer = browser(make.city()), browser(make.publisher()), browser(make.officer())
    this_week = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', city.page("/desk/notices"))[0]

    drafted = city.send("/desk/notices", {"week": this_week}, page="/desk/notices")
    page = publisher.page(drafted.location)
    work()
    seen = hidden(page)["seen"]
    signed = publisher.send(f"{drafted.location}/signature", {"seen": seen}, page=drafted.location)
    again = publisher.send(f"{drafted.location}/signature", {"seen": seen})
    work()

    notice = db.session.scalars(db.select(Notice)).one()
    assert (drafted.status_code, signed.status_code, again.status_code) == (303, 303, 409)
    assert (notice.state, notice.issue) == (NoticeState.SIGNED, 1)
    assert "第 1 期（总第 1 期）" in officer.page(drafted.location)
    assert "/signature" not in officer.page(drafted.location)
    assert officer.get(f"{drafted.location}/file.pdf").data.startswith(b"%PDF")
    assert officer.get(f"{drafted.location}/file.docx").data.startswith(b"PK")
    withdrawn = publisher.send(f"{drafted.location}/withdrawal", {"reason": "数字有误"}, page=drafted.location)
    assert withdrawn.status_code == 303
    assert "已撤回" in officer.page("/desk/notices")


@pytest.mark.parametrize("week", ["", "nonsense", "2999-01-01"])
def test_a_week_that_cannot_be_drafted_is_refused(make: Make, browser: Open, week: str) -> None:
    answer = browser(make.city()).send("/desk/notices", {"week": week})

    assert answer.status_code == 422
    assert db.session.scalars(db.select(Notice)).all() == []


def test_the_days_of_a_suspension_are_shown_as_days_on_which_the_clock_stood(make: Make, browser: Open) -> None:
    """Dispatched on a Monday for five working days, set aside on Tuesday, taken up again a week later."""
    day, city = timedelta(days=1), make.city()
    ticket, plan = make.ticket(State.HANDLING), {"plan": "等到开春", "expected_on": date(2027, 3, 1)}
    with writing():
        by = db.session.get_one(Person, city.id)
        requests.suspend(
            db.session.get_one(Ticket, ticket.id), **plan, review_on=date(2027, 1, 5), by=by, now=NOW + day
        )
    with writing():
        by = db.session.get_one(Person, city.id)
        requests.resume(db.session.get_one(Ticket, ticket.id), by=by, now=NOW + 8 * day)

    page = browser(city).page(f"/desk/tickets/{ticket.id}")

    days = re.search(r'<ol class="days".*?</ol>', page, re.S)
    assert days and re.findall(r"<b>(.*?)</b>", days[0]) == [
        "派遣", "1", *["停"] * 7, "2", "3", "4", "休", "休", "5",
    ]  # fmt: skip
    assert "12月7日（周一）到期" in page


def test_a_later_rounds_arithmetic_begins_at_its_own_start_and_does_not_call_it_a_dispatch(
    make: Make, browser: Open
) -> None:
    officer, unit = make.officer(), make.unit()
    ticket_id = make.ticket(State.HANDLED, officer=officer, unit=unit).id
    make.sent_back(db.session.get_one(Ticket, ticket_id), officer, NOW + timedelta(days=1))
    make.answer(db.session.get_one(Ticket, ticket_id), make.handler(unit), NOW + timedelta(days=1, hours=1))

    page = browser(officer).page(f"/desk/tickets/{ticket_id}")

    days = re.search(r'<ol class="days".*?</ol>', page, re.S)
    assert days and re.findall(r"<b>(.*?)</b>", days[0])[0] == "起算"
    assert "本轮首日反馈" in page and "起算当日不算" in page and "派遣当日" not in page
