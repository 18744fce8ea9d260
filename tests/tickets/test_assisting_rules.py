"""Who may call a unit in, how far it has come, and when it is late."""

from datetime import datetime, timedelta

import pytest

from inspection.kernel.calendar import BEIJING
from inspection.people.access import Role
from inspection.tickets import assisting
from inspection.tickets.assisting import Stage, Standing

DUE = datetime(2026, 11, 26, 23, 59, 59, 999999, tzinfo=BEIJING)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("who", "calls", "withdraws_its_own", "withdraws_an_offices"),
    [
        (Standing(Role.DISTRICT), True, True, True),
        (Standing(Role.CITY), True, True, True),
        (Standing(Role.HANDLER, leads=True, street=True), True, True, False),
        (Standing(Role.HANDLER, leads=True, street=False), False, False, False),
        (Standing(Role.HANDLER, leads=False, street=True), False, False, False),
        (Standing(Role.INSPECTOR), False, False, False),
        (Standing(Role.AUDITOR), False, False, False),
        (Standing(Role.ADMIN), False, False, False),
    ],
    ids=["district", "city", "street leads", "department leads", "street assists", "inspector", "auditor", "admin"],
)
def test_the_offices_call_and_the_street_that_leads(
    who: Standing, calls: bool, withdraws_its_own: bool, withdraws_an_offices: bool
) -> None:
    assert assisting.may_call(who) is calls
    assert assisting.may_withdraw(who, called_by_lead=True) is withdraws_its_own
    assert assisting.may_withdraw(who, called_by_lead=False) is withdraws_an_offices


@pytest.mark.parametrize(
    ("accepted", "answered", "withdrawn", "over", "stage"),
    [
        (False, False, False, False, Stage.CALLED),
        (True, False, False, False, Stage.ACCEPTED),
        (True, True, False, False, Stage.ANSWERED),
        (True, True, False, True, Stage.ANSWERED),
        (False, False, True, False, Stage.WITHDRAWN),
        (True, False, True, True, Stage.WITHDRAWN),
        (False, False, False, True, Stage.UNANSWERED),
        (True, False, False, True, Stage.UNANSWERED),
    ],
)
def test_how_far_a_unit_has_come(accepted: bool, answered: bool, withdrawn: bool, over: bool, stage: Stage) -> None:
    assert assisting.stage(accepted=accepted, answered=answered, withdrawn=withdrawn, over=over) is stage


def test_the_deadlines_last_moment_is_in_time_and_the_next_is_late() -> None:
    assert not assisting.late(DUE, DUE)
    assert assisting.late(DUE, DUE + MOMENT)


def test_a_clock_that_stands_still_is_late_if_it_was_when_it_stopped() -> None:
    later = DUE + timedelta(days=90)

    assert not assisting.late(DUE, later, DUE)
    assert assisting.late(DUE, later, DUE + MOMENT)
