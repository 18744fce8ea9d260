"""A visit is there for whoever was drawn, from its hour on; what they bring is kept, and ends it once."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from inspection.checks import brought, records, visits
from inspection.checks.content import Answer
from inspection.checks.models import Outcome, Plan, Visit, VisitRecord, VisitState
from inspection.checks.visits import Decline
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.queue import Job
from inspection.people import visiting
from inspection.people.models import Person
from inspection.photos.service import Different
from inspection.reports import receipts
from inspection.web.tools import tools
from tests.checks.make_checks import MakeChecks
from tests.checks.make_records import EVERY_KIND, GOOD, GRACE, TWO_GOOD, new_record, place, send, upload
from tests.make import NOW, SPOT, Make, jpeg, sha256

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE, TWO = jpeg(701), jpeg(702)
FAR = (SPOT[0] + 0.01, SPOT[1])
"""Some 1,100 metres to the north."""


@pytest.fixture
def plan(make: Make, checks: MakeChecks) -> Plan:
    return checks.plan(make.city(), checks.checklist())


@pytest.fixture
def drawn(make: Make) -> Person:
    return make.inspector()


def waiting(person: Person, now: Any = NOW) -> list[uuid.UUID]:
    return [visit.id for visit in visits.open_of(person, now=now, grace=GRACE)]


def change(visit: Visit, **more: Any) -> None:
    with writing():
        kept = db.session.get_one(Visit, visit.id)
        for name, value in more.items():
            setattr(kept, name, value)


def ask_back(visit: Visit, *items: str, at: Any = NOW + DAY) -> None:
    """As the office does it."""
    change(visit, state=VisitState.ASKED, asked_at=at, asked_items=list(items), asked_text="请补一张照片")
    with writing():
        visiting.wait_again(visit.id)


def state_of(visit: Visit) -> VisitState:
    db.session.expire_all()
    return db.session.get_one(Visit, visit.id).state


def jobs_of(visit: Visit) -> list[str]:
    named = db.select(Job.name).where(Job.subject == str(visit.id)).order_by(Job.id)
    return list(db.session.scalars(named))


def test_it_shows_from_its_hour_until_its_window_closes(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW, lasting=2 * DAY)

    assert waiting(drawn, NOW - 24 * HOUR) == waiting(drawn, NOW + 2 * DAY) == [visit.id]
    assert waiting(drawn, NOW - 24 * HOUR - timedelta(seconds=1)) == []
    assert waiting(drawn, NOW + 2 * DAY + timedelta(seconds=1)) == []


def test_nobody_else_has_it_and_the_most_urgent_comes_first(
    plan: Plan, make: Make, checks: MakeChecks, drawn: Person
) -> None:
    later = checks.visit(plan, checks.site(), drawn, lasting=9 * DAY)
    sooner = checks.visit(plan, checks.site(), drawn, lasting=3 * DAY)

    assert waiting(drawn) == [sooner.id, later.id]
    assert waiting(make.inspector()) == []


def test_absent_not_ones_own_and_not_yet_are_told_alike_after_the_same_questions(
    app: Flask, plan: Plan, make: Make, checks: MakeChecks, drawn: Person
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW + 10 * DAY)
    stranger = make.inspector()
    told, asked = set(), []

    for person, visit_id in ((drawn, uuid.uuid4()), (stranger, visit.id), (drawn, visit.id)):
        person = db.session.get_one(Person, person.id)
        db.session.commit()
        person.id  # noqa: B018 - read before the questions are counted
        counted: list[str] = []
        hear = lambda _c, _k, statement, *_: counted.append(statement)  # noqa: E731, B023
        event.listen(db.engine, "before_cursor_execute", hear)
        with pytest.raises(NotFound) as refused:
            visits.known(person, visit_id, now=NOW)
        event.remove(db.engine, "before_cursor_execute", hear)
        told.add((refused.value.message, refused.value.code))
        asked.append(counted)

    assert len(told) == 1
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) == 2


@pytest.mark.parametrize("reason", list(Decline))
def test_whoever_cannot_go_says_so_and_somebody_else_is_drawn(
    plan: Plan, checks: MakeChecks, drawn: Person, reason: Decline, events: Callable[..., list[AuditEvent]]
) -> None:
    visit = checks.visit(plan, checks.site(), drawn)

    for _twice in (1, 2):
        with writing():
            visits.decline(visit.id, reason=reason, text="那几天不在北京", by=drawn, now=NOW)

    kept = db.session.get_one(Visit, visit.id)
    assert (kept.state, kept.decline_reason) == (VisitState.DECLINED, f"{reason.value}: 那几天不在北京")
    assert waiting(drawn) == [] and not visiting.own_open(drawn)
    assert jobs_of(visit) == ["checks.redraw"]
    (told,) = events("visit.")
    assert (told.name, told.actor) == ("visit.declined", "author") and str(drawn.id) not in told.data


def test_another_reason_needs_words_and_what_is_over_cannot_be_declined(
    plan: Plan, checks: MakeChecks, drawn: Person
) -> None:
    visit = checks.visit(plan, checks.site(), drawn)
    done = checks.visit(plan, checks.site(), drawn, state=VisitState.RECEIVED)

    with pytest.raises(Invalid) as refused, writing():
        visits.decline(visit.id, reason=Decline.OTHER, text=" ", by=drawn, now=NOW)
    assert refused.value.field == "text"
    with pytest.raises(Conflict), writing():
        visits.decline(done.id, reason=Decline.BUSY, text="", by=drawn, now=NOW)


def test_a_record_ends_the_visit_with_its_last_photo_and_a_receipt(
    plan: Plan, checks: MakeChecks, drawn: Person, events: Callable[..., list[AuditEvent]]
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    answers = (Answer("q2", yes=False), Answer("q1", yes=True, photos=(0, 1), note="墙边搭了棚子"))
    record_id = uuid.uuid4()

    announced = send(drawn, new_record(visit, ONE, TWO, answers=answers), record_id=record_id)
    first = upload(drawn, record_id, TWO)
    assert (announced.missing, first.missing) == ((sha256(ONE), sha256(TWO)), (sha256(ONE),))
    assert state_of(visit) is VisitState.WAITING
    upload(drawn, record_id, ONE)

    record = db.session.get_one(VisitRecord, record_id)
    assert state_of(visit) is VisitState.RECEIVED and record.used
    assert [one["key"] for one in json.loads(record.answers)] == ["q1", "q2"]
    signed = {"document": record.document, "signature": record.signature}
    told = receipts.verify(signed, tools().signer.public_key)
    assert (told["visit"], told["photos"]) == (str(record_id), [sha256(ONE), sha256(TWO)])
    assert not visiting.own_open(drawn) and jobs_of(visit) == ["checks.examine"]
    (received,) = events("visit.")
    assert (received.name, received.actor) == ("visit.received", "author")
    assert str(drawn.id) not in received.data


def test_the_same_again_changes_nothing_and_another_content_is_refused(
    plan: Plan, checks: MakeChecks, drawn: Person
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    record_id, new = uuid.uuid4(), new_record(visit)

    first = send(drawn, new, record_id=record_id)
    again = send(drawn, new, record_id=record_id, now=NOW + HOUR)

    assert first.created and not again.created
    assert again.record.number == first.record.number and again.record.received_at == NOW
    with pytest.raises(Different):
        send(drawn, new_record(visit, note="改了"), record_id=record_id)
    with pytest.raises(Conflict) as late:
        send(drawn, new_record(visit))
    assert late.value.code == "visit_done"
    assert jobs_of(visit) == ["checks.examine"]


def test_an_id_that_someone_else_has_used_tells_nothing_of_them(
    plan: Plan, make: Make, checks: MakeChecks, drawn: Person
) -> None:
    other = make.inspector()
    theirs = checks.visit(plan, checks.site(), other, opens_at=NOW - DAY)
    mine = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    record = send(other, new_record(theirs)).record

    with pytest.raises(Conflict) as refused:
        send(drawn, new_record(mine), record_id=record.id)
    assert refused.value.code == "id_taken"
    with pytest.raises(NotFound):
        records.own(db.session.get_one(Person, drawn.id), record.id)
    with pytest.raises(NotFound):
        send(drawn, new_record(theirs))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"answers": TWO_GOOD[:1]}, "answers.q2"),
        ({"answers": (Answer("q1", yes=True), TWO_GOOD[1])}, "answers.q1.photos"),
        ({"place": place(FAR)}, "far_reason"),
        ({"arrived_at": NOW + HOUR}, "arrived_at"),
        ({"finished_at": NOW + 3 * DAY}, "finished_at"),
        ({"note": "长" * 2001}, "note"),
        ({"outcome": Outcome.CLOSED, "answers": (), "note": "铁门锁着"}, "photos"),
        ({"outcome": Outcome.CLOSED}, "answers"),
    ],
    ids=lambda one: one if isinstance(one, str) else "-",
)
def test_what_is_not_whole_is_refused_at_its_field(
    plan: Plan, checks: MakeChecks, drawn: Person, more: dict[str, Any], field: str
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)

    with pytest.raises(Invalid) as refused:
        send(drawn, new_record(visit, **more))

    assert refused.value.field == field
    assert state_of(visit) is VisitState.WAITING and not db.session.scalars(db.select(VisitRecord)).all()


def test_a_place_that_is_closed_is_shown_and_said(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    shut = {"outcome": Outcome.NOT_FOUND, "answers": ()}

    with pytest.raises(Invalid) as refused:
        send(drawn, new_record(visit, ONE, **shut))
    assert refused.value.field == "note"
    done = send(drawn, new_record(visit, ONE, note="这里成了工地", **shut), ONE)

    assert done.record.outcome is Outcome.NOT_FOUND and state_of(visit) is VisitState.RECEIVED


def test_far_away_with_a_reason_and_without_a_position_is_taken(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    far = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    dark = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)

    told = send(drawn, new_record(far, place=place(FAR), far_reason="隔着河，从对岸看的")).record
    none = send(drawn, new_record(dark, place=None)).record

    assert (told.far_reason, told.used) == ("隔着河，从对岸看的", True)
    assert (none.lat, none.used) == (None, True)


def test_one_of_every_kind_is_answered(make: Make, checks: MakeChecks, drawn: Person) -> None:
    plan = checks.plan(make.city(), checks.checklist(EVERY_KIND))
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)

    send(drawn, new_record(visit, answers=GOOD))

    assert state_of(visit) is VisitState.RECEIVED


def test_what_was_made_in_time_comes_in_late_for_some_days(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY, lasting=2 * DAY)
    closes = NOW + DAY
    with writing():
        assert visits.expire(now=closes + 6 * DAY, grace=GRACE) == 0

    late = send(drawn, new_record(visit, now=closes), now=closes + 7 * DAY)

    assert late.record.used and not late.unused and state_of(visit) is VisitState.RECEIVED


@pytest.mark.parametrize(
    ("finished", "sent"), [(HOUR, HOUR), (-HOUR, 7 * DAY + HOUR), (-3 * DAY, HOUR)], ids=["late", "sent late", "early"]
)
def test_what_is_out_of_its_time_is_kept_with_a_receipt_and_told_plainly(
    plan: Plan, checks: MakeChecks, drawn: Person, finished: timedelta, sent: timedelta
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY, lasting=2 * DAY)
    closes = NOW + DAY

    kept = send(drawn, new_record(visit, ONE, now=closes + finished), ONE, now=closes + sent)

    assert kept.record.number and not kept.record.used and "不算数" in kept.unused
    assert state_of(visit) is VisitState.WAITING and not jobs_of(visit)


def test_what_was_kept_and_does_not_count_is_no_part_of_what_the_office_looks_at(
    plan: Plan, checks: MakeChecks, drawn: Person
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW)
    early = send(drawn, new_record(visit, answers=(TWO_GOOD[0], Answer("q2", skipped=True)), now=NOW - HOUR))
    whole = send(drawn, new_record(visit, now=NOW + HOUR), now=NOW + HOUR)

    assert (early.record.used, whole.record.used) == (False, True)
    assert [one.id for one in brought.records(db.session.get_one(Visit, visit.id))] == [whole.record.id]


def test_what_comes_for_a_visit_that_was_called_off_is_kept_and_told_plainly(
    plan: Plan, checks: MakeChecks, drawn: Person
) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    record_id = uuid.uuid4()
    send(drawn, new_record(visit, ONE), record_id=record_id)
    change(visit, state=VisitState.WITHDRAWN)

    kept = upload(drawn, record_id, ONE)

    assert kept.record.number and not kept.record.used and "撤销" in kept.unused
    assert state_of(visit) is VisitState.WITHDRAWN


def test_what_nobody_made_in_time_lets_its_holder_go(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY, lasting=2 * DAY)
    record_id = uuid.uuid4()
    send(drawn, new_record(visit, ONE), record_id=record_id)  # its photo has not come yet

    with writing():
        assert visits.expire(now=NOW + DAY + 7 * DAY + HOUR, grace=GRACE) == 1
    assert state_of(visit) is VisitState.EXPIRED and not visiting.own_open(drawn)
    upload(drawn, record_id, ONE, now=NOW + 20 * DAY)

    assert state_of(visit) is VisitState.RECEIVED  # it was announced in time: that is not lost


def test_what_is_asked_back_is_answered_once_and_alone(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY, lasting=2 * DAY)
    send(drawn, new_record(visit))
    ask_back(visit, "q2", at=NOW + 3 * DAY)
    second = {"answers": (Answer("q2", yes=True, photos=(0,)),), "now": NOW + 4 * DAY}

    assert waiting(drawn, NOW + 10 * DAY) == [visit.id] and waiting(drawn, NOW + 11 * DAY) == []
    with pytest.raises(Invalid):
        send(drawn, new_record(visit, ONE, now=NOW + 4 * DAY), now=NOW + 4 * DAY)
    done = send(drawn, new_record(visit, ONE, **second), ONE, now=NOW + 4 * DAY)

    assert done.record.used and state_of(visit) is VisitState.RECEIVED
    assert jobs_of(visit) == ["checks.examine", "checks.examine"]
    with pytest.raises(Conflict):
        send(drawn, new_record(visit, ONE, **second), now=NOW + 4 * DAY)


def test_what_was_announced_before_the_asking_does_not_answer_it(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    stale = uuid.uuid4()
    send(drawn, new_record(visit, ONE), record_id=stale)
    send(drawn, new_record(visit))
    ask_back(visit, "q2")

    with pytest.raises(Conflict) as refused:
        upload(drawn, stale, ONE, now=NOW + 2 * DAY)

    assert refused.value.code == "visit_done" and state_of(visit) is VisitState.ASKED


def test_what_was_asked_back_and_never_came_goes_on_without_it(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    send(drawn, new_record(visit))
    ask_back(visit, "q2", at=NOW)

    with writing():
        visits.expire(now=NOW + 14 * DAY + HOUR, grace=GRACE)

    assert state_of(visit) is VisitState.RECEIVED and not visiting.own_open(drawn)
    assert jobs_of(visit) == ["checks.examine", "checks.examine"]  # the office looks at it as it is


def test_whoever_declined_is_told_that_somebody_else_goes(plan: Plan, checks: MakeChecks, drawn: Person) -> None:
    visit = checks.visit(plan, checks.site(), drawn, opens_at=NOW - DAY)
    with writing():
        visits.decline(visit.id, reason=Decline.UNWELL, text="", by=drawn, now=NOW)

    with pytest.raises(Conflict) as refused:
        send(drawn, new_record(visit))

    assert refused.value.code == "visit_declined"
