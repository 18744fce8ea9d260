"""The city office accepts a visit, asks something back once, or does not use it; and what was noticed about it."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image

from inspection.checks import lane_steps, reviews
from inspection.checks.content import Answer, Item, ItemKind
from inspection.checks.models import Outcome, Plan, Site, Visit, VisitFinding
from inspection.checks.reviews import Ground
from inspection.checks.workflow import VisitState
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.queue import Job
from inspection.people import visiting
from inspection.people.access import Kind, Role
from inspection.people.models import Person
from inspection.reports.models import Report
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks, content
from tests.make import NOW, SPOT, Make, jpeg

Events = Callable[..., list[AuditEvent]]
LATER = NOW + timedelta(hours=2)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BOTH = answers(q1=PASS, q2=FAIL)


def get(thing: Any) -> Any:
    return db.session.get_one(type(thing), thing.id)


class House:
    """A plan with visits, an inspector who was drawn, and two officers of the city."""

    def __init__(self, make: Make, checks: MakeChecks) -> None:
        self.make, self.checks = make, checks
        self.city, self.inspector = make.city(), make.inspector()
        self.version = checks.checklist()
        self.plan = checks.plan(self.city, self.version)
        self.site = checks.site()

    def visit(self, site: Site | None = None, by: Person | None = None, **more: Any) -> Visit:
        return self.checks.visit(self.plan, site or self.site, by or self.inspector, **more)

    def received(self, given: Any = BOTH, **more: Any) -> Visit:
        """A visit that came in and was looked through."""
        visit = self.visit()
        bring(visit, given, **more)
        self.examine(visit)
        return visit

    def examine(self, visit: Visit) -> list[str]:
        with writing():
            reviews.examine(visit.id, now=LATER)
        return [flag.kind.value for flag in reviews.flags(get(visit))]

    def accept(self, visit: Visit, by: Person | None = None) -> Visit:
        with writing():
            return reviews.accept(get(visit), by=get(by or self.city), now=LATER)

    def ask(self, visit: Visit, *items: str, text: str = "请再拍一张门牌") -> Visit:
        with writing():
            return reviews.ask_back(get(visit), items=items, text=text, by=get(self.city), now=LATER)

    def reject(self, visit: Visit, ground: Ground = Ground.TOO_FAR, text: str = "") -> Visit:
        with writing():
            return reviews.reject(get(visit), ground=ground, text=text, by=get(self.city), now=LATER)


@pytest.fixture
def house(make: Make, checks: MakeChecks) -> House:
    return House(make, checks)


def test_an_accepted_visit_keeps_its_score_and_has_a_finding_for_each_failed_item(house: House, events: Events) -> None:
    visit = house.accept(house.received())

    visit = get(visit)
    assert visit.state is VisitState.ACCEPTED and visit.score["total"] == "50.0"
    assert (visit.reviewed_at, visit.reviewed_by_id) == (LATER, house.city.id)
    (finding,) = db.session.scalars(db.select(VisitFinding)).all()
    assert (finding.item, finding.category_code, finding.report_id, finding.released_at) == (
        "q2",
        "street_clutter",
        None,
        None,
    )
    told = [(event.name, event.actor) for event in events("visit")]
    assert told == [("visit.examined", "system"), ("visit.accepted", f"person:{house.city.id}")]
    assert str(house.inspector.id) not in "".join(event.data + event.actor + event.object for event in events("visit"))


def test_what_becomes_nothing_and_what_passes_leaves_no_finding(house: House, checks: MakeChecks, make: Make) -> None:
    asked = content(
        Item("a", "有没有?", ItemKind.YES_NO, 10, category="street_clutter"),
        Item("b", "有没有?", ItemKind.YES_NO, 10, category=None),
        Item("c", "有没有?", ItemKind.YES_NO, 10, category="of old"),
    )
    plan = checks.plan(house.city, checks.checklist(asked))
    visit = checks.visit(plan, house.site, house.inspector)
    bring(visit, answers(a=PASS, b=FAIL, c=FAIL))
    house.examine(visit)

    house.accept(visit)

    found = db.session.scalars(db.select(VisitFinding)).all()
    assert [(one.item, one.category_code) for one in found] == [("c", "other")]


def test_a_place_that_was_closed_is_accepted_without_a_score(house: House) -> None:
    visit = house.accept(house.received([], outcome=Outcome.CLOSED, note="铁门锁着，没有人"))

    assert get(visit).score is None and db.session.scalars(db.select(VisitFinding)).all() == []


def test_what_has_no_answer_is_named_and_not_accepted(house: House) -> None:
    visit = house.received(answers(q1=PASS))

    with pytest.raises(Conflict, match="街巷里有没有乱停车？"):
        house.accept(visit)

    assert get(visit).state is VisitState.RECEIVED


def test_nothing_is_accepted_before_it_was_looked_through(house: House) -> None:
    visit = house.visit()
    bring(visit, BOTH)

    with pytest.raises(Conflict, match="还在核对"):
        house.accept(visit)


def test_whoever_was_there_does_not_decide(house: House) -> None:
    visit = house.visit(by=house.city)
    bring(visit, BOTH)
    house.examine(visit)

    for decide in (house.accept, house.reject, lambda one: house.ask(one, "q1")):
        with pytest.raises(NotAllowed, match="由别人审核"):
            decide(visit)
    house.accept(visit, by=house.make.city())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_nobody_but_the_city_finds_a_visit_and_it_looks_like_none(house: House, make: Make, role: Role) -> None:
    visit, person = house.received(), make.person(role, **_more(role, make))

    with pytest.raises(NotFound) as hidden:
        reviews.find(person, visit.id)
    with pytest.raises(NotFound) as absent:
        reviews.find(person, house.site.id)
    with pytest.raises(NotAllowed):
        house.accept(visit, by=person)

    assert str(hidden.value) == str(absent.value)
    assert reviews.find(house.city, visit.id).id == visit.id


def _more(role: Role, make: Make) -> dict[str, Any]:
    if role is Role.INSPECTOR:
        return {"kind": Kind.CITIZEN}
    if role is Role.HANDLER:
        return {"unit": get(make.unit())}
    return {"district_code": "110101"} if role is Role.DISTRICT else {}


def test_named_items_are_asked_back_once_and_the_later_answer_counts(house: House, events: Events) -> None:
    visit = house.ask(house.received(), "q2", "q2", text="  请看清是不是乱停车 ")

    visit = get(visit)
    assert (visit.state, visit.asked_items, visit.asked_text) == (VisitState.ASKED, ["q2"], "请看清是不是乱停车")
    assert visit.flags is None and list(visiting.own_open(house.inspector)) == [visit.id]

    bring(visit, answers(q2=PASS), at=NOW + DAY)
    house.examine(visit)
    with pytest.raises(Conflict, match="已经退回补充过一次"):
        house.ask(visit, "q1")
    house.accept(visit)

    assert get(visit).score["total"] == "100.0" and not visiting.own_open(house.inspector)
    assert [event.name for event in events("visit")] == [
        "visit.examined",
        "visit.asked",
        "visit.examined",
        "visit.accepted",
    ]


@pytest.mark.parametrize(
    ("items", "text", "field"),
    [([], "请再看", "items"), (["q9"], "请再看", "items"), (["q1"], " ", "text"), (["q1"], "长" * 501, "text")],
)
def test_asking_back_names_items_and_says_a_sentence(house: House, items: list[str], text: str, field: str) -> None:
    visit = house.received()

    with pytest.raises(Invalid) as refusal:
        house.ask(visit, *items, text=text)

    assert refusal.value.field == field and get(visit).state is VisitState.RECEIVED


def test_a_question_that_nobody_answers_lapses_with_the_decision(house: House) -> None:
    visit = house.ask(house.received(), "q1")

    house.reject(visit, Ground.IDENTICAL_TEXTS)

    assert not visiting.own_open(house.inspector)
    assert (get(visit).review_ground, get(visit).review_text) == ("identical_texts", None)


def test_another_ground_needs_a_sentence(house: House) -> None:
    visit = house.received()

    with pytest.raises(Invalid) as refusal:
        house.reject(visit, Ground.OTHER)
    house.reject(visit, Ground.OTHER, "走错了胡同")

    assert refusal.value.field == "text" and get(visit).review_text == "走错了胡同"


def test_an_acceptance_is_taken_back_with_score_and_findings_until_they_are_out(house: House) -> None:
    first, second = house.accept(house.received()), house.accept(house.received())

    house.reject(first)

    assert (get(first).state, get(first).score) == (VisitState.REJECTED, None)
    assert [one.visit_id for one in db.session.scalars(db.select(VisitFinding))] == [second.id]
    with writing():
        db.session.get_one(Plan, house.plan.id).released_at = LATER
    with pytest.raises(Conflict, match="已经公布"):
        house.reject(second)


def test_a_lanes_months_follow_what_is_accepted_and_what_is_taken_back(house: House) -> None:
    good, bad = answers(q1=PASS, q2=PASS), BOTH
    visits = [house.received(given, at=NOW + DAY * 31 * n) for n, given in enumerate((bad, good, good, good))]
    for visit in visits:
        house.accept(visit)

    def steps() -> list[tuple[date, float, int, bool]]:
        db.session.expire_all()
        return [(one.month, one.score, one.visits, one.downgraded) for one in lane_steps.history(house.site)]

    assert steps() == [
        (date(2026, 11, 1), 50.0, 1, True),
        (date(2026, 12, 1), 100.0, 1, True),
        (date(2027, 1, 1), 100.0, 1, True),
        (date(2027, 2, 1), 100.0, 1, False),
    ]

    house.reject(visits[2])
    assert [(month.month, down) for month, _, _, down in steps()] == [(11, True), (12, True), (2, True)]
    house.reject(visits[0])
    assert [down for _, _, _, down in steps()] == [False, False]


def test_a_lanes_months_are_written_once_however_often_they_are_reckoned(house: House) -> None:
    house.accept(house.received())

    with writing():
        lane_steps.recount(get(house.site), now=LATER + DAY)

    assert [one.changed_at for one in lane_steps.history(house.site)] == [LATER]


def test_other_places_than_lanes_have_no_months(house: House, checks: MakeChecks) -> None:
    market = checks.site(type_code="market")
    visit = house.visit(market)
    bring(visit, BOTH)
    house.examine(visit)

    house.accept(visit)

    assert list(lane_steps.history(market)) == []


def test_an_honest_visit_shows_nothing(house: House) -> None:
    visit = house.visit()
    bring(visit, BOTH, pictures={"q2": [jpeg(1)]})

    assert house.examine(visit) == []
    assert get(visit).flags == []


def test_what_stands_out_is_kept_with_its_numbers(house: House) -> None:
    visit = house.visit()
    bring(visit, BOTH, spot=(SPOT[0] + 0.01, SPOT[1]), lasting=timedelta(seconds=5))

    assert house.examine(visit) == ["too_far", "too_fast"]
    assert str(reviews.flags(get(visit))[0].words).startswith("到达时离点位 111")


def test_a_picture_of_another_visit_or_report_is_noticed_the_same_file_or_a_near_same_one(house: House) -> None:
    shown, again = striped(90), striped(70)
    before, exact, near, other = house.visit(), house.visit(), house.visit(), house.visit()
    house.make.report(picture=jpeg(40))
    bring(before, BOTH, pictures={"q2": [shown]}, at=NOW - 9 * DAY)
    bring(exact, BOTH, pictures={"q2": [shown]}, at=NOW - 6 * DAY)
    bring(near, BOTH, pictures={"q2": [again]}, at=NOW - 3 * DAY)
    bring(other, answers(q1=FAIL, q2=FAIL), pictures={"q1": [jpeg(41)], "q2": [jpeg(40)]})

    assert "repeated_elsewhere" in house.examine(exact)
    assert "repeated_elsewhere" in house.examine(near)
    assert house.examine(other)[0] == "repeated_elsewhere"
    assert get(other).flags[0]["photos"] == 1


def striped(quality: int) -> bytes:
    """A picture with a hash that tells something; another quality is another file, but near-same."""
    picture = Image.new("L", (320, 240))
    for x in range(320):
        for y in range(240):
            picture.putpixel((x, y), (x * x // 97 + y * 3 + (x // 40) * (y // 30) * 11) % 256)
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_the_answers_of_the_last_visit_are_compared_and_those_of_the_other_of_a_pair_are_not(house: House) -> None:
    first = house.visit(turn=1)
    bring(first, BOTH)
    pair, later = house.visit(by=house.make.inspector(), second=True), house.visit(turn=2, by=house.make.inspector())
    bring(pair, BOTH, at=NOW + 30 * MINUTE)
    bring(later, BOTH, at=NOW + 60 * MINUTE)

    assert house.examine(first) == [] and house.examine(pair) == []
    assert house.examine(later) == ["same_answers"]


def test_the_same_inspectors_words_and_ways_are_compared_and_anothers_are_not(house: House, checks: MakeChecks) -> None:
    far = (SPOT[0] + 0.2, SPOT[1])
    told = [Answer("q1", yes=False), Answer("q2", yes=True, note="墙边堆着旧柜子")]
    here, there = house.visit(), house.visit(checks.site(spot=far))
    anothers = house.visit(checks.site(spot=far), by=house.make.inspector())
    bring(here, told)
    bring(there, told, at=NOW + 15 * MINUTE, spot=far)
    bring(anothers, answers(q1=PASS, q2=PASS), at=NOW + 15 * MINUTE, spot=far, note="门前三包做得不错")

    assert house.examine(there) == ["same_texts", "impossible_speed"]
    assert house.examine(anothers) == []


def test_looking_through_waits_for_the_copies_and_then_no_longer_than_an_hour(house: House) -> None:
    visit = house.visit()
    bring(visit, BOTH, pictures={"q2": [jpeg(1)]}, copied=False)

    with writing():
        reviews.examine(visit.id, now=NOW + 15 * MINUTE)
    put_off = db.session.scalars(db.select(Job).where(Job.name == "checks.examine")).all()
    waits = get(visit).flags
    with writing():
        reviews.examine(visit.id, now=NOW + 75 * MINUTE)

    assert waits is None and [job.run_at for job in put_off] == [NOW + 16 * MINUTE]
    assert get(visit).flags == []


def test_looking_through_again_changes_nothing_and_what_is_decided_is_left_alone(house: House) -> None:
    visit = house.received()
    house.accept(visit)

    assert house.examine(visit) == [] and get(visit).state is VisitState.ACCEPTED
    assert db.session.scalars(db.select(Report)).all() == []
