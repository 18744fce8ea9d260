"""待发送的手机: the city's page of phones to call, and the file that a phone could only export."""

import io
from datetime import timedelta

import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import outboxes
from inspection.people.models import Device
from tests.make import Make
from tests.reports.test_rescue import FIRST, exported, record
from tests.web.browser import Browser, device_of


def test_the_page_names_whom_to_call_since_when(app: Flask, make: Make) -> None:
    person = make.inspector(name="欧阳兰", phone="13911112222")
    device_of(person)
    device = db.session.scalars(db.select(Device.id).where(Device.person_id == person.id)).one()
    with writing():
        outboxes.tell(device, unsent=3, oldest_at=now() - timedelta(days=2), now=now())

    page = Browser(app, make.city()).page("/desk/outboxes")

    assert "欧阳兰" in page and 'href="tel:13911112222"' in page


def test_without_such_phones_the_page_says_so(app: Flask, make: Make) -> None:
    assert "没有积压的手机" in Browser(app, make.city()).page("/desk/outboxes")


def test_a_file_is_taken_in_and_its_receipts_are_shown(app: Flask, make: Make) -> None:
    owner, city = make.inspector(), Browser(app, make.city())
    file = exported(owner.id, [record(FIRST), record(FIRST, kind="note")], FIRST)

    answer = city.send("/desk/outboxes", {"file": (file, "mingcha.zip")}, page="/desk/outboxes")

    assert answer.status_code == 200
    assert "已收到，回执号" in answer.text and "这一种还不能导入" in answer.text


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_what_is_no_file_is_refused_in_words(app: Flask, make: Make, content: bytes) -> None:
    city = Browser(app, make.city())

    answer = city.send("/desk/outboxes", {"file": (io.BytesIO(content), "x.zip")})

    assert answer.status_code == 422
    assert "没有传完整" in answer.text
