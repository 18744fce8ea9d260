"""Whose it is: passed on in one tap, disputed when it comes back, settled by the city, remembered for the place."""

from typing import Any

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.reports.models import Report, ReportState
from inspection.triage import decisions, handover, queues
from inspection.triage.models import Decision
from inspection.triage.queues import Filter
from tests.make import NOW, Make

EAST, SUNNY = "110101", "110105"
BORDER = (39.9300, 116.4340)
"""In 东城, some 60 m from 朝阳."""


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


def pass_on(report: Report, by: Person, to: str | None = SUNNY, note: str = "路东是朝阳的") -> Decision:
    with writing():
        return handover.pass_on(get(report), to=to, note=note, by=get(by), now=NOW)


def settle(report: Report, by: Person, to: str, reason: str = "以道路中心线为界") -> Decision:
    with writing():
        return handover.settle(get(report), to=to, reason=reason, by=get(by), now=NOW)


def waits_for(person: Person) -> list[Any]:
    return [report.id for report in queues.page(person, Filter(), now=NOW)]


def test_the_neighbour_across_a_near_border_is_offered_and_none_far_from_it(make: Make) -> None:
    assert handover.suggested(make.report(at=BORDER)) == SUNNY
    assert handover.suggested(make.report()) is None


def test_one_tap_moves_a_report_to_the_neighbour_with_its_history(make: Make) -> None:
    mine, theirs = make.officer(EAST), make.officer(SUNNY)
    report = make.report(at=BORDER)

    pass_on(report, mine)

    report = get(report)
    assert (report.district_code, report.disputed, report.state) == (SUNNY, False, ReportState.RECEIVED)
    assert report.street_code is not None and report.street_code.startswith(SUNNY)
    assert waits_for(mine) == [] and waits_for(theirs) == [report.id]
    assert [(one.from_code, one.to_code, one.note) for one in handover.history(report.id)] == [
        (EAST, SUNNY, "路东是朝阳的")
    ]
    with pytest.raises(NotFound):
        reports.visible(mine, report.id)


def test_what_comes_back_is_disputed_and_waits_for_the_city_alone(make: Make) -> None:
    mine, theirs, city = make.officer(EAST), make.officer(SUNNY), make.city()
    report = make.report(at=BORDER)
    pass_on(report, mine)

    pass_on(report, theirs, EAST, "路西是东城的")

    assert get(report).disputed
    assert waits_for(mine) == waits_for(theirs) == []
    assert waits_for(city) == [report.id]
    assert queues.counts(city, Filter(), now=NOW).by_flag[queues.Flag.DISPUTED] == 1
    with pytest.raises(NotAllowed, match="等首都文明办指定"):
        pass_on(report, theirs, EAST)
    assert [one.note for one in handover.history(report.id)] == ["路东是朝阳的", "路西是东城的"]


def test_a_district_that_cannot_say_whose_it_is_asks_the_city(make: Make) -> None:
    report = make.report(at=BORDER)

    pass_on(report, make.officer(EAST), None)

    assert (get(report).district_code, get(report).disputed) == (EAST, True)


def test_the_city_settles_it_with_a_reason_and_it_is_settled(make: Make) -> None:
    mine, theirs, city = make.officer(EAST), make.officer(SUNNY), make.city()
    report = make.report(at=BORDER)
    pass_on(report, mine)
    pass_on(report, theirs, EAST)

    settle(report, city, EAST)

    assert (get(report).district_code, get(report).disputed) == (EAST, False)
    assert waits_for(mine) == [report.id]
    with pytest.raises(Conflict, match="已经指定归属"):
        pass_on(report, mine)


def test_what_was_decided_is_a_precedent_for_the_next_report_at_the_place(make: Make) -> None:
    settle(make.report(at=BORDER), make.city(), SUNNY, "以道路中心线为界")
    again, elsewhere = make.report(at=(BORDER[0] + 0.0001, BORDER[1])), make.report()

    before = handover.precedent(again)

    assert before is not None and (before.district_code, before.reason) == (SUNNY, "以道路中心线为界")
    assert handover.suggested(again) == SUNNY
    assert handover.precedent(elsewhere) is None


@pytest.mark.parametrize(("to", "field"), [("999999", "district"), (EAST, "district")])
def test_only_another_district_can_be_given_it(make: Make, to: str, field: str) -> None:
    report = make.report(at=BORDER)

    with pytest.raises(Invalid) as refused:
        pass_on(report, make.officer(EAST), to)

    assert refused.value.field == field and get(report).district_code == EAST


def test_the_city_gives_a_reason_and_districts_do_not_settle(make: Make) -> None:
    report = make.report(at=BORDER)

    with pytest.raises(Invalid, match="理由"):
        settle(report, make.city(), SUNNY, "")
    with pytest.raises(NotAllowed):
        settle(report, make.officer(EAST), SUNNY)


def test_passing_on_can_be_taken_back(make: Make) -> None:
    mine = make.officer(EAST)
    report = make.report(at=BORDER)
    street = report.street_code
    made = pass_on(report, mine)

    with writing():
        decisions.undo(made.id, by=get(mine), now=NOW)

    assert (get(report).district_code, get(report).street_code) == (EAST, street)
    assert handover.history(report.id) == [] and waits_for(mine) == [report.id]
