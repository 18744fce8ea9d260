"""``/visits``: where one was drawn to go, that one cannot, and what one brings, in the same two steps as a report.

For the app on a signed-in phone only: no token of a program opens any of it.
"""

import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint

from inspection.api import intake
from inspection.api.visit_schemas import DeclinedOut, VisitRecordOut, VisitsOut
from inspection.checks import records, visits
from inspection.checks.models import Site, Visit, VisitRecord, VisitState
from inspection.checks.records import NewRecord, Progress
from inspection.geography import points
from inspection.geography import service as geography
from inspection.geography.points import Datum, Point
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading, writing
from inspection.people.access import Right
from inspection.photos import recordings
from inspection.photos.models import Photo
from inspection.web import session
from inspection.web.page import picture_url, site_type_name
from inspection.web.requires import requires
from inspection.web.tools import tools, visit_terms
from inspection.web.visit_manifests import DeclineIn, VisitRecordIn

ROUTES = {
    "amap": "https://uri.amap.com/navigation?to={lng:.6f},{lat:.6f}&coordinate=gaode&mode=walk",
    "osm": "https://www.openstreetmap.org/directions?to={lat:.6f},{lng:.6f}",
}
"""How a map is asked for the way: only where to, and in its own datum."""

blueprint = Blueprint("api_visits", __name__, description="Visits of mystery checks, for whoever was drawn")


@blueprint.get("/visits")
@requires(Right.REPORT_SEND)
@blueprint.response(200, VisitsOut)
def list_visits() -> ResponseReturnValue:
    """One's own visits that wait, the most urgent first, each with all that is needed without a network."""
    terms = visit_terms(tools())
    found = visits.open_of(session.person(), now=now(), grace=terms.grace)
    return {"items": [as_json(visit, terms) for visit in found]}


@blueprint.post("/visits/<uuid:visit_id>/decline")
@requires(Right.REPORT_SEND)
@blueprint.arguments(DeclineIn)
@blueprint.response(200, DeclinedOut)
def decline_visit(given: Mapping[str, Any], visit_id: uuid.UUID) -> ResponseReturnValue:
    """Say that one cannot go: somebody else is drawn. The same again changes nothing."""
    with writing():
        visit = visits.decline(visit_id, **given, by=session.person(), now=now())
    return {"id": visit.id, "state": visit.state.value}


@blueprint.put("/visits/records/<uuid:record_id>")
@requires(Right.REPORT_SEND)
@blueprint.arguments(VisitRecordIn)
@blueprint.response(200, VisitRecordOut)
@blueprint.alt_response(201, schema=VisitRecordOut)
def put_record(new: NewRecord, record_id: uuid.UUID) -> ResponseReturnValue:
    """Announce it. 201 with what is missing; the same again 200; another content, or a visit that is over, 409."""
    terms = visit_terms(tools())
    with writing():
        progress = records.receive(record_id, new, by=session.person(), terms=terms, now=now())
    return record_json(progress), HTTPStatus.CREATED if progress.created else HTTPStatus.OK


@blueprint.put("/visits/records/<uuid:record_id>/photos/<sha256>")
@requires(Right.REPORT_SEND)
@blueprint.response(200, VisitRecordOut)
def put_photo(record_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one photo's raw bytes. It is durable before the answer; the last piece's answer carries the receipt."""
    record = records.own(session.person(), record_id)
    facts = intake.photo(record_id, sha256)
    if facts is None:
        return record_json(records.progress(record))
    terms = visit_terms(tools())
    with writing():
        progress = records.photo_arrived(record_id, sha256, facts, by=session.person(), terms=terms, now=now())
    return record_json(progress)


@blueprint.put("/visits/records/<uuid:record_id>/recordings/<sha256>")
@requires(Right.REPORT_SEND)
@blueprint.response(200, VisitRecordOut)
def put_recording(record_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one voice note's raw bytes, as a photo's."""
    kit = tools()
    record = records.own(session.person(), record_id)
    note = recordings.expected(record_id, sha256)
    if note.arrived_at is not None:
        return record_json(records.progress(record))
    size = intake.whole("recording", note.bytes)
    end_reading()
    kind = recordings.store(kit.storage, sha256, size, intake.body())
    with writing():
        progress = records.recording_arrived(
            record_id, sha256, kind, by=session.person(), terms=visit_terms(kit), now=now()
        )
    return record_json(progress)


def record_json(progress: Progress) -> dict[str, Any]:
    """How far it has come in."""
    record = progress.record
    return {
        "id": record.id,
        "state": "received" if record.received_at else "incomplete",
        "missing": list(progress.missing),
        "unused": _(progress.unused) if progress.unused else "",
        "receipt": receipt_json(record) if record.document else None,
    }


def receipt_json(record: VisitRecord) -> dict[str, Any]:
    """The receipt, in the same form as a report's."""
    return intake.receipt(record.number, record.received_at, record.document or "{}", record.signature)


def as_json(visit: Visit, terms: records.Terms) -> dict[str, Any]:
    """A visit as whoever was drawn sees it."""
    site, plan, version = visit.site, visit.plan, visit.checklist_version
    asked = visit.state is VisitState.ASKED
    return {
        "id": visit.id,
        "name": site.name,
        "type": site_type_name(site.type_code),
        "address": site.address,
        "district": geography.current_atlas().district(site.district_code).name,
        "lat": site.lat,
        "lng": site.lng,
        "route": route(site, tools().settings.route_map),
        "photo": picture_url(db.session.get(Photo, site.photo_id) if site.photo_id else None, "web"),
        "opens_at": visit.opens_at,
        "due_at": visits.due(visit, terms.grace),
        "window": visit.window,
        "checklist": version.checklist.name,
        "content": json.loads(version.content),
        "far_m": plan.far_m,
        "score_shown": plan.score_shown,
        "max_photos": terms.photos.count,
        "asked": {"items": visit.asked_items or [], "text": visit.asked_text or ""} if asked else None,
    }


def route(site: Site, provider: str) -> str | None:
    """Where a map shows the way; None where the office wants no map asked."""
    if provider not in ROUTES:
        return None
    datum = Datum.GCJ02 if provider == "amap" else Datum.WGS84
    lat, lng = points.from_wgs84(Point(site.lat, site.lng), datum)
    return ROUTES[provider].format(lat=lat, lng=lng)
