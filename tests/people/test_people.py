"""Accounts and units."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.people import service
from inspection.people.access import Kind, Role
from inspection.people.models import Person
from tests.make import DISTRICT, NOW, PASSWORD, STREET, Make, quick_hashing

Events = Callable[..., list[AuditEvent]]


def add(**given: Any) -> Person:
    known = {"name": "李文", "phone": "13912345678", "role": Role.CITY, "password": PASSWORD}
    with quick_hashing(), writing():
        return service.add_person(**known | given, by="test", now=NOW)


def test_an_account_has_what_was_said(make: Make) -> None:
    unit = make.unit()

    inspector = add(name=" 李文 ", phone=" 13912345678 ", role=Role.INSPECTOR, kind=Kind.VETERAN)
    handler = add(phone="13912345679", role=Role.HANDLER, unit=unit)
    officer = add(phone="13912345670", role=Role.DISTRICT, district_code="110105")

    assert (inspector.name, inspector.phone, inspector.kind) == ("李文", "13912345678", Kind.VETERAN)
    assert (handler.unit_id, handler.district_code) == (unit.id, DISTRICT)
    assert (officer.district_code, officer.created_at, officer.disabled_at) == ("110105", NOW, None)
    assert PASSWORD not in inspector.password_hash


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"phone": "1391234567"}, "phone"),
        ({"phone": "139123456789"}, "phone"),
        ({"phone": "23912345678"}, "phone"),
        ({"phone": "1391234567a"}, "phone"),
        ({"phone": "１３９１２３４５６７８"}, "phone"),
        ({"password": "short"}, "password"),
        ({"role": Role.INSPECTOR}, "kind"),
        ({"role": Role.DISTRICT}, "district"),
        ({"role": Role.HANDLER}, "unit"),
    ],
)
def test_an_account_that_lacks_something_is_refused_at_its_field(make: Make, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        add(**given)

    assert refusal.value.field == field
    assert db.session.scalars(db.select(Person)).all() == []


def test_a_phone_number_has_one_account(make: Make) -> None:
    add()

    with pytest.raises(Conflict):
        add(name="别人")

    assert db.session.scalars(db.select(Person.name)).all() == ["李文"]


def test_an_account_is_found_by_its_phone_number(make: Make) -> None:
    person = add()

    assert service.by_phone(" 13912345678 ").id == person.id
    with pytest.raises(NotFound):
        service.by_phone("13900000000")


def test_the_record_of_an_account_says_neither_name_nor_phone_nor_password(make: Make, events: Events) -> None:
    person = add()

    (event,) = events("person.added")
    assert (event.object, json.loads(event.data)) == (f"person:{person.id}", {"role": "city"})


def test_a_unit_is_there_once_in_its_district(make: Make) -> None:
    def enter(district: str) -> None:
        with writing():
            service.add_unit(
                name="城市管理委", duty="城市管理委", district_code=district, street_code=None, by="test", now=NOW
            )

    enter(DISTRICT)
    enter("110105")

    with pytest.raises(Conflict):
        enter(DISTRICT)
    assert [unit.name for unit in service.units_of(DISTRICT)] == ["城市管理委"]


def test_units_are_listed_streets_first(make: Make) -> None:
    department, street = make.unit("城市管理委", street=None), make.unit()
    make.unit(district="110105", street=None)

    assert [unit.id for unit in service.units_of(DISTRICT)] == [street.id, department.id]


def test_an_unknown_unit_is_not_found(make: Make) -> None:
    with pytest.raises(NotFound):
        service.unit(uuid.uuid4())


def test_the_streets_own_team_comes_before_the_districts_department(make: Make) -> None:
    duties = ("综合行政执法队", "城市管理委")
    department = make.unit("城市管理委", street=None)
    elsewhere = make.unit("综合行政执法队", street="110101005")

    def found(street: str | None) -> uuid.UUID | None:
        unit = service.find_unit(street_code=street, district_code=DISTRICT, duties=duties)
        return unit.id if unit else None

    assert found(STREET) == department.id
    team = make.unit("综合行政执法队", street=STREET)
    assert found(STREET) == team.id
    assert found("110101005") == elsewhere.id
    assert found(None) == department.id


def test_without_anyone_of_that_duty_nobody_is_found(make: Make) -> None:
    make.unit("消防救援", street=None)
    make.unit("城市管理委", street=None, district="110105")

    assert service.find_unit(street_code=STREET, district_code=DISTRICT, duties=("城市管理委",)) is None
