"""The catalogue's rows: set by an administrator, for what is filed from then on, and never behind another's back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.reports import categories
from inspection.reports.categories import Wanted
from inspection.reports.models import Category, Report
from inspection.tickets.models import Ticket
from inspection.triage import service as triage
from tests.make import NOW, Make

WANTED = Wanted(2, "day", "urgent", 3, True)
KIND = "street_clutter"


def change(by: Person, wanted: Wanted = WANTED, seen: str = "", code: str = KIND, minutes: int = 0) -> None:
    with writing():
        by = db.session.get_one(Person, by.id)
        categories.change(code, wanted, by=by, now=NOW + timedelta(minutes=minutes), seen=seen)


def row(code: str = KIND) -> Category:
    db.session.expire_all()
    return db.session.get_one(Category, code)


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN)


def test_a_row_is_set_and_the_chain_has_what_it_was_and_is(
    admin: Person, events: Callable[..., list[AuditEvent]]
) -> None:
    change(admin)
    change(admin, seen=categories.version(row()))

    assert (row().limit_amount, row().limit_unit, row().severity, row().photos_min) == (2, "day", "urgent", 3)
    (event,) = events("category.changed")
    assert event.object == f"category:{KIND}"
    assert '"after":{"active":true,"limit_amount":2' in event.data and '"before":{"active":true,' in event.data


def test_what_is_filed_keeps_its_limit_and_what_is_filed_later_has_the_new_one(make: Make, admin: Person) -> None:
    officer, waiting = make.officer(), make.report()
    before = make.ticket(officer=officer, limit=None)
    was = (before.limit_amount, before.limit_unit, before.severity)

    change(admin)
    with writing():
        report = db.session.get_one(Report, waiting.id)
        by = db.session.get_one(Person, officer.id)
        later = triage.file_and_dispatch(
            report, category=KIND, place="月牙胡同", unit=None, limit=None, by=by, now=NOW + timedelta(hours=1)
        )
        after = (later.limit_amount, later.limit_unit.value, later.severity)

    kept = db.session.get_one(Ticket, before.id)
    assert (kept.limit_amount, kept.limit_unit, kept.severity) == was
    assert after == (2, "day", "urgent")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"limit_amount": 0}, "limit_amount"),
        ({"limit_amount": 367}, "limit_amount"),
        ({"limit_unit": "week"}, "limit_unit"),
        ({"severity": "soon"}, "severity"),
        ({"photos_min": 10}, "photos_min"),
    ],
)
def test_what_cannot_be_is_named(admin: Person, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        change(admin, replace(WANTED, **wrong))

    assert refused.value.field == field
    assert row().changed_at is None


def test_two_who_change_the_same_row_do_not_undo_each_other(make: Make, admin: Person) -> None:
    change(admin)

    with pytest.raises(Conflict, match="已有别人改过"):
        change(admin, replace(WANTED, limit_amount=9), minutes=5)
    with pytest.raises(NotFound):
        change(admin, code="nonsense")
    with pytest.raises(NotAllowed):
        change(make.city())
    assert row().limit_amount == 2


def test_one_out_of_use_is_offered_no_more_and_what_was_reported_in_it_goes_on(make: Make, admin: Person) -> None:
    officer, old, new = make.officer(), make.report(), make.report(category="exposed_rubbish")
    change(admin, replace(WANTED, active=False))

    assert KIND not in [one.code for one in categories.offered()]
    kept_on_a_phone = make.report()
    assert kept_on_a_phone.category_code == KIND
    with writing():
        by = db.session.get_one(Person, officer.id)
        given = {"place": "月牙胡同", "unit": None, "limit": None, "by": by, "now": NOW}
        assert triage.file_and_dispatch(db.session.get_one(Report, old.id), category=KIND, **given).number
        with pytest.raises(Invalid, match="已经停用"):
            triage.file_and_dispatch(db.session.get_one(Report, new.id), category=KIND, **given)


def test_the_last_one_in_use_stays(admin: Person) -> None:
    with writing():
        db.session.execute(db.update(Category).where(Category.code != KIND).values(active=False))

    with pytest.raises(Invalid) as refused:
        change(admin, replace(WANTED, active=False))

    assert refused.value.field == "active"
