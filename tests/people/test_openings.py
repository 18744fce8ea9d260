"""Who is behind a mystery check takes two people: one asks, another allows, the first sees it once."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from inspection.checks import behind
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people import openings
from inspection.people.access import Role
from inspection.people.models import Opening, Person
from inspection.people.openings import Standing
from inspection.reports.models import Form
from tests.checks.make_checks import MakeChecks
from tests.make import NOW, Make

Events = Callable[..., list[AuditEvent]]
REASON, YES = "督查员申请误工补助，需核对", "已经核实，同意查看"
HOUR = timedelta(hours=1)


@pytest.fixture
def people(make: Make) -> dict[str, Person]:
    return {"inspector": make.inspector(name="欧阳金雀"), "asks": make.city(), "allows": make.city()}


@pytest.fixture
def thing(app: Flask, make: Make, people: dict[str, Person]) -> str:
    """A visit of the inspector's."""
    checks = MakeChecks()
    plan = checks.plan(people["asks"], checks.checklist())
    return checks.visit(plan, checks.site(), people["inspector"]).audit_ref


def ask(thing: str, by: Person, reason: str = REASON) -> uuid.UUID:
    with writing():
        return openings.ask(thing, reason=reason, by=db.session.get_one(Person, by.id), now=NOW).id


def decide(opening_id: uuid.UUID, by: Person, allow: bool = True, reason: str = YES) -> None:
    with writing():
        who = db.session.get_one(Person, by.id)
        openings.decide(opening_id, allow=allow, reason=reason, by=who, now=NOW, lasting=HOUR)


def see(opening_id: uuid.UUID, by: Person, later: timedelta = timedelta(minutes=59)) -> uuid.UUID:
    with writing():
        return openings.see(opening_id, by=db.session.get_one(Person, by.id), now=NOW + later).id


def test_one_asks_another_allows_and_the_first_sees_it_once(
    thing: str, people: dict[str, Person], events: Events
) -> None:
    opening_id = ask(thing, people["asks"])
    decide(opening_id, people["allows"])

    assert see(opening_id, people["asks"]) == people["inspector"].id

    with pytest.raises(Conflict):
        see(opening_id, people["asks"])
    assert [(one.name, one.actor) for one in events("opening.")] == [
        ("opening.asked", people["asks"].audit_ref),
        ("opening.allowed", people["allows"].audit_ref),
        ("opening.seen", people["asks"].audit_ref),
    ]
    assert {json.loads(one.data)["of"] for one in events("opening.")} == {thing}
    assert all(str(people["inspector"].id) not in one.data for one in events("opening."))


def test_what_was_refused_stays_shut_and_the_reason_stays_in_the_chain(
    thing: str, people: dict[str, Person], events: Events
) -> None:
    opening_id = ask(thing, people["asks"])
    decide(opening_id, people["allows"], allow=False, reason="理由不充分，不同意")

    with pytest.raises(Conflict):
        see(opening_id, people["asks"])
    (refused,) = events("opening.refused")
    assert json.loads(refused.data)["reason"] == "理由不充分，不同意"
    assert events("opening.seen") == []


def test_after_an_hour_it_is_shut_again(thing: str, people: dict[str, Person]) -> None:
    opening_id = ask(thing, people["asks"])
    decide(opening_id, people["allows"])
    opening = db.session.get_one(Opening, opening_id)

    assert openings.standing(opening, NOW + HOUR - timedelta(seconds=1)) is Standing.OPEN
    assert openings.standing(opening, NOW + HOUR) is Standing.LAPSED
    with pytest.raises(Conflict):
        see(opening_id, people["asks"], HOUR)


def test_nobody_sees_it_before_it_is_allowed(thing: str, people: dict[str, Person]) -> None:
    opening_id = ask(thing, people["asks"])

    with pytest.raises(Conflict):
        see(opening_id, people["asks"])


def test_whoever_asks_does_not_decide(thing: str, people: dict[str, Person], events: Events) -> None:
    opening_id = ask(thing, people["asks"])

    with pytest.raises(NotAllowed):
        decide(opening_id, people["asks"])

    assert db.session.get_one(Opening, opening_id).decided_at is None
    assert events("opening.allowed") == []


def test_whoever_is_behind_it_does_not_decide_even_as_an_officer(thing: str, people: dict[str, Person]) -> None:
    opening_id = ask(thing, people["asks"])
    with writing():
        db.session.get_one(Person, people["inspector"].id).role = Role.CITY

    with pytest.raises(NotAllowed):
        decide(opening_id, people["inspector"])


def test_whoever_allowed_it_does_not_see_it(thing: str, people: dict[str, Person], events: Events) -> None:
    opening_id = ask(thing, people["asks"])
    decide(opening_id, people["allows"])

    with pytest.raises(NotFound):
        see(opening_id, people["allows"])
    assert events("opening.seen") == []


def test_it_is_decided_once(thing: str, people: dict[str, Person], make: Make) -> None:
    opening_id = ask(thing, people["asks"])
    decide(opening_id, people["allows"], allow=False, reason="理由不充分，不同意")

    with pytest.raises(Conflict):
        decide(opening_id, make.city())
    assert db.session.get_one(Opening, opening_id).allowed is False


def test_the_same_request_waits_once(thing: str, people: dict[str, Person]) -> None:
    ask(thing, people["asks"])

    with pytest.raises(Conflict):
        ask(thing, people["asks"])
    assert len(openings.waiting(people["allows"], limit=9)) == 1
    assert openings.waiting(people["asks"], limit=9) == []


@pytest.mark.parametrize("reason", ["", "     ", "看看是谁啊", "字" * 501])
def test_a_reason_of_six_characters_is_needed_from_both(thing: str, people: dict[str, Person], reason: str) -> None:
    with pytest.raises(Invalid) as asking:
        ask(thing, people["asks"], reason)
    opening_id = ask(thing, people["asks"], "要联系本人呀")
    with pytest.raises(Invalid) as deciding:
        decide(opening_id, people["allows"], reason=reason)

    assert (asking.value.field, deciding.value.field) == ("reason", "decision")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_no_other_role_asks_decides_or_sees(
    thing: str, people: dict[str, Person], make: Make, events: Events, role: Role
) -> None:
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    other = make.inspector() if role is Role.INSPECTOR else make.person(role, **known.get(role, {}))
    opening_id = ask(thing, people["asks"])

    with pytest.raises(NotAllowed):
        ask(thing, other)
    with pytest.raises(NotAllowed):
        decide(opening_id, other)
    with pytest.raises(NotAllowed):
        see(opening_id, other)
    assert openings.waiting(other, limit=9) == []
    assert [one.name for one in events("opening.")] == ["opening.asked"]


@pytest.mark.parametrize("kind", ["visit", "report", "task"])
def test_there_is_nobody_behind_what_does_not_exist(people: dict[str, Person], kind: str) -> None:
    with pytest.raises(NotFound):
        ask(f"{kind}:{uuid.uuid4()}", people["asks"])


def test_a_mystery_report_that_an_inspector_sent_opens_the_same_way(make: Make, people: dict[str, Person]) -> None:
    mystery, ordinary = make.report(people["inspector"], form=Form.MYSTERY), make.report(people["inspector"])

    opening_id = ask(behind.of_report(mystery), people["asks"])
    decide(opening_id, people["allows"])

    assert see(opening_id, people["asks"]) == people["inspector"].id
    with pytest.raises(NotFound):
        behind.of_report(ordinary)
