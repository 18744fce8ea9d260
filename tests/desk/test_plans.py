"""检查方案 on the desk: written, tried, sealed, drawn, proved, given up; results where there are enough."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import openpyxl
import pytest
from werkzeug.datastructures import MultiDict

from inspection.checks import reviews, site_time
from inspection.checks.models import ChecklistVersion, Draw, Plan, PlanState, Visit, VisitState
from inspection.kernel.calendar import DAY, day_of, now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from tests.checks.bring import FAIL, PASS, answers, bring
from tests.checks.make_checks import MakeChecks
from tests.make import DISTRICT, Make
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
ELSEWHERE = "110108"


@pytest.fixture
def checks() -> MakeChecks:
    return MakeChecks()


@pytest.fixture
def city(make: Make) -> Person:
    return make.city()


@pytest.fixture
def office(city: Person, browser: Open) -> Browser:
    return browser(city)


@pytest.fixture
def version(checks: MakeChecks) -> ChecklistVersion:
    return checks.checklist()


def typed(used: ChecklistVersion, **more: Any) -> MultiDict[str, str]:
    """The form of a plan of two lanes in 东城."""
    first, last = day_of(now()) + DAY, day_of(now()) + 14 * DAY
    given = MultiDict[str, str](
        {
            "name": "第四季度背街小巷暗访", "starts_on": f"{first}", "ends_on": f"{last}",
            f"q-{DISTRICT}-lane": "2", "each-lane": "1", "list-lane": str(used.id),
            "windows": "1", "w0-starts_on": f"{first}", "w0-ends_on": f"{last}", "w0-opens": "09:00",
            "w0-closes": "17:00", "most_visits": "4", "rest_days": "90", "double_percent": "0", "lead_hours": "24",
            "far_m": "200", "release_days": "3", "release_hour": "9", "least_visits": "2",
        }
    )  # fmt: skip
    given.setlist("w0-weekdays", [str(day) for day in range(1, 8)])
    for name, value in more.items():
        given[name] = value
    return given


def post(browser: Browser, url: str, given: MultiDict[str, str]) -> Any:
    given["csrf_token"] = browser.token()
    return browser.client.post(url, data=given)


def only() -> Plan:
    db.session.expire_all()
    return db.session.scalars(db.select(Plan)).one()


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def planned(make: Make, checks: MakeChecks, city: Person, version: ChecklistVersion, **more: Any) -> str:
    """A draft that can be drawn: three lanes, two wanted, inspectors from elsewhere; its address."""
    for _ in range(3):
        checks.site()
    for _ in range(3):
        make.inspector(district_code=ELSEWHERE)
    known = {"sites": 2, "starts_on": day_of(now()), "lead_hours": 0} | more
    return f"/desk/plans/{checks.plan(city, version, **known).id}"


def drawn(office: Browser, url: str) -> list[Visit]:
    for move in ("sealing", "drawing"):
        assert office.send(f"{url}/{move}").status_code == 303
    db.session.expire_all()
    return list(db.session.scalars(db.select(Visit).order_by(Visit.id)))


def visited(city: Person, visit: Visit, given: Any) -> None:
    """Brought and accepted."""
    bring(visit, given, at=now() - timedelta(hours=1))
    with writing():
        reviews.examine(visit.id, now=now())
    with writing():
        mine = db.session.get_one(Person, city.id)
        reviews.accept(db.session.get_one(Visit, visit.id), by=mine, now=now())


def test_a_plan_is_typed_kept_and_found_in_the_list(
    office: Browser, checks: MakeChecks, version: ChecklistVersion
) -> None:
    checks.site()

    answer = post(office, "/desk/plans/new", typed(version))

    plan = only()
    assert answer.headers["Location"] == f"/desk/plans/{plan.id}"
    assert (plan.name, plan.quotas[0].sites, plan.windows[0].weekdays) == ("第四季度背街小巷暗访", 2, list(range(1, 8)))
    assert "第四季度背街小巷暗访" in office.page("/desk/plans")
    assert "草稿" in office.page(f"/desk/plans/{plan.id}")


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("name", "", "name"),
        (f"q-{DISTRICT}-lane", "很多", f"q-{DISTRICT}-lane"),
        (f"q-{DISTRICT}-lane", "5001", f"q-{DISTRICT}-lane"),
        ("w0-closes", "08:00", "w0-closes"),
        ("rest_days", "-1", "rest_days"),
        ("each-lane", "13", "each-lane"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    office: Browser, version: ChecklistVersion, field: str, value: str, where: str
) -> None:
    answer = post(office, "/desk/plans/new", typed(version, **{"w0-opens": "10:30"} | {field: value}))

    assert answer.status_code == 422
    at = re.search(rf'<input[^>]*name="{where}"[^>]*>', answer.text)
    assert at and 'aria-invalid="true"' in at[0] and unescape(value) in at[0]
    assert 'value="10:30"' in answer.text
    assert db.session.scalars(db.select(Plan)).first() is None


def test_every_district_gets_as_many_by_one_button_and_windows_come_and_go(
    office: Browser, version: ChecklistVersion
) -> None:
    filled = post(office, "/desk/plans/new", typed(version, **{"every-lane": "3", "fill": "lane"})).text
    more = post(office, "/desk/plans/new", typed(version, add_window="yes")).text
    fewer = post(office, "/desk/plans/new", typed(version, windows="2", drop_window="0")).text

    assert filled.count('data-type="lane"') == len(re.findall(r'value="3" inputmode="numeric" maxlength="5"', filled))
    assert "<b data-grand>51</b>" in filled  # 17 districts of 3
    assert 'name="w1-starts_on"' in more and 'name="w1-starts_on"' not in fewer


def test_two_who_change_one_draft_do_not_write_over_each_other(office: Browser, version: ChecklistVersion) -> None:
    post(office, "/desk/plans/new", typed(version))
    url = f"/desk/plans/{only().id}/edit"

    first = post(office, url, typed(version, version="0", name="先改的"))
    second = post(office, url, typed(version, version="0", name="后改的"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert (
        only().name == "先改的"
        and 'name="version" value="1"' in second.text
        and 'value="后改的"' in second.text
        and "已有别人改过" in second.text
    )


def test_a_dry_run_says_in_words_which_stratum_lacks_whom(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    checks.site()
    make.inspector(district_code=DISTRICT)
    plan = checks.plan(city, version, sites=2, starts_on=day_of(now()))

    told = words(office.page(f"/desk/plans/{plan.id}/rehearsal"))

    assert "东城区 · 背街小巷 要抽 2 处，点位库里在用的只有 1 处，还差 1 处。" in told
    assert "1 位督查员里能去的有 0 位" in told and "住在本区 1 位" in told
    assert only().state is PlanState.DRAFT


def test_a_plan_is_sealed_drawn_and_verified_while_the_seed_stays_hidden(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    assert "现在抽得满" in office.page(f"{url}/rehearsal")

    visits = drawn(office, url)

    page, proof = office.page(url), words(office.page(f"{url}/verification"))
    draw = db.session.scalars(db.select(Draw)).one()
    assert len(visits) == 2 and draw.seed_hash[:4] in page
    assert "重抽一遍，结果逐字节相同" in proof and "审计链里的哈希和先后次序相符" in proof
    for text in (page, proof):
        assert draw.seed not in re.sub(r"\s", "", text)


def test_a_draw_that_was_touched_is_said_to_be_so(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    drawn(office, url)
    with writing():
        draw = db.session.scalars(db.select(Draw)).one()
        draw.drawn = (draw.drawn or "").replace('"turn":1', '"turn":2', 1)

    proof = words(office.page(f"{url}/verification"))

    assert "结果与抽签时的哈希不符" in proof and "重抽一遍，结果不同" in proof


def test_the_running_plans_page_names_no_place_and_nobody(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    visits = drawn(office, url)
    bring(visits[0], answers(q1=PASS, q2=PASS), at=now() - timedelta(hours=1))

    page = office.page(url)

    assert page.count("#moon-received") and "进行中 1" in page and "未开始 1" in page
    for told in ("东四1条", "东四2条", "东四3条", "李文", *(str(visit.id) for visit in visits)):
        assert told not in page
    assert not any(f"督查员·{visit.alias}" in page for visit in visits)


def test_a_district_without_enough_visits_has_no_result_and_one_with_enough_has(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version, least_visits=2)
    one, other = drawn(office, url)
    visited(city, one, answers(q1=PASS, q2=FAIL))
    before = words(office.page(url))
    visited(city, other, answers(q1=PASS, q2=PASS))
    after = office.page(url)

    assert "样本不足（1 次，至少 2 次）" in before and "50.0" not in before
    assert 'data-score="75.0"' in after and "街巷里有没有乱停车？" in words(after) and 'class="scores"' in after


def test_the_file_of_results_has_no_formula_and_tells_of_nobody(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version, least_visits=2, name="=SUM(A1)")
    one, other = drawn(office, url)
    visited(city, one, answers(q1=PASS, q2=FAIL))
    visited(city, other, answers(q1=PASS, q2=PASS))

    answer = office.send(f"{url}/exports")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert book.sheetnames == ["各区结果", "各层", "扣分最多的项", "双人复评"]
    assert [cell.value for cell in book["各区结果"][2]][:4] == [1, "东城区", 2, 75]
    assert not any(cell.data_type == "f" for cell in cells)
    assert not {"东四1条", "东四2条", "李文", *(visit.alias for visit in (one, other))} & {cell.value for cell in cells}
    assert not book.properties.creator or book.properties.creator == "openpyxl"
    assert "ETag" not in answer.headers


def test_a_withdrawn_plan_shows_its_seed_and_its_visits_are_off(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    drawn(office, url)

    empty = office.send(f"{url}/withdrawing", {"reason": " "})
    office.send(f"{url}/withdrawing", {"reason": "方案走漏"})

    draw = db.session.scalars(db.select(Draw)).one()
    page = office.page(url)
    assert empty.status_code == 422 and "请写明原因" in empty.text
    assert only().state is PlanState.WITHDRAWN and draw.seed in re.sub(r"\s", "", page)
    assert {visit.state for visit in db.session.scalars(db.select(Visit))} == {VisitState.WITHDRAWN}
    assert "/withdrawing" not in page


def test_a_copy_begins_on_another_day_as_a_draft(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    drawn(office, url)
    later = day_of(now()) + 30 * DAY

    refused = office.send(f"{url}/copying", {"starts_on": "哪天"})
    answer = office.send(f"{url}/copying", {"starts_on": f"{later}"})

    copied = db.session.scalars(db.select(Plan).where(Plan.starts_on == later)).one()
    assert refused.status_code == 422 and "请选一个日期" in refused.text
    assert answer.headers["Location"] == f"/desk/plans/{copied.id}/edit" and copied.state is PlanState.DRAFT
    assert office.get(f"{url}/edit").status_code == 409


def test_a_declined_visit_for_which_nobody_is_found_is_told_by_its_stratum_and_drawn_again(
    make: Make, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    visit = drawn(office, url)[0]
    with writing():
        db.session.get_one(Visit, visit.id).state = VisitState.DECLINED

    assert "有人去不了，还没有补上" in office.page(url)
    assert office.send(f"{url}/visits/{uuid.uuid4()}/redrawing").status_code == 404
    assert office.send(f"{url}/visits/{visit.id}/redrawing").status_code == 303
    work()

    page = office.page(url)
    assert "有人去不了" not in page and "补抽 1 次" in page
    assert db.session.scalar(db.select(db.func.count()).select_from(Visit)) == 3


def test_the_auditor_sees_a_plan_once_it_has_ended_and_may_do_nothing_to_it(
    make: Make, browser: Open, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    drawn(office, url)
    auditor = browser(make.person(Role.AUDITOR))

    running = auditor.get(url).status_code
    with writing():
        plan = only()
        plan.state, plan.ended_at = PlanState.ENDED, now()

    page = auditor.page(url)
    assert running == 404 and "/copying" not in page and "核对这次抽签" in page


def test_a_places_story_tells_days_to_the_city_once_they_are_out_and_nothing_to_the_district(
    make: Make, browser: Open, office: Browser, checks: MakeChecks, city: Person, version: ChecklistVersion
) -> None:
    url = planned(make, checks, city, version)
    visit = drawn(office, url)[0]
    site = f"/desk/sites/{visit.site_id}"
    officer = browser(make.officer())
    blank = re.compile(r'[0-9a-f]{12}(?=</span>)|name="(csrf_token|seen)" value="[^"]+"')
    untouched = blank.sub("", officer.page(site))
    visited(city, visit, answers(q1=PASS, q2=FAIL))
    early = words(office.page(site))
    with writing():
        only().ends_on = day_of(now()) - 5 * DAY
        db.session.get_one(Visit, visit.id).reviewed_at = now() - 3 * DAY

    late = words(office.page(site))
    assert "还没有公布过这里的走访" in early and "50.0" not in early
    assert "50.0" in late and "背街小巷暗访" in late and "降档" in late
    assert blank.sub("", officer.page(site)) == untouched and "历次走访" not in untouched
    assert site_time.story(visit.site, by=make.officer(), now=now()) is None
