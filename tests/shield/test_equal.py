"""D06: a district and a unit are told the same, to the byte, whether or not somebody is on the way to them."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from inspection.checks import reviews, visits
from inspection.checks.models import Draw, Plan, PlanQuota, PlanState, Visit, VisitFinding, VisitRecord
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.notifications.models import Message
from inspection.people.models import Person
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.reports.models import Form, Report
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks
from tests.checks.test_reviews import striped
from tests.make import Make, questions
from tests.shield.crawling import Crawler, Seen, ids
from tests.web.browser import Browser, work

NONCES = re.compile(rb'(name="(csrf_token|comment_id)" value="|"(csrf|request_id|now)": ?"|<span class="code">)[^"<]+')
DATE = re.compile(rb"^Date: .*$", re.MULTILINE)
ABSENT = uuid.UUID("00000000-0000-4000-8000-000000000000")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class House:
    """A district with cases in every state, its officer and a unit; and what a mystery check brings about in it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.make, self.checks = app, Make(app), MakeChecks()
        self.moment = now() - 2 * DAY
        self.city, self.officer, self.unit = self.make.city(), self.make.officer(), self.make.unit()
        self.inspector, self.handler = self.make.inspector(), self.make.handler(self.unit)
        self.sites = [self.checks.site(unit=self.unit) for _ in range(3)]
        for state in (State.FILED, State.HANDLING, State.HANDLED, State.CLOSED):
            self.make.ticket(state, officer=self.officer, unit=self.unit, now=self.moment)
        self.make.report(now=self.moment)
        self.version = self.checks.checklist()
        work()

    def checked(self) -> None:
        """One visit waits, one is declined, one came in, and one is accepted with findings that are not out."""
        plan = self.checks.plan(self.city, self.version, state=PlanState.DRAWN, starts_on=self.moment.date())
        for site in self.sites[:2]:
            self.checks.visit(plan, site, self.inspector, opens_at=now() - HOUR)
        declined = self.checks.visit(plan, self.sites[2], self.inspector, opens_at=now() - HOUR)
        with writing():
            by = db.session.get_one(Person, self.inspector.id)
            visits.decline(declined.id, reason=visits.Decline.BUSY, text="", by=by, now=now())
        for turn, accepted in ((2, True), (3, False)):
            visit = self.checks.visit(plan, self.sites[0], self.inspector, turn=turn, opens_at=self.moment)
            bring(visit, answers(q1=PASS, q2=FAIL), pictures={"q2": [striped(90 - turn)]}, at=self.moment)
            with writing():
                reviews.examine(visit.id, now=self.moment + HOUR)
            if accepted:
                with writing():
                    by = db.session.get_one(Person, self.city.id)
                    reviews.accept(db.session.get_one(Visit, visit.id), by=by, now=self.moment + 2 * HOUR)
        self.make.report(form=Form.MYSTERY, now=self.moment)
        work()

    def told(self, person: Person, known: dict[str, list[uuid.UUID]]) -> dict[str, tuple[int, bytes, bytes]]:
        """All that the person is answered about what there is: pages, lists, searches, counts, files, refusals."""
        crawler = Crawler(self.app, Browser(self.app, person), known)
        for kind in ("xlsx", "csv"):
            crawler.file("/desk/ledger/exports?view=all", {"kind": kind})
            crawler.file("/desk/sites/exports?", {"kind": kind})
        crawler.everywhere()
        return {one.asked: masked(one) for one in crawler.seen}


def masked(one: Seen) -> tuple[int, bytes, bytes]:
    """An answer without what is drawn anew for each request."""
    return one.status, DATE.sub(b"", one.heads), NONCES.sub(rb"\1", one.parts[0])


@pytest.fixture
def house(sqlite_app: Flask) -> House:
    return House(sqlite_app)


def test_all_that_a_district_and_a_unit_are_told_is_the_same_with_a_visit_and_without(house: House) -> None:
    known = ids()
    before = {who: house.told(getattr(house, who), known) for who in ("officer", "handler")}
    again = {who: house.told(getattr(house, who), known) for who in ("officer", "handler")}
    assert differing(before, again) == [], "not even without a visit are the answers the same"

    house.checked()
    after = {who: house.told(getattr(house, who), known) for who in ("officer", "handler")}

    assert len(before["officer"]) > 100 and len(before["handler"]) > 80
    assert len(ids()["visit"]) >= 5 and db.session.scalars(db.select(VisitFinding)).all()
    assert differing(before, after) == []


def differing(
    one: dict[str, dict[str, tuple[int, bytes, bytes]]], other: dict[str, dict[str, tuple[int, bytes, bytes]]]
) -> list[str]:
    """What was asked with another answer, or only once."""
    return [
        f"{who}: {asked}"
        for who in one
        for asked in sorted({*one[who], *other[who]})
        if one[who].get(asked) != other[who].get(asked)
    ]


def test_the_comparison_notices_a_single_report_that_shows(house: House) -> None:
    known = ids()
    before = {"officer": house.told(house.officer, known)}

    house.make.report(now=house.moment)
    work()

    assert "officer: GET /desk/triage" in differing(before, {"officer": house.told(house.officer, known)})


def test_neither_numbers_nor_messages_tell_of_a_visit(house: House) -> None:
    before = [int(number.rpartition("-")[2]) for number in db.session.scalars(db.select(Ticket.number))]
    told = len(db.session.scalars(db.select(Message.id).where(Message.person_id.in_(inspected(house)))).all())

    house.checked()
    ticket = house.make.ticket(State.FILED, officer=house.officer, unit=house.unit, now=now() - HOUR)

    assert int(ticket.number.rpartition("-")[2]) == max(before) + 1
    read = db.session.scalars(db.select(Message).where(Message.person_id.in_(inspected(house)))).all()
    assert len(read) == told


def inspected(house: House) -> list[uuid.UUID]:
    return [house.officer.id, house.handler.id]


HIDDEN: dict[str, Callable[[], uuid.UUID | None]] = {
    "a visit": lambda: db.session.scalars(db.select(Visit.id)).first(),
    "a plan": lambda: db.session.scalars(db.select(Plan.id)).first(),
    "a draw": lambda: db.session.scalars(db.select(Draw.id)).first(),
    "a record": lambda: db.session.scalars(db.select(VisitRecord.id)).first(),
    "a finding": lambda: db.session.scalars(db.select(VisitFinding.id)).first(),
    "its picture": lambda: db.session.scalars(
        db.select(Photo.id).join(Manifest).where(Manifest.kind == ManifestKind.VISIT)
    ).first(),
    "a plan's stratum": lambda: db.session.scalars(db.select(PlanQuota.id)).first(),
    "a waiting mystery report": lambda: db.session.scalars(
        db.select(Report.id).where(Report.form == Form.MYSTERY)
    ).first(),
}
"""What is in the database and not for the inspected side."""


@pytest.mark.parametrize("what", HIDDEN)
@pytest.mark.parametrize("who", ["officer", "handler"])
def test_what_is_hidden_is_answered_as_what_is_not_there_and_with_as_many_questions(
    house: House, who: str, what: str
) -> None:
    house.checked()
    hidden = HIDDEN[what]()
    assert hidden is not None
    db.session.rollback()
    browser = Browser(house.app, getattr(house, who))
    token = browser.token()
    wrong = []

    for rule in house.app.url_map.iter_rules():
        for method in ("GET", "POST", "PUT"):
            if method in (rule.methods or ()) and rule.rule.count("<uuid:") == 1:
                answers = [asked(browser, token, method, rule.rule, one) for one in (hidden, ABSENT, hidden)]
                if answers[1] != answers[2]:
                    wrong.append(
                        f"{method} {rule.rule}: {answers[2][0]}, {answers[2][-1]} and {answers[1][-1]} questions"
                    )

    assert wrong == []


def asked(browser: Browser, token: str, method: str, rule: str, one: uuid.UUID) -> tuple[object, ...]:
    """Status, heads and body of the answer, and how many questions the database was asked for it."""
    url = Crawler(browser.client.application, browser, {"any": [one]}).filled(rule, 1)[0].replace(str(ABSENT), str(one))
    got: list[Seen] = []

    def ask() -> None:
        crawler = Crawler(browser.client.application, browser, {})
        head = {"X-CSRFToken": token}
        crawler.keep("", browser.client.open(url, method=method, headers=head, buffered=True))
        got.extend(crawler.seen)

    number = questions(ask)
    status, heads, body = masked(got[0])
    return status, re.sub(rb"Content-Length: \d+", b"", heads), body.replace(str(one).encode(), b""), number
