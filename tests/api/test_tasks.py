"""我的任务 over the wire: the list, the manifest of what was seen, its photos, its receipt."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inspection.kernel.calendar import DAY, day_of, now
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.reports import questions, receipts
from inspection.reports.models import Report
from inspection.tickets.models import Opinion, Task, Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests.api.conftest import Program, token_for
from tests.make import Make, jpeg, sha256
from tests.web.browser import Browser, work

TASKS, RECHECKS = "/api/v1/tasks", "/api/v1/rechecks"
FIRST, SECOND = jpeg(981), jpeg(982)


class Visitor:
    """An inspector who was asked, with a program and a browser."""

    def __init__(self, app: Flask, make: Make, state: State = State.HANDLED) -> None:
        self.person: Person = make.inspector()
        self.ticket: Ticket = make.ticket(state, now=now() - timedelta(days=1))
        self.task: Task = make.task(self.ticket, self.person, now=now())
        self.program = Program(app.test_client(), token_for(self.person))
        self.browser = Browser(app, self.person)

    def put(self, recheck_id: uuid.UUID, *pictures: bytes, **changed: Any) -> TestResponse:
        body = {
            "task": str(self.task.id),
            "verdict": "good",
            "note": "花箱摆好了",
            "captured_at": "2026-11-20T09:42:00+08:00",
            "place": {"lat": 39.9289, "lng": 116.4178, "datum": "wgs84", "accuracy_m": 8.0, "source": "live"},
            "photos": [{"sha256": sha256(one), "bytes": len(one), "role": "recheck"} for one in pictures],
        }
        url = f"{RECHECKS}/{recheck_id}"
        return self.program.client.put(url, json=body | changed, headers=self.program.headers)

    def send(self, recheck_id: uuid.UUID, picture: bytes, digest: str | None = None) -> TestResponse:
        url = f"{RECHECKS}/{recheck_id}/photos/{digest or sha256(picture)}"
        return self.program.client.put(url, data=picture, headers=self.program.headers)


@pytest.fixture
def visitor(app: Flask, make: Make) -> Visitor:
    return Visitor(app, make)


def test_what_an_office_asks_about_ones_reports_stands_beside_the_tasks(app: Flask, make: Make) -> None:
    person, officer = make.inspector(), make.officer()
    report = make.report(person, now=now())
    program = Program(app.test_client(), token_for(person))
    with writing():
        questions.ask(
            db.session.get_one(Report, report.id),
            text="门牌是几号？",
            wants_photo=True,
            days=5,
            by=db.session.get_one(Person, officer.id),
            now=now(),
        )

    told = program.client.get(TASKS, headers=program.headers).json

    assert told == {
        "items": [],
        "questions": [
            {
                "office": "东城区文明办",
                "text": "门牌是几号？",
                "category": "street_clutter",
                "place": "月牙胡同 5 号门前",
                "due_on": (day_of(now()) + 5 * DAY).isoformat(),
                "wants_photo": True,
                "url": f"/phone/reports/{report.id}#asked",
            }
        ],
    }


def test_the_list_says_where_until_when_and_shows_both_pictures(visitor: Visitor) -> None:
    work()

    (item,) = visitor.program.get(TASKS).json["items"]

    assert item == {
        "id": str(visitor.task.id),
        "kind": "recheck",
        "category": "street_clutter",
        "place": "月牙胡同 5 号门前",
        "lat": 39.9289,
        "lng": 116.4178,
        "due_on": (day_of(now()) + 3 * DAY).isoformat(),
        "before": item["before"],
        "thumb": item["thumb"],
        "after": item["after"],
    }
    assert [visitor.browser.get(item[name]).status_code for name in ("before", "thumb", "after")] == [200] * 3
    assert visitor.browser.get(f"/phone/reports/{visitor.ticket.reports[0].report_id}").status_code == 404


def test_the_pictures_stay_while_it_is_done_and_go_when_it_is_withdrawn(make: Make, visitor: Visitor) -> None:
    work()
    (item,) = visitor.program.get(TASKS).json["items"]
    make.opinion(visitor.task, visitor.person, FIRST, now=now())

    done = visitor.browser.get(item["before"]).status_code
    other = Browser(make.app, make.inspector()).get(item["before"]).status_code

    assert (done, other) == (200, 404)
    assert visitor.program.get(TASKS).json["items"] == []


def test_what_was_seen_gets_its_receipt_with_the_last_photo(visitor: Visitor) -> None:
    recheck_id = uuid.uuid4()

    announced = visitor.put(recheck_id, FIRST, SECOND)
    first = visitor.send(recheck_id, SECOND)
    last = visitor.send(recheck_id, FIRST)
    again = [visitor.send(recheck_id, FIRST), visitor.put(recheck_id, FIRST, SECOND)]

    assert (announced.status_code, announced.json["state"]) == (201, "incomplete")
    assert announced.json["missing"] == [sha256(FIRST), sha256(SECOND)]
    assert (first.json["missing"], first.json["receipt"]) == ([sha256(FIRST)], None)
    assert (last.status_code, last.json["state"], last.json["missing"]) == (200, "received", [])
    receipt = last.json["receipt"]
    assert receipt["photos"] == [sha256(FIRST), sha256(SECOND)] and len(receipt["number"]) == 9
    assert receipts.verify(receipt, tools().signer.public_key)["recheck"] == str(recheck_id)
    assert [(one.status_code, one.json["receipt"]) for one in again] == [(200, receipt)] * 2


def test_the_same_id_with_another_content_says_what_differs(visitor: Visitor) -> None:
    recheck_id = uuid.uuid4()
    visitor.put(recheck_id, FIRST)

    answer = visitor.put(recheck_id, FIRST, verdict="bad", note="还在")

    assert (answer.status_code, answer.json["differs"]) == (409, ["note", "verdict"])


def test_from_a_second_device_it_is_refused_in_a_plain_sentence(visitor: Visitor) -> None:
    slow = uuid.uuid4()
    visitor.put(slow, FIRST)
    quick = uuid.uuid4()
    visitor.put(quick, SECOND)
    visitor.send(quick, SECOND)

    answers = [visitor.send(slow, FIRST), visitor.put(uuid.uuid4(), FIRST)]

    for answer in answers:
        assert (answer.status_code, answer.json["code"]) == (409, "task_done")
        assert answer.json["detail"] == "这件任务已经交过了，这一次没有收下。"
    assert len(db.session.scalars(db.select(Opinion).where(Opinion.received_at.is_not(None))).all()) == 1


def test_who_could_not_get_there_needs_no_photo(visitor: Visitor) -> None:
    answer = visitor.put(uuid.uuid4(), verdict="unreachable", note="胡同封了", place=None)

    assert (answer.status_code, answer.json["state"]) == (201, "received")
    assert answer.json["receipt"]["photos"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "unreachable", "note": ""}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"photos": []}, "photos"),
        ({"task": "nonsense"}, "task"),
        ({"captured_at": "2026-11-20T09:42:00"}, "captured_at"),
        ({"captured_at": "2999-11-20T09:42:00+08:00"}, "captured_at"),
        ({"place": {"lat": 91}}, "place.lat"),
        ({"unknown": 1}, "unknown"),
        ({"photos": [{"sha256": sha256(FIRST), "bytes": 9, "role": "far"}]}, "photos.0.role"),
    ],
)
def test_what_is_wrong_is_named(visitor: Visitor, changed: dict[str, Any], field: str) -> None:
    answer = visitor.put(uuid.uuid4(), FIRST, **changed)

    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_photo_that_did_not_come_whole_leaves_the_task_open(visitor: Visitor) -> None:
    recheck_id = uuid.uuid4()
    visitor.put(recheck_id, FIRST)

    wrong = visitor.send(recheck_id, FIRST[:-1], sha256(FIRST))

    assert (wrong.status_code, wrong.json["code"]) == (422, "digest_mismatch")
    assert len(visitor.program.get(TASKS).json["items"]) == 1
    assert visitor.send(recheck_id, FIRST).json["state"] == "received"


def test_another_inspectors_task_looks_like_none(app: Flask, make: Make, visitor: Visitor) -> None:
    recheck_id = uuid.uuid4()
    visitor.put(recheck_id, FIRST)
    other = Program(app.test_client(), token_for(make.inspector()))
    body = {"task": str(visitor.task.id), "verdict": "good", "captured_at": "2026-11-20T09:42:00Z"}
    nothing = body | {"task": str(uuid.uuid4())}

    theirs = [
        other.client.put(f"{RECHECKS}/{uuid.uuid4()}", json=one | {"photos": []}, headers=other.headers)
        for one in (body, nothing)
    ]
    photo = other.client.put(f"{RECHECKS}/{recheck_id}/photos/{sha256(FIRST)}", data=FIRST, headers=other.headers)

    assert [answer.status_code for answer in (*theirs, photo)] == [404] * 3
    assert theirs[0].json["detail"] == theirs[1].json["detail"]
    assert other.get(TASKS).json["items"] == []
