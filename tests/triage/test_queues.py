"""The queue's filters: what each shows, how they read and write an address, and keeping them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotFound
from inspection.people.models import Person
from inspection.reports.models import Form
from inspection.tickets.workflow import State
from inspection.triage import queues
from inspection.triage import service as triage
from inspection.triage.queues import Filter, Flag
from tests.make import NOW, SPOT, STREET, Make

FAR = (SPOT[0] + 0.002, SPOT[1])


def shown(person: Person, **chosen: object) -> set[object]:
    return {report.id for report in queues.page(person, Filter(**chosen), now=NOW)}  # type: ignore[arg-type]


@pytest.fixture
def officer(make: Make) -> Person:
    return make.officer()


def test_each_filter_shows_what_it_says_and_nothing_else(make: Make, officer: Person) -> None:
    plain = make.report(now=NOW - timedelta(days=4))
    urgent = make.report(category="wire_charging", at=FAR)
    patrol = make.report(form=Form.PATROL, at=(FAR[0] + 0.002, FAR[1]))

    everything = {plain.id, urgent.id, patrol.id}
    assert shown(officer) == everything
    assert shown(officer, category="wire_charging") == {urgent.id}
    assert shown(officer, severity="urgent") == shown(officer, flag="urgent") == {urgent.id}
    assert shown(officer, form="patrol") == {patrol.id}
    assert shown(officer, days=3) == {plain.id}
    assert shown(officer, street=STREET) == everything
    assert shown(officer, street="110101001") == set()
    assert shown(officer, category="street_clutter", form="adhoc") == {plain.id}


def test_what_stands_out_is_counted_and_can_be_shown_alone(make: Make, officer: Person) -> None:
    make.ticket(State.CLOSED, officer=officer)
    make.ticket(State.HANDLING, officer=officer, at=FAR)
    back, double = make.report(now=NOW + timedelta(days=1)), make.report(at=FAR)
    urgent = make.report(category="wire_charging", at=(FAR[0] + 0.002, FAR[1]))
    for report in (back, double, urgent):
        with writing():
            triage.propose(report.id, now=NOW)

    counts = queues.counts(officer, Filter(flag="urgent"), now=NOW)

    assert counts.waiting == 3
    assert dict(counts.by_flag) == {
        Flag.URGENT: 1,
        Flag.DUPLICATE: 1,
        Flag.DOUBTFUL: 0,
        Flag.REBOUND: 1,
        Flag.DISPUTED: 0,
    }
    assert shown(officer, flag="rebound") == {back.id}
    assert shown(officer, flag="duplicate") == {double.id}
    assert shown(officer, flag="doubtful") == set()


def test_a_filter_never_shows_another_districts_reports(make: Make, officer: Person) -> None:
    make.report(at=(39.9219, 116.4431))

    assert shown(officer, district="110105") == set()
    assert len(shown(make.city(), district="110105")) == 1


@given(
    some.builds(
        Filter,
        category=some.sampled_from(("", "adverts")),
        street=some.sampled_from(("", STREET)),
        days=some.integers(0, 400),
        severity=some.sampled_from(("", "urgent")),
        form=some.sampled_from(("", *Form)),
        flag=some.sampled_from(("", *Flag)),
    )
)
def test_a_filter_reads_what_it_wrote(chosen: Filter) -> None:
    written = {key: str(value) for key, value in chosen.query().items()}

    assert Filter.read(written) == chosen


@pytest.mark.parametrize("given_", [{"days": "soon"}, {"flag": "nice"}, {"form": "secret"}])
def test_an_address_that_cannot_be_read_names_what_is_wrong(given_: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        Filter.read(given_)

    assert refused.value.field == next(iter(given_))


def test_a_filter_is_kept_under_its_name_and_replaced_and_forgotten(make: Make, officer: Person) -> None:
    for chosen in (Filter(flag="urgent"), Filter(flag="doubtful", days=3)):
        with writing():
            queues.save(db.session.get_one(Person, officer.id), " 三天  以上 ", chosen, now=NOW)

    (kept,) = queues.saved(officer)
    assert (kept.name, kept.query) == ("三天 以上", "days=3&flag=doubtful")
    other = make.officer()
    with pytest.raises(NotFound), writing():
        queues.forget(db.session.get_one(Person, other.id), kept.id)
    with writing():
        queues.forget(db.session.get_one(Person, officer.id), kept.id)
    assert queues.saved(officer) == []


@pytest.mark.parametrize("name", ["", "   ", "字" * 21])
def test_a_filter_needs_a_short_name(officer: Person, name: str) -> None:
    with pytest.raises(Invalid) as refused, writing():
        queues.save(db.session.get_one(Person, officer.id), name, Filter(), now=NOW)

    assert refused.value.field == "name"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_queue_is_read_by_an_index(officer: Person) -> None:
    where = "district_code = :district AND form != 'mystery' AND state = 'received' AND NOT disputed"
    plan = db.session.execute(
        text(f"EXPLAIN QUERY PLAN SELECT * FROM report WHERE {where} ORDER BY received_at, id LIMIT 31"),
        {"district": officer.district_code},
    ).all()

    assert any("ix_report_queue" in row[3] for row in plan)
    assert not any("TEMP B-TREE" in row[3] for row in plan)
