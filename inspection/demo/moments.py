"""When things happen in the demo: inspectors all day, offices in working hours (演示时间)."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from inspection.kernel.calendar import BEIJING, DAY, WorkCalendar, day_of, start_of, week_of

HOUR = timedelta(hours=1)
LEAST_DAYS = 9
"""So many working days the story needs before today."""
AWAKE = range(7, 21)
"""The hours in which people walk about and take pictures."""


class Moments:
    """The time from the story's first day to now, by the office's clock."""

    def __init__(self, calendar: WorkCalendar, now: datetime, rng: Random) -> None:
        """The first day is a Monday: of the week before last, or earlier where holidays leave too little of it."""
        self.calendar, self.now, self._rng = calendar, now, rng
        today = day_of(now)
        self.monday = week_of(today)[0]
        first = self.monday - 14 * DAY
        while calendar.working_days(first, today) < LEAST_DAYS:
            first -= 7 * DAY
        self.first = start_of(first)
        self._marks, self._left = self._count_back()

    @property
    def whole(self) -> float:
        """How many working hours the story has."""
        return self._left[-1]

    def ago(self, least: float, most: float) -> datetime:
        """Some waking moment that many working hours before now."""
        low = bisect_left(self._left, min(least, self.whole))
        high = max(bisect_left(self._left, min(most, self.whole)), low + 1)
        candidates = self._marks[low : high + 1]
        awake = [mark for mark in candidates if mark.astimezone(BEIJING).hour in AWAKE] or candidates
        return self._rng.choice(awake) - timedelta(minutes=self._rng.randint(1, 58), seconds=self._rng.randint(0, 59))

    def soon(self, since: datetime, least: float, most: float) -> datetime:
        """Some moment in working hours, so many working hours later."""
        return self.calendar.after_working_time(since, self._rng.uniform(least, most) * HOUR)

    def _count_back(self) -> tuple[Sequence[datetime], Sequence[float]]:
        marks, left = [self.now], [0.0]
        while marks[-1] - HOUR > self.first:
            later = marks[-1]
            marks.append(later - HOUR)
            left.append(left[-1] + self.calendar.working_time(later - HOUR, later) / HOUR)
        return marks, left
