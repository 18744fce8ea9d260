"""通报: the list, one notice as it will be printed, drafting, signing, the files."""

import json
import uuid
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import day_of, now, week_of
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.notices import service as notices
from inspection.notices.content import Content
from inspection.notices.models import Notice, NoticeState
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.web import session
from inspection.web.page import day_words
from inspection.web.requires import requires
from inspection.web.tools import tools

WEEKS_OFFERED = 4
WORDS = {NoticeState.DRAFT: N_("草稿"), NoticeState.SIGNED: N_("已签发"), NoticeState.WITHDRAWN: N_("已撤回")}
MARKS = {NoticeState.DRAFT: "saved", NoticeState.SIGNED: "closed", NoticeState.WITHDRAWN: "withdrawn"}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/notices", "notices", list_notices)
    blueprint.add_url_rule("/notices", "draft_notice", draft, methods=["POST"])
    blueprint.add_url_rule("/notices/<uuid:notice_id>", "notice", show)
    blueprint.add_url_rule("/notices/<uuid:notice_id>/signature", "sign_notice", sign, methods=["POST"])
    blueprint.add_url_rule("/notices/<uuid:notice_id>/withdrawal", "withdraw_notice", withdraw, methods=["POST"])
    blueprint.add_url_rule("/notices/<uuid:notice_id>/file.<kind>", "notice_file", file)


@requires(Right.NOTICE_READ)
def list_notices() -> ResponseReturnValue:
    """The notices that this person may read, the latest week first."""
    person = session.person()
    may_draft = access.scope(person.role, Right.NOTICE_DRAFT) is not None
    monday, _sunday = week_of(day_of(now()))
    offered = [monday - timedelta(weeks=ago) for ago in range(WEEKS_OFFERED)]
    return render_template(
        "desk/notices.html",
        nav=navigation.bar(person, "notices"),
        notices=[line(notice) for notice in notices.page(person)],
        weeks=[{"code": day.isoformat(), "name": _week_words(day)} for day in offered] if may_draft else [],
    )


@requires(Right.NOTICE_DRAFT)
def draft() -> ResponseReturnValue:
    """Draft a week's notice, or draw its draft anew."""
    from_day = request.form.get("week", "")
    with writing():
        notice = notices.draft(_day(from_day), by=session.person(), now=now())
        notice_id = notice.id
    return redirect(url_for("desk.notice", notice_id=notice_id), HTTPStatus.SEE_OTHER)


@requires(Right.NOTICE_READ)
def show(notice_id: uuid.UUID) -> ResponseReturnValue:
    """One notice: the paper, and what this person may do with it."""
    person = session.person()
    notice = notices.visible(person, notice_id)
    said = notices.content(notice, tools().settings)
    return render_template(
        "desk/notice.html",
        nav=navigation.bar(person, "notices"),
        notice=line(notice) | {"version": notice.version, "rendered": notice.rendered_at is not None},
        content=said,
        photo_urls=_pictures(said),
        reasons=reasons_against(notice, person),
        may_sign=_may(person, Right.NOTICE_SIGN) and notice.state is NoticeState.DRAFT,
        may_redraft=_may(person, Right.NOTICE_DRAFT) and notice.state is NoticeState.DRAFT,
        may_withdraw=_may(person, Right.NOTICE_SIGN) and notice.state is NoticeState.SIGNED,
        files=[
            {"kind": kind, "url": url_for("desk.notice_file", notice_id=notice.id, kind=kind)}
            for kind in notices.FILE_TYPES
        ],
    )


@requires(Right.NOTICE_SIGN)
def sign(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Sign: the numbers are given here."""
    seen = request.form.get("seen", "")
    with writing():
        notice = notices.visible(session.person(), notice_id)
        notices.sign(
            notice,
            settings=tools().settings,
            by=session.person(),
            now=now(),
            seen=int(seen) if seen.isdigit() else None,
        )
    return redirect(url_for("desk.notice", notice_id=notice_id), HTTPStatus.SEE_OTHER)


@requires(Right.NOTICE_SIGN)
def withdraw(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Take a signed notice back."""
    with writing():
        notice = notices.visible(session.person(), notice_id)
        notices.withdraw(notice, reason=request.form.get("reason", ""), by=session.person(), now=now())
    return redirect(url_for("desk.notice", notice_id=notice_id), HTTPStatus.SEE_OTHER)


@requires(Right.NOTICE_READ)
def file(notice_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """The PDF or the DOCX."""
    notice = notices.visible(session.person(), notice_id)
    name = json.dumps(f"{notice.week_start:%Y-%m-%d}-{notice.issue or 'draft'}.{kind}")
    data = notices.file(notice, kind, tools().storage)
    end_reading()
    response = Response(data, mimetype=notices.FILE_TYPES[kind])
    response.headers["Content-Disposition"] = f"{'inline' if kind == 'pdf' else 'attachment'}; filename={name}"
    return response


def line(notice: Notice) -> dict[str, Any]:
    """A notice in the list and on its page's head."""
    return {
        "id": notice.id,
        "url": url_for("desk.notice", notice_id=notice.id),
        "title": notices.content(notice, tools().settings).title,
        "week": _("%(first)s至%(last)s", first=day_words(notice.week_start), last=day_words(notice.week_end)),
        "number": _("第 %(issue)s 期（总第 %(total)s 期）", issue=notice.issue, total=notice.total)
        if notice.issue
        else _("期号在签发时自动给出"),
        "state": MARKS[notice.state],
        "words": _(WORDS[notice.state]),
        "drafted": _("%(name)s 起草于 %(day)s", name=notice.drafted_by.name, day=day_words(notice.drafted_at)),
        "signed": _("%(name)s 签发于 %(day)s", name=notice.signed_by.name, day=day_words(notice.signed_at))
        if notice.signed_by
        else "",
        "hash": notice.snapshot_hash,
        "monday": notice.week_start.isoformat(),
    }


def reasons_against(notice: Notice, person: Person) -> list[str]:
    """Why this person cannot sign this draft now, in sentences; empty if they can."""
    if notice.state is not NoticeState.DRAFT or not _may(person, Right.NOTICE_SIGN):
        return []
    return [_("起草人不能签发自己起草的通报。")] if notice.drafted_by_id == person.id else []


def _may(person: Person, right: Right) -> bool:
    return access.scope(person.role, right) is not None


def _pictures(said: Content) -> dict[str, str]:
    return {
        photo_id: url_for("pictures.picture", photo_id=uuid.UUID(photo_id), size="web") for photo_id in said.photo_ids()
    }


def _week_words(monday: date) -> str:
    return _("%(first)s至%(last)s", first=day_words(monday), last=day_words(monday + timedelta(days=6)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("week", N_("请选哪一周。")) from wrong
