"""派遣规则: the routing table, its lines in order, and what the catalogue says where no line does."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.desk.triage import SEVERITIES
from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right, scope
from inspection.reports import catalogue
from inspection.reports import service as reports
from inspection.reports.models import Category
from inspection.tickets import deadlines
from inspection.tickets.deadlines import UNIT_NAMES, Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.triage import lines, routing
from inspection.triage.lines import Wanted
from inspection.triage.models import RoutingLine
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, site_type_name
from inspection.web.requires import requires

FIELDS = ("category", "district", "street", "site_type", "unit", "duty", "limit_amount", "limit_unit", "severity")
NEW = "new"


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/routing", "routing", show)
    blueprint.add_url_rule("/routing", "add_line", add, methods=["POST"])
    blueprint.add_url_rule("/routing/<uuid:line_id>", "change_line", change, methods=["POST"])
    blueprint.add_url_rule("/routing/<uuid:line_id>/moving", "move_line", move, methods=["POST"])
    blueprint.add_url_rule("/routing/<uuid:line_id>/removing", "remove_line", remove, methods=["POST"])


@requires(Right.ROUTING_READ)
def show() -> ResponseReturnValue:
    """The table; with ``edit`` the form of a line, or of a new one."""
    return page(request.args.get("edit", ""), request.args.to_dict(), {})


@requires(Right.ROUTING_EDIT)
def add() -> ResponseReturnValue:
    """A new line at the end."""
    try:
        wanted = _wanted(request.form)
        with writing():
            lines.add(wanted, by=session.person(), now=now())
    except Invalid as refusal:
        return page(NEW, request.form.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.routing"), HTTPStatus.SEE_OTHER)


@requires(Right.ROUTING_EDIT)
def change(line_id: uuid.UUID) -> ResponseReturnValue:
    """A line as it is to be."""
    seen = request.form.get("seen", type=int)
    try:
        wanted = _wanted(request.form)
        with writing():
            lines.change(line_id, wanted, by=session.person(), now=now(), seen=seen)
    except Invalid as refusal:
        errors = {refusal.field: language.words(refusal)}
        return page(str(line_id), request.form.to_dict(), errors), status_of(refusal)
    return redirect(url_for("desk.routing"), HTTPStatus.SEE_OTHER)


@requires(Right.ROUTING_EDIT)
def move(line_id: uuid.UUID) -> ResponseReturnValue:
    """Earlier or later by one."""
    with writing():
        lines.move(line_id, up=request.form.get("up") == "yes", by=session.person(), now=now())
    return redirect(url_for("desk.routing", _anchor=f"line-{line_id}"), HTTPStatus.SEE_OTHER)


@requires(Right.ROUTING_EDIT)
def remove(line_id: uuid.UUID) -> ResponseReturnValue:
    """Out of the table."""
    with writing():
        lines.remove(line_id, by=session.person(), now=now(), seen=request.form.get("seen", type=int))
    return redirect(url_for("desk.routing"), HTTPStatus.SEE_OTHER)


def page(edit: str, values: Mapping[str, str], errors: dict[str, str]) -> str:
    """The page; ``edit`` names the line whose form is open."""
    person = session.person()
    rows, may_edit = lines.rows(), scope(person.role, Right.ROUTING_EDIT) is not None
    hidden = routing.never_reached(lines.table())
    numbers = {row.id: number for number, row in enumerate(rows, 1)}
    categories = {one.code: category_name(one) for one in reports.categories()}
    opened = next((row for row in rows if str(row.id) == edit), None)
    return render_template(
        "desk/routing.html",
        nav=navigation.bar(person, "routing"),
        may_edit=may_edit,
        lines=[
            _line(row, numbers[row.id], categories, numbers.get(hidden[row.id]) if row.id in hidden else None)
            for row in rows
        ],
        form=_form(opened, values, errors) if may_edit and (opened or edit == NEW) else None,
        new_url=url_for("desk.routing", edit=NEW, _anchor="form"),
        catalogue_url=url_for("desk.catalogue"),
        usual=[_usual(one) for one in reports.categories() if one.active],
    )


def _line(row: RoutingLine, number: int, categories: Mapping[str, str], hidden_by: int | None) -> dict[str, Any]:
    atlas = geography.current_atlas()
    area = [atlas.district(row.district_code).name] if row.district_code else []
    area += [atlas.street(row.street_code).name] if row.street_code else []
    limit = Limit(row.limit_amount, row.limit_unit) if row.limit_amount and row.limit_unit else None
    return {
        "id": row.id,
        "number": number,
        "version": row.version,
        "category": categories.get(row.category_code or "", ""),
        "area": " · ".join(area),
        "site_type": site_type_name(row.site_type) if row.site_type else "",
        "unit": row.unit.name if row.unit else row.duty or "",
        "limit": language.told(deadlines.told(limit.amount, limit.unit)) if limit else "",
        "severity": _(SEVERITIES[row.severity]) if row.severity in SEVERITIES else "",
        "hidden_by": hidden_by,
        "edit_url": url_for("desk.routing", edit=row.id, _anchor="form"),
        "move_url": url_for("desk.move_line", line_id=row.id),
        "remove_url": url_for("desk.remove_line", line_id=row.id),
    }


def _form(row: RoutingLine | None, values: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """The form of a line, or of a new one; streets and units are of the district that is chosen."""
    typed = any(name in values for name in FIELDS)
    given = {name: values.get(name, "") for name in FIELDS} if typed or row is None else _kept(row)
    atlas = geography.current_atlas()
    return {
        "title": _("改第 %(number)s 条", number=row.position) if row else _("新的一条"),
        "url": url_for("desk.change_line", line_id=row.id) if row else url_for("desk.add_line"),
        "self_url": url_for("desk.routing"),
        "edit": row.id if row else NEW,
        "version": row.version if row else "",
        "values": given,
        "errors": errors,
        "categories": [{"code": one.code, "name": category_name(one)} for one in reports.categories()],
        "districts": [{"code": one.code, "name": one.name} for one in atlas.districts],
        "streets": [{"code": one.code, "name": one.name} for one in atlas.streets(given["district"])],
        "site_types": [{"code": code, "name": site_type_name(code)} for code in catalogue.site_types()],
        "units": [{"code": str(one.id), "name": one.name} for one in people.units_of(given["district"])],
        "limit_units": [{"code": unit.value, "name": _(name)} for unit, name in UNIT_NAMES.items()],
        "severities": [{"code": code, "name": _(name)} for code, name in SEVERITIES.items()],
        "duties": sorted({duty for one in reports.categories() for duty in _duties(one)}),
    }


def _kept(row: RoutingLine) -> dict[str, str]:
    kept = {
        "category": row.category_code,
        "district": row.district_code,
        "street": row.street_code,
        "site_type": row.site_type,
        "unit": row.unit_id,
        "duty": row.duty,
        "limit_amount": row.limit_amount,
        "limit_unit": row.limit_unit.value if row.limit_unit else "",
        "severity": row.severity,
    }
    return {name: str(value or "") for name, value in kept.items()}


def _usual(category: Category) -> dict[str, str]:
    limit = language.told(deadlines.told(category.limit_amount, TimeUnit(category.limit_unit)))
    severity = SEVERITIES.get(category.severity)
    return {
        "category": category_name(category),
        "unit": _("，再").join(_duties(category)),
        "limit": limit,
        "severity": _(severity) if severity else category.severity,
    }


def _duties(category: Category) -> list[str]:
    return [duty for duty in (category.handler_street, category.handler_department) if duty]


def _wanted(form: Mapping[str, str]) -> Wanted:
    texts = {
        name: form.get(name) or None for name in ("category", "district", "street", "site_type", "duty", "severity")
    }
    try:
        unit = uuid.UUID(form["unit"]) if form.get("unit") else None
    except ValueError as wrong:
        raise Invalid("unit", N_("没有这个单位。")) from wrong
    return Wanted(**texts, unit=unit, limit=_limit(form))


def _limit(form: Mapping[str, str]) -> Limit | None:
    if not form.get("limit_amount"):
        return None
    try:
        return Limit(int(form["limit_amount"]), TimeUnit(form.get("limit_unit", "")))
    except ValueError as wrong:
        raise Invalid("limit_amount", N_("期限应是一个整数，至少为 1。")) from wrong
