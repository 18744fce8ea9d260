"""分给同事: who is to look at a waiting report, for how long that can be taken back, and when it lapses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people import service as people
from inspection.people.models import Person
from inspection.reports.models import Form, Report, ReportState
from inspection.triage import assigning, assignments, bulk, decisions, handover, queues
from inspection.triage import service as triage
from inspection.triage.bulk import BulkAction, Order
from inspection.triage.models import Decision
from inspection.triage.queues import Filter, Whose
from inspection.triage.service import DeclineGround
from tests.make import NOW, Make

SUNNY = "110105"
SECOND = timedelta(seconds=1)


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


def give(report: Report, to: Person | None, by: Person, now: Any = NOW) -> Decision:
    with writing():
        return assigning.assign(get(report), to=to.id if to else None, by=get(by), now=now)


def holder(report: Report) -> str:
    db.session.expire_all()
    found = assignments.holder(report.id)
    return str(found.id) if found else ""


def shown(person: Person, whose: Whose) -> list[Any]:
    return [one.id for one in queues.page(person, Filter(whose=whose.value), now=NOW)]


@pytest.fixture
def officer(make: Make) -> Person:
    return make.officer()


@pytest.fixture
def other(make: Make) -> Person:
    return make.officer()


def test_what_is_given_is_the_ones_own_and_no_more_nobodys(
    make: Make, officer: Person, other: Person, events: Callable[..., list[AuditEvent]]
) -> None:
    given, left = make.report(), make.report(now=NOW + SECOND)

    give(given, other, officer)

    assert shown(other, Whose.MINE) == [given.id]
    assert shown(officer, Whose.MINE) == []
    assert shown(officer, Whose.NOBODY) == shown(other, Whose.NOBODY) == [left.id]
    assert queues.counts(other, Filter(whose="mine"), now=NOW).waiting == 1
    (event,) = events("report.assigned")
    assert str(other.id) in event.data and event.actor == f"person:{officer.id}"


def test_whoever_has_it_need_not_be_the_one_who_decides(make: Make, officer: Person, other: Person) -> None:
    report = make.report()
    give(report, other, officer)

    with writing():
        triage.decline(get(report), ground=DeclineGround.UNCLEAR, text="看不清", by=get(officer), now=NOW)

    assert get(report).state is ReportState.DECLINED
    assert shown(other, Whose.MINE) == []


def test_for_ten_seconds_it_goes_back_to_whoever_had_it(make: Make, officer: Person, other: Person) -> None:
    report = make.report()
    first = give(report, officer, officer)
    second = give(report, other, officer, NOW + SECOND)

    with writing():
        decisions.undo(second.id, by=get(officer), now=NOW + 5 * SECOND)
    assert holder(report) == str(officer.id)
    with writing():
        decisions.undo(first.id, by=get(officer), now=NOW + 6 * SECOND)
    assert holder(report) == ""


def test_it_is_not_taken_back_once_somebody_has_gone_on(make: Make, officer: Person, other: Person) -> None:
    report, decided = make.report(), make.report()
    given, too = give(report, other, officer), give(decided, other, officer)
    give(report, officer, other)
    with writing():
        triage.decline(get(decided), ground=DeclineGround.UNCLEAR, text="看不清", by=get(other), now=NOW)

    for decision in (given, too):
        with pytest.raises(Conflict, match="已有别人接着办了"), writing():
            decisions.undo(decision.id, by=get(officer), now=NOW + SECOND)
    assert holder(report) == str(officer.id)


def test_only_somebody_who_may_decide_on_it_can_be_given_it(make: Make, officer: Person) -> None:
    city, neighbour, gone = make.city(), make.officer(SUNNY), make.officer()
    report, secret = make.report(), make.report(form=Form.MYSTERY)
    with writing():
        people.disable(get(gone), by="test", now=NOW)

    for person in (city, neighbour, gone, make.handler(make.unit())):
        with pytest.raises(Invalid) as refused:
            give(report, person, officer)
        assert refused.value.field == "person"
    with pytest.raises(Invalid):
        give(secret, officer, city)
    with pytest.raises(NotAllowed):
        give(report, neighbour, neighbour)

    assert {give(report, one, city).kind.value for one in (city, officer)} == {"assigned"}
    give(secret, city, city)
    with pytest.raises(Conflict, match="本来就是这样分的"):
        give(secret, city, city)


def test_with_another_district_it_lapses_and_comes_back_with_the_step_back(make: Make, officer: Person) -> None:
    report = make.report()
    give(report, officer, officer)

    with writing():
        passed = handover.pass_on(get(report), to=SUNNY, note="路东是朝阳的", by=get(officer), now=NOW)
    assert holder(report) == ""
    with writing():
        decisions.undo(passed.id, by=get(officer), now=NOW + SECOND)
    assert holder(report) == str(officer.id)


def test_many_are_given_at_once_after_saying_what_would_happen(make: Make, officer: Person, other: Person) -> None:
    free, his, foreign = make.report(), make.report(), make.report(at=(39.9208, 116.4437))
    give(his, other, officer)
    city, order = make.city(), Order(BulkAction.GIVE, person=other)

    told = bulk.plan([free.id, his.id, foreign.id], order, by=city)
    with writing():
        done = bulk.do(free.id, Order(BulkAction.GIVE, person=get(other)), by=get(city), now=NOW)

    assert [(one.words.message, one.wrong) for one in told] == [
        ("会分给%(name)s", False),
        ("本来就是这样分的。", True),
        ("这位同事不能分这一条。", True),
    ]
    assert (done.words.message, holder(free)) == ("已分给%(name)s", str(other.id))
    with pytest.raises(Invalid) as refused:
        Order(BulkAction.GIVE).check()
    assert refused.value.field == "person"
