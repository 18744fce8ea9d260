"""The demo: a believable week, made once for each database and then looked at from all sides."""

import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from inspection import demo
from inspection.checks import dossiers, outcomes, progress, proof
from inspection.checks.models import Plan, PlanState, Visit, VisitFinding, VisitState
from inspection.factory import create_app
from inspection.geography import service as geography
from inspection.geography.points import Datum, Point, distance_m
from inspection.kernel import audit
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict
from inspection.kernel.queue import Job, JobState
from inspection.notices import service as notices
from inspection.notices.models import Notice, NoticeState
from inspection.notices.snapshot import from_json
from inspection.people import passwords, visiting
from inspection.people import service as people
from inspection.people.access import Kind, Role
from inspection.people.models import Authorship, Person, Unit
from inspection.photos import reader
from inspection.photos.models import Photo
from inspection.reports import questions, suggestions
from inspection.reports.models import Form, Question, Receipt, Report, ReportState, Source, Supplement
from inspection.reports.questions import Standing
from inspection.tickets import assists, evidence, lists, tasks
from inspection.tickets.annexes import Assist, Audience, Comment
from inspection.tickets.assisting import Stage
from inspection.tickets.models import (
    Answer,
    Dispute,
    Feedback,
    Recheck,
    Task,
    TaskKind,
    TaskState,
    Ticket,
    TicketRequest,
)
from inspection.tickets.workflow import OpenRequest, State
from inspection.triage.models import Proposal
from inspection.web.tools import tools
from tests.conftest import settings_for
from tests.make import NOW, quick_hashing
from tests.notices.printed import Printed, bare

PITCH = 225 / 22
"""Millimetres from line to line: 22 in a type area of 225."""
BLANK_HALF = "，。、；：）”"
"""Signs whose right half is blank: at the end of a line it may hang over the edge."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def week(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose database holds the demo as of ``NOW``."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(settings_for(_database(request, folder), folder / "data", log_level="WARNING"))
    with app.app_context():
        with quick_hashing():
            demo.build(tools(), now=NOW, echo=lambda _line: None)
        yield app
        db.session.remove()
        db.engine.dispose()


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "mingcha.db")
        return f"sqlite:///{folder / 'mingcha.db'}"
    url: str = request.getfixturevalue("postgres_copy")
    return url


@pytest.fixture(autouse=True)
def read_anew(week: Flask) -> Iterator[None]:
    """Each test reads the database for itself."""
    yield
    db.session.rollback()


def every(model: type) -> list:
    return list(db.session.scalars(select(model)))


def test_there_are_people_of_every_role_and_kind_in_every_district() -> None:
    folk = every(Person)

    inspectors = [one for one in folk if one.role is Role.INSPECTOR]

    assert {one.role for one in folk} == set(Role)
    assert len(inspectors) >= 40 and {one.kind for one in inspectors} == set(Kind)
    assert len({one.district_code for one in inspectors}) == 17
    assert Counter(one.district_code for one in folk if one.role is Role.DISTRICT).keys() == _districts()
    assert len({one.name for one in folk}) == len({one.phone for one in folk}) == len(folk)


def test_units_are_many_and_those_that_hold_tickets_have_somebody() -> None:
    staffed = {one.unit_id for one in every(Person) if one.role is Role.HANDLER}

    assert len(every(Unit)) >= 30
    assert len(staffed) >= 30
    assert {ticket.unit_id for ticket in every(Ticket)} - {None} <= staffed


def test_every_sign_in_works_and_no_other_account_has_its_password() -> None:
    known = demo.sign_ins()

    assert [one.role for one in known] == list({one.role: None for one in known}) and {
        one.role for one in known
    } == set(Role)
    for one in known:
        person = people.by_phone(one.phone)
        assert (person.name, person.role) == (one.name, one.role)
        assert passwords.matches(one.password, person.password_hash)
    other = next(one for one in every(Person) if one.phone not in {sign_in.phone for sign_in in known})
    assert not passwords.matches(known[0].password, other.password_hash)


def test_reports_are_in_every_state_that_they_can_be_in_and_enough_wait() -> None:
    reports = every(Report)

    states = Counter(report.state for report in reports)

    assert len(reports) >= 120
    assert states.keys() - {ReportState.MERGED} == set(ReportState) - {ReportState.MERGED}
    assert states[ReportState.RECEIVED] >= 25
    waiting = [r for r in reports if r.state is ReportState.RECEIVED and r.district_code == "110101"]
    assert sum(report.form is not Form.MYSTERY for report in waiting) >= 6


def test_every_district_has_reports_and_they_lie_inside_it() -> None:
    reports = every(Report)

    assert {report.district_code for report in reports} == _districts()
    for report in reports:
        location = geography.locate(Point(report.lat, report.lng), report.accuracy_m or 0.0)
        assert location.district is not None and location.district.code == report.district_code
        assert report.street_code == location.streets[0].street.code


def test_reports_are_of_many_sorts() -> None:
    reports = every(Report)

    assert len({report.category_code for report in reports}) >= 20
    assert {report.form for report in reports} == set(Form)
    assert sum(report.observed is not None for report in reports) >= 5
    assert sum(report.plate is not None for report in reports) >= 5
    assert sum(report.category.severity == "urgent" for report in reports) >= 4
    assert sum(report.doubtful and report.district_code != "110199" for report in reports) >= 3
    by_hand = [report for report in reports if report.datum is Datum.GCJ02]
    assert len(by_hand) >= 3 and {report.source for report in by_hand} == {Source.PIN}
    for report in by_hand:
        assert 300 < distance_m(Point(report.lat, report.lng), Point(report.given_lat, report.given_lng)) < 700


def test_tickets_are_in_every_state_with_everything_that_can_happen_to_them() -> None:
    tickets = every(Ticket)

    assert {ticket.state for ticket in tickets} == set(State)
    assert {ticket.request for ticket in tickets} >= {None, OpenRequest.RETURN, OpenRequest.EXTENSION}
    assert sum(lists.overdue(ticket, NOW) for ticket in tickets) >= 5
    for happened in ("late", "reworks", "rebounds", "lookbacks", "extensions", "supervised"):
        assert sum(bool(getattr(ticket, happened)) for ticket in tickets) >= 2, happened
    assert {request.granted for request in every(TicketRequest)} == {None, True, False}


def test_a_closed_ticket_is_never_overdue() -> None:
    closed = [ticket for ticket in every(Ticket) if ticket.state is State.CLOSED]

    assert len(closed) >= 15
    assert not any(lists.overdue(ticket, NOW) for ticket in closed)
    assert all(ticket.closed_at and ticket.handled_at for ticket in closed)


def test_the_famous_handler_has_work_of_several_sorts() -> None:
    handler = people.by_phone(next(one.phone for one in demo.sign_ins() if one.role is Role.HANDLER))

    held = [ticket for ticket in every(Ticket) if ticket.unit_id == handler.unit_id]

    assert {State.DISPATCHED, State.HANDLING, State.CLOSED} <= {ticket.state for ticket in held}


def test_the_famous_inspector_has_reports_in_several_states() -> None:
    inspector = people.by_phone(demo.sign_ins()[0].phone)

    mine = [row.report_id for row in every(Authorship) if row.person_id == inspector.id]

    states = {report.state for report in every(Report) if report.id in set(mine)}
    assert states >= {ReportState.FILED, ReportState.DECLINED, ReportState.WITHDRAWN, ReportState.INCOMPLETE}


def test_nothing_happens_in_the_future_or_out_of_order() -> None:
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()

    moments = [event.at for event in events]

    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    stamps = ("filed_at", "dispatched_at", "accepted_at", "handled_at", "closed_at")
    for ticket in every(Ticket):
        if not ticket.reworks and not ticket.rebounds:
            reached = [at for stamp in stamps if (at := getattr(ticket, stamp))]
            assert reached == sorted(reached), ticket.number


def test_offices_work_in_working_hours_and_inspectors_by_day() -> None:
    filed = {ticket.filed_at.astimezone(BEIJING).hour for ticket in every(Ticket)}
    sent = {report.announced_at.astimezone(BEIJING).hour for report in every(Report)}

    assert filed <= set(range(8, 18))
    assert sent <= set(range(6, 22))


def test_the_audit_chain_is_whole() -> None:
    verdict = audit.verify()

    assert verdict.events > 1000
    assert verdict.problems == ()


def test_every_photo_that_came_in_is_readable_and_has_its_copies() -> None:
    photos = [photo for photo in every(Photo) if photo.arrived_at]
    storage = tools().storage

    assert len(photos) >= 250
    for photo in photos:
        assert photo.copied_at is not None
        for key in (photo.sealed_key, photo.copy_key("web"), photo.copy_key("thumb")):
            assert storage.exists(key)
    for photo in photos[::10]:
        with Image.open(io.BytesIO(storage.read(photo.copy_key("thumb")))) as thumb:
            thumb.load()
            assert max(thumb.size) == 320


def released() -> set[object]:
    """The reports that findings of mystery checks became: nobody sent them, and they show the visit's pictures."""
    return {finding.report_id for finding in every(VisitFinding)}


def test_no_two_photos_share_a_file() -> None:
    digests = Counter(photo.sha256 for photo in every(Photo) if photo.manifest_id not in released())

    assert not [digest for digest, count in digests.items() if count > 1]


def test_most_pictures_say_when_and_where_they_were_taken() -> None:
    photos = [photo for photo in every(Photo) if photo.arrived_at and photo.manifest_id not in released()]

    dated = [photo for photo in photos if photo.exif_taken_at]
    placed = [photo for photo in photos if photo.exif_lat and photo.exif_lng]

    assert len(dated) >= 0.95 * len(photos)
    assert len(placed) >= 0.7 * len(photos)


def test_only_the_real_files_and_the_misplaced_repair_were_taken_elsewhere() -> None:
    far = [report for report in every(Report) for photo in report.manifest.photos if _metres_off(report, photo) > 100]

    assert len(far) == 3
    assert sum(proposal.exif_distance_m is not None for proposal in every(Proposal)) == 3


def test_repairs_are_told_from_what_was_there_before_but_for_the_two_that_are_meant_to_be_caught() -> None:
    answers = [answer for answer in every(Answer) if answer.answered_at]

    suspicious = Counter()
    for answer in answers:
        ticket = db.session.get_one(Ticket, answer.ticket_id)
        fresh, near, new, untouched, *_only_here = evidence.checks(ticket, answer)
        assert fresh.ok and untouched.ok
        suspicious["same"] += not new.ok and ticket.reworks == 0 and ticket.round == answer.round
        suspicious["far"] += "%(metres)s" in near.words.message and not near.ok

    assert len(answers) >= 40
    assert suspicious["same"] == 1
    assert suspicious["far"] == 1


def test_nobody_rechecked_their_own_units_work() -> None:
    rechecks = every(Recheck)

    assert len(rechecks) >= 25
    for recheck in rechecks:
        ticket = db.session.get_one(Ticket, recheck.ticket_id)
        person = db.session.get_one(Person, recheck.by_id)
        answered = {answer.by_id for answer in every(Answer) if answer.ticket_id == ticket.id}
        assert person.id not in answered
        assert person.unit_id is None or person.unit_id != ticket.unit_id


def test_every_complete_report_has_a_receipt() -> None:
    incomplete = {report.id for report in every(Report) if report.state is ReportState.INCOMPLETE}
    received = {receipt.report_id for receipt in every(Receipt)}

    assert incomplete and not incomplete & received
    assert received == {report.id for report in every(Report)} - incomplete - released()


def test_the_older_notice_is_signed_by_another_and_the_newer_one_a_draft() -> None:
    older, newer = db.session.scalars(select(Notice).order_by(Notice.week_start)).all()

    assert (older.state, newer.state) == (NoticeState.SIGNED, NoticeState.DRAFT)
    assert older.signed_by_id != older.drafted_by_id
    assert newer.week_start - older.week_start == timedelta(days=7)
    for notice in (older, newer):
        assert notice.rendered_at and notice.pdf_sha256 and notice.docx_sha256
        assert len(from_json(notice.snapshot).cases) >= 15
    assert from_json(newer.snapshot).earlier
    assert any(case.after for case in from_json(newer.snapshot).cases)


def test_every_job_is_done_but_the_reading_of_plates_and_what_comes_later() -> None:
    waiting = [job for job in every(Job) if job.state is not JobState.DONE]
    later = [job for job in waiting if job.name != "photos.derive"]

    assert {job.subject for job in waiting if job not in later} == {str(one) for one in suggestions.unread()}
    assert {job.name for job in later} == {"tickets.sample_lookback"}  # a fortnight after closing
    assert all(job.state is JobState.READY for job in waiting)
    assert all(job.run_at > job.created_at for job in later)


def test_the_number_of_a_car_that_nobody_typed_can_be_read_in_its_picture() -> None:
    waiting = [one for one in every(Report) if one.state is ReportState.RECEIVED and one.category_code == "zombie_car"]
    (untyped,) = [report for report in waiting if not report.plate and report.id not in released()]
    *_, shown = untyped.manifest.photos

    suggestions.look(shown.id, storage=tools().storage, read=reader.read, now=NOW)

    assert [one.plate.told for one in suggestions.of_report(untyped)] == ["京N·8K365"]


def test_descriptions_are_short_and_addresses_are_written() -> None:
    for report in every(Report):
        assert report.id in released() or 3 <= len(report.description) <= 30
        assert report.address and "\u3000" not in report.address
        assert "None" not in json.dumps([report.address, report.description])


def test_a_second_demo_is_refused_in_words() -> None:
    with pytest.raises(Conflict, match="不能再建演示数据"):
        demo.build(tools(), now=NOW, echo=print)


def _districts() -> set[str]:
    return {district.code for district in geography.current_atlas().districts}


def _metres_off(report: Report, photo: Photo) -> float:
    if photo.exif_lat is None or photo.exif_lng is None:
        return 0.0
    return distance_m(Point(report.lat, report.lng), Point(photo.exif_lat, photo.exif_lng))


def test_the_signed_notice_is_set_on_paper_as_the_standard_wants(week: Flask) -> None:
    signed = db.session.scalars(db.select(Notice).where(Notice.state == NoticeState.SIGNED)).one()
    printed = Printed(notices.file(signed, "pdf", tools().storage))
    said = notices.content(signed, tools().settings)
    lines = [printed.bases(number) for number in range(len(printed.sizes))]
    signs = [sign for base in lines[0] for sign in printed.line(0, base) if sign.text not in BLANK_HALF]

    assert all(size == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1)) for size in printed.sizes)
    assert len(printed.sizes) % 2 == 0
    assert all(37 < base < 262 for page in lines for base in page) and max(map(len, lines)) <= 22
    assert all(
        (lower - upper) / PITCH == pytest.approx(round((lower - upper) / PITCH), abs=0.02)
        for upper, lower in pairwise(lines[0][3:])
    )
    assert min(sign.left for sign in signs) >= 27.9 and 183.5 <= max(sign.right for sign in signs) <= 184.3
    assert printed.embedded() and all(printed.embedded().values())
    assert all(number for _font, number in printed.glyph_numbers())
    assert "第1期" in printed.said and "总第1期" in printed.said
    assert all(bare(text) in printed.said for text in said.texts() if len(bare(text)) < 20)


def test_the_famous_inspector_is_asked_to_look_twice_near_home_and_somebody_has_looked_already() -> None:
    inspector = people.by_phone(demo.sign_ins()[0].phone)

    waiting = tasks.open_of(inspector)

    assert {task.kind for task in waiting} == set(TaskKind) and len(waiting) == 2
    assert {task.ticket.district_code for task in waiting} == {inspector.district_code}
    assert not any(link.report_id in _own(inspector) for task in waiting for link in task.ticket.reports)
    (seen,) = [task for task in every(Task) if task.state is TaskState.DONE]
    assert seen.opinion and seen.opinion.manifest.photos and not seen.settled


def test_one_author_is_not_satisfied_and_one_has_added_something() -> None:
    (complaint,), (supplement,) = every(Feedback), every(Supplement)

    assert complaint.waits and complaint.reason and complaint.manifest
    assert supplement.note and len(supplement.manifest.photos) == 1
    assert supplement.report_id in _own(people.by_phone(demo.sign_ins()[0].phone))


def _own(inspector: Person) -> set[object]:
    return {row.report_id for row in every(Authorship) if row.person_id == inspector.id}


def test_people_talk_call_each_other_in_and_quarrel_where_the_visitors_see_it() -> None:
    famous = people.by_phone(next(one.phone for one in demo.sign_ins() if one.role is Role.HANDLER))
    author = people.by_phone(next(one.phone for one in demo.sign_ins() if one.role is Role.INSPECTOR))
    officer = people.by_phone(next(one.phone for one in demo.sign_ins() if one.role is Role.DISTRICT))

    assert {one.audience for one in every(Comment)} == set(Audience)
    assert {questions.standing(one, NOW) for one in every(Question)} == {Standing.WAITING, Standing.TOLD}
    assert questions.waiting_for(author, NOW)
    assert {assists.stage_of(one, one.ticket) for one in every(Assist)} >= {Stage.CALLED, Stage.ANSWERED}
    assert lists.count(famous, lists.View.ASSISTING, now=NOW) >= 1
    quarrels = every(Dispute)
    assert {one.decided_at is not None for one in quarrels} == {True, False}
    open_one = next(one for one in quarrels if one.decided_at is None)
    assert db.session.get_one(Ticket, open_one.ticket_id).district_code == officer.district_code


def test_one_plan_has_ended_with_results_and_one_runs_with_a_visit_for_the_famous_inspector() -> None:
    running, ended = db.session.scalars(select(Plan).order_by(Plan.created_at.desc())).all()
    inspector = people.by_phone(demo.sign_ins()[0].phone)

    own = set(visiting.own_open(inspector)) & set(
        db.session.scalars(select(Visit.id).where(Visit.plan_id == running.id, Visit.state == VisitState.WAITING))
    )

    assert (ended.state, running.state) == (PlanState.ENDED, PlanState.DRAWN) and own
    assert all(one.score is not None for one in outcomes.by_district(ended))
    assert len(progress.places(running)) == 64 and len({stand[0] for stand, _ in progress.places(running)}) == 6
    assert all(finding.holds for finding in proof.examined(dossiers.whole(ended.id)))
    assert {finding.released_at is not None for finding in every(VisitFinding) if finding.plan_id == ended.id} == {True}
