"""What a plan came to: its districts' results with frozen weights, what lost most, how far pairs agree."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from inspection.checks import outcomes, reviews
from inspection.checks.models import Outcome, Plan, Site, Visit
from inspection.kernel.db import db, writing
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks
from tests.make import NOW, Make

DC, XC = "110101", "110102"
GOOD, HALF, BAD = answers(q1=PASS, q2=PASS), answers(q1=PASS, q2=FAIL), answers(q1=FAIL, q2=FAIL)
LATER = NOW + timedelta(hours=2)


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


class House:
    """A plan of two districts."""

    def __init__(self, make: Make, checks: MakeChecks) -> None:
        self.make, self.checks, self.city = make, checks, make.city()
        self.version = checks.checklist()
        self.plan = checks.plan(self.city, self.version, districts=(DC, XC), least_visits=3)

    def visit(self, given: Any, site: Site | None = None, *, accept: bool = True, **more: Any) -> Visit:
        site = site or self.checks.site()
        second, turn = more.pop("second", False), more.pop("turn", 1)
        visit = self.checks.visit(self.plan, site, self.make.inspector(), second=second, turn=turn)
        bring(visit, given, **more)
        with writing():
            reviews.examine(visit.id, now=LATER)
        if accept:
            with writing():
                reviews.accept(get(visit), by=get(self.city), now=LATER)
        return visit


@pytest.fixture
def house(make: Make, checks: MakeChecks) -> House:
    return House(make, checks)


def test_each_district_has_its_result_and_too_small_a_sample_none(house: House) -> None:
    for given in (GOOD, HALF, BAD, GOOD):
        house.visit(given)
    house.visit(GOOD, house.checks.site(district_code=XC, street_code=None))

    dongcheng, xicheng = outcomes.by_district(get(house.plan))

    assert (dongcheng.district, dongcheng.score, dongcheng.visits) == (DC, Decimal("62.5"), 4)
    assert (xicheng.district, xicheng.score, str(xicheng.words)) == (XC, None, "样本不足（1 次，至少 3 次）")
    assert outcomes.whole(get(house.plan)).score == Decimal("70.0")


def test_the_weights_are_those_at_the_seal_whatever_is_added_later(house: House) -> None:
    for given in (GOOD, GOOD, BAD):
        house.visit(given)
    house.checks.site(active=False)
    house.checks.site(district_code=XC, street_code=None)
    with writing():
        outcomes.freeze(get(house.plan))
    for _ in range(5):
        house.checks.site()

    frozen = {one.district: one.population for one in outcomes.strata(get(house.plan))}

    assert frozen == {DC: 3, XC: 1}
    assert outcomes.by_district(get(house.plan))[0].low == Decimal("66.7")


def test_what_was_not_accepted_and_what_was_closed_does_not_count(house: House) -> None:
    house.visit(BAD, accept=False)
    house.visit([], outcome=Outcome.CLOSED)
    for _ in range(3):
        house.visit(GOOD)

    assert (outcomes.by_district(get(house.plan))[0].score, outcomes.by_district(get(house.plan))[0].visits) == (100, 3)


def test_the_items_that_lost_most(house: House) -> None:
    for given in (HALF, HALF, BAD):
        house.visit(given)

    told = outcomes.losses(get(house.plan), house.version)

    assert [(one.key, one.lost, one.possible, one.failed, one.asked) for one in told] == [
        ("q2", 30, 30, 3, 3),
        ("q1", 10, 30, 1, 3),
    ]


def test_pairs_are_the_two_visits_of_one_turn_and_are_compared_item_by_item(house: House) -> None:
    for first, second in ((GOOD, GOOD), (HALF, GOOD), (BAD, BAD)):
        site = house.checks.site()
        house.visit(first, site)
        house.visit(second, site, second=True)
    alone = house.checks.site()
    house.visit(GOOD, alone)
    house.visit(BAD, alone, turn=2)

    told = {one.key: one for one in outcomes.agreements(get(house.plan), house.version)}

    assert (told["q1"].pairs, told["q1"].same, told["q1"].kappa) == (3, 3, 1)
    assert (told["q2"].pairs, told["q2"].same) == (3, 2)
    assert str(told["q2"].words) == "κ = 0.40"


def test_a_plan_without_visits_has_districts_without_numbers(house: House) -> None:
    told = outcomes.by_district(db.session.get_one(Plan, house.plan.id))

    assert [(one.district, one.score, one.visits) for one in told] == [(DC, None, 0), (XC, None, 0)]
    assert [one.pairs for one in outcomes.agreements(get(house.plan), house.version)] == [0, 0]
