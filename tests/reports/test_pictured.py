"""Which lines in a picture are a plate, and what the machine makes of drawn ones."""

import io
from random import Random

import pytest

from inspection.demo.studio import CAMERAS, Stamp, Studio, jpeg, real_photo, some_view
from inspection.photos import images, reader
from inspection.photos.lettering import Box, Reading
from inspection.reports import plates
from inspection.reports.pictured import SURE, plate_in
from tests import drawn_plates as drawn
from tests.drawn_plates import Paint, Shot

SHOT = Shot(width=240, turn=3, lean=18, blur=0.6, noise=5, light=0.9)
PLATES = [
    (Paint.BLUE, "京A6K318"),
    (Paint.YELLOW, "冀B72C51"),
    (Paint.TWO_ROWS, "京G7M429"),
    (Paint.GREEN, "京AD31762"),
    (Paint.POLICE, "京N3071警"),
]


def line(text: str, sure: float = 0.95, left: float = 0.4, width: float = 0.1) -> Reading:
    return Reading(text, sure, Box(left, 0.5, left + width, 0.5 + width / 3))


def told(*lines: Reading) -> str | None:
    seen = plate_in(lines)
    return seen.plate.text if seen else None


@pytest.mark.parametrize(
    ("written", "plate"),
    [("京A·6K318", "京A6K318"), ("京A D31762", "京AD31762"), ("京N·3071警", "京N3071警"), ("粤Z·12K4港", "粤Z12K4港")],
)
def test_a_line_that_is_a_lawful_plate_is_suggested(written: str, plate: str) -> None:
    assert told(line(written)) == plate


@pytest.mark.parametrize(
    "written",
    ["13812345678", "010-63082214", "12345", "A6K318", "京A6K31", "京A区3号楼", "车牌号：京A6K318", "110101006", ""],
)
def test_what_is_no_plate_is_not(written: str) -> None:
    assert told(line(written)) is None


def test_what_the_reader_is_not_sure_of_is_not_suggested() -> None:
    assert told(line("京A6K318", sure=SURE)) == "京A6K318"
    assert told(line("京A6K318", sure=SURE - 0.01)) is None


def test_of_two_cars_the_nearer_is_meant() -> None:
    assert told(line("京B11111", left=0.1, width=0.05), line("京A6K318", sure=0.85, width=0.12)) == "京A6K318"


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def copy(photo: bytes) -> bytes:
    """As it lies in the store."""
    return images.derive(io.BytesIO(photo)).web


@pytest.mark.parametrize(("paint", "text"), PLATES, ids=[paint.value for paint, _ in PLATES])
def test_a_plate_on_a_car_is_read_where_it_stands(paint: Paint, text: str) -> None:
    lines = reader.read(copy(drawn.photo(text, paint, SHOT, Random(11))))

    seen = plate_in(lines or [])

    assert seen is not None and seen.plate.text == text
    assert 0.2 < seen.box.left < seen.box.right < 0.8 and 0.4 < seen.box.top < seen.box.bottom < 0.85
    assert 0.05 < seen.box.width < 0.25


@pytest.mark.parametrize(
    "written",
    [
        ["电话 13812345678", "热线 12345"],
        ["京A区 3 号楼", "车位 A12345"],
        ["京", "A12345"],
        ["010-63082214", "88305678"],
    ],
    ids=["telephones", "a car park", "apart", "numbers"],
)
def test_a_sign_with_numbers_is_no_plate(written: list[str]) -> None:
    lines = reader.read(copy(drawn.sign(written, Random(3))))

    assert lines and plate_in(lines) is None


@pytest.mark.parametrize("name", ["DSCN0010.jpg", "DSCN0021.jpg", "IMG_5195.HEIC"])
def test_in_a_real_photo_without_a_car_no_plate_is_seen(name: str) -> None:
    lines = reader.read(copy(real_photo(name)))

    assert lines is not None and plate_in(lines) is None


@pytest.mark.parametrize("thing", ["car", "plate", "board", "adverts"])
def test_in_a_drawn_scene_without_a_legible_plate_none_is_seen(studio: Studio, thing: str) -> None:
    lines = reader.read(copy(jpeg(studio.shot("lane", thing, some_view(Random(4))), Stamp(None, None, CAMERAS[0]))))

    assert lines is not None and plate_in(lines) is None


def test_the_demos_legible_plate_is_read(studio: Studio) -> None:
    shot = studio.shot_of_plate("lane", "京N·8K365", some_view(Random(4)))

    seen = plate_in(reader.read(copy(jpeg(shot, Stamp(None, None, CAMERAS[0])))) or [])

    assert seen is not None and seen.plate.told == "京N·8K365"


def test_a_plate_too_small_to_be_read_is_not_guessed_at() -> None:
    for seed in range(3):
        photo = drawn.photo("京A6K318", Paint.BLUE, Shot(width=36, blur=1, noise=6), Random(seed))

        seen = plate_in(reader.read(copy(photo)) or [])

        assert seen is None or seen.plate == plates.read("京A6K318")
