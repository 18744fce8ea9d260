"""我的上报: what became of each report, in plain words; days only, and nobody's name."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.phone import answers
from inspection.phone.answers import Form, Tried
from inspection.photos.models import Photo, PhotoRole
from inspection.reports import questions, receipts, supplements
from inspection.reports import service as reports
from inspection.reports.models import Reply, Report, ReportState
from inspection.reports.service import Progress
from inspection.tickets import feedback, stories
from inspection.tickets.stories import Step
from inspection.web import language, paging, session, uploads
from inspection.web.errors import status_of
from inspection.web.page import category_name, day_words, minute_words, picture_url, recent_day_words
from inspection.web.requires import requires
from inspection.web.tools import tools
from inspection.web.typed import overtaken
from inspection.web.uploads import Upload

PAGE = 20
TONES = {"handled": "check", "closed": "done", "rework": "late", "rebound": "late"}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/reports", "reports", list_reports)
    blueprint.add_url_rule("/reports/<uuid:report_id>", "report", show)
    blueprint.add_url_rule("/reports/<uuid:report_id>/receipt", "receipt", receipt)
    blueprint.add_url_rule("/reports/<uuid:report_id>/photos", "resend", resend, methods=["POST"])
    blueprint.add_url_rule("/reports/<uuid:report_id>/withdrawal", "withdraw", withdraw, methods=["POST"])
    blueprint.add_url_rule("/reports/<uuid:report_id>/supplements", "supplement", supplement, methods=["POST"])
    blueprint.add_url_rule("/reports/<uuid:report_id>/feedback", "judge", judge, methods=["POST"])
    blueprint.add_url_rule("/questions/<uuid:question_id>/answer", "answer", answer, methods=["POST"])


@requires(Right.REPORT_SEND)
def list_reports() -> ResponseReturnValue:
    """One's own reports, newest first."""
    cursor = request.args.get("cursor")
    rows = reports.own_page(session.person(), before=paging.key(cursor), limit=PAGE + 1)
    older = paging.cursor(rows[PAGE - 1][0], rows[PAGE - 1][1].id) if len(rows) > PAGE else None
    shown = [report for _at, report in rows[:PAGE]]
    return render_template(
        "phone/reports.html",
        reports=[line(report) for report in shown],
        asked=answers.waiting(questions.waiting_for(session.person(), now())),
        waiting=sum(report.state is ReportState.INCOMPLETE for report in shown),
        next_url=url_for("phone.reports", cursor=older) if older else None,
        prev_url=url_for("phone.reports") if cursor else None,
    )


@requires(Right.REPORT_SEND)
def show(report_id: uuid.UUID) -> ResponseReturnValue:
    """One report, its way so far, and the picture of the repair."""
    return page(report_id)


@requires(Right.REPORT_SEND)
def resend(report_id: uuid.UUID) -> ResponseReturnValue:
    """Send what is missing of a report again: the same pictures, picked once more."""
    progress = reports.progress(reports.own(session.person(), report_id))
    try:
        for upload in uploads.measured("photos", PhotoRole.FAR):
            if upload.announced.sha256 not in progress.missing:
                raise Invalid("photos", N_("这不是当时选的那一张，请再找找。"))
            progress = store(report_id, upload)
    except Invalid as refusal:
        return page(report_id, Tried(Form.PHOTOS, {"photos": language.words(refusal)})), status_of(refusal)
    endpoint = "phone.report" if progress.missing else "phone.receipt"
    return redirect(url_for(endpoint, report_id=report_id), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_SEND)
def supplement(report_id: uuid.UUID) -> ResponseReturnValue:
    """Add a note or photos to a report that nobody has decided on. The same form twice adds once."""
    form, moment = request.form.to_dict(), now()
    reports.own(session.person(), report_id)
    try:
        shown = uploads.shown("photos", PhotoRole.NEAR, now=moment)
        with writing():
            supplements.add(
                _uuid(form.get("supplement_id", "")),
                report_id,
                note=form.get("note", ""),
                shown=shown,
                by=session.person(),
                now=moment,
            )
    except (Conflict, Invalid) as refusal:
        return _again(report_id, Form.SUPPLEMENT, refusal, form)
    return redirect(url_for("phone.report", report_id=report_id), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_SEND)
def judge(report_id: uuid.UUID) -> ResponseReturnValue:
    """满意 or 不满意, once the matter is closed; sent again it replaces what was said."""
    form, moment = request.form.to_dict(), now()
    reports.own(session.person(), report_id)
    try:
        shown = uploads.shown("photos", PhotoRole.RECHECK, now=moment)
        with writing():
            feedback.give(
                report_id,
                satisfied=form.get("satisfied") == "yes",
                reason=form.get("reason", ""),
                shown=shown,
                by=session.person(),
                now=moment,
            )
    except (Conflict, Invalid) as refusal:
        return _again(report_id, Form.FEEDBACK, refusal, form)
    return redirect(url_for("phone.report", report_id=report_id), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_SEND)
def answer(question_id: uuid.UUID) -> ResponseReturnValue:
    """Answer what an office asks, or say that one does not know. The same form twice answers once."""
    form, moment = request.form.to_dict(), now()
    report_id = questions.own(session.person(), question_id).report_id
    try:
        shown = uploads.shown("photos", PhotoRole.NEAR, now=moment)
        with writing():
            questions.answer(
                question_id,
                reply=Reply.UNKNOWN if form.get("unknown") == "yes" else Reply.TOLD,
                text=form.get("answer", ""),
                shown=shown,
                by=session.person(),
                now=moment,
            )
    except (Conflict, Invalid) as refusal:
        return _again(report_id, Form.ANSWER, refusal, form | {"question": str(question_id)})
    return redirect(url_for("phone.report", report_id=report_id, _anchor="asked"), HTTPStatus.SEE_OTHER)


def store(report_id: uuid.UUID, upload: Upload) -> Progress:
    """Take one of the report's photos in: into the store first, then into the books."""
    end_reading()
    facts = uploads.store(upload).facts
    with writing():
        return reports.photo_arrived(
            report_id, upload.announced.sha256, facts, by=session.person(), signer=tools().signer, now=now()
        )


def page(report_id: uuid.UUID, tried: Tried | None = None, late: dict[str, str] | None = None) -> str:
    """The report's page, with the form that was tried, what was typed and what is wrong with it, or why it is late."""
    report = reports.own(session.person(), report_id)
    told, kept = stories.plain(report), reports.receipt_of(report)
    withdrawn = report.state is ReportState.WITHDRAWN
    missing = 0 if withdrawn else len(reports.progress(report).missing)
    undecided = report.state in {ReportState.INCOMPLETE, ReportState.RECEIVED}
    return render_template(
        "phone/report.html",
        report={
            "title": f"{place_of(report)} {category_name(report.category, short=True)}",
            "state": told.code,
            "words": _(told.words),
            "receipt": receipts.spoken(kept.number) if kept else None,
            "declined": report.decline_text,
        },
        before=shown_photo(next(iter(report.manifest.photos), None), _("整改前")),
        after=shown_photo(stories.after_picture(report), _("整改后")),
        timeline=[entry(step) for step in stories.for_author(report)],
        withdraw_url=url_for("phone.withdraw", report_id=report_id) if undecided else None,
        resend_url=url_for("phone.resend", report_id=report_id) if missing else None,
        overtaken=late,
        missing=missing,
        error=tried.errors["photos"] if tried and tried.form is Form.PHOTOS else "",
        adding=answers.adding(report, tried),
        added=answers.added(report),
        asked=answers.asked(report, now(), tried),
        judging=answers.judging(report, now(), tried),
    )


@requires(Right.REPORT_SEND)
def receipt(report_id: uuid.UUID) -> ResponseReturnValue:
    """已收到, with the number. A report whose photos are not all in has none yet: its own page says so."""
    report = reports.own(session.person(), report_id)
    kept = reports.receipt_of(report)
    if kept is None:
        return redirect(url_for("phone.report", report_id=report_id))
    return render_template(
        "phone/receipt.html",
        receipt={"number": receipts.spoken(kept.number), "at": minute_words(kept.issued_at)},
        name=_("%(surname)s老师", surname=session.person().name[:1]),
        report={
            "category": category_name(report.category),
            "place": place_of(report),
            "photos": len(report.manifest.photos),
            "thumb": picture_url(next(iter(report.manifest.photos), None)),
            "url": url_for("phone.report", report_id=report_id),
        },
        district=geography.current_atlas().district(report.district_code).name,
    )


@requires(Right.REPORT_SEND)
def withdraw(report_id: uuid.UUID) -> ResponseReturnValue:
    """Take a report back that nobody has decided on."""
    with writing():
        reports.withdraw(report_id, by=session.person(), now=now())
    return redirect(url_for("phone.report", report_id=report_id))


def line(report: Report) -> dict[str, Any]:
    """A report in a list."""
    told = stories.plain(report)
    return {
        "url": url_for("phone.report", report_id=report.id),
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "title": category_name(report.category, short=True),
        "place": place_of(report),
        "when": recent_day_words(report.received_at or report.announced_at),
        "state": told.code,
        "words": _(told.words),
    }


def entry(step: Step) -> dict[str, Any]:
    """A line of the way so far: days only."""
    return {
        "state": step.mark,
        "title": language.told(step.words),
        "when": day_words(step.at),
        "note": step.note,
        "tone": TONES.get(step.mark, ""),
    }


def shown_photo(photo: Photo | None, caption: str) -> dict[str, Any] | None:
    """A picture with its caption, or nothing."""
    if photo is None:
        return None
    return {"src": picture_url(photo, "web"), "alt": caption, "caption": caption}


def place_of(report: Report) -> str:
    """Where, in the author's words or by the street's name."""
    return report.address or stories.street_name(report)


def _again(
    report_id: uuid.UUID, form: Form, refusal: Conflict | Invalid, values: dict[str, str]
) -> ResponseReturnValue:
    """The page with what was typed: what is wrong at its field, or above all that it is too late for it."""
    if isinstance(refusal, Conflict):
        told = overtaken(refusal, answers.typed(values))
        return page(report_id, Tried(form, {}, values), told), status_of(refusal)
    field = refusal.field.partition(".")[0]
    errors = {"photos" if field == "photo" else field: language.words(refusal)}
    return page(report_id, Tried(form, errors, values)), status_of(refusal)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Invalid("note", N_("这页开得太久了，请再按一次。")) from wrong
