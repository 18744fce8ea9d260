"""D01: whatever handler, district, auditor or nobody can fetch, no mark of the inspector is in it, in any form."""

import base64
import io
import logging
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.ledger.columns import BY_CODE
from inspection.people.models import Person
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.tickets.models import Ticket
from inspection.web.tools import tools
from tests.make import Make
from tests.shield.canaries import Canary, Found, based, forms, of_hash, of_phone
from tests.shield.crawling import Crawler, Seen, ids
from tests.shield.story import NAME, PHONE, WORDS, Story, marked
from tests.shield.unpacking import inside, worn
from tests.web.browser import Browser, work
from tests.web.test_shield import sign_a_notice

LEDGER = "/desk/ledger/exports"
WHO = ("handler", "officer", "auditor", "nobody")
KEPT = re.compile(rb"^(expires:|content-disposition:(.*\n)+cache-control: public)", re.IGNORECASE | re.MULTILINE)
TELLING = re.compile(rb"^(etag|last-modified):", re.IGNORECASE | re.MULTILINE)


@dataclass
class House:
    """The story, and who looks around in it."""

    app: Flask
    story: Story

    def look(self, who: str) -> list[Seen]:
        """Everything that they can fetch: pages, answers, files, refusals."""
        person: Person | None = None if who == "nobody" else getattr(self.story, who)
        crawler = Crawler(self.app, Browser(self.app, person), ids())
        if person is not None:
            crawler.browser.send("/desk/ledger/columns", {"column": list(BY_CODE)})
            for kind in ("xlsx", "csv"):
                crawler.file(f"{LEDGER}?view=all", {"kind": kind})
                crawler.file("/desk/sites/exports?", {"kind": kind})
        crawler.everywhere()
        return crawler.refused()


@pytest.fixture
def house(sqlite_app: Flask) -> House:
    story = Story(sqlite_app, Make(sqlite_app)).told()
    sign_a_notice(story.make)
    work()
    return House(sqlite_app, story)


def hits(seen: list[Seen], marks: list[Canary]) -> dict[str, str]:
    """Which marks are in an answer, each with the first answer that it is in."""
    found, told = Found(marks), {}
    for one in seen:
        for part in (one.heads, *one.parts):
            for what in found.among(one.without_what_was_asked(part)):
                told.setdefault(what, f"{one.asked} {one.status}")
    return told


def test_no_mark_of_the_inspector_is_in_anything_that_others_can_fetch(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = {who: house.look(who) for who in WHO}

    every = [one for each in seen.values() for one in each]
    _came_everywhere(seen, house.story.ticket_of_finding)
    inspected = [*seen["handler"], *seen["officer"], *seen["nobody"]]
    assert {who: hits(each, house.story.marks) for who, each in seen.items()} == {who: {} for who in WHO}
    assert hits(inspected, house.story.hidden) == {}
    assert [f"{one.asked}: {what}" for one in every for what in one.wears] == []
    assert [one.asked for one in every if TELLING.search(one.heads) and "/static/" not in one.asked] == []
    assert [one.asked for one in inspected if KEPT.search(one.heads)] == []
    assert Found(house.story.marks).among(caplog.text.encode()) == ()
    assert [f"{one.asked} {one.status}" for one in every if one.status >= 500] == []


def test_the_crawl_knows_what_to_put_into_every_address(sqlite_app: Flask) -> None:
    crawler = Crawler(sqlite_app, Browser(sqlite_app), ids())

    urls = [url for rule in sqlite_app.url_map.iter_rules() for url in crawler.filled(rule.rule, None)]

    assert [url for url in urls if "<" in url] == []
    assert len(urls) > 200


def _came_everywhere(seen: dict[str, list[Seen]], case: object) -> None:
    """The crawl has seen the case of the finding, its sheet, pictures, tables and documents; nobody has seen a page."""
    for who in ("handler", "officer", "auditor"):
        good = {one.asked.partition("?")[0] for one in seen[who] if one.status == 200}
        assert {f"GET /desk/tickets/{case}", f"GET /desk/tickets/{case}/sheet.pdf", f"POST {LEDGER}"} <= good
        assert len([asked for asked in good if asked.startswith("GET /pictures/")]) >= 8
        kinds = {part[:4] for one in seen[who] for part in one.parts}
        assert {b"PK\x03\x04", b"%PDF", b"\xff\xd8\xff\xe0"} <= kinds
    assert not [one.asked for one in seen["nobody"] if one.status == 200 and "/desk/" in one.asked]


def test_the_crawl_finds_what_is_let_out(house: House, caplog: pytest.LogCaptureFixture) -> None:
    case = house.story.ticket_of_finding
    code = base64.b64encode(f"to {PHONE}".encode()).decode()
    with writing():
        db.session.get_one(Ticket, case).place = f"{NAME[:2]}说的地方 {code}"
    shown = db.session.scalars(db.select(Photo.id).join(Manifest).where(Manifest.kind == ManifestKind.ANSWER)).first()
    assert shown
    photo, store = db.session.get_one(Photo, shown), tools().storage
    store.delete(photo.copy_key("web"))
    store.put_bytes(photo.copy_key("web"), marked(99, house.story.seen_at))
    logging.getLogger("inspection").warning("sent by %s", PHONE)

    seen = house.look("handler")

    told = hits(seen, house.story.marks)
    assert {
        "name (text)",
        "phone (base64)",
        "serial number (text)",
        "XMP (text)",
        "bytes behind a picture (text)",
    } <= set(told)
    assert any(what.startswith("trail") for what in told) and "JPEG comment (text)" in told
    assert [what for one in seen for what in one.wears]
    assert "phone (text)" in Found(house.story.marks).among(caplog.text.encode())


@pytest.mark.parametrize("form", ["text", "utf-16", "gb18030", "json", "html numbers", "url", "hex", "base64"])
def test_a_mark_is_found_in_every_form(form: str) -> None:
    mark = Canary("name", NAME, (NAME[:2],))

    for needle, known in forms(NAME):
        if known == form:
            assert any(form in what for what in Found([mark]).among(b"<p>" + needle + b"</p>"))
    assert Found([mark]).among("欧洲的阳光，金色的麻雀".encode()) == ()


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_mark_in_coded_bytes_is_found_wherever_it_begins(before: bytes, behind: bytes) -> None:
    coded = base64.b64encode(before + PHONE.encode() + behind)

    assert any(code in coded for code in based(PHONE.encode()))


@pytest.mark.parametrize(
    "written", ["137 7765 4321", "137-7765-4321", "+8613777654321", "77654321", "137\u20097765\u20094321"]
)
def test_a_phone_number_is_found_however_it_is_written(written: str) -> None:
    assert Found([of_phone("phone", PHONE)]).among(written.encode())


def test_half_a_hash_is_found_too() -> None:
    digest = "0f" * 32

    assert Found([of_hash("picture", digest)]).among(f"/photos/{digest[:16]}.jpg".encode())


def test_what_lies_in_a_packed_file_is_found_with_what_it_wears() -> None:
    inner, out = marked(5, datetime(2026, 11, 20, 7, 43, 37, tzinfo=BEIJING)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/media/image1.jpg", inner)
        packed.writestr("docProps/core.xml", "<dc:creator>somebody</dc:creator>")

    marks = [Canary(what, text) for what, text in WORDS.items()]
    told = {what for part in inside(out.getvalue()) for what in Found(marks).among(part)}

    assert {"camera (text)", "owner (text)", "remark of a camera (text)", "XMP (text)"} <= told
    assert "dc:creator" in worn(out.getvalue())
    assert any("was packed" in what for what in worn(out.getvalue()))
    assert any(what.startswith("exif") for what in worn(out.getvalue()))
