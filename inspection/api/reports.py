"""``/reports``: a manifest by UUID, then each photo's bytes by SHA-256; the last one's answer carries the receipt."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint

from inspection.api import intake
from inspection.api.schemas import PageIn, ReceiptOut, ReportIn, ReportOut, ReportsOut
from inspection.kernel import faults
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.photos import recordings
from inspection.reports import service as reports
from inspection.reports.models import Receipt, ReportState
from inspection.reports.service import NewReport, Progress
from inspection.tickets import stories
from inspection.web import paging, session
from inspection.web.page import picture_url
from inspection.web.requires import requires
from inspection.web.tools import intake_limits, tools

READ, WRITE = "reports:read", "reports:write"

blueprint = Blueprint("api_reports", __name__, description="Reports and their photos")


@blueprint.put("/reports/<uuid:report_id>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.arguments(ReportIn)
@blueprint.response(200, ReportOut)
@blueprint.alt_response(201, schema=ReportOut)
def put_report(new: NewReport, report_id: uuid.UUID) -> ResponseReturnValue:
    """Announce a report. 201 with what is missing; the same again 200; another content 409 with what differs."""
    kit, moment = tools(), now()
    with writing():
        progress = reports.receive(
            report_id,
            new,
            by=session.person(),
            limits=intake_limits(kit.settings),
            signer=kit.signer,
            now=moment,
        )
        faults.point("intake.before_commit")
    faults.point("intake.after_commit")
    return as_json(progress), HTTPStatus.CREATED if progress.created else HTTPStatus.OK


@blueprint.put("/reports/<uuid:report_id>/photos/<sha256>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.response(200, ReportOut)
def put_photo(report_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one photo's raw bytes. It is durable before the answer; the last one's answer carries the receipt."""
    report = reports.own(session.person(), report_id)
    facts = intake.photo(report_id, sha256)
    if facts is None:
        return as_json(reports.progress(report))
    faults.point("intake.before_row")
    with writing():
        progress = reports.photo_arrived(
            report_id, sha256, facts, by=session.person(), signer=tools().signer, now=now()
        )
        faults.point("intake.before_commit")
    faults.point("intake.after_commit")
    return as_json(progress)


@blueprint.put("/reports/<uuid:report_id>/recordings/<sha256>")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.response(200, ReportOut)
def put_recording(report_id: uuid.UUID, sha256: str) -> ResponseReturnValue:
    """Send one voice note's raw bytes, as a photo's."""
    kit = tools()
    report = reports.own(session.person(), report_id)
    note = recordings.expected(report_id, sha256)
    if note.arrived_at is not None:
        return as_json(reports.progress(report))
    size = intake.whole("recording", note.bytes)
    end_reading()
    kind = recordings.store(kit.storage, sha256, size, intake.body())
    with writing():
        progress = reports.recording_arrived(report_id, sha256, kind, by=session.person(), signer=kit.signer, now=now())
    return as_json(progress)


@blueprint.put("/reports/<uuid:report_id>/withdrawal")
@requires(Right.REPORT_SEND, scope=WRITE)
@blueprint.response(200, ReportOut)
def put_withdrawal(report_id: uuid.UUID) -> ResponseReturnValue:
    """Take a report back that nobody has decided on; the same again changes nothing."""
    with writing():
        report = reports.own(session.person(), report_id)
        if report.state is not ReportState.WITHDRAWN:
            reports.withdraw(report_id, by=session.person(), now=now())
    return as_json(reports.progress(reports.own(session.person(), report_id)))


@blueprint.get("/reports")
@requires(Right.REPORT_SEND, scope=READ)
@blueprint.arguments(PageIn, location="query")
@blueprint.response(200, ReportsOut)
def list_reports(asked: Mapping[str, Any]) -> ResponseReturnValue:
    """One's own reports, newest first."""
    limit: int = asked["limit"]
    rows = reports.own_page(session.person(), before=paging.key(asked["cursor"]), limit=limit + 1)
    more = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [as_json(reports.progress(report)) for _at, report in rows[:limit]],
        "next": paging.cursor(more[0], more[1].id) if more else None,
    }


@blueprint.get("/reports/<uuid:report_id>")
@requires(Right.REPORT_SEND, scope=READ)
@blueprint.response(200, ReportOut)
def get_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """One of one's own reports."""
    return as_json(reports.progress(reports.own(session.person(), report_id)))


@blueprint.get("/reports/<uuid:report_id>/receipt")
@requires(Right.REPORT_SEND, scope=READ)
@blueprint.response(200, ReceiptOut)
def get_receipt(report_id: uuid.UUID) -> ResponseReturnValue:
    """The receipt of one of one's own reports; 404 until every photo has arrived."""
    receipt = reports.receipt_of(reports.own(session.person(), report_id))
    if receipt is None:
        raise NotFound(N_("还没有回执：照片还没有到齐。"))
    return receipt_json(receipt)


def as_json(progress: Progress) -> dict[str, Any]:
    """A report as its author sees it."""
    report = progress.report
    told = stories.plain(report)
    return {
        "id": report.id,
        "state": report.state.value,
        "state_words": _(told.words),
        "category": report.category_code,
        "form": report.form.value,
        "description": report.description,
        "address": report.address,
        "district": report.district_code,
        "captured_at": report.captured_at,
        "received_at": report.received_at,
        "doubtful": report.doubtful,
        "missing": list(progress.missing),
        "mark": told.code,
        "place": report.address or stories.street_name(report),
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "url": url_for("phone.report", report_id=report.id),
        "declined": report.decline_text,
        "ticket": told.ticket,
        "receipt": receipt_json(progress.receipt) if progress.receipt else None,
    }


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt of a report."""
    return intake.receipt(receipt.number, receipt.issued_at, receipt.document, receipt.signature)
