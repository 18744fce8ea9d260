"""The holidays and worked weekends of each year as rows, which an administrator edits (节假日安排).

The State Council announces a year's days late in the year before. What the package ``chinesecalendar`` knows is
loaded; it raises NotImplementedError for a year that it has no data for, and then somebody enters the rows by hand.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import chinese_calendar
from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from inspection.kernel.calendar import DAY, SATURDAY, WORKING_HOURS, Hours, WorkCalendar
from inspection.kernel.db import Model, db, insert_once
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_

FIRST_YEAR = 2025
SOURCE = f"chinesecalendar {chinese_calendar.__version__}"
NOT_ENTERED = N_("%(year)s年节假日安排尚未录入，按周一至周五估算")
WORKED = N_("调休上班")

NAMES: Mapping[str, str] = {
    "New Year's Day": N_("元旦"),
    "Spring Festival": N_("春节"),
    "Tomb-sweeping Day": N_("清明节"),
    "Labour Day": N_("劳动节"),
    "Dragon Boat Festival": N_("端午节"),
    "Mid-autumn Festival": N_("中秋节"),
    "National Day": N_("国庆节"),
}
"""The package's names of the holidays, and ours."""


class CalendarDay(Model):
    """A day in Beijing that is not what its weekday says, or has a name."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(Text)


class CalendarYear(Model):
    """A year whose days are entered, and where they come from."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime]


def load_known_years(now: datetime) -> list[int]:
    """Enter every year from 2025 on that the package knows and nobody has entered; the years that were entered now.

    A day that somebody has written already stays as it is.
    """
    loaded = []
    for year, days in known_years().items():
        if insert_once(CalendarYear, year=year, source=SOURCE, entered_at=now):
            loaded.append(year)
            for day, (working, name) in days.items():
                insert_once(CalendarDay, day=day, working=working, name=name)
    return loaded


def known_years() -> dict[int, dict[date, tuple[bool, str]]]:
    """What the package knows: year → day → (worked, name), for the days that differ from Monday to Friday or have a
    name.
    """
    years: dict[int, dict[date, tuple[bool, str]]] = {}
    year = FIRST_YEAR
    while True:
        try:
            years[year] = _special_days(year)
        except NotImplementedError:
            return years
        year += 1


def work_calendar(hours: Hours = WORKING_HOURS) -> WorkCalendar:
    """The working days as the rows have them now."""
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.working, CalendarDay.name)).all()
    return WorkCalendar(
        days={row.day: row.working for row in rows},
        years=frozenset(db.session.scalars(select(CalendarYear.year))),
        names={row.day: row.name for row in rows if row.name},
        hours=hours,
    )


def calendar_notice(years: Iterable[int]) -> list[Phrase]:
    """What to say on screen about those of ``years`` that nobody has entered, in order."""
    entered = set(db.session.scalars(select(CalendarYear.year)))
    return [Phrase(NOT_ENTERED, {"year": year}) for year in sorted(set(years) - entered)]


def _special_days(year: int) -> dict[date, tuple[bool, str]]:
    days: dict[date, tuple[bool, str]] = {}
    day = date(year, 1, 1)
    while day.year == year:
        off, name = chinese_calendar.get_holiday_detail(day)
        if name or off == (day.weekday() < SATURDAY):
            days[day] = (not off, NAMES.get(name, name) if off else WORKED)
        day += DAY
    return days
