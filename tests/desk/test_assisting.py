"""协办 through the pages: called in, accepted and answered in a browser, seen by whom it concerns, withdrawn again."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from inspection.desk import navigation
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, Photo
from inspection.tickets import requests
from inspection.tickets.annexes import Assist
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, file, without_id, work

Open = Callable[..., Browser]


class Desk:
    """A ticket in a street's hands, with the browsers of everyone concerned; filed a day ago by the real clock."""

    def __init__(self, make: Make, browser: Open) -> None:
        officer, lead = make.officer(), make.unit()
        self.unit = make.unit("园林绿化局", street=None)
        ticket = make.ticket(State.HANDLING, officer=officer, unit=lead, now=now() - timedelta(days=1))
        self.ticket_id, self.number = ticket.id, ticket.number
        self.url = f"/desk/tickets/{self.ticket_id}"
        leader = db.session.scalars(db.select(Person).where(Person.unit_id == lead.id)).one()
        self.officer, self.lead = browser(officer), browser(leader)
        self.helper, self.stranger = browser(make.handler(self.unit)), browser(make.handler(make.unit()))
        self.city = make.city()

    def call(self, by: Browser | None = None, **given: str) -> TestResponse:
        usual = {"unit": str(self.unit.id), "task": "把枯树锯掉", "limit_amount": "3", "limit_unit": "workday"}
        return (by or self.officer).send(f"{self.url}/assists", usual | given, page=self.url)

    def one(self, part: str) -> str:
        """The address of the one call's acceptance, answer or withdrawal."""
        return f"{self.url}/assists/{self.assist.id}/{part}"

    @property
    def assist(self) -> Assist:
        db.session.expire_all()
        return db.session.scalars(db.select(Assist)).one()


@pytest.fixture
def desk(make: Make, browser: Open) -> Desk:
    return Desk(make, browser)


def section(page: str) -> str:
    """The section of a ticket's page, or nothing."""
    found = re.search(r"</svg>协办</h2>.*?</section>", page, re.DOTALL)
    return found[0] if found else ""


def moves(page: str) -> list[str]:
    """The moves of the ticket itself that a page offers."""
    return re.findall(r"/moves/([a-z_]+)\"", page)


def test_a_unit_is_called_accepts_and_answers_with_a_picture_through_the_pages(desk: Desk) -> None:
    state = db.session.get_one(Ticket, desk.ticket_id).state
    answers = [desk.call()]
    answers.append(desk.helper.send(desk.one("acceptance"), page=desk.url))
    given = {"note": "枯树锯掉了", "photos": [file(jpeg(901))]}
    answers.append(desk.helper.send(desk.one("answer"), given, page=desk.url))
    work()

    assert [(one.status_code, one.location) for one in answers] == [(303, desk.url)] * 3
    for browser in (desk.officer, desk.lead, desk.helper):
        told = section(browser.page(desk.url))
        for words in (desk.unit.name, "把枯树锯掉", "已答复", "枯树锯掉了", "提前 3 个工作日"):
            assert words in told
        assert "/pictures/" in told
    page = desk.officer.page(desk.url)
    for words in ("请来协办：把枯树锯掉", "协办签收", "协办答复：枯树锯掉了"):
        assert words in page
    assert db.session.get_one(Ticket, desk.ticket_id).state is state
    photo = db.session.scalars(db.select(Photo).where(Photo.manifest_id == desk.assist.manifest_id)).one()
    assert photo.manifest.kind is ManifestKind.ASSIST
    assert desk.helper.get(f"/pictures/{photo.id}/web.jpg").status_code == 200
    assert desk.stranger.get(f"/pictures/{photo.id}/web.jpg").status_code == 404


def test_an_assisting_unit_is_offered_its_own_step_and_none_of_the_tickets(desk: Desk) -> None:
    desk.call()

    page = desk.helper.page(desk.url)
    assert moves(page) == []
    assert desk.one("acceptance") in page and desk.one("answer") not in page
    assert "/withdrawal" not in page and f'{desk.url}/assists"' not in page
    desk.helper.send(desk.one("acceptance"), page=desk.url)
    page = desk.helper.page(desk.url)
    assert desk.one("answer") in page and desk.one("acceptance") not in page
    desk.helper.send(desk.one("answer"), {"note": "锯掉了"}, page=desk.url)
    page = desk.helper.page(desk.url)
    assert desk.one("answer") not in page
    assert "这一步不归您办" in page


def test_an_assisting_unit_cannot_make_the_leads_moves_by_their_address_either(desk: Desk) -> None:
    desk.call()
    version = db.session.get_one(Ticket, desk.ticket_id).version

    answers = [
        desk.helper.send(f"{desk.url}/moves/submit", {"note": "好了", "photos": [file(jpeg(902))]}),
        desk.helper.send(f"{desk.url}/moves/request_return", {"ground": "duty", "text": "不归我们"}),
        desk.helper.send(f"{desk.url}/moves/request_extension", {"reason": "要等", "new_due_on": "2030-01-01"}),
        desk.helper.send(f"{desk.url}/assists", {"unit": str(uuid.uuid4()), "task": "x"}),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403, 422]
    assert db.session.get_one(Ticket, desk.ticket_id).version == version


def test_the_offices_and_the_street_that_leads_may_call_and_others_are_not_asked(desk: Desk) -> None:
    for browser in (desk.officer, desk.lead):
        assert f'action="{desk.url}/assists"' in browser.page(desk.url)
    desk.call(desk.lead)

    assert desk.one("withdrawal") in desk.lead.page(desk.url)
    assert desk.one("withdrawal") in desk.officer.page(desk.url)


def test_a_street_is_not_offered_to_withdraw_whom_the_office_called(desk: Desk) -> None:
    desk.call(desk.officer)

    assert desk.one("withdrawal") not in desk.lead.page(desk.url)
    assert desk.lead.send(desk.one("withdrawal"), {"reason": "用不着"}).status_code == 403


def test_what_a_unit_assists_in_stands_in_its_lists_and_counts(desk: Desk) -> None:
    assert desk.number not in desk.helper.page("/desk/tickets?view=all")

    desk.call()

    waiting = desk.helper.page("/desk/tickets?view=assisting")
    assert desk.number in waiting and "协办待答复 1" in waiting
    assert desk.number in desk.helper.page("/desk/tickets?view=all")
    assert desk.number not in desk.helper.page("/desk/tickets?view=in_hand")
    assert desk.number not in desk.stranger.page("/desk/tickets?view=all")
    assert "协办待答复 0" in desk.lead.page("/desk/tickets")
    helper = db.session.scalars(db.select(Person).where(Person.unit_id == desk.unit.id)).one()
    assert navigation.waiting_tickets(helper) == 1


def test_a_unit_that_was_withdrawn_sees_nothing_any_more(desk: Desk) -> None:
    desk.call()
    desk.helper.send(desk.one("acceptance"), page=desk.url)
    acceptance = desk.one("acceptance")

    withdrawn = desk.officer.send(desk.one("withdrawal"), {"reason": "街道自己锯了"}, page=desk.url)

    assert withdrawn.status_code == 303
    nothing = desk.helper.get(f"/desk/tickets/{uuid.uuid4()}")
    assert without_id(desk.helper.get(desk.url)) == without_id(nothing)
    assert desk.helper.send(acceptance).status_code == 404
    assert desk.number not in desk.helper.page("/desk/tickets?view=all")
    told = section(desk.officer.page(desk.url))
    assert "已撤回" in told and "街道自己锯了" in told


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": str(uuid.UUID(int=7))}, "unit"),
        ({"task": " "}, "task"),
        ({"limit_amount": "0"}, "limit-amount|limit"),
        ({"limit_amount": "x"}, "limit"),
        ({"limit_unit": "century"}, "limit"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_at_its_field_with_what_was_typed(
    desk: Desk, given: dict[str, str], field: str
) -> None:
    refused = desk.call(**({"task": "把枯树锯掉"} | given))

    assert refused.status_code == 422
    assert re.search(rf'class="wrong" id="assist-({field})-wrong"', refused.text)
    assert '<details class="more noprint" open>' in refused.text
    assert db.session.scalars(db.select(Assist)).all() == []
    assert "task" in given or "把枯树锯掉</textarea>" in refused.text


def test_what_is_wrong_with_an_answer_or_a_withdrawal_is_said_at_its_field(desk: Desk) -> None:
    desk.call()
    desk.helper.send(desk.one("acceptance"), page=desk.url)

    silent = desk.helper.send(desk.one("answer"), {"note": ""}, page=desk.url)
    broken = desk.helper.send(desk.one("answer"), {"note": "锯掉了", "photos": [file(b"garbage")]}, page=desk.url)
    groundless = desk.officer.send(desk.one("withdrawal"), {"reason": ""}, page=desk.url)

    assert [one.status_code for one in (silent, broken, groundless)] == [422] * 3
    assert re.search(r'class="wrong" id="move1-note-wrong"', silent.text)
    assert re.search(r'class="wrong" id="move1-photos-wrong">[^<]*不是完整的照片', broken.text)
    assert "锯掉了</textarea>" in broken.text
    assert re.search(r'class="wrong" id="withdraw-[0-9a-f-]+-wrong"', groundless.text)
    assert desk.assist.answered_at is None and desk.assist.withdrawn_at is None


def test_whoever_comes_second_reads_that_and_what_was_typed(desk: Desk) -> None:
    desk.call()
    twice = desk.call(desk.lead, task="把树根也挖掉", limit_amount="5")
    desk.helper.send(desk.one("acceptance"), page=desk.url)
    accepted = desk.helper.send(desk.one("acceptance"), page=desk.url)
    desk.helper.send(desk.one("answer"), {"note": "锯掉了"}, page=desk.url)
    answered = desk.helper.send(desk.one("answer"), {"note": "已经锯成三段"}, page=desk.url)
    withdrawn = desk.officer.send(desk.one("withdrawal"), {"reason": "街道自己锯"}, page=desk.url)

    refused = (twice, accepted, answered, withdrawn)
    assert [one.status_code for one in refused] == [409] * 4
    told = [
        re.search(r'<div class="banner" data-s="late" role="alert">.*?<b>(.*?)</b>(.*?)</div>', one.text)
        for one in refused
    ]
    assert [one and one.groups() for one in told] == [
        ("这个单位已经在协办。", f"您填的：协办单位：{desk.unit.name} · 请它做什么：把树根也挖掉 · 期限：5 工作日"),
        ("这一项协办已经签收过了。", ""),
        ("这一项协办已经答复过了。", "您填的：协办的结果：已经锯成三段"),
        ("这一项协办已经答复过了。", "您填的：为什么撤回：街道自己锯"),
    ]
    assert "把树根也挖掉</textarea>" in twice.text and desk.number in answered.text


def test_an_overdue_call_is_shown_beside_the_ticket_which_is_in_time(desk: Desk) -> None:
    desk.call()
    late = now() - timedelta(days=9)
    with writing():
        assist = db.session.scalars(db.select(Assist)).one()
        assist.called_at, assist.due_at = late, late + timedelta(days=5)

    page = desk.officer.page(desk.url)

    assert re.search(r"超 \d+ 个工作日", section(page)) and "超期" in section(page)
    assert 'data-s="overdue"' not in page.replace(section(page), "")


def test_how_a_call_is_counted_is_shown_day_by_day_and_that_it_stands_still(desk: Desk) -> None:
    desk.call()
    assert "请来当日，尚未起算，还剩 3 个工作日" in section(desk.officer.page(desk.url))
    assert "请来当日不算。" in section(desk.officer.page(desk.url))
    moment = now()
    with writing():
        ticket = db.session.get_one(Ticket, desk.ticket_id)
        city = db.session.get_one(Person, desk.city.id)
        days = [day_of(moment) + timedelta(days=many) for many in (20, 30)]
        requests.suspend(ticket, plan="等产权单位", review_on=days[0], expected_on=days[1], by=city, now=moment)

    told = section(desk.helper.page(desk.url))

    assert "时钟已停，还剩 3 个工作日" in told
    assert "<b>请来</b>" in told


def test_a_ticket_without_helpers_shows_the_section_only_to_whoever_may_call(
    desk: Desk, make: Make, browser: Open
) -> None:
    auditor = browser(make.person(Role.AUDITOR))

    shown = [bool(section(mine.page(desk.url))) for mine in (desk.officer, desk.lead, auditor)]
    desk.call()

    assert shown == [True, True, False]
    assert "把枯树锯掉" in section(auditor.page(desk.url))


def test_another_units_call_looks_like_nothing(desk: Desk) -> None:
    desk.call()

    for part in ("acceptance", "answer", "withdrawal"):
        theirs = desk.stranger.send(desk.one(part), {"note": "好了", "reason": "不用"})
        nothing = desk.stranger.send(
            f"/desk/tickets/{uuid.uuid4()}/assists/{uuid.uuid4()}/{part}", {"note": "好了", "reason": "不用"}
        )
        assert theirs.status_code == nothing.status_code == 404
        assert without_id(theirs) == without_id(nothing)
