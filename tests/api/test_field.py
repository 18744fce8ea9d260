"""What the field app asks for: who is here, the catalogue, what is around, what waits; and for whom it sends."""

import uuid
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.db import db
from inspection.people.models import Device
from inspection.photos.models import Photo
from inspection.photos.service import Announced, Original, Spot
from inspection.reports.models import Report
from tests.make import NOW, SPOT, Make, jpeg, sha256
from tests.web.browser import Browser, work

PICTURE = jpeg(7)
PLACE = {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84", "accuracy_m": 8, "source": "live", "fixed_at": None}


def put(mine: Browser, url: str, body: Any, **headers: str) -> Any:
    return mine.client.put(url, json=body, headers={"X-CSRFToken": mine.token()} | headers, buffered=True)


def manifest(**more: Any) -> dict[str, Any]:
    photo = {"sha256": sha256(PICTURE), "bytes": len(PICTURE), "role": "far", "taken_at": NOW.isoformat()}
    known = {"category": "street_clutter", "form": "adhoc", "captured_at": NOW.isoformat(), "place": PLACE}
    return known | {"photos": [photo | more.pop("photo", {})]} | more


def test_the_session_says_who_is_here_with_a_token_that_works(app: Flask, make: Make) -> None:
    person = make.inspector()
    mine = Browser(app, person)

    told = mine.get("/api/v1/session").json
    sent = mine.client.put("/api/v1/outbox", json={"unsent": 0}, headers={"X-CSRFToken": told["csrf"]})

    assert told["person"] == {"id": str(person.id), "name": "李文", "role": "inspector", "kind": "veteran"}
    assert told["settings"]["photo_side"] == 2048 and told["settings"]["photo_quality"] == 0.85
    assert sent.status_code == 204


def test_a_stale_token_is_told_by_its_own_code(app: Flask, make: Make) -> None:
    mine = Browser(app, make.inspector())

    refused = mine.client.put("/api/v1/outbox", json={"unsent": 0}, headers={"X-CSRFToken": "stale"})

    assert (refused.status_code, refused.json["code"]) == (400, "csrf")


def test_what_one_person_took_is_not_taken_in_as_anothers(app: Flask, make: Make) -> None:
    first, second = make.inspector(), make.inspector()
    mine, url = Browser(app, second), f"/api/v1/reports/{uuid.uuid4()}"

    refused = put(mine, url, manifest(), **{"Mingcha-Person": str(first.id)})
    taken = put(mine, url, manifest(), **{"Mingcha-Person": str(second.id)})

    assert (refused.status_code, refused.json["code"]) == (409, "another_person")
    assert taken.status_code == 201
    assert db.session.query(Report).count() == 1


def test_the_kit_has_the_catalogue_and_what_was_used_last(app: Flask, make: Make) -> None:
    person = make.inspector()
    make.report(person, category="zombie_car")

    kit = Browser(app, person).get("/api/v1/field-kit").json

    assert len(kit["categories"]) == 28
    assert kit["last_used"] == ["zombie_car"]
    assert next(row for row in kit["categories"] if row["code"] == "zombie_car")["short"] == "僵尸车"
    assert "ground_lock" in kit["common"]


def test_what_is_around_is_told_without_name_alias_or_hour(app: Flask, make: Make) -> None:
    report = make.report(make.inspector(name="欧阳暗香"))
    work()
    mine = Browser(app, make.inspector())

    told = mine.get(f"/api/v1/nearby?lat={SPOT[0]}&lng={SPOT[1]}").json

    [item] = told["items"]
    assert set(item) == {"id", "category", "lat", "lng", "on", "place", "thumb"}
    assert (item["id"], item["on"]) == (str(report.id), "2026-11-23")
    assert mine.get(item["thumb"]).status_code == 200
    assert mine.get(item["thumb"].replace("thumb", "web")).status_code == 404


@pytest.mark.parametrize(("query", "field"), [("lat=95&lng=116", "lat"), ("lat=39.9", "lng"), ("lat=x&lng=1", "lat")])
def test_a_point_that_is_none_is_refused_by_name(app: Flask, make: Make, query: str, field: str) -> None:
    refused = Browser(app, make.inspector()).get(f"/api/v1/nearby?{query}")

    assert refused.status_code == 422 and field in refused.json["errors"]


def test_the_phone_says_what_it_holds(app: Flask, make: Make) -> None:
    mine = Browser(app, make.inspector())

    answer = put(mine, "/api/v1/outbox", {"unsent": 3, "oldest_at": "2026-11-22T08:00:00+08:00"})

    device = db.session.scalars(db.select(Device)).one()
    assert (answer.status_code, device.unsent) == (204, 3)
    assert device.oldest_unsent_at is not None


def test_each_photo_keeps_its_own_place_and_what_its_original_was(app: Flask, make: Make) -> None:
    original = {"sha256": "a" * 64, "bytes": 3_000_000, "exif_taken_at": NOW.isoformat(), "exif_lat": 39.93}
    photo = {"place": PLACE | {"datum": "gcj02"}, "original": original | {"exif_lng": 116.42}}
    mine, url = Browser(app, make.inspector()), f"/api/v1/reports/{uuid.uuid4()}"

    assert put(mine, url, manifest(photo=photo)).status_code == 201
    assert put(mine, url, manifest(photo=photo)).status_code == 200
    changed = photo | {"original": original | {"exif_lng": 116.43}}
    assert put(mine, url, manifest(photo=changed)).json["differs"] == ["photos"]

    kept = db.session.scalars(db.select(Photo)).one()
    assert (kept.source, kept.original_bytes, kept.witness) == ("live", 3_000_000, (39.93, 116.42))
    assert kept.spot is not None and 0.001 < abs(kept.spot[0] - SPOT[0]) < 0.002  # about 150 m: GCJ-02 was undone


def test_a_report_without_the_new_parts_is_the_same_text_as_before(app: Flask, make: Make) -> None:
    plain = make.new_report(PICTURE)
    spot = Spot(*SPOT, 8.0, "live", None)
    rich = make.new_report(PICTURE, photos=(Announced("a" * 64, 1, plain.photos[0].role, None, spot),))

    assert set(plain.content()) == {
        "category", "form", "description", "address", "captured_at", "place", "photos", "count", "plate",
    }  # fmt: skip
    assert set(plain.content()["photos"][0]) == {"sha256", "bytes", "role", "taken_at"}
    assert rich.content()["photos"][0]["place"]["lat"] == SPOT[0]
    assert Original("a" * 64, 1, None, None, None).exif_lat is None


def test_the_same_problem_is_kept_as_a_hint_even_if_nobody_knows_it(app: Flask, make: Make) -> None:
    mine, known = Browser(app, make.inspector()), str(uuid.uuid4())

    put(mine, f"/api/v1/reports/{uuid.uuid4()}", manifest(same_as=known))

    assert str(db.session.scalars(db.select(Report.same_as)).one()) == known


def test_a_report_is_taken_back_once_and_for_all(app: Flask, make: Make) -> None:
    person = make.inspector()
    report = make.report(person)
    mine, url = Browser(app, person), f"/api/v1/reports/{report.id}/withdrawal"

    first, second = put(mine, url, {}), put(mine, url, {})

    assert [answer.json["state"] for answer in (first, second)] == ["withdrawn", "withdrawn"]
    assert put(Browser(app, make.inspector()), url, {}).status_code == 404
