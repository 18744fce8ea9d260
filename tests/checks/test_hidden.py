"""What a visit brought is the city's alone, and nothing that a district sees counts it."""

from datetime import timedelta
from typing import Any

import pytest

from inspection.checks.models import Visit
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos import alike
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.reports import questions
from inspection.reports.models import Form, Report
from inspection.tickets import evidence, stories, visibility
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from inspection.triage.models import Proposal
from tests.checks.bring import FAIL, PASS, answers, bring, copied
from tests.checks.make_checks import MakeChecks
from tests.checks.test_findings import OUT, House, findings
from tests.checks.test_reviews import striped
from tests.make import NOW, Make


@pytest.fixture
def visit(make: Make, checks: MakeChecks) -> Visit:
    plan = checks.plan(make.city(), checks.checklist())
    visit = checks.visit(plan, checks.site(), make.inspector())
    bring(visit, answers(q1=PASS, q2=FAIL), pictures={"q2": [striped(90)]})
    return visit


def picture() -> Photo:
    return db.session.scalars(db.select(Photo).join(Manifest).where(Manifest.kind == ManifestKind.VISIT)).one()


@pytest.mark.parametrize("role", list(Role))
def test_a_visits_pictures_are_seen_by_the_city_alone(visit: Visit, make: Make, role: Role) -> None:
    people = {
        Role.INSPECTOR: make.inspector,
        Role.HANDLER: lambda: make.handler(make.unit()),
        Role.DISTRICT: make.officer,
    }
    person: Person = people.get(role, lambda: make.person(role))()

    assert visibility.may_see(person, picture()) is (role is Role.CITY)
    assert visibility.ticket_with(picture()) is None


@pytest.mark.parametrize("quality", [90, 70], ids=["the same file", "near-same"])
def test_a_repairs_checks_do_not_tell_that_a_visit_has_the_same_picture(visit: Visit, make: Make, quality: int) -> None:
    unit = make.unit()
    handler = make.handler(unit)
    ticket = make.ticket(State.HANDLING, unit=unit)
    make.answer(ticket, handler, now=NOW + timedelta(days=2), picture=striped(quality))
    case: Any = db.session.get_one(type(ticket), ticket.id)
    answer: Any = stories.last_answer(case)
    copied(answer.manifest.photos[0].id)

    assert "没有在别处用过" in [str(check.words) for check in evidence.checks(case, answer)]
    own = [photo.id for photo in answer.manifest.photos]
    assert alike.search(picture().phash or "", besides=own, visits=True).nearest is not None


def test_a_districts_report_does_not_count_a_mystery_check_that_waits(make: Make) -> None:
    mystery, known = make.report(form=Form.MYSTERY), make.report()
    ours, citys = make.report(), make.report(form=Form.MYSTERY)

    with writing():
        triage.propose(ours.id, now=NOW)
        triage.propose(citys.id, now=NOW)

    assert db.session.get_one(Proposal, ours.id).duplicates == 1
    assert db.session.get_one(Proposal, citys.id).duplicates == 3
    assert mystery.id != known.id


def test_the_city_asks_nobody_about_what_a_visit_found_and_a_district_does_not_learn_why(
    make: Make, checks: MakeChecks
) -> None:
    house, officer = House(make, checks), make.officer()
    house.accepted(answers(q1=PASS, q2=FAIL))
    findings.release_due(now=OUT)

    def ask(person: Person) -> questions.Question:
        with writing():
            report, by = db.session.scalars(db.select(Report)).one(), db.session.get_one(Person, person.id)
            return questions.ask(report, text="门牌是几号？", wants_photo=False, days=5, by=by, now=OUT)

    with pytest.raises(Conflict, match="没有上报人可问"):
        ask(house.city)
    assert questions.standing(ask(officer), OUT) is questions.Standing.WAITING
