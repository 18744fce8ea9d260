"""The same strict headers on pages, errors, static files and pictures."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from inspection.factory import create_app
from inspection.kernel.db import db
from inspection.photos.models import Photo
from tests.conftest import settings_for
from tests.make import Make
from tests.web.browser import Browser, work

Open = Callable[..., Browser]


def check(answer: TestResponse) -> dict[str, str]:
    """Fails unless every header of F01 and F02 is there; the policy by directive."""
    headers = answer.headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";") if " " in part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"] and "*" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=" in headers["Permissions-Policy"] and "camera=" in headers["Permissions-Policy"]
    assert len(headers.getlist("Content-Security-Policy")) == 1
    return policy


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/sign-in", 200),
        ("/", 302),
        ("/desk/tickets", 302),
        ("/no-such-page", 404),
        ("/static/look/tokens.css", 200),
        ("/static/no-such-file.css", 404),
        ("/api/v1/reports", 401),
        ("/api/v1/openapi.json", 200),
    ],
)
def test_every_answer_has_them(browser: Open, url: str, status: int) -> None:
    answer = browser().get(url)

    assert answer.status_code == status
    check(answer)


def test_a_page_allows_our_own_host_and_nothing_else(make: Make, browser: Open) -> None:
    answer = browser(make.city()).get("/desk/triage")

    policy = check(answer)

    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["img-src"] == "'self' blob: data:"
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_has_a_script_or_style_in_itself(make: Make, browser: Open) -> None:
    make.report()
    staff, inspector = browser(make.officer()), browser(make.inspector())

    for mine, url in ((staff, "/desk/triage"), (staff, "/desk/tickets"), (inspector, "/phone/report")):
        page = mine.page(url)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_camera_and_place_are_for_the_phone_only(make: Make, browser: Open) -> None:
    phone, desk = browser(make.inspector()), browser(make.officer())

    assert "camera=(self), geolocation=(self)" in phone.get("/phone/report").headers["Permissions-Policy"]
    assert "camera=(), geolocation=()" in desk.get("/desk/tickets").headers["Permissions-Policy"]


def test_a_picture_is_a_picture_and_nothing_else(make: Make, browser: Open) -> None:
    author = make.inspector()
    make.report(author)
    work()
    photo_id = db.session.scalars(db.select(Photo.id)).one()

    answer = browser(author).get(f"/pictures/{photo_id}/web.jpg")

    check(answer)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert "ETag" not in answer.headers and "Last-Modified" not in answer.headers


def test_behind_tls_browsers_are_told_to_stay_there_and_cookies_are_bound_to_the_host(
    database_url: str, app: Flask, tmp_path: object
) -> None:
    make = Make(app)
    person = make.city()
    phone = person.phone
    secure = create_app(settings_for(database_url, tmp_path / "tls", base_url="https://mingcha.example"))
    client = secure.test_client()
    page = client.get("/sign-in", base_url="https://mingcha.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token

    answer = client.post(
        "/sign-in",
        data={"csrf_token": token[1], "phone": phone, "password": "xingjian-2026"},
        base_url="https://mingcha.example",
    )
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()

    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert any(cookie.startswith("__Host-mingcha=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie
