"""Every route, every role, every method: let in or turned away as the table says, and the table knows every route."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from inspection.people.access import Role
from inspection.people.models import Person
from tests.make import Make
from tests.web.browser import Browser

Open = Callable[..., Browser]

ANYONE, SIGNED_IN = "anyone", "signed in"
TRIAGE, TICKETS = {"district", "city"}, {"handler", "district", "city", "auditor"}
STAFF = {"handler", "district", "city", "publisher", "auditor", "admin"}
NOTICES, INSPECTOR = {"district", "city", "publisher", "auditor"}, {"inspector"}
FIELD = {"inspector", "handler"}
SITES = {"district", "city", "auditor"}
CHECKLISTS = {"city", "auditor"}

POLICY: dict[str, object] = {
    "GET /": ANYONE,
    "GET /sign-in": ANYONE,
    "POST /sign-in": ANYONE,
    "POST /sign-out": SIGNED_IN,
    "GET /static/<path:filename>": ANYONE,
    "GET /pictures/<uuid:photo_id>/<size>.jpg": SIGNED_IN,
    "GET /desk/": SIGNED_IN,
    "GET /desk/outlines.json": SIGNED_IN,
    "GET /desk/outboxes": {"city"},
    "POST /desk/outboxes": {"city"},
    "GET /desk/triage": TRIAGE,
    "GET /desk/triage/<uuid:report_id>": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/filing": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/declining": TRIAGE,
    "GET /desk/triage/waiting": TRIAGE,
    "GET /desk/triage/bulk": TRIAGE,
    "POST /desk/triage/bulk": TRIAGE,
    "GET /desk/triage/<uuid:report_id>/suggestion": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/merging": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/reopening": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/passing-on": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/settling": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/assigning": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/plate": TRIAGE,
    "POST /desk/triage/decisions/<uuid:decision_id>/undoing": TRIAGE,
    "POST /desk/triage/filters": TRIAGE,
    "POST /desk/triage/filters/<uuid:filter_id>/forgetting": TRIAGE,
    "GET /desk/sampling": {"city", "auditor", "admin"},
    "POST /desk/sampling": {"admin"},
    "GET /desk/catalogue": {"district", "city", "auditor", "admin"},
    "POST /desk/catalogue/<code>": {"admin"},
    "GET /desk/routing": {"district", "city", "auditor", "admin"},
    "POST /desk/routing": {"admin"},
    "POST /desk/routing/<uuid:line_id>": {"admin"},
    "POST /desk/routing/<uuid:line_id>/moving": {"admin"},
    "POST /desk/routing/<uuid:line_id>/removing": {"admin"},
    "GET /desk/tickets/<uuid:ticket_id>/sightings": TICKETS,
    "GET /desk/tickets/<uuid:ticket_id>/posting-sheet": TICKETS,
    "POST /desk/tickets/<uuid:ticket_id>/posting": {"handler"},
    "POST /desk/tickets/<uuid:ticket_id>/handing-over": {"handler"},
    "POST /desk/tickets/<uuid:ticket_id>/reports/<uuid:report_id>/splitting": TRIAGE,
    "GET /desk/tickets": TICKETS,
    "GET /desk/tickets/<uuid:ticket_id>": TICKETS,
    "GET /desk/tickets/<uuid:ticket_id>/sheet.pdf": TICKETS,
    "POST /desk/tickets/<uuid:ticket_id>/moves/<action>": TICKETS,
    "GET /desk/ledger": TICKETS,
    "GET /desk/map": TICKETS,
    "GET /desk/map/cells.json": TICKETS,
    "POST /desk/ledger/columns": TICKETS,
    "GET /desk/ledger/import": {"city"},
    "POST /desk/ledger/import": {"city"},
    "POST /desk/ledger/imports/<uuid:import_id>": {"city"},
    "POST /desk/ledger/exports": TICKETS,
    "GET /desk/ledger/exports/<uuid:export_id>": TICKETS,
    "GET /desk/ledger/exports/<uuid:export_id>/file": TICKETS,
    "POST /desk/tickets/<uuid:ticket_id>/assists": {"handler", "district", "city"},
    "POST /desk/tickets/<uuid:ticket_id>/assists/<uuid:assist_id>/acceptance": {"handler"},
    "POST /desk/tickets/<uuid:ticket_id>/assists/<uuid:assist_id>/answer": {"handler"},
    "POST /desk/tickets/<uuid:ticket_id>/assists/<uuid:assist_id>/withdrawal": {"handler", "district", "city"},
    "POST /desk/tickets/<uuid:ticket_id>/dispute": TRIAGE,
    "POST /desk/tickets/<uuid:ticket_id>/dispute/settling": TRIAGE,
    "GET /pictures/examples/<sha256>.jpg": {"city", "auditor", "admin", "inspector"},
    "GET /desk/checklists": CHECKLISTS,
    "POST /desk/checklists": {"city"},
    "GET /desk/checklists/<uuid:checklist_id>": CHECKLISTS,
    "GET /desk/checklists/<uuid:checklist_id>/comparison": CHECKLISTS,
    "POST /desk/checklists/<uuid:checklist_id>/name": {"city"},
    "GET /desk/checklists/versions/<uuid:version_id>": CHECKLISTS,
    "POST /desk/checklists/versions/<uuid:version_id>": {"city"},
    "POST /desk/checklists/versions/<uuid:version_id>/drafting": {"city"},
    "POST /desk/checklists/versions/<uuid:version_id>/retiring": {"city"},
    "POST /desk/checklists/versions/<uuid:version_id>/discarding": {"city"},
    "GET /desk/checklists/versions/<uuid:version_id>/pictures/<key>": {"city"},
    "POST /desk/checklists/versions/<uuid:version_id>/pictures/<key>": {"city"},
    "GET /desk/checklists/versions/<uuid:version_id>/preview": CHECKLISTS,
    "GET /desk/checklists/versions/<uuid:version_id>/paper": CHECKLISTS,
    "GET /desk/notices": NOTICES,
    "POST /desk/notices": {"city"},
    "GET /desk/notices/<uuid:notice_id>": NOTICES,
    "GET /desk/notices/<uuid:notice_id>/file.<kind>": NOTICES,
    "POST /desk/notices/<uuid:notice_id>/signature": {"publisher"},
    "POST /desk/notices/<uuid:notice_id>/withdrawal": {"publisher"},
    "GET /phone/": ANYONE,
    "GET /phone/shell/<version>/<path:path>": ANYONE,
    "GET /phone/sw.js": ANYONE,
    "GET /phone/manifest.webmanifest": ANYONE,
    "GET /phone/me": INSPECTOR,
    "POST /phone/me": INSPECTOR,
    "GET /phone/report": INSPECTOR,
    "POST /phone/report": INSPECTOR,
    "GET /phone/reports": INSPECTOR,
    "GET /phone/reports/<uuid:report_id>": INSPECTOR,
    "GET /phone/reports/<uuid:report_id>/receipt": INSPECTOR,
    "POST /phone/reports/<uuid:report_id>/photos": INSPECTOR,
    "POST /phone/reports/<uuid:report_id>/withdrawal": INSPECTOR,
    "GET /api/v1/openapi.json": ANYONE,
    "GET /api/v1/categories": ANYONE,
    "GET /api/v1/areas/locate": SIGNED_IN,
    "GET /api/v1/receipt-key": ANYONE,
    "GET /api/v1/reports": INSPECTOR,
    "GET /api/v1/reports/<uuid:report_id>": INSPECTOR,
    "PUT /api/v1/reports/<uuid:report_id>": INSPECTOR,
    "PUT /api/v1/reports/<uuid:report_id>/photos/<sha256>": INSPECTOR,
    "GET /api/v1/reports/<uuid:report_id>/receipt": INSPECTOR,
    "PUT /api/v1/reports/<uuid:report_id>/recordings/<sha256>": INSPECTOR,
    "PUT /api/v1/reports/<uuid:report_id>/withdrawal": INSPECTOR,
    "GET /api/v1/session": FIELD,
    "GET /api/v1/field-kit": INSPECTOR,
    "GET /api/v1/nearby": INSPECTOR,
    "PUT /api/v1/outbox": FIELD,
    "GET /recordings/<uuid:recording_id>": SIGNED_IN,
    "POST /desk/tickets/<uuid:ticket_id>/tasks": {"city"},
    "POST /desk/tickets/<uuid:ticket_id>/comments": {"handler", "district", "city"},
    "POST /desk/tickets/<uuid:ticket_id>/questions": TRIAGE,
    "POST /desk/triage/<uuid:report_id>/questions": TRIAGE,
    "POST /phone/questions/<uuid:question_id>/answer": INSPECTOR,
    "POST /phone/reports/<uuid:report_id>/supplements": INSPECTOR,
    "POST /phone/reports/<uuid:report_id>/feedback": INSPECTOR,
    "GET /api/v1/tickets/in-hand": {"handler"},
    "PUT /api/v1/answers/<uuid:answer_id>": {"handler"},
    "PUT /api/v1/answers/<uuid:answer_id>/photos/<sha256>": {"handler"},
    "GET /api/v1/tasks": INSPECTOR,
    "PUT /api/v1/rechecks/<uuid:recheck_id>": INSPECTOR,
    "PUT /api/v1/rechecks/<uuid:recheck_id>/photos/<sha256>": INSPECTOR,
    "GET /api/v1/visits": INSPECTOR,
    "POST /api/v1/visits/<uuid:visit_id>/decline": INSPECTOR,
    "PUT /api/v1/visits/records/<uuid:record_id>": INSPECTOR,
    "PUT /api/v1/visits/records/<uuid:record_id>/photos/<sha256>": INSPECTOR,
    "PUT /api/v1/visits/records/<uuid:record_id>/recordings/<sha256>": INSPECTOR,
    "GET /join": ANYONE,
    "POST /join": ANYONE,
    "GET /join/<token>": ANYONE,
    "POST /join/<token>": ANYONE,
    "GET /desk/sites": SITES,
    "GET /desk/sites/map.json": SITES,
    "GET /desk/sites/<uuid:site_id>": SITES,
    "POST /desk/sites/<uuid:site_id>/use": TRIAGE,
    "POST /desk/sites/<uuid:site_id>/picture": TRIAGE,
    "GET /desk/sites/new": TRIAGE,
    "POST /desk/sites/new": TRIAGE,
    "GET /desk/sites/place.json": TRIAGE,
    "GET /desk/sites/<uuid:site_id>/edit": TRIAGE,
    "POST /desk/sites/<uuid:site_id>/edit": TRIAGE,
    "GET /desk/sites/import": TRIAGE,
    "POST /desk/sites/import": TRIAGE,
    "POST /desk/sites/imports/<uuid:import_id>": TRIAGE,
    "GET /desk/sites/template.xlsx": TRIAGE,
    "POST /desk/sites/exports": SITES,
    "GET /desk/plans": {"city", "auditor"},
    "GET /desk/plans/new": {"city"},
    "POST /desk/plans/new": {"city"},
    "GET /desk/plans/<uuid:plan_id>": {"city", "auditor"},
    "GET /desk/plans/<uuid:plan_id>/edit": {"city"},
    "POST /desk/plans/<uuid:plan_id>/edit": {"city"},
    "GET /desk/plans/<uuid:plan_id>/rehearsal": {"city"},
    "GET /desk/plans/<uuid:plan_id>/verification": {"city", "auditor"},
    "POST /desk/plans/<uuid:plan_id>/sealing": {"city"},
    "POST /desk/plans/<uuid:plan_id>/drawing": {"city"},
    "POST /desk/plans/<uuid:plan_id>/copying": {"city"},
    "POST /desk/plans/<uuid:plan_id>/withdrawing": {"city"},
    "POST /desk/plans/<uuid:plan_id>/visits/<uuid:visit_id>/redrawing": {"city"},
    "POST /desk/plans/<uuid:plan_id>/exports": {"city", "auditor"},
    "GET /desk/reviews": {"city"},
    "GET /desk/reviews/<uuid:visit_id>": {"city"},
    "POST /desk/reviews/<uuid:visit_id>/accepting": {"city"},
    "POST /desk/reviews/<uuid:visit_id>/asking": {"city"},
    "POST /desk/reviews/<uuid:visit_id>/rejecting": {"city"},
    "GET /desk/openings": {"city"},
    "POST /desk/openings": {"city"},
    "POST /desk/openings/<uuid:opening_id>/decision": {"city"},
    "POST /desk/openings/<uuid:opening_id>/seeing": {"city"},
    "GET /desk/calendar": {"city", "admin"},
    "POST /desk/calendar/<int:year>/<change>": {"admin"},
    "GET /desk/invitations": {"admin"},
    "GET /desk/invitations/sheets": {"admin"},
    "POST /desk/invitations/sheets": {"admin"},
    "GET /desk/invitations/<uuid:person_id>/sheet": {"admin"},
    "POST /desk/invitations/<uuid:person_id>/sheet": {"admin"},
    "GET /desk/roster": {"city", "admin"},
    "GET /desk/roster/numbers": {"city", "admin"},
    "GET /desk/roster/sheets": {"admin"},
    "POST /desk/roster/sheets": {"admin"},
    "GET /desk/roster/import": {"admin"},
    "POST /desk/roster/import": {"admin"},
    "POST /desk/roster/imports/<uuid:import_id>": {"admin"},
    "GET /desk/roster/template.xlsx": {"admin"},
    "POST /desk/roster/exports": {"admin"},
    "GET /desk/roster/<uuid:person_id>": {"admin"},
    "POST /desk/roster/<uuid:person_id>": {"admin"},
    "POST /desk/roster/<uuid:person_id>/leave": {"admin"},
    "POST /desk/roster/<uuid:person_id>/return": {"admin"},
    "POST /desk/roster/<uuid:person_id>/closing": {"admin"},
    "POST /desk/roster/<uuid:person_id>/reopening": {"admin"},
    "GET /desk/roster/<uuid:person_id>/lost-phone": {"admin"},
    "POST /desk/roster/<uuid:person_id>/lost-phone": {"admin"},
    "GET /desk/lessons": {"city", "admin"},
    "POST /desk/lessons": {"city", "admin"},
    "GET /desk/lessons/<uuid:lesson_id>": {"city", "admin"},
    "POST /desk/lessons/<uuid:lesson_id>": {"city", "admin"},
    "POST /desk/lessons/<uuid:lesson_id>/up": {"city", "admin"},
    "GET /desk/lessons/versions/<uuid:version_id>": {"city", "admin"},
    "POST /desk/lessons/versions/<uuid:version_id>": {"city", "admin"},
    "GET /desk/lessons/versions/<uuid:version_id>/preview": {"city", "admin"},
    "POST /desk/lessons/versions/<uuid:version_id>/drafting": {"city", "admin"},
    "POST /desk/lessons/versions/<uuid:version_id>/discarding": {"city", "admin"},
    "GET /phone/lessons": {"inspector"},
    "GET /phone/lessons/<uuid:lesson_id>/pages/<int:number>": {"inspector"},
    "GET /phone/lessons/<uuid:lesson_id>/questions/<int:number>": {"inspector"},
    "POST /phone/lessons/<uuid:lesson_id>/quiz": {"inspector"},
    "GET /phone/lessons/<uuid:lesson_id>/result": {"inspector"},
    "GET /desk/messages": STAFF,
    "POST /desk/messages/reading": STAFF,
    "POST /desk/messages/<uuid:message_id>/reading": STAFF,
    "GET /desk/messages/preferences": STAFF,
    "POST /desk/messages/preferences": STAFF,
    "GET /desk/units": {"admin"},
    "POST /desk/units/<uuid:unit_id>/chief": {"admin"},
    "GET /desk/reminders": {"admin"},
    "POST /desk/reminders/<int:row_id>": {"admin"},
    "GET /desk/deliveries": {"admin"},
    "POST /desk/deliveries/<uuid:delivery_id>/sending": {"admin"},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    }


def address(rule: str) -> str:
    some = uuid.UUID(int=7, version=4)
    filled = {
        "<path:filename>": "look/tokens.css",
        "<version>/<path:path>": "0/phone/app.js",
        "<size>": "web",
        "<action>": "accept",
        "<kind>": "pdf",
        "<sha256>": "a" * 64,
        "<token>": "b" * 43,
        "<key>": "q1",
        "<int:year>": "2026",
        "<int:number>": "1",
        "<change>": "entered",
    }
    for name, value in filled.items():
        rule = rule.replace(name, value)
    rule = rule.replace("<int:row_id>", "99")
    return re.sub(r"<uuid:\w+>", str(some), rule)


def someone(make: Make, role: Role) -> Person:
    made = {Role.INSPECTOR: make.inspector, Role.DISTRICT: make.officer, Role.PUBLISHER: make.publisher}
    if role is Role.HANDLER:
        return make.handler(make.unit())
    return made[role]() if role in made else make.person(role)


def test_the_table_knows_every_route(app: Flask) -> None:
    assert routes(app) == set(POLICY)


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_go_where(app: Flask, make: Make, role: Role | None) -> None:
    mine = Browser(app, someone(make, role) if role else None)
    token = mine.token()
    wrong = []

    for route, who in POLICY.items():
        method, rule = route.split(" ", 1)
        if rule == "/sign-out":
            continue
        answer = mine.client.open(address(rule), method=method, headers={"X-CSRFToken": token}, buffered=True)
        let_in = who == ANYONE or (role is not None and (who == SIGNED_IN or role.value in who))
        if role is None and not let_in:
            program = rule.startswith("/api/")
            turned_away = answer.status_code == 401 if program else answer.location.startswith("/sign-in")
        else:
            turned_away = answer.status_code == 403
        if turned_away is let_in or answer.status_code >= 500:
            wrong.append(f"{role} {route}: {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize("role", [None, *Role])
def test_no_other_method_is_answered(app: Flask, make: Make, role: Role | None) -> None:
    mine = Browser(app, someone(make, role) if role else None)
    token = mine.token()
    known = set(POLICY)

    for rule in {route.split(" ", 1)[1] for route in POLICY}:
        for method in METHODS:
            if f"{method} {rule}" not in known:
                answer = mine.client.open(address(rule), method=method, headers={"X-CSRFToken": token}, buffered=True)
                assert answer.status_code in {404, 405}, f"{method} {rule}"
