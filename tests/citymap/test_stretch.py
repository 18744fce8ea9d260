"""A stretch of days out of counters by day, month and all time: the same days, each once, by few counters."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.tickets.tallying import Stretch, stretch

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
EVERY_DAY = [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]


def days(found: Stretch) -> dict[date, int]:
    """How often each day is counted."""
    counted: Counter[date] = Counter()
    for sign, periods in ((1, found.plus), (-1, found.minus)):
        for period in periods:
            counted.update({day: sign for day in EVERY_DAY if day.isoformat().startswith(period)})
    for sign, first, last in found.days:
        counted.update({day: sign for day in EVERY_DAY if first <= day <= last})
    return {day: number for day, number in counted.items() if number}


@pytest.mark.parametrize(
    ("first", "last", "plus", "minus", "by_day"),
    [
        (None, None, [""], [], []),
        (date(2026, 11, 1), date(2026, 11, 30), ["2026-11"], [], []),
        (date(2026, 1, 1), date(2026, 11, 26), ["2026"], ["2026-12"], [(-1, date(2026, 11, 27), date(2026, 11, 30))]),
        (date(2026, 11, 24), date(2026, 11, 26), [], [], [(1, date(2026, 11, 24), date(2026, 11, 26))]),
        (
            date(2026, 10, 28),
            date(2026, 11, 26),
            ["2026-11"],
            [],
            [(1, date(2026, 10, 28), date(2026, 10, 31)), (-1, date(2026, 11, 27), date(2026, 11, 30))],
        ),
        (date(2024, 3, 1), None, [""], ["2024-01", "2024-02"], []),
        (date(2020, 1, 1), date(2020, 2, 1), [], [], []),
        (date(2027, 1, 1), None, [], [], []),
    ],
    ids=["all", "a month", "a year so far", "three days", "thirty days", "nearly all", "before", "after"],
)
def test_worked_cases(first, last, plus, minus, by_day) -> None:
    found = stretch(first, last, 2024, 2026)

    assert (found.plus, found.minus, found.days) == (plus, minus, by_day)


ANY = st.one_of(st.none(), st.dates(date(2023, 12, 1), date(2027, 1, 31)))


@given(ANY, ANY)
def test_each_day_is_counted_once_and_no_other(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        first, last = last, first

    found = stretch(first, last, 2024, 2026)

    asked = [day for day in EVERY_DAY if (first or FIRST) <= day <= (last or LAST)]
    assert days(found) == dict.fromkeys(asked, 1)
    assert len(found.plus) + len(found.minus) <= 2 * 7 + 3
    assert all((end - begin).days < 16 for _sign, begin, end in found.days)
