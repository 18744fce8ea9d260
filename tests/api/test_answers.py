"""我要办的 over the wire: what waits for a unit, and its answer from the place, in order or not, once or twice."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest
from inspection.reports import receipts
from inspection.tickets import evidence, requests, service, stories
from inspection.tickets.models import Answer, ReturnGround, Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests.make import NOW, SPOT, Make, jpeg, sha256
from tests.web.browser import Browser, photo, work

IN_HAND, ANSWERS = "/api/v1/tickets/in-hand", "/api/v1/answers"
FIRST, SECOND, THIRD = jpeg(971), jpeg(972), jpeg(973)
DAY = timedelta(days=1)


class Crew:
    """Someone of a unit with their phone, and a ticket that the unit has in hand, usually since yesterday."""

    def __init__(self, app: Flask, make: Make, state: State = State.HANDLING, *, since: timedelta = DAY) -> None:
        self.make, self.unit = make, make.unit()
        self.ticket_id = make.ticket(state, unit=self.unit, now=now() - since).id
        self.person: Person = make.handler(self.unit)
        self.phone = Browser(app, self.person)
        self.csrf = self.phone.get("/api/v1/session").json["csrf"]

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.ticket_id)

    def put(
        self, answer_id: uuid.UUID, *pictures: bytes, taken: datetime | None = None, **changed: Any
    ) -> TestResponse:
        taken = taken or now() - timedelta(minutes=5)
        place = {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84", "accuracy_m": 8.0, "source": "live"}
        shown = {"role": "after", "taken_at": taken.isoformat(), "place": place | {"fixed_at": taken.isoformat()}}
        body = {
            "ticket": str(self.ticket_id),
            "round": 1,
            "note": "已清走，摆上花箱",
            "captured_at": taken.isoformat(),
            "place": place,
            "photos": [{"sha256": sha256(one), "bytes": len(one)} | shown for one in pictures],
        }
        return self.send(f"{ANSWERS}/{answer_id}", json=body | changed)

    def upload(self, answer_id: uuid.UUID, picture: bytes, digest: str | None = None) -> TestResponse:
        return self.send(f"{ANSWERS}/{answer_id}/photos/{digest or sha256(picture)}", data=picture)

    def send(self, url: str, **content: Any) -> TestResponse:
        return self.phone.client.put(url, headers={"X-CSRFToken": self.csrf}, buffered=True, **content)

    def waiting(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.phone.get(IN_HAND).json["items"]
        return told

    def moved(self, role: Role, deed: Callable[..., None], **given: Any) -> None:
        """Somebody of another office does something to the ticket meanwhile."""
        by = self.make.officer() if role is Role.DISTRICT else self.make.city()
        evidence_id = self.make.evidence(now()) if deed is service.fail_recheck else None
        with writing():
            if evidence_id:
                given["evidence"] = db.session.get_one(Manifest, evidence_id)
            ticket, person = db.session.get_one(Ticket, self.ticket_id), db.session.get_one(Person, by.id)
            deed(ticket, by=person, now=now(), **given)


@pytest.fixture
def crew(app: Flask, make: Make) -> Crew:
    return Crew(app, make)


def again(crew: Crew, *pictures: bytes) -> TestResponse:
    """A whole answer, all its photos in."""
    answer_id = uuid.uuid4()
    crew.put(answer_id, *pictures, round=crew.ticket.round)
    return [crew.upload(answer_id, one) for one in pictures][-1]


def test_what_waits_says_what_where_and_until_when_and_shows_it_as_it_was(crew: Crew) -> None:
    work()

    (item,) = crew.waiting()

    ticket = crew.ticket
    assert ticket.due_at
    assert item == {
        "id": str(ticket.id),
        "number": ticket.number,
        "state": "handling",
        "round": 1,
        "category": "street_clutter",
        "what": ticket.category.name,
        "basis": ticket.category.basis,
        "place": "月牙胡同 5 号门前",
        "lat": SPOT[0],
        "lng": SPOT[1],
        "exact": True,
        "due_at": item["due_at"],
        "left": item["left"],
        "overdue": False,
        "supervised": False,
        "sent_back": None,
        "before": item["before"],
        "url": f"/desk/tickets/{ticket.id}",
    }
    assert "个工作日" in item["left"]
    assert item["before"][0]["role"] == "far"
    assert [crew.phone.get(item["before"][0][size]).status_code for size in ("web", "thumb")] == [200, 200]


def test_the_most_urgent_comes_first_and_overdue_is_said_in_words(app: Flask, make: Make) -> None:
    crew = Crew(app, make)
    late = make.ticket(State.DISPATCHED, unit=crew.unit, now=now() - 30 * DAY)
    make.ticket(State.HANDLED, unit=crew.unit, now=now() - DAY)

    told = crew.waiting()

    assert [one["id"] for one in told] == [str(late.id), str(crew.ticket_id)]
    assert (told[0]["overdue"], told[0]["state"]) == (True, "dispatched")
    assert told[0]["left"].startswith("超 ")


def test_an_answer_is_handed_in_with_its_last_photo_whatever_their_order(crew: Crew, events: Any) -> None:
    answer_id = uuid.uuid4()

    announced = crew.put(answer_id, FIRST, SECOND)
    first = crew.upload(answer_id, SECOND)
    assert crew.ticket.state is State.HANDLING
    last = crew.upload(answer_id, FIRST)

    assert (announced.status_code, announced.json["state"]) == (201, "incomplete")
    assert announced.json["missing"] == [sha256(FIRST), sha256(SECOND)]
    assert (first.json["missing"], first.json["receipt"]) == ([sha256(FIRST)], None)
    assert (last.status_code, last.json["state"], last.json["missing"]) == (200, "received", [])
    receipt = last.json["receipt"]
    assert receipt["number"] == f"{crew.ticket.number}-1"
    assert receipt["photos"] == [sha256(FIRST), sha256(SECOND)]
    assert receipts.verify(receipt, tools().signer.public_key)["answer"] == str(answer_id)
    (handled,) = events("ticket.handled")
    assert json.loads(handled.data)["note"] == "已清走，摆上花箱"
    assert crew.ticket.state is State.HANDLED and crew.waiting() == []


def test_sent_again_at_any_step_it_is_one_answer_with_one_receipt(crew: Crew) -> None:
    answer_id, taken = uuid.uuid4(), now()
    crew.put(answer_id, FIRST, taken=taken)

    before = crew.put(answer_id, FIRST, taken=taken)
    done = crew.upload(answer_id, FIRST)
    after = [crew.upload(answer_id, FIRST), crew.put(answer_id, FIRST, taken=taken)]

    assert (before.status_code, before.json["missing"]) == (200, [sha256(FIRST)])
    assert [(one.status_code, one.json["receipt"]) for one in after] == [(200, done.json["receipt"])] * 2
    assert db.session.query(Answer).count() == 1
    assert db.session.query(AuditEvent).filter_by(name="ticket.handled").count() == 1


def test_a_receipt_is_given_again_even_after_the_ticket_came_back(crew: Crew) -> None:
    answer_id = uuid.uuid4()
    crew.put(answer_id, FIRST)
    done = crew.upload(answer_id, FIRST)
    crew.moved(Role.DISTRICT, service.fail_recheck, reason="箱子还在")

    repeated = crew.upload(answer_id, FIRST)

    assert (repeated.status_code, repeated.json["receipt"]) == (200, done.json["receipt"])
    assert crew.ticket.state is State.HANDLING


def test_the_same_id_with_another_content_says_what_differs(crew: Crew) -> None:
    answer_id, taken = uuid.uuid4(), now()
    crew.put(answer_id, FIRST, taken=taken)

    answer = crew.put(answer_id, FIRST, taken=taken, note="又改了")

    assert (answer.status_code, answer.json["differs"]) == (409, ["note"])


def test_late_is_what_has_come_in_after_the_deadline_whatever_the_phone_says(app: Flask, make: Make) -> None:
    crew, answer_id = Crew(app, make), uuid.uuid4()
    with writing():
        db.session.get_one(Ticket, crew.ticket_id).due_at = now() - timedelta(hours=1)

    crew.put(answer_id, FIRST, captured_at=(now() - timedelta(hours=3)).isoformat())
    crew.upload(answer_id, FIRST)

    assert db.session.get_one(Answer, answer_id).late and crew.ticket.late


def test_what_the_phone_kept_overnight_says_on_the_page_when_it_was_taken(app: Flask, make: Make) -> None:
    crew, answer_id = Crew(app, make, since=3 * DAY), uuid.uuid4()
    taken = (now() - timedelta(hours=30)).astimezone(BEIJING)
    picture = photo(973, taken)
    crew.put(answer_id, picture)
    crew.upload(answer_id, picture)

    page = crew.phone.page(f"/desk/tickets/{crew.ticket_id}")

    assert f"整改后 · {taken.month}月{taken.day}日拍，" in page


def test_a_colleague_was_first_and_both_have_words_for_it(app: Flask, make: Make, crew: Crew) -> None:
    slow = uuid.uuid4()
    crew.put(slow, FIRST)
    colleague = make.handler(db.session.get_one(Unit, crew.unit.id))
    make.answer(crew.ticket, colleague, now())

    answers = [crew.upload(slow, FIRST), crew.put(uuid.uuid4(), SECOND)]

    for answer in answers:
        assert (answer.status_code, answer.json["code"]) == (409, "ticket_moved")
        assert answer.json["detail"].startswith("这一件已经有人交过反馈，正等核查")
    assert db.session.query(Answer).filter(Answer.answered_at.is_not(None)).count() == 1


@pytest.mark.parametrize(
    ("role", "deed", "given", "words"),
    [
        (Role.CITY, service.void, {"reason": "查无此处"}, "已经作废"),
        (
            Role.CITY,
            requests.suspend,
            {
                "plan": "等雨停",
                "expected_on": (now() + 9 * DAY).date(),
                "review_on": (now() + 5 * DAY).date(),
            },
            "已经挂账",
        ),
    ],
    ids=["voided", "suspended"],
)
def test_a_ticket_that_was_stopped_meanwhile_is_told_so(
    crew: Crew, role: Role, deed: Callable[..., None], given: dict[str, Any], words: str
) -> None:
    answer_id = uuid.uuid4()
    crew.put(answer_id, FIRST)
    crew.moved(role, deed, **given)

    answer = crew.upload(answer_id, FIRST)

    assert (answer.status_code, answer.json["code"]) == (409, "ticket_moved")
    assert words in answer.json["detail"]


def test_pictures_of_the_round_before_are_not_an_answer_to_the_next(app: Flask, make: Make, crew: Crew) -> None:
    kept = uuid.uuid4()
    crew.put(kept, SECOND)
    again(crew, FIRST)
    crew.moved(Role.DISTRICT, service.fail_recheck, reason="箱子还在墙边")

    refused = [crew.upload(kept, SECOND), crew.put(uuid.uuid4(), jpeg(974))]
    (item,) = crew.waiting()
    accepted = again(crew, jpeg(975))

    for answer in refused:
        assert (answer.status_code, answer.json["code"]) == (409, "ticket_moved")
        assert "又退回来要再改" in answer.json["detail"]
    assert (item["round"], item["sent_back"]) == (2, {"verdict": "failed", "note": "箱子还在墙边"})
    assert accepted.json["receipt"]["number"] == f"{crew.ticket.number}-2"


def test_a_ticket_that_went_back_to_its_district_is_told_as_gone(crew: Crew) -> None:
    answer_id = uuid.uuid4()
    crew.put(answer_id, FIRST)
    with writing():
        by = db.session.get_one(Person, crew.person.id)
        ticket = db.session.get_one(Ticket, crew.ticket_id)
        requests.request_return(ticket, ground=ReturnGround.DUTY, text="不归我们管", by=by, now=now())
    crew.moved(Role.DISTRICT, requests.decide_return, granted=True, reason="")

    answer = crew.upload(answer_id, FIRST)

    assert (answer.status_code, answer.json["code"]) == (404, "ticket_moved")
    assert "现在不归您单位办" in answer.json["detail"]


def test_before_it_is_accepted_nothing_is_taken_in(app: Flask, make: Make) -> None:
    answer = Crew(app, make, State.DISPATCHED).put(uuid.uuid4(), FIRST)

    assert (answer.status_code, answer.json["code"]) == (409, "ticket_moved")
    assert "请先签收再交" in answer.json["detail"]


def test_each_picture_says_what_it_shows_and_is_held_against_the_one_of_its_kind(crew: Crew) -> None:
    answer_id, shown = uuid.uuid4(), {SECOND: "near", FIRST: "far", THIRD: "after"}
    taken = {"taken_at": (now() - timedelta(minutes=5)).isoformat()}
    photos = [{"sha256": sha256(one), "bytes": len(one), "role": role} | taken for one, role in shown.items()]
    crew.put(answer_id, SECOND, FIRST, THIRD, photos=photos)
    for one in shown:
        received = crew.upload(answer_id, one)

    answer = stories.last_answer(crew.ticket)

    assert received.json["state"] == "received" and answer
    assert [photo.role.value for photo in answer.manifest.photos] == ["near", "far", "after"]


def test_another_units_ticket_looks_like_none(app: Flask, make: Make, crew: Crew) -> None:
    answer_id, other = uuid.uuid4(), Crew(app, make)
    crew.put(answer_id, FIRST)

    theirs = other.put(uuid.uuid4(), FIRST, ticket=str(crew.ticket_id))
    nothing = other.put(uuid.uuid4(), FIRST, ticket=str(uuid.uuid4()))
    picture = other.upload(answer_id, FIRST)
    taken = other.put(answer_id, FIRST)

    assert [answer.status_code for answer in (theirs, nothing, picture)] == [404] * 3
    assert theirs.json["detail"] == nothing.json["detail"]
    assert (taken.status_code, taken.json["code"]) == (409, "id_taken")
    assert str(crew.ticket_id) not in {one["id"] for one in other.waiting()}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"note": " "}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"photos": []}, "photos"),
        ({"round": 0}, "round"),
        ({"ticket": "nonsense"}, "ticket"),
        ({"captured_at": "2026-11-20T09:42:00"}, "captured_at"),
        ({"captured_at": "2999-11-20T09:42:00+08:00"}, "captured_at"),
        ({"place": {"lat": 91}}, "place.lat"),
        ({"unknown": 1}, "unknown"),
        ({"photos": [{"sha256": sha256(FIRST), "bytes": 9, "role": "plate"}]}, "photos.0.role"),
        ({"photos": [{"sha256": sha256(FIRST), "bytes": 9, "role": "recheck"}]}, "photos.0.role"),
    ],
)
def test_what_is_wrong_is_named(crew: Crew, changed: dict[str, Any], field: str) -> None:
    answer = crew.put(uuid.uuid4(), FIRST, **changed)

    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_picture_from_before_the_case_is_refused_at_the_photos_and_leaves_the_ticket_in_hand(crew: Crew) -> None:
    answer_id, old = uuid.uuid4(), photo(976, now() - 9 * DAY)
    crew.put(answer_id, old)

    answer = crew.upload(answer_id, old)

    assert (answer.status_code, answer.json["code"], list(answer.json["errors"])) == (422, "no_fresh_photo", ["photos"])
    assert crew.ticket.state is State.HANDLING


def test_a_photo_that_did_not_come_whole_leaves_the_answer_waiting_for_it(crew: Crew) -> None:
    answer_id = uuid.uuid4()
    crew.put(answer_id, FIRST)

    wrong = crew.upload(answer_id, FIRST[:-1], sha256(FIRST))

    assert (wrong.status_code, wrong.json["code"]) == (422, "digest_mismatch")
    assert crew.upload(answer_id, FIRST).json["state"] == "received"


@pytest.mark.parametrize(
    ("older", "clean"), [(timedelta(0), True), (timedelta(hours=2), False)], ids=["at the shutter", "saved before"]
)
def test_the_apps_own_camera_is_not_suspected_for_writing_nothing_and_a_saved_picture_is(
    crew: Crew, older: timedelta, clean: bool
) -> None:
    answer_id, fixed = uuid.uuid4(), now() - timedelta(minutes=5)
    place = {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84", "accuracy_m": 8, "source": "live"}
    shown = {"taken_at": (fixed - older).isoformat(), "place": place | {"fixed_at": fixed.isoformat()}}
    crew.put(answer_id, FIRST, photos=[{"sha256": sha256(FIRST), "bytes": len(FIRST), "role": "after"} | shown])
    crew.upload(answer_id, FIRST)
    work()

    found = evidence.checks(crew.ticket, answer) if (answer := stories.last_answer(crew.ticket)) else []

    assert [check.ok for check in found if str(check.words).startswith(("没有处理过", "照片里没有相机"))] == [clean]


def test_a_phone_with_a_unit_knows_whose_it_is_and_may_say_what_it_holds(crew: Crew) -> None:
    told = crew.phone.get("/api/v1/session").json

    assert (told["person"]["role"], told["received_this_month"]) == ("handler", 0)
    assert crew.send("/api/v1/outbox", json={"unsent": 1, "oldest_at": NOW.isoformat()}).status_code == 204
    assert [crew.phone.get(url).status_code for url in ("/api/v1/tasks", "/api/v1/reports")] == [403, 403]
