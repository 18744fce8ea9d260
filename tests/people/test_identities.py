"""The shield: who reported what is told to the author, and to the city for a reason that is on the record."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotAllowed, NotFound
from inspection.people import identities
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.reports.models import Report
from inspection.tickets import service as tickets
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make

Events = Callable[..., list[AuditEvent]]
REASON = "督查员申请误工补助，需核对"


def open_identity(report_id: uuid.UUID, by: Person, reason: str = REASON) -> Person:
    with writing():
        return identities.open_identity(report_id, by=db.session.get_one(Person, by.id), reason=reason, now=NOW)


def test_only_the_author_finds_the_report(make: Make) -> None:
    author, other = make.inspector(), make.inspector()

    report = make.report(author)

    assert identities.is_author(author, report.id)
    assert not identities.is_author(other, report.id)
    assert reports.find_own(author, report.id) is not None
    assert reports.find_own(other, report.id) is None
    assert [found.id for _at, found in reports.own_page(author, before=None, limit=9)] == [report.id]
    assert reports.own_page(other, before=None, limit=9) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INSPECTOR])
def test_whoever_did_not_report_it_does_not_own_it(make: Make, role: Role) -> None:
    report = make.report()
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    person = make.person(role, **known.get(role, {}))

    with pytest.raises(NotFound):
        reports.own(person, report.id)


def test_ones_own_reports_come_newest_first_and_page_by_page(make: Make) -> None:
    author = make.inspector()
    made = [make.report(author, now=NOW + timedelta(minutes=minute)).id for minute in (0, 1, 1, 2, 3)]
    make.report()

    first = identities.own_reports(author, before=None, limit=2)
    second = identities.own_reports(author, before=first[-1], limit=2)
    third = identities.own_reports(author, before=second[-1], limit=2)

    walked = [report_id for page in (first, second, third) for _at, report_id in page]
    assert sorted(walked) == sorted(made)
    assert walked[0] == made[4] and walked[4] == made[0]
    assert identities.count_own(author, since=NOW + timedelta(minutes=1)) == 4


def test_the_city_learns_who_it_was_for_a_reason_that_stays(make: Make, events: Events) -> None:
    author, officer = make.inspector(), make.city()
    report = make.report(author)

    person = open_identity(report.id, officer, f"  {REASON} ")

    assert person.id == author.id
    (event,) = events("identity.opened")
    assert (event.actor, event.object) == (f"person:{officer.id}", f"report:{report.id}")
    assert json.loads(event.data) == {"reason": REASON}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_nobody_else_learns_it(make: Make, events: Events, role: Role) -> None:
    report = make.report()
    known = {Role.DISTRICT: {"district_code": "110101"}, Role.HANDLER: {"unit": make.unit()}}
    person = make.inspector() if role is Role.INSPECTOR else make.person(role, **known.get(role, {}))

    with pytest.raises(NotAllowed):
        open_identity(report.id, person)

    assert events("identity.") == []


@pytest.mark.parametrize("reason", ["", "   ", "看看"])
def test_without_a_reason_even_the_city_does_not(make: Make, events: Events, reason: str) -> None:
    report, officer = make.report(), make.city()

    with pytest.raises(Invalid) as refusal:
        open_identity(report.id, officer, reason)

    assert refusal.value.field == "reason"
    assert events("identity.") == []


def test_there_is_nobody_behind_a_report_that_does_not_exist(make: Make) -> None:
    officer = make.city()

    with pytest.raises(NotFound):
        open_identity(uuid.uuid4(), officer)


def test_nothing_in_the_record_of_a_report_and_its_ticket_names_its_author(make: Make, events: Events) -> None:
    author = make.inspector(name="欧阳金雀")
    ticket = make.ticket(State.CLOSED, by=author)
    with writing():
        ticket = db.session.get_one(Ticket, ticket.id)
        officer = db.session.scalars(db.select(Person).where(Person.role == Role.DISTRICT)).one()
        tickets.instruct(ticket, office="区长", text="抓紧整改", by=officer, now=NOW)
    other = make.report(author, now=NOW + timedelta(hours=1))
    with writing():
        reports.withdraw(other.id, by=db.session.get_one(Person, author.id), now=NOW)

    told = [
        f"{event.actor} {event.object} {event.data}"
        for event in events()
        if event.object != f"person:{author.id}"  # that the account was opened
    ]

    assert len(told) > 10
    for secret in (str(author.id), author.id.hex, author.name, author.phone):
        assert not any(secret in line for line in told)
    assert {event.actor for event in events("report.announced") + events("report.withdrawn")} == {"author"}


def test_no_table_but_one_ties_a_report_to_a_person(make: Make) -> None:
    author = make.inspector(name="欧阳金雀")
    report = make.report(author)

    tied = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()).mappings():
            said = " ".join(str(value) for value in row.values())
            if (report.id.hex in said or str(report.id) in said) and (
                author.id.hex in said or str(author.id) in said or author.name in said or author.phone in said
            ):
                tied.append(table.name)

    assert tied == ["authorship"]
    assert not {"person_id", "by_id", "author_id"} & set(Report.__table__.columns.keys())
