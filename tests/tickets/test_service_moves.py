"""What people do to tickets: the straight way, each refusal, and exactly one event for each change."""

import dataclasses
import json
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, Refusal
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos import service as photos
from inspection.photos.models import Manifest, PhotoRole
from inspection.reports.models import Report, ReportState
from inspection.tickets import requests, service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Answer, Recheck, ReturnGround, Ticket, Verdict
from inspection.tickets.service import Filing
from inspection.tickets.workflow import State
from inspection.web.tools import photo_limits, tools
from tests.make import DISTRICT, NOW, Make, announced, jpeg, side_by_side

Events = Callable[..., list[AuditEvent]]
FIVE_DAYS = Limit(5, TimeUnit.WORKDAY)
HOUR = timedelta(hours=1)


@dataclasses.dataclass
class Scene:
    """One ticket and the people around it, reloaded for each act."""

    make: Make
    ticket_id: uuid.UUID
    officer: Person
    unit: Unit
    handler: Person

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.ticket_id)

    def act(self, action: Callable[..., object], by: Person, now: datetime = NOW, **more: object) -> Ticket:
        with writing():
            action(self.ticket, by=db.session.get_one(Person, by.id), now=now, **more)
        return self.ticket


@pytest.fixture
def scene(make: Make) -> Callable[..., Scene]:
    def made(state: State = State.FILED, **more: object) -> Scene:
        officer, unit = make.officer(), make.unit()
        ticket = make.ticket(state, officer=officer, unit=unit, **more)
        handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        return Scene(make, ticket.id, officer, unit, handler)

    return made


Scenes = Callable[..., Scene]


def photo(manifest_id: uuid.UUID) -> Manifest:
    return db.session.get_one(Manifest, manifest_id)


def names(events: Events) -> list[str]:
    return [event.name for event in events("ticket.")]


def test_a_report_becomes_a_ticket_with_a_number(make: Make, events: Events) -> None:
    report, officer = make.report(), make.officer()

    with writing():
        ticket = service.file(
            db.session.get_one(Report, report.id),
            Filing("street_clutter", " 月牙胡同 5 号 ", "normal", FIVE_DAYS),
            by=db.session.get_one(Person, officer.id),
            now=NOW,
        )

    assert (ticket.state, ticket.number, ticket.place) == (State.FILED, "DC-2611-0001", "月牙胡同 5 号")
    assert (ticket.filed_at, ticket.due_at, ticket.unit) == (NOW, None, None)
    assert (ticket.district_code, ticket.cell, ticket.lat) == (DISTRICT, report.cell, report.lat)
    assert [link.report_id for link in ticket.reports] == [report.id]
    assert db.session.get_one(Report, report.id).state is ReportState.FILED
    assert [event.name for event in events()][-2:] == ["report.filed", "ticket.filed"]


def test_a_report_is_filed_once(scene: Scenes) -> None:
    filed = scene()
    report = filed.ticket.reports[0].report

    with pytest.raises(Conflict), writing():
        service.file(
            db.session.get_one(Report, report.id),
            Filing("street_clutter", "门前", "normal", FIVE_DAYS),
            by=db.session.get_one(Person, filed.officer.id),
            now=NOW,
        )

    assert len(db.session.scalars(db.select(Ticket)).all()) == 1


def test_a_ticket_needs_a_place(make: Make) -> None:
    report, officer = make.report(), make.officer()

    with pytest.raises(Invalid) as refusal, writing():
        service.file(
            db.session.get_one(Report, report.id),
            Filing("street_clutter", "  ", "normal", FIVE_DAYS),
            by=db.session.get_one(Person, officer.id),
            now=NOW,
        )

    assert refusal.value.field == "place"


def test_dispatch_names_a_unit_and_starts_the_clock(scene: Scenes, events: Events) -> None:
    filed = scene()

    ticket = filed.act(service.dispatch, filed.officer, unit=filed.unit, limit=FIVE_DAYS)

    assert (ticket.state, ticket.unit_id, ticket.dispatched_at) == (State.DISPATCHED, filed.unit.id, NOW)
    assert ticket.due_at is not None and ticket.clock_started_at == NOW and ticket.clock_stopped_at is None
    assert names(events) == ["ticket.filed", "ticket.dispatched"]


def test_a_unit_of_another_district_is_no_unit_for_it(scene: Scenes, make: Make) -> None:
    filed, elsewhere = scene(), make.unit(district="110105", street=None)

    with pytest.raises(Invalid) as refusal:
        filed.act(service.dispatch, filed.officer, unit=elsewhere, limit=FIVE_DAYS)

    assert refusal.value.field == "unit"
    assert filed.ticket.state is State.FILED


def test_the_unit_accepts(scene: Scenes, events: Events) -> None:
    dispatched = scene(State.DISPATCHED)

    ticket = dispatched.act(service.accept, dispatched.handler, NOW + HOUR)

    assert (ticket.state, ticket.accepted_at) == (State.HANDLING, NOW + HOUR)
    assert names(events)[-1] == "ticket.accepted"


def test_the_answer_counts_once_every_photo_is_in(scene: Scenes, events: Events) -> None:
    handling = scene(State.HANDLING)
    pictures, answer_id, now = (jpeg(701), jpeg(702)), uuid.uuid4(), NOW + 3 * HOUR
    after = announced(pictures, NOW + 2 * HOUR, PhotoRole.AFTER)
    limits = photo_limits(tools().settings)

    def announce() -> None:
        with writing():
            service.announce_answer(
                answer_id,
                handling.ticket,
                note=" 已清走 ",
                after=after,
                by=db.session.get_one(Person, handling.handler.id),
                limits=limits,
                now=now,
            )

    def arrive(number: int) -> State:
        facts = photos.store(tools().storage, after[number].sha256, len(pictures[number]), [pictures[number]], limits)
        with writing():
            by = db.session.get_one(Person, handling.handler.id)
            service.answer_photo_arrived(answer_id, after[number].sha256, facts, by=by, now=now)
        return handling.ticket.state

    announce()
    announce()
    states = [handling.ticket.state, arrive(1), arrive(0)]

    answer = db.session.get_one(Answer, answer_id)
    assert states == [State.HANDLING, State.HANDLING, State.HANDLED]
    assert (answer.note, answer.answered_at, answer.late, answer.round) == ("已清走", now, False, 1)
    assert handling.ticket.handled_at == now
    assert names(events).count("ticket.handled") == 1


def test_an_answer_without_a_photo_is_none(scene: Scenes) -> None:
    handling = scene(State.HANDLING)

    with pytest.raises(Invalid) as refusal, writing():
        service.announce_answer(
            uuid.uuid4(),
            handling.ticket,
            note="",
            after=(),
            by=db.session.get_one(Person, handling.handler.id),
            limits=photo_limits(tools().settings),
            now=NOW,
        )

    assert refusal.value.field == "photos"


@pytest.mark.parametrize("taken_at", [NOW - HOUR, NOW], ids=["before", "same moment"])
def test_a_photo_that_cannot_show_the_repair_is_refused(scene: Scenes, make: Make, taken_at: datetime) -> None:
    handling = scene(State.HANDLING)

    with pytest.raises(Invalid) as refusal:
        make.answer(handling.ticket, handling.handler, NOW + 3 * HOUR, taken_at=taken_at)

    assert (refusal.value.field, refusal.value.code) == ("photos", "no_fresh_photo")
    assert handling.ticket.state is State.HANDLING


def test_a_late_answer_is_taken_and_marked(scene: Scenes, make: Make) -> None:
    handling = scene(State.HANDLING)
    due_at = handling.ticket.due_at
    assert due_at

    make.answer(handling.ticket, handling.handler, due_at + timedelta(microseconds=1))

    answer = db.session.scalars(db.select(Answer)).one()
    assert (answer.late, handling.ticket.late, handling.ticket.state) == (True, True, State.HANDLED)


def test_an_answer_in_the_last_moment_is_in_time(scene: Scenes, make: Make) -> None:
    handling = scene(State.HANDLING)
    assert handling.ticket.due_at

    make.answer(handling.ticket, handling.handler, handling.ticket.due_at)

    assert handling.ticket.late is False


def test_someone_else_passes_it_with_a_photo_or_a_reason(scene: Scenes, events: Events) -> None:
    with_photo, with_reason = scene(State.HANDLED), scene(State.HANDLED)
    shown = with_photo.make.evidence()

    first = with_photo.act(service.pass_recheck, with_photo.officer, note="", evidence=photo(shown))
    second = with_reason.act(service.pass_recheck, with_reason.officer, note="雨天没拍", evidence=None)

    assert [first.state, second.state] == [State.CLOSED] * 2
    assert first.closed_at == NOW
    kept = db.session.scalars(db.select(Recheck).order_by(Recheck.manifest_id.is_(None))).all()
    assert [(one.verdict, one.manifest_id) for one in kept] == [(Verdict.PASSED, shown), (Verdict.PASSED, None)]
    assert names(events).count("ticket.closed") == 2


@pytest.mark.parametrize("note", ["", " ", "好"])
def test_neither_photo_nor_reason_does_not_pass(scene: Scenes, note: str) -> None:
    handled = scene(State.HANDLED)

    with pytest.raises(Invalid) as refusal:
        handled.act(service.pass_recheck, handled.officer, note=note, evidence=None)

    assert refusal.value.field == "note"
    assert handled.ticket.state is State.HANDLED


def test_a_failed_recheck_sends_it_back_for_another_round(scene: Scenes, events: Events) -> None:
    handled = scene(State.HANDLED)
    shown, later = handled.make.evidence(), NOW + timedelta(days=1)

    ticket = handled.act(service.fail_recheck, handled.officer, later, reason="还在原处", evidence=photo(shown))

    assert (ticket.state, ticket.round, ticket.reworks) == (State.HANDLING, 2, 1)
    assert (ticket.handled_at, ticket.clock_started_at, ticket.clock_stopped_at) == (None, later, None)
    assert ticket.due_at and ticket.due_at.astimezone(NOW.tzinfo).date() == date(2026, 12, 1)
    assert names(events)[-1] == "ticket.failed"
    assert json.loads(events("ticket.failed")[0].data)["note"] == "还在原处"


@pytest.mark.parametrize(("reason", "with_photo", "field"), [("", True, "note"), ("还在原处", False, "photos")])
def test_a_failed_recheck_needs_a_reason_and_a_photo(scene: Scenes, reason: str, with_photo: bool, field: str) -> None:
    handled = scene(State.HANDLED)
    shown = handled.make.evidence() if with_photo else None

    with pytest.raises(Invalid) as refusal:
        handled.act(service.fail_recheck, handled.officer, reason=reason, evidence=photo(shown) if shown else None)

    assert refusal.value.field == field
    assert (handled.ticket.state, handled.ticket.reworks) == (State.HANDLED, 0)


def test_rounds_are_counted_through_rework_and_rebound(scene: Scenes, make: Make) -> None:
    story, now = scene(State.HANDLED), NOW + timedelta(days=1)
    story.act(service.fail_recheck, story.officer, now, reason="没改", evidence=photo(make.evidence()))
    make.answer(story.ticket, story.handler, now + HOUR)
    story.act(service.pass_recheck, story.officer, now + 2 * HOUR, note="到现场看过", evidence=None)
    later = now + timedelta(days=20)

    story.act(service.look_back, story.officer, later, good=True, note="", evidence=photo(make.evidence()))
    story.act(
        service.look_back, story.officer, later + HOUR, good=False, note="又堆了", evidence=photo(make.evidence())
    )

    ticket = story.ticket
    assert (ticket.state, ticket.round, ticket.closed_at) == (State.HANDLING, 3, None)
    assert (ticket.reworks, ticket.rebounds, ticket.lookbacks, ticket.extensions) == (1, 1, 2, 0)
    assert (ticket.clock_started_at, ticket.handled_at) == (later + HOUR, None)
    assert [one.round for one in db.session.scalars(db.select(Recheck).order_by(Recheck.at))] == [1, 2, 2, 2]


@pytest.mark.parametrize("good", [True, False])
def test_a_lookback_needs_a_photo(scene: Scenes, good: bool) -> None:
    closed = scene(State.CLOSED)

    with pytest.raises(Invalid) as refusal:
        closed.act(service.look_back, closed.officer, good=good, note="看过", evidence=None)

    assert refusal.value.field == "photos"
    assert (closed.ticket.state, closed.ticket.lookbacks) == (State.CLOSED, 0)


def test_whoever_handled_it_does_not_recheck_it(scene: Scenes) -> None:
    """An officer who answered for the unit before, and has become an officer since."""
    handled = scene(State.HANDLED)
    with writing():
        mover = db.session.get_one(Person, handled.handler.id)
        mover.role, mover.unit_id, mover.district_code = Role.DISTRICT, None, DISTRICT

    with pytest.raises(NotAllowed):
        handled.act(service.pass_recheck, handled.handler, note="我看过了", evidence=None)
    with pytest.raises(NotAllowed):
        handled.act(service.fail_recheck, handled.handler, reason="没改", evidence=photo(handled.make.evidence()))

    assert handled.ticket.state is State.HANDLED


def test_an_officer_of_the_handling_unit_does_not_recheck_it(scene: Scenes) -> None:
    handled = scene(State.HANDLED)
    with writing():
        db.session.get_one(Person, handled.officer.id).unit_id = handled.unit.id

    with pytest.raises(NotAllowed):
        handled.act(service.pass_recheck, handled.officer, note="我看过了", evidence=None)


def test_only_the_city_voids_with_a_reason(scene: Scenes, make: Make, events: Events) -> None:
    handling, city = scene(State.HANDLING), make.city()

    with pytest.raises(NotAllowed):
        handling.act(service.void, handling.officer, reason="重复")
    with pytest.raises(Invalid):
        handling.act(service.void, city, reason=" ")
    ticket = handling.act(service.void, city, NOW + HOUR, reason=" 重复立案 ")

    assert (ticket.state, ticket.void_reason, ticket.clock_stopped_at) == (State.VOID, "重复立案", NOW + HOUR)
    assert names(events)[-1] == "ticket.voided"
    with pytest.raises(Conflict):
        handling.act(service.void, city, reason="再来一次")


def test_a_ticket_that_was_never_dispatched_can_be_voided(scene: Scenes, make: Make) -> None:
    filed = scene()

    assert filed.act(service.void, make.city(), reason="重复立案").state is State.VOID


def test_supervision_is_put_on_and_taken_off_once(scene: Scenes, make: Make, events: Events) -> None:
    handling, city = scene(State.HANDLING), make.city()

    assert handling.act(service.supervise, city, reason="多次返工").supervised == "多次返工"
    with pytest.raises(Conflict):
        handling.act(service.supervise, city, reason="又一次")
    assert handling.act(service.supervise, city, reason=None).supervised is None
    with pytest.raises(Conflict):
        handling.act(service.supervise, city, reason=None)

    assert names(events)[-2:] == ["ticket.supervised", "ticket.unsupervised"]
    assert handling.ticket.state is State.HANDLING


def test_a_leaders_word_is_written_down_with_the_office(scene: Scenes, events: Events) -> None:
    handling = scene(State.HANDLING)

    handling.act(service.instruct, handling.officer, office=" 区长 ", text=" 一周内办好 ")

    (event,) = events("ticket.instructed")
    assert json.loads(event.data) == {"office": "区长", "text": "一周内办好", "round": 1}
    for wrong in ({"office": "", "text": "一周内办好"}, {"office": "区长", "text": ""}):
        with pytest.raises(Invalid):
            handling.act(service.instruct, handling.officer, **wrong)


ACTS: dict[str, tuple[State, Callable[..., object], dict[str, object]]] = {
    "dispatch": (State.FILED, service.dispatch, {"limit": FIVE_DAYS}),
    "accept": (State.DISPATCHED, service.accept, {}),
    "return": (State.HANDLING, requests.request_return, {"ground": ReturnGround.DUTY, "text": "不归我们"}),
    "extension": (State.HANDLING, requests.request_extension, {"reason": "材料未到", "new_due_on": date(2026, 12, 9)}),
    "suspend": (
        State.HANDLING,
        requests.suspend,
        {"plan": "明年改造", "expected_on": date(2027, 5, 1), "review_on": date(2027, 1, 5)},
    ),
    "pass": (State.HANDLED, service.pass_recheck, {"note": "到现场看过", "evidence": None}),
    "fail": (State.HANDLED, service.fail_recheck, {"reason": "没改", "evidence": None}),
    "look back": (State.CLOSED, service.look_back, {"good": True, "note": "", "evidence": None}),
    "void": (State.HANDLING, service.void, {"reason": "重复立案"}),
    "supervise": (State.HANDLING, service.supervise, {"reason": "多次返工"}),
    "instruct": (State.HANDLING, service.instruct, {"office": "区长", "text": "抓紧"}),
}
OFFICE = {"district", "city"}
MAY = {
    "dispatch": OFFICE,
    "accept": {"handler"},
    "return": {"handler"},
    "extension": {"handler"},
    "suspend": {"city"},
    "pass": OFFICE,
    "fail": OFFICE,
    "look back": OFFICE,
    "void": {"city"},
    "supervise": {"city"},
    "instruct": OFFICE,
}


@pytest.mark.parametrize("act", ACTS)
def test_everyone_else_is_refused_and_nothing_changes(app: Flask, act: str) -> None:
    make, (state, action, more) = Make(app), ACTS[act]
    unit = make.unit()
    ticket = make.ticket(state, unit=unit)
    ticket_id, version = ticket.id, ticket.version
    others = {
        "inspector": make.inspector(),
        "handler": db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).first() or make.handler(unit),
        "handler of another unit": make.handler(make.unit()),
        "district": make.officer(),
        "another district": make.officer("110105"),
        "city": make.city(),
        "publisher": make.publisher(),
        "auditor": make.person(Role.AUDITOR),
        "admin": make.person(Role.ADMIN),
    }
    refused = {name: person for name, person in others.items() if name not in MAY[act]}
    if act == "dispatch":
        more = more | {"unit": unit}

    for name, person in refused.items():
        with pytest.raises(NotAllowed), writing():
            action(db.session.get_one(Ticket, ticket_id), by=db.session.get_one(Person, person.id), now=NOW, **more)
        assert db.session.get_one(Ticket, ticket_id).version == version, name

    assert len(refused) >= 7


@pytest.mark.parametrize("act", ACTS)
def test_in_another_state_it_is_refused_and_says_what_is_open(app: Flask, act: str) -> None:
    make, (_state, action, more) = Make(app), ACTS[act]
    unit, city = make.unit(), make.city()
    ticket = make.ticket(State.HANDLING, unit=unit)
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    with writing():
        service.void(
            db.session.get_one(Ticket, ticket.id), reason="重复立案", by=db.session.get_one(Person, city.id), now=NOW
        )
    by = handler if MAY[act] == {"handler"} else city
    if act == "dispatch":
        more = more | {"unit": unit}

    with pytest.raises(Conflict, match="作废"), writing():
        action(db.session.get_one(Ticket, ticket.id), by=db.session.get_one(Person, by.id), now=NOW, **more)


@pytest.mark.parametrize("act", [act for act in ACTS if act not in {"supervise", "instruct"}])
def test_whoever_looked_at_an_older_version_is_told(app: Flask, act: str) -> None:
    make, (state, action, more) = Make(app), ACTS[act]
    unit, city = make.unit(), make.city()
    ticket = make.ticket(state, unit=unit)
    seen = ticket.version
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).first() or make.handler(unit)
    with writing():
        changed = db.session.get_one(Ticket, ticket.id)
        if state is State.CLOSED:
            changed.place = "改过的地方"
        else:
            service.supervise(changed, reason="多次返工", by=db.session.get_one(Person, city.id), now=NOW)
    by = handler if MAY[act] == {"handler"} else city
    if act == "dispatch":
        more = more | {"unit": unit}

    with pytest.raises(Conflict) as refusal, writing():
        action(db.session.get_one(Ticket, ticket.id), by=db.session.get_one(Person, by.id), now=NOW, seen=seen, **more)

    assert refusal.value.code == "changed_meanwhile"
    assert db.session.get_one(Ticket, ticket.id).state is state


def test_of_two_officers_at_once_one_is_told_and_nothing_is_lost(
    app: Flask, scene: Scenes, make: Make, events: Events
) -> None:
    filed, second_officer, second_unit = scene(), make.officer(), make.unit()
    seen, results = filed.ticket.version, []
    pairs = [(filed.officer.id, filed.unit.id), (second_officer.id, second_unit.id)]
    db.session.rollback()

    def dispatch(officer_id: uuid.UUID, unit_id: uuid.UUID) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                try:
                    with writing():
                        service.dispatch(
                            db.session.get_one(Ticket, filed.ticket_id),
                            unit=db.session.get_one(Unit, unit_id),
                            limit=FIVE_DAYS,
                            by=db.session.get_one(Person, officer_id),
                            now=NOW,
                            seen=seen,
                        )
                    results.append(("done", unit_id))
                except Refusal as refusal:
                    results.append((refusal.code, unit_id))

        return work

    side_by_side(*(dispatch(*pair) for pair in pairs))

    assert sorted(result for result, _unit in results) == ["changed_meanwhile", "done"]
    winner = next(unit_id for result, unit_id in results if result == "done")
    assert filed.ticket.unit_id == winner
    assert names(events).count("ticket.dispatched") == 1
