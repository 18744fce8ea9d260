"""Triage: a suggestion, a queue, and one decision."""

import dataclasses
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, Refusal
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos.models import Photo
from inspection.reports.models import Form, Report, ReportState
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.triage import queues, routing
from inspection.triage import service as triage
from inspection.triage.models import Proposal
from inspection.triage.queues import Filter
from inspection.triage.routing import Rule
from inspection.triage.service import DeclineGround
from tests.make import NOW, STREET, Make, side_by_side

Events = Callable[..., list[AuditEvent]]
CHAOYANG = (39.9219, 116.4431)
MINUTE = timedelta(minutes=1)


def proposal(report: Report) -> Proposal:
    with writing():
        triage.propose(report.id, now=NOW)
    return db.session.get_one(Proposal, report.id)


def decide(report: Report, by: Person, **more: Any) -> Ticket:
    given: dict[str, Any] = {"category": "street_clutter", "place": "门前", "unit": None, "limit": None} | more
    with writing():
        if given["unit"] is not None:
            given["unit"] = db.session.get_one(Unit, given["unit"].id)
        return triage.file_and_dispatch(
            db.session.get_one(Report, report.id), by=db.session.get_one(Person, by.id), now=NOW, **given
        )


def decline(report: Report, by: Person, text: str = "照片太暗，看不清") -> Report:
    with writing():
        report = db.session.get_one(Report, report.id)
        triage.decline(report, ground=DeclineGround.UNCLEAR, text=text, by=db.session.get_one(Person, by.id), now=NOW)
    return report


def test_the_streets_team_comes_before_the_districts_department() -> None:
    rule = Rule("综合行政执法队", "城市管理委", 24, "hour", "urgent")

    route = routing.route(rule)

    assert route.duties == ("综合行政执法队", "城市管理委")
    assert (route.limit, route.severity) == (Limit(24, TimeUnit.HOUR), "urgent")
    assert routing.route(Rule(None, "主管部门", 5, "workday", "normal")).duties == ("主管部门",)


@pytest.mark.parametrize(
    ("distance", "accuracy", "disagree"),
    [(50, None, False), (50.1, None, True), (60, 30, False), (61, 30, True), (51, 8, True), (0, 0, False)],
)
def test_two_positions_disagree_beyond_fifty_metres_and_both_accuracies(
    distance: float, accuracy: float | None, disagree: bool
) -> None:
    assert routing.positions_disagree(distance, accuracy) is disagree


def test_the_suggestion_is_the_streets_unit_with_the_catalogues_limit(make: Make) -> None:
    make.unit("城市管理委", street=None)
    team = make.unit("综合行政执法队", street=STREET)

    suggested = proposal(make.report())

    assert suggested.unit_id == team.id
    assert (suggested.limit_amount, suggested.limit_unit, suggested.severity) == (2, TimeUnit.WORKDAY, "normal")
    assert (suggested.border_m, suggested.exif_distance_m) == (None, None)


def test_without_a_team_in_the_street_it_is_the_department_and_without_that_nobody(make: Make) -> None:
    author = make.inspector()
    nobody = proposal(make.report(author)).unit_id
    department = make.unit("城市管理委", street=None)

    assert nobody is None
    assert proposal(make.report(author)).unit_id == department.id


def test_a_doubtful_border_is_told_in_metres(make: Make) -> None:
    new = make.new_report(category="service_desk")
    place = dataclasses.replace(new.place, accuracy_m=5000.0)
    vague = make.announce(make.inspector(), dataclasses.replace(new, place=place)).report

    suggested = proposal(vague)

    assert vague.doubtful
    assert suggested.border_m is not None and 100 < suggested.border_m < 5000


def test_a_picture_taken_elsewhere_is_told_in_metres(make: Make) -> None:
    """A hundredth of a degree north is 1,110 m."""
    report = make.report()
    with writing():
        photo = db.session.scalars(db.select(Photo).where(Photo.manifest_id == report.id)).one()
        photo.exif_lat, photo.exif_lng = report.lat + 0.01, report.lng

    suggested = proposal(report)

    assert suggested.exif_distance_m == pytest.approx(1110, abs=2)


def test_proposing_twice_or_for_what_is_decided_changes_nothing(make: Make) -> None:
    report = make.report()
    first = proposal(report)
    made_at, unit_id = first.made_at, first.unit_id
    make.unit("城市管理委", street=None)

    with writing():
        triage.propose(report.id, now=NOW + MINUTE)
        triage.propose(uuid.uuid4(), now=NOW)
    gone = decline(make.report(), make.officer())
    with writing():
        triage.propose(gone.id, now=NOW)

    again = db.session.get_one(Proposal, report.id)
    assert (again.made_at, again.unit_id) == (made_at, unit_id)
    assert db.session.get(Proposal, gone.id) is None


def test_the_queue_is_the_districts_own_oldest_first(make: Make) -> None:
    author, officer = make.inspector(), make.officer()
    late = make.report(author, now=NOW + 2 * MINUTE)
    early = make.report(author, now=NOW)
    elsewhere = make.report(author, at=CHAOYANG, now=NOW + MINUTE)
    mystery = make.report(author, form=Form.MYSTERY, now=NOW + 3 * MINUTE)
    make.announce(author, make.new_report(b"not here yet"))
    decline(make.report(author), officer)

    assert [report.id for report in queues.page(officer, Filter(), now=NOW)] == [early.id, late.id]
    assert [report.id for report in queues.page(make.city(), Filter(), now=NOW)] == [
        early.id,
        elsewhere.id,
        late.id,
        mystery.id,
    ]
    assert [report.id for report in queues.page(make.officer("110105"), Filter(), now=NOW)] == [elsewhere.id]
    assert (queues.count_waiting(officer), queues.count_decided(officer, since=NOW)) == (2, 1)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.PUBLISHER, Role.AUDITOR, Role.ADMIN])
def test_for_whoever_does_not_triage_nothing_waits(make: Make, role: Role) -> None:
    make.report()
    person = make.inspector() if role is Role.INSPECTOR else make.person(role)

    assert queues.page(person, Filter(), now=NOW) == []
    assert queues.count_waiting(person) == 0


def test_the_queue_is_paged_without_loss_or_repeat_while_it_changes(make: Make) -> None:
    author, officer = make.inspector(), make.officer()
    moments = [0, 1, 1, 1, 2, 3, 3]
    made = [make.report(author, now=NOW + minute * MINUTE).id for minute in moments]

    walked: list[uuid.UUID] = []
    after = None
    while page := queues.page(officer, Filter(), now=NOW, after=after, limit=2):
        walked += [report.id for report in page]
        after = (page[-1].received_at, page[-1].id)
        if len(walked) == 2:
            decline(page[0], officer)

    assert len(walked) == len(set(walked)) == len(moments)
    assert set(walked) == set(made)


def test_filing_and_dispatching_is_one_stroke(make: Make, events: Events) -> None:
    report, officer, unit = make.report(), make.officer(), make.unit()

    ticket = decide(report, officer, unit=unit, limit=Limit(3, TimeUnit.DAY))

    assert (ticket.state, ticket.unit_id, ticket.limit_amount) == (State.DISPATCHED, unit.id, 3)
    assert [event.name for event in events()][-3:] == ["report.filed", "ticket.filed", "ticket.dispatched"]
    assert db.session.get_one(Report, report.id).state is ReportState.FILED


def test_filing_may_wait_for_its_unit(make: Make) -> None:
    ticket = decide(make.report(), make.officer(), category="illegal_structure")

    assert (ticket.state, ticket.unit_id, ticket.due_at) == (State.FILED, None, None)
    assert (ticket.limit_amount, ticket.limit_unit, ticket.severity) == (15, TimeUnit.WORKDAY, "hard")


def test_a_unit_that_cannot_be_leaves_the_report_unfiled(make: Make) -> None:
    report, officer, elsewhere = make.report(), make.officer(), make.unit(district="110105", street=None)

    with pytest.raises(Invalid):
        decide(report, officer, unit=elsewhere)

    assert db.session.get_one(Report, report.id).state is ReportState.RECEIVED
    assert db.session.scalars(db.select(Ticket)).all() == []


def test_an_unknown_category_is_refused_at_its_field(make: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        decide(make.report(), make.officer(), category="no_such")

    assert refusal.value.field == "category"


def test_declining_needs_a_sentence_that_the_author_will_read(make: Make, events: Events) -> None:
    report, officer = make.report(), make.officer()

    with pytest.raises(Invalid) as refusal:
        decline(report, officer, text=" ")
    declined = decline(report, officer, text=" 照片太暗，看不清 ")

    assert refusal.value.field == "text"
    assert (declined.state, declined.decline_ground, declined.decline_text, declined.decided_at) == (
        ReportState.DECLINED,
        "unclear",
        "照片太暗，看不清",
        NOW,
    )
    assert len(events("report.declined")) == 1


def test_another_district_and_every_other_role_decide_nothing(make: Make) -> None:
    report, unit = make.report(), make.unit()
    people = [make.officer("110105"), make.handler(unit), make.publisher(), make.person(Role.AUDITOR), make.inspector()]

    for person in people:
        with pytest.raises(NotAllowed):
            decide(report, person)
        with pytest.raises(NotAllowed):
            decline(report, person)

    assert db.session.get_one(Report, report.id).state is ReportState.RECEIVED


def test_a_mystery_report_is_not_the_districts_to_decide(make: Make) -> None:
    report = make.report(form=Form.MYSTERY)

    with pytest.raises(Refusal):
        decline(report, make.officer())
    with pytest.raises(Refusal):
        decide(report, make.officer())

    assert decline(report, make.city()).state is ReportState.DECLINED


def test_what_is_decided_is_decided(make: Make) -> None:
    officer = make.officer()
    filed, declined = make.report(), make.report()
    decide(filed, officer)
    decline(declined, officer)

    for report in (filed, declined):
        with pytest.raises(Conflict):
            decide(report, officer)
        with pytest.raises(Conflict):
            decline(report, officer)


def test_of_two_officers_at_once_one_is_told(app: Flask, make: Make, events: Events) -> None:
    report_id, first, second = make.report().id, make.officer().id, make.officer().id
    db.session.rollback()
    start = threading.Barrier(2)
    done: list[str] = []

    def work(what: str, officer_id: uuid.UUID) -> Callable[[], None]:
        def act() -> None:
            with app.app_context():
                report = db.session.get_one(Report, report_id)
                officer = db.session.get_one(Person, officer_id)
                start.wait()
                (decide if what == "filed" else decline)(report, officer)
                done.append(what)

        return act

    side_by_side(work("filed", first), work("declined", second))

    db.session.expire_all()
    assert len(done) == 1
    assert db.session.get_one(Report, report_id).state.value == done[0]
    assert len(events("report.filed") + events("report.declined")) == 1
