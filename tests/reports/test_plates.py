"""Number plates: what is the same plate, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.reports.plates import PROVINCES, PlateKind, read


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("京A12345", "京A12345", PlateKind.ORDINARY),
        ("京N8K6P2", "京N8K6P2", PlateKind.ORDINARY),
        ("冀R5A12B", "冀R5A12B", PlateKind.ORDINARY),
        ("京AD12345", "京AD12345", PlateKind.NEW_ENERGY),
        ("京AF0P123", None, None),
        ("京AFP1234", "京AFP1234", PlateKind.NEW_ENERGY),
        ("京A12345D", "京A12345D", PlateKind.NEW_ENERGY_LARGE),
        ("京A1234警", "京A1234警", PlateKind.POLICE),
        ("京A1234学", "京A1234学", PlateKind.LEARNER),
        ("京A1234挂", "京A1234挂", PlateKind.TRAILER),
        ("沪A0023领", "沪A0023领", PlateKind.CONSULATE),
        ("224578使", "224578使", PlateKind.EMBASSY),
        ("使224578", "224578使", PlateKind.EMBASSY),
        ("粤Z12A4港", "粤Z12A4港", PlateKind.HONG_KONG),
        ("粤Z12A4澳", "粤Z12A4澳", PlateKind.MACAO),
    ],
)
def test_each_shape_is_told_apart(typed: str, text: str | None, kind: PlateKind | None) -> None:
    plate = read(typed)

    assert (plate and plate.text, plate and plate.kind) == (text, kind)


@pytest.mark.parametrize(
    "typed",
    [
        "京a12345",
        "京A·12345",
        "京 A 12345",
        " 京A-12345 ",
        "京Ａ１２３４５",
        "京A.123.45",
        "京A•l2345".replace("l", "I"),
    ],
)
def test_however_it_is_typed_it_is_the_same_plate(typed: str) -> None:
    plate = read(typed)

    assert plate is not None and (plate.text, plate.told) == ("京A12345", "京A·12345")


def test_no_serial_number_has_an_i_or_an_o() -> None:
    plate = read("京AO1I2O")

    assert plate is not None and plate.text == "京A01120"


@pytest.mark.parametrize(
    "typed", ["", "A12345", "京A1234", "京A123456", "京112345", "看不清", "使22457", "外A12345", "京A12*45"]
)
def test_a_part_of_a_plate_and_what_is_none_are_not_guessed(typed: str) -> None:
    assert read(typed) is None


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGHJK"),
    st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=5, max_size=5),
)
def test_what_is_told_of_a_plate_reads_as_the_same_plate(province: str, letter: str, serial: str) -> None:
    plate = read(f"{province}{letter}{serial}")

    assert plate is not None and read(plate.told) == plate and read(plate.told.lower()) == plate


@given(st.text(max_size=20))
def test_any_text_is_read_without_an_error(typed: str) -> None:
    plate = read(typed)

    assert plate is None or read(plate.text) == plate
