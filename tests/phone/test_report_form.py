"""The form without scripts: a whole report in one POST."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.reports import receipts
from inspection.reports.models import Receipt, Report, ReportState, Source
from tests.make import DISTRICT, STREET, Make, jpeg
from tests.web.browser import Browser, file, hidden

URL = "/phone/report"
Open = Callable[[Person | None], Browser]


@pytest.fixture
def phone(browser: Open, make: Make) -> Browser:
    return browser(make.inspector())


def fields(phone: Browser, *pictures: bytes, **changed: Any) -> dict[str, Any]:
    """The form as someone has filled it in."""
    empty = hidden(phone.page(URL))
    typed = {
        "category": "street_clutter",
        "district": DISTRICT,
        "street": STREET,
        "address": "月牙胡同 5 号门前",
        "description": "墙边堆着旧柜子",
        "photos": [file(picture) for picture in pictures],
    }
    filled = {"report_id": empty["report_id"], "form": "adhoc"} | typed | changed
    return {name: value for name, value in filled.items() if value not in ([], None)}


def send(phone: Browser, given: dict[str, Any]) -> TestResponse:
    return phone.send(URL, given, page=URL)


def reports() -> list[Report]:
    return list(db.session.scalars(db.select(Report)))


def test_two_photos_in_one_post_give_a_receipt(phone: Browser) -> None:
    answer = send(phone, fields(phone, jpeg(1), jpeg(2)))

    (report,) = reports()
    receipt = db.session.get_one(Receipt, report.id)
    assert (answer.status_code, answer.location) == (303, f"/phone/reports/{report.id}/receipt")
    shown = phone.page(answer.location)
    assert receipts.spoken(receipt.number) in shown
    assert "2 张照片" in shown and "月牙胡同 5 号门前" in shown and "东城区" in shown
    assert report.state is ReportState.RECEIVED
    assert (report.district_code, report.street_code, report.source) == (DISTRICT, STREET, Source.PIN)


def test_the_same_form_twice_is_one_report_with_one_receipt(phone: Browser) -> None:
    given = fields(phone, jpeg(1))

    first = send(phone, given)
    second = send(phone, given | {"photos": [file(jpeg(1))]})

    assert first.location == second.location
    assert len(reports()) == len(db.session.scalars(db.select(Receipt)).all()) == 1


def test_a_position_of_the_browser_is_taken_as_it_is(phone: Browser) -> None:
    given = fields(phone, jpeg(1), lat="39.9289", lng="116.4178", accuracy_m="12.5", district="", street="")

    send(phone, given)

    (report,) = reports()
    assert (report.lat, report.lng, report.accuracy_m, report.source) == (39.9289, 116.4178, 12.5, Source.LIVE)
    assert report.district_code == DISTRICT


def test_a_district_alone_is_a_vague_place(phone: Browser) -> None:
    send(phone, fields(phone, jpeg(1), street=""))

    (report,) = reports()
    assert report.district_code == DISTRICT
    assert report.doubtful


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"category": None}, "请选一类问题"),
        ({"category": "no_such"}, "没有“no_such”这个类别"),
        ({"photos": None}, "至少要有一张照片"),
        ({"district": "", "street": ""}, "请选在哪个区"),
        ({"district": "999999"}, "请选在哪个区"),
        ({"lat": "31.2", "lng": "121.5"}, "不在北京市内"),
        ({"lat": "nonsense", "lng": "116.4"}, "这一项应是数"),
        ({"lat": "nan", "lng": "116.4"}, "应是数"),
        ({"lat": "39.9289", "lng": "116.4178", "accuracy_m": "inf"}, "应是数"),
        ({"lat": "39.9289", "lng": "116.4178", "accuracy_m": "-5"}, "超出了可能的范围"),
        ({"captured_at": "2026-11-23T09:42:00"}, "时间要带时区"),
        ({"captured_at": "2999-11-23T09:42:00+08:00"}, "拍摄时间在将来"),
        ({"report_id": "nonsense"}, "这页开得太久了"),
        ({"category": "jaywalking", "observed": "3", "violations": "5", "minutes": "5"}, "违规数不能比观察数还多"),
        ({"category": "jaywalking", "observed": "nan", "violations": "1", "minutes": "5"}, "应是数"),
        ({"category": "jaywalking", "observed": "9" * 30, "violations": "1", "minutes": "5"}, "超出了可能的范围"),
        ({"category": "jaywalking", "observed": "3", "violations": "1", "minutes": ""}, "应是数"),
        ({"description": "长" * 2001}, "太长了"),
        ({"address": "长" * 301}, "太长了"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(phone: Browser, changed: dict[str, Any], words: str) -> None:
    given = fields(phone, jpeg(1), **{"address": "月牙胡同 5 号门前", "description": "墙边堆着<旧>柜子"} | changed)

    answer = send(phone, given)

    assert answer.status_code == 422
    assert words in answer.text
    assert "填过的都在" in answer.text
    if "address" not in changed:
        assert "月牙胡同 5 号门前" in answer.text
    if "description" not in changed:
        assert "墙边堆着&lt;旧&gt;柜子" in answer.text
    if given.get("category") == "street_clutter":
        assert 'value="street_clutter" checked' in answer.text
    assert reports() == []


@pytest.mark.parametrize(
    ("picture", "status"),
    [(b"<svg/>", 415), (b"nothing", 422), (jpeg(1)[:400], 422), (b"", 422)],
    ids=["svg", "garbage", "half", "empty"],
)
def test_a_file_that_is_no_photo_leaves_nothing_and_another_may_be_picked(
    phone: Browser, picture: bytes, status: int
) -> None:
    given = fields(phone, picture)
    refused = send(phone, given)
    report_id = hidden(refused.text)["report_id"]

    answer = send(phone, given | {"report_id": report_id, "photos": [file(jpeg(2))]})

    assert refused.status_code == status
    assert 'id="photos-wrong"' in refused.text
    assert answer.status_code == 303
    assert [report.state for report in reports()] == [ReportState.RECEIVED]


def test_going_back_and_reporting_something_else_is_another_report(phone: Browser) -> None:
    """A browser shows the old form again on “back”, with the id of what was sent already."""
    given = fields(phone, jpeg(1))
    send(phone, given)

    told = send(phone, given | {"photos": [file(jpeg(2))], "description": "另一处"})
    fresh = hidden(told.text)["report_id"]
    again = send(phone, given | {"photos": [file(jpeg(2))], "description": "另一处", "report_id": fresh})

    assert told.status_code == 409 and "另一处" in told.text
    assert fresh != given["report_id"]
    assert again.status_code == 303
    assert len(reports()) == 2


def test_an_id_that_someone_else_has_used_is_not_taken_over(phone: Browser, make: Make) -> None:
    theirs = make.report()

    answer = send(phone, fields(phone, jpeg(1), report_id=str(theirs.id)))

    assert answer.status_code == 409
    assert len(reports()) == 1


def test_more_photos_than_allowed_are_refused(phone: Browser) -> None:
    answer = send(phone, fields(phone, *(jpeg(seed) for seed in range(13))))

    assert answer.status_code == 422
    assert "最多 12 张" in answer.text
    assert reports() == []


def test_a_text_with_a_hidden_zero_is_refused(phone: Browser) -> None:
    answer = send(phone, fields(phone, jpeg(1), description="a\x00b"))

    assert answer.status_code in {400, 422}
    assert reports() == []


def test_the_file_name_is_kept_nowhere(app: Flask, phone: Browser) -> None:
    send(phone, fields(phone, photos=[file(jpeg(1), "金雀照片-../../etc.jpg")]))

    kept = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())]
    assert len(reports()) == 1
    assert not any("金雀照片" in row for row in kept)


def test_a_fresh_form_has_an_id_of_its_own(phone: Browser) -> None:
    first, second = (hidden(phone.page(URL))["report_id"] for _ in range(2))

    assert uuid.UUID(first).version == uuid.UUID(second).version == 4
    assert first != second


def test_the_last_used_categories_come_first(phone: Browser) -> None:
    for seed, category in enumerate(("adverts", "smoking", "adverts")):
        send(phone, fields(phone, jpeg(seed), category=category))

    page = phone.page(URL)

    order = [page.index(f'value="{code}"') for code in ("adverts", "smoking", "zombie_car", "zombie_bike")]
    assert order == sorted(order)
