"""When a ticket is due, what is left, and the arithmetic day by day (期限). Pure.

A deadline is counted from dispatch in one of three units. Days begin the day after: the day of dispatch is not counted,
and the deadline is the last microsecond of the last day in Beijing, so that late means ``now > due`` and the due day is
``day_of(due)``. Working hours are counted to the second, within the hours of the calendar, from the moment of dispatch.

A clock that stands still goes on with what was left, because the deadline moves by the working time in between. Days
are counted whole: the day on which a clock stops is used up, and the day on which it goes on is not counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from inspection.kernel.calendar import DAY, WorkCalendar, day_of, end_of
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_, Nn_

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
MOST = 3660
"""Ten years of days: beyond it a limit is a slip of the pen."""


class Unit(StrEnum):
    """What a limit is counted in: working hours (工作时), working days (工作日), calendar days (天)."""

    HOUR = "hour"
    WORKDAY = "workday"
    DAY = "day"


class Mark(StrEnum):
    """What a day is in the arithmetic: 派遣, counted, 休, 停."""

    DISPATCHED = "dispatched"
    COUNTED = "counted"
    OFF = "off"
    STOPPED = "stopped"


SIZE: Mapping[Unit, int] = {Unit.HOUR: HOUR // MICROSECOND, Unit.WORKDAY: 1, Unit.DAY: 1}
"""One of each unit in what is counted with, so that nothing is lost to rounding: whole microseconds or days."""
LEAST: Mapping[Unit, int] = {Unit.HOUR: SECOND // MICROSECOND, Unit.WORKDAY: 1, Unit.DAY: 1}
"""By how much one is late at least."""

UNIT_NAMES: Mapping[Unit, str] = {Unit.HOUR: N_("工作时"), Unit.WORKDAY: N_("工作日"), Unit.DAY: N_("天")}
MARK_NAMES: Mapping[Mark, str] = {
    Mark.DISPATCHED: N_("派遣"),
    Mark.COUNTED: N_("计"),
    Mark.OFF: N_("休"),
    Mark.STOPPED: N_("停"),
}
LIMITS: Mapping[Unit, str] = {
    Unit.HOUR: Nn_("%(count)s 个工作时"),
    Unit.WORKDAY: Nn_("%(count)s 个工作日"),
    Unit.DAY: Nn_("%(count)s 天"),
}


REACHED: Mapping[Unit, str] = {
    Unit.HOUR: Nn_("已用 %(count)s 个工作时"),
    Unit.WORKDAY: Nn_("第 %(count)s 个工作日"),
    Unit.DAY: Nn_("第 %(count)s 天"),
}
ANSWERED: Mapping[Unit, str] = {
    Unit.HOUR: Nn_("%(count)s 个工作时反馈"),
    Unit.WORKDAY: Nn_("第 %(count)s 个工作日反馈"),
    Unit.DAY: Nn_("第 %(count)s 天反馈"),
}
JUST_DISPATCHED, ANSWERED_AT_ONCE = N_("派遣当日，尚未起算"), N_("派遣当日反馈")
JUST_AGAIN, ANSWERED_AGAIN = N_("本轮首日，尚未起算"), N_("本轮首日反馈")
JUST_CALLED, ANSWERED_CALLED = N_("请来当日，尚未起算"), N_("请来当日答复")
AHEAD, LEFT, OVER = N_("提前 %(amount)s"), N_("还剩 %(amount)s"), N_("超 %(amount)s")
ON_THE_DAY, DUE_TODAY, NOTHING_LEFT = N_("到期当日"), N_("今天到期"), N_("没有剩余时间")
STANDING = N_("时钟已停")


@dataclass(frozen=True)
class Limit:
    """How long a unit has: so many of a unit of time, from one to ``MOST``; raises ValueError for others."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse a limit that leaves no time, or more than anyone sees the end of."""
        if not 1 <= self.amount <= MOST:
            raise ValueError(f"a limit is at least one {self.unit} and at most {MOST}, not {self.amount}")

    def told(self) -> Phrase:
        """Such as ``5 个工作日``."""
        return told(self.amount, self.unit)


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still; ``until`` is None while it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """A ticket's clock. While it stands still ``stopped_at`` says since when, and ``remaining`` what was left then, in
    the limit's own unit, negative if it was late.
    """

    started_at: datetime
    limit: Limit
    due_at: datetime
    stopped_at: datetime | None = None
    remaining: float | None = None


@dataclass(frozen=True)
class DayStep:
    """One day of the arithmetic.

    ``count`` is what was counted by the end of the day, in the limit's unit, and ``used`` whether the clock has come
    this far. ``estimated`` days are of a year whose holidays nobody has entered.
    """

    day: date
    mark: Mark
    count: float
    due: bool
    used: bool
    answered: bool
    estimated: bool
    name: str | None


def due(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """The last moment that is in time."""
    if limit.unit is Unit.HOUR:
        return calendar.after_working_time(start, limit.amount * HOUR)
    return end_of(_days_later(day_of(start), limit.amount, limit.unit, calendar))


def start(now: datetime, limit: Limit, calendar: WorkCalendar) -> Clock:
    """A fresh clock: at dispatch, for a rework, after a rebound."""
    return Clock(started_at=now, limit=limit, due_at=due(now, limit, calendar))


def restart(clock: Clock, now: datetime, calendar: WorkCalendar, limit: Limit | None = None) -> Clock:
    """The next round's clock, with a limit of its own or the same again."""
    return start(now, limit or clock.limit, calendar)


def stop(clock: Clock, now: datetime, calendar: WorkCalendar) -> Clock:
    """The clock standing still from ``now`` on; raises ValueError if it does already."""
    if clock.stopped_at is not None:
        raise ValueError("the clock does not run")
    return replace(clock, stopped_at=now, remaining=remaining(now, clock, calendar))


def resume(clock: Clock, now: datetime, calendar: WorkCalendar) -> Clock:
    """The clock going on with what was left; raises ValueError if it runs already.

    What was in time stays in time at first, also where no working time is left, and what was late stays late.
    """
    if clock.stopped_at is None:
        raise ValueError("the clock runs already")
    moved = _moved(clock, clock.stopped_at, now, calendar)
    in_time, late = _edges(clock.limit.unit, now, calendar)
    due_at = min(moved, late) if clock.stopped_at > clock.due_at else max(moved, in_time)
    return replace(clock, due_at=due_at, stopped_at=None, remaining=None)


def extend(clock: Clock, new_due_on: date) -> Clock:
    """The clock with its deadline at the end of a later day; raises ValueError if that day is not later."""
    if new_due_on <= day_of(clock.due_at):
        raise ValueError(f"{new_due_on} is not later than {day_of(clock.due_at)}")
    return replace(clock, due_at=end_of(new_due_on))


def remaining(now: datetime, clock: Clock, calendar: WorkCalendar) -> float:
    """What is left in the clock's own unit: whole days, or hours to the second.

    Zero on the due day itself; negative once late, by one day or one second at least, also when nobody works.
    """
    if clock.stopped_at is not None and clock.remaining is not None:
        return clock.remaining
    unit = clock.limit.unit
    if now > clock.due_at:
        return -_in_units(max(_elapsed(clock.due_at, now, unit, calendar), LEAST[unit]), unit)
    return _in_units(_elapsed(now, clock.due_at, unit, calendar), unit)


def used(now: datetime, clock: Clock, calendar: WorkCalendar, stopped: Sequence[Pause] = ()) -> float:
    """How much the clock has counted by ``now`` in its own unit; ``stopped`` are the times when it stood still."""
    unit = clock.limit.unit
    return _in_units(_counted(clock.started_at, clock.stopped_at or now, unit, calendar, stopped), unit)


def steps(
    start: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    today: date,
    stopped: Sequence[Pause] | None = None,
    *,
    due_at: datetime | None = None,
    answered: date | None = None,
) -> list[DayStep]:
    """The arithmetic from the day of dispatch to the due day, or to ``today`` while the clock stands still.

    ``stopped`` are the suspensions so far, ``due_at`` the deadline where it was extended, ``answered`` the day of the
    unit's answer.
    """
    pauses = tuple(stopped or ())
    due_at = due_at or _replayed(start, limit, calendar, pauses).due_at
    open_since = next((pause.since for pause in pauses if pause.until is None), None)
    last = day_of(due_at) if open_since is None else today
    days: list[DayStep] = []
    count, since = 0, start
    for day in (day_of(start) + DAY * n for n in range((last - day_of(start)).days + 1)):
        until = min(end_of(day), due_at)
        gain = _counted(since, until, limit.unit, calendar, pauses)
        count, since = count + gain, until
        days.append(
            DayStep(
                day=day,
                mark=_mark(day, gain, first=not days, pauses=pauses),
                count=_in_units(count, limit.unit),
                due=open_since is None and day == last,
                used=day <= min(today, answered or today),
                answered=day == answered,
                estimated=limit.unit is not Unit.DAY and not calendar.is_entered(day.year),
                name=calendar.name_of(day),
            )
        )
    return days


def sentence(
    clock: Clock,
    now: datetime,
    calendar: WorkCalendar,
    *,
    answered: bool = False,
    stopped: Sequence[Pause] = (),
    again: bool = False,
    called: bool = False,
) -> tuple[Phrase, Phrase]:
    """How far the clock has come and what is left, such as “第 3 个工作日反馈” and “提前 2 个工作日”.

    ``answered`` tells an answer, which also stops the clock, from a suspension; ``again`` a later round from the first,
    and ``called`` a unit that assists.
    """
    count, left = used(now, clock, calendar, stopped), remaining(now, clock, calendar)
    if answered:
        at_once = ANSWERED_CALLED if called else ANSWERED_AGAIN if again else ANSWERED_AT_ONCE
        return _reached(count, clock.limit.unit, ANSWERED, at_once), _left(left, clock.limit.unit, AHEAD, ON_THE_DAY)
    if clock.stopped_at is not None:
        return Phrase(STANDING), _left(left, clock.limit.unit, LEFT, NOTHING_LEFT)
    just_begun = JUST_CALLED if called else JUST_AGAIN if again else JUST_DISPATCHED
    return _reached(count, clock.limit.unit, REACHED, just_begun), _left(left, clock.limit.unit, LEFT, DUE_TODAY)


def told(amount: float, unit: Unit) -> Phrase:
    """An amount of a unit in words, hours to the tenth, such as ``5 个工作日``."""
    return Phrase(LIMITS[unit], {"count": _shown(amount)})


def _days_later(day: date, amount: int, unit: Unit, calendar: WorkCalendar) -> date:
    if unit is Unit.DAY:
        return day + amount * DAY
    for _ in range(amount):
        day = calendar.next_working(day)
    return day


def _elapsed(since: datetime, until: datetime, unit: Unit, calendar: WorkCalendar) -> int:
    if unit is Unit.HOUR:
        return calendar.working_time(since, until) // MICROSECOND
    first, last = day_of(since), day_of(until)
    return calendar.working_days(first, last) if unit is Unit.WORKDAY else max((last - first).days, 0)


def _in_units(measure: int, unit: Unit) -> float:
    whole, rest = divmod(measure, SIZE[unit])
    return measure / SIZE[unit] if rest else whole


def _moved(clock: Clock, since: datetime, until: datetime, calendar: WorkCalendar) -> datetime:
    """The deadline, later by the working time between the two moments."""
    if clock.limit.unit is Unit.HOUR:
        return calendar.after_working_time(clock.due_at, calendar.working_time(since, until))
    days = _elapsed(since, until, clock.limit.unit, calendar)
    return end_of(_days_later(day_of(clock.due_at), days, clock.limit.unit, calendar)) if days else clock.due_at


def _edges(unit: Unit, now: datetime, calendar: WorkCalendar) -> tuple[datetime, datetime]:
    """The earliest deadline that is still in time at ``now`` with nothing left, and the latest that is late."""
    if unit is Unit.HOUR:
        return now, now - SECOND
    today = day_of(now)
    return end_of(today), end_of(today - DAY if unit is Unit.DAY else calendar.previous_working(today))


def _counted(since: datetime, until: datetime, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> int:
    stood = sum(_elapsed(max(p.since, since), min(p.until or until, until), unit, calendar) for p in pauses)
    return _elapsed(since, until, unit, calendar) - stood


def _replayed(begun: datetime, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> Clock:
    clock = start(begun, limit, calendar)
    for pause in pauses:
        clock = stop(clock, pause.since, calendar)
        clock = resume(clock, pause.until, calendar) if pause.until else clock
    return clock


def _mark(day: date, gain: int, *, first: bool, pauses: Sequence[Pause]) -> Mark:
    if first:
        return Mark.DISPATCHED
    if gain:
        return Mark.COUNTED
    stood = any(day_of(pause.since) <= day and (not pause.until or day <= day_of(pause.until)) for pause in pauses)
    return Mark.STOPPED if stood else Mark.OFF


def _reached(count: float, unit: Unit, words: Mapping[Unit, str], at_once: str) -> Phrase:
    return Phrase(words[unit], {"count": _shown(count)}) if count else Phrase(at_once)


def _left(left: float, unit: Unit, ahead: str, nothing: str) -> Phrase:
    if left < 0:
        return Phrase(OVER, {"amount": told(-left, unit)})
    return Phrase(ahead, {"amount": told(left, unit)}) if left else Phrase(nothing)


def _shown(amount: float) -> float:
    tenth = max(round(amount, 1), 0.1) if amount else 0
    return int(tenth) if tenth == int(tenth) else tenth
