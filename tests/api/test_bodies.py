"""A body that was lost on the way is told from one that is wrong: the phone sends it again and asks nobody."""

import hashlib
import json
import uuid
from base64 import b64encode

import pytest
from flask import Flask

from inspection.kernel.db import db
from inspection.reports.models import Report
from tests.api.test_field import manifest
from tests.make import Make
from tests.web.browser import Browser

BODY = json.dumps(manifest()).encode()
DIGEST = f"sha-256=:{b64encode(hashlib.sha256(BODY).digest()).decode()}:"


def put(mine: Browser, body: bytes, digest: str) -> tuple[int, str | None]:
    headers = {"X-CSRFToken": mine.token(), "Content-Digest": digest}
    answer = mine.client.put(
        f"/api/v1/reports/{uuid.uuid4()}", data=body, headers=headers, content_type="application/json"
    )
    return answer.status_code, answer.json.get("code")


@pytest.mark.parametrize("body", [b"", BODY[:-1], BODY + b" "], ids=["empty", "cut", "more"])
def test_another_body_than_was_sent_is_a_mismatch_and_not_a_wrong_field(app: Flask, make: Make, body: bytes) -> None:
    assert put(Browser(app, make.inspector()), body, DIGEST) == (422, "digest_mismatch")
    assert db.session.query(Report).count() == 0


def test_the_body_that_was_sent_is_taken(app: Flask, make: Make) -> None:
    mine = Browser(app, make.inspector())

    assert put(mine, BODY, DIGEST)[0] == 201
    assert put(mine, BODY, "md5=:x:")[0] == 201  # a digest that is not asked for is not looked at


def test_a_digest_that_is_none_fits_nothing(app: Flask, make: Make) -> None:
    assert put(Browser(app, make.inspector()), BODY, "sha-256=:====:") == (422, "digest_mismatch")
