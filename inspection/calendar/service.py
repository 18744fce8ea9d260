"""What an administrator does to the working calendar (节假日安排). Nothing here commits.

The calendar's history is the audit chain: each event holds the days as they were and as they became. So the last change
can be taken back, and the number of the last event is what an editor has seen of a year: if someone else has changed it
since, nothing is done and they are told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from inspection.calendar import announcement
from inspection.calendar.announcement import LONGEST_NAME, WORKED, Entry, usual
from inspection.kernel import audit, holidays, queue
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import WorkCalendar, day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.holidays import FIRST_YEAR, CalendarDay, CalendarYear
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person

YEARS_AHEAD = 2
"""How far ahead days can be entered: the State Council announces one year at a time."""
BY_HAND, BY_NOTICE = N_("逐日录入"), N_("按放假通知录入")
MOST_REMEMBERED = 200
"""Changes of one year among which the last that still holds is looked for."""


@dataclass(frozen=True)
class Year:
    """A year as its rows have it; ``source`` is None while nobody has entered it. ``seen`` tells its version."""

    number: int
    days: Mapping[date, Entry]
    source: str | None
    seen: int


@dataclass(frozen=True)
class Edit:
    """What a year is to become, what the change is called in the audit chain, and the change that it takes back."""

    year: Year
    days: Mapping[date, Entry]
    source: str | None
    name: str
    undoes: int | None = None

    @property
    def changed(self) -> list[date]:
        """The days that the edit changes, in order."""
        every = sorted({*self.year.days, *self.days})
        return [day for day in every if self.year.days.get(day) != self.days.get(day)]

    @property
    def moves_work(self) -> list[date]:
        """Those of them on which work is done where it was not, or the other way."""
        return [day for day in self.changed if _worked(day, self.year.days) != _worked(day, self.days)]

    def calendar(self) -> WorkCalendar:
        """The whole calendar as it would be."""
        now = holidays.work_calendar()
        kept = {day: working for day, working in now.days.items() if day.year != self.year.number}
        return WorkCalendar(
            days=kept | {day: entry.working for day, entry in self.days.items()},
            years=now.years | {self.year.number} if self.source else now.years - {self.year.number},
            names=now.names,
            hours=now.hours,
        )


def year(number: int, now: datetime) -> Year:
    """A year's days; raises NotFound for one that the calendar does not reach to."""
    if not FIRST_YEAR <= number <= day_of(now).year + YEARS_AHEAD:
        raise NotFound(N_("日历里没有这一年。"))
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = db.session.scalars(select(CalendarDay).where(CalendarDay.day.between(first, last)))
    days = {row.day: Entry(row.working, row.name) for row in rows.all()}
    entered = db.session.get(CalendarYear, number)
    return Year(number, days, entered.source if entered else None, _last_event(number))


def day_changed(found: Year, day: date, *, working: bool, name: str) -> Edit:
    """One day worked or not, under a name or none; raises Invalid("day", "name")."""
    name = name.strip()
    if day.year != found.number:
        raise Invalid("day", N_("这一天不在这一年。"))
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise Invalid("name", N_("名称太长了。"))
    if working and not usual(day) and not name:
        name = WORKED
    days = {other: entry for other, entry in found.days.items() if other != day}
    if name or working != usual(day):
        days[day] = Entry(working, name)
    return Edit(found, days, found.source, "day")


def announced(found: Year, text: str) -> Edit:
    """The whole year by the words of the notice, and the year entered; raises Invalid("text")."""
    return Edit(found, announcement.read(found.number, text), BY_NOTICE, "notice")


def known(found: Year) -> Edit:
    """The whole year as the package knows it; raises Conflict for one that it does not know."""
    days = holidays.known_years().get(found.number)
    if days is None:
        raise Conflict(N_("软件包里还没有这一年的安排，请按放假通知录入。"))
    return Edit(found, {day: Entry(*entry) for day, entry in days.items()}, holidays.SOURCE, "known")


def entered(found: Year, *, done: bool) -> Edit:
    """The year marked as entered, so that it is no estimate any more; or the mark taken off."""
    return Edit(found, found.days, (found.source or BY_HAND) if done else None, "entered")


def undone(found: Year) -> Edit:
    """The year as it was before the last change that still holds; raises Conflict if there is none."""
    last = _last_that_holds(found.number)
    if last is None:
        raise Conflict(N_("这一年没有可以撤销的改动。"))
    before: dict[str, Any] = json.loads(last.data)
    days = dict(found.days)
    for day, was in before["before"].items():
        days.pop(date.fromisoformat(day), None)
        if was is not None:
            days[date.fromisoformat(day)] = Entry(*was)
    return Edit(found, days, before["source_before"], "undo", last.seq)


def save(edit: Edit, *, by: Person, now: datetime, seen: int) -> None:
    """Write the edit down and have the running deadlines counted again.

    ``seen`` is the year's version that the editor looked at. Raises Conflict if it has been changed since, or if the
    edit changes nothing.
    """
    access.require(by.role, Right.CALENDAR_EDIT)
    audit.hold()
    if seen != edit.year.seen or seen != _last_event(edit.year.number):
        raise Conflict(N_("刚才已有别人改过这一年，请看过最新情况再改。"), code="changed_meanwhile")
    if not edit.changed and edit.source == edit.year.source:
        raise Conflict(N_("没有改动。"))
    _write_days(edit)
    _write_year(edit, now)
    audit.record("calendar.changed", _object(edit.year.number), by=by, at=now, **_told(edit))
    if edit.moves_work:
        queue.enqueue("tickets.recount", edit.year.number, now=now)


def undoable(number: int) -> bool:
    """Whether there is a change of the year to take back."""
    return _last_that_holds(number) is not None


def _worked(day: date, days: Mapping[date, Entry]) -> bool:
    return days[day].working if day in days else usual(day)


def _write_days(edit: Edit) -> None:
    db.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(edit.changed)))
    new = ((day, edit.days[day]) for day in edit.changed if day in edit.days)
    db.session.add_all(CalendarDay(day=day, working=entry.working, name=entry.name) for day, entry in new)
    db.session.flush()


def _write_year(edit: Edit, now: datetime) -> None:
    row = db.session.get(CalendarYear, edit.year.number)
    if edit.source is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(CalendarYear(year=edit.year.number, source=edit.source, entered_at=now))
    elif row.source != edit.source:
        row.source, row.entered_at = edit.source, now
    db.session.flush()


def _told(edit: Edit) -> dict[str, object]:
    days = {"before": edit.year.days, "after": edit.days}
    return {
        "what": edit.name,
        "undoes": edit.undoes,
        "source_before": edit.year.source,
        "source_after": edit.source,
        **{when: {day.isoformat(): _plain(entries.get(day)) for day in edit.changed} for when, entries in days.items()},
    }


def _plain(entry: Entry | None) -> list[object] | None:
    return None if entry is None else [entry.working, entry.name]


def _object(number: int) -> str:
    return f"calendar:{number}"


def _last_event(number: int) -> int:
    events = select(AuditEvent.seq).where(AuditEvent.object == _object(number))
    return db.session.scalar(events.order_by(AuditEvent.seq.desc()).limit(1)) or 0


def _last_that_holds(number: int) -> AuditEvent | None:
    """The last change that is neither an undoing nor undone."""
    events = select(AuditEvent).where(AuditEvent.object == _object(number))
    undone: set[int] = set()
    for event in db.session.scalars(events.order_by(AuditEvent.seq.desc()).limit(MOST_REMEMBERED)):
        undoes = json.loads(event.data)["undoes"]
        if undoes is not None:
            undone.add(undoes)
        elif event.seq not in undone:
            return event
    return None
