"""点位的添加和修改: the form with its map, and what is known of a point while the pin is moved."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import placing, site_lists, sites
from inspection.checks.models import Site
from inspection.checks.sites import Wanted
from inspection.desk import navigation
from inspection.desk.sites import LABELS, types, whole
from inspection.geography import points
from inspection.geography import service as geography
from inspection.geography.points import Datum, Point
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.rows import NOTHING
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import distance_words, site_type_name
from inspection.web.requires import requires
from inspection.web.typed import district_named, unit_named

FIELDS = ("number", "type", "name", "address", "district", "street", "lat", "lng", "datum", "unit", "note")
DATUM_NAMES = {
    Datum.WGS84: N_("WGS-84（GPS）"),
    Datum.CGCS2000: N_("CGCS2000（天地图）"),
    Datum.GCJ02: N_("GCJ-02（高德、腾讯）"),
    Datum.BD09: N_("BD-09（百度）"),
}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/sites/new", "new_site", show_new)
    blueprint.add_url_rule("/sites/new", "add_site", add, methods=["POST"])
    blueprint.add_url_rule("/sites/place.json", "site_place", place)
    blueprint.add_url_rule("/sites/<uuid:site_id>/edit", "edit_site", show_edit)
    blueprint.add_url_rule("/sites/<uuid:site_id>/edit", "change_site", change, methods=["POST"])


@requires(Right.SITE_EDIT)
def show_new() -> ResponseReturnValue:
    """The form of a new site; what stands in the address is filled in."""
    return page(None, request.args, {})


@requires(Right.SITE_EDIT)
def add() -> ResponseReturnValue:
    """A new site."""
    try:
        with writing():
            site_id = sites.add(_wanted(request.form), by=session.person(), now=now()).id
    except Invalid as refusal:
        return page(None, request.form, {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.site", site_id=site_id), HTTPStatus.SEE_OTHER)


@requires(Right.SITE_EDIT)
def show_edit(site_id: uuid.UUID) -> ResponseReturnValue:
    """The form of a site that is there."""
    site = site_lists.visible(session.person(), site_id)
    return page(site, request.args if "name" in request.args else _kept(site), {})


@requires(Right.SITE_EDIT)
def change(site_id: uuid.UUID) -> ResponseReturnValue:
    """A site as it is to be."""
    try:
        with writing():
            seen = request.form.get("seen", "")
            sites.change(site_id, _wanted(request.form), by=session.person(), now=now(), seen=seen)
    except Invalid as refusal:
        site = site_lists.visible(session.person(), site_id)
        return page(site, request.form, {refusal.field: language.words(refusal)}), status_of(refusal)
    except Conflict as refusal:
        site = site_lists.visible(session.person(), site_id)
        return page(site, request.form, {}, late=_overtaken(refusal, site)), status_of(refusal)
    return redirect(url_for("desk.site", site_id=site_id), HTTPStatus.SEE_OTHER)


@requires(Right.SITE_EDIT)
def place() -> ResponseReturnValue:
    """What is known of the point in the address, as JSON: in WGS-84, its district and streets, the sites near it."""
    try:
        point = _point(request.args)
        if point is None:
            raise Invalid("place", N_("请写经度和纬度。"))
        return jsonify(_known_of(point, request.args.get("site", "")))
    except Refusal as refusal:
        return jsonify(wrong=language.words(refusal))


def page(
    site: Site | None, values: Mapping[str, str], errors: dict[str, str], *, late: dict[str, str] | None = None
) -> str:
    """The form; streets and units are of the district that is chosen, or of one's own.

    ``late``: someone else was first; what was typed stands there still, and the next try goes over theirs.
    """
    person, atlas = session.person(), geography.current_atlas()
    given = {name: values.get(name, "") for name in FIELDS}
    given["datum"] = given["datum"] or Datum.WGS84.value
    if not whole(person):
        given["district"] = given["district"] or person.district_code or ""
    wrong = errors.get("place", "")
    return render_template(
        "desk/sites/form.html",
        nav=navigation.bar(person, "sites"),
        site={"name": site.name, "id": site.id, "version": _seen(site, values, late)} if site else None,
        late=late,
        url=url_for("desk.change_site", site_id=site.id) if site else url_for("desk.add_site"),
        self_url=url_for("desk.edit_site", site_id=site.id) if site else url_for("desk.new_site"),
        back_url=url_for("desk.site", site_id=site.id) if site else url_for("desk.sites"),
        place_url=url_for("desk.site_place"),
        outlines_url=url_for("desk.outlines"),
        home=given["district"],
        values=given,
        errors=errors | ({"lat": wrong} if wrong else {}),
        types=types(),
        districts=[{"code": one.code, "name": one.name} for one in atlas.districts if _may_choose(one.code)],
        streets=[{"code": one.code, "name": one.name} for one in atlas.streets(given["district"])],
        units=[{"code": str(one.id), "name": one.name} for one in people.units_of(given["district"])],
        datums=[{"code": datum.value, "name": _(name)} for datum, name in DATUM_NAMES.items()],
    )


def _seen(site: Site, values: Mapping[str, str], late: object) -> str:
    return sites.version(site) if late else values.get("seen") or sites.version(site)


def _overtaken(refusal: Conflict, site: Site) -> dict[str, str]:
    """That someone else was first, and what stands there now where it is not what was typed."""
    typed = _typed()
    kept = {name: value for name, value in _kept(site).items() if value != typed[name]}
    parts = [_("%(label)s：%(value)s", label=_(LABELS[name]), value=_named(name, kept[name])) for name in kept]
    text = _("现在是：%(kept)s。再存一次就用您填的。", kept=" · ".join(parts)) if parts else ""
    return {"title": language.words(refusal), "text": text}


def _typed() -> dict[str, str]:
    """What the form brings, written as what is kept is."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        point = _point(request.form)
    except Invalid:
        return typed
    return typed | ({"lat": f"{point.lat:.6f}", "lng": f"{point.lng:.6f}"} if point else {})


def _named(name: str, value: str) -> str:
    if not value:
        return _("空")
    if name == "unit":
        return unit_named(value)
    if name == "district":
        return district_named(value)
    if name == "street":
        return geography.current_atlas().street(value).name
    return site_type_name(value) if name == "type" else value


def _may_choose(district: str) -> bool:
    return whole(session.person()) or district == session.person().district_code


def _kept(site: Site) -> dict[str, str]:
    return {
        "number": site.number,
        "type": site.type_code,
        "name": site.name,
        "address": site.address,
        "district": site.district_code,
        "street": site.street_code or "",
        "lat": f"{site.lat:.6f}" if site.cell else "",
        "lng": f"{site.lng:.6f}" if site.cell else "",
        "unit": str(site.unit_id or ""),
        "note": site.note,
    }


def _wanted(form: Mapping[str, str]) -> Wanted:
    unit = form.get("unit", "")
    try:
        unit_id = uuid.UUID(unit) if unit else None
    except ValueError as wrong:
        raise Invalid("unit", N_("请选这个区的单位。")) from wrong
    return Wanted(
        number=_line(form, "number"),
        type_code=form.get("type", ""),
        name=_line(form, "name"),
        address=_line(form, "address"),
        district=form.get("district", ""),
        street=form.get("street", ""),
        point=_point(form),
        unit=unit_id,
        note=_line(form, "note"),
    )


def _line(form: Mapping[str, str], name: str) -> str:
    """What was typed, in one line, as a file would give it back; nothing for what stands for nothing there."""
    text = " ".join(form.get(name, "").split())
    return "" if text in NOTHING else text


def _point(given: Mapping[str, str]) -> Point | None:
    lat, lng = (given.get(name, "").strip() for name in ("lat", "lng"))
    if not lat and not lng:
        return None
    try:
        return points.to_wgs84(float(lat), float(lng), Datum(given.get("datum") or Datum.WGS84))
    except ValueError as wrong:
        raise Invalid("place", N_("经度和纬度要一起写，都是小数。")) from wrong


def _known_of(point: Point, site: str) -> dict[str, Any]:
    atlas = geography.current_atlas()
    around = placing.around(atlas, point)
    district = around.district
    outside = not _may_choose(district.code)
    return {
        "lat": round(point.lat, placing.DIGITS),
        "lng": round(point.lng, placing.DIGITS),
        "district": district.code,
        "doubtful": around.doubtful,
        "said": _said(district.name, doubtful=around.doubtful, outside=outside),
        "nearest": [
            {"code": one.street.code, "name": one.street.name, "away": distance_words(one.distance_m)}
            for one in around.streets
        ],
        "streets": [{"code": one.code, "name": one.name} for one in atlas.streets(district.code)],
        "units": [] if outside else [{"code": str(one.id), "name": one.name} for one in people.units_of(district.code)],
        "near": _near(point, site),
    }


def _said(district: str, *, doubtful: bool, outside: bool) -> str:
    if doubtful:
        return _("在%(district)s，挨着区界，区可以自己选", district=district)
    return _("在%(district)s，不归您管", district=district) if outside else _("在%(district)s", district=district)


def _near(point: Point, site: str) -> list[dict[str, str]]:
    """The sites close by that the person may see: one of them may be this very place."""
    person = session.person()
    return [
        {
            "name": one.site.name,
            "url": url_for("desk.site", site_id=one.site.id),
            "away": distance_words(one.metres),
        }
        for one in site_lists.near(point)
        if str(one.site.id) != site and (whole(person) or one.site.district_code == person.district_code)
    ][:5]
