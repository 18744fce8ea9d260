"""花名册的一个人: account and profile, training, phones; leave, out of the roster and back, a lost phone."""

import uuid
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.desk.invitations import invitation_words, name_of, sheets_page, validity
from inspection.desk.roster import districts, kinds, leave_words
from inspection.geography import service as geography
from inspection.kernel import errors
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_, typed
from inspection.people import invitations
from inspection.people import service as people
from inspection.people.access import KIND_NAMES, Kind, Right
from inspection.people.models import Device, Person, Profile, Unit
from inspection.roster import lists, profiles
from inspection.roster.profiles import Values
from inspection.training import service as training
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import day_words, recent_day_words
from inspection.web.requires import requires

FIELDS = ("name", "kind", "district", "street", "employer", "employer_district", "unit", "most_visits", "note")
DAYS = ("away_from", "away_until")


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    one = "/roster/<uuid:person_id>"
    blueprint.add_url_rule(one, "roster_person", show)
    blueprint.add_url_rule(one, "change_roster_person", change, methods=["POST"])
    blueprint.add_url_rule(f"{one}/leave", "leave_roster_person", leave, methods=["POST"])
    blueprint.add_url_rule(f"{one}/return", "return_roster_person", come_back, methods=["POST"])
    blueprint.add_url_rule(f"{one}/closing", "close_roster_person", close, methods=["POST"])
    blueprint.add_url_rule(f"{one}/reopening", "reopen_roster_person", reopen, methods=["POST"])
    blueprint.add_url_rule(f"{one}/lost-phone", "lose_phone", lose_phone, methods=["POST"])
    blueprint.add_url_rule(f"{one}/lost-phone", "lose_phone_again", lose_again)


@requires(Right.PEOPLE_MANAGE)
def show(person_id: uuid.UUID) -> ResponseReturnValue:
    """One inspector."""
    return page(person_id)


@requires(Right.PEOPLE_MANAGE)
def change(person_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the roster is to know."""
    given = {name: typed(request.form.get(name, "")) for name in FIELDS}
    try:
        values = _values(given)
        with writing():
            seen = request.form.get("seen", "")
            profiles.change(person_id, values, seen=seen, by=session.person(), now=now())
    except (Invalid, Conflict) as refusal:
        return _refused(person_id, refusal, given)
    return _back(person_id)


@requires(Right.PEOPLE_MANAGE)
def leave(person_id: uuid.UUID) -> ResponseReturnValue:
    """On leave from and until these days."""
    given = {name: typed(request.form.get(name, "")) for name in DAYS}
    try:
        first, last = (_day(name, given[name]) for name in DAYS)
        with writing():
            profiles.leave(person_id, first, last, by=session.person(), now=now())
    except Invalid as refusal:
        return _refused(person_id, refusal, given)
    return _back(person_id, "leave")


@requires(Right.PEOPLE_MANAGE)
def come_back(person_id: uuid.UUID) -> ResponseReturnValue:
    """Back from leave."""
    moment = now()
    with writing():
        profiles.come_back(person_id, today=day_of(moment), by=session.person(), now=moment)
    return _back(person_id, "leave")


@requires(Right.PEOPLE_MANAGE)
def close(person_id: uuid.UUID) -> ResponseReturnValue:
    """Out of the roster."""
    with writing():
        profiles.close(person_id, by=session.person(), now=now())
    return _back(person_id)


@requires(Right.PEOPLE_MANAGE)
def reopen(person_id: uuid.UUID) -> ResponseReturnValue:
    """Back in the roster."""
    with writing():
        profiles.reopen(person_id, by=session.person(), now=now())
    return _back(person_id)


@requires(Right.PEOPLE_MANAGE)
def lose_phone(person_id: uuid.UUID) -> ResponseReturnValue:
    """Every device is signed out and a fresh sheet is shown, once; what was not sent is told."""
    admin, moment = session.person(), now()
    person, _profile = lists.find(person_id, by=admin)
    if request.form.get("seen", "") != name_of(invitations.unspent(person)):
        return page(person_id, told=_("邀请单只显示一次。要再开一张，请再按一次。")), HTTPStatus.CONFLICT
    held, new = profiles.unsent(person, by=admin), invitations.draft()
    end_reading()
    with writing():
        profiles.lost_phone(person_id, new, valid=validity(), by=session.person(), now=moment)
    told = [_("丢的手机已经不能再用这个账号。")]
    if held:
        told.append(
            _("那部手机里还有 %(number)s 条没发出，找回手机才拿得到。请问问本人拍过什么，重要的请再去拍。", number=held)
        )
    back = url_for("desk.roster_person", person_id=person_id)
    return sheets_page({person_id: new}, moment, told=told, back_url=back)


@requires(Right.PEOPLE_MANAGE)
def lose_again(person_id: uuid.UUID) -> ResponseReturnValue:
    """The sheet is not shown twice: back to the person."""
    return redirect(url_for("desk.roster_person", person_id=person_id))


def page(
    person_id: uuid.UUID,
    *,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    told: str = "",
    error: str = "",
) -> str:
    """The person's page, with what was typed and what is wrong with it."""
    admin, moment = session.person(), now()
    person, profile = lists.find(person_id, by=admin)
    devices, invited = profiles.devices(person, by=admin), invitations.unspent(person)
    return render_template(
        "desk/roster/person.html",
        nav=navigation.bar(admin, "roster"),
        person={
            "id": person.id,
            "name": person.name,
            "phone": person.phone,
            "kind": _(KIND_NAMES[person.kind]) if person.kind else "",
            "since": day_words(person.created_at),
            "closed": day_words(person.disabled_at),
            "version": profiles.version(person, profile),
            "invitation": name_of(invited),
            "invited": invitation_words(invited, moment),
        },
        values=_held(person, profile) | dict(given or {}),
        errors=errors or {},
        told=told,
        error=error,
        kinds=kinds(),
        districts=[{"code": "", "name": _("没写")}, *districts()],
        usual=profiles.MOST_VISITS,
        leave=leave_words(profile, day_of(moment)),
        lessons=_lessons(person),
        devices=[_device(one) for one in devices],
        unsent=sum(one.unsent for one in devices),
        urls={name: url_for(f"desk.{endpoint}", person_id=person_id) for name, endpoint in ENDPOINTS.items()},
        streets=_streets(profile, person, given),
    )


ENDPOINTS = {
    "change": "change_roster_person",
    "leave": "leave_roster_person",
    "return": "return_roster_person",
    "close": "close_roster_person",
    "reopen": "reopen_roster_person",
    "lost": "lose_phone",
    "sheet": "invitation_sheet",
}


def _refused(person_id: uuid.UUID, refusal: errors.Refusal, given: Mapping[str, str]) -> ResponseReturnValue:
    """The page with what was typed; what is wrong is said at its field, or above all."""
    words = language.words(refusal)
    if isinstance(refusal, Invalid):
        return page(person_id, given=given, errors={refusal.field: words}), status_of(refusal)
    return page(person_id, given=given, error=words), status_of(refusal)


def _back(person_id: uuid.UUID, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("desk.roster_person", person_id=person_id, _anchor=anchor), HTTPStatus.SEE_OTHER)


def _values(given: Mapping[str, str]) -> Values:
    """The form's values; streets and units are typed by their names."""
    district, workplace = given["district"] or None, given["employer_district"] or None
    if given["kind"] not in set(Kind):
        raise Invalid("kind", N_("请选类别。"))
    most = given["most_visits"]
    if most and not (most.isascii() and most.isdecimal() and len(most) <= 3):
        raise Invalid("most_visits", N_("应是 0 到 %(most)s 之间的整数。"), most=profiles.MOST_VISITS)
    return Values(
        name=given["name"],
        kind=Kind(given["kind"]),
        district_code=district,
        home_street_code=_street(district, given["street"]),
        employer=given["employer"],
        employer_district_code=workplace,
        employer_unit_id=_unit(workplace, given["unit"]),
        most_visits=int(most) if most else None,
        note=given["note"],
    )


def _street(district: str | None, name: str) -> str | None:
    if not name:
        return None
    if district is None:
        raise Invalid("street", N_("写了街道，也要选居住区。"))
    found = geography.current_atlas().find_street(district, name)
    if found is None:
        raise Invalid("street", N_("这个区没有“%(name)s”。"), name=name)
    return found.code


def _unit(district: str | None, name: str) -> uuid.UUID | None:
    if not name:
        return None
    if district is None:
        raise Invalid("unit", N_("写了承办单位，也要选单位所在区。"))
    found = next((unit for unit in people.units_of(district) if unit.name == name), None)
    if found is None:
        raise Invalid("unit", N_("这个区没有单位“%(name)s”。"), name=name)
    return found.id


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid(name, N_("日期写成 2026-11-30 这样。")) from wrong


def _held(person: Person, profile: Profile | None) -> dict[str, Any]:
    """What the forms begin with."""
    values = {"name": person.name, "kind": person.kind.value if person.kind else "", "district": person.district_code}
    if profile is None:
        return values
    street, unit = profile.home_street_code, profile.employer_unit_id
    return values | {
        "street": geography.current_atlas().street(street).name if street else "",
        "employer": profile.employer,
        "employer_district": profile.employer_district_code or "",
        "unit": db.session.get_one(Unit, unit).name if unit else "",
        "most_visits": "" if profile.most_visits is None else profile.most_visits,
        "note": profile.note,
        "away_from": profile.away_from or "",
        "away_until": profile.away_until or "",
    }


def _streets(profile: Profile | None, person: Person, given: Mapping[str, str] | None) -> list[str]:
    """The names of the home district's streets, to choose from while one types."""
    district = (given or {}).get("district") or person.district_code
    known = {one.code for one in geography.current_atlas().districts}
    return [one.name for one in geography.current_atlas().streets(district)] if district in known else []


def _lessons(person: Person) -> list[dict[str, Any]]:
    passed = training.passes(person)
    return [
        {
            "title": _(one.lesson.title),
            "passed": one.passed,
            "again": one.again,
            "needed": one.lesson.needed,
            "when": day_words(passed[one.lesson.id]) if one.lesson.id in passed else "",
        }
        for one in training.standings(person)
    ]


def _device(device: Device) -> dict[str, Any]:
    return {
        "label": device.label or _("没有名字的设备"),
        "seen": recent_day_words(device.seen_at),
        "unsent": device.unsent,
    }
