"""Which picture before stands against which after (整改前后对照)."""

from dataclasses import dataclass

import pytest

from inspection.tickets.pairing import pairs


@dataclass(frozen=True)
class One:
    name: str
    role: str


FAR, NEAR = One("far", "far"), One("near", "near")
FIRST, SECOND, THIRD = One("1", "after"), One("2", "after"), One("3", "after")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([FAR, NEAR], [One("near then", "near"), One("far then", "far")], ["near-near then", "far-far then"]),
        ([FAR, NEAR], [FIRST, SECOND], ["far-1", "near-2"]),
        ([FAR], [FIRST, SECOND, THIRD], ["far-1", "far-2", "far-3"]),
        ([FAR, NEAR], [FIRST], ["far-1", "near-1"]),
        ([FAR, NEAR], [One("near then", "near")], ["near-near then", "far-near then"]),
        ([FAR, NEAR, One("car", "plate")], [FIRST, SECOND], ["far-1", "near-2", "car-1"]),
        ([], [FIRST], []),
        ([FAR], [], []),
    ],
    ids=["by role", "by place", "one before", "one after", "the rest by the first", "more before", "none", "no answer"],
)
def test_each_picture_after_meets_the_one_that_shows_the_same_and_none_before_is_left_out(
    before: list[One], after: list[One], expected: list[str]
) -> None:
    assert [f"{first.name}-{then.name}" for first, then in pairs(before, after)] == expected
