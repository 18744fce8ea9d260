"""满意, 不满意: what the author of a closed report says, and who hears it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.people.models import Person
from inspection.tickets import feedback, lists
from inspection.tickets import service as tickets
from inspection.tickets.lists import View
from inspection.tickets.models import Feedback, Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg

Events = Callable[..., list[Any]]
CLOSED_AT = NOW + timedelta(hours=5)


@pytest.fixture
def author(make: Make) -> Person:
    return make.inspector()


@pytest.fixture
def ticket(make: Make, author: Person) -> Ticket:
    return make.ticket(State.CLOSED, by=author)


def the_one() -> Feedback:
    db.session.expire_all()
    return db.session.scalars(db.select(Feedback)).one()


def test_who_is_satisfied_says_so_and_nobody_has_to_do_anything(
    make: Make, author: Person, ticket: Ticket, events: Events
) -> None:
    make.feedback(ticket.reports[0].report_id, author)

    assert (the_one().satisfied, the_one().waits) == (True, False)
    assert lists.count(make.city(), View.DISSATISFIED, now=NOW) == 0
    assert [(event.actor, event.object) for event in events("report.judged")] == [
        ("author", f"report:{ticket.reports[0].report_id}")
    ]


def test_who_is_not_is_on_the_citys_list_until_the_city_has_looked(make: Make, author: Person, ticket: Ticket) -> None:
    city, evidence = make.city(), make.evidence()

    make.feedback(ticket.reports[0].report_id, author, "墙角还有两袋", jpeg(950))
    waiting = [one.id for one in lists.page(city, View.DISSATISFIED, now=NOW)]
    with writing():
        one, by = db.session.get_one(Ticket, ticket.id), db.session.get_one(Person, city.id)
        shown = db.session.get_one(feedback.Manifest, evidence)
        tickets.look_back(one, good=True, note="", evidence=shown, by=by, now=CLOSED_AT + timedelta(days=1))

    assert waiting == [ticket.id]
    assert (the_one().reason, the_one().waits) == ("墙角还有两袋", False)
    assert the_one().manifest and len(the_one().manifest.photos) == 1
    assert lists.count(city, View.DISSATISFIED, now=NOW) == 0


def test_one_may_change_ones_mind(make: Make, author: Person, ticket: Ticket) -> None:
    make.feedback(ticket.reports[0].report_id, author, "墙角还有两袋", jpeg(951))

    make.feedback(ticket.reports[0].report_id, author)

    assert (the_one().satisfied, the_one().reason, the_one().manifest_id, the_one().waits) == (True, "", None, False)


@pytest.mark.parametrize(("days", "taken"), [(30, True), (31, False)])
def test_thirty_days_after_closing_it_is_too_late(
    make: Make, author: Person, ticket: Ticket, days: int, taken: bool
) -> None:
    late, report_id = CLOSED_AT + timedelta(days=days), ticket.reports[0].report_id

    if taken:
        make.feedback(report_id, author, now=late)
        return
    with pytest.raises(Conflict, match="超过 30 天"):
        make.feedback(report_id, author, now=late)


@pytest.mark.parametrize("state", [State.FILED, State.HANDLING, State.HANDLED])
def test_before_it_is_closed_there_is_nothing_to_judge(make: Make, author: Person, state: State) -> None:
    ticket = make.ticket(state, by=author)

    with pytest.raises(Conflict, match="还没有办结"):
        make.feedback(ticket.reports[0].report_id, author)


@pytest.mark.parametrize("reason", [" ", "x" * 2001, "a\x00b"])
def test_a_dissatisfaction_needs_a_reason(make: Make, author: Person, ticket: Ticket, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.feedback(ticket.reports[0].report_id, author, reason)

    assert refused.value.field == "reason"


def test_anothers_report_is_not_ones_to_judge(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotFound):
        make.feedback(ticket.reports[0].report_id, make.inspector())
    with pytest.raises(NotFound):
        make.feedback(uuid.uuid4(), make.inspector())


def test_a_later_round_asks_anew(make: Make, author: Person, ticket: Ticket) -> None:
    city, evidence = make.city(), make.evidence()
    make.feedback(ticket.reports[0].report_id, author)

    with writing():
        one, by = db.session.get_one(Ticket, ticket.id), db.session.get_one(Person, city.id)
        shown = db.session.get_one(feedback.Manifest, evidence)
        tickets.look_back(one, good=False, note="又有了", evidence=shown, by=by, now=CLOSED_AT + timedelta(days=1))

    assert feedback.given(one.reports[0].report, one) is None
