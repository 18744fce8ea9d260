"""``/session``, ``/field-kit``, ``/nearby``, ``/outbox``: what the field app asks for beyond its reports."""

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_smorest import Blueprint
from flask_wtf.csrf import generate_csrf

from inspection.api.field_schemas import KitOut, NearbyOut, OutboxIn, PointIn, SessionOut
from inspection.geography.points import Point
from inspection.kernel.calendar import day_of, now, start_of
from inspection.kernel.db import writing
from inspection.people import access, identities, outboxes
from inspection.people.access import Right
from inspection.reports import categories
from inspection.reports import service as reports
from inspection.reports.catalogue import COMMON, short_name
from inspection.training import service as training
from inspection.triage import nearby
from inspection.triage.nearby import Known
from inspection.web import session
from inspection.web.page import picture_url
from inspection.web.requires import requires
from inspection.web.tools import tools

LAST_USED, LOOKED_AT = 4, 20
PERCENT = 100

blueprint = Blueprint("api_field", __name__, description="What the field app needs beside its reports")


@blueprint.get("/session")
@requires(Right.REPORT_SEND, Right.TICKET_HANDLE)
@blueprint.response(200, SessionOut)
def get_session() -> ResponseReturnValue:
    """Who is signed in, with a fresh token for sending and the server's time."""
    person, moment, knobs = session.person(), now(), tools().settings
    return {
        "person": person,
        "csrf": generate_csrf(),
        "now": moment,
        "received_this_month": identities.count_own(person, since=start_of(day_of(moment).replace(day=1))),
        "lessons_waiting": training.waiting(person) if access.scope(person.role, Right.LESSON_TAKE) else 0,
        "settings": {
            "max_photos": knobs.max_photos,
            "max_photo_bytes": knobs.max_photo_bytes,
            "photo_side": knobs.photo_side,
            "photo_quality": knobs.photo_quality / PERCENT,
            "voice_seconds": knobs.voice_seconds,
            "same_within_m": knobs.same_within_m,
            "hotline": knobs.hotline,
        },
    }


@blueprint.get("/field-kit")
@requires(Right.REPORT_SEND)
@blueprint.response(200, KitOut)
def get_kit() -> ResponseReturnValue:
    """The catalogue, with what this person used last."""
    recent = [report.category_code for _at, report in reports.own_page(session.person(), before=None, limit=LOOKED_AT)]
    return {
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "short": short_name(category),
                "english": category.english,
                "record": category.record,
                "plate": category.plate,
                "photos_min": category.photos_min,
            }
            for category in categories.offered()
        ],
        "retired": [
            {"code": category.code, "short": short_name(category), "english": category.english}
            for category in categories.retired()
        ],
        "last_used": list(dict.fromkeys(recent))[:LAST_USED],
        "common": COMMON,
    }


@blueprint.get("/nearby")
@requires(Right.REPORT_SEND)
@blueprint.arguments(PointIn, location="query")
@blueprint.response(200, NearbyOut)
def get_nearby(asked: Mapping[str, Any]) -> ResponseReturnValue:
    """Open problems around a point, the nearest first: what, where and since which day."""
    point = Point(asked["lat"], asked["lng"])
    items = [known_json(known) for known in nearby.around(point)]
    return {"lat": point.lat, "lng": point.lng, "radius_m": nearby.RADIUS_M, "items": items}


@blueprint.put("/outbox")
@requires(Right.REPORT_SEND, Right.TICKET_HANDLE)
@blueprint.arguments(OutboxIn)
@blueprint.response(204)
def put_outbox(told: Mapping[str, Any]) -> None:
    """How many reports, rechecks or answers this phone still holds, and since when."""
    device_id = current_user.device_id
    if device_id is None:
        return
    with writing():
        outboxes.tell(device_id, unsent=told["unsent"], oldest_at=told["oldest_at"], now=now())


def known_json(known: Known) -> dict[str, Any]:
    """An open problem as every inspector may see it."""
    report = known.report
    return {
        "id": report.id,
        "category": report.category_code,
        "lat": report.lat,
        "lng": report.lng,
        "on": known.on,
        "place": known.place,
        "thumb": picture_url(known.photo),
    }
