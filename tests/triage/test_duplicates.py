"""How alike two sights are: what is pointed out, and what is not. Distances: 0.0001 degree north is 11.1 m."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.geography.points import Point
from inspection.kernel.calendar import BEIJING
from inspection.triage.duplicates import LIKELY, RADIUS_M, Sight, likeness, rebounds

AT = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)
LAT, LNG = 39.9289, 116.4178
DAY = timedelta(days=1)
WALL, OTHER_WALL = "c3d4e5f60718293a", "3c2b1a09f8e7d6c5"
ALMOST_WALL = "c3d4e5f60718293b"  # one bit
PLAIN = "0000000000000001"


def sight(north_m: float = 0.0, **more: Any) -> Sight:
    known: dict[str, Any] = {
        "point": Point(LAT + north_m / 111_000, LNG),
        "at": AT,
        "category": "street_clutter",
        "field": "环境",
    }
    return Sight(**known | more)


LIKELY_PAIRS = {
    "same category, 20 m, three days": (sight(), sight(20, at=AT - 3 * DAY), False),
    "same category, 25 m, three weeks": (sight(), sight(25, at=AT - 21 * DAY), False),
    "same plate, 60 m, two months": (sight(plate="京A12345"), sight(60, plate="京A12345", at=AT - 60 * DAY), False),
    "near-same picture under another category": (
        sight(pictures=[WALL]),
        sight(5, category="adverts", pictures=[ALMOST_WALL]),
        False,
    ),
    "the author says so, 90 m": (sight(), sight(90), True),
    "counted on the same day at the same crossing": (
        sight(category="jaywalking", field="秩序", counted=True),
        sight(10, category="jaywalking", field="秩序", counted=True, at=AT - timedelta(hours=2)),
        False,
    ),
}
UNLIKELY_PAIRS = {
    "same category, 80 m, three weeks": (sight(), sight(80, at=AT - 21 * DAY), False),
    "another category and field at the same spot": (sight(), sight(category="no_yield", field="秩序"), False),
    "another category of the same field, 40 m": (sight(), sight(40, category="adverts"), False),
    "two plain walls far apart in kind": (
        sight(pictures=[PLAIN]),
        sight(30, category="no_yield", field="秩序", pictures=[PLAIN]),
        False,
    ),
}
IMPOSSIBLE_PAIRS = {
    "101 m": (sight(), sight(102), True),
    "two cars at the same spot": (sight(plate="京A12345"), sight(plate="京B54321"), False),
    "counted yesterday": (
        sight(category="jaywalking", counted=True),
        sight(category="jaywalking", counted=True, at=AT - 2 * DAY),
        False,
    ),
}


@pytest.mark.parametrize(("new", "known", "said"), LIKELY_PAIRS.values(), ids=LIKELY_PAIRS)
def test_what_is_likely_the_same_is_pointed_out(new: Sight, known: Sight, said: bool) -> None:
    alike = likeness(new, known, said=said)

    assert alike is not None and alike.likely


@pytest.mark.parametrize(("new", "known", "said"), UNLIKELY_PAIRS.values(), ids=UNLIKELY_PAIRS)
def test_what_merely_lies_near_is_not(new: Sight, known: Sight, said: bool) -> None:
    alike = likeness(new, known, said=said)

    assert alike is not None and not alike.likely


@pytest.mark.parametrize(("new", "known", "said"), IMPOSSIBLE_PAIRS.values(), ids=IMPOSSIBLE_PAIRS)
def test_what_cannot_be_the_same_is_never_compared(new: Sight, known: Sight, said: bool) -> None:
    assert likeness(new, known, said=said) is None


def test_the_score_is_the_sum_of_its_reasons_and_they_are_told_in_words() -> None:
    """Category 30, 20 m of 100 gives 24, three days 10."""
    alike = likeness(sight(), sight(20, at=AT - 3 * DAY))

    assert alike is not None
    assert alike.score == 30 + 24 + 10
    assert [str(words) for words in alike.reasons] == ["同一类别", "相距 20 米", "相隔 3 天"]


def test_the_plate_is_the_first_reason_and_the_picture_the_second() -> None:
    alike = likeness(sight(plate="京A12345", pictures=[WALL]), sight(18, plate="京A12345", pictures=[WALL]))

    assert alike is not None and alike.score == 100
    assert [str(words) for words in alike.reasons[:2]] == ["同一车牌", "照片几乎相同"]


def test_pictures_that_differ_are_no_reason() -> None:
    alike = likeness(sight(pictures=[WALL]), sight(pictures=[OTHER_WALL]))

    assert alike is not None and "照片相像" not in [str(words) for words in alike.reasons]


CLOSED_AT = AT - 10 * DAY


@pytest.mark.parametrize(
    ("new", "back"),
    [
        (sight(), True),
        (sight(29), True),
        (sight(31), False),
        (sight(at=CLOSED_AT + 60 * DAY), True),
        (sight(at=CLOSED_AT + 61 * DAY), False),
        (sight(at=CLOSED_AT - DAY), False),
        (sight(category="adverts"), False),
    ],
    ids=[
        "same spot",
        "29 m",
        "31 m",
        "60 days later",
        "61 days later",
        "seen before it was closed",
        "another category",
    ],
)
def test_a_problem_is_back_within_thirty_metres_and_sixty_days_of_closing(new: Sight, back: bool) -> None:
    assert rebounds(new, sight(at=AT - 20 * DAY), CLOSED_AT) is back


def test_another_car_at_the_spot_of_one_that_was_towed_is_not_back() -> None:
    assert not rebounds(sight(plate="京B54321"), sight(plate="京A12345"), CLOSED_AT)
    assert rebounds(sight(plate="京A12345"), sight(plate="京A12345"), CLOSED_AT)


@given(north=some.floats(0, 300), days=some.integers(0, 400), said=some.booleans())
def test_likeness_is_the_same_both_ways_and_never_beyond_the_circle(north: float, days: int, said: bool) -> None:
    one, other = sight(), sight(north, at=AT - days * DAY)

    there, back = likeness(one, other, said=said), likeness(other, one, said=said)

    assert there == back
    assert (there is None) or (there.distance_m <= RADIUS_M and 0 <= there.score <= 100)
    assert there is None or there.likely is (there.score >= LIKELY)
