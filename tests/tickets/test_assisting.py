"""Units beside the lead: called in, accepting, answering, withdrawn; the ticket and its clock never move."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest, Photo
from inspection.tickets import assistance, assists, lists, requests, service, visibility
from inspection.tickets.annexes import Assist
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.lists import View
from inspection.tickets.models import ReturnGround, Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make, side_by_side

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE = Limit(3, TimeUnit.WORKDAY)
KEPT = (
    "state",
    "round",
    "version",
    "unit_id",
    "due_at",
    "clock_started_at",
    "clock_stopped_at",
    "clock_remaining",
    "handled_at",
    "late",
    "request",
)
"""What no assisting unit changes in a ticket."""


class Case:
    """A ticket that a street leads, its officer, and a department that can be called in."""

    def __init__(self, make: Make, state: State = State.HANDLING, now: datetime = NOW, street: bool = True) -> None:
        self.make, self.officer = make, make.officer()
        self.lead = make.unit() if street else make.unit("城管委", street=None)
        self.ticket_id = make.ticket(state, officer=self.officer, unit=self.lead, now=now).id
        self.unit = make.unit("园林绿化局", street=None)
        self.leader = db.session.scalars(db.select(Person).where(Person.unit_id == self.lead.id)).one()
        self.helper = make.handler(self.unit)

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.ticket_id)

    def kept(self) -> list[object]:
        return [getattr(self.ticket, name) for name in KEPT]

    def call(
        self,
        by: Person | None = None,
        unit: Unit | None = None,
        task: str = "把枯树锯掉",
        now: datetime = NOW + HOUR,
        limit: Limit = THREE,
    ) -> uuid.UUID:
        with writing():
            unit = db.session.get_one(Unit, (unit or self.unit).id)
            by = db.session.get_one(Person, (by or self.officer).id)
            ticket = db.session.get_one(Ticket, self.ticket_id)
            return assistance.call_in(ticket, unit=unit, task=task, limit=limit, by=by, now=now).id

    def accept(self, assist_id: uuid.UUID, by: Person | None = None, now: datetime = NOW + 2 * HOUR) -> None:
        with writing():
            by = db.session.get_one(Person, (by or self.helper).id)
            assistance.accept(db.session.get_one(Ticket, self.ticket_id), assist_id, by=by, now=now)

    def answer(
        self,
        assist_id: uuid.UUID,
        by: Person | None = None,
        note: str = "锯掉了",
        now: datetime = NOW + DAY,
        manifest: uuid.UUID | None = None,
    ) -> Assist:
        with writing():
            by = db.session.get_one(Person, (by or self.helper).id)
            evidence = db.session.get_one(Manifest, manifest) if manifest else None
            ticket = db.session.get_one(Ticket, self.ticket_id)
            assistance.answer(ticket, assist_id, note=note, evidence=evidence, by=by, now=now)
        return db.session.get_one(Assist, assist_id)

    def withdraw(self, assist_id: uuid.UUID, by: Person | None = None, reason: str = "用不着了") -> None:
        with writing():
            by = db.session.get_one(Person, (by or self.officer).id)
            ticket = db.session.get_one(Ticket, self.ticket_id)
            assistance.withdraw(ticket, assist_id, reason=reason, by=by, now=NOW + 3 * HOUR)


@pytest.fixture
def case(make: Make) -> Case:
    return Case(make)


def sees(person: Person, ticket_id: uuid.UUID) -> bool:
    person = db.session.get_one(Person, person.id)
    try:
        visibility.visible(person, ticket_id)
    except NotFound:
        return False
    return True


def test_an_assisting_unit_is_called_accepts_and_answers_and_the_ticket_stays_as_it_is(
    case: Case, events: Callable[..., list[AuditEvent]]
) -> None:
    before = case.kept()

    assist_id = case.call()
    case.accept(assist_id)
    assist = case.answer(assist_id)

    assert case.kept() == before
    assist = db.session.get_one(Assist, assist_id)
    assert (assist.task, assist.note, assist.late, assist.round) == ("把枯树锯掉", "锯掉了", False, 1)
    assert (assist.accepted_at, assist.answered_at) == (NOW + 2 * HOUR, NOW + DAY)
    assert [event.name for event in events("ticket.assist")] == [
        "ticket.assist_called",
        "ticket.assist_accepted",
        "ticket.assist_answered",
    ]
    assert [event.actor for event in events("ticket.assist")] == [
        case.officer.audit_ref,
        case.helper.audit_ref,
        case.helper.audit_ref,
    ]


def test_a_withdrawn_call_and_a_late_answer_move_the_ticket_no_more_than_others(case: Case) -> None:
    before = case.kept()
    first = case.call()
    case.accept(first)
    case.withdraw(first)

    second = case.call()
    case.accept(second)
    assist = case.answer(second, now=NOW + 30 * DAY)

    assert assist.late
    assert case.kept() == before


@pytest.mark.parametrize(
    ("called_at", "limit", "due_on"),
    [
        (
            datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING),
            Limit(3, TimeUnit.WORKDAY),
            datetime(2026, 11, 26, tzinfo=BEIJING),
        ),
        (
            datetime(2026, 11, 27, 16, 0, tzinfo=BEIJING),
            Limit(1, TimeUnit.WORKDAY),
            datetime(2026, 11, 30, tzinfo=BEIJING),
        ),
        (
            datetime(2026, 9, 30, 10, 0, tzinfo=BEIJING),
            Limit(5, TimeUnit.WORKDAY),
            datetime(2026, 10, 13, tzinfo=BEIJING),
        ),
        (
            datetime(2026, 9, 18, 10, 0, tzinfo=BEIJING),
            Limit(3, TimeUnit.WORKDAY),
            datetime(2026, 9, 22, tzinfo=BEIJING),
        ),
        (datetime(2026, 11, 27, 16, 0, tzinfo=BEIJING), Limit(2, TimeUnit.DAY), datetime(2026, 11, 29, tzinfo=BEIJING)),
    ],
    ids=["a usual week", "over a weekend", "over the national holiday", "a working Sunday", "calendar days"],
)
def test_an_answer_is_late_from_the_first_moment_after_its_own_deadline(
    make: Make, called_at: datetime, limit: Limit, due_on: datetime
) -> None:
    """Counted by hand in domain.md §3; the ticket's own five working days do not come into it."""
    last = due_on + DAY - timedelta(seconds=1)
    case = Case(make, now=called_at - 2 * HOUR)
    first, second = case.call(now=called_at, limit=limit), case.call(unit=make.unit(), now=called_at, limit=limit)
    other = make.handler(db.session.get_one(Assist, second).unit)

    case.accept(first)
    case.accept(second, by=other)

    assert not case.answer(first, now=last).late
    assert case.answer(second, by=other, now=last + timedelta(seconds=1)).late


def test_the_street_that_leads_whistles_for_departments_itself(case: Case) -> None:
    assist_id = case.call(by=case.leader)

    assist = db.session.get_one(Assist, assist_id)
    assert (assist.unit_id, assist.called_by_id) == (case.unit.id, case.leader.id)


@pytest.mark.parametrize("who", ["officer", "leader", "city"])
def test_whoever_may_call_may_withdraw_what_the_lead_called(case: Case, make: Make, who: str) -> None:
    assist_id = case.call(by=case.leader)

    case.withdraw(assist_id, by=make.city() if who == "city" else getattr(case, who))

    assist = db.session.get_one(Assist, assist_id)
    assert (assist.withdrawn_at, assist.withdrawn_reason) == (NOW + 3 * HOUR, "用不着了")


def test_a_street_does_not_send_away_whom_the_office_called(case: Case) -> None:
    assist_id = case.call(by=case.officer)

    with pytest.raises(NotAllowed, match="文明办请来的"):
        case.withdraw(assist_id, by=case.leader)


@pytest.mark.parametrize(
    "who", [Role.INSPECTOR, Role.AUDITOR, Role.PUBLISHER, Role.ADMIN, "helper", "other", "district"]
)
def test_nobody_else_calls_or_withdraws(case: Case, make: Make, who: str) -> None:
    assist_id = case.call()
    made = {"other": lambda: make.handler(make.unit()), "district": lambda: make.officer("110105")}
    kinds = {Role.INSPECTOR: make.inspector, "helper": lambda: case.helper} | made
    person = kinds[who]() if who in kinds else make.person(Role(who))

    with pytest.raises(NotAllowed):
        case.call(by=person, unit=make.unit())
    with pytest.raises(NotAllowed):
        case.withdraw(assist_id, by=person)


def test_a_department_that_leads_has_no_whistle(make: Make) -> None:
    case = Case(make, street=False)

    with pytest.raises(NotAllowed, match="街道、乡镇"):
        case.call(by=case.leader, unit=make.unit())


@pytest.mark.parametrize("who", ["officer", "leader", "city", "colleague of another unit"])
def test_only_the_unit_that_was_called_accepts_and_answers(case: Case, make: Make, who: str) -> None:
    assist_id = case.call()
    made = {"city": make.city, "colleague of another unit": lambda: make.handler(make.unit())}
    person = made[who]() if who in made else getattr(case, who)

    with pytest.raises(NotAllowed):
        case.accept(assist_id, by=person)
    case.accept(assist_id)
    with pytest.raises(NotAllowed):
        case.answer(assist_id, by=person)


@pytest.mark.parametrize("state", [State.FILED, State.HANDLED, State.CLOSED])
def test_a_unit_is_called_in_only_while_another_has_the_ticket_in_hand(make: Make, state: State) -> None:
    case = Case(make, State.DISPATCHED) if state is State.FILED else Case(make, state)
    if state is State.FILED:
        case.ticket_id = make.ticket(State.FILED, officer=case.officer).id

    with pytest.raises(Conflict, match="派遣以后"):
        case.call()


def test_a_unit_is_called_once_at_a_time_and_again_after_its_answer(case: Case) -> None:
    first = case.call()

    with pytest.raises(Conflict, match="已经在协办"):
        case.call()
    case.accept(first)
    case.answer(first)
    second = case.call(task="再锯一棵", now=NOW + 2 * DAY)

    assert [one.id for one in assists.of_ticket(case.ticket)] == [first, second]


def test_of_two_calls_of_one_unit_at_once_one_counts(case: Case, make: Make) -> None:
    app, ticket_id, unit_id, callers = make.app, case.ticket_id, case.unit.id, (case.officer.id, case.leader.id)
    db.session.remove()

    def calling(person_id: uuid.UUID) -> Callable[[], None]:
        def call() -> None:
            with app.app_context(), writing():
                ticket, unit = db.session.get_one(Ticket, ticket_id), db.session.get_one(Unit, unit_id)
                by = db.session.get_one(Person, person_id)
                assistance.call_in(ticket, unit=unit, task="一起去", limit=THREE, by=by, now=NOW + HOUR)

        return call

    side_by_side(*(calling(person_id) for person_id in callers))

    assert len(assists.of_ticket(case.ticket)) == 1


@pytest.mark.parametrize("wrong", ["another district", "the lead"])
def test_a_unit_that_cannot_assist_is_refused_at_its_field(case: Case, make: Make, wrong: str) -> None:
    unit = make.unit(street=None, district="110105") if wrong == "another district" else case.lead

    with pytest.raises(Invalid) as refused:
        case.call(unit=unit)

    assert refused.value.field == "unit"


def test_what_is_to_be_done_what_was_done_and_why_not_are_said_in_words(case: Case) -> None:
    fields = []
    with pytest.raises(Invalid) as refused:
        case.call(task=" ")
    fields.append(refused.value.field)
    assist_id = case.call()
    case.accept(assist_id)
    with pytest.raises(Invalid) as refused:
        case.answer(assist_id, note="")
    fields.append(refused.value.field)
    with pytest.raises(Invalid) as refused:
        case.withdraw(assist_id, reason="。")
    fields.append(refused.value.field)

    assert fields == ["task", "note", "reason"]


def test_nothing_is_accepted_or_answered_twice_or_out_of_turn(case: Case) -> None:
    assist_id = case.call()

    with pytest.raises(Conflict, match="请先签收"):
        case.answer(assist_id)
    case.accept(assist_id)
    with pytest.raises(Conflict, match="签收过了"):
        case.accept(assist_id)
    case.answer(assist_id)
    for again in (case.accept, case.answer, case.withdraw):
        with pytest.raises(Conflict, match="答复过了"):
            again(assist_id)


def test_after_the_ticket_is_closed_or_the_call_withdrawn_nothing_is_left_to_do(make: Make) -> None:
    case = Case(make)
    withdrawn, void = case.call(), case.call(unit=make.unit())
    case.withdraw(withdrawn)
    other, city = make.handler(db.session.get_one(Assist, void).unit), make.city()
    with writing():
        service.void(case.ticket, reason="报重了", by=db.session.get_one(Person, city.id), now=NOW + 4 * HOUR)

    with pytest.raises(Conflict, match="不用再办"):
        case.accept(withdrawn)
    with pytest.raises(Conflict, match="不用再办"):
        case.accept(void, by=other)


def test_a_call_of_another_ticket_is_not_found(case: Case, make: Make) -> None:
    other = Case(make)
    assist_id = other.call()

    with pytest.raises(NotFound):
        case.accept(assist_id, by=other.helper)
    with pytest.raises(NotFound):
        case.withdraw(assist_id)


def test_the_lead_answers_while_the_others_are_still_at_it(case: Case, make: Make) -> None:
    assist_id = case.call()

    make.answer(case.ticket, case.leader, NOW + 5 * HOUR)

    assert case.ticket.state is State.HANDLED
    case.accept(assist_id, now=NOW + 6 * HOUR)
    case.answer(assist_id, now=NOW + 7 * HOUR)
    assert case.ticket.state is State.HANDLED


def test_an_assisting_unit_neither_answers_for_the_ticket_nor_asks_for_it(case: Case, make: Make) -> None:
    case.accept(case.call())
    by, before = case.helper, case.kept()

    with pytest.raises(NotAllowed), writing():
        requests.request_return(
            case.ticket, ground=ReturnGround.DUTY, text="不归我们", by=db.session.get_one(Person, by.id), now=NOW + DAY
        )
    with pytest.raises(NotAllowed), writing():
        requests.request_extension(
            case.ticket,
            reason="要等",
            new_due_on=(NOW + 20 * DAY).date(),
            by=db.session.get_one(Person, by.id),
            now=NOW + DAY,
        )
    with pytest.raises(NotAllowed):
        make.answer(case.ticket, by, NOW + DAY)
    with pytest.raises(NotAllowed), writing():
        service.pass_recheck(
            case.ticket, note="看过了", evidence=None, by=db.session.get_one(Person, by.id), now=NOW + DAY
        )

    assert case.kept() == before


@pytest.mark.parametrize("done", ["accepted", "answered"])
def test_whoever_assisted_does_not_recheck_also_in_another_post(case: Case, make: Make, done: str) -> None:
    assist_id = case.call()
    case.accept(assist_id)
    if done == "answered":
        case.answer(assist_id)
    make.answer(case.ticket, case.leader, NOW + 5 * HOUR)
    with writing():
        moved = db.session.get_one(Person, case.helper.id)
        moved.role, moved.unit_id, moved.district_code = Role.DISTRICT, None, case.ticket.district_code

    with pytest.raises(NotAllowed, match="协办单位以外"), writing():
        moved = db.session.get_one(Person, case.helper.id)
        service.pass_recheck(case.ticket, note="到现场看过", evidence=None, by=moved, now=NOW + DAY)

    assert case.ticket.state is State.HANDLED


def test_someone_of_the_assisting_unit_does_not_recheck(case: Case, make: Make) -> None:
    case.call()
    make.answer(case.ticket, case.leader, NOW + 5 * HOUR)
    colleague = make.officer()
    with writing():
        db.session.get_one(Person, colleague.id).unit_id = case.unit.id

    with pytest.raises(NotAllowed, match="协办单位以外"), writing():
        by = db.session.get_one(Person, colleague.id)
        service.pass_recheck(case.ticket, note="到现场看过", evidence=None, by=by, now=NOW + DAY)


def test_a_unit_that_was_withdrawn_before_it_did_anything_is_independent(case: Case, make: Make) -> None:
    case.withdraw(case.call())
    make.answer(case.ticket, case.leader, NOW + 5 * HOUR)
    colleague = make.officer()
    with writing():
        db.session.get_one(Person, colleague.id).unit_id = case.unit.id

    with writing():
        by = db.session.get_one(Person, colleague.id)
        service.pass_recheck(case.ticket, note="到现场看过", evidence=None, by=by, now=NOW + DAY)

    assert case.ticket.state is State.CLOSED


def test_a_unit_sees_the_ticket_from_the_call_to_the_withdrawal(case: Case, make: Make) -> None:
    stranger = make.handler(make.unit())
    seen = [sees(case.helper, case.ticket_id)]

    assist_id = case.call()
    seen.append(sees(case.helper, case.ticket_id))
    case.accept(assist_id)
    seen.append(sees(case.helper, case.ticket_id))
    case.withdraw(assist_id)
    seen.append(sees(case.helper, case.ticket_id))

    assert seen == [False, True, True, False]
    assert not sees(stranger, case.ticket_id)
    assert sees(case.leader, case.ticket_id)


def test_a_unit_that_has_answered_goes_on_seeing_the_ticket(case: Case) -> None:
    assist_id = case.call()
    case.accept(assist_id)
    case.answer(assist_id)

    assert sees(case.helper, case.ticket_id)


def test_the_lists_and_counts_of_a_unit_hold_what_it_assists_in_until_it_is_withdrawn(case: Case, make: Make) -> None:
    def held(view: View) -> tuple[list[uuid.UUID], int]:
        person = db.session.get_one(Person, case.helper.id)
        return [one.id for one in lists.page(person, view, now=NOW + DAY)], lists.count(person, view, now=NOW + DAY)

    mine, nothing = ([case.ticket_id], 1), ([], 0)
    assert held(View.ALL) == nothing
    assist_id = case.call()
    assert [held(view) for view in (View.ALL, View.ASSISTING, View.IN_HAND)] == [mine, mine, nothing]
    case.accept(assist_id)
    case.answer(assist_id)
    assert [held(view) for view in (View.ALL, View.ASSISTING)] == [mine, nothing]
    again = case.call(now=NOW + 2 * DAY)
    assert held(View.ALL) == mine
    case.withdraw(again)
    assert held(View.ALL) == mine, "what it answered stands"


def test_a_list_of_what_one_leads_and_assists_in_is_in_order_and_pages_without_gaps(make: Make) -> None:
    officer, unit = make.officer(), make.unit()
    helper = make.handler(unit)
    ids = []
    for number in range(6):
        now = NOW + number * HOUR
        led = number % 2 == 0
        ticket = make.ticket(State.DISPATCHED, officer=officer, unit=unit if led else make.unit(), now=now)
        if not led:
            with writing():
                by, here = db.session.get_one(Person, officer.id), db.session.get_one(Unit, unit.id)
                ticket = db.session.get_one(Ticket, ticket.id)
                assistance.call_in(ticket, unit=here, task="一起去", limit=THREE, by=by, now=now)
        ids.insert(0, ticket.id)
    person = db.session.get_one(Person, helper.id)

    pages: list[uuid.UUID] = []
    before = None
    while rows := lists.page(person, now=NOW + DAY, before=before, limit=2):
        pages += [one.id for one in rows]
        before = rows[-1].filed_at, rows[-1].id

    assert pages == ids
    assert lists.count(person, View.ALL, now=NOW + DAY) == 6


def test_the_pictures_are_seen_by_whoever_sees_the_ticket_and_by_nobody_else(make: Make) -> None:
    author = make.inspector()
    case = Case(make)
    assist_id, manifest = case.call(), make.evidence()
    with writing():
        db.session.get_one(Manifest, manifest).kind = "assist"
    case.accept(assist_id)
    case.answer(assist_id, manifest=manifest)
    photo = db.session.scalars(db.select(Photo).where(Photo.manifest_id == manifest)).one()
    before = case.ticket.reports[0].report.manifest.photos[0]
    assert visibility.ticket_with(photo) == case.ticket

    for person in (case.leader, case.helper, case.officer, make.city()):
        person = db.session.get_one(Person, person.id)
        assert visibility.may_see(person, photo) and visibility.may_see(person, before)
    for person in (make.handler(make.unit()), make.officer("110105"), author):
        person = db.session.get_one(Person, person.id)
        assert not visibility.may_see(person, photo) and not visibility.may_see(person, before)


def test_after_its_withdrawal_a_unit_sees_no_picture_either(case: Case) -> None:
    assist_id = case.call()
    before = case.ticket.reports[0].report.manifest.photos[0]
    assert visibility.may_see(db.session.get_one(Person, case.helper.id), before)

    case.withdraw(assist_id)

    assert not visibility.may_see(db.session.get_one(Person, case.helper.id), before)


def test_an_assisting_unit_that_becomes_the_lead_assists_no_more(
    case: Case, events: Callable[..., list[AuditEvent]]
) -> None:
    assist_id = case.call()
    with writing():
        by = db.session.get_one(Person, case.leader.id)
        requests.request_return(case.ticket, ground=ReturnGround.DUTY, text="归园林", by=by, now=NOW + DAY)
    with writing():
        by = db.session.get_one(Person, case.officer.id)
        requests.decide_return(case.ticket, granted=True, reason="", by=by, now=NOW + DAY)
    assert sees(case.helper, case.ticket_id)

    with writing():
        by, unit = db.session.get_one(Person, case.officer.id), db.session.get_one(Unit, case.unit.id)
        service.dispatch(case.ticket, unit=unit, limit=THREE, by=by, now=NOW + 2 * DAY)

    assist = db.session.get_one(Assist, assist_id)
    assert (assist.withdrawn_at, assist.withdrawn_reason) == (NOW + 2 * DAY, None)
    assert sees(case.helper, case.ticket_id)
    assert "ticket.assist_withdrawn" in [event.name for event in events("ticket")]
