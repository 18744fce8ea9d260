"""案卷: the list with its views, one ticket, and every move that this person may make now."""

import secrets
import uuid
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import (
    around,
    assists,
    case,
    conversation,
    disputes,
    moves,
    navigation,
    pictures,
    sightings,
    testimony,
    visits,
)
from inspection.desk.case import Tried
from inspection.desk.conversation import Typed
from inspection.desk.visits import Asked
from inspection.geography import service as geography
from inspection.kernel.calendar import WorkCalendar, now
from inspection.kernel.db import writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.people.access import Right, Role, Scope, scope
from inspection.people.models import Person
from inspection.tickets import lists, tasks, visibility, workflow
from inspection.tickets.lists import View
from inspection.tickets.models import TaskKind, Ticket
from inspection.tickets.workflow import Action
from inspection.web import language, paging, session
from inspection.web import typed as typed_words
from inspection.web.errors import status_of
from inspection.web.page import category_name, estimate_words, short_day
from inspection.web.requires import requires

PAGE = 50

VIEWS = {
    View.OPEN: N_("在办"),
    View.TO_DISPATCH: N_("待派遣"),
    View.OVERDUE: N_("超期"),
    View.TO_RECHECK: N_("待核查"),
    View.REQUESTS: N_("申请待定"),
    View.VISITED: N_("督查员已看"),
    View.DISSATISFIED: N_("不满意"),
    View.SUSPENDED: N_("挂账"),
    View.CLOSED: N_("已结案"),
    View.ALL: N_("全部"),
}
HANDLER_VIEWS = (View.IN_HAND, View.ASSISTING, View.OVERDUE, View.TO_RECHECK, View.CLOSED, View.ALL)
HANDLER_NAMES = {View.IN_HAND: N_("我的待办"), View.ASSISTING: N_("协办待答复")}
CITY_ONLY = set(lists.NEEDS)
UNCOUNTED = {View.CLOSED, View.ALL}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets", "tickets", list_tickets)
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>", "ticket", show)
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/moves/<action>", "move", move, methods=["POST"])
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/tasks", "ask_inspector", ask_inspector, methods=["POST"])


@requires(Right.TICKET_READ)
def list_tickets() -> ResponseReturnValue:
    """The tickets of a view, newest first."""
    person, moment, calendar = session.person(), now(), work_calendar()
    views = HANDLER_VIEWS if person.role is Role.HANDLER else _office_views(person)
    view = _view(request.args.get("view"), views)
    district, cursor = request.args.get("district") or None, request.args.get("cursor")
    rows = lists.page(person, view, now=moment, district=district, before=paging.key(cursor), limit=PAGE + 1)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    held = lists.count_reports(rows[:PAGE])
    whole = scope(person.role, Right.TICKET_READ) is Scope.ALL
    atlas = geography.current_atlas()
    link: dict[str, Any] = {"view": view.value, "district": district}
    return render_template(
        "desk/tickets.html",
        nav=navigation.bar(person, "tickets"),
        title=_("我的待办") if person.role is Role.HANDLER else _("案卷"),
        summary="",
        views=[
            {
                "url": url_for("desk.tickets", view=one.value, district=district),
                "label": _(VIEWS.get(one) or HANDLER_NAMES[one]),
                "count": lists.count(person, one, now=moment) if one not in UNCOUNTED else None,
                "current": one is view,
            }
            for one in views
        ],
        tickets=[line(ticket, calendar, held.get(ticket.id, 0)) for ticket in rows[:PAGE]],
        notices=estimate_words(calendar, *(ticket.due_at for ticket in rows[:PAGE])),
        districts=[{"code": one.code, "name": one.name} for one in atlas.districts] if whole else None,
        district=district or "",
        view=view.value,
        next_url=url_for("desk.tickets", cursor=paging.cursor(more.filed_at, more.id), **link) if more else None,
        prev_url=url_for("desk.tickets", **link) if cursor else None,
    )


@requires(Right.TICKET_READ)
def show(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """One ticket."""
    return page(ticket_id)


@requires(Right.TICKET_READ)
def move(ticket_id: uuid.UUID, action: str) -> ResponseReturnValue:
    """Make a move; what is wrong with it is said at its field, with the form still open."""
    try:
        chosen = Action(action)
        form = moves.FORMS[chosen]
    except (ValueError, KeyError) as wrong:
        raise NotFound(N_("没有这一步。")) from wrong
    moment = now()
    ticket = visibility.visible(session.person(), ticket_id)
    try:
        workflow.require_role(_open(ticket, chosen), session.person().role.value)
        given = moves.taken(form, by=session.person(), now=moment)
        with writing():
            form.do(visibility.visible(session.person(), ticket_id), given)
    except Invalid as refusal:
        field = refusal.field.partition(".")[0]
        errors = {"photos" if field == "photo" else field: language.words(refusal)}
        return page(ticket_id, Tried(chosen, request.form.to_dict(), errors)), status_of(refusal)
    except Conflict as refusal:
        return _overtaken(ticket_id, chosen, form, refusal)
    return redirect(url_for("desk.ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)


@requires(Right.TASK_ASK)
def ask_inspector(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """Ask an inspector, drawn by lot, to go and look."""
    moment = now()
    try:
        with writing():
            ticket = visibility.visible(session.person(), ticket_id)
            tasks.ask(
                ticket,
                kind=tasks.ASKED_WHEN.get(ticket.state, TaskKind.RECHECK),
                due_on=_day(request.form.get("due_on", "")),
                by=session.person(),
                now=moment,
                rng=secrets.SystemRandom(),
            )
    except Invalid as refusal:
        asked = Asked(request.form.to_dict(), {refusal.field: language.words(refusal)})
        return page(ticket_id, asked=asked), status_of(refusal)
    return redirect(url_for("desk.ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)


def _overtaken(ticket_id: uuid.UUID, action: Action, form: moves.MoveForm, refusal: Conflict) -> ResponseReturnValue:
    """Someone else was first: the ticket as it is now, with what was typed."""
    values, ticket = request.form.to_dict(), visibility.visible(session.person(), ticket_id)
    given = {_(field.label): case.in_words(ticket, field, values.get(field.name, "")) for field in form.fields}
    told = typed_words.overtaken(refusal, given)
    return page(ticket_id, Tried(action, values, {}), overtaken=told), status_of(refusal)


def page(
    ticket_id: uuid.UUID,
    tried: Tried | None = None,
    *,
    asked: Asked | None = None,
    typed: Typed | None = None,
    assist: assists.Tried | None = None,
    quarrel: disputes.Tried | None = None,
    overtaken: dict[str, str] | None = None,
) -> str:
    """The ticket with the form that was tried and what is wrong with it."""
    person = session.person()
    ticket = visibility.visible(person, ticket_id)
    calendar, moment = work_calendar(), now()
    forms = case.moves(ticket, person, tried)
    forms[visits.AFTER_VERDICTS : visits.AFTER_VERDICTS] = visits.asking(ticket, person, moment, asked)
    forms[:0] = assists.own_moves(ticket, person, assist)
    return render_template(
        "desk/ticket.html",
        nav=navigation.bar(person, "tickets"),
        overtaken=overtaken,
        ticket=case.facts(ticket, moment),
        steps=case.steps(ticket),
        **pictures.of_ticket(ticket, person),
        plates=list(dict.fromkeys(filter(None, (testimony.plate(link.report) for link in ticket.reports)))),
        voices=testimony.spoken([link.report for link in ticket.reports], person),
        timeline=case.timeline(ticket),
        visits=visits.seen(ticket, person),
        complaints=visits.complaints(ticket, person),
        moves=forms,
        on_site=case.on_site(ticket, person),
        others=case.others(ticket, person),
        deadline=case.deadline(ticket, moment, calendar),
        sightings=sightings.of_ticket(ticket, person),
        talk=conversation.of_ticket(ticket, person, typed),
        disputes=disputes.section(ticket, person, quarrel),
        assisting=assists.section(ticket, person, moment, calendar, assist),
        around=around.of_ticket(ticket, person, moment),
        outlines_url=url_for("desk.outlines"),
        sheet_url=url_for("desk.sheet", ticket_id=ticket.id),
    )


def line(ticket: Ticket, calendar: WorkCalendar, reports: int) -> dict[str, Any]:
    """A ticket in a list, with so many reports."""
    moment = now()
    late, remaining = lists.overdue(ticket, moment), lists.left(ticket, moment, calendar)
    return {
        "url": url_for("desk.ticket", ticket_id=ticket.id),
        "number": ticket.number,
        "category": category_name(ticket.category),
        "place": ticket.place,
        "district": geography.current_atlas().district(ticket.district_code).short,
        "unit": ticket.unit.name if ticket.unit else "",
        "state": "overdue" if late else ticket.state.value,
        "label": "",
        "filed": short_day(ticket.filed_at),
        "due": short_day(ticket.due_at) if ticket.due_at else "",
        "left": language.told(remaining) if remaining else "",
        "late": late,
        "round": ticket.round,
        "reports": reports,
    }


def _open(ticket: Ticket, action: Action) -> workflow.Move:
    return workflow.move(
        ticket.state,
        action,
        request=ticket.request,
        extensions=ticket.extensions,
        supervised=ticket.supervised is not None,
    )


def _office_views(person: Person) -> tuple[View, ...]:
    return tuple(view for view in VIEWS if view not in CITY_ONLY or scope(person.role, lists.NEEDS[view]) is Scope.ALL)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("due_on", N_("请选一个日期。")) from wrong


def _view(text: str | None, views: tuple[View, ...]) -> View:
    try:
        view = View(text) if text else views[0]
    except ValueError:
        return views[0]
    return view if view in views else views[0]
