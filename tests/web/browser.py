"""A browser without scripts: it keeps cookies, fetches a form, and sends it with the token that the form carries."""

import io
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any

from flask import Flask
from PIL import ExifTags, Image
from werkzeug.test import TestResponse

from inspection.jobs import functions
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import db, writing
from inspection.kernel.queue import work_off
from inspection.people import sessions
from inspection.people.models import Person
from inspection.web import session
from inspection.web.tools import tools
from tests.make import PASSWORD, jpeg

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
COMMENT_ID = re.compile(r'name="comment_id" value="[^"]+"')
"""Drawn anew with each page, so that a form that is sent twice writes once."""
REQUEST_ID = re.compile(r"[0-9a-f]{12}(?=</span>)")


class Browser:
    """One person at one browser."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.client = app.test_client()
        if person:
            self.client.set_cookie(session.cookie_name(tools().settings), device_of(person))

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, buffered=True, **more)

    def page(self, url: str) -> str:
        answer = self.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return answer.text

    def token(self, url: str = "/sign-in") -> str:
        found = TOKEN.search(self.page(url))
        assert found, f"no form on {url}"
        return found[1]

    def send(
        self, url: str, given: Mapping[str, Any] | None = None, *, page: str = "/sign-in", **more: Any
    ) -> TestResponse:
        """Fetch the form on ``page``, take its token, and send the fields to ``url``."""
        fields = dict(given or {})
        kind = {"content_type": "multipart/form-data"} if any(is_file(value) for value in fields.values()) else {}
        return self.client.post(url, data={"csrf_token": self.token(page)} | fields, **kind, **more)

    def sign_in(self, phone: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.send("/sign-in", {"phone": phone, "password": password, "next": ""} | more)


def is_file(value: object) -> bool:
    return isinstance(value, tuple) or (isinstance(value, list) and bool(value) and isinstance(value[0], tuple))


def device_of(person: Person) -> str:
    """A cookie as if the person had signed in just now."""
    attempt = sessions.Attempt(person.phone, "127.0.0.1", person, now() - now())
    with writing():
        life = session.lifetime(tools().settings)
        token = sessions.open_device(attempt, label="test", lifetime=life, now=now())
    assert token
    return token


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {name: unescape(value) for name, value in FIELD.findall(page)}


def file(picture: bytes, name: str = "IMG_0001.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture), name


def photo(seed: int, taken_at: datetime | None = None, **tags: str) -> bytes:
    """A JPEG with a camera's words in it."""
    with Image.open(io.BytesIO(jpeg(seed))) as plain:
        exif = Image.Exif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        if taken_at:
            details[ExifTags.Base.DateTimeOriginal] = f"{taken_at.astimezone(BEIJING):%Y:%m:%d %H:%M:%S}"
        for name, value in tags.items():
            exif[ExifTags.Base[name]] = value
        buffer = io.BytesIO()
        plain.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def work() -> None:
    """Let the worker do all that waits."""
    db.session.rollback()
    work_off(functions(tools()), lease=now() - now())


def without_id(answer: TestResponse) -> str:
    """A page without its request's name and its token, to compare."""
    return COMMENT_ID.sub("", TOKEN.sub("", REQUEST_ID.sub("", answer.text)))


def new_id() -> uuid.UUID:
    return uuid.uuid4()
