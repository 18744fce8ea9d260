"""From the sealed seed to the revealed one: who is drawn, who never is, and what the chain proves."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random, SystemRandom
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inspection import jobs
from inspection.checks import ballot, dossiers, drawing, ending, pool, proof
from inspection.checks import seed as chance
from inspection.checks.ballot import Lack, Lacking
from inspection.checks.models import Draw, Plan, PlanState, PlanWindow, Site, Visit, VisitState
from inspection.geography.points import Point
from inspection.kernel import audit
from inspection.kernel.calendar import BEIJING, day_of
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.queue import Job
from inspection.people import service as people
from inspection.people import visiting
from inspection.people.access import Kind, Role
from inspection.people.models import DrawLot, Person, Profile, Unit, VisitHolder
from inspection.training import passing
from inspection.training.models import Lesson, LessonPass, LessonVersion
from tests.checks.make_checks import TODAY, MakeChecks
from tests.make import DISTRICT, NOW, Make, side_by_side

Events = Callable[..., list[Any]]
ELSEWHERE = "110108"
DAY = timedelta(days=1)
OVER = NOW + 15 * DAY
"""The plans of the builders last for two weeks."""


def rng(seed: int = 7) -> Random:
    return Random(seed)


def at_hand(make: Make, many: int, **more: Any) -> list[Person]:
    return [make.inspector(**{"district_code": ELSEWHERE} | more) for _ in range(many)]


def planned(make: Make, checks: MakeChecks, *, sites: int = 3, of: int = 5, **more: Any) -> Plan:
    for _ in range(of):
        checks.site()
    return checks.plan(make.city(), checks.checklist(), sites=sites, **more)


def by(plan: Plan) -> Person:
    return db.session.get_one(Person, plan.created_by_id)


def lacking(plan: Plan) -> list[Lack]:
    plan = db.session.get_one(Plan, plan.id)
    return list(drawing.rehearse(plan, by=by(plan), now=NOW, rng=rng()))


def sealed(plan: Plan, now: datetime = NOW) -> Draw:
    with writing():
        plan = db.session.get_one(Plan, plan.id)
        return drawing.seal(plan, by=by(plan), now=now, rng=rng())


def drawn(plan: Plan, now: datetime = NOW) -> list[Visit]:
    with writing():
        plan = db.session.get_one(Plan, plan.id)
        draw = drawing.draw(plan, by=by(plan), now=now, rng=rng())
        return list(db.session.scalars(select(Visit).where(Visit.draw_id == draw.id).order_by(Visit.id)))


def whole(plan: Plan) -> list[Visit]:
    sealed(plan)
    return drawn(plan)


def declined(visit: Visit) -> Visit:
    with writing():
        visit = db.session.get_one(Visit, visit.id)
        visit.state = VisitState.DECLINED
        visiting.release([visit.id])
    return visit


def redrawn(visit: Visit, now: datetime = NOW) -> Visit | None:
    with writing():
        return drawing.redraw(visit.id, now=now, rng=rng(8))


def ended(now: datetime = OVER) -> None:
    with writing():
        ending.end_over(now=now)


def holder(visit: Visit) -> uuid.UUID:
    return db.session.get_one(VisitHolder, visit.id).person_id


def roster(person: Person, **more: Any) -> None:
    with writing():
        db.session.add(Profile(person_id=person.id, changed_at=NOW, **more))


def test_a_plan_is_sealed_drawn_and_each_visit_given_to_one_inspector(make: Make, checks: MakeChecks) -> None:
    some = at_hand(make, 4)
    plan = planned(make, checks, double_percent=0)

    visits = whole(plan)

    assert db.session.get_one(Plan, plan.id).state is PlanState.DRAWN
    assert len(visits) == 3 and len({visit.site_id for visit in visits}) == 3
    assert {holder(visit) for visit in visits} <= {one.id for one in some}
    for visit in visits:
        assert (visit.state, visit.turn, visit.second, len(visit.alias)) == (VisitState.WAITING, 1, False, 1)
        assert visit.opens_at == datetime.combine(TODAY, time(9), BEIJING)
        assert visit.closes_at == datetime.combine(TODAY + 13 * DAY, time(17), BEIJING)
        assert db.session.get_one(VisitHolder, visit.id).day == day_of(visit.closes_at)
        assert visit.checklist_version_id == plan.quotas[0].checklist_version_id


def test_the_chain_proves_sealing_before_drawing_before_revealing(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    at_hand(make, 4)
    plan = planned(make, checks)
    draw_ = sealed(plan)
    drawn(plan, NOW + timedelta(hours=1))
    before = [event.name for event in events("draw")]

    ended()

    assert before == ["draw.sealed", "draw.drawn"]
    first, second, third = (json.loads(event.data) for event in events("draw"))
    draw_ = db.session.get_one(Draw, draw_.id)
    assert draw_.drawn is not None
    assert first["seed_hash"] == chance.commitment(third["seed"]) and third["seed"] == draw_.seed
    assert first["given_hash"] == chance.fingerprint(draw_.given)
    assert second["drawn_hash"] == chance.fingerprint(draw_.drawn)
    assert [event.name for event in events("draw")] == ["draw.sealed", "draw.drawn", "draw.revealed"]
    assert all(finding.holds for finding in dossiers.chained(plan.id))
    assert not audit.verify().problems


def test_no_event_and_no_input_says_who_was_drawn(make: Make, checks: MakeChecks, events: Events) -> None:
    some = at_hand(make, 4, name="李独特")
    plan = planned(make, checks)
    visits = whole(plan)
    redrawn(declined(visits[0]))
    ended()

    told = "".join(
        f"{event.actor}{event.object}{event.data}" for event in events() if event.name[:4] in ("draw", "plan")
    )
    kept = "".join(f"{one.given}{one.drawn}" for one in db.session.scalars(select(Draw)))
    for one in some:
        for secret in (str(one.id), one.id.hex, one.phone, one.name):
            assert secret not in told and secret not in kept


def test_the_seed_is_in_no_event_before_the_plan_is_over(make: Make, checks: MakeChecks, events: Events) -> None:
    at_hand(make, 4)
    plan = planned(make, checks)
    whole(plan)
    ended(NOW + 5 * DAY)

    (draw_,) = db.session.scalars(select(Draw)).all()

    assert not any(draw_.seed in event.data for event in events())
    assert draw_.revealed_at is None and dossiers.dossier(plan.id).draws[0].seed is None
    with pytest.raises(Conflict, match="还没有结束"), writing():
        ending.reveal(db.session.get_one(Plan, plan.id), now=NOW)


def test_what_was_drawn_can_be_repeated_from_what_was_frozen(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    plan = planned(make, checks, double_percent=50)
    visits = whole(plan)

    findings = proof.examined(dossiers.whole(plan.id))

    assert len(visits) == 5 and sum(visit.second for visit in visits) == 2
    assert all(finding.holds for finding in findings)


def test_what_happens_after_sealing_does_not_change_the_draw(make: Make, checks: MakeChecks) -> None:
    some = at_hand(make, 4)
    plan = planned(make, checks)
    sealed(plan)
    checks.site()
    newcomer = make.inspector(district_code=ELSEWHERE)

    visits = drawn(plan)

    assert newcomer.id not in {holder(visit) for visit in visits} <= {one.id for one in some}
    assert all(finding.holds for finding in proof.examined(dossiers.whole(plan.id)))


def test_nobody_is_drawn_for_the_district_that_they_live_or_work_in(make: Make, checks: MakeChecks) -> None:
    (far,) = at_hand(make, 1)
    at_hand(make, 1, district_code=DISTRICT)
    (works_there,) = at_hand(make, 1)
    roster(works_there, employer_district_code=DISTRICT)

    visits = whole(planned(make, checks, most_visits=9))

    assert {holder(visit) for visit in visits} == {far.id}


def test_nobody_is_drawn_for_a_site_that_their_employer_answers_for(make: Make, checks: MakeChecks) -> None:
    unit, (own, other) = make.unit(), at_hand(make, 2)
    roster(own, employer_unit_id=unit.id)
    checks.site(unit=db.session.get_one(Unit, unit.id))
    plan = planned(make, checks, sites=1, of=0)

    assert [holder(visit) for visit in whole(plan)] == [other.id]


@pytest.mark.parametrize(("days", "goes"), [(90, False), (91, True)])
def test_nobody_is_sent_to_the_same_site_again_within_the_days_of_rest(
    make: Make, checks: MakeChecks, days: int, goes: bool
) -> None:
    (only,), site = at_hand(make, 1), checks.site()
    city, version = make.city(), checks.checklist()
    earlier = NOW - days * DAY
    checks.visit(
        checks.plan(city, version), site, only, state=VisitState.ACCEPTED, opens_at=earlier, lasting=timedelta(hours=2)
    )
    plan = checks.plan(city, version)

    lack = lacking(plan)

    assert (not lack) is goes
    assert goes or (lack[0].kind, lack[0].fell) == (Lacking.INSPECTORS, {"rest": 1})


@pytest.mark.parametrize(
    ("away", "goes"),
    [
        ({"away_from": TODAY + 13 * DAY}, False),
        ({"away_until": TODAY}, False),
        ({"away_from": TODAY + 2 * DAY, "away_until": TODAY + 3 * DAY}, False),
        ({"away_until": TODAY - DAY}, True),
        ({"away_from": TODAY + 14 * DAY}, True),
        ({}, True),
    ],
)
def test_whoever_is_away_during_the_plan_is_not_drawn(
    make: Make, checks: MakeChecks, away: dict[str, date], goes: bool
) -> None:
    (only,) = at_hand(make, 1)
    roster(only, **away)

    assert (not lacking(planned(make, checks, sites=1))) is goes


def test_only_enabled_inspectors_of_the_plans_kinds_are_drawn(make: Make, checks: MakeChecks) -> None:
    (right,) = at_hand(make, 1, kind=Kind.DEPUTY)
    at_hand(make, 1, kind=Kind.CITIZEN)
    (gone,) = at_hand(make, 1, kind=Kind.DEPUTY)
    with writing():
        people.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    found = pool.lots(planned(make, checks, kinds=["deputy", "adviser"]), rng())

    assert set(found) == {right.id}


def test_nobody_gets_more_visits_than_the_plan_and_their_own_load_allow(make: Make, checks: MakeChecks) -> None:
    usual, busy, full = at_hand(make, 3)
    roster(busy, most_visits=2)
    roster(full, most_visits=1)
    city, version = make.city(), checks.checklist()
    elsewhere = checks.plan(city, version)
    for one in (busy, full):
        checks.visit(elsewhere, checks.site(), one)
    plan = planned(make, checks, most_visits=3)

    capacity = {person: lot.capacity for person, lot in pool.lots(plan, rng()).items()}

    assert capacity == {usual.id: 3, busy.id: 1}


def test_whoever_has_enough_waiting_by_the_usual_is_left_out(make: Make, checks: MakeChecks) -> None:
    (one,) = at_hand(make, 1)
    other = checks.plan(make.city(), checks.checklist())
    for _ in range(pool.USUAL_OPEN - 1):
        checks.visit(other, checks.site(), one)

    assert [lot.capacity for lot in pool.lots(planned(make, checks), rng()).values()] == [1]


def test_a_home_is_known_by_its_street_to_some_five_kilometres(make: Make, checks: MakeChecks) -> None:
    (one,) = at_hand(make, 1)
    roster(one, home_street_code="110101006")

    (lot,) = pool.lots(planned(make, checks), rng()).values()

    assert lot.home == ELSEWHERE and lot.at == (3995, 11640)
    assert pool.position(Point(39.9289, 116.4178)) == (3993, 11642)


def lesson(*versions: tuple[bool, bool], **more: Any) -> list[uuid.UUID]:
    """A lesson with such versions: whether published, whether to be passed again."""
    with writing():
        made = Lesson(**{"title": "怎样暗访", "position": 0} | more)
        made.versions = [
            LessonVersion(
                number=number, content="{}", again=again, changed_at=NOW, published_at=NOW if published else None
            )
            for number, (published, again) in enumerate(versions, start=1)
        ]
        db.session.add(made)
        db.session.flush()
        return [version.id for version in made.versions]


def passed(person: Person, version: uuid.UUID) -> None:
    with writing():
        db.session.add(LessonPass(person_id=person.id, version_id=version, right=3, asked=3, passed_at=NOW))


def test_whoever_has_not_passed_every_needed_lesson_is_not_drawn(make: Make, checks: MakeChecks) -> None:
    old, new_, half, none = at_hand(make, 4)
    first = lesson((True, False), (True, True), (True, False), (False, True))
    second = lesson((True, False))
    lesson((True, False), needed=False)
    lesson((True, False), active=False)
    lesson((False, False))
    for person, versions in ((old, (first[0], second[0])), (new_, (first[1], second[0])), (half, (first[2],))):
        for version in versions:
            passed(person, version)
    everyone = [one.id for one in (old, new_, half, none)]

    assert passing.passed_all(everyone) == {new_.id}
    assert set(pool.lots(planned(make, checks, trained_only=True), rng())) == {new_.id}
    assert set(pool.lots(planned(make, checks, trained_only=False), rng())) == set(everyone)


def test_the_office_sees_before_sealing_which_stratum_lacks_whom_and_nothing_is_kept(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    at_hand(make, 2, district_code=DISTRICT)
    plan = planned(make, checks)

    (lack,) = lacking(plan)

    assert (lack.district, lack.type, lack.kind, lack.fell) == (DISTRICT, "lane", Lacking.INSPECTORS, {"home": 2})
    with pytest.raises(Conflict, match="缺什么"):
        sealed(plan)
    assert db.session.get_one(Plan, plan.id).state is PlanState.DRAFT
    assert not events("draw") and db.session.scalar(select(DrawLot)) is None


def test_only_active_sites_of_the_stratum_are_drawn(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    wanted = checks.site()
    checks.site(active=False)
    checks.site(type_code="market")
    checks.site(district_code="110102", street_code=None)

    visits = whole(checks.plan(make.city(), checks.checklist()))

    assert [visit.site_id for visit in visits] == [wanted.id]


def test_sealing_freezes_what_each_stratum_weighs(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 3)
    plan = planned(make, checks, sites=2, of=5)
    checks.site(active=False)
    checks.site(cell="")

    sealed(plan)
    checks.site()

    assert [quota.population for quota in db.session.get_one(Plan, plan.id).quotas] == [5]


def test_nobody_is_sent_to_a_site_of_which_nobody_has_said_where_it_is(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 3)
    checks.site(cell="")
    placed = checks.site()
    plan = checks.plan(make.city(), checks.checklist(), sites=1)

    assert [visit.site_id for visit in whole(plan)] == [placed.id]


def test_a_plan_is_sealed_once_and_drawn_once(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    plan = planned(make, checks)
    with pytest.raises(Conflict, match="先封存"):
        drawn(plan)
    whole(plan)

    with pytest.raises(Conflict):
        sealed(plan)
    with pytest.raises(Conflict):
        drawn(plan)


def test_of_two_who_seal_at_once_one_does(app: Flask, make: Make, checks: MakeChecks, events: Events) -> None:
    at_hand(make, 4)
    plan_id = planned(make, checks).id
    db.session.rollback()

    def seals() -> None:
        with app.app_context(), writing():
            plan = db.session.get_one(Plan, plan_id)
            drawing.seal(plan, by=by(plan), now=NOW, rng=SystemRandom())

    side_by_side(seals, seals)

    assert len(events("draw.sealed")) == len(db.session.scalars(select(Draw)).all()) == 1


def test_of_two_redraws_at_once_one_finds_someone(app: Flask, make: Make, checks: MakeChecks) -> None:
    at_hand(make, 5)
    visit_id = declined(whole(planned(make, checks))[0]).id
    db.session.rollback()

    def redraws() -> None:
        with app.app_context(), writing():
            drawing.redraw(visit_id, now=NOW, rng=SystemRandom())

    side_by_side(redraws, redraws)

    assert len(db.session.scalars(select(Visit).where(Visit.state == VisitState.WAITING)).all()) == 3


def test_a_window_that_is_over_is_not_drawn_for(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    plan = planned(make, checks, sites=4)
    with writing():
        week = list(range(1, 8))
        kept = db.session.get_one(Plan, plan.id)
        kept.windows[0].ends_on = TODAY + DAY
        kept.windows.append(
            PlanWindow(
                position=1,
                starts_on=TODAY + 5 * DAY,
                ends_on=TODAY + 9 * DAY,
                weekdays=week,
                opens=time(9),
                closes=time(11),
            )
        )
    sealed(plan, NOW + DAY)

    with pytest.raises(Conflict, match="时段过去"):
        drawn(plan, NOW + 3 * DAY)
    assert {visit.window.position for visit in drawn(plan, NOW + DAY)} == {0, 1}


def test_a_plan_whose_time_is_over_cannot_be_sealed(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)

    with pytest.raises(Conflict, match="都已经过去"):
        sealed(planned(make, checks), OVER)


def test_someone_else_is_drawn_for_a_declined_visit_with_a_seed_of_its_own(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    at_hand(make, 4)
    plan = planned(make, checks, double_percent=100)
    first = next(visit for visit in whole(plan) if visit.second)
    gone = declined(first)

    found = redrawn(gone)

    assert found is not None
    known = {holder(visit) for visit in db.session.scalars(select(Visit).where(Visit.site_id == gone.site_id))}
    assert len(known) == 3
    assert (found.site_id, found.turn, found.second, found.window_id) == (
        gone.site_id,
        gone.turn,
        gone.second,
        gone.window_id,
    )
    assert found.checklist_version_id == gone.checklist_version_id
    own, second = db.session.scalars(select(Draw).order_by(Draw.number)).all()
    assert second.replaces_id == gone.id and second.seed != own.seed
    assert [event.name for event in events("draw")] == ["draw.sealed", "draw.drawn"] * 2
    assert json.loads(events("draw.sealed")[1].data)["replaces"] == str(gone.id)
    assert {lot.id for lot in ballot.load(own.given).lots}.isdisjoint(lot.id for lot in ballot.load(second.given).lots)
    assert all(finding.holds for finding in proof.examined(dossiers.whole(plan.id)))


def test_a_declined_visit_is_drawn_again_once_only(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    visit = declined(whole(planned(make, checks))[0])

    assert redrawn(visit) is not None
    assert redrawn(visit) is None
    assert len(db.session.scalars(select(Draw)).all()) == 2


def test_a_visit_that_nobody_declined_is_not_drawn_again(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    (visit, *_) = whole(planned(make, checks))

    assert redrawn(visit) is None


def test_where_nobody_is_left_the_redraw_says_so_and_can_be_asked_for_again(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    at_hand(make, 1)
    plan = planned(make, checks, sites=1)
    visit = declined(whole(plan)[0])

    assert redrawn(visit) is None
    (told,) = events("draw.unfilled")
    assert json.loads(told.data) == {"lacking": ["inspectors"], "visit": str(visit.id)}
    assert len(db.session.scalars(select(Draw)).all()) == 1

    at_hand(make, 1)
    with writing():
        drawing.ask_redraw(db.session.get_one(Visit, visit.id), by=by(plan), now=NOW)
    (job,) = db.session.scalars(select(Job).where(Job.name == "checks.redraw")).all()
    assert job.subject == str(visit.id)
    assert redrawn(visit) is not None
    with pytest.raises(Conflict), writing():
        drawing.ask_redraw(db.session.get_one(Visit, visit.id), by=by(plan), now=NOW)


def test_a_redraw_shortly_before_the_window_closes_takes_another_window(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    plan = planned(make, checks, sites=1)
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        kept.windows[0].ends_on = TODAY + DAY
    visit = declined(whole(plan)[0])
    with writing():
        db.session.get_one(Plan, plan.id).windows.append(
            PlanWindow(
                position=1,
                starts_on=TODAY + 2 * DAY,
                ends_on=TODAY + 2 * DAY,
                weekdays=[1, 2, 3, 4, 5, 6, 7],
                opens=time(9),
                closes=time(11),
            )
        )

    early = redrawn(visit, visit.closes_at - timedelta(hours=25))
    assert early is not None and early.window_id == visit.window_id
    late = redrawn(declined(early), visit.closes_at + timedelta(minutes=1))
    assert late is not None and late.window.position == 1


def test_a_redraw_after_all_windows_says_that_none_is_left(make: Make, checks: MakeChecks, events: Events) -> None:
    at_hand(make, 4)
    visit = declined(whole(planned(make, checks, sites=1))[0])

    assert redrawn(visit, OVER) is None
    assert json.loads(events("draw.unfilled")[0].data)["lacking"] == ["windows"]


def test_a_declined_visit_does_not_count_as_load(make: Make, checks: MakeChecks) -> None:
    (one,) = at_hand(make, 1)
    plan = planned(make, checks, sites=1, most_visits=1)
    visit = whole(plan)[0]
    assert not pool.lots(db.session.get_one(Plan, plan.id), rng())

    declined(visit)

    assert set(pool.lots(db.session.get_one(Plan, plan.id), rng())) == {one.id}


def test_a_plan_ends_when_its_last_window_has_closed_once(make: Make, checks: MakeChecks, events: Events) -> None:
    at_hand(make, 4)
    plan = planned(make, checks)
    whole(plan)
    closes = datetime.combine(TODAY + 13 * DAY, time(17), BEIJING)

    ended(closes - timedelta(seconds=1))
    assert db.session.get_one(Plan, plan.id).state is PlanState.DRAWN
    ended(closes)
    ended(closes + DAY)

    assert db.session.get_one(Plan, plan.id).state is PlanState.ENDED
    assert [event.name for event in events("plan.ended")] == ["plan.ended"]
    assert len(events("draw.revealed")) == 1


def test_the_timetable_ends_plans_and_the_redraw_is_a_job(make: Make, checks: MakeChecks) -> None:
    at_hand(make, 4)
    long_ago = date(2025, 11, 3)
    plan = planned(make, checks, starts_on=long_ago)
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        kept.state = PlanState.DRAWN
    visit = checks.visit(plan, db.session.scalars(select(Site)).first() or checks.site(), at_hand(make, 1)[0])
    with writing():
        db.session.get_one(Visit, visit.id).closes_at = datetime(2025, 11, 16, 17, tzinfo=BEIJING)

    jobs.end_plans()
    jobs.redraw(visit.id)

    assert db.session.get_one(Plan, plan.id).state is PlanState.ENDED
    assert db.session.get_one(Visit, visit.id).state is VisitState.WAITING, "what was made in time may come in later"


def test_a_withdrawn_plan_calls_its_visits_off_and_shows_its_seed(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    at_hand(make, 4)
    plan = planned(make, checks)
    whole(plan)

    with writing():
        plan = db.session.get_one(Plan, plan.id)
        ending.withdraw(plan, " 另有安排 ", by=by(plan), now=NOW)

    assert db.session.get_one(Plan, plan.id).state is PlanState.WITHDRAWN
    assert Counter(one.state for one in db.session.scalars(select(Visit))) == {VisitState.WITHDRAWN: 3}
    assert not visiting.open_each()
    assert json.loads(events("plan.withdrawn")[0].data)["reason"] == "另有安排"
    assert len(events("visit.withdrawn")) == 3 and len(events("draw.revealed")) == 1
    with pytest.raises(Conflict, match="已经结束或者撤销"), writing():
        ending.withdraw(db.session.get_one(Plan, plan.id), "又", by=by(plan), now=NOW)


@pytest.mark.parametrize("reason", ["", "  ", "很" * 301])
def test_a_plan_is_withdrawn_with_a_reason(make: Make, checks: MakeChecks, reason: str) -> None:
    plan = planned(make, checks)

    with pytest.raises(Invalid) as refused, writing():
        ending.withdraw(db.session.get_one(Plan, plan.id), reason, by=by(plan), now=NOW)

    assert refused.value.field == "reason"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
def test_nobody_but_the_city_office_draws(make: Make, checks: MakeChecks, events: Events, role: Role) -> None:
    others = {Role.INSPECTOR: make.inspector, Role.DISTRICT: make.officer}
    other = make.handler(make.unit()) if role is Role.HANDLER else others.get(role, lambda: make.person(role))()
    at_hand(make, 4)
    plan = planned(make, checks)
    visit = checks.visit(plan, checks.site(), make.inspector(), state=VisitState.DECLINED)
    told = len(events())

    def tries() -> list[Callable[[Plan], object]]:
        return [
            lambda plan: drawing.rehearse(plan, by=other, now=NOW, rng=rng()),
            lambda plan: drawing.seal(plan, by=other, now=NOW, rng=rng()),
            lambda plan: drawing.draw(plan, by=other, now=NOW, rng=rng()),
            lambda plan: drawing.ask_redraw(db.session.get_one(Visit, visit.id), by=other, now=NOW),
            lambda plan: ending.withdraw(plan, "不要了", by=other, now=NOW),
        ]

    for attempt in tries():
        with pytest.raises(NotAllowed), writing():
            attempt(db.session.get_one(Plan, plan.id))

    assert len(events()) == told
