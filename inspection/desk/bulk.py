"""批量分拣: choose among what a filter shows, see what would happen to each, then do it."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import colleagues, navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right
from inspection.people.models import Person, Unit
from inspection.reports.models import Report
from inspection.tickets import stories
from inspection.triage import bulk, queues
from inspection.triage.bulk import BulkAction, Order, Outcome
from inspection.triage.queues import Filter
from inspection.triage.service import DECLINE_WORDS, DeclineGround
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, picture_url, recent_half_day_words
from inspection.web.requires import requires

ACTIONS = {
    BulkAction.DISPATCH: N_("立案，按建议派遣"),
    BulkAction.ASSIGN: N_("立案，都派给一个单位"),
    BulkAction.FILE: N_("只立案，先不派"),
    BulkAction.DECLINE: N_("不予立案"),
    BulkAction.GIVE: N_("分给同事"),
}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/triage/bulk", "bulk", choose)
    blueprint.add_url_rule("/triage/bulk", "bulk_try", decide, methods=["POST"])


@requires(Right.REPORT_TRIAGE)
def choose() -> ResponseReturnValue:
    """The first fifty that the filter shows, all of them chosen."""
    return page(_rows(), None, {})


@requires(Right.REPORT_TRIAGE)
def decide() -> ResponseReturnValue:
    """Say what would happen to each; with ``sure`` do it, each by itself, and say what has happened."""
    chosen = request.form.getlist("report", type=uuid.UUID)
    try:
        if not chosen:
            raise Invalid("report", N_("一条也没有选。"))
        order = _order()
        order.check()
    except Invalid as refusal:
        return page(_rows(), None, {refusal.field: language.words(refusal)}), status_of(refusal)
    if request.form.get("sure") != "yes":
        return page(_rows(chosen), bulk.plan(chosen, order, by=session.person()), {})
    outcomes = [_one(report_id, order) for report_id in chosen[: bulk.MOST]]
    return page([], outcomes, {}, done=True)


def page(
    rows: Sequence[Report], outcomes: Sequence[Outcome] | None, errors: dict[str, str], *, done: bool = False
) -> str:
    """The page: the choice, what would happen, or what has happened."""
    person, query = session.person(), _filter().query()
    told = {one.report.id: one for one in outcomes or ()}
    shown = [one.report for one in outcomes] if outcomes else rows
    return render_template(
        "desk/bulk.html",
        nav=navigation.bar(person, "triage"),
        rows=[_line(report, told.get(report.id)) for report in shown],
        total=queues.counts(person, _filter(), now=now()).waiting,
        most=bulk.MOST,
        tried=outcomes is not None and not done,
        done=done,
        values=request.form.to_dict(),
        errors=errors,
        actions=[{"code": action.value, "name": _(name)} for action, name in ACTIONS.items()],
        units=[{"code": str(unit.id), "name": unit.name} for unit in _units(person, query)],
        people=colleagues.choices(person, person.district_code or query.get("district")),
        grounds=[{"code": ground.value, "name": _(text)} for ground, text in DECLINE_WORDS.items()],
        url=url_for("desk.bulk_try", **query),
        back_url=url_for("desk.triage", **query),
    )


def _one(report_id: uuid.UUID, order: Order) -> Outcome:
    try:
        with writing():
            return bulk.do(report_id, order, by=session.person(), now=now())
    except Refusal as refusal:
        report = db.session.get_one(Report, report_id)
        return Outcome(report, Phrase(refusal.message, refusal.params), wrong=True)


def _order() -> Order:
    form = request.form
    try:
        action = BulkAction(form.get("action", ""))
        ground = DeclineGround(form["ground"]) if form.get("ground") else None
    except ValueError as wrong:
        raise Invalid("action", N_("请选要做什么。")) from wrong
    unit: Unit | None = None
    if action is BulkAction.ASSIGN:
        try:
            unit = people.unit(uuid.UUID(form.get("unit", "")))
        except (ValueError, Refusal) as wrong:
            raise Invalid("unit", N_("请选承办单位。")) from wrong
    person = colleagues.found(form.get("person", "")) if action is BulkAction.GIVE else None
    return Order(action, unit=unit, ground=ground, text=form.get("text", ""), person=person)


def _rows(chosen: Sequence[uuid.UUID] | None = None) -> list[Report]:
    rows = queues.page(session.person(), _filter(), now=now(), limit=bulk.MOST)
    return [row for row in rows if chosen is None or row.id in chosen]


def _line(report: Report, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "id": report.id,
        "url": url_for("desk.triage_report", report_id=report.id),
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "category": category_name(report.category),
        "place": report.address or stories.street_name(report),
        "when": recent_half_day_words(report.received_at),
        "outcome": language.told(outcome.words) if outcome else "",
        "wrong": outcome.wrong if outcome else False,
        "similar": outcome.similar if outcome else 0,
    }


def _units(person: Person, query: dict[str, Any]) -> Sequence[Unit]:
    district = person.district_code or query.get("district")
    return people.units_of(district) if district else ()


def _filter() -> Filter:
    return Filter.read(request.args)
