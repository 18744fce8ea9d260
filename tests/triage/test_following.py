"""The same failure at the same site joins the open case by itself, and a person can take it out again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.checks import findings
from inspection.checks.models import Site
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict
from inspection.kernel.queue import Job
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.tickets import merging
from inspection.tickets import service as tickets
from inspection.tickets.models import Ticket
from inspection.triage import decisions, following
from inspection.triage import service as triage
from tests.checks.bring import FAIL, PASS, answers
from tests.checks.make_checks import MakeChecks
from tests.checks.test_findings import DAY, OUT, House, get
from tests.make import Make

Events = Callable[..., list[AuditEvent]]
SECONDS = timedelta(seconds=1)
FOUND = answers(q1=PASS, q2=FAIL)


@pytest.fixture
def house(make: Make) -> House:
    return House(make, MakeChecks())


def propose(report: Report) -> None:
    with writing():
        triage.propose(report.id, now=OUT)


def file(report: Report, by: Person, at: Any = OUT) -> Ticket:
    with writing():
        return triage.file_and_dispatch(
            get(report), category="street_clutter", place="东四一条", unit=None, limit=None, by=get(by), now=at
        )


def follow(report: Report) -> None:
    with writing():
        following.follow(report.id, now=OUT + 20 * SECONDS)


def twice(house: House, site: Site) -> tuple[Report, Report]:
    """Two turns of a plan find the same; both are out and proposed, the first one first."""
    for turn in (1, 2):
        house.accepted(FOUND, site, turn=turn, at=OUT - 10 * DAY + turn * DAY, reviewed=OUT - 5 * DAY)
    findings.release_due(now=OUT)
    reports = list(db.session.scalars(db.select(Report)))
    first = next(one for one in reports if one.follows_id is None)
    second = next(one for one in reports if one.follows_id == first.id)
    for one in (first, second):
        propose(one)
    return first, second


def state(report: Report) -> ReportState:
    db.session.expire_all()
    return get(report).state


def test_when_the_first_is_filed_the_second_joins_once_the_filing_can_no_longer_be_undone(
    house: House, events: Events
) -> None:
    first, second = twice(house, house.checks.site())
    waiting = state(second)

    ticket = file(first, house.city)

    (job,) = db.session.scalars(db.select(Job).where(Job.name == "triage.follow"))
    assert waiting is ReportState.RECEIVED and state(second) is ReportState.RECEIVED
    assert (job.subject, job.run_at) == (str(first.id), OUT + 15 * SECONDS)
    follow(first)
    assert state(second) is ReportState.MERGED
    assert {link.report_id for link in get(ticket).reports} == {first.id, second.id}
    assert [(event.name, event.actor) for event in events("ticket")][-1] == ("ticket.report_merged", "system")


def test_the_filing_itself_can_be_undone_and_then_nothing_joins(house: House) -> None:
    first, second = twice(house, house.checks.site())
    file(first, house.city)
    decision = decisions.latest(get(first))

    with writing():
        decisions.undo(decision.id, by=get(house.city), now=OUT + 9 * SECONDS)
    follow(first)

    assert (state(first), state(second)) == (ReportState.RECEIVED, ReportState.RECEIVED)


def test_what_a_later_plan_finds_joins_the_open_case_when_it_comes_in(house: House) -> None:
    site = house.checks.site()
    house.accepted(FOUND, site)
    findings.release_due(now=OUT)
    ticket = file(db.session.scalars(db.select(Report)).one(), house.city)
    house.accepted(FOUND, site, plan=house.another(), at=OUT + DAY, reviewed=OUT + 2 * DAY)
    findings.release_due(now=OUT + 9 * DAY)
    later = db.session.scalars(db.select(Report).where(Report.follows_id.is_not(None))).one()

    propose(later)

    assert state(later) is ReportState.MERGED
    assert later.id in {link.report_id for link in get(ticket).reports}


def test_whoever_takes_it_out_again_has_the_last_word(house: House) -> None:
    first, second = twice(house, house.checks.site())
    ticket = file(first, house.city)
    follow(first)

    with writing():
        merging.split(get(ticket), get(second), by=get(house.city), now=OUT + 3 * DAY)
    follow(first)
    propose(second)

    assert state(second) is ReportState.RECEIVED and get(second).follows_id is None
    assert {link.report_id for link in get(ticket).reports} == {first.id}


def test_a_chain_of_three_joins_one_after_the_other(house: House) -> None:
    site = house.checks.site()
    first, second = twice(house, site)
    house.accepted(FOUND, site, turn=3, at=OUT - 6 * DAY, reviewed=OUT + DAY)
    findings.release_due(now=OUT + 3 * DAY)
    third = db.session.scalars(db.select(Report).where(Report.follows_id.in_([first.id, second.id]))).all()

    ticket = file(first, house.city)
    follow(first)

    assert len(third) == 2 and len(get(ticket).reports) == 3


def test_another_item_and_another_site_follow_nothing(house: House) -> None:
    house.accepted(answers(q1=FAIL, q2=FAIL))
    house.accepted(FOUND)

    findings.release_due(now=OUT)

    assert [one.follows_id for one in db.session.scalars(db.select(Report))] == [None] * 3


def test_what_was_found_long_ago_is_not_followed(house: House) -> None:
    site = house.checks.site()
    house.accepted(FOUND, site)
    findings.release_due(now=OUT)
    house.accepted(FOUND, site, plan=house.another(), at=OUT + 61 * DAY, reviewed=OUT + 62 * DAY)

    findings.release_due(now=OUT + 70 * DAY)

    assert [one.follows_id for one in db.session.scalars(db.select(Report))] == [None] * 2


def test_a_case_that_is_over_is_not_joined(house: House) -> None:
    first, second = twice(house, house.checks.site())
    ticket = file(first, house.city)
    with writing():
        tickets.void(get(ticket), reason="重复立案", by=get(house.city), now=OUT)

    follow(first)

    assert state(second) is ReportState.RECEIVED


def test_an_inspectors_own_word_joins_nothing_by_itself(house: House, make: Make) -> None:
    known = make.report()
    file(known, house.city)
    hint = make.report(same_as=known.id)

    propose(hint)

    assert state(hint) is ReportState.RECEIVED


def test_what_follows_nothing_is_not_joined_to_a_case(house: House, make: Make) -> None:
    known, other = make.report(), make.report()
    ticket = file(known, house.city)

    with writing():
        joined = merging.join(get(ticket), get(other), now=OUT)

    assert not joined and state(other) is ReportState.RECEIVED


def test_a_report_that_somebody_has_decided_on_is_left_alone(house: House) -> None:
    first, second = twice(house, house.checks.site())
    file(first, house.city)
    other = file(second, house.city, OUT + SECONDS)

    follow(first)

    assert state(second) is ReportState.FILED
    assert {link.report_id for link in get(other).reports} == {second.id}
    with pytest.raises(Conflict):
        merging.split(get(other), get(second), by=get(house.city), now=OUT)
