"""Hours in which nobody is to be woken (免打扰时段), as Beijing's clocks show them. Pure."""

from dataclasses import dataclass
from datetime import datetime, time

from inspection.kernel.calendar import BEIJING, DAY, at, day_of


@dataclass(frozen=True)
class Quiet:
    """From an hour to another, past midnight where that is earlier; never, where both are the same."""

    start: time
    end: time

    def until(self, now: datetime) -> datetime | None:
        """When they are over, if ``now`` lies in them."""
        hour, day = now.astimezone(BEIJING).time(), day_of(now)
        if self.start <= self.end:
            return at(day, self.end) if self.start <= hour < self.end else None
        if hour >= self.start:
            return at(day + DAY, self.end)
        return at(day, self.end) if hour < self.end else None


NIGHT = Quiet(time(21), time(8))
"""A default, to be edited by each person."""
