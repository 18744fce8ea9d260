"""When a deadline is called to mind, and to whom it is carried when it has passed (到期提醒、逐级催办). Pure.

No text that we read fixes these days: they are a default, kept as rows that an administrator edits. A day here is a
working day, and what is due on a day is called to mind when that day's work begins. A deadline within a day, counted in
working hours, is called to mind at its own moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from inspection.kernel.calendar import DAY, WorkCalendar, at, day_of, end_of
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_, Nn_
from inspection.notifications.rules import Audience

MOST_DAYS = 60
"""A reminder further from its deadline than this is a slip of the pen."""
AT_ONCE = timedelta(microseconds=1)


class Kind(StrEnum):
    """A deadline called to mind (提醒), or one that has passed carried a step up (催办)."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


KIND_NAMES: Mapping[Kind, str] = {Kind.REMINDER: N_("到期提醒"), Kind.ESCALATION: N_("超期催办")}
COMING, TODAY = Nn_("%(number)s 还有 %(count)s 个工作日到期"), N_("%(number)s 今天到期")
OVER, OVER_BY = N_("%(number)s 已超期"), Nn_("%(number)s 已超期 %(count)s 个工作日")


@dataclass(frozen=True)
class Step:
    """Who is told how many working days after the deadline; before it, where ``days`` is negative."""

    id: int
    kind: Kind
    audience: Audience
    days: int


DEFAULTS: tuple[Step, ...] = (
    Step(1, Kind.REMINDER, Audience.UNIT, -1),
    Step(2, Kind.REMINDER, Audience.UNIT, 0),
    Step(3, Kind.REMINDER, Audience.UNIT, 1),
    Step(4, Kind.ESCALATION, Audience.UNIT, 0),
    Step(5, Kind.ESCALATION, Audience.CHIEF, 1),
    Step(6, Kind.ESCALATION, Audience.DISTRICT, 3),
    Step(7, Kind.ESCALATION, Audience.CITY, 5),
)
"""The rows that a new office begins with."""


def moment(step: Step, due_at: datetime, calendar: WorkCalendar) -> datetime:
    """When a step is taken for a deadline."""
    if step.days == 0 and (step.kind is Kind.ESCALATION or due_at != end_of(day_of(due_at))):
        return due_at + AT_ONCE
    day = day_of(due_at)
    for _ in range(abs(step.days)):
        day = calendar.next_working(day) if step.days > 0 else calendar.previous_working(day)
    return at(day, calendar.hours[0][0])


def taken(step: Step, due_at: datetime, since: datetime, until: datetime, calendar: WorkCalendar) -> bool:
    """Whether the step is taken after ``since`` and not after ``until``."""
    return since < moment(step, due_at, calendar) <= until


def due_days(step: Step, since: datetime, until: datetime, calendar: WorkCalendar) -> tuple[date, date] | None:
    """The first and the last day on which a deadline may lie for which the step is taken between two moments.

    Only these are looked at, so that a backlog of old deadlines costs nothing.
    """
    first, last = day_of(since) - DAY, day_of(until)
    if step.days < 0:
        while moment(step, end_of(last + DAY), calendar) <= until:
            last += DAY
    while step.days > 0 and moment(step, end_of(first), calendar) > since:
        first -= DAY
    return (first, last) if since < until else None


def told(step: Step, number: str) -> Phrase:
    """What is said, such as ``DC-2611-0397 已超期 3 个工作日``."""
    facts = {"number": number}
    if step.days:
        return Phrase(COMING if step.days < 0 else OVER_BY, facts | {"count": abs(step.days)})
    return Phrase(TODAY if step.kind is Kind.REMINDER else OVER, facts)
