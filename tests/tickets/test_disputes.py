"""A quarrel over whose a ticket is: both sides' words, the city's decision, and the precedent that it leaves."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from inspection.geography.points import Point
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports.models import Report
from inspection.tickets import assistance, assists, disputes, merging, requests, service
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.disputes import Owner, Precedent
from inspection.tickets.models import Dispute, ReturnGround, Ticket
from inspection.tickets.workflow import OpenRequest, State
from inspection.triage import queues
from inspection.triage.queues import Filter
from tests.make import DISTRICT, NOW, SPOT, Make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEIGHBOUR = "110105"
FIVE = Limit(5, TimeUnit.WORKDAY)
NEAR, FAR = (SPOT[0] + 0.0002, SPOT[1]), (SPOT[0] + 0.0020, SPOT[1])
"""22 m and 222 m north."""


class Quarrel:
    """A ticket in a unit's hands that the unit wants to send back."""

    def __init__(self, make: Make, ground: ReturnGround = ReturnGround.OWNERSHIP, **more: object) -> None:
        self.make, self.officer, self.city = make, make.officer(), make.city()
        self.unit, self.other = make.unit(), make.unit("城管委", street=None)
        self.id = make.ticket(State.HANDLING, officer=self.officer, unit=self.unit, **more).id
        self.handler = db.session.scalars(db.select(Person).where(Person.unit_id == self.unit.id)).one()
        self.act(requests.request_return, self.handler, ground=ground, text="围墙里面是产权单位的地")

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.id)

    def act(self, action: Callable[..., object], by: Person, **more: object) -> None:
        with writing():
            ticket = db.session.get_one(Ticket, self.id)
            action(ticket, by=db.session.get_one(Person, by.id), **{"now": NOW + 2 * HOUR} | more)

    def dispute(self, by: Person | None = None, **more: object) -> None:
        given = {"statement": "围墙外两米都归街道管", "named": None} | more
        self.act(disputes.dispute, by or self.officer, **given)

    def settle(
        self, unit: Unit | None = None, district: str | None = None, by: Person | None = None, **more: object
    ) -> None:
        owner = Owner(db.session.get_one(Unit, unit.id) if unit else None, district)
        given = {"owner": owner, "reason": "红线图上在街道一侧", "now": NOW + 3 * HOUR} | more
        self.act(disputes.settle, by or self.city, **given)


def precedent(ticket: Ticket) -> Precedent | None:
    return disputes.precedent(Point(ticket.lat, ticket.lng))


@pytest.fixture
def quarrel(make: Make) -> Quarrel:
    return Quarrel(make)


@pytest.mark.parametrize("ground", [ReturnGround.PLACE, ReturnGround.OWNERSHIP])
def test_both_sides_words_are_kept_beside_each_other_and_the_clock_runs_on(make: Make, ground: ReturnGround) -> None:
    one = Quarrel(make, ground)
    due = one.ticket.due_at

    one.dispute(named=NEIGHBOUR)

    ((asked, said),) = disputes.of_ticket(one.ticket)
    assert (asked.text, asked.by_id) == ("围墙里面是产权单位的地", one.handler.id)
    assert (said.statement, said.stated_by_id, said.named_code) == ("围墙外两米都归街道管", one.officer.id, NEIGHBOUR)
    assert (one.ticket.state, one.ticket.request) == (State.HANDLING, OpenRequest.DISPUTED_RETURN)
    assert (one.ticket.due_at, one.ticket.clock_stopped_at) == (due, None)


def test_a_disputed_return_is_the_citys_alone(quarrel: Quarrel) -> None:
    quarrel.dispute()

    for granted in (True, False):
        with pytest.raises(NotAllowed):
            quarrel.act(requests.decide_return, quarrel.officer, granted=granted, reason="归你们")
        with pytest.raises(Conflict, match="归谁办"):
            quarrel.act(requests.decide_return, quarrel.city, granted=granted, reason="归你们")
    with pytest.raises(NotAllowed):
        quarrel.settle(quarrel.unit, by=quarrel.officer)

    assert quarrel.ticket.request is OpenRequest.DISPUTED_RETURN


@pytest.mark.parametrize("who", ["handler", "neighbour", Role.INSPECTOR, Role.AUDITOR, Role.PUBLISHER, Role.ADMIN])
def test_only_its_district_and_the_city_contradict_and_only_the_city_decides(
    quarrel: Quarrel, make: Make, who: str
) -> None:
    made = {
        "handler": lambda: quarrel.handler,
        "neighbour": lambda: make.officer(NEIGHBOUR),
        Role.INSPECTOR: make.inspector,
    }
    person = made[who]() if who in made else make.person(Role(who))

    with pytest.raises(NotAllowed):
        quarrel.dispute(person)
    quarrel.dispute(quarrel.city)
    with pytest.raises(NotAllowed):
        quarrel.settle(quarrel.unit, by=person)


def test_what_is_the_units_stays_with_it_and_its_clock(
    quarrel: Quarrel, events: Callable[..., list[AuditEvent]]
) -> None:
    due = quarrel.ticket.due_at
    quarrel.dispute()

    quarrel.settle(quarrel.unit)

    ticket = quarrel.ticket
    assert (ticket.state, ticket.unit_id, ticket.request) == (State.HANDLING, quarrel.unit.id, None)
    assert (ticket.due_at, ticket.clock_stopped_at) == (due, None)
    ((asked, said),) = disputes.of_ticket(ticket)
    assert (asked.granted, asked.decision, asked.decided_by_id) == (False, "红线图上在街道一侧", quarrel.city.id)
    assert (said.owner_unit_id, said.owner_code, said.decided_at) == (quarrel.unit.id, DISTRICT, NOW + 3 * HOUR)
    told = events("ticket.return_")
    assert [one.name for one in told] == [
        "ticket.return_requested",
        "ticket.return_disputed",
        "ticket.return_settled",
    ]
    assert json.loads(told[-1].data)["reason"] == "红线图上在街道一侧"


def test_what_is_another_units_waits_for_its_dispatch(quarrel: Quarrel) -> None:
    quarrel.dispute()

    quarrel.settle(quarrel.other)

    ticket = quarrel.ticket
    assert (ticket.state, ticket.unit_id, ticket.request) == (State.FILED, None, None)
    assert ticket.clock_stopped_at == NOW + 3 * HOUR
    assert ticket.district_code == DISTRICT
    ((asked, _),) = disputes.of_ticket(ticket)
    assert asked.granted is True


def test_what_is_another_districts_goes_there_with_its_number_and_is_dispatched_there(make: Make) -> None:
    one = Quarrel(make, ReturnGround.PLACE)
    number, helper = one.ticket.number, make.unit("园林绿化局", street=None)
    one.act(assistance.call_in, one.officer, unit=helper, task="一起去", limit=FIVE)
    one.dispute(named=NEIGHBOUR)

    one.settle(district=NEIGHBOUR)

    ticket = one.ticket
    assert (ticket.district_code, ticket.number, ticket.state) == (NEIGHBOUR, number, State.FILED)
    assert ticket.street_code is None or ticket.street_code.startswith(NEIGHBOUR)
    assert [one.withdrawn_at for one in assists.of_ticket(ticket)] == [NOW + 3 * HOUR]
    there = make.unit(street=None, district=NEIGHBOUR)
    one.act(service.dispatch, make.officer(NEIGHBOUR), unit=db.session.get_one(Unit, there.id), limit=FIVE)
    assert one.ticket.unit_id == there.id


def test_the_reports_of_what_goes_to_another_district_go_with_it(
    make: Make, events: Callable[..., list[AuditEvent]]
) -> None:
    one, neighbour = Quarrel(make, ReturnGround.PLACE), make.officer(NEIGHBOUR)
    added = make.report()
    with writing():
        ticket, report = db.session.get_one(Ticket, one.id), db.session.get_one(Report, added.id)
        merging.merge(ticket, report, by=db.session.get_one(Person, one.officer.id), now=NOW)
    one.dispute(named=NEIGHBOUR)

    one.settle(district=NEIGHBOUR)

    for link in one.ticket.reports:
        assert reports.visible(neighbour, link.report_id).district_code == NEIGHBOUR
        assert link.report.street_code is None or link.report.street_code.startswith(NEIGHBOUR)
        with pytest.raises(NotFound):
            reports.visible(one.officer, link.report_id)
    assert len(events("report.moved")) == 2
    with writing():
        report = db.session.get_one(Report, added.id)
        merging.split(
            db.session.get_one(Ticket, one.id), report, by=db.session.get_one(Person, neighbour.id), now=NOW + 4 * HOUR
        )
    later = NOW + 5 * HOUR
    assert [waits.id for waits in queues.page(neighbour, Filter(), now=later)] == [added.id]
    assert list(queues.page(one.officer, Filter(), now=later)) == []


def test_a_duty_is_the_districts_to_decide_and_no_quarrel(make: Make) -> None:
    one = Quarrel(make, ReturnGround.DUTY)

    assert not disputes.can_be_disputed(one.ticket)
    with pytest.raises(Conflict, match="职责不符"):
        one.dispute()


def test_there_is_one_quarrel_at_a_time_and_none_without_a_return(quarrel: Quarrel) -> None:
    assert disputes.can_be_disputed(quarrel.ticket)
    with pytest.raises(Conflict, match="没有等着裁定"):
        quarrel.settle(quarrel.unit)
    quarrel.dispute()
    with pytest.raises(Conflict, match="已经有争议"):
        quarrel.dispute(quarrel.city)
    quarrel.settle(quarrel.unit)
    with pytest.raises(Conflict):
        quarrel.dispute()
    with pytest.raises(Conflict):
        quarrel.settle(quarrel.unit)


def test_whoever_looked_at_an_older_version_is_told(quarrel: Quarrel) -> None:
    seen = quarrel.ticket.version
    quarrel.dispute(seen=seen)

    with pytest.raises(Conflict, match="刚才已有别人"):
        quarrel.settle(quarrel.unit, seen=seen)


@pytest.mark.parametrize(
    ("given", "field"), [({"statement": " "}, "statement"), ({"named": DISTRICT}, "named"), ({"named": "9"}, "named")]
)
def test_what_is_wrong_with_a_contradiction_is_said_at_its_field(
    quarrel: Quarrel, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        quarrel.dispute(**given)

    assert refused.value.field == field
    assert quarrel.ticket.request is OpenRequest.RETURN


@pytest.mark.parametrize("owner", ["nobody", "its own district", "no district", "a unit elsewhere"])
def test_an_owner_that_cannot_be_one_is_refused(quarrel: Quarrel, make: Make, owner: str) -> None:
    quarrel.dispute()
    elsewhere = make.unit(street=None, district=NEIGHBOUR) if owner == "a unit elsewhere" else None
    code = {"its own district": DISTRICT, "no district": "9"}.get(owner)

    with pytest.raises(Invalid) as refused:
        quarrel.settle(elsewhere, code)

    assert refused.value.field == "owner"


def test_a_decision_without_a_reason_is_none(quarrel: Quarrel) -> None:
    quarrel.dispute()

    with pytest.raises(Invalid) as refused:
        quarrel.settle(quarrel.unit, reason="")

    assert refused.value.field == "reason"
    assert disputes.open_one(quarrel.ticket) is not None


def test_a_quarrel_lapses_with_the_units_answer_and_leaves_no_precedent(quarrel: Quarrel, make: Make) -> None:
    quarrel.dispute()

    make.answer(quarrel.ticket, quarrel.handler, NOW + 4 * HOUR)

    assert quarrel.ticket.state is State.HANDLED and disputes.open_one(quarrel.ticket) is None
    assert db.session.scalars(db.select(Dispute)).one().decided_at is None
    assert precedent(make.ticket(at=NEAR)) is None


def test_what_was_decided_is_the_precedent_of_the_next_ticket_near_there_and_not_farther_away(
    quarrel: Quarrel, make: Make
) -> None:
    quarrel.dispute()
    quarrel.settle(quarrel.other)

    near, far = make.ticket(at=NEAR), make.ticket(at=FAR)

    expected = Precedent(db.session.get_one(Unit, quarrel.other.id), DISTRICT, "红线图上在街道一侧", NOW + 3 * HOUR)
    assert precedent(near) == expected == precedent(quarrel.ticket)
    assert precedent(far) is None


def test_the_latest_decision_counts(make: Make) -> None:
    first, second = Quarrel(make), Quarrel(make, at=NEAR)
    first.dispute()
    first.settle(first.other)
    second.dispute()
    second.settle(district=NEIGHBOUR, reason="界桩在东边", now=NOW + DAY)

    found = precedent(make.ticket())

    assert found == Precedent(None, NEIGHBOUR, "界桩在东边", NOW + DAY)
