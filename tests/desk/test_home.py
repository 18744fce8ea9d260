"""首页: how one is greeted, by the hour in Beijing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from inspection.desk.home import PARTS, greeting
from inspection.kernel.calendar import BEIJING
from tests.make import Make
from tests.web.browser import Browser


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "凌晨好"),
        (4, 59, "凌晨好"),
        (5, 0, "早上好"),
        (7, 59, "早上好"),
        (8, 0, "上午好"),
        (10, 59, "上午好"),
        (11, 0, "中午好"),
        (12, 59, "中午好"),
        (13, 0, "下午好"),
        (17, 59, "下午好"),
        (18, 0, "晚上好"),
        (23, 59, "晚上好"),
    ],
)
def test_one_is_greeted_by_the_part_of_the_day(hour: int, minute: int, words: str) -> None:
    moment = datetime(2026, 11, 23, hour, minute, tzinfo=BEIJING)

    assert greeting(moment) == greeting(moment.astimezone(UTC)) == words


def test_the_first_page_greets_by_name(make: Make, browser: Callable[..., Browser]) -> None:
    city = make.city()

    page = browser(city).page("/desk/")

    assert any(f"{city.name}，{words}" in page for _until, words in PARTS)
