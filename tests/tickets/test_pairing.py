"""Which picture before stands against which after (整改前后对照)."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.tickets.pairing import pairs


@dataclass(frozen=True)
class One:
    name: str
    role: str


FAR, NEAR, NEAR_TOO = One("far", "far"), One("near", "near"), One("near2", "near")
FAR_THEN, NEAR_THEN, NEAR_TOO_THEN = One("far then", "far"), One("near then", "near"), One("near2 then", "near")
FIRST, SECOND, THIRD = One("1", "after"), One("2", "after"), One("3", "after")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([FAR, NEAR], [NEAR_THEN, FAR_THEN], ["near-near then", "far-far then"]),
        ([FAR, NEAR, NEAR_TOO], [NEAR_THEN, NEAR_TOO_THEN], ["near-near then", "near2-near2 then", "far-near then"]),
        ([FAR, NEAR], [NEAR_THEN, NEAR_TOO_THEN], ["near-near then", "near-near2 then", "far-near then"]),
        ([FAR, NEAR], [NEAR_THEN, FIRST], ["near-near then", "far-1"]),
        ([FAR, NEAR], [FIRST, FAR_THEN], ["near-1", "far-far then"]),
        ([FAR, NEAR], [FIRST, FAR_THEN, SECOND], ["near-1", "far-far then", "far-2"]),
        ([One("car", "plate"), FAR], [FAR_THEN, FIRST], ["far-far then", "car-1"]),
        ([NEAR, NEAR_TOO], [NEAR_THEN], ["near-near then", "near2-near then"]),
        ([FAR, NEAR], [FIRST, SECOND], ["far-1", "near-2"]),
        ([FAR], [FIRST, SECOND, THIRD], ["far-1", "far-2", "far-3"]),
        ([FAR, NEAR], [FIRST], ["far-1", "near-1"]),
        ([FAR, NEAR], [NEAR_THEN], ["near-near then", "far-near then"]),
        ([FAR, NEAR, One("car", "plate")], [FIRST, SECOND], ["far-1", "near-2", "car-1"]),
        ([], [FIRST], []),
        ([FAR], [], []),
    ],
    ids=[
        "by role",
        "the second of a role by the second",
        "two of a role by the one",
        "no role by what is left",
        "what is left though it comes later",
        "nothing left",
        "a role of its own before",
        "one of a role for both",
        "by place",
        "one before",
        "one after",
        "the rest by the first",
        "more before",
        "none",
        "no answer",
    ],
)
def test_each_picture_after_meets_the_one_that_shows_the_same_and_none_before_is_left_out(
    before: list[One], after: list[One], expected: list[str]
) -> None:
    assert [f"{first.name}-{then.name}" for first, then in pairs(before, after)] == expected


ROLES = st.sampled_from(["far", "near", "plate", "after"])
SIDES = st.lists(ROLES, max_size=6)


@given(SIDES, SIDES)
def test_everything_on_both_sides_can_be_compared_and_alike_meets_alike(before: list[str], after: list[str]) -> None:
    left = [One(f"before {at}", role) for at, role in enumerate(before)]
    right = [One(f"after {at}", role) for at, role in enumerate(after)]

    found = pairs(left, right)

    if not left or not right:
        assert found == []
        return
    assert {first.name for first, _ in found} == {one.name for one in left}
    assert [then.name for _, then in found[: len(right)]] == [one.name for one in right]
    assert all(first.role == then.role for first, then in found[: len(right)] if then.role in before)
