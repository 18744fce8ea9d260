"""Plans: the office alone makes and changes them, and every refusal names its field."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from inspection.checks import planning, plans
from inspection.checks.models import ChecklistVersion, Plan, PlanState, VersionState
from inspection.checks.planning import NewPlan, NewQuota, NewWindow
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.people.access import Role
from inspection.people.models import Person
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, NOW, Make

Events = Callable[..., list[Any]]
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)
WEEK = NewWindow(FIRST, date(2026, 12, 7), time(9), time(17))
OTHER_WEEK = NewWindow(date(2026, 12, 8), LAST, time(14), time(18), (6, 7))


def new(version: ChecklistVersion, **more: Any) -> NewPlan:
    quotas = [NewQuota(DISTRICT, "lane", 3, version.id, 2), NewQuota("110102", "lane", 2, version.id)]
    known: dict[str, Any] = {
        "name": "年底背街小巷暗访",
        "starts_on": FIRST,
        "ends_on": LAST,
        "quotas": quotas,
        "windows": [WEEK, OTHER_WEEK],
        "kinds": ["veteran"],
    }
    return NewPlan(**known | more)


def created(asked: NewPlan, by: Person) -> Plan:
    with writing():
        return plans.create(asked, by=db.session.get_one(Person, by.id), now=NOW)


def changed(plan: Plan, asked: NewPlan, by: Person, version: int) -> None:
    with writing():
        plans.change(
            db.session.get_one(Plan, plan.id), asked, by=db.session.get_one(Person, by.id), now=NOW, version=version
        )


def test_a_plan_is_kept_as_it_was_typed_with_defaults_for_the_rest(
    make: Make, checks: MakeChecks, events: Events
) -> None:
    asked = new(checks.checklist())

    plan = created(asked, make.city())

    assert plan.state is PlanState.DRAFT and plan.version == 0
    assert plans.written(plan) == replace(asked, quotas=list(asked.quotas), kinds=["veteran"])
    assert (plan.rest_days, plan.least_visits, plan.lead_hours, plan.far_m) == (90, 10, 24, 200)
    assert (plan.most_visits, plan.double_percent, plan.release_days, plan.release_hour) == (4, 10, 3, 9)
    assert [event.object for event in events("plan.created")] == [f"plan:{plan.id}"]


def test_a_draft_is_written_anew_whole(make: Make, checks: MakeChecks, events: Events) -> None:
    city, version = make.city(), checks.checklist()
    plan = created(new(version), city)
    other = new(version, name="另一个", quotas=[NewQuota(DISTRICT, "lane", 9, version.id)], windows=[OTHER_WEEK])

    changed(plan, other, city, 0)

    db.session.expire_all()
    assert plans.written(db.session.get_one(Plan, plan.id)) == replace(other, kinds=["veteran"])
    assert len(events("plan.changed")) == 1


def test_whoever_changes_what_someone_else_has_changed_is_told(make: Make, checks: MakeChecks) -> None:
    city, asked = make.city(), new(checks.checklist())
    plan = created(asked, city)
    changed(plan, asked, city, 0)

    with pytest.raises(Conflict, match="已有别人改过"):
        changed(plan, asked, city, 0)


@pytest.mark.parametrize("state", [state for state in PlanState if state is not PlanState.DRAFT])
def test_only_a_draft_can_be_changed(make: Make, checks: MakeChecks, state: PlanState) -> None:
    city, version = make.city(), checks.checklist()
    plan = checks.plan(city, version, state=state)

    with pytest.raises(Conflict, match="封存以后不能再改"):
        changed(plan, new(version), city, 0)


def test_a_copy_is_a_draft_that_begins_on_another_day(make: Make, checks: MakeChecks) -> None:
    city = make.city()
    plan = checks.plan(city, checks.checklist(), state=PlanState.ENDED, name="方" * 60)

    with writing():
        copied = plans.copy(
            db.session.get_one(Plan, plan.id),
            starts_on=date(2027, 1, 4),
            by=db.session.get_one(Person, city.id),
            now=NOW,
        )

    assert copied.state is PlanState.DRAFT and len(copied.name) == 60 and copied.name.endswith("（副本）")
    assert (copied.starts_on, copied.ends_on) == (date(2027, 1, 4), date(2027, 1, 17))
    assert [(one.starts_on, one.opens) for one in copied.windows] == [(date(2027, 1, 4), time(9))]
    assert [(one.district_code, one.sites) for one in copied.quotas] == [(DISTRICT, 1)]


SOME = uuid.UUID(int=1)
QUOTA = NewQuota(DISTRICT, "lane", 3, SOME)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "方" * 61}),
        ("ends_on", {"ends_on": FIRST - timedelta(days=1)}),
        ("ends_on", {"ends_on": FIRST + timedelta(days=366)}),
        ("kinds", {"kinds": ["veteran", "veteran"]}),
        ("kinds", {"kinds": ["robot"]}),
        ("most_visits", {"most_visits": 0}),
        ("rest_days", {"rest_days": -1}),
        ("double_percent", {"double_percent": 101}),
        ("release_hour", {"release_hour": 24}),
        ("quotas", {"quotas": []}),
        ("quotas.1.sites", {"quotas": [QUOTA, replace(QUOTA, type_code="market", sites=0)]}),
        ("quotas.0.visits_each", {"quotas": [replace(QUOTA, visits_each=13)]}),
        ("quotas.1.type_code", {"quotas": [QUOTA, QUOTA]}),
        ("windows", {"windows": []}),
        ("windows.0.starts_on", {"windows": [replace(WEEK, starts_on=FIRST - timedelta(days=1))]}),
        ("windows.0.ends_on", {"windows": [replace(WEEK, ends_on=LAST + timedelta(days=1))]}),
        ("windows.0.ends_on", {"windows": [replace(WEEK, ends_on=FIRST - timedelta(days=1))]}),
        ("windows.1.closes", {"windows": [WEEK, replace(WEEK, closes=time(9))]}),
        ("windows.0.weekdays", {"windows": [replace(WEEK, weekdays=())]}),
        ("windows.0.weekdays", {"windows": [replace(WEEK, weekdays=(8,))]}),
        ("windows.0.weekdays", {"windows": [replace(WEEK, ends_on=FIRST, weekdays=(1,))]}),
        ("windows.1.starts_on", {"windows": [WEEK, WEEK]}),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(field: str, wrong: dict[str, Any]) -> None:
    possible = NewPlan("暗访", FIRST, LAST, [QUOTA], [WEEK])
    planning.require_possible(possible)

    with pytest.raises(Invalid) as refused:
        planning.require_possible(replace(possible, **wrong))

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("quotas.1.district_code", {"district_code": "999999"}),
        ("quotas.1.district_code", {"district_code": "110101006"}),
        ("quotas.1.type_code", {"type_code": "palace"}),
        ("quotas.1.checklist_version_id", {"checklist_version_id": SOME}),
        ("quotas.1.checklist_version_id", {"type_code": "market"}),
    ],
)
def test_a_quota_of_what_does_not_exist_is_refused(
    make: Make, checks: MakeChecks, field: str, wrong: dict[str, Any]
) -> None:
    version = checks.checklist()
    quota = NewQuota(DISTRICT, "lane", 3, version.id)
    city = make.city()

    with pytest.raises(Invalid) as refused:
        created(new(version, quotas=[quota, replace(quota, **{"district_code": "110102"} | wrong)]), city)

    assert refused.value.field == field


def test_a_checklist_that_is_not_published_cannot_be_planned_with(make: Make, checks: MakeChecks) -> None:
    version, city = checks.checklist(), make.city()
    with writing():
        db.session.get_one(ChecklistVersion, version.id).state = VersionState.RETIRED

    with pytest.raises(Invalid) as refused:
        created(new(version), city)

    assert refused.value.field == "quotas.0.checklist_version_id"


def test_a_window_opens_and_closes_on_its_weekdays_in_beijing() -> None:
    # By hand: the weekend between 8 and 14 December 2026 is the 12th and 13th; 14:00 in Beijing is 06:00 UTC.
    opens, closes = planning.span(OTHER_WEEK) or (None, None)

    assert opens and closes
    assert (opens.isoformat(), closes.isoformat()) == ("2026-12-12T06:00:00+00:00", "2026-12-13T10:00:00+00:00")


OTHERS = [role for role in Role if role is not Role.CITY]


def someone(make: Make, role: Role) -> Person:
    makers: dict[Role, Callable[[], Person]] = {
        Role.INSPECTOR: make.inspector,
        Role.DISTRICT: make.officer,
        Role.HANDLER: lambda: make.handler(make.unit()),
    }
    return makers.get(role, lambda: make.person(role))()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_but_the_city_office_makes_or_changes_a_plan(make: Make, checks: MakeChecks, role: Role) -> None:
    city, version, other = make.city(), checks.checklist(), someone(make, role)
    plan = created(new(version), city)

    with pytest.raises(NotAllowed):
        created(new(version), other)
    with pytest.raises(NotAllowed):
        changed(plan, new(version), other, 0)
    with pytest.raises(NotAllowed), writing():
        plans.copy(db.session.get_one(Plan, plan.id), starts_on=FIRST, by=other, now=NOW)


@pytest.mark.parametrize("role", [role for role in OTHERS if role is not Role.AUDITOR])
@pytest.mark.parametrize("state", list(PlanState))
def test_nobody_else_reads_one_and_none_looks_like_any(
    make: Make, checks: MakeChecks, role: Role, state: PlanState
) -> None:
    plan = checks.plan(make.city(), checks.checklist(), state=state)
    other = someone(make, role)

    with pytest.raises(NotAllowed) as there:
        plans.get(other, plan.id)
    with pytest.raises(NotAllowed) as absent:
        plans.get(other, uuid.uuid4())
    with pytest.raises(NotAllowed):
        plans.page(other, limit=10)

    assert str(there.value) == str(absent.value)


def test_the_auditor_reads_plans_that_have_ended_and_no_others(make: Make, checks: MakeChecks) -> None:
    city, version, auditor = make.city(), checks.checklist(), make.person(Role.AUDITOR)
    every = {state: checks.plan(city, version, state=state) for state in PlanState}

    assert [one.id for one in plans.page(auditor, limit=10)] == [every[PlanState.ENDED].id]
    assert plans.get(auditor, every[PlanState.ENDED].id)
    for state, plan in every.items():
        if state is not PlanState.ENDED:
            with pytest.raises(NotFound):
                plans.get(auditor, plan.id)
    assert len(plans.page(city, limit=10)) == len(PlanState)


def test_plans_are_paged_the_latest_first(make: Make, checks: MakeChecks) -> None:
    city, version = make.city(), checks.checklist()
    made = [checks.plan(city, version, created_at=NOW + timedelta(minutes=n)).id for n in range(5)]

    first = plans.page(city, limit=3)
    rest = plans.page(city, after=(first[-1].created_at, first[-1].id), limit=3)

    assert [one.id for one in (*first, *rest)] == made[::-1]
