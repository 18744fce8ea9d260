"""单位负责人: a district's units, who heads each, and naming them."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people import units
from inspection.people.access import Right
from inspection.people.models import Person, Unit
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires

PAGE = 50
LACKING = "lacking"
"""The filter's word for the units that nobody heads."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/units", "units", show)
    blueprint.add_url_rule("/units/<uuid:unit_id>/chief", "name_chief", name_chief, methods=["POST"])


@requires(Right.PEOPLE_MANAGE)
def show() -> ResponseReturnValue:
    """The units of a district, by name; the first district where none is asked for."""
    return page()


@requires(Right.PEOPLE_MANAGE)
def name_chief(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Name whoever heads a unit, or say that nobody does; then back to the list as it was."""
    try:
        with writing():
            units.name_chief(people.unit(unit_id), _person(), by=session.person(), now=now())
    except Invalid as refusal:
        return page({unit_id: language.words(refusal)}), status_of(refusal)
    anchor = f"unit-{unit_id}"
    return redirect(url_for("desk.units", **_link(request.args.get("after")), _anchor=anchor), HTTPStatus.SEE_OTHER)


def page(wrong: dict[uuid.UUID, str] | None = None) -> str:
    """The page, with what is wrong at a unit."""
    district, lacking, after = _district(), request.args.get("show") == LACKING, request.args.get("after", "")
    rows = units.page(district, without_chief=lacking, after=after, limit=PAGE + 1)
    members = units.handlers(rows[:PAGE])
    return render_template(
        "desk/units.html",
        nav=navigation.bar(session.person(), "units"),
        districts=[{"code": one.code, "name": one.name} for one in geography.current_atlas().districts],
        district=district,
        lacking=lacking,
        known=bool(rows or units.page(district, limit=1)),
        units=[_line(unit, list(members.get(unit.id, ())), (wrong or {}).get(unit.id, "")) for unit in rows[:PAGE]],
        next_url=url_for("desk.units", **_link(rows[PAGE - 1].name)) if len(rows) > PAGE else None,
        prev_url=url_for("desk.units", **_link(None)) if after else None,
    )


def _line(unit: Unit, members: list[Person], wrong: str) -> dict[str, Any]:
    chiefs = [one for one in members if one.chief]
    return {
        "id": unit.id,
        "name": unit.name,
        "duty": unit.duty,
        "street": geography.current_atlas().street(unit.street_code).name if unit.street_code else "",
        "several": _("、").join(one.name for one in chiefs) if len(chiefs) > 1 else "",
        "chosen": chiefs[0].id if chiefs else "",
        "people": [{"code": one.id, "name": one.name} for one in members],
        "url": url_for("desk.name_chief", unit_id=unit.id, **_link(request.args.get("after"))),
        "wrong": wrong,
    }


def _district() -> str:
    known = [one.code for one in geography.current_atlas().districts]
    asked = request.args.get("district", "")
    return asked if asked in known else known[0]


def _link(after: str | None) -> dict[str, Any]:
    lacking = LACKING if request.args.get("show") == LACKING else None
    return {"district": _district(), "show": lacking, "after": after}


def _person() -> uuid.UUID | None:
    chosen = request.form.get("chief", "")
    try:
        return uuid.UUID(chosen) if chosen else None
    except ValueError as wrong:
        raise Invalid("chief", N_("请选这个单位的承办人。")) from wrong
