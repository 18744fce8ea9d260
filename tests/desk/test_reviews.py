"""走访审核 on the desk: the queue, a visit with its proofs and the one before, the decision, and on to the next."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from inspection.checks import reviews
from inspection.checks.models import Outcome, Visit, VisitState
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks
from tests.make import SPOT, Make, jpeg
from tests.web.browser import Browser

Open = Callable[..., Browser]
BOTH = answers(q1=PASS, q2={"yes": True, "note": "便道上停着两辆车"})
HOUR = timedelta(hours=1)


class House:
    """A plan, an inspector, a city officer at the desk."""

    def __init__(self, make: Make, browser: Open) -> None:
        self.checks = MakeChecks()
        self.city, self.inspector = make.city(), make.inspector()
        self.office = browser(self.city)
        self.plan = self.checks.plan(self.city, self.checks.checklist(), starts_on=now().date())
        self.site = self.checks.site()

    def received(self, *, hours: int = 1, checked: bool = True, given: Any = BOTH, **more: Any) -> Visit:
        """A visit that came in so many hours ago."""
        at = now() - hours * HOUR
        visit = self.checks.visit(self.plan, more.pop("site", None) or self.site, self.inspector, opens_at=at)
        bring(visit, given, at=at, **more)
        with writing():
            db.session.get_one(Visit, visit.id).ended_at = at
        if checked:
            with writing():
                reviews.examine(visit.id, now=now())
        return visit

    def state(self, visit: Visit) -> VisitState:
        db.session.expire_all()
        return db.session.get_one(Visit, visit.id).state

    def send(self, visit: Visit, what: str, **given: Any) -> Any:
        return self.office.send(f"/desk/reviews/{visit.id}/{what}", given)


@pytest.fixture
def house(make: Make, browser: Open) -> House:
    return House(make, browser)


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_nothing_waits_and_the_page_says_so(house: House) -> None:
    assert "都审完了" in house.office.page("/desk/reviews")


def test_a_visit_shows_answers_arithmetic_photos_distance_and_flags_but_no_name(house: House) -> None:
    visit = house.received(pictures={"q2": [jpeg(1)]}, spot=(SPOT[0] + 0.01, SPOT[1]), far_reason="路封了")

    page = house.office.page(f"/desk/reviews/{visit.id}")

    told = words(page)
    assert "答“是”，不合格" in told and "便道上停着两辆车" in told and "(10+0) ÷ 20 × 100 = 50.0" in told
    assert "到达时离点位 1.1 公里" in told and "路封了" in told and "超过 200 米" in told
    assert page.count("/web.jpg") >= 1 and "第 2 项" in told
    assert "督查员·竹" in told and "李文" not in page and house.inspector.phone not in page


def test_the_longest_waiting_is_opened_first_and_the_next_follows_a_decision(house: House) -> None:
    late, early = house.received(hours=1), house.received(hours=24, site=house.checks.site())

    first = house.office.page("/desk/reviews")
    answer = house.send(early, "accepting")

    assert f"/desk/reviews/{early.id}/accepting" in first and "等了 1 天" in first
    assert answer.headers["Location"].startswith(f"/desk/reviews/{late.id}?done=accepted")
    assert house.state(early) is VisitState.ACCEPTED
    assert house.send(late, "accepting").headers["Location"] == "/desk/reviews?done=accepted"
    assert "已采用" in house.office.page("/desk/reviews?done=accepted")


def test_named_items_are_asked_back_with_a_sentence_and_only_once(house: House) -> None:
    visit = house.received()

    nothing = house.send(visit, "asking", text="请再拍一张门牌")
    silent = house.send(visit, "asking", items="q2", text="")
    asked = house.send(visit, "asking", items="q2", text="请再拍一张门牌")

    assert nothing.status_code == 422 and "请选要补充的检查项" in nothing.text and "请再拍一张门牌" in nothing.text
    assert silent.status_code == 422 and 'value="q2" checked' in silent.text
    assert asked.status_code == 303 and house.state(visit) is VisitState.ASKED
    again = house.send(visit, "asking", items="q1", text="再来")
    assert again.status_code == 409 and "怎么处理" in again.text


def test_a_visit_is_rejected_with_a_ground_and_another_ground_needs_words(house: House) -> None:
    visit = house.received()

    without = house.send(visit, "rejecting", ground="")
    silent = house.send(visit, "rejecting", ground="other", reason="")
    done = house.send(visit, "rejecting", ground="too_far")

    assert (without.status_code, silent.status_code, done.status_code) == (422, 422, 303)
    assert "请选不采用的理由" in without.text and 'id="reason-wrong"' in silent.text
    assert house.state(visit) is VisitState.REJECTED
    assert "不采用：离点位太远" in words(house.office.page(f"/desk/reviews/{visit.id}"))


def test_what_is_still_being_compared_cannot_be_accepted_yet(house: House) -> None:
    visit = house.received(checked=False)

    page = house.office.page(f"/desk/reviews/{visit.id}")
    refused = house.send(visit, "accepting")

    assert re.search(r'data-key="f" disabled', page) and "正在核对" in page
    assert refused.status_code == 409 and "还在核对" in refused.text


def test_the_visit_before_stands_beside(house: House) -> None:
    before = house.received(hours=72, given=answers(q1=FAIL, q2=PASS))
    house.send(before, "accepting")
    with writing():
        db.session.get_one(Visit, before.id).turn = 2
    visit = house.received()

    told = words(house.office.page(f"/desk/reviews/{visit.id}"))

    assert "这里上一次走访" in told and "上一次：答“是”，不合格" in told


def test_a_closed_place_is_shown_by_its_proof(house: House) -> None:
    visit = house.received(given=[], outcome=Outcome.CLOSED, note="院门锁着")

    told = words(house.office.page(f"/desk/reviews/{visit.id}"))

    assert "地方关门，没有检查成" in told and "院门锁着" in told
    assert house.send(visit, "accepting").status_code == 303


def test_a_queue_goes_page_by_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspection.desk.reviews.PAGE", 2)
    every = [house.received(hours=hours, checked=False, site=house.checks.site()) for hours in (5, 4, 3)]

    first = house.office.page("/desk/reviews")
    further = re.search(r'href="([^"]+)" rel="next"', first)

    listed = re.compile(r'class="qi" href="/desk/reviews/([0-9a-f-]+)')
    assert further
    second = house.office.page(unescape(further[1]))
    assert listed.findall(first) + listed.findall(second) == [str(visit.id) for visit in every]


@pytest.mark.parametrize("who", ["officer", "publisher"])
def test_nobody_else_gets_in_whether_a_visit_is_there_or_not(house: House, make: Make, browser: Open, who: str) -> None:
    visit, other = house.received(), browser(getattr(make, who)())

    there, absent = (other.get(f"/desk/reviews/{one}") for one in (visit.id, uuid.uuid4()))

    plain = re.compile(r"[0-9a-f]{12}(?=</span>)|value=\"[^\"]+\"")
    assert there.status_code == absent.status_code == 403
    assert plain.sub("", there.text) == plain.sub("", absent.text)
