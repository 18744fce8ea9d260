"""Random histories of one ticket, with random people and times: what must hold after every step of each.

The whole history is told again from the audit events alone, by a reader written here, and must come to the same end.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest
from inspection.tickets import lists, requests, service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Answer, Recheck, ReturnGround, Ticket, TicketRequest, Verdict
from inspection.tickets.workflow import State
from tests.make import NOW, Make
from tests.tickets.fresh import counted, kept

HISTORIES, STEPS = 100, 40
Draw = Callable[[st.SearchStrategy[Any]], Any]
REFUSALS = (NotAllowed, Conflict, Invalid)


@dataclass
class Told:
    """A ticket as its events tell it."""

    state: str = "filed"
    round: int = 1
    tallies: dict[str, int] = field(
        default_factory=lambda: {"extensions": 0, "reworks": 0, "rebounds": 0, "lookbacks": 0}
    )
    due_at: datetime | None = None
    late: bool = False


STATES = {
    "ticket.dispatched": "dispatched", "ticket.accepted": "handling", "ticket.return_granted": "filed",
    "ticket.suspended": "suspended", "ticket.resumed": "handling", "ticket.handled": "handled",
    "ticket.closed": "closed", "ticket.failed": "handling", "ticket.rebounded": "handling", "ticket.voided": "void",
}  # fmt: skip
COUNTED = {
    "ticket.extended": ("extensions",), "ticket.failed": ("reworks",), "ticket.looked_back": ("lookbacks",),
    "ticket.rebounded": ("lookbacks", "rebounds"),
}  # fmt: skip


def told_again(events: Sequence[AuditEvent]) -> Told:
    """The ticket, read from its events from the first to the last."""
    told = Told()
    for event in events:
        data = json.loads(event.data)
        told.state = STATES.get(event.name, told.state)
        for name in COUNTED.get(event.name, ()):
            told.tallies[name] += 1
        if event.name in {"ticket.failed", "ticket.rebounded"}:
            told.round += 1
        if event.name in {
            "ticket.dispatched",
            "ticket.resumed",
            "ticket.extended",
            "ticket.failed",
            "ticket.rebounded",
        }:
            told.due_at = datetime.fromisoformat(data["due_at"])
        told.late = told.late or bool(data.get("late"))
    return told


@dataclass
class Ran:
    """How much ran."""

    histories: int = 0
    steps: int = 0
    done: dict[str, int] = field(default_factory=dict)


class Histories(RuleBasedStateMachine):
    """One ticket in an application that all histories share, each in a ticket of its own."""

    make: Make
    people: dict[str, uuid.UUID]
    units: list[uuid.UUID]
    evidence: uuid.UUID
    ran: Ran

    @initialize()
    def begin(self) -> None:
        officer, unit = (db.session.get_one(Person, self.people["district"]), self.units[0])
        self.now, self.ran.histories = NOW, self.ran.histories + 1
        self.id = self.make.ticket(officer=officer, unit=db.session.get_one(Unit, unit), by=self.author).id

    @property
    def author(self) -> Person:
        return db.session.get_one(Person, self.people["inspector"])

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.id)

    def act(self, name: str, action: Callable[..., object], who: str, minutes: int, **more: object) -> None:
        """Try it some time later; a refusal changes nothing."""
        self.now += timedelta(minutes=minutes)
        try:
            with writing():
                given = {key: value() if callable(value) else value for key, value in more.items()}
                action(self.ticket, by=db.session.get_one(Person, self.people[self.who(who)]), now=self.now, **given)
        except REFUSALS:
            name = "refused"
        self.count(name)

    def count(self, name: str) -> None:
        self.ran.steps += 1
        self.ran.done[name] = self.ran.done.get(name, 0) + 1

    def who(self, name: str) -> str:
        """The unit that holds the ticket, or whoever is named."""
        if name != "holder":
            return name
        return "second handler" if self.ticket.unit_id == self.units[1] else "handler"

    def shown(self, given: bool) -> Callable[[], Manifest | None]:
        return lambda: db.session.get_one(Manifest, self.evidence) if given else None

    WHO = st.sampled_from(["district", "city", "district", "holder", "another district"])
    OFFICE = st.sampled_from(["district", "city"])
    HOLDER = st.sampled_from(["holder", "holder", "holder", "second handler"])
    LATER = st.one_of(st.integers(0, 600), st.integers(0, 20 * 24 * 60))
    """Minutes: some the same day, some weeks later, at any hour."""
    LIMITS = st.builds(Limit, st.integers(1, 12), st.sampled_from(TimeUnit))

    @rule(who=WHO, holder=HOLDER, office=OFFICE, minutes=LATER, chance=st.integers(0, 99), data=st.data())
    def go_on(self, who: str, holder: str, office: str, minutes: int, chance: int, data: st.DataObject) -> None:
        """Something that makes sense where the ticket stands, not always by the right person."""
        ways = {
            State.FILED: (self.dispatch,), State.DISPATCHED: (self.accept, self.accept, self.ask_return),
            State.HANDLING: (self.answer, self.answer, self.ask_return, self.ask_extension, self.suspend),
            State.SUSPENDED: (self.resume,), State.HANDLED: (self.pass_recheck, self.pass_recheck, self.fail_recheck),
            State.CLOSED: (self.look_back,), State.VOID: (self.supervise,),
        }[self.ticket.state]  # fmt: skip
        if self.ticket.request is not None:
            ways = (*ways, self.decide, self.decide)
        if not chance:
            ways = (self.void,)
        self.by = {"who": who, "holder": holder, "office": office}
        ways[chance % len(ways)](minutes, data.draw)

    @rule(which=st.integers(0, 8), who=st.one_of(WHO, HOLDER), minutes=LATER, chance=st.integers(0, 3))
    def out_of_turn(self, which: int, who: str, minutes: int, chance: int) -> None:
        """Now and then anything, by anyone, wherever the ticket stands."""
        if chance:
            return
        day, photo = day_of(self.now) + timedelta(days=40), self.shown(True)
        name, action, more = [
            ("accept", service.accept, {}),
            ("pass", service.pass_recheck, {"note": "看过", "evidence": photo}),
            ("fail", service.fail_recheck, {"reason": "没有改", "evidence": photo}),
            ("rebound", service.look_back, {"good": False, "note": "", "evidence": photo}),
            ("ask return", requests.request_return, {"ground": ReturnGround.DUTY, "text": "不归我们"}),
            ("ask extension", requests.request_extension, {"reason": "材料未到", "new_due_on": day}),
            ("decide True", requests.decide_return, {"granted": True, "reason": ""}),
            ("suspend", requests.suspend, {"plan": "等到开春", "expected_on": day, "review_on": day}),
            ("resume", requests.resume, {}),
        ][which]
        self.act(name, action, who, minutes, **more)

    @rule(on=st.booleans(), minutes=LATER, chance=st.integers(0, 3))
    def now_and_then_supervise(self, on: bool, minutes: int, chance: int) -> None:
        if not chance:
            self.act("supervise", service.supervise, "city", minutes, reason="多次返工" if on else None)

    def dispatch(self, minutes: int, draw: Draw) -> None:
        chosen = self.units[draw(st.integers(0, 1))]
        more = {"unit": lambda: db.session.get_one(Unit, chosen), "limit": draw(self.LIMITS)}
        self.act("dispatch", service.dispatch, self.by["office"], minutes, **more)

    def accept(self, minutes: int, _draw: Draw) -> None:
        self.act("accept", service.accept, self.by["holder"], minutes)

    def answer(self, minutes: int, draw: Draw) -> None:
        """With a photo taken some minutes after filing, or before it."""
        self.now += timedelta(minutes=minutes)
        by, ticket = db.session.get_one(Person, self.people[self.who(self.by["holder"])]), self.ticket
        taken, name = min(ticket.filed_at + timedelta(minutes=draw(st.integers(-60, 2000))), self.now), "answer"
        try:
            self.make.answer(ticket, by, self.now, taken)
        except REFUSALS:
            name = "refused"
        self.count(name)

    def pass_recheck(self, minutes: int, draw: Draw) -> None:
        more = {"note": draw(st.sampled_from(["", "到现场看过"])), "evidence": self.shown(draw(st.booleans()))}
        self.act("pass", service.pass_recheck, self.by["who"], minutes, **more)

    def fail_recheck(self, minutes: int, draw: Draw) -> None:
        more = {"reason": draw(st.sampled_from(["", "没有改"])), "evidence": self.shown(draw(st.booleans()))}
        self.act("fail", service.fail_recheck, self.by["who"], minutes, **more)

    def look_back(self, minutes: int, draw: Draw) -> None:
        good = draw(st.booleans())
        more = {"good": good, "note": "看过", "evidence": self.shown(True)}
        self.act("good" if good else "rebound", service.look_back, self.by["office"], minutes, **more)

    def ask_return(self, minutes: int, _draw: Draw) -> None:
        more = {"ground": ReturnGround.PLACE, "text": "不在我们这里"}
        self.act("ask return", requests.request_return, self.by["holder"], minutes, **more)

    def ask_extension(self, minutes: int, draw: Draw) -> None:
        day = day_of(self.ticket.due_at or self.now) + timedelta(days=draw(st.integers(-3, 40)))
        more = {"reason": "材料未到", "new_due_on": day}
        self.act("ask extension", requests.request_extension, self.by["holder"], minutes, **more)

    def decide(self, minutes: int, draw: Draw) -> None:
        granted = draw(st.booleans())
        what = requests.decide_extension if self.ticket.request == "extension" else requests.decide_return
        more = {"granted": granted, "reason": "说明理由"}
        self.act(f"decide {granted}", what, self.by["office"], minutes, **more)

    def suspend(self, minutes: int, draw: Draw) -> None:
        day = day_of(self.now) + timedelta(days=draw(st.integers(15, 60)))
        more = {"plan": "等到开春", "expected_on": day, "review_on": day}
        self.act("suspend", requests.suspend, self.by["office"], minutes, **more)

    def resume(self, minutes: int, _draw: Draw) -> None:
        self.act("resume", requests.resume, self.by["office"], minutes)

    def supervise(self, minutes: int, _draw: Draw) -> None:
        self.act("supervise", service.supervise, "city", minutes, reason="多次返工")

    def void(self, minutes: int, _draw: Draw) -> None:
        self.act("void", service.void, "city", minutes, reason="重复立案")

    @invariant()
    def nothing_is_closed_without_a_photo_of_the_repair_and_an_independent_look(self) -> None:
        ticket = self.ticket
        if ticket.state is not State.CLOSED:
            return
        answers = db.session.scalars(
            db.select(Answer).where(Answer.ticket_id == ticket.id, Answer.answered_at.is_not(None))
        )
        of_round = [answer for answer in answers if answer.round == ticket.round]
        assert any(photo.taken and photo.taken > ticket.filed_at for one in of_round for photo in one.manifest.photos)
        looks = db.session.scalars(db.select(Recheck).where(Recheck.ticket_id == ticket.id)).all()
        passed = [one for one in looks if one.round == ticket.round and one.verdict is Verdict.PASSED]
        assert len(passed) == 1
        who = db.session.get_one(Person, passed[0].by_id)
        assert who.unit_id != ticket.unit_id and who.id not in {one.by_id for one in of_round}
        assert passed[0].note or passed[0].manifest

    @invariant()
    def there_is_a_round_for_each_rework_and_rebound(self) -> None:
        ticket = self.ticket
        assert ticket.round == ticket.reworks + ticket.rebounds + 1

    @invariant()
    def the_clock_says_the_same_everywhere(self) -> None:
        ticket = self.ticket
        running = ticket.state in {State.DISPATCHED, State.HANDLING}
        clock = (ticket.clock_started_at is not None, ticket.clock_stopped_at is not None)
        assert clock == (True, False) if running else clock in {(False, False), (True, True)}
        assert (ticket.clock_remaining is None) == (ticket.clock_stopped_at is None)
        assert lists.overdue(ticket, self.now) == bool(running and ticket.due_at and self.now > ticket.due_at)
        if ticket.clock_stopped_at and ticket.due_at and ticket.clock_remaining is not None:
            assert (ticket.clock_remaining < 0) == (ticket.clock_stopped_at > ticket.due_at)
        if ticket.due_at and ticket.clock_started_at:
            assert ticket.due_at > ticket.clock_started_at or ticket.due_at.astimezone(BEIJING).hour > 0

    @invariant()
    def one_request_waits_where_the_ticket_says_so(self) -> None:
        waiting = db.session.scalars(
            db.select(TicketRequest.kind).where(TicketRequest.ticket_id == self.id, TicketRequest.decided_at.is_(None))
        ).all()
        assert waiting == ([self.ticket.request] if self.ticket.request else [])

    @invariant()
    def its_events_tell_the_same_story(self) -> None:
        ticket = self.ticket
        events = db.session.scalars(
            db.select(AuditEvent).where(AuditEvent.object == f"ticket:{self.id}").order_by(AuditEvent.seq)
        ).all()
        told = told_again(events)
        tallies: dict[str, Any] = {name: getattr(ticket, name) for name in told.tallies}
        assert (told.state, told.round, told.tallies) == (ticket.state.value, ticket.round, tallies)
        assert told.due_at == ticket.due_at
        assert told.late == ticket.late


@pytest.fixture
def machine(sqlite_app: Flask, tmp_path: Path) -> Iterator[type[Histories]]:
    """The histories, with their people."""
    make = Make(sqlite_app)
    first, second = make.unit(), make.unit("市容所")
    people = {
        "district": make.officer(), "city": make.city(), "another district": make.officer("110105"),
        "inspector": make.inspector(), "handler": make.handler(first), "second handler": make.handler(second),
    }  # fmt: skip
    ids = {name: person.id for name, person in people.items()}
    made = {"make": make, "people": ids, "units": [first.id, second.id], "evidence": make.evidence(), "ran": Ran()}
    yield type("OurHistories", (Histories,), made)


def test_whatever_people_do_and_whenever_the_rules_hold_and_the_events_tell_it_all(machine: type[Histories]) -> None:
    few = settings(
        max_examples=HISTORIES, stateful_step_count=STEPS, derandomize=True, deadline=None,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    run_state_machine_as_test(machine, settings=few)

    ran = machine.ran
    assert kept() == counted() != {}
    print(f"{ran.histories} histories, {ran.steps} steps: {dict(sorted(ran.done.items()))}")
    assert ran.histories >= HISTORIES
    assert {"dispatch", "accept", "answer", "pass", "fail", "good", "rebound", "suspend", "resume"} <= set(ran.done)
    assert {"ask return", "ask extension", "decide True", "decide False", "void", "refused"} <= set(ran.done)
