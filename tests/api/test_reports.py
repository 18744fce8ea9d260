"""Sending a report: a manifest, then each photo; the last answer carries the receipt."""

import json
import uuid
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.db import db, writing
from inspection.people.models import Authorship
from inspection.photos.models import Manifest, Photo
from inspection.reports.models import Category, Receipt, Report
from tests.api.conftest import Program, manifest, token_for
from tests.make import Make, jpeg, sha256

FAR, NEAR = jpeg(1), jpeg(2)


def test_a_report_with_two_photos_gets_its_receipt_with_the_last(program: Program) -> None:
    report_id = uuid.uuid4()

    announced = program.put(report_id, manifest(FAR, NEAR))
    first = program.send(report_id, FAR)
    last = program.send(report_id, NEAR)

    assert (announced.status_code, announced.json["missing"]) == (201, [sha256(FAR), sha256(NEAR)])
    assert (first.status_code, first.json["missing"], first.json["receipt"]) == (200, [sha256(NEAR)], None)
    assert (last.status_code, last.json["state"], last.json["missing"]) == (200, "received", [])
    assert len(last.json["receipt"]["number"]) == 9
    assert last.json["receipt"]["photos"] == [sha256(FAR), sha256(NEAR)]


def test_photos_may_come_in_any_order_and_again(program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR, NEAR))

    program.send(report_id, NEAR)
    program.send(report_id, NEAR)
    done = program.send(report_id, FAR)
    again = program.send(report_id, FAR)

    assert done.json["receipt"] == again.json["receipt"] is not None


def test_the_same_again_is_the_same_report(program: Program) -> None:
    report_id, body = uuid.uuid4(), manifest(FAR)
    program.put(report_id, body)
    receipt = program.send(report_id, FAR).json["receipt"]

    again = program.put(report_id, body)

    assert again.status_code == 200
    assert again.json["receipt"] == receipt
    assert _count(Report) == 1


def test_the_same_moment_in_another_zone_is_the_same_content(program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))

    again = program.put(report_id, manifest(FAR, captured_at="2026-11-20T01:42:00+00:00"))

    assert again.status_code == 200


def test_the_same_id_with_another_content_is_refused_and_says_what_differs(program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))

    other = program.put(report_id, manifest(FAR, **{"place.lat": 39.93, "description": "别的"}))

    assert other.status_code == 409
    assert other.content_type == "application/problem+json"
    assert (other.json["code"], other.json["differs"]) == ("different_content", ["description", "place.lat"])


def test_two_identical_photos_in_one_report_are_sent_once(program: Program) -> None:
    report_id = uuid.uuid4()
    announced = program.put(report_id, manifest(FAR, FAR))

    done = program.send(report_id, FAR)

    assert announced.json["missing"] == [sha256(FAR)]
    assert done.json["receipt"]["photos"] == [sha256(FAR), sha256(FAR)]


def test_a_category_without_photos_is_complete_at_once(program: Program) -> None:
    done = program.put(uuid.uuid4(), manifest(category="service_desk"))

    assert (done.status_code, done.json["state"]) == (201, "received")
    assert done.json["receipt"]["number"]


def test_what_was_sealed_in_a_category_that_went_out_of_use_meanwhile_arrives_all_the_same(program: Program) -> None:
    begun, sealed = uuid.uuid4(), uuid.uuid4()
    program.put(begun, manifest(FAR, NEAR))
    program.send(begun, FAR)
    with writing():
        db.session.get_one(Category, "street_clutter").active = False

    last = program.send(begun, NEAR)
    announced = program.put(sealed, manifest(FAR))
    whole = program.send(sealed, FAR)

    assert (last.status_code, last.json["state"]) == (200, "received")
    assert (announced.status_code, whole.json["state"]) == (201, "received")
    assert whole.json["category"] == "street_clutter" and whole.json["receipt"]["number"]


def test_a_count_over_minutes_is_kept(program: Program) -> None:
    count = {"observed": 60, "violations": 7, "minutes": 5}
    report_id = uuid.uuid4()

    program.put(report_id, manifest(FAR, category="jaywalking", count=count))

    report = db.session.get_one(Report, report_id)
    assert (report.observed, report.violations, report.minutes) == (60, 7, 5)


@pytest.mark.parametrize("body", [FAR[:-1], FAR + b"x", b""], ids=["cut", "longer", "empty"])
def test_bytes_of_another_length_are_refused(program: Program, body: bytes) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))

    refused = program.send(report_id, body, sha256(FAR))

    assert (refused.status_code, refused.json["code"]) == (422, "digest_mismatch")
    assert _nothing_stored(report_id)


def test_bytes_with_another_hash_are_refused(program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))
    flipped = bytes([FAR[0] ^ 1]) + FAR[1:]

    refused = program.send(report_id, flipped, sha256(FAR))

    assert (refused.status_code, refused.json["code"]) == (422, "digest_mismatch")
    assert _nothing_stored(report_id)


def test_what_is_no_photo_is_refused_and_leaves_nothing(program: Program) -> None:
    report_id, page = uuid.uuid4(), b"<html><script>alert(1)</script></html>"
    program.put(report_id, manifest(page))

    refused = program.send(report_id, page)

    assert refused.status_code in {415, 422}
    assert "photo" in refused.json["errors"]
    assert _nothing_stored(report_id)


WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown field": ({"colour": "red"}, 422, "colour"),
    "unknown category": ({"category": "ufo"}, 422, "category"),
    "no category": ({"category": None}, 422, "category"),
    "unknown form": ({"form": "walk"}, 422, "form"),
    "unknown datum": ({"place.datum": "mars"}, 422, "place.datum"),
    "impossible latitude": ({"place.lat": 91}, 422, "place.lat"),
    "no number": ({"place.lng": "east"}, 422, "place.lng"),
    "not a number": ({"place.lat": float("nan")}, 422, "place.lat"),
    "outside Beijing": ({"place.lat": 31.23, "place.lng": 121.47}, 422, "place"),
    "negative accuracy": ({"place.accuracy_m": -1}, 422, "place.accuracy_m"),
    "from the future": ({"captured_at": "2099-01-01T00:00:00+08:00"}, 422, "captured_at"),
    "no time zone": ({"captured_at": "2026-11-20T09:42:00"}, 422, "captured_at"),
    "no time": ({"captured_at": "yesterday"}, 422, "captured_at"),
    "no photo": ({"photos": []}, 422, "photos"),
    "photos are no list": ({"photos": "one"}, 422, "photos"),
    "upper-case hash": ({"photos.0.sha256": "A" * 64}, 422, "photos.0.sha256"),
    "empty photo": ({"photos.0.bytes": 0}, 422, "photos.0.bytes"),
    "too large": ({"photos.0.bytes": 2**31}, 413, "photos.0.bytes"),
    "unknown role": ({"photos.0.role": "side"}, 422, "photos.0.role"),
    "photo of the future": ({"photos.0.taken_at": "2099-01-01T00:00:00+08:00"}, 422, "photos.0.taken_at"),
    "more violations than observed": (
        {"category": "jaywalking", "count": {"observed": 1, "violations": 2, "minutes": 5}},
        422,
        "count.violations",
    ),
    "no minutes": ({"count": {"observed": 1, "violations": 0, "minutes": 0}}, 422, "count.minutes"),
    "NUL in a text": ({"description": "a\x00b"}, 422, "description"),
    "too long a text": ({"description": "长" * 2001}, 422, "description"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_names_its_field_and_leaves_nothing_behind(program: Program, case: str) -> None:
    changed, status, field = WRONG[case]
    report_id = uuid.uuid4()

    refused = program.put(report_id, manifest(FAR, **changed))

    assert (refused.status_code, list(refused.json["errors"])) == (status, [field])
    assert refused.json["errors"][field][0]
    assert (_count(Report), _count(Manifest), _count(Photo), _count(Authorship)) == (0, 0, 0, 0)


def test_too_many_photos_are_refused(program: Program) -> None:
    refused = program.put(uuid.uuid4(), manifest(*[jpeg(n) for n in range(13)]))

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["photos"])


def test_a_body_that_is_no_json_is_refused(program: Program) -> None:
    url = f"/api/v1/reports/{uuid.uuid4()}"

    refused = program.client.put(url, data=b"{", content_type="application/json", headers=program.headers)

    assert refused.status_code in {400, 422}
    assert refused.content_type == "application/problem+json"


def test_the_caller_is_answered_in_their_language(program: Program) -> None:
    body = manifest(FAR, category="ufo")

    chinese = program.put(uuid.uuid4(), body, **{"Accept-Language": "zh-CN"})
    english = program.put(uuid.uuid4(), body, **{"Accept-Language": "en"})

    assert "没有" in chinese.json["detail"]
    assert english.json["detail"].isascii() and "ufo" in english.json["detail"]


def test_ones_own_reports_are_paged_newest_first(program: Program) -> None:
    sent = [str(uuid.uuid4()) for _ in range(5)]
    for report_id in sent:
        program.put(report_id, manifest(FAR))

    first = program.get("/api/v1/reports?limit=2").json
    second = program.get(f"/api/v1/reports?limit=2&cursor={first['next']}").json
    third = program.get(f"/api/v1/reports?limit=2&cursor={second['next']}").json

    assert [item["id"] for page in (first, second, third) for item in page["items"]] == sent[::-1]
    assert third["next"] is None


def test_anothers_report_is_not_there(app: Flask, make: Make, program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))
    other = Program(app.test_client(), token_for(make.inspector()))

    answers = [
        other.get(f"/api/v1/reports/{report_id}").status_code,
        other.get(f"/api/v1/reports/{report_id}/receipt").status_code,
        other.send(report_id, FAR).status_code,
    ]
    taken = other.put(report_id, manifest(FAR))

    assert answers == [404, 404, 404]
    assert (taken.status_code, taken.json["code"]) == (409, "id_taken")


def test_without_a_token_there_is_nothing(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/reports")

    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_token_to_read_cannot_write(app: Flask, make: Make) -> None:
    reader = Program(app.test_client(), token_for(make.inspector(), "reports:read"))

    assert reader.put(uuid.uuid4(), manifest(FAR)).status_code == 403
    assert reader.get("/api/v1/reports").status_code == 200


def test_a_district_officer_cannot_send_a_report(app: Flask, make: Make) -> None:
    officer = Program(app.test_client(), token_for(make.officer()))

    assert officer.put(uuid.uuid4(), manifest(FAR)).status_code == 403


def test_the_receipt_can_be_fetched_again_and_checked(program: Program) -> None:
    from inspection.reports import receipts

    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))
    early = program.get(f"/api/v1/reports/{report_id}/receipt")
    program.send(report_id, FAR)

    receipt = program.get(f"/api/v1/reports/{report_id}/receipt").json
    key = program.get("/api/v1/receipt-key").json["key"]

    assert early.status_code == 404
    assert receipts.verify(receipt, key)["report"] == str(report_id)


def test_the_description_of_the_api_is_openapi_3_1(program: Program) -> None:
    described = program.get("/api/v1/openapi.json").json

    assert described["openapi"] == "3.1.0"
    assert {"/api/v1/reports/{report_id}", "/api/v1/areas/locate"} <= set(described["paths"])


def _count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def _nothing_stored(report_id: uuid.UUID) -> bool:
    from inspection.web.tools import tools

    db.session.rollback()
    photo = db.session.scalars(db.select(Photo).where(Photo.manifest_id == report_id)).one()
    return photo.arrived_at is None and not tools().storage.exists(photo.sealed_key) and _count(Receipt) == 0


def test_the_signed_document_is_what_was_received(program: Program) -> None:
    report_id = uuid.uuid4()
    program.put(report_id, manifest(FAR))

    document = json.loads(program.send(report_id, FAR).json["receipt"]["document"])

    assert document["photos"] == [sha256(FAR)]
    assert set(document) == {"content_sha256", "key", "number", "photos", "received_at", "report"}
