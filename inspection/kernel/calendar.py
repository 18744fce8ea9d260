"""Days, weeks and working days as Beijing counts them, and the only clock of the house. Pure.

A moment is always aware and kept in UTC; a day is always a day in Beijing. The State Council moves holidays and makes
some weekends working days (调休), so which days are working is data: ``kernel.holidays`` reads it from rows. A year
that nobody has entered is estimated: Monday to Friday.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

Hours = tuple[tuple[time, time], ...]
"""The spans of one day in which work is done, in order and apart, Beijing time."""

WORKING_HOURS: Hours = ((time(8, 30), time(12, 0)), (time(13, 0), time(17, 30)))
"""A default, to be edited by the office: no rule that we read fixes it."""

SATURDAY = 5
DAY = timedelta(days=1)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day in Beijing at ``moment``; raises ValueError for a moment without its time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {moment!r}")
    return moment.astimezone(BEIJING).date()


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week that ``day`` is in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def at(day: date, hour: time) -> datetime:
    """The moment when clocks in Beijing show ``hour`` on ``day``, in UTC."""
    return datetime.combine(day, hour, BEIJING).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of ``day`` in Beijing, in UTC."""
    return at(day, time.min)


def end_of(day: date) -> datetime:
    """The last microsecond of ``day`` in Beijing, in UTC.

    Not the next midnight: so ``day_of(end_of(day))`` is ``day``, and whatever is later than this is on another day.
    """
    return at(day, time.max)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are working days.

    ``days`` holds what differs from Monday to Friday, ``years`` the years whose holidays are entered, ``names`` what a
    day is called, and ``hours`` the working hours of a working day.
    """

    days: Mapping[date, bool]
    years: frozenset[int]
    names: Mapping[date, str] = field(default_factory=dict)
    hours: Hours = WORKING_HOURS

    def __post_init__(self) -> None:
        """Refuse hours in which nothing could ever fall due."""
        edges = [edge for span in self.hours for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError(f"working hours must be spans in order: {self.hours}")

    def is_working(self, day: date) -> bool:
        """Whether work is done on ``day``; Monday to Friday where nothing is entered."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def is_entered(self, year: int) -> bool:
        """Whether the holidays of ``year`` are known; if not, its working days are an estimate."""
        return year in self.years

    def name_of(self, day: date) -> str | None:
        """What ``day`` is called, if it is a holiday or a weekend that is worked."""
        return self.names.get(day)

    def next_working(self, day: date) -> date:
        """The first working day after ``day``."""
        return self._nearest(day, DAY)

    def previous_working(self, day: date) -> date:
        """The last working day before ``day``."""
        return self._nearest(day, -DAY)

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after ``after``, up to and including ``until``; none if that is not later."""
        return sum(self.is_working(after + DAY * n) for n in range(1, (until - after).days + 1))

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working hours of ``day`` as moments; none on a day off."""
        return [(at(day, begin), at(day, stop)) for begin, stop in self.hours] if self.is_working(day) else []

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from ``start`` to ``end`` lies within working hours; none if ``end`` is not later."""
        total, day = timedelta(), day_of(start)
        while day <= day_of(end):
            shares = (min(stop, end) - max(begin, start) for begin, stop in self.spans(day))
            total += sum((share for share in shares if share > timedelta()), timedelta())
            day += DAY
        return total

    def after_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment by which ``amount`` of working time has gone by since ``start``."""
        if amount <= timedelta():
            return start
        day = day_of(start)
        while True:
            for begin, stop in self.spans(day):
                begin = max(begin, start)
                if begin + amount <= stop:
                    return begin + amount
                amount -= max(stop - begin, timedelta())
            day += DAY

    def _nearest(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working(day):
            day += step
        return day
