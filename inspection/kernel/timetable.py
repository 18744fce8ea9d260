"""When something is to be done again and again (定时): the slots of a timetable, as Beijing's clocks show them. Pure.

A slot is a moment that has a name of its own, so that two workers, or one that is started again, put down one job for
it. Of the slots that went by while nobody worked only the latest is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from inspection.kernel.calendar import WorkCalendar, at, day_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class When(Protocol):
    """How often, and at what time."""

    def latest(self, now: datetime, calendar: WorkCalendar) -> datetime:
        """The last slot that has come by ``now``."""


@dataclass(frozen=True)
class Every:
    """Every so many minutes, counted from a full hour on; raises ValueError for what does not divide an hour."""

    minutes: int

    def __post_init__(self) -> None:
        """Refuse what would fall on other minutes in every hour."""
        if self.minutes < 1 or 60 % self.minutes:
            raise ValueError(f"every {self.minutes} minutes does not divide an hour")

    def latest(self, now: datetime, calendar: WorkCalendar) -> datetime:
        """The last full such span."""
        span = timedelta(minutes=self.minutes)
        return EPOCH + (now - EPOCH) // span * span


@dataclass(frozen=True)
class Daily:
    """Once a day at an hour in Beijing, on working days only if so said."""

    hour: time
    working_days: bool = False

    def latest(self, now: datetime, calendar: WorkCalendar) -> datetime:
        """Today's slot, or the last one before it."""
        day = day_of(now)
        if at(day, self.hour) > now:
            day -= timedelta(days=1)
        if self.working_days and not calendar.is_working(day):
            day = calendar.previous_working(day)
        return at(day, self.hour)


Timetable = Mapping[str, When]
"""Job name → when it is done. The job is given its slot as its subject."""


def slots(timetable: Timetable, now: datetime, calendar: WorkCalendar) -> dict[str, datetime]:
    """The latest slot of every name."""
    return {name: when.latest(now, calendar) for name, when in timetable.items()}
