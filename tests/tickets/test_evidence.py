"""What the photos of a repair show by themselves: what must be pointed out, and what must not."""

import io
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from PIL import ExifTags, Image, ImageFilter

from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos import service as photos
from inspection.photos.models import PhotoRole
from inspection.photos.service import Announced
from inspection.reports.models import Report
from inspection.tickets import evidence, service, stories
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Answer, Ticket
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, SPOT, Make, sha256
from tests.web.browser import work

AFTER = NOW + timedelta(hours=2)
FRESH, FAR, NEW, UNTOUCHED, ONLY_HERE = range(5)

Checks = Callable[..., list[evidence.Check]]


def shot(
    seed: int,
    *,
    taken: datetime | None = AFTER,
    at: tuple[float, float] | None = SPOT,
    software: str = "",
    quality: int = 90,
    cut: int = 0,
) -> bytes:
    """A scene that differs from every other seed's, with a camera's words in it."""
    chance, picture = Random(seed), Image.new("RGB", (320, 240))
    for _ in range(24):
        left, top = chance.randrange(300), chance.randrange(220)
        colour = tuple(chance.randrange(256) for _ in range(3))
        picture.paste(colour, (left, top, left + chance.randrange(20, 140), top + chance.randrange(20, 120)))
    exif = Image.Exif()
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = (
            f"{taken.astimezone(BEIJING):%Y:%m:%d %H:%M:%S}"
        )
    if at:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: _degrees(at[0]), 3: "E", 4: _degrees(at[1])})
    if software:
        exif[ExifTags.Base.Software] = software
    buffer = io.BytesIO()
    shown = picture.crop((cut, cut, 320, 240)).filter(ImageFilter.GaussianBlur(1))
    shown.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def _degrees(angle: float) -> tuple[float, float, float]:
    minutes = (angle - int(angle)) * 60
    return float(int(angle)), float(int(minutes)), round((minutes - int(minutes)) * 60, 3)


@pytest.fixture
def ticket(app: Flask, make: Make) -> Ticket:
    """A ticket in its unit's hands, filed at NOW."""
    return make.ticket(State.HANDLING, now=NOW)


@pytest.fixture
def checks(make: Make, ticket: Ticket) -> Checks:
    """Hand a picture in as the repair's, and hear what is said of it."""

    def handed_in(picture: bytes, to: Ticket = ticket, at: datetime = AFTER) -> list[evidence.Check]:
        holders = db.select(Person).where(Person.role == Role.HANDLER, Person.unit_id == to.unit_id)
        make.answer(to, db.session.scalars(holders).first(), at + timedelta(minutes=20), at, picture)
        work()
        answer = stories.last_answer(to)
        assert answer
        return evidence.checks(to, answer)

    return handed_in


def test_a_picture_from_the_place_and_the_time_with_the_cameras_words_raises_nothing(checks: Checks) -> None:
    assert [check.ok for check in checks(shot(1))] == [True] * 5


def test_a_picture_from_before_the_case_is_no_answer_at_all(checks: Checks) -> None:
    with pytest.raises(Invalid) as refused:
        checks(shot(2, taken=NOW - timedelta(days=3)))

    assert refused.value.code == "no_fresh_photo"


def test_one_taken_elsewhere_is_pointed_out_with_its_distance(checks: Checks) -> None:
    told = checks(shot(3, at=(SPOT[0] + 0.01, SPOT[1])))

    assert (told[FAR].ok, str(told[FAR].words)) == (False, "离原点 1110 米")


def test_one_within_two_hundred_metres_is_not(checks: Checks) -> None:
    assert checks(shot(4, at=(SPOT[0] + 0.001, SPOT[1])))[FAR].ok


@pytest.mark.parametrize("quality", [90, 40], ids=["the same file", "saved again, smaller"])
def test_the_picture_from_before_handed_in_as_the_one_from_after_is_pointed_out(
    make: Make, checks: Checks, quality: int
) -> None:
    told = checks(shot(5, quality=quality), make.ticket(State.HANDLING, now=NOW, picture=shot(5)))

    assert (told[NEW].ok, len(told)) == (False, 4)


@pytest.mark.parametrize("quality", [90, 40], ids=["the same file", "saved again, smaller"])
def test_a_picture_that_another_case_has_used_is_pointed_out(make: Make, checks: Checks, quality: int) -> None:
    other = make.ticket(State.HANDLING, now=NOW)
    first = checks(shot(6), other)

    second = checks(shot(6, quality=quality))

    assert first[ONLY_HERE].ok
    assert not second[ONLY_HERE].ok


def test_two_empty_grey_pictures_are_not_called_the_same(make: Make, checks: Checks) -> None:
    def grey(shade: int) -> bytes:
        buffer = io.BytesIO()
        Image.new("RGB", (320, 240), (shade,) * 3).save(buffer, "JPEG")
        return buffer.getvalue()

    checks(grey(90), make.ticket(State.HANDLING, now=NOW))

    assert checks(grey(91))[ONLY_HERE].ok


@pytest.mark.parametrize("software", ["Adobe Photoshop 25.0 (Windows)", "MeituXiuXiu 10.1", "Snapseed 2.0"])
def test_an_editors_name_in_the_picture_is_pointed_out(checks: Checks, software: str) -> None:
    told = checks(shot(7, software=software))

    assert (told[UNTOUCHED].ok, software in str(told[UNTOUCHED].words)) == (False, True)


@pytest.mark.parametrize(
    "software", ["", "17.1.2", "MediaTek Camera Application", "HDR+ 1.0.641377609z", "HarmonyOS 4.0"]
)
def test_a_phones_own_system_is_not(checks: Checks, software: str) -> None:
    assert checks(shot(8, software=software))[UNTOUCHED].ok


def test_a_picture_without_the_cameras_words_is_pointed_out(checks: Checks) -> None:
    told = checks(shot(9, taken=None, at=None))

    assert (told[FAR].ok, told[UNTOUCHED].ok) == (False, False)


def test_almost_the_same_picture_on_another_case_of_the_unit_is_pointed_out_with_its_number(
    make: Make, ticket: Ticket, checks: Checks
) -> None:
    """The same scene with a strip of four pixels cut off: other bytes, a perceptual hash of four other bits."""
    unit = db.session.get_one(Unit, ticket.unit_id)
    other = make.ticket(State.HANDLING, unit=unit, now=NOW)
    checks(shot(31), other)

    found = checks(shot(31, cut=4))[ONLY_HERE]

    assert not found.ok
    assert str(found.words) == f"和 {other.number} 反馈的照片几乎相同"


def test_almost_the_same_picture_of_another_unit_in_the_district_is_pointed_out_too(make: Make, checks: Checks) -> None:
    other = make.ticket(State.HANDLING, now=NOW)
    checks(shot(34), other)

    found = checks(shot(34, cut=4))[ONLY_HERE]

    assert (found.ok, str(found.words)) == (False, f"和 {other.number} 反馈的照片几乎相同")


def test_almost_the_same_picture_as_another_report_brought_is_pointed_out(make: Make, checks: Checks) -> None:
    other = make.ticket(State.HANDLING, now=NOW, picture=shot(36))

    found = checks(shot(36, cut=4))[ONLY_HERE]

    assert (found.ok, str(found.words)) == (False, f"和 {other.number} 的照片几乎相同")


def test_what_is_of_another_district_or_of_no_case_is_pointed_out_without_a_name(make: Make, checks: Checks) -> None:
    officer, unit = make.officer("110105"), make.unit(street=None, district="110105")
    there = make.ticket(State.HANDLING, officer=officer, unit=unit, now=NOW, picture=shot(36), at=(39.9219, 116.4435))
    make.report(picture=shot(37))

    told = [checks(shot(36, cut=4))[ONLY_HERE], checks(shot(37, cut=4), make.ticket(State.HANDLING))[ONLY_HERE]]

    assert there.district_code == "110105"
    assert [(one.ok, str(one.words)) for one in told] == [(False, "和别处的一张照片几乎相同")] * 2


def test_another_scene_of_the_same_unit_is_not(make: Make, ticket: Ticket, checks: Checks) -> None:
    unit = db.session.get_one(Unit, ticket.unit_id)
    checks(shot(32), make.ticket(State.HANDLING, unit=unit, now=NOW))

    assert checks(shot(33))[ONLY_HERE].ok


@pytest.mark.parametrize(("minutes", "accepted"), [(0, False), (1, True)], ids=["at filing", "a minute later"])
def test_fresh_is_what_was_taken_after_filing_and_not_at_it(checks: Checks, minutes: int, accepted: bool) -> None:
    picture = shot(10, taken=NOW + timedelta(minutes=minutes))

    if accepted:
        assert checks(picture, at=NOW + timedelta(minutes=minutes))[FRESH].ok
        return
    with pytest.raises(Invalid):
        checks(picture, at=NOW)


def test_an_old_picture_beside_a_fresh_one_is_pointed_out(make: Make, ticket: Ticket) -> None:
    old, fresh = shot(11, taken=NOW - timedelta(days=3)), shot(12)
    holders = db.select(Person).where(Person.role == Role.HANDLER, Person.unit_id == ticket.unit_id)
    handler, answer_id = db.session.scalars(holders).one(), uuid.uuid4()
    told = [
        Announced(sha256(picture), len(picture), PhotoRole.AFTER, taken)
        for picture, taken in ((old, NOW - timedelta(days=3)), (fresh, AFTER))
    ]
    limits = photo_limits(tools().settings)
    with writing():
        by = db.session.get_one(Person, handler.id)
        service.announce_answer(
            answer_id, db.session.get_one(Ticket, ticket.id), note="已清走", after=told, by=by, limits=limits, now=AFTER
        )
    for one, picture in zip(told, (old, fresh), strict=True):
        facts = photos.store(tools().storage, one.sha256, one.bytes, [picture], limits)
        with writing():
            by = db.session.get_one(Person, handler.id)
            service.answer_photo_arrived(answer_id, one.sha256, facts, by=by, now=AFTER)
    work()

    found = evidence.checks(ticket, db.session.get_one(Answer, answer_id))

    assert (found[FRESH].ok, str(found[FRESH].words)) == (False, "有照片拍在立案之前，或没有拍摄时间")
    assert found[NEW].ok and found[ONLY_HERE].ok


@pytest.mark.parametrize(("metres", "near"), [(195, True), (205, False)])
def test_two_hundred_metres_are_the_edge(checks: Checks, metres: int, near: bool) -> None:
    degree_m = 111_035  # of latitude, in Beijing

    assert checks(shot(13, at=(SPOT[0] + metres / degree_m, SPOT[1])))[FAR].ok is near


def test_a_picture_without_a_place_is_told_as_that_and_not_as_far(checks: Checks) -> None:
    told = checks(shot(14, at=None))

    assert (told[FAR].ok, str(told[FAR].words)) == (False, "照片里没有位置，请看清是不是同一处")
    assert told[UNTOUCHED].ok


def test_another_scene_at_the_same_place_is_not_called_the_picture_from_before(make: Make, checks: Checks) -> None:
    told = checks(shot(16), make.ticket(State.HANDLING, now=NOW, picture=shot(15)))

    assert told[NEW].ok and told[ONLY_HERE].ok


def test_what_the_author_added_later_counts_as_from_before(make: Make, checks: Checks) -> None:
    author, officer, unit = make.inspector(), make.officer(), make.unit()
    handler, report = make.handler(unit), make.report(author)
    make.supplement(report.id, author, "还有一处", shot(17))
    with writing():
        by, place = db.session.get_one(Person, officer.id), {"category": report.category_code, "place": "门前"}
        report, unit = db.session.get_one(Report, report.id), db.session.get_one(Unit, unit.id)
        limit = Limit(5, TimeUnit.WORKDAY)
        ticket = triage.file_and_dispatch(report, **place, unit=unit, limit=limit, by=by, now=NOW)
    with writing():
        service.accept(db.session.get_one(Ticket, ticket.id), by=db.session.get_one(Person, handler.id), now=NOW)

    assert not checks(shot(17, quality=60), ticket)[NEW].ok


def test_a_picture_that_another_cases_report_came_with_is_pointed_out(make: Make, checks: Checks) -> None:
    make.ticket(State.HANDLING, now=NOW, picture=shot(18))

    told = checks(shot(18))

    assert told[NEW].ok
    assert (told[ONLY_HERE].ok, str(told[ONLY_HERE].words)) == (False, "这张照片在别处或上一次反馈里用过")


def test_the_last_rounds_answer_is_no_answer_to_the_next(make: Make, checks: Checks, ticket: Ticket) -> None:
    first = checks(shot(19))
    make.sent_back(ticket, make.officer(), AFTER + timedelta(hours=1))

    again = checks(shot(19), at=AFTER + timedelta(hours=2))

    assert first[ONLY_HERE].ok and not again[ONLY_HERE].ok


def test_a_fresh_picture_in_the_next_round_is(make: Make, checks: Checks, ticket: Ticket) -> None:
    checks(shot(20))
    make.sent_back(ticket, make.officer(), AFTER + timedelta(hours=1))

    later = AFTER + timedelta(hours=2)

    assert [check.ok for check in checks(shot(21, taken=later), at=later)] == [True] * 5
