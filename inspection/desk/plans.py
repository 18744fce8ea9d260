"""检查方案: the list, one plan's page, and what is done to a plan from its draft to its end."""

import secrets
import uuid
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import drawing, ending, plans, progress
from inspection.checks.models import Plan, PlanState
from inspection.checks.planning import NewPlan
from inspection.desk import lacks, navigation, plan_form, plan_page
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people.access import Right, scope
from inspection.people.models import Person
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import day_words
from inspection.web.requires import requires

PAGE = 30


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    one = "/plans/<uuid:plan_id>"
    blueprint.add_url_rule("/plans", "plans", show_all)
    blueprint.add_url_rule("/plans/new", "new_plan", new)
    blueprint.add_url_rule("/plans/new", "create_plan", create, methods=["POST"])
    blueprint.add_url_rule(one, "plan", show)
    blueprint.add_url_rule(f"{one}/edit", "edit_plan", edit)
    blueprint.add_url_rule(f"{one}/edit", "change_plan", change, methods=["POST"])
    blueprint.add_url_rule(f"{one}/rehearsal", "rehearse_plan", rehearse)
    blueprint.add_url_rule(f"{one}/verification", "verify_plan", verify)
    for path, endpoint, view in (
        ("sealing", "seal_plan", seal),
        ("drawing", "draw_plan", draw),
        ("copying", "copy_plan", copy),
        ("withdrawing", "withdraw_plan", withdraw),
    ):
        blueprint.add_url_rule(f"{one}/{path}", endpoint, view, methods=["POST"])
    blueprint.add_url_rule(f"{one}/visits/<uuid:visit_id>/redrawing", "redraw_visit", redraw, methods=["POST"])


@requires(Right.PLAN_READ)
def show_all() -> ResponseReturnValue:
    """All plans, the latest first."""
    person, cursor = session.person(), request.args.get("cursor")
    found = plans.page(person, after=paging.key(cursor), limit=PAGE + 1)
    more = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "desk/plans/list.html",
        nav=navigation.bar(person, "plans"),
        may_edit=scope(person.role, Right.PLAN_MANAGE) is not None,
        rows=[_line(plan) for plan in found[:PAGE]],
        next_url=url_for("desk.plans", cursor=paging.cursor(more.created_at, more.id)) if more else None,
        prev_url=url_for("desk.plans") if cursor else None,
    )


@requires(Right.PLAN_MANAGE)
def new() -> ResponseReturnValue:
    """The form of a new plan."""
    return _form(plan_form.fresh(), None)


@requires(Right.PLAN_MANAGE)
def create() -> ResponseReturnValue:
    """A new draft."""
    return _kept(None, lambda typed, person: plans.create(typed, by=person, now=now()))


@requires(Right.PLAN_READ)
def show(plan_id: uuid.UUID) -> ResponseReturnValue:
    """One plan."""
    return _page(_found(plan_id))


@requires(Right.PLAN_MANAGE)
def edit(plan_id: uuid.UUID) -> ResponseReturnValue:
    """The form of a draft."""
    plan = _found(plan_id)
    plans.require_draft(plan)
    return _form(plan_form.of(plans.written(plan)), plan)


@requires(Right.PLAN_MANAGE)
def change(plan_id: uuid.UUID) -> ResponseReturnValue:
    """The draft as it is to be."""
    seen = request.form.get("version", -1, type=int)

    def kept(typed: NewPlan, person: Person) -> Plan:
        plan = plans.get(person, plan_id)
        plans.change(plan, typed, by=person, now=now(), version=seen)
        return plan

    return _kept(_found(plan_id), kept)


@requires(Right.PLAN_MANAGE)
def rehearse(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Whether all could be drawn now, and what is lacking (可行吗); nothing is kept of it."""
    plan = _found(plan_id)
    if plan.state is not PlanState.DRAFT:
        raise Conflict(N_("方案已经封存，不用再试。"))
    try:
        found = drawing.rehearse(plan, by=session.person(), now=now(), rng=secrets.SystemRandom())
    except Conflict as refusal:
        return _page(plan, wrong=language.words(refusal)), status_of(refusal)
    return _page(plan, rehearsal=[lacks.told(one, plan) for one in found])


@requires(Right.PLAN_READ)
def verify(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Make the draws again and say what matched (核对这次抽签)."""
    plan = _found(plan_id)
    return _page(plan, verified=plan_page.verified(plan))


@requires(Right.PLAN_MANAGE)
def seal(plan_id: uuid.UUID) -> ResponseReturnValue:
    """封存种子: from here on the plan is not changed."""
    return _moved(plan_id, lambda plan, by: drawing.seal(plan, by=by, now=now(), rng=secrets.SystemRandom()))


@requires(Right.PLAN_MANAGE)
def draw(plan_id: uuid.UUID) -> ResponseReturnValue:
    """抽签: the visits are handed out."""
    return _moved(plan_id, lambda plan, by: drawing.draw(plan, by=by, now=now(), rng=secrets.SystemRandom()))


@requires(Right.PLAN_MANAGE)
def withdraw(plan_id: uuid.UUID) -> ResponseReturnValue:
    """撤销, with a reason."""
    reason = request.form.get("reason", "")
    return _moved(plan_id, lambda plan, by: ending.withdraw(plan, reason, by=by, now=now()))


@requires(Right.PLAN_MANAGE)
def copy(plan_id: uuid.UUID) -> ResponseReturnValue:
    """A new draft like this plan, beginning on another day."""
    try:
        begins = _day(request.form.get("starts_on", ""))
        with writing():
            person = session.person()
            made = plans.copy(plans.get(person, plan_id), starts_on=begins, by=person, now=now()).id
    except Invalid as refusal:
        errors = {"starts_on" if refusal.field == "starts_on" else "again": language.words(refusal)}
        return _page(_found(plan_id), errors=errors), status_of(refusal)
    return redirect(url_for("desk.edit_plan", plan_id=made), HTTPStatus.SEE_OTHER)


@requires(Right.PLAN_MANAGE)
def redraw(plan_id: uuid.UUID, visit_id: uuid.UUID) -> ResponseReturnValue:
    """Draw somebody else once more for a declined visit (再补抽)."""

    def ask(plan: Plan, by: Person) -> None:
        visit = progress.of_plan(plan, visit_id)
        if visit is None:
            raise NotFound(N_("没有这次走访。"))
        drawing.ask_redraw(visit, by=by, now=now())

    return _moved(plan_id, ask)


def _moved(plan_id: uuid.UUID, act: Callable[[Plan, Person], object]) -> ResponseReturnValue:
    """Do it, and show the plan; a refusal stands on its page."""
    try:
        with writing():
            person = session.person()
            act(plans.get(person, plan_id), person)
    except Invalid as refusal:
        errors = {refusal.field: language.words(refusal)}
        return _page(_found(plan_id), errors=errors), status_of(refusal)
    except Conflict as refusal:
        return _page(_found(plan_id), wrong=language.words(refusal)), status_of(refusal)
    return redirect(url_for("desk.plan", plan_id=plan_id), HTTPStatus.SEE_OTHER)


def _kept(plan: Plan | None, keep: Callable[[NewPlan, Person], Plan]) -> ResponseReturnValue:
    """Keep what was typed, or help with it, or say what is wrong with it; nothing typed is lost."""
    given: plan_form.Form = request.form
    if (helped := plan_form.helped(given)) is not None:
        return _form(helped, plan)
    try:
        typed = plan_form.read(given)
        end_reading()
        with writing():
            made = keep(typed, session.person()).id
    except Invalid as refusal:
        errors = {plan_form.placed(refusal, given): language.words(refusal)}
        return _form(given, _again(plan), errors), status_of(refusal)
    except Conflict as refusal:
        return _form(given, _again(plan), {"overtaken": language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.plan", plan_id=made), HTTPStatus.SEE_OTHER)


def _again(plan: Plan | None) -> Plan | None:
    """The plan as it is now, after a write that failed."""
    return _found(plan.id) if plan else None


def _form(given: plan_form.Form, plan: Plan | None, errors: dict[str, str] | None = None) -> str:
    person = session.person()
    form = plan_form.shown(given, plan, errors or {})
    return render_template("desk/plans/form.html", nav=navigation.bar(person, "plans"), form=form)


def _page(plan: Plan, **more: Any) -> str:
    person = session.person()
    return render_template(
        "desk/plans/plan.html", nav=navigation.bar(person, "plans"), **plan_page.context(plan, person, **more)
    )


def _found(plan_id: uuid.UUID) -> Plan:
    return plans.get(session.person(), plan_id)


def _line(plan: Plan) -> dict[str, Any]:
    sites = sum(quota.sites for quota in plan.quotas)
    districts = len({quota.district_code for quota in plan.quotas})
    return {
        "name": plan.name,
        "url": url_for("desk.plan", plan_id=plan.id),
        "state": plan_page.MARKS[plan.state],
        "state_words": _(plan_page.STATES[plan.state]),
        "period": plan_page.period(plan),
        "size": plan_page.size(sites, districts),
        "types": plan_page.type_names(plan),
        "made": day_words(plan.created_at),
        "released": _("问题已公布") if plan.released_at else "",
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("starts_on", N_("请选一个日期。")) from wrong
