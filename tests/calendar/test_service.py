"""Editing the working calendar: what is written, who may, what is taken back, and of two editors one."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from inspection.calendar import service
from inspection.calendar.announcement import Entry
from inspection.calendar.service import Edit, Year
from inspection.kernel.audit import AuditEvent, verify
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.holidays import calendar_notice, known_years, work_calendar
from inspection.kernel.queue import Job
from inspection.people.access import Role
from inspection.people.models import Person
from tests.make import NOW, Make, side_by_side

NATIONAL_DAY, SATURDAY, MONDAY = date(2026, 10, 1), date(2026, 12, 5), date(2026, 12, 7)
Events = Callable[..., list[AuditEvent]]
Change = Callable[..., Year]


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN)


@pytest.fixture
def change(admin: Person) -> Change:
    """Make an edit of a year and save it."""

    def saved(made: Callable[[Year], Edit], number: int = 2026, *, by: Person = admin, seen: int | None = None) -> Year:
        with writing():
            found = service.year(number, NOW)
            person = db.session.get_one(Person, by.id)
            service.save(made(found), by=person, now=NOW, seen=found.seen if seen is None else seen)
        return service.year(number, NOW)

    return saved


def day(which: date, *, working: bool, name: str = "") -> Callable[[Year], Edit]:
    return lambda found: service.day_changed(found, which, working=working, name=name)


def jobs() -> list[tuple[str, str]]:
    rows = db.session.execute(db.select(Job.name, Job.subject).where(Job.name == "tickets.recount"))
    return [(row.name, row.subject) for row in rows]


def test_a_day_becomes_a_day_off_and_the_deadlines_are_to_be_counted_again(change: Change, events: Events) -> None:
    change(day(MONDAY, working=False, name="临时放假"))

    assert not work_calendar().is_working(MONDAY) and work_calendar().name_of(MONDAY) == "临时放假"
    (event,) = events("calendar.")
    told = json.loads(event.data)
    assert (event.object, told["what"], told["before"], told["after"]) == (
        "calendar:2026", "day", {"2026-12-07": None}, {"2026-12-07": [False, "临时放假"]},
    )  # fmt: skip
    assert jobs() == [("tickets.recount", "2026")]


def test_a_worked_saturday_has_its_usual_name_if_nobody_gives_another(change: Change) -> None:
    assert change(day(SATURDAY, working=True)).days[SATURDAY] == Entry(True, "调休上班")


def test_a_day_that_is_what_its_weekday_says_needs_no_row(change: Change) -> None:
    change(day(MONDAY, working=False))

    assert MONDAY not in change(day(MONDAY, working=True)).days


def test_a_new_name_alone_moves_no_deadline(change: Change) -> None:
    change(day(NATIONAL_DAY, working=False, name="国庆"))

    assert work_calendar().name_of(NATIONAL_DAY) == "国庆" and jobs() == []


def test_a_whole_year_is_entered_by_the_notice_and_is_no_estimate_any_more(change: Change) -> None:
    assert len(calendar_notice([2027])) == 1

    found = change(lambda year: service.announced(year, "元旦：1月1日至3日放假，共3天。"), 2027)

    assert (len(found.days), found.source) == (3, "按放假通知录入")
    assert calendar_notice([2027]) == [] and not work_calendar().is_working(date(2027, 1, 1))
    assert jobs() == [("tickets.recount", "2027")]


def test_a_notice_replaces_every_day_of_its_year_and_none_of_another(change: Change) -> None:
    change(lambda year: service.announced(year, "国庆节：10月1日放假"))

    assert list(service.year(2026, NOW).days) == [NATIONAL_DAY]
    assert not work_calendar().is_working(date(2025, 10, 1))


def test_what_the_package_knows_is_taken_over_again(change: Change) -> None:
    change(lambda year: service.announced(year, "国庆节：10月1日放假"))

    found = change(service.known)

    assert found.days == {one: Entry(*entry) for one, entry in known_years()[2026].items()}
    with pytest.raises(Conflict, match="还没有这一年"):
        change(service.known, 2027)


def test_a_year_is_marked_as_entered_and_unmarked(change: Change) -> None:
    assert change(lambda year: service.entered(year, done=True), 2027).source == "逐日录入"
    assert work_calendar().is_entered(2027)

    assert change(lambda year: service.entered(year, done=False), 2027).source is None
    assert not work_calendar().is_entered(2027) and jobs() == []


def test_the_last_change_is_taken_back_and_then_the_one_before(change: Change, events: Events) -> None:
    before = service.year(2026, NOW)
    change(day(MONDAY, working=False, name="临时放假"))
    first = service.year(2026, NOW)
    change(lambda year: service.announced(year, "国庆节：10月1日放假"))

    assert change(service.undone).days == first.days
    again = change(service.undone)
    assert (again.days, again.source) == (before.days, before.source)
    with pytest.raises(Conflict, match="没有可以撤销"):
        change(service.undone)

    assert [json.loads(event.data)["what"] for event in events("calendar.")] == ["day", "notice", "undo", "undo"]
    assert not verify().problems


def test_after_an_undoing_a_new_change_is_the_last(change: Change) -> None:
    change(day(MONDAY, working=False))
    change(service.undone)
    change(day(SATURDAY, working=True))

    found = change(service.undone)

    assert SATURDAY not in found.days and MONDAY not in found.days
    assert not service.undoable(2026)


def test_nothing_changed_is_said_and_leaves_no_event(change: Change, events: Events) -> None:
    with pytest.raises(Conflict, match="没有改动"):
        change(day(MONDAY, working=True))

    assert events("calendar.") == []


@pytest.mark.parametrize(
    ("which", "name", "field"),
    [(date(2027, 1, 1), "", "day"), (MONDAY, "长" * 21, "name"), (MONDAY, "零\x00", "name")],
)
def test_a_day_of_another_year_and_a_name_that_is_none_are_refused(
    change: Change, which: date, name: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(day(which, working=False, name=name))

    assert refused.value.field == field


@pytest.mark.parametrize("number", [2024, 2029])
def test_a_year_beyond_the_calendar_is_not_there(app: Flask, number: int) -> None:
    with pytest.raises(NotFound):
        service.year(number, NOW)


@pytest.mark.parametrize("role", [Role.CITY, Role.PUBLISHER, Role.AUDITOR])
def test_nobody_but_an_administrator_edits(make: Make, change: Change, events: Events, role: Role) -> None:
    with pytest.raises(NotAllowed):
        change(day(MONDAY, working=False), by=make.person(role))

    assert MONDAY not in service.year(2026, NOW).days and events("calendar.") == []


def test_whoever_looked_at_an_older_version_is_told(change: Change) -> None:
    change(day(MONDAY, working=False))

    with pytest.raises(Conflict) as refused:
        change(day(SATURDAY, working=True), seen=0)

    assert refused.value.code == "changed_meanwhile"
    assert SATURDAY not in service.year(2026, NOW).days


def test_of_two_editors_at_once_one_is_told_and_nothing_is_lost(app: Flask, admin: Person, events: Events) -> None:
    admin_id = admin.id
    db.session.rollback()

    def edit(which: date, working: bool) -> Callable[[], None]:
        def work() -> None:
            with app.app_context(), writing():
                found, by = service.year(2026, NOW), db.session.get_one(Person, admin_id)
                service.save(service.day_changed(found, which, working=working, name=""), by=by, now=NOW, seen=0)

        return work

    side_by_side(edit(MONDAY, False), edit(SATURDAY, True))

    days = service.year(2026, NOW).days
    assert (MONDAY in days) + (SATURDAY in days) == 1 == len(events("calendar."))
