"""收件分拣: the queue, the evidence, the decision."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict

from inspection.desk import navigation, testimony
from inspection.kernel.calendar import day_of, now, start_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right
from inspection.people.models import Unit
from inspection.photos.models import Photo, PhotoRole
from inspection.reports import service as reports
from inspection.reports import supplements
from inspection.reports.models import Form, Report, Supplement
from inspection.tickets import clocks, deadlines, stories
from inspection.tickets.deadlines import UNIT_NAMES, Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.triage import service as triage
from inspection.triage.models import Proposal
from inspection.triage.service import DECLINE_WORDS, DeclineGround
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import (
    category_name,
    day_words,
    distance_words,
    estimate_words,
    half_day_words,
    picture_url,
    recent_half_day_words,
    weekday_words,
)
from inspection.web.requires import requires

PAGE = 30
EXACT_M = 200
"""A position that is known less exactly is pointed out."""

FORMS = {Form.GUIDANCE: N_("督导"), Form.PATROL: N_("巡视"), Form.MYSTERY: N_("暗访"), Form.ADHOC: N_("随手拍")}
ROLES = {
    PhotoRole.FAR: N_("远景"),
    PhotoRole.NEAR: N_("近景"),
    PhotoRole.PLATE: N_("车牌"),
    PhotoRole.AFTER: N_("整改后"),
    PhotoRole.RECHECK: N_("核查"),
}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/triage", "triage", show)
    blueprint.add_url_rule("/triage/<uuid:report_id>", "triage_report", show)
    blueprint.add_url_rule("/triage/<uuid:report_id>/filing", "file_report", file_report, methods=["POST"])
    blueprint.add_url_rule("/triage/<uuid:report_id>/declining", "decline_report", decline_report, methods=["POST"])


@requires(Right.REPORT_TRIAGE)
def show(report_id: uuid.UUID | None = None) -> ResponseReturnValue:
    """The queue with one report opened: the one that was asked for, else the oldest."""
    return page(report_id, {}, {})


@requires(Right.REPORT_TRIAGE)
def file_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """File, and dispatch in the same stroke if asked to; then on to the next report."""
    form = request.form
    try:
        with writing():
            person = session.person()
            report = reports.visible(person, report_id)
            triage.file_and_dispatch(
                report,
                category=form.get("category", report.category_code),
                place=form.get("place", ""),
                unit=_unit(form) if form.get("dispatch") == "yes" else None,
                limit=_limit(form),
                by=person,
                now=now(),
            )
    except Invalid as refusal:
        return page(report_id, form.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.triage"), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_TRIAGE)
def decline_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Decline with a ground and a sentence; then on to the next report."""
    form = request.form
    try:
        with writing():
            person = session.person()
            report = reports.visible(person, report_id)
            triage.decline(report, ground=_ground(form), text=form.get("text", ""), by=person, now=now())
    except Invalid as refusal:
        return page(report_id, form.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.triage"), HTTPStatus.SEE_OTHER)


def page(report_id: uuid.UUID | None, values: dict[str, str], errors: dict[str, str]) -> str:
    """The page with what was typed and what is wrong with it."""
    person, moment = session.person(), now()
    cursor = request.args.get("cursor")
    rows = triage.queue(person, after=paging.key(cursor), limit=PAGE + 1)
    shown = list(rows[:PAGE])
    chosen = reports.visible(person, report_id) if report_id else next(iter(shown), None)
    more = shown[-1] if len(rows) > PAGE and shown else None
    return render_template(
        "desk/triage.html",
        nav=navigation.bar(person, "triage"),
        counts={
            "waiting": triage.count_waiting(person),
            "today": triage.count_decided(person, since=start_of(day_of(moment))),
        },
        queue=[_line(report, report is chosen, cursor) for report in shown],
        next_url=url_for("desk.triage", cursor=_cursor(more)) if more else None,
        prev_url=url_for("desk.triage") if cursor else None,
        values=values,
        errors=errors,
        **(_opened(chosen) if chosen else {"report": None}),
    )


def _opened(report: Report) -> dict[str, Any]:
    proposal = db.session.get(Proposal, report.id) or triage.proposal(report, report.category, now())
    units, added = people.units_of(report.district_code), supplements.of_reports([report.id])
    return {
        "report": {
            "id": report.id,
            "category": category_name(report.category),
            "category_code": report.category_code,
            "place": report.address or stories.street_name(report),
            "address": report.address,
            "description": report.description,
            "alias": _("督查员·%(alias)s", alias=report.alias),
            "form": _(FORMS[report.form]),
            "when": half_day_words(report.received_at),
            "state": report.state.value,
            "basis": report.category.basis,
            "lat": report.lat,
            "lng": report.lng,
            "accuracy_m": report.accuracy_m,
        },
        "photos": [picture(photo) for photo in report.manifest.photos] + _added_pictures(added),
        "plate": testimony.plate(report),
        "voices": testimony.spoken([report], session.person()),
        "same_as": testimony.same_as(report, session.person()),
        "added": [{"when": half_day_words(one.at), "note": one.note} for one in added if one.note],
        "proof": _proof(report, proposal),
        "proposal": _suggestion(proposal),
        "units": [{"code": str(unit.id), "name": unit.name} for unit in units],
        "categories": [{"code": one.code, "name": category_name(one)} for one in reports.categories()],
        "limit_units": [{"code": unit.value, "name": _(name)} for unit, name in UNIT_NAMES.items()],
        "grounds": [{"code": ground.value, "name": _(text)} for ground, text in DECLINE_WORDS.items()],
        "file_url": url_for("desk.file_report", report_id=report.id),
        "decline_url": url_for("desk.decline_report", report_id=report.id),
        "outlines_url": url_for("desk.outlines"),
    }


def picture(photo: Photo) -> dict[str, Any]:
    """A photo with both copies and what it shows."""
    label = _(ROLES[photo.role])
    return {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "label": label}


def _added_pictures(added: Sequence[Supplement]) -> list[dict[str, Any]]:
    """What the author added, told from what was there at first."""
    label = _("补充")
    return [picture(photo) | {"alt": label, "label": label} for one in added for photo in one.manifest.photos]


def _suggestion(proposal: Proposal) -> dict[str, Any]:
    limit = Limit(proposal.limit_amount, proposal.limit_unit)
    calendar = work_calendar()
    due_at = clocks.due_if_dispatched(limit, now(), calendar)
    unit = db.session.get(Unit, proposal.unit_id) if proposal.unit_id else None
    text = _(
        "若今天立案派遣：%(unit)s，%(limit)s，%(day)s（%(weekday)s）到期",
        unit=unit.name if unit else _("还没有合适的单位"),
        limit=language.told(deadlines.told(limit.amount, limit.unit)),
        day=day_words(due_at),
        weekday=weekday_words(due_at),
    )
    return {
        "unit": str(proposal.unit_id or ""),
        "limit_amount": limit.amount,
        "limit_unit": limit.unit.value,
        "text": text,
        "notices": estimate_words(calendar, due_at),
    }


def _proof(report: Report, proposal: Proposal) -> list[dict[str, Any]]:
    lines = [{"ok": True, "text": _("照片未改动，指纹一致")}] if report.manifest.photos else []
    if report.accuracy_m is not None:
        exact = report.accuracy_m <= EXACT_M
        lines.append({"ok": exact, "text": _("位置误差约 %(distance)s", distance=distance_words(report.accuracy_m))})
    if proposal.exif_distance_m is not None:
        text = _("照片内的位置相差 %(distance)s，请核对", distance=distance_words(proposal.exif_distance_m))
        lines.append({"ok": False, "text": text})
    apart = testimony.farthest(report)
    if apart is not None and apart > testimony.FAR_M:
        text = _("有照片是在 %(distance)s外拍的，请核对", distance=distance_words(apart))
        lines.append({"ok": False, "text": text})
    if proposal.border_m is not None:
        text = _("距区界 %(distance)s，归属存疑", distance=distance_words(proposal.border_m))
        lines.append({"ok": False, "text": text})
    return lines


def _line(report: Report, current: bool, cursor: str | None) -> dict[str, Any]:
    return {
        "url": url_for("desk.triage_report", report_id=report.id, cursor=cursor),
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "category": category_name(report.category),
        "place": report.address or stories.street_name(report),
        "when": recent_half_day_words(report.received_at),
        "current": current,
        "state": report.state.value,
        "flag": _flag(report),
    }


def _flag(report: Report) -> dict[str, str] | None:
    if report.category.severity == "urgent":
        return {"text": _("紧急"), "tone": "late", "icon": "clock"}
    if report.doubtful:
        return {"text": _("归属存疑"), "tone": "soon", "icon": "map"}
    return None


def _cursor(report: Report) -> str:
    return paging.cursor(report.received_at or report.announced_at, report.id)


def _unit(form: ImmutableMultiDict[str, str]) -> Unit:
    try:
        return people.unit(uuid.UUID(form.get("unit", "")))
    except (ValueError, Refusal) as wrong:
        raise Invalid("unit", N_("请选承办单位。")) from wrong


def _limit(form: ImmutableMultiDict[str, str]) -> Limit | None:
    if not form.get("limit_amount"):
        return None
    try:
        return Limit(int(form["limit_amount"]), TimeUnit(form.get("limit_unit", "")))
    except ValueError as wrong:
        raise Invalid("limit_amount", N_("期限应是一个整数，至少为 1。")) from wrong


def _ground(form: ImmutableMultiDict[str, str]) -> DeclineGround:
    try:
        return DeclineGround(form.get("ground", ""))
    except ValueError as wrong:
        raise Invalid("ground", N_("请选不予立案的理由。")) from wrong
