"""Voice notes: taken in as photos are, and heard by the author and the city office alone."""

import uuid
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos import recordings
from inspection.photos.models import Recording
from inspection.photos.recordings import Spoken
from inspection.web.tools import tools
from tests.make import NOW, Make, jpeg, sha256
from tests.web.browser import Browser

SOUND = b"\x1aE\xdf\xa3" + b"opus" * 50
PICTURE = jpeg(3)


def put(mine: Browser, url: str, data: bytes) -> Any:
    headers = {"X-CSRFToken": mine.token()}
    return mine.client.put(url, data=data, headers=headers, content_type="application/octet-stream", buffered=True)


@pytest.fixture
def author(make: Make) -> Person:
    return make.inspector()


@pytest.fixture
def report_id(make: Make, author: Person) -> uuid.UUID:
    note = Spoken(sha256(SOUND), len(SOUND), 7, NOW)
    return make.announce(author, make.new_report(PICTURE, recordings=(note,))).report.id


def test_a_report_is_complete_only_with_its_voice_note(
    app: Flask, make: Make, author: Person, report_id: uuid.UUID
) -> None:
    mine, url = Browser(app, author), f"/api/v1/reports/{report_id}"

    without = put(mine, f"{url}/photos/{sha256(PICTURE)}", PICTURE).json
    whole = put(mine, f"{url}/recordings/{sha256(SOUND)}", SOUND).json
    again = put(mine, f"{url}/recordings/{sha256(SOUND)}", SOUND).json

    assert (without["missing"], without["receipt"]) == ([sha256(SOUND)], None)
    assert whole["receipt"]["recordings"] == [sha256(SOUND)]
    assert again["receipt"] == whole["receipt"]


def test_bytes_that_differ_and_what_is_no_sound_leave_nothing_behind(
    app: Flask, make: Make, author: Person, report_id: uuid.UUID
) -> None:
    mine, url = Browser(app, author), f"/api/v1/reports/{report_id}/recordings/{sha256(SOUND)}"
    silent = b"<html>" + b"x" * 100

    cut = put(mine, url, SOUND[:-1])
    empty = put(mine, url, b"")
    other = put(mine, url, SOUND[:-1] + b"!")
    with pytest.raises(Invalid) as refused:
        recordings.store(tools().storage, sha256(silent), len(silent), [silent])

    assert [answer.json["code"] for answer in (cut, empty, other)] == ["digest_mismatch"] * 3
    assert refused.value.code == "unsupported_media"
    assert db.session.scalars(db.select(Recording.arrived_at)).one() is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x1aE\xdf\xa3....", "audio/webm"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"OggS........", "audio/ogg"),
        (b"RIFF....WAVE", "audio/wav"),
    ],
)
def test_what_phones_record_in_is_known_by_its_first_bytes(head: bytes, kind: str) -> None:
    assert recordings.kind_of(head) == kind


@pytest.mark.parametrize("head", [b"", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"RIFF....AVI ", b"<svg"])
def test_anything_else_is_no_sound(head: bytes) -> None:
    with pytest.raises(Invalid):
        recordings.kind_of(head)


@pytest.mark.parametrize(
    ("notes", "field"),
    [
        ([Spoken("a" * 64, 10, 5, None)] * 4, "recordings"),
        ([Spoken("a" * 64, 0, 5, None)], "recordings.0.bytes"),
        ([Spoken("a" * 64, 10, 5, None), Spoken("b" * 64, 6_000_000, 5, None)], "recordings.1.bytes"),
        ([Spoken("a" * 64, 10, 0, None)], "recordings.0.seconds"),
    ],
)
def test_too_many_too_large_or_empty_notes_are_refused_by_name(notes: list[Spoken], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        recordings.check(notes)

    assert refused.value.field == field


def test_only_the_author_and_the_city_hear_it_and_the_citys_listening_is_on_record(
    app: Flask, make: Make, author: Person, report_id: uuid.UUID, events: Any
) -> None:
    put(Browser(app, author), f"/api/v1/reports/{report_id}/recordings/{sha256(SOUND)}", SOUND)
    url = f"/recordings/{db.session.scalars(db.select(Recording.id)).one()}"
    people = {
        "author": author,
        "another inspector": make.inspector(),
        "the unit": make.handler(make.unit()),
        "the district": make.officer(),
        "the city": make.city(),
        "auditor": make.person(Role.AUDITOR),
        "publisher": make.publisher(),
        "admin": make.person(Role.ADMIN),
    }

    heard = {name: Browser(app, person).get(url) for name, person in people.items()}

    assert {name for name, answer in heard.items() if answer.status_code == 200} == {"author", "the city"}
    assert heard["author"].data == SOUND
    assert heard["author"].headers["Content-Type"] == "audio/webm"
    assert heard["author"].headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert heard["author"].headers["Cache-Control"] == "no-store"
    assert [event.actor for event in events("recording.heard")] == [people["the city"].audit_ref]


def test_a_note_that_was_never_announced_is_not_taken(app: Flask, author: Person, report_id: uuid.UUID) -> None:
    with pytest.raises(NotFound):
        recordings.expected(report_id, "0" * 64)
