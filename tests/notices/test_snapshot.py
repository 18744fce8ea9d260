"""Freezing: a week goes into JSON and comes back the same, and holds nothing that it must not."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.notices import snapshot
from inspection.notices.content import masthead_from_json
from inspection.notices.snapshot import Case, Snapshot, from_json
from tests.notices.weeks import DRAFT, MONDAY, SIGNED, busy_week, case, district, week, week_of_cases


def test_a_week_comes_back_equal_from_its_json():
    frozen = busy_week()

    thawed = from_json(frozen.to_json())

    assert thawed == frozen
    assert thawed.to_json() == frozen.to_json()
    assert thawed.sha256 == frozen.sha256


@given(text=some.text(), days=some.integers(min_value=0), supervised=some.booleans())
def test_any_text_and_number_comes_back_equal(text, days, supervised):
    text = text.encode("utf-8", "ignore").decode()
    frozen = week_of_cases(case(description=text, place=text, days_late=days, supervised=supervised))

    assert from_json(frozen.to_json()) == frozen


def test_the_hash_is_the_sha256_of_sorted_json_without_spaces():
    written = (
        '{"audit_hash":"%s","audit_seq":1234,"cases":[],"districts":[],"earlier":[],"least_to_rank":10,"overdue":[],'
        '"praise":[],"taken_at":"2026-11-25T10:05:00+00:00","week_end":"2026-11-22","week_start":"2026-11-16"}'
    ) % ("9f" * 32)

    frozen = week()

    assert frozen.to_json() == written
    assert frozen.sha256 == hashlib.sha256(written.encode()).hexdigest()


def test_one_changed_day_changes_the_hash():
    frozen = week_of_cases(case())

    changed = week_of_cases(case(due_on=date(2026, 11, 24)))

    assert frozen.sha256 != changed.sha256


@pytest.mark.parametrize("stray", ["inspector", "reported_by", "phone", "lat", "device"])
def test_a_field_that_a_notice_may_not_hold_is_refused(stray):
    kept = json.loads(busy_week().to_json())
    kept["cases"][0][stray] = "王"

    with pytest.raises(ValueError, match=stray):
        from_json(json.dumps(kept))


def test_nothing_in_a_week_can_name_an_inspector():
    kinds = [kind for kind in vars(snapshot).values() if hasattr(kind, "__dataclass_fields__")]

    names = {field.name for kind in kinds for field in fields(kind)}

    assert Snapshot in kinds and Case in kinds
    assert not [
        name
        for name in names
        if any(word in name for word in ("person", "inspector", "user", "_by", "phone", "device", "point"))
    ]


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("week_start", None),
        ("week_start", "2026-11-17"),
        ("taken_at", "2026-11-25T10:05:00"),
        ("audit_seq", "1234"),
        ("audit_seq", True),
        ("cases", {}),
        ("least_to_rank", 1.5),
    ],
)
def test_what_does_not_fit_is_refused(where, wrong):
    kept = json.loads(busy_week().to_json()) | {where: wrong}

    with pytest.raises(ValueError, match=r"."):
        from_json(json.dumps(kept))


def test_a_missing_field_is_named():
    kept = json.loads(week().to_json())
    del kept["audit_hash"]

    with pytest.raises(ValueError, match="audit_hash"):
        from_json(json.dumps(kept))


def test_a_case_of_no_known_district_is_refused():
    with pytest.raises(ValueError, match="110103"):
        week(district("东城区", filed=1), cases=(case(district="朝阳区"),))


def test_filed_must_be_the_number_of_cases():
    with pytest.raises(ValueError, match="3 filed, but 1"):
        week(district(filed=3), cases=(case(),))


@pytest.mark.parametrize(
    "counts",
    [
        {"due": 5, "handled": 6},
        {"due": 5, "handled": 3, "handled_in_time": 4},
        {"due": 5, "handled": 3, "overdue": 3},
        {"rework": -1},
    ],
)
def test_counts_that_contradict_each_other_are_refused(counts):
    with pytest.raises(ValueError, match="朝阳区"):
        district(**counts)


def test_a_week_starts_on_a_monday():
    with pytest.raises(ValueError, match="Monday"):
        replace(week(), week_start=MONDAY.replace(day=17))


def test_the_moment_of_freezing_needs_its_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        replace(week(), taken_at=datetime(2026, 11, 25, 10, 5, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize("masthead", [SIGNED, DRAFT, replace(SIGNED, requests=("请各区举一反三。",))])
def test_a_masthead_comes_back_equal_from_its_json(masthead):
    assert masthead_from_json(masthead.to_json()) == masthead


def test_photos_are_named_once_each():
    frozen = busy_week(3, 4)

    assert frozen.photo_ids == ("b0", "a0", "b1", "a1")
