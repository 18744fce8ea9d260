"""图中号牌: what a report's photos seem to show, beside what was typed, and taking it over."""

import uuid
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import triage
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.people.access import Right
from inspection.reports import service as reports
from inspection.triage import service as deciding
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    path = "/triage/<uuid:report_id>/plate"
    blueprint.add_url_rule(path, "confirm_plate", confirm, methods=["POST"])


@requires(Right.REPORT_TRIAGE)
def confirm(report_id: uuid.UUID) -> ResponseReturnValue:
    """The plate as this person reads it; then the same report again, with the sights of that plate."""
    try:
        with writing():
            report = reports.visible(session.person(), report_id)
            deciding.confirm_plate(report, plate=request.form.get("plate", ""), by=session.person(), now=now())
    except (Invalid, Conflict) as refusal:
        field = refusal.field if isinstance(refusal, Invalid) else "overtaken"
        return triage.page(report_id, request.form.to_dict(), {field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.triage_report", report_id=report_id, **triage.carried()), HTTPStatus.SEE_OTHER)
