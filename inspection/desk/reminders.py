"""提醒与催办设置: the table of reminders and of the steps by which a passed deadline is carried up, row by row."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.notifications import reminders, table
from inspection.notifications.models import ReminderRow
from inspection.notifications.reminders import KIND_NAMES, Kind
from inspection.notifications.rules import AUDIENCE_NAMES
from inspection.people.access import Right
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import day_words
from inspection.web.requires import requires

BEFORE, ON_THE_DAY, AFTER = "before", "on", "after"
SIDES = {BEFORE: N_("到期前"), ON_THE_DAY: N_("到期当天"), AFTER: N_("到期后")}
SIGNS = {BEFORE: -1, ON_THE_DAY: 0}
LONGEST_NUMBER = 4


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/reminders", "reminders", show)
    blueprint.add_url_rule("/reminders/<int:row_id>", "change_reminder", change, methods=["POST"])


@requires(Right.REMINDERS_SET)
def show() -> ResponseReturnValue:
    """The table."""
    return page()


@requires(Right.REMINDERS_SET)
def change(row_id: int) -> ResponseReturnValue:
    """Edit a row; what is wrong is said in it."""
    try:
        days = _days(request.form.get("days", "")) * SIGNS.get(request.form.get("side", AFTER), 1)
        with writing():
            table.change(
                row_id,
                days=days,
                enabled="enabled" in request.form,
                by=session.person(),
                now=now(),
            )
    except Invalid as refusal:
        return page(wrong={row_id: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.reminders", _anchor=f"row-{row_id}"), HTTPStatus.SEE_OTHER)


def page(*, wrong: dict[int, str] | None = None) -> str:
    """The table, with what is wrong in a row."""
    lines = [_line(row, (wrong or {}).get(row.id, "")) for row in table.rows()]
    return render_template(
        "desk/reminders.html",
        nav=navigation.bar(session.person(), "reminders"),
        groups=[
            {"name": _(KIND_NAMES[kind]), "rows": [line for line in lines if line["kind"] == kind.value]}
            for kind in Kind
        ],
        most=reminders.MOST_DAYS,
    )


def _line(row: ReminderRow, wrong: str) -> dict[str, Any]:
    days = request.form.get("days", "") if wrong else abs(row.days)
    side = BEFORE if row.days < 0 else AFTER if row.days else ON_THE_DAY
    return {
        "id": row.id,
        "kind": row.kind.value,
        "audience": _(AUDIENCE_NAMES[row.audience]),
        "days": days,
        "side": request.form.get("side", AFTER) if wrong else side,
        "sides": [{"code": code, "name": _(name)} for code, name in SIDES.items()] if row.kind is Kind.REMINDER else [],
        "enabled": "enabled" in request.form if wrong else row.enabled,
        "changed": _("%(day)s 改过", day=day_words(row.changed_at)) if row.changed_at else "",
        "url": url_for("desk.change_reminder", row_id=row.id),
        "wrong": wrong,
    }


def _days(text: str) -> int:
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise Invalid("days", N_("请写几个工作日，0 是到期当时。"))
    return int(text)
