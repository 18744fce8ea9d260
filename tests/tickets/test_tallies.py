"""The city map's counters: whatever happens to tickets, they say what a recount from the tickets alone would say."""

import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.reports.models import Report
from inspection.tickets import service, tallies
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import Ticket
from inspection.tickets.tallies import Tally
from inspection.tickets.workflow import State
from inspection.triage import decisions
from inspection.triage import service as triage
from inspection.triage.models import Decision
from tests.ledger.many import copies
from tests.make import NOW, SPOT, Make
from tests.tickets.fresh import counted, kept

DAY = timedelta(days=1)
ELSEWHERE = (39.905, 116.41)


def test_the_application_cannot_be_made_without_what_counts() -> None:
    """In a process of its own: here some test has read it already."""
    asked = "import inspection.factory, sys; sys.exit('inspection.tickets.tallies' not in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], cwd=Path(__file__).resolve().parents[2], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("state", [*list(State)[:3], State.HANDLED, State.CLOSED])
def test_every_step_of_a_tickets_way_is_counted(make: Make, state: State) -> None:
    make.ticket(state)

    assert kept() == counted() != {}


def test_one_ticket_stands_in_the_counters_of_its_heads(make: Make) -> None:
    make.ticket(State.CLOSED)

    heads = {(category, period, frame) for category, period, frame, *_rest in kept()}

    assert set(kept().values()) == {1}
    assert {period for _, period, _ in heads} == {"", "2026", "2026-11", "2026-11-23"}
    assert {category for category, _, _ in heads} == {"", "street_clutter"}
    assert len(heads) == 7 * 3
    assert {mark for *_, mark in kept()} == {"closed"}


def test_voided_reworked_and_rebounded_tickets_are_counted_where_they_stand_now(make: Make) -> None:
    city = make.city()
    tickets = [make.ticket(State.CLOSED), make.ticket(State.HANDLING), make.ticket(State.HANDLED)]
    photo = make.evidence()
    with writing():
        by = db.session.get_one(Person, city.id)
        seen = db.session.get_one(Manifest, photo)
        later = {"by": by, "now": NOW + 30 * DAY}
        service.look_back(tickets[0], good=False, note="", evidence=seen, **later)
        service.void(tickets[1], reason="重复立案", **later)
        service.fail_recheck(tickets[2], reason="没有改", evidence=seen, **later)

    assert kept() == counted()
    assert {mark.partition(" ")[0] for *_, mark in kept()} == {"handling", "void"}


def test_a_filing_that_is_taken_back_is_counted_as_void(make: Make) -> None:
    officer, report = make.officer(), make.report()
    with writing():
        by = db.session.get_one(Person, officer.id)
        report = db.session.get_one(Report, report.id)
        triage.file_and_dispatch(
            report, category="zombie_car", place="路口", unit=None, limit=Limit(5, TimeUnit.WORKDAY), by=by, now=NOW
        )
    with writing():
        decision = db.session.scalars(db.select(Decision)).one()
        decisions.undo(decision.id, by=db.session.get_one(Person, officer.id), now=NOW + timedelta(seconds=5))

    assert kept() == counted()
    assert {mark for *_, mark in kept()} == {"void"}


def test_tickets_taken_over_as_rows_are_counted_also_without_a_point(make: Make) -> None:
    ticket = make.ticket(State.CLOSED)
    copies(ticket, 30, cell="")

    assert kept() == counted()
    assert sum(n for (*_, frame, _cell, _district, _mark), n in kept().items() if frame == "nowhere") == 30 * 7


def test_a_change_that_is_rolled_back_leaves_no_trace(make: Make) -> None:
    ticket = make.ticket()
    before = kept()

    with pytest.raises(ZeroDivisionError), writing():
        one = db.session.get_one(Ticket, ticket.id)
        one.state = State.VOID
        db.session.flush()
        raise ZeroDivisionError
    with writing():
        pass

    assert kept() == before == counted()


@pytest.mark.parametrize(
    "statement", [update(Ticket).values(state=State.VOID), delete(Ticket)], ids=["update", "delete"]
)
def test_a_statement_that_would_pass_the_counters_by_is_refused(make: Make, statement: Any) -> None:
    make.ticket()

    with pytest.raises(RuntimeError, match="one by one"), writing():
        db.session.execute(statement)


def test_a_recount_puts_right_what_is_wrong_and_says_how_much(make: Make, events: Callable[..., Any]) -> None:
    make.ticket(State.HANDLING)
    with writing():
        db.session.execute(update(Tally).where(Tally.frame == "city").values(n=7))
        db.session.execute(delete(Tally).where(Tally.frame == "whole"))
    wrong = len({key for key in kept().keys() | counted().keys() if kept().get(key) != counted().get(key)})

    assert tallies.recount(now=NOW) == wrong > 0
    assert tallies.recount(now=NOW) == 0

    assert kept() == counted()
    assert len(events("tally.recounted")) == 1


def test_the_migration_counts_the_tickets_that_are_there(make: Make, app: Flask) -> None:
    late = make.ticket(State.CLOSED)
    make.ticket(State.HANDLING, now=NOW - 40 * DAY)
    copies(late, 3, cell="", late=True)
    db.session.remove()
    before = kept()
    db.session.remove()

    downgrade(revision="0015")
    upgrade()

    assert kept() == before == counted()


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(State),
        "late": st.booleans(),
        "cell": st.sampled_from(["", "8b31aa428656fff", "8b31aa42cd26fff", "8b31aa42cd2efff"]),
        "category_code": st.sampled_from(["zombie_car", "street_clutter"]),
        "district_code": st.sampled_from(["110101", "110105"]),
        "filed_at": st.integers(0, 500).map(lambda hours: NOW - timedelta(hours=hours)),
        "due_at": st.one_of(st.none(), st.integers(0, 500).map(lambda hours: NOW + timedelta(hours=hours))),
    },
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "change", "expired", "insert", "remove", "broken"]), st.integers(0, 5), CHANGES
    ),
    max_size=12,
)


def test_after_any_history_of_changes_they_equal_a_recount(make: Make) -> None:
    first = make.ticket(State.HANDLING, at=SPOT)
    ids = [first.id, *(make.ticket(at=ELSEWHERE).id for _ in range(2))]
    copies(db.session.get_one(Ticket, first.id), 3)
    free = [id for id in db.session.scalars(db.select(Ticket.id)) if id not in ids]

    @settings(max_examples=40)
    @given(STEPS)
    def history(steps: list[tuple[str, int, dict[str, Any]]]) -> None:
        for kind, which, changes in steps:
            take(kind, which, changes, ids + free)
        assert kept() == counted()

    history()


def take(kind: str, which: int, changes: dict[str, Any], ids: list[uuid.UUID]) -> None:
    """One change: of what was read or what is yet to be, as a row, taken away, or begun and given up."""
    if kind == "insert":
        one = db.session.get_one(Ticket, ids[0])
        known = {column.key: getattr(one, column.key) for column in Ticket.__mapper__.column_attrs}
        with writing():
            db.session.execute(insert(Ticket), known | changes | {"id": uuid.uuid4(), "number": str(uuid.uuid4())})
        return
    try:
        with writing():
            ticket = db.session.get(Ticket, ids[which])
            if ticket is None:
                return
            if kind == "expired":
                db.session.expire(ticket)
            for name, value in changes.items():
                setattr(ticket, name, value)
                if which % 2:
                    db.session.flush()
            if kind == "remove" and not ticket.reports:
                db.session.delete(ticket)
            if kind == "broken":
                db.session.flush()
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_officers_who_move_tickets_of_one_place_at_once_neither_block_each_other_nor_lose_a_count(
    make: Make, app: Flask
) -> None:
    tickets = [make.ticket(State.HANDLING, now=NOW - number * DAY).id for number in range(6)]
    city = make.city().id
    db.session.remove()
    failures: list[BaseException] = []
    meet = threading.Barrier(2, timeout=30)

    def work(mine: list[uuid.UUID]) -> None:
        try:
            with app.app_context():
                meet.wait()
                for chosen in (mine[:2], mine[2:]):
                    with writing():
                        void(chosen, city)
        except BaseException as failure:  # told by the test, not by the thread
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(some,)) for some in (tickets[:3], tickets[:2:-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    assert kept() == counted()
    assert {mark for *_, mark in kept()} == {"void"}


def void(ids: list[uuid.UUID], city: uuid.UUID, now: datetime = NOW + DAY) -> None:
    for one in ids:
        ticket, by = db.session.get_one(Ticket, one), db.session.get_one(Person, city)
        service.void(ticket, reason="重复立案", by=by, now=now)
