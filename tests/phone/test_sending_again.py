"""A report whose photos did not all arrive: the same pictures, picked once more, complete it."""

import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inspection.people.models import Person
from tests.make import PASSWORD, Make, jpeg

FIRST, SECOND, ANOTHER = jpeg(1), jpeg(2), jpeg(3)


@pytest.fixture
def author(make: Make, client: FlaskClient) -> Person:
    """An inspector who is signed in."""
    person = make.inspector()
    token = _token(client, "/sign-in")
    client.post("/sign-in", data={"phone": person.phone, "password": PASSWORD, "csrf_token": token})
    return person


@pytest.fixture
def unfinished(make: Make, author: Person) -> uuid.UUID:
    """A report of two photos, of which one has arrived."""
    report_id = make.announce(author, make.new_report(FIRST, SECOND)).report.id
    make.upload(author, report_id, FIRST)
    return report_id


def test_the_page_says_how_many_are_missing_and_takes_them(client: FlaskClient, unfinished: uuid.UUID) -> None:
    url = f"/phone/reports/{unfinished}"

    page = client.get(url).get_data(as_text=True)
    sent = client.post(f"{url}/photos", data={"photos": _file(SECOND), "csrf_token": _token(client, url)})

    assert "还差 1 张照片" in page
    assert (sent.status_code, sent.location) == (303, f"{url}/receipt")
    assert "已收到" in client.get(sent.location).get_data(as_text=True)


def test_another_picture_is_not_taken_for_it(client: FlaskClient, unfinished: uuid.UUID) -> None:
    url = f"/phone/reports/{unfinished}"

    refused = client.post(f"{url}/photos", data={"photos": _file(ANOTHER), "csrf_token": _token(client, url)})

    assert refused.status_code == 422
    assert "这不是当时选的那一张" in refused.get_data(as_text=True)
    assert "还差 1 张照片" in client.get(url).get_data(as_text=True)


def test_a_complete_report_asks_for_nothing(app: Flask, make: Make, author: Person, client: FlaskClient) -> None:
    report = make.report(author)

    assert "再传一次" not in client.get(f"/phone/reports/{report.id}").get_data(as_text=True)


def _file(picture: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture), "picture.jpg"


def _token(client: FlaskClient, url: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).get_data(as_text=True))
    assert found
    return found[1]
