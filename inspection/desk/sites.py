"""点位: the list of places that are checked, with its map, and the page of one of them."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import site_lists, site_map, sites
from inspection.checks.models import Site
from inspection.checks.site_lists import NOTHING, RETIRED, WITHOUT_PLACE, WITHOUT_UNIT, Filters, Numbers
from inspection.checks.site_map import Frame
from inspection.citymap import sight
from inspection.desk import navigation, site_story
from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.geography.points import centre, ring
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.sheets import Kind
from inspection.kernel.text import N_
from inspection.people.access import Right, Scope, scope
from inspection.people.models import Person
from inspection.photos.models import PhotoRole
from inspection.reports.catalogue import site_types
from inspection.web import language, session, uploads
from inspection.web.page import day_words, picture_url, site_type_name
from inspection.web.requires import requires

PAGE = 100
DIGITS = 5
"""Of a degree: about a metre."""
LABELS = {
    "district": N_("区"),
    "type": N_("类型"),
    "street": N_("街道（乡镇）"),
    "number": N_("编号"),
    "name": N_("名称"),
    "address": N_("地址"),
    "unit": N_("责任单位"),
    "lat": N_("纬度"),
    "lng": N_("经度"),
    "note": N_("备注"),
    "words": N_("名称或编号"),
    "lacking": N_("还缺什么"),
    "show": N_("停用"),
    "after": N_("翻页"),
}
LACKING = {WITHOUT_PLACE: N_("没有标位置"), WITHOUT_UNIT: N_("没有责任单位")}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/sites", "sites", show)
    blueprint.add_url_rule("/sites/map.json", "sites_map", look)
    blueprint.add_url_rule("/sites/<uuid:site_id>", "site", show_one)
    blueprint.add_url_rule("/sites/<uuid:site_id>/use", "use_site", use, methods=["POST"])
    blueprint.add_url_rule("/sites/<uuid:site_id>/picture", "picture_site", take_picture, methods=["POST"])


@requires(Right.SITE_READ)
def show() -> ResponseReturnValue:
    """The sites that the address asks for; what is wrong with it is said, and nothing is shown instead of all."""
    try:
        return _page(site_lists.parse(request.args), _after())
    except Invalid as refusal:
        return _page(NOTHING, None, wrong=refusal), refusal.status


@requires(Right.SITE_READ)
def look() -> ResponseReturnValue:
    """What lies in the part of the map that the address names, as JSON: cells with their numbers, or sites."""
    seen = sight.read(request.args)
    frame = Frame(seen.box.south, seen.box.west, seen.box.north, seen.box.east, seen.zoom)
    found = site_map.look(session.person(), site_lists.parse(request.args), frame)
    return jsonify(
        said=_("图上 %(number)s 处点位", number=f"{found.number:,}") if found.number else _("这一片没有点位"),
        cells=[_cell(cell, number) for cell, number in found.cells.items()],
        sites=[_mark(site) for site in found.sites],
    )


@requires(Right.SITE_READ)
def show_one(site_id: uuid.UUID) -> ResponseReturnValue:
    """One site."""
    return page_of(site_lists.visible(session.person(), site_id))


@requires(Right.SITE_EDIT)
def use(site_id: uuid.UUID) -> ResponseReturnValue:
    """Take it out of use, or into use again."""
    act = sites.restore if request.form.get("active") == "yes" else sites.retire
    with writing():
        act(site_id, by=session.person(), now=now(), seen=request.form.get("seen", ""))
    return redirect(url_for("desk.site", site_id=site_id), HTTPStatus.SEE_OTHER)


@requires(Right.SITE_EDIT)
def take_picture(site_id: uuid.UUID) -> ResponseReturnValue:
    """Show it by a picture."""
    moment = now()
    site = site_lists.visible(session.person(), site_id)
    try:
        shown = uploads.shown("photo", PhotoRole.FAR, now=moment)
        if len(shown) != 1:
            raise Invalid("photo", N_("请选一张照片。"))
        with writing():
            sites.picture(site_id, shown[0], by=session.person(), now=moment, seen=request.form.get("seen", ""))
    except Invalid as refusal:
        site = site_lists.visible(session.person(), site.id)
        return page_of(site, wrong=language.words(refusal)), refusal.status
    return redirect(url_for("desk.site", site_id=site_id, _anchor="picture"), HTTPStatus.SEE_OTHER)


def page_of(site: Site, *, wrong: str = "") -> str:
    """A site's page, with what is wrong with a picture."""
    person = session.person()
    atlas = geography.current_atlas()
    photo = sites.photo_of(site)
    return render_template(
        "desk/sites/site.html",
        nav=navigation.bar(person, "sites"),
        site=line(site, atlas) | {"note": site.note, "version": sites.version(site), "active": site.active},
        district=atlas.district(site.district_code).name,
        place={"lat": site.lat, "lng": site.lng, "accuracy_m": None} if site.cell else None,
        changed=day_words(site.changed_at),
        photo={"src": picture_url(photo, "web"), "waits": picture_url(photo) is None} if photo else None,
        wrong=wrong,
        story=site_story.told(site, person, now()),
        may_edit=scope(person.role, Right.SITE_EDIT) is not None,
        edit_url=url_for("desk.edit_site", site_id=site.id),
        use_url=url_for("desk.use_site", site_id=site.id),
        picture_url=url_for("desk.picture_site", site_id=site.id),
        back_url=url_for("desk.sites"),
        outlines_url=url_for("desk.outlines"),
    )


def line(site: Site, atlas: Atlas) -> dict[str, Any]:
    """A site as lists show it."""
    return {
        "id": site.id,
        "number": site.number,
        "name": site.name,
        "type": site_type_name(site.type_code),
        "address": site.address,
        "district": atlas.district(site.district_code).short,
        "street": atlas.street(site.street_code).name if site.street_code else "",
        "unit": site.unit.name if site.unit else "",
        "placed": bool(site.cell),
        "url": url_for("desk.site", site_id=site.id),
    }


def types() -> list[dict[str, str]]:
    """The kinds of place to choose from."""
    return [{"code": code, "name": site_type_name(code)} for code in site_types()]


def whole(person: Person) -> bool:
    """Whether the person sees every district's."""
    return scope(person.role, Right.SITE_READ) is Scope.ALL


def _page(asked: Filters, after: uuid.UUID | None, *, wrong: Invalid | None = None) -> str:
    person, atlas = session.person(), geography.current_atlas()
    found = [] if wrong else site_lists.page(person, asked, after=after, limit=PAGE + 1)
    numbers = Numbers(0, 0, 0) if wrong else site_lists.numbers(person, asked)
    further = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "desk/sites/list.html",
        nav=navigation.bar(person, "sites"),
        may_edit=scope(person.role, Right.SITE_EDIT) is not None,
        wrong=_wrong(wrong) if wrong else "",
        summary=_summary(numbers) if not wrong else "",
        numbers=numbers,
        rows=[line(site, atlas) for site in found[:PAGE]],
        whole=whole(person),
        bar=_bar(person, asked, atlas),
        views=_views(asked),
        kept={name: value for name, value in asked.pairs.items() if name in {"lacking", "show"}},
        clear_url=url_for("desk.sites") if asked != NOTHING or wrong else "",
        export_url=url_for("desk.export_sites", **asked.pairs),
        kinds=[(kind.value, name) for kind, name in ((Kind.XLSX, "Excel"), (Kind.CSV, "CSV"))],
        map_url="" if wrong else url_for("desk.sites_map", **asked.pairs),
        home=asked.district or ("" if whole(person) else person.district_code or ""),
        next_url=url_for("desk.sites", **asked.pairs, after=further) if further else None,
        prev_url=url_for("desk.sites", **asked.pairs) if after else None,
    )


def _bar(person: Person, asked: Filters, atlas: Atlas) -> dict[str, Any]:
    district = asked.district if whole(person) else person.district_code or ""
    return {
        "values": asked.pairs | {"words": request.args.get("words", "")},
        "districts": [{"code": one.code, "name": one.name} for one in atlas.districts] if whole(person) else None,
        "types": types(),
        "streets": [{"code": one.code, "name": one.name} for one in atlas.streets(district)],
    }


def _views(asked: Filters) -> list[dict[str, Any]]:
    """In use, what lacks something, and out of use; the other filters stay."""
    views = [(N_("在用"), {"lacking": "", "show": ""})]
    views += [(label, {"lacking": code, "show": ""}) for code, label in LACKING.items()]
    views += [(N_("停用"), {"lacking": "", "show": RETIRED})]
    return [
        {
            "label": _(label),
            "url": url_for("desk.sites", **asked.but(**chosen).pairs),
            "current": asked.but(**chosen) == asked,
        }
        for label, chosen in views
    ]


def _summary(numbers: Numbers) -> str:
    """共 1,204 处 · 没有标位置 3 处 · 没有责任单位 12 处."""
    parts = [_("共 %(number)s 处", number=f"{numbers.all:,}")]
    lacking = ((WITHOUT_PLACE, numbers.without_place), (WITHOUT_UNIT, numbers.without_unit))
    parts += [
        _("%(what)s %(number)s 处", what=_(LACKING[code]), number=f"{number:,}") for code, number in lacking if number
    ]
    return " · ".join(parts)


def _wrong(refusal: Invalid) -> str:
    label = _(LABELS.get(refusal.field, refusal.field))
    return _("%(label)s：%(reason)s", label=label, reason=language.words(refusal))


def _after() -> uuid.UUID | None:
    text = request.args.get("after", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError as wrong:
        raise Invalid("after", N_("翻页的位置看不懂，请从头看起。")) from wrong


def _cell(cell: str, number: int) -> dict[str, Any]:
    middle = centre(cell)
    corners = [_rounded(*corner) for corner in ring(cell)]
    return {"at": _rounded(middle.lat, middle.lng), "ring": corners, "n": number}


def _mark(site: Site) -> dict[str, Any]:
    return {
        "at": _rounded(site.lat, site.lng),
        "name": site.name,
        "told": f"{site_type_name(site.type_code)} · {site.number}",
        "url": url_for("desk.site", site_id=site.id),
    }


def _rounded(lat: float, lng: float) -> list[float]:
    return [round(lat, DIGITS), round(lng, DIGITS)]
