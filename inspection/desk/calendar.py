"""节假日安排: a year as twelve months, a day changed, a year entered; what it does to deadlines is shown before."""

import calendar as months
from collections.abc import Callable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.calendar import announcement, service
from inspection.calendar.announcement import usual
from inspection.calendar.service import Edit, Year
from inspection.desk import navigation
from inspection.kernel import holidays
from inspection.kernel.calendar import DAY, day_of, now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.holidays import calendar_notice
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.tickets import recounts
from inspection.tickets.recounts import Moved, Preview
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import (
    category_name,
    dated_weekday_words,
    day_words,
    month_words,
    weekday_initial,
    weekday_words,
)
from inspection.web.requires import requires

SHOWN = 200
"""Deadlines listed before saving; the rest are counted."""
DAYS_LISTED = 60
A_WEEK = [date(2026, 6, 1) + number * DAY for number in range(7)]
"""From a Monday to a Sunday."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/calendar", "calendar", show)
    blueprint.add_url_rule("/calendar/<int:year>/<change>", "change_calendar", change, methods=["POST"])


@requires(Right.CALENDAR_READ)
def show() -> ResponseReturnValue:
    """A year, with the form of a day if one is chosen."""
    return page(request.args.get("year", day_of(now()).year, type=int), _day(request.args.get("day", "")))


@requires(Right.CALENDAR_EDIT)
def change(year: int, change: str) -> ResponseReturnValue:
    """Change a year: at once where no deadline moves, else after the deadlines that move have been shown."""
    made, moment = CHANGES.get(change), now()
    if made is None:
        raise NotFound(N_("没有这一步。"))
    seen = request.form.get("seen", -1, type=int)
    try:
        edit = made(service.year(year, moment), request.form)
        if not request.form.get("confirmed") and edit.moves_work and seen == edit.year.seen:
            preview = recounts.preview(edit.calendar(), edit.moves_work[0], moment)
            if preview.moved or preview.unseen:
                return _asked(edit, change, preview)
        with writing():
            edit = made(service.year(year, moment), request.form)
            service.save(edit, by=session.person(), now=moment, seen=seen)
    except Invalid as refusal:
        errors = {refusal.field: language.words(refusal)}
        return page(year, _day(request.form.get("day", "")), errors), status_of(refusal)
    return redirect(url_for("desk.calendar", year=year, day=request.form.get("day")), HTTPStatus.SEE_OTHER)


def page(number: int, chosen: date | None, errors: Mapping[str, str] | None = None) -> str:
    """The year with the day that is chosen, and what is wrong with what was typed."""
    moment, person = now(), session.person()
    year, today = service.year(number, moment), day_of(moment)
    edits = access.scope(person.role, Right.CALENDAR_EDIT) is not None
    text = request.form.get("text") or announcement.written(year.days)
    return render_template(
        "desk/calendar.html",
        nav=navigation.bar(person, "calendar"),
        year=number,
        years=_neighbours(number, moment),
        source=_source(year),
        notices=[language.told(one) for one in calendar_notice([number])],
        weekdays=[(weekday_words(day), weekday_initial(day)) for day in A_WEEK],
        months=[_month(year, month, today, chosen, edits) for month in range(1, 13)],
        day=_chosen(year, chosen) if chosen and chosen.year == number and edits else None,
        edits=edits,
        seen=year.seen,
        undoable=edits and service.undoable(number),
        known=edits and number in holidays.known_years(),
        entered=year.source is not None,
        text=text,
        errors=errors or {},
    )


def _asked(edit: Edit, change: str, preview: Preview) -> str:
    """The deadlines that would move, old and new, with the same form once more."""
    number = edit.year.number
    return render_template(
        "desk/calendar_check.html",
        nav=navigation.bar(session.person(), "calendar"),
        year=number,
        url=url_for("desk.change_calendar", year=number, change=change),
        back_url=url_for("desk.calendar", year=number),
        days=[_changed(edit, day) for day in edit.moves_work[:DAYS_LISTED]],
        fields=[(name, value) for name, value in request.form.items() if name not in {"csrf_token", "confirmed"}],
        moved=[_moved(one) for one in preview.moved[:SHOWN]],
        number=len(preview.moved),
        further=max(len(preview.moved) - SHOWN, 0),
        unseen=preview.unseen,
    )


def _by_day(year: Year, form: Mapping[str, str]) -> Edit:
    day = _day(form.get("day", ""))
    if day is None:
        raise Invalid("day", N_("请选一个日期。"))
    return service.day_changed(year, day, working=form.get("working") == "yes", name=form.get("name", ""))


CHANGES: Mapping[str, Callable[[Year, Mapping[str, str]], Edit]] = {
    "day": _by_day,
    "notice": lambda year, form: service.announced(year, form.get("text", "")),
    "known": lambda year, _form: service.known(year),
    "entered": lambda year, form: service.entered(year, done=form.get("done") == "yes"),
    "undo": lambda year, _form: service.undone(year),
}
"""What can be done to a year, by the last part of the address."""


def _month(year: Year, month: int, today: date, chosen: date | None, edits: bool) -> dict[str, Any]:
    weeks = months.Calendar().monthdatescalendar(year.number, month)
    shown = [[_cell(year, day, today, chosen, edits) if day.month == month else None for day in week] for week in weeks]
    return {"name": month_words(date(year.number, month, 1)), "weeks": shown}


def _cell(year: Year, day: date, today: date, chosen: date | None, edits: bool) -> dict[str, Any]:
    entry = year.days.get(day)
    working = entry.working if entry else usual(day)
    kind = {(True, True): "work", (False, False): "weekend", (True, False): "worked", (False, True): "off"}
    name = _(entry.name) if entry and entry.name else ""
    words = (dated_weekday_words(day), _("上班") if working else _("休"), name)
    return {
        "number": day.day,
        "day": day.isoformat(),
        "kind": "off" if name and not working else kind[working, usual(day)],
        "mark": _("班") if working and not usual(day) else name if not working else "",
        "words": " ".join(filter(None, words)),
        "url": url_for("desk.calendar", year=year.number, day=day.isoformat(), _anchor="day") if edits else "",
        "today": day == today,
        "chosen": day == chosen,
    }


def _chosen(year: Year, day: date) -> dict[str, Any]:
    entry = year.days.get(day)
    return {
        "day": day.isoformat(),
        "title": dated_weekday_words(day),
        "working": request.form.get("working") == "yes" if request.form else entry.working if entry else usual(day),
        "name": request.form.get("name", entry.name if entry else ""),
        "usual": usual(day),
    }


def _neighbours(number: int, moment: datetime) -> list[dict[str, Any]]:
    last = day_of(moment).year + service.YEARS_AHEAD
    return [
        {"year": year, "url": url_for("desk.calendar", year=year), "current": year == number}
        for year in range(max(holidays.FIRST_YEAR, number - 2), min(last, number + 2) + 1)
    ]


def _source(year: Year) -> str:
    return _("已录入：%(source)s", source=_(year.source)) if year.source else ""


def _changed(edit: Edit, day: date) -> str:
    entry = edit.days.get(day)
    words = _("上班") if (entry.working if entry else usual(day)) else _("休")
    return _("%(day)s改为%(words)s", day=dated_weekday_words(day), words=words)


def _moved(one: Moved) -> dict[str, Any]:
    ticket = one.ticket
    return {
        "url": url_for("desk.ticket", ticket_id=ticket.id)
        if access.scope(session.person().role, Right.TICKET_READ)
        else "",
        "number": ticket.number,
        "category": category_name(ticket.category),
        "unit": _unit(one),
        "was": day_words(one.was.due_at),
        "becomes": day_words(one.becomes.due_at),
    }


def _unit(one: Moved) -> str:
    if one.assist:
        return _("%(unit)s（协办）", unit=one.assist.unit.name)
    return one.ticket.unit.name if one.ticket.unit else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
