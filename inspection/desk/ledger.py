"""台账: every ticket in rows and columns, narrowed down by what stands in the address, with the columns one chose."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import narrowing, navigation
from inspection.geography import service as geography
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.holidays import work_calendar
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.ledger import service as ledger
from inspection.ledger.columns import BY_CODE, COLUMNS, SHOWN, Column, Line, Sight
from inspection.ledger.models import Order
from inspection.ledger.service import CAP, Count, Totals
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.tickets import filters, lists
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.workflow import STATE_NAMES, State
from inspection.web import language, paging, session
from inspection.web.page import category_name, short_day
from inspection.web.requires import requires

PAGE = 50
SOON = timedelta(days=2)
"""[D] What is due today or within so many days stands under 快到期."""
SORTED = {"filed": (Order.NEWEST, "descending"), "due": (Order.DUE, "ascending")}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/ledger", "ledger", show)
    blueprint.add_url_rule("/ledger/columns", "ledger_columns", choose_columns, methods=["POST"])


@requires(Right.TICKET_READ)
def show() -> ResponseReturnValue:
    """The tickets that the address asks for; what is wrong with it is said, and nothing is shown instead of all."""
    try:
        return page(asked())
    except Invalid as refusal:
        return page(NOTHING, wrong=refusal), refusal.status


@requires(Right.TICKET_READ)
def choose_columns() -> ResponseReturnValue:
    """Keep the columns that were ticked, or go back to the default ones."""
    with writing():
        if "restore" in request.form:
            ledger.restore_columns(by=session.person(), now=now())
        else:
            ledger.choose_columns(request.form.getlist("column"), by=session.person(), now=now())
    return redirect(address(asked(), order()), HTTPStatus.SEE_OTHER)


def asked() -> Filters:
    """The filters in the address. Raises Invalid naming the first that cannot be read."""
    return filters.parse(request.args.to_dict(flat=False))


def order() -> Order:
    """The order in the address, else the newest first."""
    return Order.DUE if request.args.get("order") == Order.DUE.value else Order.NEWEST


def address(wanted: Filters, by: Order = Order.NEWEST, **more: Any) -> str:
    """The ledger's address for these filters in this order."""
    return url_for("desk.ledger", **linked(wanted, by), **more)


def linked(wanted: Filters, by: Order) -> dict[str, Any]:
    """The filters and the order as an address carries them; the usual order is left out."""
    return dict(filters.pairs(wanted)) | ({"order": by.value} if by is not Order.NEWEST else {})


def page(wanted: Filters, *, wrong: Invalid | None = None) -> str:
    """The page for these filters, or with what is wrong with the address and no rows."""
    person, moment, by = session.person(), now(), order()
    lines = [] if wrong else _lines(person, wanted, by, moment)
    more = lines[PAGE - 1] if len(lines) > PAGE else None
    columns = ledger.columns_of(person)
    sight = Sight(moment, work_calendar(), geography.current_atlas())
    whole = ledger.totals(person, wanted, now=moment) if not wrong else Totals(Count(0), {})
    return render_template(
        "desk/ledger.html",
        nav=navigation.bar(person, "ledger"),
        summary=summary(whole) if not wrong else "",
        capped=whole.all.more,
        cap=f"{CAP:,}",
        wrong=_("%(label)s：%(reason)s", label=narrowing.label(wrong.field), reason=language.words(wrong))
        if wrong
        else "",
        views=views(person, wanted if not wrong else None, moment),
        bar=narrowing.bar(person, wanted, request.args),
        chips=narrowing.chips(wanted, lambda left: address(left, by)),
        kept=linked(NOTHING, by),
        map_url=url_for("desk.map", **linked(wanted, Order.NEWEST)),
        clear_url=address(NOTHING, by),
        head=[head(column, wanted, by, columns) for column in columns],
        import_url=url_for("desk.import_ledger") if access.scope(person.role, Right.LEDGER_IMPORT) else None,
        fits=columns == SHOWN,
        rows=[row(line, columns, sight) for line in lines[:PAGE]],
        choices=[{"code": one.code, "label": _(one.heading), "on": one in columns} for one in COLUMNS],
        link=linked(wanted, by),
        next_url=address(wanted, by, cursor=paging.cursor(*ledger.key(more, by))) if more else None,
        prev_url=address(wanted, by) if request.args.get("cursor") else None,
        further=_("更早的") if by is Order.NEWEST else _("期限更晚的"),
    )


def views(person: Person, wanted: Filters | None, moment: datetime) -> list[dict[str, Any]]:
    """The usual filters as links, each with how many that are."""
    return [
        {
            "url": address(one),
            "label": _(label),
            "count": number(ledger.count(person, one, now=moment)) if one != NOTHING else None,
            "current": one == wanted,
        }
        for label, one in usual(day_of(moment))
    ]


def usual(today: date) -> list[tuple[str, Filters]]:
    """The usual filters of a day (常用视图)."""
    return [
        (N_("全部"), NOTHING),
        (N_("在办"), Filters(state=lists.OPEN)),
        (N_("快到期"), Filters(state=lists.RUNNING, due_from=today, due_to=today + SOON)),
        (N_("超期"), Filters(overdue=True)),
        (N_("待核查"), Filters(state=(State.HANDLED,))),
        (N_("返工与反弹"), Filters(reworked=True)),
        (N_("挂账"), Filters(state=(State.SUSPENDED,))),
        (N_("督办"), Filters(supervised=True)),
    ]


def summary(totals: Totals) -> str:
    """共 2,416 件 · 待派遣 12 件 · …, each exact up to the cap."""
    parts = [_("共 %(number)s 件", number=number(totals.all))]
    parts += [
        _("%(state)s %(number)s 件", state=_(STATE_NAMES[state]), number=number(one))
        for state, one in totals.by_state.items()
    ]
    return " · ".join(parts)


def number(count: Count) -> str:
    """2,416, or 10,000+ where counting stopped."""
    return f"{count.number:,}{'+' if count.more else ''}"


def head(column: Column, wanted: Filters, by: Order, columns: tuple[Column, ...]) -> dict[str, Any]:
    """A column's head: its name, and the link that sorts by it."""
    sorts, direction = SORTED.get(column.code, (None, ""))
    return {
        "label": _(column.heading),
        "url": address(wanted, sorts) if sorts and sorts is not by else None,
        "sort": direction if sorts is by else "",
        "class": _classes(column, columns),
    }


def row(line: Line, columns: tuple[Column, ...], sight: Sight) -> dict[str, Any]:
    """A line with its cells as the reader's language writes them."""
    late = lists.overdue(line.ticket, sight.now)
    return {
        "url": url_for("desk.ticket", ticket_id=line.ticket.id),
        "state": "overdue" if late else line.ticket.state.value,
        "cells": [
            {
                "code": column.code,
                "label": _(column.heading),
                "text": words(column, line, sight),
                "class": _classes(column, columns),
                "late": late and column.code in {"left", "due"},
            }
            for column in columns
        ],
    }


def words(column: Column, line: Line, sight: Sight) -> str:
    """A cell's text."""
    if column is BY_CODE["category"]:
        return category_name(line.ticket.category)
    value = column.value(line, sight)
    if isinstance(value, Phrase):
        return language.told(value)
    return short_day(value) if isinstance(value, date) else str(value or ("" if value is None else value))


def _lines(person: Person, wanted: Filters, by: Order, moment: datetime) -> list[Line]:
    after = paging.key(request.args.get("cursor"))
    return ledger.page(person, wanted, by, now=moment, after=after, limit=PAGE + 1)


def _classes(column: Column, columns: tuple[Column, ...]) -> str:
    """Of a cell and its head: figures stand on the right; of the default columns some make room on a narrow screen."""
    spare = column.spare and columns == SHOWN
    named = {"r": column.figures, "hide-s": spare, "no": column.code == "number" or column.code in SORTED}
    return " ".join(name for name, is_so in named.items() if is_so)
