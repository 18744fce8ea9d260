"""A year's holidays in the words of the State Council's notice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar.announcement import Entry, read, usual, written
from inspection.kernel.errors import Invalid
from inspection.kernel.holidays import known_years

NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
"""As announced on 2025-11-04."""
HOLIDAY = st.text("甲乙丙丁节", min_size=1, max_size=4)


def test_the_notice_of_2026_read_is_what_the_package_knows() -> None:
    assert read(2026, NOTICE_2026) == {day: Entry(*entry) for day, entry in known_years()[2026].items()}


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_is_written_to_be_edited_reads_as_the_same_days(year: int) -> None:
    days = {day: Entry(*entry) for day, entry in known_years()[year].items()}

    assert read(year, written(days)) == days


@given(
    st.dictionaries(st.dates(date(2027, 1, 1), date(2027, 12, 31)), HOLIDAY, min_size=1, max_size=30),
    st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)).filter(lambda day: not usual(day)), max_size=6),
)
def test_whatever_days_are_off_and_worked_they_can_be_written_and_read(off: dict[date, str], worked: set[date]) -> None:
    days = {day: Entry(False, name) for day, name in off.items()}
    days |= {day: Entry(True, "调休上班") for day in worked}

    assert read(2027, written(days)) == days


def test_weekdays_numerals_and_totals_may_be_left_out() -> None:
    assert read(2027, "国庆节:10月1日至2日放假，10月9日上班") == {
        date(2027, 10, 1): Entry(False, "国庆节"),
        date(2027, 10, 2): Entry(False, "国庆节"),
        date(2027, 10, 9): Entry(True, "调休上班"),
    }


def test_a_holiday_may_run_from_one_month_into_the_next() -> None:
    assert sorted(read(2027, "劳动节：4月30日至5月2日放假")) == [date(2027, 4, 30), date(2027, 5, 1), date(2027, 5, 2)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请写明放假和上班的日子"),
        ("10月1日放假", "每行先写节日的名称"),
        ("国庆节：十月一日放假", "没有读到"),
        ("国庆节：10月32日放假", "日期写错了"),
        ("国庆节：2月29日放假", "日期写错了"),
        ("国庆节：10月1日（周一）放假", "2027-10-01 是周五"),
        ("国庆节：10月1日至7日放假，共8天", "写着共 8 天，数下来是 7 天"),
        ("国庆节：10月7日至1日放假", "最后一天在第一天之前"),
        ("国庆节：10月1日至7日放假\n中秋节：10月7日放假", "2027-10-07 写了两次"),
        ("国庆节：10月1日至9日放假。10月9日上班", "2027-10-09 写了两次"),
        ("国庆节：10月1日放假。10月11日上班", "2027-10-11 本来就上班"),
        ("元旦：2026年12月31日至1月2日放假", "2026-12-31 不在这一年"),
        ("一个名字太长太长太长太长太长太长太长的节日：10月1日放假", "每行先写节日的名称"),
    ],
)
def test_what_cannot_be_so_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        read(2027, text)

    assert refused.value.field == "text"
