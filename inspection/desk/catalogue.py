"""类别目录: each category's deadline, urgency, photos and whether it is in use, row by row."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.desk.triage import SEVERITIES
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right, scope
from inspection.reports import categories
from inspection.reports import service as reports
from inspection.reports.categories import Wanted
from inspection.reports.models import Category
from inspection.tickets import deadlines
from inspection.tickets.deadlines import UNIT_NAMES
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, day_words
from inspection.web.requires import requires

NUMBERS = {"limit_amount": N_("期限应是一个整数，至少为 1。"), "photos_min": N_("照片应是一个整数。")}
LONGEST_NUMBER = 4


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/catalogue", "catalogue", show)
    blueprint.add_url_rule("/catalogue/<code>", "change_category", change, methods=["POST"])


@requires(Right.ROUTING_READ)
def show() -> ResponseReturnValue:
    """The catalogue, to read or to change."""
    return page()


@requires(Right.CATALOGUE_EDIT)
def change(code: str) -> ResponseReturnValue:
    """A row as it is to be; what is wrong is said in it."""
    form = request.form
    try:
        wanted = Wanted(
            limit_amount=_number("limit_amount"),
            limit_unit=form.get("limit_unit", ""),
            severity=form.get("severity", ""),
            photos_min=_number("photos_min"),
            active="active" in form,
        )
        with writing():
            categories.change(code, wanted, by=session.person(), now=now(), seen=form.get("seen", ""))
    except (Conflict, Invalid) as refusal:
        return page({code: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.catalogue", _anchor=f"row-{code}"), HTTPStatus.SEE_OTHER)


def page(wrong: Mapping[str, str] | None = None) -> str:
    """The page; ``wrong`` says what is wrong in a row, which is shown as it was typed."""
    person, refused = session.person(), wrong or {}
    return render_template(
        "desk/catalogue.html",
        nav=navigation.bar(person, "catalogue"),
        may_edit=scope(person.role, Right.CATALOGUE_EDIT) is not None,
        rows=[_row(one, refused.get(one.code, "")) for one in reports.categories()],
        limit_units=[{"code": unit.value, "name": _(name)} for unit, name in UNIT_NAMES.items()],
        severities=[{"code": code, "name": _(name)} for code, name in SEVERITIES.items()],
        longest=categories.LONGEST_LIMIT,
        most_photos=categories.MOST_PHOTOS,
        routing_url=url_for("desk.routing"),
    )


def _row(category: Category, wrong: str) -> dict[str, Any]:
    kept = {name: getattr(category, name) for name in ("limit_amount", "limit_unit", "severity", "photos_min")}
    typed = {name: request.form.get(name, "") for name in kept} if wrong else kept
    limit = deadlines.told(category.limit_amount, TimeUnit(category.limit_unit))
    severity = SEVERITIES.get(category.severity)
    return {
        "code": category.code,
        "name": category_name(category),
        "field": category.field,
        "limit": language.told(limit),
        "severity": _(severity) if severity else category.severity,
        "photos_min": category.photos_min,
        "active": category.active,
        "typed": typed | {"active": "active" in request.form if wrong else category.active},
        "seen": categories.version(category),
        "changed": _("%(day)s 改过", day=day_words(category.changed_at)) if category.changed_at else "",
        "url": url_for("desk.change_category", code=category.code),
        "wrong": wrong,
    }


def _number(name: str) -> int:
    text = request.form.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise Invalid(name, NUMBERS[name])
    return int(text)
