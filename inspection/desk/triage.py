"""收件分拣: the queue, the evidence, the decision, and ten seconds to take it back."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict

from inspection.desk import colleagues, navigation, sights
from inspection.geography import service as geography
from inspection.kernel.calendar import day_of, now, start_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right, Scope, scope
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports.models import Category, Report
from inspection.tickets import stories, visibility
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.triage import assigning, assignments, decisions, handover, queues
from inspection.triage import service as triage
from inspection.triage.models import Decision, DecisionKind, Proposal
from inspection.triage.queues import AGES, Filter, Flag
from inspection.triage.service import DeclineGround
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, distance_words, picture_url, recent_half_day_words
from inspection.web.requires import requires

PAGE = 30
FLAGS = {
    Flag.URGENT: N_("紧急"),
    Flag.DUPLICATE: N_("可能重复"),
    Flag.DOUBTFUL: N_("归属存疑"),
    Flag.REBOUND: N_("可能反弹"),
    Flag.DISPUTED: N_("归属争议"),
}
SEVERITIES = {"urgent": N_("紧急"), "normal": N_("一般"), "hard": N_("疑难")}
DONE = {
    DecisionKind.FILED: N_("已立案 %(number)s"),
    DecisionKind.MERGED: N_("已并入 %(number)s"),
    DecisionKind.REBOUND: N_("%(number)s 按反弹重开"),
    DecisionKind.DECLINED: N_("已决定不予立案"),
    DecisionKind.HANDED_OVER: N_("已转出"),
}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/triage", "triage", show)
    blueprint.add_url_rule("/triage/waiting", "triage_waiting", count_waiting)
    blueprint.add_url_rule("/triage/<uuid:report_id>", "triage_report", show)
    blueprint.add_url_rule("/triage/<uuid:report_id>/suggestion", "suggestion", suggest)
    for path, endpoint, view in (
        ("/triage/<uuid:report_id>/filing", "file_report", file_report),
        ("/triage/<uuid:report_id>/merging", "merge_report", merge_report),
        ("/triage/<uuid:report_id>/reopening", "reopen_by_report", reopen_by_report),
        ("/triage/<uuid:report_id>/declining", "decline_report", decline_report),
        ("/triage/<uuid:report_id>/passing-on", "pass_on_report", pass_on_report),
        ("/triage/<uuid:report_id>/settling", "settle_report", settle_report),
        ("/triage/<uuid:report_id>/assigning", "assign_report", assign_report),
        ("/triage/decisions/<uuid:decision_id>/undoing", "undo_decision", undo_decision),
        ("/triage/filters", "save_filter", save_filter),
        ("/triage/filters/<uuid:filter_id>/forgetting", "forget_filter", forget_filter),
    ):
        blueprint.add_url_rule(path, endpoint, view, methods=["POST"])


@requires(Right.REPORT_TRIAGE)
def show(report_id: uuid.UUID | None = None) -> ResponseReturnValue:
    """The queue with one report opened: the one that was asked for, else the oldest."""
    return page(report_id, {}, {})


@requires(Right.REPORT_TRIAGE)
def count_waiting() -> ResponseReturnValue:
    """How many wait now under the filter, for the page that is open."""
    return jsonify(waiting=queues.counts(session.person(), _filter(), now=now()).waiting)


@requires(Right.REPORT_TRIAGE)
def suggest(report_id: uuid.UUID) -> ResponseReturnValue:
    """What the routing says, were the report of another category or kind of place."""
    report = reports.visible(session.person(), report_id)
    category = db.session.get(Category, request.args.get("category", "")) or report.category
    return jsonify(sights.suggestion(triage.suggest(report, category, request.args.get("site_type") or None)))


@requires(Right.REPORT_TRIAGE)
def file_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """File, and dispatch in the same stroke if asked to; then on to the next report."""
    form = request.form

    def decide(report: Report, person: Person) -> Decision:
        triage.file_and_dispatch(
            report,
            category=form.get("category", report.category_code),
            place=form.get("place", ""),
            unit=_unit(form) if form.get("dispatch") == "yes" else None,
            limit=_limit(form),
            site_type=form.get("site_type"),
            plate=form.get("plate"),
            together=[uuid.UUID(text) for text in form.getlist("together")],
            by=person,
            now=now(),
        )
        return decisions.latest(report)

    return _decided(report_id, decide)


@requires(Right.REPORT_TRIAGE)
def merge_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Add it to the open ticket of the same problem."""
    return _decided(report_id, lambda report, person: triage.merge(report, _ticket(person), by=person, now=now()))


@requires(Right.REPORT_TRIAGE)
def reopen_by_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Reopen the closed ticket that it shows to be back."""
    return _decided(report_id, lambda report, person: triage.reopen(report, _ticket(person), by=person, now=now()))


@requires(Right.REPORT_TRIAGE)
def decline_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Decline with a ground and a sentence; then on to the next report."""
    form = request.form
    return _decided(
        report_id,
        lambda report, person: triage.decline(
            report, ground=_ground(form), text=form.get("text", ""), by=person, now=now()
        ),
    )


@requires(Right.REPORT_TRIAGE)
def pass_on_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Not this district's: to the neighbour, or to the city."""
    to, note = request.form.get("district") or None, request.form.get("note", "")
    return _decided(report_id, lambda report, person: handover.pass_on(report, to=to, note=note, by=person, now=now()))


@requires(Right.REPORT_TRIAGE)
def settle_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """The city says whose it is."""
    to, reason = request.form.get("district", ""), request.form.get("reason", "")
    return _decided(
        report_id, lambda report, person: handover.settle(report, to=to, reason=reason, by=person, now=now())
    )


@requires(Right.REPORT_TRIAGE)
def assign_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Give it to a colleague, or to nobody in particular; then on to the next report."""
    chosen = request.form.get("person", "")
    return _decided(
        report_id, lambda report, person: assigning.assign(report, to=colleagues.chosen(chosen), by=person, now=now())
    )


@requires(Right.REPORT_TRIAGE)
def undo_decision(decision_id: uuid.UUID) -> ResponseReturnValue:
    """Take a decision back; the report is opened again."""
    with writing():
        report_id = decisions.undo(decision_id, by=session.person(), now=now()).id
    return redirect(url_for("desk.triage_report", report_id=report_id, **carried()), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_TRIAGE)
def save_filter() -> ResponseReturnValue:
    """Keep the filter that is on under a name."""
    try:
        with writing():
            queues.save(session.person(), request.form.get("name", ""), _filter(), now=now())
    except Invalid as refusal:
        return page(None, request.form.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.triage", **_filter().query()), HTTPStatus.SEE_OTHER)


@requires(Right.REPORT_TRIAGE)
def forget_filter(filter_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a filter no longer."""
    with writing():
        queues.forget(session.person(), filter_id)
    return redirect(url_for("desk.triage", **_filter().query()), HTTPStatus.SEE_OTHER)


def page(report_id: uuid.UUID | None, values: dict[str, str], errors: dict[str, str]) -> str:
    """The page with what was typed and what is wrong with it."""
    person, moment, chosen, cursor = session.person(), now(), _filter(), request.args.get("cursor")
    rows = queues.page(person, chosen, now=moment, after=paging.key(cursor), limit=PAGE + 1)
    shown = list(rows[:PAGE])
    report = reports.visible(person, report_id) if report_id else next(iter(shown), None)
    more = shown[-1] if len(rows) > PAGE and shown else None
    proposals, query = queues.proposals(shown), chosen.query()
    holders = assignments.holders([one.id for one in shown])
    counts = queues.counts(person, chosen, now=moment)
    return render_template(
        "desk/triage.html",
        nav=navigation.bar(person, "triage"),
        counts={
            "waiting": counts.waiting,
            "today": queues.count_decided(person, since=start_of(day_of(moment))),
        },
        flags=_flags(counts, chosen),
        filters=_filters(person, chosen),
        waiting_url=url_for("desk.triage_waiting", **query),
        queue=[_line(one, proposals.get(one.id), holders.get(one.id), one is report) for one in shown],
        next_url=url_for("desk.triage", cursor=_cursor(more), **query) if more else None,
        prev_url=url_for("desk.triage", **query) if cursor else None,
        done=_done(person),
        values=values,
        errors=errors,
        **(sights.opened(report, person, carried()) if report else {"report": None}),
    )


def _decided(report_id: uuid.UUID, decide: Callable[[Report, Person], Decision]) -> ResponseReturnValue:
    """Decide; then on to the next report of the list, with the way back."""
    try:
        with writing():
            person = session.person()
            report = reports.visible(person, report_id)
            at = (report.received_at or report.announced_at, report.id)
            made = decide(report, person).id
    except Invalid as refusal:
        return page(report_id, request.form.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    except Conflict as refusal:
        return page(report_id, request.form.to_dict(), {"overtaken": language.words(refusal)}), status_of(refusal)
    link = carried() | {"done": str(made)}
    following = queues.page(session.person(), _filter(), now=now(), after=at, limit=1)
    if following:
        return redirect(url_for("desk.triage_report", report_id=following[0].id, **link), HTTPStatus.SEE_OTHER)
    return redirect(url_for("desk.triage", **_filter().query(), done=str(made)), HTTPStatus.SEE_OTHER)


def _done(person: Person) -> dict[str, Any] | None:
    """What was just decided, and how long it can be taken back."""
    try:
        decision = decisions.own(person, uuid.UUID(request.args.get("done", "")))
    except (ValueError, Refusal):
        return None
    if not decisions.can_undo(decision, now()):
        return None
    left = decisions.UNDO - (now() - decision.at)
    return {
        "text": colleagues.told(decision)
        if decision.kind is DecisionKind.ASSIGNED
        else _(DONE[decision.kind], number=decision.ticket.number if decision.ticket else ""),
        "seconds": max(1, round(left.total_seconds())),
        "url": url_for("desk.undo_decision", decision_id=decision.id, **carried()),
    }


def _flags(counts: queues.Counts, chosen: Filter) -> list[dict[str, Any]]:
    """The pills: everything, and what stands out."""
    without = {key: value for key, value in chosen.query().items() if key != "flag"}
    everything = {"label": _("全部"), "count": counts.waiting, "current": not chosen.flag}
    shown = [flag for flag in Flag if counts.by_flag[flag] or chosen.flag == flag or flag is not Flag.DISPUTED]
    return [
        everything | {"url": url_for("desk.triage", **without)},
        *(
            {
                "label": _(FLAGS[flag]),
                "count": counts.by_flag[flag],
                "current": chosen.flag == flag,
                "url": url_for("desk.triage", flag=flag.value, **without),
            }
            for flag in shown
        ),
    ]


def _filters(person: Person, chosen: Filter) -> dict[str, Any]:
    """The filter form: its choices, what is chosen, and the filters that the person keeps."""
    atlas, whole = geography.current_atlas(), scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL
    district = (chosen.district if whole else person.district_code) or ""
    return {
        "chosen": chosen.query(),
        "narrowed": bool({key: value for key, value in chosen.query().items() if key != "flag"}),
        "categories": [{"code": one.code, "name": category_name(one)} for one in reports.categories()],
        "districts": [{"code": one.code, "name": one.name} for one in atlas.districts] if whole else None,
        "streets": [{"code": one.code, "name": one.name} for one in atlas.streets(district)],
        "ages": [{"code": days, "name": _("等了 %(days)s 天以上", days=days)} for days in AGES],
        "severities": [{"code": code, "name": _(name)} for code, name in SEVERITIES.items()],
        "whose": [{"code": code.value, "name": _(name)} for code, name in colleagues.WHOSE.items()],
        "forms": [{"code": form.value, "name": _(name)} for form, name in sights.FORMS.items()],
        "clear_url": url_for("desk.triage"),
        "bulk_url": url_for("desk.bulk", **chosen.query()),
        "save_url": url_for("desk.save_filter", **chosen.query()),
        "saved": [
            {
                "name": one.name,
                "url": f"{url_for('desk.triage')}?{one.query}",
                "forget_url": url_for("desk.forget_filter", filter_id=one.id, **chosen.query()),
            }
            for one in queues.saved(person)
        ],
    }


def _line(report: Report, proposal: Proposal | None, holder: Person | None, current: bool) -> dict[str, Any]:
    return {
        "url": url_for("desk.triage_report", report_id=report.id, **carried()),
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "category": category_name(report.category),
        "place": report.address or stories.street_name(report),
        "when": recent_half_day_words(report.received_at),
        "current": current,
        "state": report.state.value,
        "flag": _flag(report, proposal),
        "holder": holder.name if holder else "",
    }


def _flag(report: Report, proposal: Proposal | None) -> dict[str, str] | None:
    """What a line stands out by: the first that is so."""
    if report.disputed:
        return {"text": _("归属争议"), "tone": "late", "icon": "warn"}
    if report.category.severity == "urgent":
        return {"text": _("紧急"), "tone": "late", "icon": "clock"}
    if proposal and proposal.rebound_id:
        return {"text": _("60 天内办结过，可能反弹"), "tone": "late", "icon": "warn"}
    if proposal and proposal.duplicates:
        return {"text": _("可能重复 %(number)s", number=proposal.duplicates), "tone": "soon", "icon": "merge"}
    if report.doubtful:
        known = proposal is not None and proposal.border_m is not None
        apart = distance_words(proposal.border_m) if known and proposal and proposal.border_m is not None else ""
        text = _("距区界 %(distance)s，归属存疑", distance=apart) if apart else _("归属存疑")
        return {"text": text, "tone": "soon", "icon": "map"}
    return None


def _filter() -> Filter:
    return Filter.read(request.args)


def carried() -> dict[str, Any]:
    """What every address of the page carries on: the filter and the place in the list."""
    cursor = request.args.get("cursor")
    return _filter().query() | ({"cursor": cursor} if cursor else {})


def _cursor(report: Report) -> str:
    return paging.cursor(report.received_at or report.announced_at, report.id)


def _ticket(person: Person) -> Ticket:
    try:
        return visibility.visible(person, uuid.UUID(request.values.get("ticket_id", "")))
    except ValueError as wrong:
        raise Invalid("ticket_id", N_("请选要并入的案卷。")) from wrong


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
