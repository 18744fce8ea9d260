"""The city asks inspectors to look; what they bring is for the city, the verdict is an officer's."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people import identities
from inspection.people import service as people
from inspection.people.access import Role
from inspection.people.models import Person, TaskHolder
from inspection.photos.models import Manifest
from inspection.photos.service import Announced, Different
from inspection.reports import receipts
from inspection.tickets import feedback, lists, opinions, tasks
from inspection.tickets import service as tickets
from inspection.tickets.asking import MOST_OPEN
from inspection.tickets.lists import View
from inspection.tickets.models import Finding, Recheck, Task, TaskKind, TaskState, Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, Make, jpeg, side_by_side

Events = Callable[..., list[Any]]
LATER = NOW + timedelta(hours=6)


def holder(task: Task) -> uuid.UUID:
    return db.session.get_one(TaskHolder, task.id).person_id


def fresh(task: Task) -> Task:
    db.session.expire_all()
    return db.session.get_one(Task, task.id)


def test_someone_of_the_district_who_did_not_report_it_is_asked(make: Make, events: Events) -> None:
    author, near = make.inspector(district_code="110101"), make.inspector(district_code="110101")
    make.inspector(district_code="110105")
    ticket = make.ticket(State.HANDLED, by=author)
    version = ticket.version

    task = make.task(ticket, now=LATER)

    assert holder(task) == near.id
    assert (task.state, task.kind, task.due_on) == (TaskState.OPEN, TaskKind.RECHECK, day_of(LATER) + 3 * DAY)
    assert db.session.get_one(Ticket, ticket.id).version == version
    (asked,) = events("task.asked")
    assert asked.object == f"task:{task.id}" and str(near.id) not in asked.data
    assert task.alias != ticket.reports[0].report.alias


def test_the_same_ticket_is_shown_to_two_but_not_twice_to_one(make: Make) -> None:
    ticket = make.ticket(State.HANDLED)
    two = {make.inspector(district_code="110101").id for _ in range(2)}

    asked = {holder(make.task(ticket)) for _ in range(2)}

    assert asked == two
    with pytest.raises(Conflict, match="没有合适的督查员"):
        make.task(ticket)


def test_nobody_has_more_than_five_at_once(make: Make) -> None:
    author = make.inspector()
    some = [make.ticket(State.HANDLED, by=author) for _ in range(MOST_OPEN + 1)]
    only = make.inspector(district_code="110101")

    for ticket in some[:MOST_OPEN]:
        make.task(ticket)

    with pytest.raises(Conflict, match="没有合适的督查员"):
        make.task(some[-1])
    with pytest.raises(Invalid) as refused:
        make.task(some[-1], only)
    assert refused.value.field == "person"


def test_a_closed_account_is_not_asked(make: Make) -> None:
    ticket, gone = make.ticket(State.HANDLED), make.inspector()
    with writing():
        people.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    with pytest.raises(Conflict, match="没有合适的督查员"):
        make.task(ticket)


def test_the_author_and_an_officer_cannot_be_asked(make: Make) -> None:
    author = make.inspector()
    ticket, officer = make.ticket(State.HANDLED, by=author), make.officer()

    for person in (author, officer):
        with pytest.raises(Invalid) as refused:
            make.task(ticket, person)
        assert refused.value.field == "person"


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR, Role.ADMIN])
def test_only_the_city_asks(make: Make, role: Role) -> None:
    ticket = make.ticket(State.HANDLED)
    make.inspector()
    person = {Role.DISTRICT: make.officer, Role.INSPECTOR: make.inspector}.get(role, lambda: make.person(role))()

    with pytest.raises(NotAllowed):
        make.task(ticket, by=person)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (State.FILED, TaskKind.RECHECK),
        (State.HANDLING, TaskKind.RECHECK),
        (State.HANDLED, TaskKind.LOOKBACK),
        (State.CLOSED, TaskKind.RECHECK),
    ],
)
def test_nobody_is_sent_where_there_is_nothing_to_see(make: Make, state: State, kind: TaskKind) -> None:
    ticket = make.ticket(state)
    make.inspector()

    with pytest.raises(Conflict):
        make.task(ticket, kind=kind)


@pytest.mark.parametrize("days", [-1, 61])
def test_a_day_that_cannot_be_meant_is_refused(make: Make, days: int) -> None:
    ticket, city = make.ticket(State.HANDLED), make.city()

    with pytest.raises(Invalid) as refused, writing():
        tasks.ask(
            db.session.get_one(Ticket, ticket.id),
            kind=TaskKind.RECHECK,
            due_on=day_of(NOW) + days * DAY,
            by=db.session.get_one(Person, city.id),
            now=NOW,
            rng=Random(1),
        )

    assert refused.value.field == "due_on"


def test_what_is_brought_ends_the_task_with_a_receipt_and_leaves_the_ticket_alone(make: Make, events: Events) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task, version = make.task(ticket, mine), ticket.version

    progress = make.opinion(task, mine, jpeg(901), note="花箱摆好了", now=LATER)

    opinion = progress.one
    assert (progress.missing, fresh(task).state) == ((), TaskState.DONE)
    assert task.opinion and (task.opinion.finding, task.opinion.note) == (Finding.GOOD, "花箱摆好了")
    assert opinion.number and len(opinion.number) == 9
    said = receipts.verify({"document": opinion.document, "signature": opinion.signature}, tools().signer.public_key)
    assert said["recheck"] == str(opinion.id) and "report" not in said
    kept = db.session.get_one(Ticket, ticket.id)
    assert (kept.state, kept.version) == (State.HANDLED, version)
    assert [event.actor for event in events("task.done")] == ["author"]
    assert list(tasks.open_of(db.session.get_one(Person, mine.id))) == []


def test_the_same_again_gets_the_same_receipt_and_another_content_is_refused(make: Make) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task, opinion_id, picture = make.task(ticket, mine), uuid.uuid4(), jpeg(902)
    first = make.opinion(task, mine, picture, opinion_id=opinion_id).one.number

    again = make.opinion(task, mine, picture, opinion_id=opinion_id).one.number

    assert first == again
    with pytest.raises(Different) as refused:
        make.opinion(task, mine, picture, opinion_id=opinion_id, verdict=Finding.BAD)
    assert refused.value.fields == ("verdict",)


@pytest.mark.parametrize(
    ("verdict", "note", "pictures", "field"),
    [
        (Finding.GOOD, "好了", 0, "photos"),
        (Finding.BAD, "没好", 0, "photos"),
        (Finding.UNREACHABLE, " ", 0, "note"),
        (Finding.GOOD, "x" * 2001, 1, "note"),
        (Finding.GOOD, "\x00", 1, "note"),
    ],
)
def test_what_is_lacking_is_named(make: Make, verdict: Finding, note: str, pictures: int, field: str) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task = make.task(ticket, mine)

    with pytest.raises(Invalid) as refused:
        make.opinion(task, mine, *[jpeg(903)] * pictures, verdict=verdict, note=note)

    assert refused.value.field == field
    assert fresh(task).state is TaskState.OPEN


def test_a_place_that_cannot_be_reached_needs_a_word_and_no_picture(make: Make) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task = make.task(ticket, mine)

    progress = make.opinion(task, mine, verdict=Finding.UNREACHABLE, note="胡同封了，在修路")

    assert progress.one.number and fresh(task).state is TaskState.DONE
    assert tasks.usable(ticket, make.city()) == []


def test_anothers_task_looks_like_none(make: Make) -> None:
    ticket, mine, other = make.ticket(State.HANDLED), make.inspector(), make.inspector()
    task = make.task(ticket, mine)

    with pytest.raises(NotFound):
        make.opinion(task, other, jpeg(904))
    with pytest.raises(NotFound), writing():
        tasks.decline(task.id, by=db.session.get_one(Person, other.id), now=NOW)


def test_an_id_that_was_used_for_something_else_tells_nothing_of_it(make: Make) -> None:
    report, mine = make.report(), make.inspector()
    task = make.task(make.ticket(State.HANDLED), mine)

    with pytest.raises(Conflict) as refused:
        make.opinion(task, mine, jpeg(905), opinion_id=report.id)

    assert refused.value.code == "id_taken"


def test_of_two_devices_the_first_that_is_complete_wins(make: Make) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task, kit = make.task(ticket, mine), tools()
    slow, picture = uuid.uuid4(), jpeg(906)
    announce(make, task, mine, slow, picture)
    make.opinion(task, mine, jpeg(907))

    with pytest.raises(Conflict, match="这件任务已经交过了") as refused, writing():
        ((one, facts),) = make.shown(picture)
        by = db.session.get_one(Person, mine.id)
        opinions.photo_arrived(slow, one.sha256, facts, by=by, signer=kit.signer, now=LATER)

    assert refused.value.code == "task_done"
    with pytest.raises(Conflict, match="这件任务已经交过了"):
        make.opinion(task, mine, jpeg(908))


def test_two_at_the_same_moment_make_one_answer(app: Flask, make: Make) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task = make.task(ticket, mine)
    task_id, person_id = task.id, mine.id
    db.session.remove()

    def send(seed: int) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                person, asked = db.session.get_one(Person, person_id), db.session.get_one(Task, task_id)
                make.opinion(asked, person, jpeg(seed))
                db.session.remove()

        return work

    side_by_side(send(909), send(910))

    with app.app_context():
        received = db.session.scalars(
            db.select(opinions.Opinion).where(opinions.Opinion.received_at.is_not(None))
        ).all()
        assert len(received) == 1
        assert db.session.get_one(Task, task_id).state is TaskState.DONE


def announce(make: Make, task: Task, person: Person, opinion_id: uuid.UUID, picture: bytes) -> None:
    """Only the manifest."""
    ((one, _facts),) = make.shown(picture)
    new = opinions.NewOpinion(
        task.id,
        Finding.BAD,
        note="",
        captured_at=NOW,
        place=None,
        photos=(Announced(one.sha256, one.bytes, opinions.PhotoRole.RECHECK, NOW),),
    )
    kit = tools()
    with writing():
        limits = photo_limits(kit.settings)
        by = db.session.get_one(Person, person.id)
        opinions.receive(opinion_id, new, by=by, limits=limits, signer=kit.signer, now=NOW)


def test_a_verdict_withdraws_what_still_waits_and_settles_what_was_brought(make: Make, events: Events) -> None:
    officer = make.officer()
    ticket = make.ticket(State.HANDLED, officer=officer)
    mine, other = make.inspector(), make.inspector()
    done, waiting = make.task(ticket, mine), make.task(ticket, other)
    make.opinion(done, mine, jpeg(911))
    city = make.city()
    before = lists.count(city, View.VISITED, now=LATER)

    with writing():
        by = db.session.get_one(Person, officer.id)
        tickets.pass_recheck(db.session.get_one(Ticket, ticket.id), note="看过了", evidence=None, by=by, now=LATER)

    assert (fresh(done).state, done.settled) == (TaskState.DONE, True)
    assert (fresh(waiting).state, waiting.settled) == (TaskState.WITHDRAWN, True)
    assert not identities.own_open_tasks(db.session.get_one(Person, other.id))
    assert (before, lists.count(city, View.VISITED, now=LATER)) == (1, 0)
    assert len(events("task.withdrawn")) == 1
    with pytest.raises(Conflict, match="不用再去了"):
        make.opinion(waiting, other, jpeg(912))


def test_what_does_not_move_the_ticket_leaves_its_tasks(make: Make) -> None:
    ticket, mine, city = make.ticket(State.HANDLED), make.inspector(), make.city()
    task = make.task(ticket, mine)

    with writing():
        by = db.session.get_one(Person, city.id)
        tickets.supervise(db.session.get_one(Ticket, ticket.id), reason="群众反复反映", by=by, now=LATER)

    assert fresh(task).state is TaskState.OPEN


def test_who_cannot_go_says_so_and_somebody_else_may_be_asked(make: Make) -> None:
    ticket, mine = make.ticket(State.HANDLED), make.inspector()
    task = make.task(ticket, mine)

    with writing():
        tasks.decline(task.id, by=db.session.get_one(Person, mine.id), now=LATER)

    assert fresh(task).state is TaskState.DECLINED
    assert make.task(ticket, make.inspector()).state is TaskState.OPEN


def test_a_verdict_may_rest_on_what_was_brought(make: Make) -> None:
    ticket, mine, city = make.ticket(State.HANDLED), make.inspector(), make.city()
    task = make.task(ticket, mine)
    manifest_id = make.opinion(task, mine, jpeg(913), verdict=Finding.BAD).one.id

    with writing():
        by, one = db.session.get_one(Person, city.id), db.session.get_one(Ticket, ticket.id)
        shown = tasks.evidence(one, task.id, by=by)
        tickets.fail_recheck(one, reason="还在原处", evidence=shown, by=by, now=LATER)

    recheck = db.session.scalars(db.select(Recheck)).one()
    assert (recheck.manifest_id, recheck.by_id) == (manifest_id, city.id)
    assert tasks.usable(db.session.get_one(Ticket, ticket.id), city) == []


def test_a_district_can_use_none_of_it_and_sees_no_such_view(make: Make) -> None:
    ticket, mine, officer = make.ticket(State.HANDLED), make.inspector(), make.officer()
    task = make.task(ticket, mine)
    make.opinion(task, mine, jpeg(914))

    with pytest.raises(Invalid):
        tasks.evidence(ticket, task.id, by=officer)
    assert tasks.of_ticket(ticket, officer) == () and feedback.of_ticket(ticket, officer) == ()
    for view in (View.VISITED, View.DISSATISFIED):
        assert lists.count(officer, view, now=LATER) == 0
        assert list(lists.page(officer, view, now=LATER)) == []


def test_who_was_asked_is_told_to_the_city_alone_for_a_reason_on_the_record(make: Make, events: Events) -> None:
    task, mine = make.task(make.ticket(State.HANDLED), one := make.inspector()), one
    city, officer = make.city(), make.officer()

    for person, reason, error in ((officer, "要联系这位督查员", NotAllowed), (city, "看看", Invalid)):
        with pytest.raises(error), writing():
            identities.open_holder(task.id, by=db.session.get_one(Person, person.id), reason=reason, now=NOW)
    with writing():
        by = db.session.get_one(Person, city.id)
        opened = identities.open_holder(task.id, by=by, reason="要联系这位督查员", now=NOW)

    assert opened.id == mine.id
    assert [event.object for event in events("identity.opened")] == [f"task:{task.id}"]


def test_no_table_but_one_ties_a_task_to_a_person(make: Make) -> None:
    mine = make.inspector(name="欧阳金雀")
    task = make.task(make.ticket(State.HANDLED), mine)
    make.opinion(task, mine, jpeg(915), note="看过了")

    tied = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()).mappings():
            said = " ".join(str(value) for value in row.values()).replace("-", "")
            if task.id.hex in said and any(word in said for word in (mine.id.hex, mine.name, mine.phone)):
                tied.append(table.name)

    assert tied == ["task_holder"]
    assert db.session.scalars(db.select(Manifest).where(Manifest.content.contains("欧阳"))).all() == []
