"""A report's way until somebody decides on it."""

import dataclasses
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from inspection.geography import points
from inspection.geography.points import Datum, Point
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.queue import Job
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.reports import service as reports
from inspection.reports.models import Form, Receipt, Report, ReportState, Source
from inspection.reports.service import Count, IntakeLimits, Place
from inspection.tickets.models import Ticket
from inspection.triage import service as triage
from inspection.triage.service import DeclineGround
from inspection.web.tools import photo_limits, tools
from tests.make import DISTRICT, NOW, SPOT, Make, jpeg, side_by_side

Events = Callable[..., list[AuditEvent]]


def withdraw(author: Person, report: Report) -> Report:
    with writing():
        return reports.withdraw(report.id, by=db.session.get_one(Person, author.id), now=NOW)


def place(**more: object) -> Place:
    return dataclasses.replace(Place(*SPOT, Datum.WGS84, 8.0, Source.LIVE, NOW), **more)


def test_a_report_waits_for_its_photos_and_is_received_with_the_last(make: Make, events: Events) -> None:
    author, far, near = make.inspector(), jpeg(1), jpeg(2)

    sent = make.announce(author, make.new_report(far, near))
    states = [sent.report.state]
    states.append(make.upload(author, sent.report.id, far).report.state)
    done = make.upload(author, sent.report.id, near)
    states.append(done.report.state)

    assert states == [ReportState.INCOMPLETE, ReportState.INCOMPLETE, ReportState.RECEIVED]
    assert (done.report.received_at, done.missing) == (NOW, ())
    assert done.receipt is not None
    assert [event.name for event in events("report.")] == ["report.announced", "report.received"]
    assert [job.subject for job in jobs("triage.propose")] == [str(done.report.id)]


def jobs(name: str) -> list[Job]:
    return list(db.session.scalars(db.select(Job).where(Job.name == name)))


def test_a_report_that_needs_no_photo_is_received_at_once(make: Make) -> None:
    sent = make.announce(make.inspector(), make.new_report(category="service_desk"))

    assert (sent.report.state, sent.missing, sent.created) == (ReportState.RECEIVED, (), True)
    assert sent.receipt is not None


def test_the_same_report_again_gets_the_same_receipt(make: Make) -> None:
    author, picture, report_id = make.inspector(), jpeg(1), uuid.uuid4()
    new = make.new_report(picture)
    make.announce(author, new, report_id)
    first = make.upload(author, report_id, picture)

    again = make.announce(author, new, report_id, now=NOW + timedelta(days=2))

    assert again.created is False
    assert first.receipt and again.receipt and again.receipt.number == first.receipt.number
    assert len(db.session.scalars(db.select(Receipt)).all()) == 1


def test_an_id_that_someone_else_has_used_is_refused_without_a_word_about_it(make: Make) -> None:
    report = make.report()

    with pytest.raises(Conflict) as refusal:
        make.announce(make.inspector(), make.new_report(jpeg(1)), report.id)

    assert refusal.value.code == "id_taken"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INSPECTOR])
def test_only_inspectors_report(make: Make, role: Role) -> None:
    known = {Role.DISTRICT: {"district_code": DISTRICT}, Role.HANDLER: {"unit": make.unit()}}

    with pytest.raises(NotAllowed):
        make.announce(make.person(role, **known.get(role, {})), make.new_report(jpeg(1)))

    assert db.session.scalars(db.select(Report)).all() == []


def test_its_author_takes_a_report_back(make: Make, events: Events) -> None:
    author = make.inspector()
    whole, half = make.report(author), make.announce(author, make.new_report(jpeg(900))).report

    states = [withdraw(author, report).state for report in (whole, half)]

    assert states == [ReportState.WITHDRAWN] * 2
    assert [event.actor for event in events("report.withdrawn")] == ["author", "author"]


def test_nobody_else_takes_it_back(make: Make) -> None:
    report = make.report()

    with pytest.raises(NotFound):
        withdraw(make.inspector(), report)


def test_after_a_decision_it_cannot_be_taken_back(make: Make) -> None:
    author, officer = make.inspector(), make.officer()
    filed, declined, withdrawn = (make.report(author) for _ in range(3))
    with writing():
        officer = db.session.get_one(Person, officer.id)
        triage.file_and_dispatch(
            db.session.get_one(Report, filed.id),
            category="street_clutter",
            place="门前",
            unit=None,
            limit=None,
            by=officer,
            now=NOW,
        )
        triage.decline(
            db.session.get_one(Report, declined.id), ground=DeclineGround.UNCLEAR, text="看不清", by=officer, now=NOW
        )
    withdraw(author, withdrawn)

    for report in (filed, declined, withdrawn):
        with pytest.raises(Conflict):
            withdraw(author, report)

    states = [db.session.get_one(Report, report.id).state for report in (filed, declined, withdrawn)]
    assert states == [ReportState.FILED, ReportState.DECLINED, ReportState.WITHDRAWN]


def test_photos_that_come_after_the_withdrawal_do_not_bring_it_back(make: Make) -> None:
    author, picture = make.inspector(), jpeg(1)
    report = make.announce(author, make.new_report(picture)).report
    withdraw(author, report)

    late = make.upload(author, report.id, picture)

    assert late.report.state is ReportState.WITHDRAWN
    assert late.receipt is None


def test_author_and_officer_at_the_same_moment_do_not_both_win(app: Flask, make: Make) -> None:
    """Either it is withdrawn and has no ticket, or it is filed and has one."""
    author, officer = make.inspector(), make.officer()
    report_id, author_id, officer_id = make.report(author).id, author.id, officer.id
    db.session.rollback()
    start = threading.Barrier(2)
    won: list[str] = []

    def take_back() -> None:
        with app.app_context():
            start.wait()
            with writing():
                reports.withdraw(report_id, by=db.session.get_one(Person, author_id), now=NOW)
            won.append("withdrawn")

    def file() -> None:
        with app.app_context():
            start.wait()
            with writing():
                triage.file_and_dispatch(
                    db.session.get_one(Report, report_id),
                    category="street_clutter",
                    place="门前",
                    unit=None,
                    limit=None,
                    by=db.session.get_one(Person, officer_id),
                    now=NOW,
                )
            won.append("filed")

    side_by_side(take_back, file)

    db.session.expire_all()
    assert len(won) == 1
    assert db.session.get_one(Report, report_id).state.value == won[0]
    assert bool(db.session.scalars(db.select(Ticket)).all()) == (won == ["filed"])


def test_a_mystery_report_is_the_citys_alone(make: Make) -> None:
    author = make.inspector()
    mystery, adhoc = make.report(author, form=Form.MYSTERY), make.report(author)
    officer, city = make.officer(), make.city()

    assert reports.visible(officer, adhoc.id).id == adhoc.id
    assert [reports.visible(city, one.id).id for one in (mystery, adhoc)] == [mystery.id, adhoc.id]
    assert reports.visible(author, mystery.id).id == mystery.id
    with pytest.raises(NotFound):
        reports.visible(officer, mystery.id)


def test_a_report_is_seen_in_its_own_district_only_and_complete_only(make: Make) -> None:
    author = make.inspector()
    whole, half = make.report(author), make.announce(author, make.new_report(jpeg(901))).report
    own, other, city, auditor = make.officer(), make.officer("110105"), make.city(), make.person(Role.AUDITOR)
    handler = make.handler(make.unit())

    assert [reports.visible(one, whole.id).id for one in (own, city, auditor)] == [whole.id] * 3
    for person, report in [(other, whole), (handler, whole), (own, half), (city, half), (make.inspector(), whole)]:
        with pytest.raises(NotFound):
            reports.visible(person, report.id)
    assert reports.visible(author, half.id).id == half.id


@pytest.mark.parametrize("datum", list(Datum))
def test_a_place_in_any_datum_lands_where_it_was_taken(make: Make, datum: Datum) -> None:
    lat, lng = points.from_wgs84(Point(*SPOT), datum)

    report = make.announce(
        make.inspector(), make.new_report(jpeg(1), place=place(lat=lat, lng=lng, datum=datum))
    ).report

    assert points.distance_m(Point(report.lat, report.lng), Point(*SPOT)) < 1
    assert (report.given_lat, report.given_lng, report.datum) == (lat, lng, datum)
    assert (report.district_code, report.cell) == (DISTRICT, points.cell(Point(report.lat, report.lng)))


def test_near_a_border_the_district_is_in_doubt(make: Make) -> None:
    author = make.inspector()

    inside = make.announce(author, make.new_report(jpeg(1), place=place(accuracy_m=8.0))).report
    vague = make.announce(author, make.new_report(jpeg(2), place=place(accuracy_m=5000.0))).report

    assert (inside.doubtful, vague.doubtful) == (False, True)


@pytest.mark.parametrize(("lat", "lng"), [(31.23, 121.47), (39.0, 116.4), (0.0, 0.0)])
def test_a_place_outside_of_beijing_is_refused_and_nothing_is_left(make: Make, lat: float, lng: float) -> None:
    with pytest.raises(Invalid) as refusal:
        make.announce(make.inspector(), make.new_report(jpeg(1), place=place(lat=lat, lng=lng)))

    assert refusal.value.field == "place"
    assert db.session.scalars(db.select(Report)).all() == []
    assert db.session.scalars(db.select(Manifest)).all() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "no_such"}, "category"),
        ({"photos": ()}, "photos"),
        ({"captured_at": NOW + timedelta(days=2)}, "captured_at"),
        ({"count": Count(observed=3, violations=4, minutes=5)}, "count.violations"),
    ],
)
def test_a_report_that_cannot_be_is_refused_at_its_field(make: Make, change: dict[str, object], field: str) -> None:
    new = dataclasses.replace(make.new_report(jpeg(1)), **change)

    with pytest.raises(Invalid) as refusal:
        make.announce(make.inspector(), new)

    assert refusal.value.field == field
    assert db.session.scalars(db.select(Report)).all() == []


def test_what_was_counted_is_kept(make: Make) -> None:
    counted = Count(observed=40, violations=11, minutes=5)

    report = make.announce(make.inspector(), make.new_report(jpeg(1), category="jaywalking", count=counted)).report

    assert (report.observed, report.violations, report.minutes) == (40, 11, 5)


def test_a_day_brings_only_so_many_photos_from_one_person(make: Make) -> None:
    author, other = make.inspector(), make.inspector()
    limits = IntakeLimits(photo_limits(tools().settings), daily_photos=3)

    def send(person: Person, *seeds: int, now: object = NOW) -> Report:
        with writing():
            return reports.receive(
                uuid.uuid4(),
                make.new_report(*map(jpeg, seeds)),
                by=db.session.get_one(Person, person.id),
                limits=limits,
                signer=tools().signer,
                now=now,
            ).report

    send(author, 1, 2)
    send(author, 3, now=NOW + timedelta(hours=1))

    with pytest.raises(Invalid) as refusal:
        send(author, 4, now=NOW + timedelta(hours=23))
    send(other, 5)
    send(author, 6, now=NOW + timedelta(hours=24, seconds=1))
    assert (refusal.value.field, refusal.value.code) == ("photos", "daily_limit")
    assert len(db.session.scalars(db.select(Report)).all()) == 4


def test_ids_are_those_of_the_phone_and_the_alias_is_drawn(make: Make) -> None:
    author = make.inspector()

    aliases = {make.announce(author, make.new_report(jpeg(seed))).report.alias for seed in range(1, 13)}

    assert aliases <= set(reports.ALIASES)
    assert len(aliases) > 2
