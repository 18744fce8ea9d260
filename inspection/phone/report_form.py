"""Reporting in one plain form: it makes the same manifest and the same bytes as the field app, in one POST.

The page carries the report's id, so that a form that is sent twice is one report.
"""

import uuid
from datetime import datetime
from http import HTTPStatus
from math import isfinite
from statistics import fmean
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspection.geography import service as geography
from inspection.geography.points import Datum, Point, distance_m
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.photos.models import PhotoRole
from inspection.photos.service import Announced
from inspection.reports import categories
from inspection.reports import service as reports
from inspection.reports.catalogue import ranked
from inspection.reports.models import Form, Source
from inspection.reports.service import Count, NewReport, Place, Progress
from inspection.web import session, uploads
from inspection.web.errors import status_of
from inspection.web.language import words
from inspection.web.page import category_name
from inspection.web.requires import requires
from inspection.web.tools import intake_limits, tools

STREET_ACCURACY_M = 1500.0
"""A picked street stands for a place about this far around its seat."""
DISTRICT_ACCURACY_M = 10_000.0
"""A picked district alone says little; triage sees that the border is in doubt."""
LAST_USED = 4
FIELDS = {"captured_at": "place", "address": "place", "report_id": "photos", "count": "category", "photo": "photos"}
"""Where the form shows what is wrong with something that has no field of its own."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/report", "new_report", new_report)
    blueprint.add_url_rule("/report", "send_report", send_report, methods=["POST"])


@requires(Right.REPORT_SEND)
def new_report() -> ResponseReturnValue:
    """An empty form with an id of its own."""
    return show(str(uuid.uuid4()), {}, {})


@requires(Right.REPORT_SEND)
def send_report() -> ResponseReturnValue:
    """Take the whole report in: manifest, then photos, then the receipt. What is wrong is said at its field."""
    given = request.form.to_dict()
    try:
        progress = _send(given)
    except Refusal as refusal:
        field = refusal.field.partition(".")[0] if isinstance(refusal, Invalid) else "photos"
        errors = {FIELDS.get(field, field): words(refusal)}
        return show(_id_after(refusal, given), given, errors), status_of(refusal)
    return redirect(url_for("phone.receipt", report_id=progress.report.id), HTTPStatus.SEE_OTHER)


def show(report_id: str, values: dict[str, str], errors: dict[str, str]) -> str:
    """The form with what was typed and what is wrong with it."""
    atlas = geography.current_atlas()
    return render_template(
        "phone/report_form.html",
        report_id=report_id,
        values=values,
        errors=errors,
        categories=ordered_categories(),
        max_photos=tools().settings.max_photos,
        locate_url=url_for("api_areas.locate"),
        districts=[
            {
                "code": district.code,
                "name": district.name,
                "streets": [
                    {"code": street.code, "name": street.name} for street in atlas.streets(district.code) if street.seat
                ],
            }
            for district in atlas.districts
        ],
    )


def ordered_categories() -> list[dict[str, Any]]:
    """The categories in use, with the person's last four first."""
    recent = [report.category_code for _at, report in reports.own_page(session.person(), before=None, limit=20)]
    last = list(dict.fromkeys(recent))[:LAST_USED]
    return [
        {
            "code": category.code,
            "name": category_name(category),
            "short": category_name(category, short=True),
            "icon": f"cat-{category.code}",
            "count": category.record == "count",
        }
        for category in ranked(categories.offered(), last)
    ]


def _id_after(refusal: Refusal, given: dict[str, str]) -> str:
    """The same id for the same report; another one where this one is taken, as after going back in the browser."""
    same = isinstance(refusal, Invalid) and refusal.field != "report_id" and given.get("report_id")
    return same or str(uuid.uuid4())


def _send(given: dict[str, str]) -> Progress:
    """The photos lie in the store before the report is announced: one that is none leaves no report behind."""
    picked = uploads.measured("photos", PhotoRole.FAR)
    report_id, kit, moment = _uuid(given.get("report_id", "")), tools(), now()
    new = _new_report(given, tuple(upload.announced for upload in picked), _captured(report_id, given, moment))
    limits = intake_limits(kit.settings)
    reports.check(new, limits, moment)
    end_reading()
    shown = [uploads.store(upload) for upload in picked]
    with writing():
        by = session.person()
        progress = reports.receive(report_id, new, by=by, limits=limits, signer=kit.signer, now=moment)
        for one in shown:
            sha256 = one.announced.sha256
            if sha256 in progress.missing:
                progress = reports.photo_arrived(report_id, sha256, one.facts, by=by, signer=kit.signer, now=moment)
    return progress


def _captured(report_id: uuid.UUID, given: dict[str, str], moment: datetime) -> datetime:
    """When it was seen: as the script says, else when the form first came in, so that the same form is the same."""
    if given.get("captured_at"):
        return _moment(given["captured_at"], "place")
    known = reports.find_own(session.person(), report_id)
    return known.captured_at if known else moment


def _new_report(given: dict[str, str], announced: tuple[Announced, ...], captured_at: datetime) -> NewReport:
    if not given.get("category"):
        raise Invalid("category", N_("请选一类问题。"))
    return NewReport(
        category=given["category"],
        form=Form.ADHOC,
        description=given.get("description", ""),
        address=given.get("address", ""),
        captured_at=captured_at,
        place=_place(given),
        photos=announced,
        count=_count(given),
    )


def _place(given: dict[str, str]) -> Place:
    if given.get("lat") and given.get("lng"):
        return Place(
            lat=_number(given["lat"], "place"),
            lng=_number(given["lng"], "place"),
            datum=Datum.WGS84,
            accuracy_m=_number(given["accuracy_m"], "place") if given.get("accuracy_m") else None,
            source=Source.PIN if given.get("source") == Source.PIN else Source.LIVE,
            fixed_at=_moment(given["fixed_at"], "place") if given.get("fixed_at") else None,
        )
    seat, accuracy_m = _picked(given.get("district", ""), given.get("street", ""))
    return Place(seat.lat, seat.lng, Datum.WGS84, accuracy_m, Source.PIN, None)


def _picked(district: str, street: str) -> tuple[Point, float]:
    """The seat that stands for a picked street or, without one, for a picked district; and how far around it."""
    atlas = geography.current_atlas()
    codes = {known.code for known in atlas.districts}
    if district not in codes:
        raise Invalid("place", N_("请选在哪个区，或允许浏览器定位。"))
    seats = {known.code: known.seat for known in atlas.streets(district) if known.seat}
    if street in seats:
        return seats[street], STREET_ACCURACY_M
    middle = Point(fmean(seat.lat for seat in seats.values()), fmean(seat.lng for seat in seats.values()))
    return min(seats.values(), key=lambda seat: distance_m(middle, seat)), DISTRICT_ACCURACY_M


def _count(given: dict[str, str]) -> Count | None:
    if not given.get("observed"):
        return None
    return Count(*(int(_number(given.get(name, ""), "count")) for name in ("observed", "violations", "minutes")))


def _number(text: str, field: str) -> float:
    try:
        number = float(text)
    except ValueError as wrong:
        raise Invalid(field, N_("这一项应是数。")) from wrong
    if not isfinite(number):
        raise Invalid(field, N_("这一项应是数。"))
    return number


def _moment(text: str, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid(field, N_("手机给的时间看不懂，请回首页重新拍。")) from wrong
    if moment.tzinfo is None:
        raise Invalid(field, N_("时间要带时区，如 +08:00。"))
    return moment


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Invalid("report_id", N_("这页开得太久了，请回首页重新拍。")) from wrong
