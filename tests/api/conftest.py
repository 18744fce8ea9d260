"""A program that uses the API with a bearer token."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import tokens
from inspection.people.models import Person
from tests.make import Make, sha256

REPORTS = "/api/v1/reports"


class Program:
    """Speaks JSON as one person."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def put(self, report_id: uuid.UUID | str, body: Mapping[str, Any], **headers: str) -> TestResponse:
        return self.client.put(f"{REPORTS}/{report_id}", json=body, headers=self.headers | headers)

    def send(
        self, report_id: uuid.UUID | str, picture: bytes, digest: str | None = None, **headers: str
    ) -> TestResponse:
        url = f"{REPORTS}/{report_id}/photos/{digest or sha256(picture)}"
        return self.client.put(url, data=picture, headers=self.headers | headers)

    def get(self, url: str, **headers: str) -> TestResponse:
        return self.client.get(url, headers=self.headers | headers)


@pytest.fixture
def program(app: Flask, make: Make) -> Program:
    """An inspector's program that may read and write reports."""
    return Program(app.test_client(), token_for(make.inspector()))


def token_for(person: Person, *scopes: str) -> str:
    """A key to the API for a person."""
    with writing():
        person = db.session.get_one(Person, person.id)
        chosen = scopes or ("reports:read", "reports:write")
        return tokens.create(person, scopes=chosen, label="test", valid=timedelta(days=1), by="test", now=now())


def manifest(*pictures: bytes, **changed: Any) -> dict[str, Any]:
    """A report's manifest as a phone sends it, with dotted names changed: ``**{"place.lat": 91}``."""
    body: dict[str, Any] = {
        "category": "street_clutter",
        "form": "adhoc",
        "description": "墙边堆着旧柜子",
        "address": "月牙胡同 5 号门前",
        "captured_at": "2026-11-20T09:42:00+08:00",
        "place": {
            "lat": 39.9289,
            "lng": 116.4178,
            "datum": "wgs84",
            "accuracy_m": 8.0,
            "source": "live",
            "fixed_at": "2026-11-20T09:41:58+08:00",
        },
        "photos": [
            {"sha256": sha256(p), "bytes": len(p), "role": "far", "taken_at": "2026-11-20T09:42:00+08:00"}
            for p in pictures
        ],
    }
    for name, value in changed.items():
        *path, last = name.split(".")
        inner: Any = body
        for part in path:
            inner = inner[int(part)] if part.isdigit() else inner[part]
        inner[last] = value
    return body
