"""``/visits`` over the wire: everything for the way without a network, nothing of it for anyone else."""

import uuid
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inspection.checks.content import dump
from inspection.checks.models import Site, Visit, VisitRecord, VisitState
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.photos.models import Manifest, ManifestKind
from inspection.photos.service import plain
from inspection.web.tools import tools
from tests.checks.make_checks import MakeChecks, content
from tests.checks.make_records import TWO_GOOD
from tests.make import SPOT, Make, jpeg, sha256
from tests.web.browser import Browser, work

VISITS = "/api/v1/visits"
PICTURE, VOICE = jpeg(981), b"\x1aE\xdf\xa3" + b"spoken" * 40
HOUR = timedelta(hours=1)


class Walker:
    """An inspector with their phone, and a visit that they were drawn for and that is open."""

    def __init__(self, app: Flask, make: Make, **more: Any) -> None:
        self.app, self.make, self.checks = app, make, MakeChecks()
        self.person: Person = make.inspector()
        version = self.checks.checklist()
        plan = self.checks.plan(make.city(), version, far_m=150, score_shown=True)
        number = uuid.uuid4().hex
        self.site: Site = self.checks.site(name="东四六条", address="东四六条 63 号", number=number)
        self.visit_id = self.checks.visit(plan, self.site, self.person, **{"opens_at": now() - HOUR} | more).id
        self.phone = Browser(app, self.person)
        self.csrf = self.phone.get("/api/v1/session").json["csrf"]

    @property
    def visit(self) -> Visit:
        db.session.expire_all()
        return db.session.get_one(Visit, self.visit_id)

    def waiting(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.phone.get(VISITS).json["items"]
        return told

    def put(self, record_id: uuid.UUID, **changed: Any) -> TestResponse:
        moment = now().isoformat()
        body = {
            "visit": str(self.visit_id),
            "outcome": "done",
            "answers": [plain(asdict(one)) for one in TWO_GOOD],
            "note": "",
            "arrived_at": (now() - HOUR / 2).isoformat(),
            "place": {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84", "accuracy_m": 8.0, "source": "live"},
            "far_reason": "",
            "finished_at": moment,
            "photos": [{"sha256": sha256(PICTURE), "bytes": len(PICTURE), "role": "visit", "taken_at": moment}],
            "recordings": [{"sha256": sha256(VOICE), "bytes": len(VOICE), "seconds": 9, "taken_at": moment}],
        }
        return self.send("PUT", f"{VISITS}/records/{record_id}", json=body | changed)

    def upload(self, record_id: uuid.UUID, kind: str, data: bytes) -> TestResponse:
        return self.send("PUT", f"{VISITS}/records/{record_id}/{kind}/{sha256(data)}", data=data)

    def send(self, method: str, url: str, **content: Any) -> TestResponse:
        head = {"X-CSRFToken": self.csrf}
        return self.phone.client.open(url, method=method, headers=head, buffered=True, **content)


@pytest.fixture
def walker(app: Flask, make: Make) -> Walker:
    return Walker(app, make)


def test_a_visit_comes_with_all_that_is_needed_without_a_network(walker: Walker) -> None:
    (told,) = walker.waiting()

    visit = walker.visit
    assert told == {
        "id": str(visit.id),
        "name": "东四六条",
        "type": told["type"],
        "address": "东四六条 63 号",
        "district": "东城区",
        "lat": SPOT[0],
        "lng": SPOT[1],
        "route": None,
        "photo": None,
        "opens_at": told["opens_at"],
        "due_at": told["due_at"],
        "window": {
            "starts_on": visit.window.starts_on.isoformat(),
            "ends_on": visit.window.ends_on.isoformat(),
            "weekdays": [1, 2, 3, 4, 5, 6, 7],
            "opens": "09:00",
            "closes": "17:00",
        },
        "checklist": "背街小巷“十无”",
        "content": told["content"],
        "far_m": 150,
        "score_shown": True,
        "max_photos": 60,
        "asked": None,
    }
    assert [item["key"] for item in told["content"]["sections"][0]["items"]] == ["q1", "q2"]
    assert dump(content()) == visit.checklist_version.content


def test_it_is_kept_nowhere_on_the_way_and_its_mark_tells_nothing(walker: Walker) -> None:
    answer = walker.phone.get(VISITS)

    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified"} & set(answer.headers.keys())


def test_the_places_picture_is_shown_while_the_visit_waits_and_to_nobody_else(walker: Walker) -> None:
    manifest_id = walker.make.evidence(now())
    with writing():
        manifest = db.session.get_one(Manifest, manifest_id)
        manifest.kind, photo = ManifestKind.SITE, manifest.photos[0]
        db.session.get_one(Site, walker.site.id).photo_id = photo.id
    work()

    (told,) = walker.waiting()
    assert walker.phone.get(told["photo"]).status_code == 200
    assert Browser(walker.app, walker.make.inspector()).get(told["photo"]).status_code == 404
    with writing():
        db.session.get_one(Visit, walker.visit_id).closes_at = now() - HOUR / 2
    assert walker.phone.get(told["photo"]).status_code == 404


@pytest.mark.parametrize(
    ("provider", "start"),
    [
        ("amap", "https://uri.amap.com/navigation?to=116.42"),
        ("osm", "https://www.openstreetmap.org/directions?to=39.9289"),
    ],
)
def test_the_way_is_asked_of_a_map_where_the_office_says_so(
    walker: Walker, provider: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.api.visits.tools", lambda: With(provider))

    (told,) = walker.waiting()

    assert told["route"].startswith(start) and "东四" not in told["route"]


class With:
    """The tools with another map."""

    def __init__(self, provider: str) -> None:
        self.settings, self.signer = replace(tools().settings, route_map=provider), tools().signer


def test_what_is_brought_comes_in_two_steps_and_has_one_receipt(walker: Walker) -> None:
    record_id = uuid.uuid4()

    announced = walker.put(record_id)
    half = walker.upload(record_id, "recordings", VOICE)
    whole = walker.upload(record_id, "photos", PICTURE)
    again = walker.upload(record_id, "photos", PICTURE)

    assert (announced.status_code, announced.json["missing"]) == (201, [sha256(PICTURE), sha256(VOICE)])
    assert (half.json["missing"], half.json["receipt"]) == ([sha256(PICTURE)], None)
    assert (whole.json["state"], whole.json["unused"]) == ("received", "")
    assert whole.json["receipt"]["recordings"] == [sha256(VOICE)]
    assert again.json["receipt"] == whole.json["receipt"]
    assert walker.visit.state is VisitState.RECEIVED and walker.waiting() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"score": 100},
        {"answers": [{"key": "q1", "yes": "true"}]},
        {"answers": [{"key": "q1", "yes": True, "points": 10}]},
        {"answers": [{"key": "q1", "number": "3"}, {"key": "q2", "observed": "3"}]},
        {"outcome": "lost"},
        {"arrived_at": "2026-11-23T09:00:00"},
        {"finished_at": None},
    ],
    ids=str,
)
def test_a_manifest_that_is_not_as_it_must_be_is_refused(walker: Walker, changed: dict[str, Any]) -> None:
    assert walker.put(uuid.uuid4(), **changed).status_code == 422
    assert not db.session.scalars(db.select(VisitRecord)).all()


def test_what_is_lacking_is_said_at_its_item(walker: Walker) -> None:
    answers = [{"key": "q1", "yes": True}, {"key": "q2", "yes": False}]

    refused = walker.put(uuid.uuid4(), answers=answers)

    assert refused.status_code == 422
    assert list(refused.json["errors"]) == ["answers.q1.photos"]
    assert refused.json["errors"]["answers.q1.photos"] == ["第 1 项不合格，要拍一张照片。"]


def test_declining_takes_a_reason_and_no_more(walker: Walker) -> None:
    url = f"{VISITS}/{walker.visit_id}/decline"

    bad = [walker.send("POST", url, json=body).status_code for body in ({}, {"reason": "lazy"}, {"reason": "other"})]
    done = [walker.send("POST", url, json={"reason": "far", "text": ""}) for _ in (1, 2)]

    assert bad == [422, 422, 422]
    assert [(one.status_code, one.json["state"]) for one in done] == [(200, "declined")] * 2
    assert walker.waiting() == []


def test_absent_not_ones_own_and_not_yet_are_the_same_answer(app: Flask, make: Make, walker: Walker) -> None:
    later = Walker(app, make, opens_at=now() + 10 * 24 * HOUR)
    other = Walker(app, make)
    body = {"reason": "busy", "text": ""}

    def answers(mine: Walker, visit_id: uuid.UUID) -> list[tuple[int, str, str, set[str]]]:
        declined = mine.send("POST", f"{VISITS}/{visit_id}/decline", json=body)
        brought = mine.put(uuid.uuid4(), visit=str(visit_id))
        return [(one.status_code, one.json["detail"], one.json["code"], set(one.json)) for one in (declined, brought)]

    told = [answers(walker, uuid.uuid4()), answers(walker, other.visit_id), answers(later, later.visit_id)]

    assert [status for status, *_ in told[0]] == [404, 404]
    assert told[0] == told[1] == told[2]
    assert later.waiting() == []


def test_a_records_photos_are_its_owners_alone(app: Flask, make: Make, walker: Walker) -> None:
    record_id = uuid.uuid4()
    walker.put(record_id)
    stranger = Walker(app, make)

    theirs = stranger.upload(record_id, "photos", PICTURE)
    none = stranger.upload(uuid.uuid4(), "photos", PICTURE)

    assert theirs.status_code == none.status_code == 404
    assert theirs.json["detail"] == none.json["detail"]
    assert walker.upload(record_id, "photos", jpeg(982)).status_code == 404


def test_what_came_for_nothing_has_a_receipt_and_says_so(walker: Walker) -> None:
    record_id = uuid.uuid4()
    walker.put(record_id, recordings=[])
    with writing():
        db.session.get_one(Visit, walker.visit_id).state = VisitState.WITHDRAWN

    kept = walker.upload(record_id, "photos", PICTURE)

    assert kept.status_code == 200 and kept.json["receipt"]["number"]
    assert "撤销" in kept.json["unused"]


def test_what_was_asked_back_is_named(walker: Walker) -> None:
    with writing():
        visit = db.session.get_one(Visit, walker.visit_id)
        visit.state, visit.asked_at = VisitState.ASKED, now()
        visit.asked_items, visit.asked_text = ["q2"], "第 2 项请补一张远景"

    (told,) = walker.waiting()

    assert told["asked"] == {"items": ["q2"], "text": "第 2 项请补一张远景"}
    assert told["due_at"] > told["opens_at"]
