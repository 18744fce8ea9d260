"""留言: who may say what to whom about a ticket, who reads it, and what stays of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.reports.models import Report
from inspection.tickets import comments, stories
from inspection.tickets.annexes import Audience, Comment
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from tests.make import NOW, Make

Events = Callable[..., list[Any]]
LATER = NOW + timedelta(days=1)


def say(
    ticket: Ticket,
    by: Person,
    text: str = "已联系产权单位",
    audience: Audience = Audience.INTERNAL,
    comment_id: uuid.UUID | None = None,
    at: timedelta = timedelta(),
) -> Comment:
    with writing():
        ticket, by = db.session.get_one(Ticket, ticket.id), db.session.get_one(Person, by.id)
        return comments.add(comment_id or uuid.uuid4(), ticket, audience=audience, text=text, by=by, now=LATER + at)


def someone(make: Make, role: Role) -> Person:
    return make.inspector() if role is Role.INSPECTOR else make.person(role)


def told(ticket: Ticket) -> list[tuple[str, str]]:
    """What the author of the ticket's first report is told by offices."""
    steps = stories.for_author(ticket.reports[0].report)
    return [(str(step.words), step.note) for step in steps if step.note]


def test_the_unit_the_district_and_the_city_talk_to_each_other(make: Make) -> None:
    unit, officer = make.unit(), make.officer()
    ticket, handler = make.ticket(State.HANDLING, unit=unit, officer=officer), make.handler(unit)

    for number, one in enumerate((handler, officer, make.city())):
        say(ticket, one, f"第 {number} 句", at=timedelta(minutes=number))

    for reader in (handler, officer, make.city(), make.person(Role.AUDITOR)):
        assert [one.text for one in comments.of_ticket(ticket, reader)] == ["第 2 句", "第 1 句", "第 0 句"]
    assert told(ticket) == []


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.PUBLISHER, Role.ADMIN])
def test_whoever_reads_no_tickets_reads_no_comments(make: Make, role: Role) -> None:
    ticket, officer = make.ticket(State.HANDLING), make.officer()
    say(ticket, officer)
    say(ticket, officer, "谢谢您", Audience.REPORTER)

    assert comments.of_ticket(ticket, someone(make, role)) == ()


def test_the_office_speaks_to_whoever_reported_it_and_no_person_signs(make: Make) -> None:
    ticket = make.ticket(State.HANDLING)

    say(ticket, make.officer(), "要等路灯修好，\n月底前完成", Audience.REPORTER)
    say(ticket, make.city(), "谢谢您，已经在催", Audience.REPORTER, at=timedelta(hours=1))

    assert told(ticket) == [
        ("东城区文明办给您留言", "要等路灯修好，\n月底前完成"),
        ("首都文明办督查处给您留言", "谢谢您，已经在催"),
    ]


def test_what_was_said_stands_among_what_happened_in_its_order(make: Make) -> None:
    ticket = make.ticket(State.CLOSED)

    say(ticket, make.officer(), "正在联系产权单位", Audience.REPORTER, at=timedelta(hours=-22))

    words = [str(step.words) for step in stories.for_author(ticket.reports[0].report)]
    at = words.index("东城区文明办给您留言")
    assert words[at - 1] == "承办单位开始整改" and words[at + 1] == "承办单位交来整改后照片"


def test_an_officer_who_changes_offices_has_signed_with_the_former_one(make: Make) -> None:
    ticket, officer = make.ticket(State.HANDLING), make.officer()
    say(ticket, officer, "谢谢您", Audience.REPORTER)

    with writing():
        db.session.get_one(Person, officer.id).role = Role.CITY

    assert told(ticket)[0][0] == "东城区文明办给您留言"


def test_every_author_of_the_tickets_reports_is_told(make: Make) -> None:
    officer = make.officer()
    ticket, second = make.ticket(State.HANDLING, officer=officer), make.report()
    with writing():
        by = db.session.get_one(Person, officer.id)
        triage.merge(db.session.get_one(Report, second.id), db.session.get_one(Ticket, ticket.id), by=by, now=LATER)
    say(ticket, officer, "谢谢各位", Audience.REPORTER)

    db.session.expire_all()
    for link in ticket.reports:
        assert "谢谢各位" in [step.note for step in stories.for_author(link.report)]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.AUDITOR, Role.PUBLISHER, Role.ADMIN, Role.INSPECTOR])
def test_only_district_and_city_speak_to_whoever_reported_it(make: Make, role: Role) -> None:
    unit = make.unit()
    ticket = make.ticket(State.HANDLING, unit=unit)
    person = make.handler(unit) if role is Role.HANDLER else someone(make, role)

    with pytest.raises(NotAllowed):
        say(ticket, person, audience=Audience.REPORTER)

    assert db.session.scalars(db.select(Comment)).all() == []


@pytest.mark.parametrize("who", ["another unit", "another district", "auditor", "inspector"])
def test_whoever_has_nothing_to_do_with_it_says_nothing(make: Make, who: str) -> None:
    ticket = make.ticket(State.HANDLING)
    person = {
        "another unit": lambda: make.handler(make.unit()),
        "another district": lambda: make.officer("110105"),
        "auditor": lambda: make.person(Role.AUDITOR),
        "inspector": make.inspector,
    }[who]()

    with pytest.raises(NotAllowed):
        say(ticket, person)


@pytest.mark.parametrize(
    ("audience", "text"),
    [
        (Audience.INTERNAL, " "),
        (Audience.INTERNAL, "字" * 2001),
        (Audience.REPORTER, "字" * 501),
        (Audience.REPORTER, "a\x00b"),
    ],
)
def test_a_comment_has_words_and_not_too_many(make: Make, audience: Audience, text: str) -> None:
    ticket, officer = make.ticket(State.FILED), make.officer()

    with pytest.raises(Invalid) as refused:
        say(ticket, officer, text, audience)

    assert refused.value.field == "text"


def test_five_hundred_characters_are_not_too_many(make: Make) -> None:
    ticket, officer = make.ticket(State.FILED), make.officer()

    say(ticket, officer, f" {'字' * 500}\n", Audience.REPORTER)

    assert told(ticket)[0][1] == "字" * 500


def test_a_lines_end_counts_as_one_character_as_it_does_in_the_browser(make: Make) -> None:
    ticket, officer = make.ticket(State.FILED), make.officer()

    say(ticket, officer, "字" * 249 + "\r\n" + "字" * 250, Audience.REPORTER)

    assert told(ticket)[0][1] == "字" * 249 + "\n" + "字" * 250


def test_the_same_form_twice_says_it_once_and_other_words_are_refused(make: Make, events: Events) -> None:
    ticket, officer, comment_id = make.ticket(State.FILED), make.officer(), uuid.uuid4()

    say(ticket, officer, comment_id=comment_id)
    say(ticket, officer, comment_id=comment_id)
    with pytest.raises(Conflict, match="已经用过"):
        say(ticket, officer, "改一改", comment_id=comment_id)

    assert [one.text for one in comments.of_ticket(ticket, officer)] == ["已联系产权单位"]
    assert len(events("ticket.commented")) == 1


def test_a_ticket_has_room_for_two_hundred(make: Make) -> None:
    ticket, officer = make.ticket(State.FILED), make.officer()
    said = {"ticket_id": ticket.id, "audience": Audience.INTERNAL, "by_id": officer.id, "role": Role.DISTRICT}
    with writing():
        db.session.add_all(Comment(id=uuid.uuid4(), text="一句", at=LATER, **said) for _ in range(199))

    say(ticket, officer)

    with pytest.raises(Conflict, match="已经有 200 条"):
        say(ticket, officer)


def test_the_chain_keeps_the_words_that_left_the_office_and_of_others_only_that_they_were_written(
    make: Make, events: Events
) -> None:
    ticket, officer = make.ticket(State.FILED), make.officer()

    say(ticket, officer, "店主王某不配合")
    say(ticket, officer, "要等路灯修好", Audience.REPORTER)

    inside, outside = events("ticket.commented")
    assert "王某" not in inside.data and '"audience":"internal"' in inside.data
    assert "要等路灯修好" in outside.data
    assert {one.object for one in (inside, outside)} == {f"ticket:{ticket.id}"}
    assert inside.actor == f"person:{officer.id}"


def test_saying_something_moves_nothing(make: Make) -> None:
    ticket, officer = make.ticket(State.HANDLING), make.officer()
    version = ticket.version

    say(ticket, officer)

    db.session.expire_all()
    assert (ticket.version, ticket.state) == (version, State.HANDLING)
