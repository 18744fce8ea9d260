"""What the photos of a repair show by themselves: what must be pointed out, and what must not."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from PIL import ExifTags, Image, ImageFilter

from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.tickets import evidence, stories
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, SPOT, Make
from tests.web.browser import work

AFTER = NOW + timedelta(hours=2)
_, FAR, NEW, UNTOUCHED, ONLY_HERE = range(5)

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


def test_another_scene_of_the_same_unit_is_not(make: Make, ticket: Ticket, checks: Checks) -> None:
    unit = db.session.get_one(Unit, ticket.unit_id)
    checks(shot(32), make.ticket(State.HANDLING, unit=unit, now=NOW))

    assert checks(shot(33))[ONLY_HERE].ok
