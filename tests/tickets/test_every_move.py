"""Every state × open request × action × role through the services, against a table typed by hand from the rules.

One ticket a state; each case begins a change, looks at what it did, and takes it back.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from inspection.kernel import audit
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, NotAllowed, Refusal
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind, PhotoRole
from inspection.reports.models import Report, ReportState
from inspection.tickets import requests, service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Answer, ReturnGround, Ticket, TicketRequest
from inspection.tickets.service import Filing
from inspection.tickets.workflow import OpenRequest, State
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, Make, announced, jpeg

LATER = NOW + timedelta(days=1)
"""Tuesday 2026-11-24, when every move is tried; all has happened on the Monday before."""
FIVE_DAYS = Limit(5, TimeUnit.WORKDAY)
MIDNIGHT = timedelta(hours=16) - timedelta(microseconds=1)
FROM_MONDAY = datetime(2026, 11, 30, tzinfo=UTC) + MIDNIGHT
FROM_TUESDAY = datetime(2026, 12, 1, tzinfo=UTC) + MIDNIGHT
EXTENDED_TO = date(2026, 12, 9)
EXTENDED = datetime(2026, 12, 9, tzinfo=UTC) + MIDNIGHT

DISTRICT, CITY, UNIT = "区文明办", "首都文明办督查处", "承办人"
OFFICES = f"{DISTRICT} {CITY}"
STATES = {
    "filed": "待派遣", "dispatched": "待签收", "handling": "处置中", "suspended": "挂账", "handled": "待核查",
    "closed": "已结案", "void": "作废",
}  # fmt: skip
IN_HAND, OPEN = "dispatched handling", "filed dispatched handling suspended handled"
RETURNS, EXTENSIONS = "return disputed", "extension second"

# action: in words, from, to ("" stays), who, clock, events (all but ticket.request_decided under "ticket."), tallies
RULES: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "dispatch": ("派遣", "filed", "dispatched", OFFICES, "starts", "dispatched", ""),
    "accept": ("签收", "dispatched", "handling", UNIT, "runs", "accepted", ""),
    "request_return": ("申请退单", IN_HAND, "", UNIT, "runs", "return_requested", ""),
    "grant_return": ("同意退单", IN_HAND, "filed", DISTRICT, "stops", "request_decided return_granted", ""),
    "refuse_return": ("不同意退单", IN_HAND, "", DISTRICT, "runs", "request_decided return_refused", ""),
    "request_extension": ("申请延期", "handling", "", UNIT, "runs", "extension_requested", ""),
    "grant_extension": ("同意延期", "handling", "", DISTRICT, "extended", "request_decided extended", "extensions"),
    "refuse_extension": ("不同意延期", "handling", "", DISTRICT, "runs", "request_decided extension_refused", ""),
    "suspend": ("挂账", "handling", "suspended", CITY, "stops", "suspended", ""),
    "resume": ("恢复处置", "suspended", "handling", CITY, "resumes", "resumed", ""),
    "submit": ("反馈", "handling", "handled", UNIT, "stops", "handled", ""),
    "pass_recheck": ("核查通过", "handled", "closed", OFFICES, "none", "closed", ""),
    "fail_recheck": ("核查不通过", "handled", "handling", OFFICES, "starts", "failed", "reworks round"),
    "lookback_good": ("回头看：良好", "closed", "", OFFICES, "none", "looked_back", "lookbacks"),
    "rebound": ("回头看：反弹", "closed", "handling", OFFICES, "starts", "rebounded", "lookbacks rebounds round"),
    "void": ("作废", OPEN, "void", CITY, "stands", "voided", ""),
    "supervise": ("督办", OPEN, "", CITY, "none", "supervised", ""),
    "unsupervise": ("解除督办", OPEN, "", CITY, "none", "unsupervised", ""),
    "instruct": ("批示", f"{OPEN} closed", "", OFFICES, "none", "instructed", ""),
}
ONLY_WITHOUT_REQUEST = {"request_return", "request_extension", "suspend"}
DECIDES = {
    "grant_return": RETURNS, "refuse_return": RETURNS, "grant_extension": EXTENSIONS, "refuse_extension": EXTENSIONS,
}  # fmt: skip
CITY_DECIDES = {"disputed", "second"}
"""A return about which districts disagree, and a second extension."""
LEAVES = {"request_return": "return", "request_extension": "extension", "submit": None, "void": None}
"""The request that an action leaves open; a decision leaves none, and everything else leaves it as it was."""
REQUESTS = {
    "": None, "return": OpenRequest.RETURN, "disputed": OpenRequest.DISPUTED_RETURN,
    "extension": OpenRequest.EXTENSION, "second": OpenRequest.EXTENSION,
}  # fmt: skip
ROLES = {"district": DISTRICT, "city": CITY, "handler": UNIT}
"""The others may do nothing to a ticket, nor may another district's officer or another unit's handler."""


PLAN = {"plan": "明年改造", "expected_on": date(2027, 5, 1), "review_on": date(2027, 1, 5)}
ACTS: dict[str, tuple[Callable[..., object], dict[str, object]]] = {
    "dispatch": (service.dispatch, {"limit": FIVE_DAYS}),
    "accept": (service.accept, {}),
    "request_return": (requests.request_return, {"ground": ReturnGround.DUTY, "text": "不归我们"}),
    "grant_return": (requests.decide_return, {"granted": True, "reason": ""}),
    "refuse_return": (requests.decide_return, {"granted": False, "reason": "归你们"}),
    "request_extension": (requests.request_extension, {"reason": "材料未到", "new_due_on": EXTENDED_TO}),
    "grant_extension": (requests.decide_extension, {"granted": True, "reason": ""}),
    "refuse_extension": (requests.decide_extension, {"granted": False, "reason": "来得及"}),
    "suspend": (requests.suspend, PLAN),
    "resume": (requests.resume, {}),
    "submit": (service.submit, {}),
    "pass_recheck": (service.pass_recheck, {"note": "到现场看过"}),
    "fail_recheck": (service.fail_recheck, {"reason": "没有改"}),
    "lookback_good": (service.look_back, {"good": True, "note": ""}),
    "rebound": (service.look_back, {"good": False, "note": "又堆上了"}),
    "void": (service.void, {"reason": "重复立案"}),
    "supervise": (service.supervise, {"reason": "多次返工"}),
    "unsupervise": (service.supervise, {"reason": None}),
    "instruct": (service.instruct, {"office": "区长", "text": "抓紧办好"}),
}
"""Each action with what it needs beside the ticket."""


@dataclass
class Scene:
    """A ticket, who might do something to it, and what they would do it with."""

    ticket_id: uuid.UUID
    unit_id: uuid.UUID
    people: dict[str, uuid.UUID]
    answer_id: uuid.UUID
    evidence_id: uuid.UUID

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.ticket_id)

    def act(self, action: str, **who: object) -> None:
        """Do it with all that it needs."""
        function, given = ACTS[action]
        more: dict[str, object] = dict(given)
        if action == "dispatch":
            more["unit"] = db.session.get_one(Unit, self.unit_id)
        if action == "submit":
            more["answer"] = db.session.get_one(Answer, self.answer_id)
        if "recheck" in action or action in {"lookback_good", "rebound"}:
            more["evidence"] = db.session.get_one(Manifest, self.evidence_id)
        function(self.ticket, **more, **who)


def set_up(make: Make, state: str) -> Scene:
    """A ticket in the state, with one of every role around it."""
    unit, officer, city = make.unit(), make.officer(), make.city()
    straight = State(state) if state in {"filed", "dispatched", "handling", "handled", "closed"} else State.HANDLING
    ticket_id = make.ticket(straight, officer=officer, unit=unit).id
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    others = {
        "inspector": make.inspector(), "publisher": make.publisher(), "auditor": make.person(Role.AUDITOR),
        "admin": make.person(Role.ADMIN), "another district": make.officer("110105"),
        "another unit": make.handler(make.unit()),
    }  # fmt: skip
    people = {"district": officer, "city": city, "handler": handler, **others}
    scene = Scene(
        ticket_id, unit.id, {name: person.id for name, person in people.items()}, uuid.uuid4(), make.evidence()
    )
    with writing():
        by = db.session.get_one(Person, city.id)
        if state == "suspended":
            requests.suspend(scene.ticket, **PLAN, by=by, now=NOW + timedelta(hours=2))
        if state == "void":
            service.void(scene.ticket, reason="重复立案", by=by, now=NOW + timedelta(hours=2))
    shown = announced([jpeg(4711)], LATER - timedelta(minutes=10), PhotoRole.AFTER)
    kit = tools()
    facts = photos.store(kit.storage, shown[0].sha256, shown[0].bytes, [jpeg(4711)], photo_limits(kit.settings))
    with writing():
        manifest, _ = photos.announce(scene.answer_id, ManifestKind.ANSWER, {"id": "it"}, shown, now=NOW)
        photos.arrived(manifest.id, shown[0].sha256, facts, now=NOW)
        given = {"ticket_id": ticket_id, "unit_id": unit.id, "by_id": handler.id, "announced_at": NOW}
        db.session.add(Answer(id=manifest.id, round=1, note="已清走", **given))
    return scene


def open_request(scene: Scene, request: str, *, supervised: bool) -> None:
    """Put the ticket where a request waits, whether or not it could come there by itself."""
    with writing():
        ticket = scene.ticket
        db.session.execute(db.delete(TicketRequest).where(TicketRequest.ticket_id == ticket.id))
        ticket.request, ticket.extensions = REQUESTS[request], 1 if request == "second" else 0
        ticket.supervised = "多次返工" if supervised else None
        if ticket.request:
            by, new_due_on = scene.people["handler"], EXTENDED_TO if request in EXTENSIONS.split() else None
            asked = {"kind": ticket.request, "text": "请批准", "by_id": by, "at": NOW, "new_due_on": new_due_on}
            db.session.add(TicketRequest(ticket_id=ticket.id, **asked))


class TakenBack(Exception):
    """What was tried is undone."""


@dataclass
class Outcome:
    """What one case came to."""

    before: dict[str, Any]
    after: dict[str, Any]
    events: list[AuditEvent]
    refusal: Refusal | None
    requests_waiting: int


def tried(scene: Scene, action: str, who: str) -> Outcome:
    """Do it, look, and take it back."""
    outcome: list[Outcome] = []
    try:
        with writing():
            ticket, refusal = scene.ticket, None
            before = row(ticket)
            try:
                scene.act(action, by=db.session.get_one(Person, scene.people[who]), now=LATER)
            except (NotAllowed, Conflict) as refused:
                refusal = refused
                assert not db.session.new and not db.session.dirty, f"{action} by {who} left something behind"
            db.session.flush()
            db.session.expire(ticket)
            open_ones = (TicketRequest.ticket_id == ticket.id) & TicketRequest.decided_at.is_(None)
            waiting = len(db.session.scalars(db.select(TicketRequest.id).where(open_ones)).all())
            events = list(db.session.info.get(audit._PENDING, []))
            outcome.append(Outcome(before, row(ticket), events, refusal, waiting))
            raise TakenBack
    except TakenBack:
        return outcome[0]


def row(ticket: Ticket) -> dict[str, Any]:
    return {column.key: getattr(ticket, column.key) for column in Ticket.__mapper__.column_attrs}


def may(action: str, state: str, request: str, supervised: bool) -> str:
    """Who may do it there, by the table above; nobody where it is closed."""
    _words, origins, _to, who, *_rest = RULES[action]
    closed = (
        state not in origins.split()
        or (action in ONLY_WITHOUT_REQUEST and request)
        or (action in DECIDES and request not in DECIDES[action].split())
        or (action == "supervise" and supervised)
        or (action == "unsupervise" and not supervised)
    )
    if closed:
        return ""
    return CITY if action in DECIDES and request in CITY_DECIDES else who


def cases(request: str, supervised: bool) -> Iterator[tuple[str, str]]:
    """Every action and everyone; a supervised ticket differs in two actions only."""
    actions = ("supervise", "unsupervise") if supervised else RULES
    people = [*ROLES, "inspector", "publisher", "auditor", "admin", "another district", "another unit"]
    yield from ((action, who) for action in actions for who in people)


@pytest.mark.parametrize("state", STATES)
def test_every_action_of_everyone_does_what_the_table_says_and_nothing_else(app: Flask, state: str) -> None:
    scene, counted = set_up(Make(app), state), {"open": 0, "refused": 0}

    for request in REQUESTS:
        for supervised in (False, True):
            open_request(scene, request, supervised=supervised)
            for action, who in cases(request, supervised):
                case, outcome = f"{state} · {request} · {action} · {who}", tried(scene, action, who)
                allowed = may(action, state, request, supervised)
                if request == "disputed" and action in DECIDES and ROLES.get(who) in allowed.split():
                    counted["refused"] += 1  # the city settles it with an owner and a reason: test_disputes.py
                    assert "由首都文明办督查处裁定" in str(outcome.refusal), case
                    assert outcome.after == outcome.before and not outcome.events, case
                elif ROLES.get(who) in allowed.split():
                    counted["open"] += 1
                    expect_done(case, action, request, outcome)
                else:
                    counted["refused"] += 1
                    expect_refused(case, action, who, allowed, outcome)
                    expect_words(case, state, request, supervised, allowed, outcome)

    assert sum(counted.values()) == len(REQUESTS) * (len(RULES) + 2) * 9
    assert counted["open"] > 0 or state == "void"


def expect_done(case: str, action: str, request: str, outcome: Outcome) -> None:
    _words, _from, to, _who, clock, events, tallies = RULES[action]
    before, after = outcome.before, outcome.after

    assert outcome.refusal is None, f"{case}: {outcome.refusal}"
    assert after["state"] == (to or before["state"]), case
    expect_clock(case, clock, before, after)
    left = LEAVES.get(action, None if action in DECIDES else REQUESTS[request])
    assert (after["request"], outcome.requests_waiting) == (left, 1 if left else 0), case
    for name in ("round", "extensions", "reworks", "rebounds", "lookbacks"):
        assert after[name] - before[name] == (name in tallies.split()), f"{case}: {name}"
    told = [(event.name, event.at) for event in outcome.events if event.object == f"ticket:{before['id']}"]
    assert told == [(f"ticket.{name}", LATER) for name in events.split()], case
    assert json.loads(outcome.events[-1].data)["round"] == after["round"], case


def expect_clock(case: str, clock: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    names = ("clock_started_at", "clock_stopped_at", "clock_remaining", "due_at")
    was, now = ([row[name] for name in names] for row in (before, after))
    started, stopped, _left, due = was
    expected = {
        "none": was,
        "runs": [started, None, None, due],
        "starts": [LATER, None, None, FROM_TUESDAY],
        # Four working days are left of the five from Monday.
        "stops": [started, LATER, 4, due],
        "stands": [started, LATER, 4, due] if started and not stopped else was,
        # It stopped on Monday and goes on on Tuesday: one working day later.
        "resumes": [started, None, None, FROM_TUESDAY],
        "extended": [started, None, None, EXTENDED],
    }
    assert now == expected[clock], case
    assert started is None or (started, due) == (NOW, FROM_MONDAY), case


def expect_refused(case: str, action: str, who: str, allowed: str, outcome: Outcome) -> None:
    assert outcome.refusal is not None, f"{case} was let through"
    assert outcome.after == outcome.before and not outcome.events, case
    if allowed:
        assert isinstance(outcome.refusal, NotAllowed), case
    elif who in {"another district", "another unit", *ROLES}:
        assert isinstance(outcome.refusal, NotAllowed | Conflict), case


def expect_words(case: str, state: str, request: str, supervised: bool, allowed: str, outcome: Outcome) -> None:
    """The words say what can be done instead, and by whom."""
    words = str(outcome.refusal)
    if isinstance(outcome.refusal, Conflict):
        ours = [
            f"{RULES[action][0]}（{'、'.join(who.split())}）"
            for action in RULES
            if (who := may(action, state, request, supervised))
        ]
        assert f"“{STATES[state]}”" in words, f"{case}: {words}"
        assert ("现在可以：" + "、".join(ours) + "。" if ours else "也不能再办别的") in words, f"{case}: {words}"
    elif "只有承办这一件的单位" not in words and "不在您的区" not in words:
        assert "能做的是：" in words, f"{case}: {words}"
        assert all(name in words.partition("能做的是：")[2] for name in allowed.split()), f"{case}: {words}"


@pytest.mark.parametrize("state", ReportState)
def test_a_report_is_filed_by_an_office_while_it_waits_and_by_nobody_else(app: Flask, state: ReportState) -> None:
    make = Make(app)
    report_id = make.report().id
    people = {
        "district": make.officer(), "city": make.city(), "handler": make.handler(make.unit()),
        "inspector": make.inspector(), "publisher": make.publisher(), "auditor": make.person(Role.AUDITOR),
        "admin": make.person(Role.ADMIN), "another district": make.officer("110105"),
    }  # fmt: skip
    ids = {name: person.id for name, person in people.items()}
    with writing():
        db.session.get_one(Report, report_id).state = state
    filing, done = Filing("street_clutter", "门前", "normal", FIVE_DAYS), set()

    for name, person_id in ids.items():
        try:
            with writing():
                report, by = db.session.get_one(Report, report_id), db.session.get_one(Person, person_id)
                try:
                    ticket = service.file(report, filing, by=by, now=LATER)
                except (NotAllowed, Conflict) as refusal:
                    office = name in {"district", "city"}
                    assert type(refusal) is (Conflict if office else NotAllowed), name
                    assert not db.session.new and not db.session.dirty
                    assert not db.session.info.get(audit._PENDING)
                else:
                    done.add(name)
                    assert (ticket.state, ticket.due_at, report.state) == (State.FILED, None, ReportState.FILED)
                    assert [event.name for event in db.session.info[audit._PENDING]] == ["report.filed", "ticket.filed"]
                raise TakenBack
        except TakenBack:
            assert db.session.get_one(Report, report_id).state is state

    assert done == ({"district", "city"} if state is ReportState.RECEIVED else set())
