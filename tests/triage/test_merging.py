"""One problem, several reports: what is offered, what a merge keeps, and taking a decision back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, NotAllowed, NotFound
from inspection.people.models import Person, Unit
from inspection.reports.models import Form, Report, ReportState
from inspection.tickets import merging, stories
from inspection.tickets import service as tickets
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.triage import candidates, decisions
from inspection.triage import service as triage
from inspection.triage.models import Decision, DecisionKind, Proposal
from inspection.triage.service import DeclineGround
from tests.make import NOW, SPOT, Make

Events = Callable[..., list[AuditEvent]]
LATER = NOW + timedelta(days=3)
SECOND = timedelta(seconds=1)
NEAR = (SPOT[0] + 0.00015, SPOT[1])
"""17 m north."""
FAR = (SPOT[0] + 0.0012, SPOT[1])
"""133 m north."""


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


def merge(report: Report, ticket: Ticket, by: Person, at: Any = LATER) -> Decision:
    with writing():
        return triage.merge(get(report), get(ticket), by=get(by), now=at)


def undo(decision: Decision, by: Person, at: Any) -> None:
    with writing():
        decisions.undo(decision.id, by=get(by), now=at)


def near(report: Report, by: Person) -> list[candidates.Candidate]:
    return candidates.of(get(report), within=candidates.seen_by(by))


@pytest.fixture
def officer(make: Make) -> Person:
    return make.officer()


def test_an_open_case_of_the_same_kind_near_by_is_offered_with_its_reasons(make: Make, officer: Person) -> None:
    ticket = make.ticket(State.HANDLING, officer=officer)
    report, elsewhere = make.report(now=LATER, at=NEAR), make.report(now=LATER, at=FAR)

    (found,) = near(report, officer)

    assert (found.ticket and found.ticket.id, found.open, found.rebound) == (ticket.id, True, False)
    assert [str(words) for words in found.likeness.reasons] == ["同一类别", "相距 17 米", "相隔 3 天"]
    assert near(elsewhere, officer) == []


def test_another_report_that_waits_is_offered_and_a_mystery_check_only_to_the_city(make: Make, officer: Person) -> None:
    first = make.report()
    mystery = make.report(form=Form.MYSTERY)
    report = make.report(now=LATER, at=NEAR)

    assert [one.report.id for one in near(report, officer)] == [first.id]
    assert {one.report.id for one in near(report, make.city())} == {first.id, mystery.id}


def test_a_case_closed_long_ago_or_void_is_not_offered(make: Make, officer: Person) -> None:
    ticket = make.ticket(State.CLOSED, officer=officer)
    soon = near(make.report(now=NOW + timedelta(days=59)), officer)
    late = near(make.report(now=NOW + timedelta(days=70), at=NEAR), officer)

    assert [one.ticket and one.ticket.id for one in soon] == [ticket.id]
    assert ticket.id not in [one.ticket.id for one in late if one.ticket]


def test_the_queue_knows_how_many_were_likely_the_same_and_what_may_be_back(make: Make, officer: Person) -> None:
    closed, open_ = make.ticket(State.CLOSED, officer=officer), make.ticket(State.HANDLING, officer=officer, at=NEAR)
    report = make.report(now=LATER, at=NEAR)

    with writing():
        triage.propose(report.id, now=LATER)

    proposal = db.session.get_one(Proposal, report.id)
    assert (proposal.duplicates, proposal.rebound_id) == (1, closed.id)
    assert open_.id != closed.id


def test_a_merge_keeps_every_reporter_photo_and_history(make: Make, officer: Person, events: Events) -> None:
    author = make.inspector()
    ticket = make.ticket(State.HANDLING, officer=officer)
    report = make.report(author, now=LATER, at=NEAR)

    merge(report, ticket, officer)

    ticket, report = get(ticket), get(report)
    assert report.state is ReportState.MERGED
    assert [link.report_id for link in ticket.reports][1] == report.id and len(ticket.reports) == 2
    assert sum(len(link.report.manifest.photos) for link in ticket.reports) == 2
    assert [event.name for event in events("report")][-1] == "report.merged"
    assert [event.name for event in events("ticket")][-1] == "ticket.report_merged"
    told = stories.for_author(report)
    assert "和别人报的合在一起办" in [str(step.words) for step in told]
    assert "承办单位开始整改" in [str(step.words) for step in told]
    assert stories.plain(report).words == "正在整改"


def test_no_alias_stands_twice_on_one_ticket(make: Make, officer: Person) -> None:
    ticket = make.ticket(State.HANDLED, officer=officer)
    asked = make.task(ticket, make.inspector())
    reports = [make.report(now=LATER, at=NEAR) for _ in range(4)]
    with writing():
        known = get(ticket).reports[0].report.alias
        for report, alias in zip(reports, (known, known, asked.alias, asked.alias), strict=True):
            get(report).alias = alias

    for report in reports:
        merge(get(report), get(ticket), officer)

    aliases = [link.report.alias for link in get(ticket).reports] + [get(asked).alias]
    assert len(set(aliases)) == 6 and known in aliases


@pytest.mark.parametrize("state", [State.CLOSED])
def test_nothing_is_merged_into_a_case_that_is_over(make: Make, officer: Person, state: State) -> None:
    ticket, report = make.ticket(state, officer=officer), make.report(now=LATER)

    with pytest.raises(Conflict, match="不能并入"):
        merge(report, ticket, officer)

    assert get(report).state is ReportState.RECEIVED


def test_another_districts_officer_merges_nothing(make: Make, officer: Person) -> None:
    ticket, report = make.ticket(State.HANDLING, officer=officer), make.report(now=LATER)

    with pytest.raises(NotAllowed):
        merge(report, ticket, make.officer("110105"))


def test_a_merged_report_can_be_taken_out_again_at_any_time_while_the_case_is_open(
    make: Make, officer: Person, events: Events
) -> None:
    ticket, report = make.ticket(State.HANDLING, officer=officer), make.report(now=LATER)
    merge(report, ticket, officer)

    with writing():
        merging.split(get(ticket), get(report), by=get(officer), now=LATER + timedelta(days=2))

    assert get(report).state is ReportState.RECEIVED and get(report).decided_at is None
    assert len(get(ticket).reports) == 1
    assert [event.name for event in events("ticket")][-1] == "ticket.report_left"
    merge(report, ticket, officer, LATER + timedelta(days=3))
    assert len(get(ticket).reports) == 2


def test_the_report_that_a_case_was_filed_from_cannot_be_taken_out(make: Make, officer: Person) -> None:
    ticket = make.ticket(State.HANDLING, officer=officer)

    with pytest.raises(Conflict), writing():
        first = get(ticket).reports[0].report
        merging.split(get(ticket), first, by=get(officer), now=LATER)


def test_waiting_reports_of_one_problem_are_filed_together(make: Make, officer: Person) -> None:
    first, second = make.report(), make.report(now=LATER, at=NEAR)
    with writing():
        ticket = triage.file_and_dispatch(
            get(first),
            category="street_clutter",
            place="门前",
            unit=None,
            limit=None,
            together=[second.id],
            by=get(officer),
            now=LATER,
        )

    assert {link.report_id for link in get(ticket).reports} == {first.id, second.id}
    assert (get(first).state, get(second).state) == (ReportState.FILED, ReportState.MERGED)


def test_one_tap_reopens_what_is_back_with_the_next_round_and_the_reports_photo_as_evidence(
    make: Make, officer: Person, events: Events
) -> None:
    ticket, report = make.ticket(State.CLOSED, officer=officer), make.report(now=LATER)
    (found,) = near(report, officer)

    with writing():
        triage.reopen(get(report), get(ticket), by=get(officer), now=LATER)

    ticket = get(ticket)
    assert found.rebound
    assert (ticket.state, ticket.round, ticket.rebounds, ticket.closed_at) == (State.HANDLING, 2, 1, None)
    assert ticket.due_at is not None and ticket.due_at > LATER
    assert get(report).state is ReportState.MERGED
    assert "ticket.rebounded" in [event.name for event in events("ticket")]


def test_a_filing_taken_back_leaves_the_report_waiting_and_the_number_void(make: Make, officer: Person) -> None:
    report, unit = make.report(), make.unit()
    with writing():
        ticket = triage.file_and_dispatch(
            get(report),
            category="street_clutter",
            place="门前",
            unit=db.session.get_one(Unit, unit.id),
            limit=None,
            by=get(officer),
            now=NOW,
        )

    undo(decisions.latest(report), officer, NOW + 9 * SECOND)

    ticket, report = get(ticket), get(report)
    assert (report.state, report.decided_at) == (ReportState.RECEIVED, None)
    assert (ticket.state, ticket.void_reason, ticket.reports) == (State.VOID, "分拣时撤销", [])
    assert ticket.clock_stopped_at is not None
    with writing():
        again = triage.file_and_dispatch(
            get(report), category="adverts", place="门前", unit=None, limit=None, by=get(officer), now=NOW + 20 * SECOND
        )
    assert again.number != ticket.number


def test_a_decline_a_merge_and_a_rebound_can_be_taken_back(make: Make, officer: Person) -> None:
    ticket, closed = make.ticket(State.HANDLING, officer=officer), make.ticket(State.CLOSED, officer=officer, at=FAR)
    before = {name: getattr(get(closed), name) for name in merging.KEPT}
    declined, merged, back = (make.report(now=LATER, at=spot) for spot in (SPOT, SPOT, FAR))
    with writing():
        no = triage.decline(get(declined), ground=DeclineGround.UNCLEAR, text="太暗了", by=get(officer), now=LATER).id
        yes = triage.merge(get(merged), get(ticket), by=get(officer), now=LATER).id
        again = triage.reopen(get(back), get(closed), by=get(officer), now=LATER).id

    for decision_id in (no, yes, again):
        undo(db.session.get_one(Decision, decision_id), officer, LATER + 3 * SECOND)

    assert {get(report).state for report in (declined, merged, back)} == {ReportState.RECEIVED}
    assert get(declined).decline_text is None
    assert {name: getattr(get(closed), name) for name in merging.KEPT} == before
    assert len(get(ticket).reports) == len(get(closed).reports) == 1


def test_taking_back_twice_is_once_and_too_late_is_refused(make: Make, officer: Person) -> None:
    ticket, first, second = make.ticket(State.HANDLING, officer=officer), make.report(), make.report()
    early, late = merge(first, ticket, officer), merge(second, ticket, officer)

    undo(early, officer, LATER + 5 * SECOND)
    undo(early, officer, LATER + 6 * SECOND)
    with pytest.raises(Conflict, match="过了 10 秒"):
        undo(late, officer, LATER + 16 * SECOND)

    assert (get(first).state, get(second).state) == (ReportState.RECEIVED, ReportState.MERGED)


def test_nothing_is_taken_back_once_someone_has_gone_on_from_it(make: Make, officer: Person) -> None:
    report, unit = make.report(), make.unit()
    handler = make.handler(unit)
    with writing():
        ticket = triage.file_and_dispatch(
            get(report),
            category="street_clutter",
            place="门前",
            unit=db.session.get_one(Unit, unit.id),
            limit=None,
            by=get(officer),
            now=NOW,
        )
    with writing():
        tickets.accept(get(ticket), by=get(handler), now=NOW + 2 * SECOND)

    with pytest.raises(Conflict, match="已有别人接着办了"):
        undo(decisions.latest(report), officer, NOW + 5 * SECOND)

    assert get(ticket).state is State.HANDLING and get(report).state is ReportState.FILED


def test_only_whoever_decided_takes_it_back(make: Make, officer: Person) -> None:
    report = make.report()
    with writing():
        made = triage.decline(get(report), ground=DeclineGround.UNCLEAR, text="太暗了", by=get(officer), now=NOW)

    with pytest.raises(NotFound):
        undo(made, make.officer(), NOW + SECOND)

    assert get(made).kind is DecisionKind.DECLINED and get(made).undone_at is None
