"""走访审核: the queue of visits that came in, one opened, and the decision; then on to the next."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import review_lists, reviews
from inspection.checks.models import Visit
from inspection.checks.reviews import GROUND_WORDS, Ground
from inspection.desk import navigation, visit_sights
from inspection.geography import service as geography
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import site_type_name
from inspection.web.requires import requires

PAGE = 30
DONE = {"accepted": N_("已采用"), "asked": N_("已退回补充"), "rejected": N_("已决定不采用")}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    one = "/reviews/<uuid:visit_id>"
    blueprint.add_url_rule("/reviews", "reviews", show)
    blueprint.add_url_rule(one, "review", show)
    for path, endpoint, view in (
        ("accepting", "accept_visit", accept),
        ("asking", "ask_visit", ask),
        ("rejecting", "reject_visit", reject),
    ):
        blueprint.add_url_rule(f"{one}/{path}", endpoint, view, methods=["POST"])


@requires(Right.VISIT_REVIEW)
def show(visit_id: uuid.UUID | None = None) -> ResponseReturnValue:
    """The queue with one visit opened: the one that was asked for, else the one that waits longest."""
    return page(visit_id, {}, {})


@requires(Right.VISIT_REVIEW)
def accept(visit_id: uuid.UUID) -> ResponseReturnValue:
    """采用."""
    return _decided(visit_id, lambda visit, person: reviews.accept(visit, by=person, now=now()))


@requires(Right.VISIT_REVIEW)
def ask(visit_id: uuid.UUID) -> ResponseReturnValue:
    """退回补充, named items with a sentence."""
    items, text = request.form.getlist("items"), request.form.get("text", "")
    return _decided(
        visit_id, lambda visit, person: reviews.ask_back(visit, items=items, text=text, by=person, now=now())
    )


@requires(Right.VISIT_REVIEW)
def reject(visit_id: uuid.UUID) -> ResponseReturnValue:
    """不采用, with a ground."""
    text = request.form.get("reason", "")
    return _decided(
        visit_id, lambda visit, person: reviews.reject(visit, ground=_ground(), text=text, by=person, now=now())
    )


def page(visit_id: uuid.UUID | None, values: dict[str, Any], errors: dict[str, str]) -> str:
    """The page with what was typed and what is wrong with it."""
    person, cursor = session.person(), request.args.get("cursor")
    rows = review_lists.page(person, after=paging.key(cursor), limit=PAGE + 1)
    shown = list(rows[:PAGE])
    visit = reviews.find(person, visit_id) if visit_id else next(iter(shown), None)
    more = shown[-1] if len(rows) > PAGE and shown else None
    return render_template(
        "desk/reviews/page.html",
        nav=navigation.bar(person, "reviews"),
        waiting=review_lists.count(person),
        asked=review_lists.count_asked(person),
        queue=[_line(one, one is visit) for one in shown],
        next_url=url_for("desk.reviews", cursor=paging.cursor(*review_lists.key_of(more))) if more else None,
        prev_url=url_for("desk.reviews") if cursor else None,
        done=_done(request.args.get("done", "")),
        values=values,
        errors=errors,
        grounds=[{"code": ground.value, "name": _(text)} for ground, text in GROUND_WORDS.items()],
        **(visit_sights.opened(visit, person, carried()) if visit else {"visit": None}),
    )


def carried() -> dict[str, Any]:
    """What every address of the page carries on: the place in the list."""
    cursor = request.args.get("cursor")
    return {"cursor": cursor} if cursor else {}


def _decided(visit_id: uuid.UUID, decide: Callable[[Visit, Person], Visit]) -> ResponseReturnValue:
    """Decide; then on to the next visit of the list."""
    try:
        with writing():
            person = session.person()
            visit = reviews.find(person, visit_id)
            at = review_lists.key_of(visit)
            done = decide(visit, person).state.value
    except Invalid as refusal:
        return page(visit_id, _typed(), {_field(refusal): language.words(refusal)}), status_of(refusal)
    except Conflict as refusal:
        return page(visit_id, _typed(), {"overtaken": language.words(refusal)}), status_of(refusal)
    link: dict[str, Any] = carried() | {"done": done}
    following = review_lists.page(session.person(), after=at, limit=1)
    if following:
        return redirect(url_for("desk.review", visit_id=following[0].id, **link), HTTPStatus.SEE_OTHER)
    return redirect(url_for("desk.reviews", done=done), HTTPStatus.SEE_OTHER)


def _done(code: str) -> str:
    """What was just decided, in words."""
    return _(DONE[code]) if code in DONE else ""


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), "items": request.form.getlist("items")}


def _field(refusal: Invalid) -> str:
    """The sentence of a rejection and that of an asking stand in two forms."""
    return "reason" if refusal.field == "text" and "ground" in request.form else refusal.field


def _ground() -> Ground:
    try:
        return Ground(request.form.get("ground", ""))
    except ValueError as wrong:
        raise Invalid("ground", N_("请选不采用的理由。")) from wrong


def _line(visit: Visit, current: bool) -> dict[str, Any]:
    days = (day_of(now()) - day_of(visit.ended_at or visit.opens_at)).days
    return {
        "url": url_for("desk.review", visit_id=visit.id, **carried()),
        "place": visit.site.name,
        "where": _(
            "%(district)s · %(type)s",
            district=geography.current_atlas().district(visit.site.district_code).short,
            type=site_type_name(visit.site.type_code),
        ),
        "alias": _("督查员·%(alias)s", alias=visit.alias),
        "waits": _("等了 %(days)s 天", days=days) if days else _("今天交的"),
        "flags": len(visit.flags or ()),
        "checking": visit.flags is None,
        "again": visit.asked_at is not None,
        "current": current,
    }
