"""Sending inspectors by lot: the table, the share of failures, and that it happens once and in secret."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotAllowed
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.tickets import samples, sampling, tasks
from inspection.tickets import service as tickets
from inspection.tickets.models import Task, TaskKind, TaskState, Ticket
from inspection.tickets.sampling import DEFAULT_STEPS, Step
from inspection.tickets.workflow import State
from tests.make import NOW, Make
from tests.web.browser import Browser, work

DAY = timedelta(days=1)
Open = Callable[..., Browser]


def write(admin: Person, *steps: Step) -> None:
    with writing():
        samples.write_steps(steps, by=db.session.get_one(Person, admin.id), now=NOW)


def draw(ticket: Ticket, kind: TaskKind = TaskKind.RECHECK, seed: int = 1) -> list[Task]:
    with writing():
        samples.draw(ticket.id, kind, now=NOW + 2 * DAY, rng=Random(seed))
    return list(db.session.scalars(db.select(Task).where(Task.ticket_id == ticket.id)))


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN)


@pytest.mark.parametrize(
    ("failed", "judged", "rate"),
    [(0, 0, 20), (9, 9, 20), (0, 10, 20), (1, 21, 20), (1, 20, 40), (2, 20, 70), (19, 100, 70), (20, 100, 100)],
)
def test_the_rate_rises_with_the_share_of_failures(failed: int, judged: int, rate: int) -> None:
    """1 of 21 is 4.8 %, 1 of 20 is 5 %; fewer than ten verdicts say nothing."""
    assert sampling.step(failed, judged, DEFAULT_STEPS).rechecks == rate


@given(some.integers(0, 300), some.integers(0, 300))
def test_more_failures_never_mean_fewer_looks(failed: int, more: int) -> None:
    judged = 600

    low = sampling.step(failed, judged, DEFAULT_STEPS)
    high = sampling.step(failed + more, judged, DEFAULT_STEPS)

    assert (high.rechecks, high.lookbacks) >= (low.rechecks, low.lookbacks)


def test_the_lot_falls_as_often_as_the_per_cent_say() -> None:
    rng = Random(7)

    hits = sum(sampling.drawn(30, rng) for _ in range(10_000))

    assert 2_850 < hits < 3_150  # three standard deviations are 137
    assert not any(sampling.drawn(0, rng) for _ in range(100))
    assert all(sampling.drawn(100, rng) for _ in range(100))


def test_what_is_handed_in_is_seen_by_someone_who_did_not_report_it(make: Make, admin: Person, events: Any) -> None:
    write(admin, Step(0, 100, 100))
    author, other = make.inspector(), make.inspector()
    ticket = make.ticket(State.HANDLED, by=author)

    (task,) = draw(ticket)

    assert (task.kind, task.state, task.asked_by_id) == (TaskKind.RECHECK, TaskState.OPEN, None)
    assert [one.id for one in tasks.open_of(other)] == [task.id] and not tasks.open_of(author)
    assert [event.actor for event in events("task.asked")] == ["system"]


def test_the_lot_is_drawn_once_for_each_round(make: Make, admin: Person) -> None:
    write(admin, Step(0, 0, 0))
    make.inspector()
    ticket = make.ticket(State.HANDLED, by=make.inspector())

    assert draw(ticket) == []
    write(admin, Step(0, 100, 100))

    assert draw(ticket) == []


def test_a_ticket_that_has_moved_on_or_is_being_looked_at_is_left_alone(make: Make, admin: Person) -> None:
    write(admin, Step(0, 100, 100))
    make.inspector()
    closed = make.ticket(State.CLOSED, by=make.inspector())
    asked = make.ticket(State.HANDLED, by=make.inspector())
    make.task(asked)

    assert draw(closed) == []
    assert len(draw(asked)) == 1


def test_where_nobody_fits_nobody_is_sent_and_nothing_fails(make: Make, admin: Person) -> None:
    write(admin, Step(0, 100, 100))

    assert draw(make.ticket(State.HANDLED)) == []


def test_a_closed_case_is_drawn_for_looking_back(make: Make, admin: Person) -> None:
    write(admin, Step(0, 0, 100))
    make.inspector()

    (task,) = draw(make.ticket(State.CLOSED, by=make.inspector()), TaskKind.LOOKBACK)

    assert task.kind is TaskKind.LOOKBACK


def test_handing_in_and_closing_have_the_lot_drawn_at_once_and_a_fortnight_later(make: Make) -> None:
    from inspection.kernel.queue import Job

    ticket = make.ticket(State.CLOSED)
    db.session.rollback()

    jobs = db.session.scalars(db.select(Job).where(Job.subject == str(ticket.id), Job.name.like("tickets.sample%")))
    told = {job.name: job.run_at - job.created_at for job in jobs}

    assert told == {"tickets.sample_recheck": timedelta(), "tickets.sample_lookback": 14 * DAY}


def test_a_district_is_judged_by_its_own_last_ninety_days(make: Make) -> None:
    officer = make.officer()
    ticket = make.ticket(State.HANDLED, officer=officer)
    make.ticket(State.CLOSED, officer=officer)
    shown = make.evidence(NOW + DAY)
    with writing():
        tickets.fail_recheck(
            db.session.get_one(Ticket, ticket.id),
            reason="没有清完",
            evidence=db.session.get_one(Manifest, shown),
            by=db.session.get_one(Person, officer.id),
            now=NOW + DAY,
        )

    assert samples.failures_of("110101", NOW + 2 * DAY) == (1, 2)
    assert samples.failures_of("110105", NOW + 2 * DAY) == (0, 0)
    assert samples.failures_of("110101", NOW + 120 * DAY) == (0, 0)


@pytest.mark.parametrize(
    "steps",
    [(), (Step(5, 10, 10),), (Step(0, 10, 10), Step(0, 20, 20)), (Step(0, 101, 0),)],
    ids=["none", "does not begin at 0", "twice the same", "more than all"],
)
def test_a_table_that_cannot_be_is_refused(admin: Person, steps: tuple[Step, ...]) -> None:
    before = samples.steps()

    with pytest.raises(Invalid):
        write(admin, *steps)

    db.session.rollback()
    assert samples.steps() == before


def test_only_an_administrator_edits_the_table(make: Make) -> None:
    with pytest.raises(NotAllowed):
        write(make.city(), Step(0, 50, 50))


def test_the_table_is_edited_on_its_page(make: Make, admin: Person, browser: Open) -> None:
    office = browser(admin)
    rows = {"failures": ["0", "10", ""], "rechecks": ["30", "80", ""], "lookbacks": ["5", "50", ""]}

    wrong = office.send("/desk/sampling", rows | {"failures": ["1", "10", ""]})
    saved = office.send("/desk/sampling", rows)

    assert (wrong.status_code, saved.status_code) == (422, 303)
    assert list(samples.steps()) == [Step(0, 30, 5), Step(10, 80, 50)]
    page = browser(make.city()).page("/desk/sampling")
    assert "东城区" in page and "样本不足" in page and "存下" not in page


def test_neither_district_nor_unit_learns_that_somebody_was_sent(make: Make, admin: Person, browser: Open) -> None:
    write(admin, Step(0, 100, 100))
    make.inspector()
    officer, unit = make.officer(), make.unit()
    ticket = make.ticket(State.HANDLED, officer=officer, unit=unit, by=make.inspector())
    work()
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()

    sent = Counter(task.state for task in db.session.scalars(db.select(Task)))
    pages = [browser(one).page(f"/desk/tickets/{ticket.id}") for one in (officer, handler)]
    city = browser(make.city()).page(f"/desk/tickets/{ticket.id}")

    assert sent == {TaskState.OPEN: 1}
    assert "去看" in city
    assert not any("督查员去看" in page or "已请督查员" in page for page in pages)
