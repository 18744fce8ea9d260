"""Findings become reports: together, at the set time, in no order, and telling nothing of a visit."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask

from inspection.checks import findings, reviews
from inspection.checks.content import Answer, Content, Item, ItemKind
from inspection.checks.models import Plan, PlanState, Site, Visit, VisitFinding
from inspection.kernel import faults, queue
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict
from inspection.people.models import Authorship, Person
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.reports import service as reports
from inspection.reports.models import Form, Receipt, Report, ReportState, Source
from inspection.triage import queues
from inspection.triage.queues import Filter
from tests.checks.bring import FAIL, PASS, answers, bring, copied
from tests.checks.make_checks import MakeChecks, content
from tests.make import DISTRICT, NOW, SPOT, STREET, Make, jpeg, side_by_side

Events = Callable[..., list[AuditEvent]]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OUT = datetime(2026, 12, 9, 9, tzinfo=BEIJING)
"""The plan ends on Sunday 6 December; three days later at nine."""
REVIEWED = NOW + DAY


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


def every(model: Any) -> list[Any]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(model)))


class House:
    """A plan of a city office, and accepted visits with what they found."""

    def __init__(self, make: Make, checks: MakeChecks) -> None:
        self.make, self.checks = make, checks
        self.city, self.inspector = make.city(), make.inspector()
        self.plan = self.another()

    def another(self, asked: Content | None = None) -> Plan:
        return self.checks.plan(self.city, self.checks.checklist(asked), state=PlanState.ENDED)

    def accepted(
        self, given: Any, site: Site | None = None, *, plan: Plan | None = None, reviewed: datetime = REVIEWED,
        turn: int = 1, **more: Any,
    ) -> Visit:  # fmt: skip
        place = site or self.checks.site(address="月牙胡同口")
        visit = self.checks.visit(plan or self.plan, place, self.inspector, turn=turn)
        bring(visit, given, **more)
        with writing():
            reviews.examine(visit.id, now=reviewed)
        with writing():
            reviews.accept(get(visit), by=get(self.city), now=reviewed)
        return visit


@pytest.fixture
def house(make: Make, checks: MakeChecks) -> House:
    return House(make, checks)


def test_nothing_is_out_a_moment_before_and_all_is_at_the_hour(house: House) -> None:
    for _ in range(3):
        house.accepted(answers(q1=FAIL, q2=FAIL))

    early = findings.release_due(now=OUT - timedelta(seconds=1))
    before = every(Report)
    out = findings.release_due(now=OUT)

    assert (early, before, out) == (0, [], 6)
    assert {(one.state, one.form, one.received_at, one.announced_at) for one in every(Report)} == {
        (ReportState.RECEIVED, Form.MYSTERY, OUT, OUT)
    }
    assert {one.report_id for one in every(VisitFinding)} == {one.id for one in every(Report)}
    assert {one.released_at for one in every(VisitFinding)} == {OUT} and get(house.plan).released_at == OUT


def test_a_report_tells_the_problem_and_nothing_of_the_visit(house: House, events: Events) -> None:
    told = [Answer("q1", yes=False), Answer("q2", yes=True, note="门前停着三辆车")]
    at = datetime(2026, 11, 25, 16, 47, 13, tzinfo=BEIJING)
    phone = (SPOT[0] + 0.0007, SPOT[1] + 0.0003)
    visit = house.accepted(told, pictures={"q1": [jpeg(7)], "q2": [jpeg(8), jpeg(9)]}, at=at, spot=phone,
                           reviewed=at + DAY, note="我在口上等了一会儿", far_reason="封路")  # fmt: skip
    site = get(visit).site

    findings.release_due(now=OUT)

    (report,) = every(Report)
    assert report.description == "街巷里有没有乱停车？ 答“是”，不合格。门前停着三辆车"
    assert report.address == f"{site.name}（月牙胡同口）"
    assert report.captured_at == datetime(2026, 11, 25, 4, tzinfo=UTC)
    assert (report.lat, report.lng, report.given_lat, report.given_lng) == (*SPOT, *SPOT)
    assert (report.source, report.accuracy_m, report.fixed_at) == (Source.PIN, None, None)
    assert (report.category_code, report.district_code, report.street_code, report.site_type) == (
        "street_clutter",
        DISTRICT,
        STREET,
        "lane",
    )
    assert every(Authorship) == [] and every(Receipt) == []
    about = [event for event in events() if event.object == f"report:{report.id}"]
    assert [(event.name, event.actor, event.data) for event in about] == [("report.received", "system", "{}")]
    must_tell_nothing(report, visit)


def must_tell_nothing(report: Report, visit: Visit) -> None:
    """No canary of the visit in the report's row, its manifest or its pictures' rows."""
    record = get(visit).records[0]
    rows = [report, report.manifest, *report.manifest.photos]
    text = " ".join(str(getattr(row, column.key)) for row in rows for column in row.__table__.columns)
    secrets = [visit.id, visit.plan_id, visit.site_id, record.id, record.number, get(visit).alias + "·", "16:47",
               "08:47", "封路", "口上等了", record.lat, record.lng]  # fmt: skip
    assert [one for one in map(str, secrets) if one in text] == []
    json.loads(report.manifest.content)


def test_its_pictures_are_the_same_bytes_in_new_rows_without_place_and_camera(house: House) -> None:
    house.accepted(answers(q1=PASS, q2=FAIL), pictures={"q1": [jpeg(7)], "q2": [jpeg(8), jpeg(9)]})
    findings.release_due(now=OUT)

    (report,) = every(Report)
    was = {photo.sha256: photo for photo in every(Photo) if photo.manifest.kind is ManifestKind.VISIT}
    shown = report.manifest.photos

    assert [photo.sha256 for photo in shown] == [one.sha256 for one in was.values() if one.position in (1, 2)]
    for photo in shown:
        assert photo.taken_at == report.captured_at and photo.taken == report.captured_at and photo.spot is None
        assert (photo.lat, photo.exif_lat, photo.exif_taken_at, photo.original_sha256, photo.software) == (None,) * 5
        assert photo.id != was[photo.sha256].id and was[photo.sha256].lat == SPOT[0]
        assert copied(photo.id).copied_at is not None
    jobs = db.session.scalars(db.select(queue.Job.name).where(queue.Job.subject.in_([str(one.id) for one in shown])))
    assert list(jobs) == ["photos.derive"] * 2


def test_a_count_stays_a_count(house: House) -> None:
    crossing = Item("jay", "行人闯红灯", ItemKind.COUNT, 10, minutes=5, most_percent=10, category="jaywalking")
    plan = house.another(content(crossing))
    house.accepted([Answer("jay", observed=40, violations=9)], plan=plan)

    findings.release_due(now=OUT)

    (report,) = every(Report)
    assert (report.observed, report.violations, report.minutes) == (40, 9, 5)
    assert report.description == "行人闯红灯 观察 40，违规 9，占 22.5%，最多 10%，不合格。"


def test_it_waits_for_the_citys_triage_and_is_not_there_for_the_district(house: House, make: Make) -> None:
    house.accepted(answers(q1=PASS, q2=FAIL))
    findings.release_due(now=OUT)
    officer = make.officer()

    (report,) = every(Report)
    assert [one.id for one in queues.page(house.city, Filter(), now=OUT)] == [report.id]
    assert list(queues.page(officer, Filter(), now=OUT)) == [] and queues.count_waiting(officer) == 0
    with pytest.raises(Exception, match="没有这条线索"):
        reports.visible(officer, report.id)
    proposed = db.select(queue.Job.subject).where(queue.Job.name == "triage.propose")
    assert list(db.session.scalars(proposed)) == [str(report.id)]


def test_the_order_in_which_they_come_is_shuffled(house: House) -> None:
    sites = [house.checks.site() for _ in range(6)]
    for site in sites:
        house.accepted(answers(q1=PASS, q2=FAIL), site)

    class Backwards(Random):
        def shuffle(self, x: Any) -> None:
            seen.append(len(x))
            x.sort(key=lambda one: one.site.number, reverse=True)

    seen: list[int] = []
    findings.release_due(now=OUT, rng=Backwards())

    entered = db.session.scalars(
        db.select(AuditEvent.object).where(AuditEvent.name == "report.received").order_by(AuditEvent.seq)
    )
    by_report = {f"report:{one.report_id}": one.site.number for one in every(VisitFinding)}
    assert seen == [6]
    assert [by_report[one] for one in entered] == sorted((site.number for site in sites), reverse=True)
    assert {one.id.version for one in every(Report)} == {4}


def test_a_second_run_and_one_after_a_kill_put_nothing_out_twice(house: House) -> None:
    for _ in range(2):
        house.accepted(answers(q1=FAIL, q2=FAIL), pictures={"q1": [jpeg(3)]})

    with pytest.raises(faults.Crash), faults.plan("findings.entered=crash"):
        findings.release_due(now=OUT)
    left = (every(Report), [one.released_at for one in every(VisitFinding)], get(house.plan).released_at)
    first, second = findings.release_due(now=OUT), findings.release_due(now=OUT + HOUR)

    assert left == ([], [None] * 4, None)
    assert (first, second) == (4, 0)
    assert len(every(Report)) == 4 and len([one for one in every(Manifest) if one.kind is ManifestKind.REPORT]) == 4


def test_of_two_workers_one_puts_them_out(house: House, app: Flask) -> None:
    for _ in range(3):
        house.accepted(answers(q1=PASS, q2=FAIL))
    db.session.remove()
    done: list[int] = []

    def work() -> None:
        with app.app_context():
            done.append(findings.release_due(now=OUT))

    side_by_side(work, work)

    assert sorted(done) == [0, 3]
    assert len(every(Report)) == 3


def test_what_is_accepted_later_waits_for_the_hour_of_the_next_day(house: House) -> None:
    house.accepted(answers(q1=PASS, q2=FAIL))
    findings.release_due(now=OUT)
    house.accepted(answers(q1=PASS, q2=FAIL), reviewed=OUT + 2 * HOUR)

    told = [findings.release_due(now=OUT + hours * HOUR) for hours in (3, 23, 24, 48)]

    assert told == [0, 0, 1, 0]
    assert get(house.plan).released_at == OUT


def test_a_late_acceptance_is_taken_back_until_its_own_findings_are_out(house: House) -> None:
    house.accepted(answers(q1=PASS, q2=FAIL))
    findings.release_due(now=OUT)
    late, later = (house.accepted(answers(q1=PASS, q2=FAIL), reviewed=OUT + HOUR) for _ in range(2))

    def reject(visit: Visit) -> None:
        with writing():
            by = db.session.get_one(Person, house.city.id)
            reviews.reject(get(visit), ground=reviews.Ground.TOO_FAST, by=by, now=OUT + 30 * HOUR)

    reject(late)
    findings.release_due(now=OUT + DAY)

    with pytest.raises(Conflict, match="已经公布"):
        reject(later)
    assert len(every(Report)) == 2


def test_a_plan_with_nothing_found_releases_nothing(house: House, events: Events) -> None:
    house.accepted(answers(q1=PASS, q2=PASS))

    assert findings.release_due(now=OUT) == 0
    assert events("plan.released") == []


def test_plans_go_out_each_at_its_own_time(house: House, make: Make, checks: MakeChecks) -> None:
    later = checks.plan(house.city, checks.checklist(), state=PlanState.ENDED, release_days=5, release_hour=14)
    house.accepted(answers(q1=PASS, q2=FAIL))
    house.accepted(answers(q1=PASS, q2=FAIL), plan=later)

    told = [findings.release_due(now=OUT + hours * HOUR) for hours in (0, 48 + 4, 48 + 5)]

    assert told == [1, 0, 1]


def test_only_accepted_visits_have_findings_to_release(house: House, make: Make) -> None:
    visit = house.accepted(answers(q1=PASS, q2=FAIL))
    with writing():
        reviews.reject(
            get(visit), ground=reviews.Ground.TOO_FAST, by=db.session.get_one(Person, house.city.id), now=NOW
        )

    assert findings.release_due(now=OUT) == 0
