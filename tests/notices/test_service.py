"""A week's notice: drafted from real tickets, signed by someone else, numbered without gaps, sealed."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pdfplumber
import pytest
from flask import Flask

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.queue import Job
from inspection.notices import service as notices
from inspection.notices.models import Notice, NoticeState
from inspection.notices.snapshot import Outcome, Progress, Snapshot, from_json
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.models import Manifest, Photo
from inspection.settings import Settings
from inspection.tickets import service as tickets
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests.make import DISTRICT, NOW, Make, side_by_side

Events = Callable[..., list[AuditEvent]]
MONDAY = date(2026, 11, 23)
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=BEIJING)
CHAOYANG = (39.9219, 116.4431)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def draft(by: Person, now: datetime = FRIDAY, day: date | None = None) -> Notice:
    with writing():
        return notices.draft(day or now.date(), by=db.session.get_one(Person, by.id), now=now)


def sign(notice: Notice, by: Person, now: datetime = FRIDAY, seen: int | None = None) -> Notice:
    with writing():
        notice = db.session.get_one(Notice, notice.id)
        notices.sign(notice, settings=settings(), by=db.session.get_one(Person, by.id), now=now, seen=seen)
    return notice


def withdraw(notice: Notice, by: Person, reason: str = "数字有误") -> Notice:
    with writing():
        notice = db.session.get_one(Notice, notice.id)
        notices.withdraw(notice, reason=reason, by=db.session.get_one(Person, by.id), now=FRIDAY)
    return notice


def settings() -> Settings:
    return tools().settings


def week(notice: Notice) -> Snapshot:
    return from_json(notice.snapshot)


def render(notice: Notice, now: datetime = FRIDAY) -> Notice:
    notice_id = notice.id
    db.session.rollback()
    notices.render_files(notice_id, storage=tools().storage, settings=settings(), now=now)
    return db.session.get_one(Notice, notice_id)


def test_an_empty_week_can_be_drafted(make: Make, events: Events) -> None:
    notice = draft(make.city())

    assert (notice.week_start, notice.week_end) == (MONDAY, date(2026, 11, 29))
    assert (notice.state, notice.year, notice.issue, notice.total) == (NoticeState.DRAFT, None, None, None)
    assert notice.snapshot_hash == hashlib.sha256(notice.snapshot.encode()).hexdigest()
    assert len(week(notice).districts) == 17
    (event,) = events("notice.")
    assert json.loads(event.data) == {"week": "2026-11-23", "snapshot": notice.snapshot_hash}


def test_the_counts_of_a_week_are_those_worked_by_hand(make: Make) -> None:
    """东城: five reports found; of four tickets one was closed after a rework, one is handled, one in hand, one void
    (left out). 朝阳: one of two weeks ago, due on Mon 11-16, so eleven days late on Friday.
    """
    officer, city, author = make.officer(), make.city(), make.inspector()
    closed = make.ticket(State.HANDLED, officer=officer, by=author)
    make.ticket(State.HANDLED, officer=officer, by=author)
    make.ticket(State.HANDLING, officer=officer, by=author)
    void = make.ticket(State.DISPATCHED, officer=officer, by=author)
    make.report(author)
    elsewhere = make.unit(district="110105", street=None)
    late = make.ticket(
        State.HANDLING, officer=make.officer("110105"), unit=elsewhere, by=author, at=CHAOYANG, now=NOW - 14 * DAY
    )
    shown = make.evidence()
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == closed.unit_id)).one()
    with writing():
        officer = db.session.get_one(Person, officer.id)
        ticket = db.session.get_one(Ticket, closed.id)
        evidence = db.session.get_one(Manifest, shown)
        tickets.fail_recheck(ticket, reason="没改", evidence=evidence, by=officer, now=NOW + 4 * HOUR)
    make.answer(db.session.get_one(Ticket, closed.id), handler, NOW + DAY)
    with writing():
        officer = db.session.get_one(Person, officer.id)
        tickets.pass_recheck(
            db.session.get_one(Ticket, closed.id), note="到现场看过", evidence=None, by=officer, now=NOW + 2 * DAY
        )
        tickets.void(
            db.session.get_one(Ticket, void.id), reason="重复立案", by=db.session.get_one(Person, city.id), now=NOW
        )

    snapshot = week(draft(city))

    east = next(district for district in snapshot.districts if district.code == DISTRICT)
    sunny = next(district for district in snapshot.districts if district.code == "110105")
    assert (east.found, east.filed, east.closed, east.rework) == (5, 3, 1, 1)
    assert (sunny.found, sunny.filed, sunny.closed, sunny.overdue) == (0, 0, 0, 0)
    assert sum(district.found for district in snapshot.districts) == 5
    assert sorted(case.progress for case in snapshot.cases) == sorted(
        [Progress.CLOSED, Progress.HANDLED, Progress.OPEN]
    )
    (overdue,) = snapshot.overdue
    assert (overdue.number, overdue.due_on, overdue.days_late) == (late.number, date(2026, 11, 16), 11)


def test_due_handled_in_time_and_overdue_are_counted_in_the_week_of_the_deadline(make: Make) -> None:
    """Filed Mon 11-23 with five working days: all are due on Mon 11-30, so in the week that begins then."""
    officer, city, author = make.officer(), make.city(), make.inspector()
    for state in (State.CLOSED, State.HANDLED, State.HANDLING, State.FILED):
        make.ticket(state, officer=officer, by=author)
    slow = make.ticket(State.HANDLING, officer=officer, by=author)
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == slow.unit_id)).one()
    make.answer(slow, handler, NOW + 8 * DAY)

    first = week(draft(city)).districts[0]
    second = week(draft(city, now=FRIDAY + 7 * DAY)).districts[0]

    assert (first.code, first.filed, first.due) == (DISTRICT, 5, 0)
    assert (second.filed, second.due, second.handled, second.handled_in_time, second.overdue) == (0, 4, 3, 2, 1)


def test_the_next_notice_tells_what_became_of_the_last_ones_cases(make: Make) -> None:
    officer, city, publisher, author = make.officer(), make.city(), make.publisher(), make.inspector()
    good, still = (make.ticket(State.HANDLED, officer=officer, by=author) for _ in range(2))
    sign(draft(city), publisher)
    with writing():
        tickets.pass_recheck(
            db.session.get_one(Ticket, good.id),
            note="到现场看过",
            evidence=None,
            by=db.session.get_one(Person, officer.id),
            now=FRIDAY + DAY,
        )

    earlier = week(draft(city, now=FRIDAY + 7 * DAY)).earlier

    assert {case.number: case.outcome for case in earlier} == {good.number: Outcome.GOOD, still.number: Outcome.OPEN}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_only_the_city_drafts(app: Flask, role: Role) -> None:
    make = Make(app)
    person = person_of(make, role)

    with pytest.raises(NotAllowed):
        draft(person)

    assert db.session.scalars(db.select(Notice)).all() == []


def person_of(make: Make, role: Role) -> Person:
    known = {Role.DISTRICT: make.officer, Role.INSPECTOR: make.inspector, Role.PUBLISHER: make.publisher}
    if role is Role.HANDLER:
        return make.handler(make.unit())
    return known[role]() if role in known else make.person(role)


def test_a_week_that_has_not_begun_cannot_be_drafted(make: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(make.city(), day=date(2026, 11, 30))

    assert refusal.value.field == "week"


def test_a_publisher_signs_and_both_numbers_are_given(make: Make, events: Events) -> None:
    city, publisher = make.city(), make.publisher()

    notice = sign(draft(city), publisher)

    assert (notice.state, notice.year, notice.issue, notice.total) == (NoticeState.SIGNED, 2026, 1, 1)
    assert (notice.signed_by_id, notice.signed_at, notice.drafted_by_id) == (publisher.id, FRIDAY, city.id)
    (event,) = events("notice.signed")
    assert json.loads(event.data) == {"year": 2026, "issue": 1, "total": 1, "snapshot": notice.snapshot_hash}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLISHER])
def test_nobody_else_signs(app: Flask, role: Role) -> None:
    make = Make(app)
    notice = draft(make.city())

    with pytest.raises(NotAllowed):
        sign(notice, person_of(make, role))

    assert db.session.get_one(Notice, notice.id).issue is None


def test_the_drafter_cannot_sign_even_as_a_publisher(make: Make) -> None:
    drafter = make.city()
    notice = draft(drafter)
    with writing():
        db.session.get_one(Person, drafter.id).role = Role.PUBLISHER

    with pytest.raises(NotAllowed, match="起草人"):
        sign(notice, drafter)

    assert db.session.get_one(Notice, notice.id).state is NoticeState.DRAFT


def test_numbers_follow_each_other_and_only_the_year_begins_anew(make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    fridays = [FRIDAY + weeks * 7 * DAY for weeks in (0, 1, 5, 6)]

    given = [sign(draft(city, now=friday), publisher, now=friday) for friday in fridays]

    assert [friday.year for friday in fridays] == [2026, 2026, 2027, 2027]
    assert [(notice.year, notice.issue, notice.total) for notice in given] == [
        (2026, 1, 1),
        (2026, 2, 2),
        (2027, 1, 3),
        (2027, 2, 4),
    ]


def test_the_year_is_beijings(make: Make) -> None:
    newyear = datetime(2027, 1, 1, 0, 30, tzinfo=BEIJING)

    notice = sign(draft(make.city(), now=newyear), make.publisher(), now=newyear)

    assert notice.year == 2027


def test_the_total_goes_on_from_what_was_issued_before(app: Flask, make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    kit = tools()
    earlier = type(kit.settings)(**{**vars(kit.settings), "total_issues_before": 411})

    notice = draft(city)
    with writing():
        notices.sign(
            db.session.get_one(Notice, notice.id),
            settings=earlier,
            by=db.session.get_one(Person, publisher.id),
            now=FRIDAY,
        )

    signed = db.session.get_one(Notice, notice.id)
    assert (signed.issue, signed.total) == (1, 412)


def test_two_signatures_at_once_give_one_number(app: Flask, make: Make) -> None:
    notice_id, first, second = draft(make.city()).id, make.publisher().id, make.publisher().id
    db.session.rollback()
    done: list[int | None] = []

    def work(publisher_id: object) -> Callable[[], None]:
        def act() -> None:
            with app.app_context():
                publisher = db.session.get_one(Person, publisher_id)
                done.append(sign(db.session.get_one(Notice, notice_id), publisher).issue)

        return act

    side_by_side(work(first), work(second))

    assert done == [1]


def test_a_failed_signature_takes_no_number(make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    notice = draft(city)

    with pytest.raises(RuntimeError, match="the edge fell over"), writing():
        notices.sign(
            db.session.get_one(Notice, notice.id),
            settings=settings(),
            by=db.session.get_one(Person, publisher.id),
            now=FRIDAY,
        )
        raise RuntimeError("the edge fell over")

    assert sign(notice, publisher).issue == 1


def test_a_draft_is_drawn_anew_from_what_has_happened_since(make: Make) -> None:
    city, other = make.city(), make.city()
    first = draft(city)
    before = first.id, first.snapshot_hash, first.version
    make.ticket(State.FILED)

    second = draft(other, now=FRIDAY + HOUR)

    assert second.id == before[0]
    assert second.snapshot_hash != before[1] and second.version > before[2]
    assert second.drafted_by_id == other.id
    assert len(week(second).cases) == 1


def test_a_signature_under_an_older_draft_is_refused(make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    seen = draft(city).version
    notice = draft(city, now=FRIDAY + HOUR)

    with pytest.raises(Conflict) as refusal:
        sign(notice, publisher, seen=seen)

    assert refusal.value.code == "changed_meanwhile"


def test_making_the_files_is_no_change_to_the_draft_that_someone_looks_at(make: Make) -> None:
    notice, publisher = draft(make.city()), make.publisher()
    seen = notice.version

    notice = render(notice)

    assert notice.rendered_at == FRIDAY
    assert sign(notice, publisher, seen=seen).state is NoticeState.SIGNED


def test_a_signed_notice_is_sealed(make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    notice = sign(draft(city), publisher)
    kept = notice.snapshot, notice.masthead, notice.issue
    make.ticket(State.FILED)

    for again in (lambda: draft(city), lambda: sign(notice, publisher)):
        with pytest.raises(Conflict):
            again()

    notice = db.session.get_one(Notice, notice.id)
    assert (notice.snapshot, notice.masthead, notice.issue) == kept


def test_a_withdrawn_notice_keeps_its_number_and_the_week_can_have_another(make: Make, events: Events) -> None:
    city, publisher = make.city(), make.publisher()
    first = sign(draft(city), publisher)

    with pytest.raises(Invalid):
        withdraw(first, publisher, reason=" ")
    with pytest.raises(NotAllowed):
        withdraw(first, city)
    first = withdraw(first, publisher)
    second = sign(draft(city), publisher)

    assert (first.state, first.issue, first.total) == (NoticeState.WITHDRAWN, 1, 1)
    assert (second.id != first.id, second.issue, second.total) == (True, 2, 2)
    assert json.loads(events("notice.withdrawn")[0].data) == {"reason": "数字有误"}
    with pytest.raises(Conflict):
        withdraw(first, publisher)


def test_a_draft_is_seen_by_those_who_draft_and_sign_only(make: Make) -> None:
    city, publisher, officer, auditor = make.city(), make.publisher(), make.officer(), make.person(Role.AUDITOR)
    signed = sign(draft(city, now=FRIDAY - 7 * DAY), publisher, now=FRIDAY - 7 * DAY)
    open_draft = draft(city)

    assert [notice.id for notice in notices.page(city)] == [open_draft.id, signed.id]
    assert [notice.id for notice in notices.page(publisher)] == [open_draft.id, signed.id]
    for person in (officer, auditor):
        assert [notice.id for notice in notices.page(person)] == [signed.id]
        assert notices.visible(person, signed.id).id == signed.id
        with pytest.raises(NotFound):
            notices.visible(person, open_draft.id)
    for role in (Role.INSPECTOR, Role.HANDLER, Role.ADMIN):
        person = person_of(make, role)
        with pytest.raises(NotAllowed):
            notices.page(person)
        with pytest.raises(NotFound):
            notices.visible(person, signed.id)


def test_the_files_are_made_from_the_week_and_twice_the_same(make: Make) -> None:
    city, publisher = make.city(), make.publisher()
    make.ticket(State.HANDLED)
    for photo_id in db.session.scalars(db.select(Photo.id)).all():
        db.session.rollback()
        photos.derive(photo_id, storage=tools().storage, now=NOW)
    notice = render(sign(draft(city), publisher))
    first = {kind: notices.file(notice, kind, tools().storage) for kind in notices.FILE_TYPES}
    hashes = notice.pdf_sha256, notice.docx_sha256
    with writing():
        again = db.session.get_one(Notice, notice.id)
        for kind in notices.FILE_TYPES:
            tools().storage.delete(again.file_key(kind) or "")
        again.rendered_at = again.pdf_sha256 = again.docx_sha256 = None

    notice = render(notice, now=FRIDAY + DAY)

    second = {kind: notices.file(notice, kind, tools().storage) for kind in notices.FILE_TYPES}
    assert first == second
    assert (notice.pdf_sha256, notice.docx_sha256) == hashes
    assert hashes == tuple(hashlib.sha256(first[kind]).hexdigest() for kind in ("pdf", "docx"))
    with pdfplumber.open(io.BytesIO(first["pdf"])) as paper:
        said = "".join(page.extract_text() for page in paper.pages).replace("\n", "")
    assert "月牙胡同" in said and "第1期" in said.replace(" ", "")
    body = zipfile.ZipFile(io.BytesIO(first["docx"])).read("word/document.xml").decode()
    assert "月牙胡同" in body
    assert "李文" not in said + body


def test_while_the_files_are_being_made_there_are_none(make: Make) -> None:
    notice = draft(make.city())

    for kind in ("pdf", "docx", "exe"):
        with pytest.raises(NotFound):
            notices.file(notice, kind, tools().storage)


def test_files_of_a_draft_that_was_drawn_anew_meanwhile_are_not_kept(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second draft comes while the first one's PDF is being made."""
    city = make.city()
    notice = draft(city)
    make_pdf = notices.render_pdf.pdf

    def slow(*given: object) -> bytes:
        monkeypatch.setattr(notices.render_pdf, "pdf", make_pdf)
        draft(city, now=FRIDAY + HOUR)
        db.session.rollback()
        return make_pdf(*given)

    monkeypatch.setattr(notices.render_pdf, "pdf", slow)
    notice = render(notice)

    assert notice.rendered_at is None


def test_every_draft_and_signature_asks_for_its_files(make: Make) -> None:
    notice = sign(draft(make.city()), make.publisher())

    jobs = db.session.scalars(db.select(Job).where(Job.name == "notices.render")).all()
    assert [job.subject for job in jobs] == [str(notice.id)] * 2
