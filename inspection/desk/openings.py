"""查看身份: who is behind a mystery check. One city officer asks, another one decides, the first sees it once."""

import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import behind
from inspection.checks.models import Visit
from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import openings
from inspection.people.access import KIND_NAMES, Right
from inspection.people.models import Opening, Person
from inspection.people.openings import LONGEST_REASON, Standing
from inspection.reports import service as reports
from inspection.reports.models import Report
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import day_words, minute_words
from inspection.web.requires import requires
from inspection.web.tools import tools
from inspection.web.typed import overtaken

PAGE = 30
STANDINGS = {
    Standing.WAITING: ("saved", N_("等另一位同事定")),
    Standing.REFUSED: ("declined", N_("没有同意")),
    Standing.OPEN: ("handling", N_("同意了，可以看一次")),
    Standing.SEEN: ("closed", N_("已经看过")),
    Standing.LAPSED: ("void", N_("过了时间，没有看")),
}
"""The mark of each and its words."""
ASK = "ask"


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/openings", "openings", show)
    blueprint.add_url_rule("/openings", "ask_opening", ask, methods=["POST"])
    blueprint.add_url_rule("/openings/<uuid:opening_id>/decision", "decide_opening", decide, methods=["POST"])
    blueprint.add_url_rule("/openings/<uuid:opening_id>/seeing", "see_opening", see, methods=["POST"])


@requires(Right.IDENTITY_OPEN)
def show() -> ResponseReturnValue:
    """What waits for a decision, what one has asked oneself, and the form for asking where a thing is named."""
    return page()


@requires(Right.IDENTITY_OPEN)
def ask() -> ResponseReturnValue:
    """Ask for what the address names; then to the list, where it waits."""
    try:
        with writing():
            person = session.person()
            thing = _asked(person)
            if thing is None:
                raise NotFound(N_("没有这次走访，或者不归您看。"))
            openings.ask(thing, reason=request.form.get("reason", ""), by=person, now=now())
    except (Conflict, Invalid) as refusal:
        return page(tried=ASK, wrong=refusal), status_of(refusal)
    return redirect(url_for("desk.openings"), HTTPStatus.SEE_OTHER)


@requires(Right.IDENTITY_OPEN)
def decide(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Allow or refuse what another one asks."""
    given, lasting = request.form, timedelta(minutes=tools().settings.opening_minutes)
    try:
        with writing():
            allow = {"yes": True, "no": False}.get(given.get("allow", ""))
            if allow is None:
                raise Invalid("decision", N_("请选同意还是不同意。"))
            openings.decide(
                opening_id,
                allow=allow,
                reason=given.get("decision", ""),
                by=session.person(),
                now=now(),
                lasting=lasting,
            )
    except (Conflict, Invalid) as refusal:
        return page(tried=str(opening_id), wrong=refusal), status_of(refusal)
    return redirect(url_for("desk.openings"), HTTPStatus.SEE_OTHER)


@requires(Right.IDENTITY_OPEN)
def see(opening_id: uuid.UUID) -> ResponseReturnValue:
    """Show the name, this once."""
    try:
        with writing():
            found = openings.see(opening_id, by=session.person(), now=now())
            told = {"name": found.name, "phone": found.phone, "kind": _(KIND_NAMES[found.kind]) if found.kind else ""}
    except Conflict as refusal:
        return page(wrong=refusal), status_of(refusal)
    return page(seen=told)


def page(*, tried: str = "", wrong: Conflict | Invalid | None = None, seen: dict[str, str] | None = None) -> str:
    """The page; ``tried`` is the form that was refused, ``seen`` the identity that is shown this once."""
    person, cursor = session.person(), request.args.get("cursor")
    mine = openings.own(person, before=paging.key(cursor), limit=PAGE + 1)
    more = mine[PAGE - 1] if len(mine) > PAGE else None
    thing = _asked(person) if tried in {"", ASK} else None
    return render_template(
        "desk/openings.html",
        nav=navigation.bar(person, "openings"),
        seen=seen,
        asking={"about": _about(thing), "url": url_for("desk.ask_opening", **_named())} if thing else None,
        waiting=[_waiting(one) for one in openings.waiting(person, limit=PAGE)],
        mine=[_mine(one) for one in mine[:PAGE]],
        tried=tried,
        given=request.form.to_dict() if wrong else {},
        wrong=language.words(wrong) if isinstance(wrong, Invalid) else "",
        overtaken=overtaken(wrong, _typed()) if isinstance(wrong, Conflict) else None,
        minutes=tools().settings.opening_minutes,
        most=LONGEST_REASON,
        next_url=url_for("desk.openings", cursor=paging.cursor(more.asked_at, more.id)) if more else None,
        prev_url=url_for("desk.openings") if cursor else None,
    )


def _named() -> dict[str, Any]:
    """The thing in the address, for the address of the form."""
    return {name: request.args.get(name) for name in ("visit", "report")}


def _typed() -> dict[str, str]:
    """What was typed, by the labels of its fields."""
    given = request.form
    return {_("为什么要看"): given.get("reason", ""), _("您的理由"): given.get("decision", "")}


def _asked(person: Person) -> str | None:
    """The thing that the address names; raises NotFound where there is none such."""
    try:
        if visit := request.args.get("visit"):
            return behind.of_visit(uuid.UUID(visit))
        if report := request.args.get("report"):
            return behind.of_report(reports.visible(person, uuid.UUID(report)))
    except ValueError as strange:
        raise NotFound(N_("没有这次走访，或者不归您看。")) from strange
    return None


def _waiting(one: Opening) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "about": _about(one.object),
        "who": db.session.get_one(Person, one.asked_by_id).name,
        "when": minute_words(one.asked_at),
        "reason": one.reason,
        "url": url_for("desk.decide_opening", opening_id=one.id),
    }


def _mine(one: Opening) -> dict[str, Any]:
    found = openings.standing(one, now())
    mark, words = STANDINGS[found]
    decider = db.session.get_one(Person, one.decided_by_id) if one.decided_by_id else None
    may_see = found is Standing.OPEN
    return {
        "about": _about(one.object),
        "when": minute_words(one.asked_at),
        "reason": one.reason,
        "mark": mark,
        "standing": _(words),
        "said": _("%(who)s：%(text)s", who=decider.name, text=one.decision) if decider else "",
        "until": minute_words(one.until) if may_see and one.until else "",
        "see_url": url_for("desk.see_opening", opening_id=one.id) if may_see else "",
    }


def _about(thing: str) -> str:
    kind, _colon, text = thing.partition(":")
    if kind == "visit":
        visit = db.session.get_one(Visit, uuid.UUID(text))
        return _("走访 · %(site)s · %(day)s起", site=visit.site.name, day=day_words(visit.opens_at))
    report = db.session.get_one(Report, uuid.UUID(text))
    return _("暗访线索 · %(place)s · %(day)s", place=report.address, day=day_words(report.received_at))
