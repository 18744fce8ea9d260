"""The calendar's rows: what the package knows, what an administrator edits, and what is said about other years."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest

from inspection.kernel import holidays
from inspection.kernel.db import db, writing
from inspection.kernel.holidays import CalendarDay, CalendarYear, calendar_notice, load_known_years, work_calendar

NOW = datetime(2026, 11, 23, 1, 42, tzinfo=UTC)
NATIONAL_DAY, WORKED_SATURDAY = date(2026, 10, 1), date(2026, 10, 10)


@pytest.fixture
def empty(app):
    """The application with no calendar entered."""
    with writing():
        db.session.execute(db.delete(CalendarDay))
        db.session.execute(db.delete(CalendarYear))
    return app


def rows():
    """Every day as it stands in the database."""
    return [
        (day.day, day.working, day.name) for day in db.session.scalars(db.select(CalendarDay).order_by(CalendarDay.day))
    ]


def load(now=NOW):
    """Load what the package knows, as a command would."""
    with writing():
        return load_known_years(now)


def test_the_years_that_the_package_knows_are_entered_with_their_source(empty):
    years = load()

    assert years == list(range(2025, max(chinese_calendar.holidays).year + 1))
    assert [(year.year, year.entered_at) for year in db.session.scalars(db.select(CalendarYear))] == [
        (year, NOW) for year in years
    ]
    assert {year.source for year in db.session.scalars(db.select(CalendarYear))} == {
        f"chinesecalendar {chinese_calendar.__version__}"
    }


def test_a_holiday_and_a_worked_weekend_keep_their_chinese_names(empty):
    load()

    assert (NATIONAL_DAY, False, "国庆节") in rows()
    assert (WORKED_SATURDAY, True, "调休上班") in rows()
    assert not [name for _, _, name in rows() if not name or name.isascii()]


def test_every_day_of_an_entered_year_is_what_the_package_says(empty):
    years = load()

    calendar = work_calendar()

    days = [date(years[0], 1, 1) + timedelta(days=n) for n in range(365 * len(years))]
    assert [day for day in days if calendar.is_working(day) != chinese_calendar.is_workday(day)] == []
    assert calendar.years == frozenset(years)
    assert calendar.name_of(NATIONAL_DAY) == "国庆节"
    assert calendar.name_of(date(2026, 11, 23)) is None


def test_a_second_loading_enters_nothing_and_changes_nothing(empty):
    load()
    before = rows()

    again = load(NOW + timedelta(days=30))

    assert again == []
    assert rows() == before
    assert {year.entered_at for year in db.session.scalars(db.select(CalendarYear))} == {NOW}


def test_what_an_administrator_edited_or_removed_stays_so(empty):
    load()
    with writing():
        edited = db.session.get_one(CalendarDay, NATIONAL_DAY)
        edited.working, edited.name = True, "值班"
        db.session.delete(db.session.get_one(CalendarDay, WORKED_SATURDAY))

    load()

    assert (NATIONAL_DAY, True, "值班") in rows()
    assert work_calendar().is_working(NATIONAL_DAY)
    assert not work_calendar().is_working(WORKED_SATURDAY)


def test_a_day_written_before_its_year_was_entered_is_not_overwritten(empty):
    with writing():
        db.session.add(CalendarDay(day=NATIONAL_DAY, working=True, name="值班"))

    load()

    assert (NATIONAL_DAY, True, "值班") in rows()
    assert (date(2026, 10, 2), False, "国庆节") in rows()


def test_a_year_that_nobody_entered_is_named_and_estimated(empty):
    load()
    unknown = max(chinese_calendar.holidays).year + 1

    told = calendar_notice([unknown, 2026, unknown + 1, unknown])

    assert [str(phrase) for phrase in told] == [
        f"{unknown}年节假日安排尚未录入，按周一至周五估算",
        f"{unknown + 1}年节假日安排尚未录入，按周一至周五估算",
    ]
    assert not work_calendar().is_entered(unknown)


def test_a_year_entered_by_hand_is_no_longer_estimated(empty):
    with writing():
        db.session.add(CalendarYear(year=2027, source="国务院办公厅通知", entered_at=NOW))
        db.session.add(CalendarDay(day=date(2027, 1, 1), working=False, name="元旦"))

    assert calendar_notice([2027]) == []
    assert work_calendar().is_entered(2027)
    assert not work_calendar().is_working(date(2027, 1, 1))


def test_other_working_hours_are_passed_on(empty):
    hours = ((time(7), time(11)),)

    assert work_calendar(hours).hours == hours
    assert work_calendar().hours == ((time(8, 30), time(12)), (time(13), time(17, 30)))


def test_every_holiday_of_the_known_years_has_our_own_name():
    named = {name for days in holidays.known_years().values() for _, name in days.values()}

    assert named == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "调休上班"}
