"""How a deadline was counted, day by day, as boxes and in a sentence (期限怎么算)."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from functools import reduce
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from inspection.kernel.calendar import WorkCalendar, day_of
from inspection.kernel.holidays import NOT_ENTERED
from inspection.tickets import deadlines
from inspection.tickets.deadlines import MARK_NAMES, Clock, DayStep, Mark, Pause
from inspection.web import language
from inspection.web.page import day_words, short_day, weekday_words


class Begun(Enum):
    """With what a clock began: the dispatch, a later round, the calling of a unit that assists."""

    DISPATCHED = auto()
    AGAIN = auto()
    CALLED = auto()


def told(
    clock: Clock,
    at: datetime,
    calendar: WorkCalendar,
    stood: Sequence[Pause],
    *,
    answered_at: datetime | None,
    begun: Begun,
) -> dict[str, Any]:
    """All of it for one clock: what is left, the sentence, the boxes, and what is behind them.

    ``at`` is the moment up to which is counted, ``stood`` when it stood still.
    """
    again, called, is_answered = begun is Begun.AGAIN, begun is Begun.CALLED, answered_at is not None
    reached, left = deadlines.sentence(
        clock, at, calendar, answered=is_answered, stopped=stood, again=again, called=called
    )
    answered = day_of(answered_at) if answered_at else None
    counted = deadlines.steps(
        clock.started_at, clock.limit, calendar, day_of(at), stood, due_at=clock.due_at, answered=answered
    )
    return {
        "left": language.told(left),
        "text": _("%(reached)s，%(left)s", reached=language.told(reached), left=language.told(left)),
        "days": days(counted, begun),
        "note": counting(counted, begun),
    }


def days(counted: Sequence[DayStep], begun: Begun) -> list[dict[str, Any]]:
    """One box for each day."""
    return [_day(step, begun) for step in counted]


def counting(counted: Sequence[DayStep], begun: Begun) -> str:
    """What is behind the boxes: that the first day is not counted, the holidays, the years that nobody has entered."""
    named = [_("%(day)s%(name)s", day=day_words(step.day), name=_(step.name)) for step in counted if step.name]
    years = sorted({step.day.year for step in counted if step.estimated})
    parts = [_first_day(begun)]
    if named:
        parts.append(_("%(sentence)s。", sentence=_("、").join(named)))
    parts += [_("%(sentence)s。", sentence=_(NOT_ENTERED, year=year)) for year in years]
    return reduce(lambda said, more: _("%(said)s%(more)s", said=said, more=more), parts)


def _day(step: DayStep, begun: Begun) -> dict[str, Any]:
    standing = step.mark in {Mark.OFF, Mark.STOPPED}
    kinds = ("due", step.due), ("hit", step.answered), ("off", standing), ("used", step.used)
    kind = "start" if step.mark is Mark.DISPATCHED else next((name for name, is_so in kinds if is_so), "")
    return {
        "day": step.day.day,
        "date": short_day(step.day),
        "weekday": weekday_words(step.day),
        "mark": _mark(step, begun),
        "kind": kind,
    }


def _mark(step: DayStep, begun: Begun) -> str:
    if step.mark is Mark.COUNTED:
        return f"{step.count:g}"
    if step.mark is not Mark.DISPATCHED:
        return _(MARK_NAMES[step.mark])
    if begun is Begun.CALLED:
        return pgettext("box", "请来")
    return pgettext("box", "起算") if begun is Begun.AGAIN else pgettext("box", "派遣")


def _first_day(begun: Begun) -> str:
    if begun is Begun.CALLED:
        return _("请来当日不算。")
    return _("起算当日不算。") if begun is Begun.AGAIN else _("派遣当日不算。")
