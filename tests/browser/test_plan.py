"""A whole plan in Chromium: sites imported, a plan written, sealed and drawn; three visits, one without a network, one
declined and drawn anew, one asked back; accepted, released, filed; and the page of results.
"""

import csv
import io
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.checks import ending, findings
from inspection.checks.models import Plan, PlanState, Site, Visit, VisitFinding, VisitState
from inspection.checks.site_checking import HEADINGS
from inspection.kernel.calendar import DAY, day_of, now
from inspection.kernel.db import db, writing
from inspection.people import visiting
from inspection.people.models import Person
from inspection.tickets.models import Ticket
from tests.browser.conftest import PHONE, People, Visitor, settled
from tests.browser.test_desk import axed, look
from tests.browser.test_visit import VISITS_KEPT
from tests.checks.make_checks import MakeChecks
from tests.make import SPOT, Make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]

Server = Callable[[], Flask]
ELSEWHERE = "110108"
NAME = "东四片区背街小巷暗访"


@contextmanager
def beside(server: Server) -> Iterator[None]:
    """The server's database, beside the server, for as long as a few questions take."""
    with server().app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def inspectors(people: tuple[Path, People], server: Server) -> list[str]:
    """Four inspectors who live elsewhere."""
    with beside(server):
        make = Make(
            server(), start=90_000 + 1_000 * (db.session.scalar(db.select(db.func.count()).select_from(Plan)) or 0)
        )
        return [make.inspector(name=f"督查{number}", district_code=ELSEWHERE).phone for number in range(4)]


def lanes() -> bytes:
    """Three lanes of 东四, as the office's list has them."""
    out = io.StringIO(newline="")
    rows = [
        [
            f"P-{n}",
            "背街小巷",
            f"方案胡同{n}",
            "",
            "东城区",
            "东四街道",
            f"{SPOT[1]:.6f}",
            f"{SPOT[0]:.6f}",
            "WGS-84",
            "",
            "",
        ]
        for n in range(1, 4)
    ]
    csv.writer(out).writerows([[names[0] for names in HEADINGS.values()], *rows])
    return out.getvalue().encode()


def at(visitor: Visitor, phone: str, path: str) -> Page:
    visitor.sign_in(phone)
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    visitor.page.goto(f"{visitor.address}{path}")
    return visitor.page


def import_sites(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/sites/import")
    page.get_by_label("点位表").set_input_files({"name": "lanes.csv", "mimeType": "text/csv", "buffer": lanes()})
    page.get_by_role("button", name="核对，先不导入").click()
    page.get_by_role("button", name="导入这 3 处").click()
    expect(page.get_by_text("已导入：新增 3 处")).to_be_visible()


def write_plan(page: Page, address: str, version_id: uuid.UUID) -> None:
    """Three lanes from today on; the sums follow what is typed."""
    today = day_of(now())
    page.goto(f"{address}/desk/plans/new")
    page.get_by_label("方案名称").fill(NAME)
    for label in ("开始", "从"):
        page.get_by_label(label, exact=True).fill(f"{today}")
    for label in ("结束", "到"):
        page.get_by_label(label, exact=True).fill(f"{today + 6 * DAY}")
    page.get_by_label("几点起").fill("00:00")
    page.get_by_label("几点止").fill("23:59")
    page.get_by_label("背街小巷：每区都几处").fill("2")
    page.locator("button[name=fill][value=lane]").click()
    expect(page.locator("[data-total=lane]")).to_have_text("34")
    for cell in page.locator("[data-type=lane]").all():
        cell.fill("")
    page.get_by_label("东城 背街小巷").fill("3")
    expect(page.locator("[data-grand]")).to_have_text("3")
    page.get_by_label("背街小巷用的检查单").select_option(str(version_id))
    page.get_by_label("只派培训合格的").uncheck()
    page.get_by_label("双人复评").fill("0")
    page.get_by_label("少于几次走访").fill("3")
    page.get_by_role("button", name="存下草稿").last.click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def draw_it(page: Page) -> None:
    page.get_by_role("link", name="可行吗？先试一遍").click()
    expect(page.get_by_text("现在抽得满")).to_be_visible()
    page.get_by_role("button", name="封存，公布指纹").click()
    expect(page.get_by_text("种子指纹（SHA-256）")).to_be_visible()
    page.get_by_role("button", name="抽签", exact=True).click()
    expect(page.get_by_text("未开始 3")).to_be_visible()
    page.get_by_role("link", name="核对这次抽签").click()
    expect(page.get_by_text("重抽一遍，结果逐字节相同")).to_be_visible()
    expect(page.get_by_text("方案胡同")).to_have_count(0)


def phone_of(server: Server, visit_id: uuid.UUID) -> str:
    with beside(server):
        return db.session.get_one(Person, visiting.holders([visit_id])[visit_id]).phone


def drawn(server: Server, *states: VisitState) -> list[uuid.UUID]:
    with beside(server):
        wanted = db.select(Visit.id).join(Plan).where(Plan.name == NAME, Visit.state.in_(states))
        return list(db.session.scalars(wanted.order_by(Visit.id)))


class Phone:
    """The phone of whoever was drawn for a visit."""

    def __init__(self, visitor: Callable[..., Visitor], phone: str, visit_id: uuid.UUID) -> None:
        self.one, self.visit_id = visitor(phone=True), visit_id
        self.page = self.one.open_app(phone)
        settled(self.page, VISITS_KEPT)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def open(self) -> None:
        self.page.goto(f"{self.one.address}/phone/#/visit/{self.visit_id}")

    def go(self, picture: Path, *, offline: bool = False) -> None:
        """The first item is well, the second fails and is shown; all is handed in."""
        page, context = self.page, self.one.context
        if offline:
            context.set_offline(True)
            page.reload()
        self.open()
        page.get_by_role("button", name="我到了").click()
        page.get_by_role("button", name="开始检查").click()
        self.answer("没有")
        self.answer("有", picture)
        page.get_by_role("button", name="交上去").click()
        if offline:
            expect(page.get_by_text("已存在手机里").first).to_be_visible()
            page.goto(f"{self.one.address}/phone/#/reports")
            page.get_by_text(re.compile("方案胡同. 暗访")).click()
            context.set_offline(False)
        expect(page.get_by_text(re.compile(r"回执号 \d{3} \d{3} \d{3}"))).to_be_visible()

    def answer(self, said: str, picture: Path | None = None) -> None:
        self.page.get_by_role("group", name="答案").get_by_role("button", name=re.compile(f"^{said}")).click()
        if picture:
            self.page.locator("label.want input[type=file]").set_input_files(picture)
            expect(self.page.locator(".shot img")).to_be_visible()
        self.page.get_by_role("button", name=re.compile("下一条|看一遍，再交")).click()

    def decline(self) -> None:
        self.open()
        self.page.get_by_role("link", name="去不了…").click()
        self.page.get_by_label("认识那里的人").check()
        self.page.get_by_role("button", name="去不了，请别人去").click()
        expect(self.page.get_by_text("知道了，会请别人去")).to_be_visible()

    def answer_again(self) -> None:
        """Only the item that was asked back."""
        page = self.page
        page.goto(f"{self.one.address}/phone/#/")
        page.reload()
        expect(page.get_by_text("有 1 项要补")).to_be_visible()
        self.open()
        page.get_by_role("button", name="我到了").click()
        page.get_by_role("button", name="开始检查").click()
        self.answer("没有")
        page.get_by_role("button", name="交上去").click()
        expect(page.get_by_text(re.compile("回执号"))).to_be_visible()


def review(office: Visitor, visit_id: uuid.UUID) -> Page:
    """The visit, once its pictures were compared."""
    office.page.goto(f"{office.address}/desk/reviews/{visit_id}")
    office.until(lambda: office.page.locator("button[data-key=f]:enabled").count() == 1)
    return office.page


def end(server: Server) -> None:
    """Time passes: the plan is over, and its findings come out, all together."""
    with beside(server):
        late = now() + 30 * DAY
        with writing():
            ending.end_over(now=late)
        db.session.rollback()
        findings.release_due(now=late, rng=secrets.SystemRandom())
        with writing():
            plan = db.session.scalars(db.select(Plan).where(Plan.name == NAME)).one()
            assert plan.state is PlanState.ENDED
            plan.released_at = now()


def file_findings(office: Visitor, many: int) -> None:
    """The city's triage: each finding becomes a case."""
    page = office.page
    for _ in range(many):
        page.goto(f"{office.address}/desk/triage?form=mystery")
        expect(page.locator("section.mid dl.kv")).to_contain_text("暗访")
        page.keyboard.press("f")
        expect(page.get_by_role("button", name=re.compile("撤销"))).to_be_visible()


def test_a_whole_plan_from_the_list_of_sites_to_its_results(
    people: tuple[Path, People],
    inspectors: list[str],
    server: Server,
    visitor: Callable[..., Visitor],
    picture: Callable[[int], Path],
) -> None:
    office = visitor()
    page = at(office, people[1]["city"], "/desk/plans")
    import_sites(page, office.address)
    with beside(server):
        version_id = MakeChecks().checklist().id
    write_plan(page, office.address, version_id)
    draw_it(page)
    plan_url = page.url.split("/verification")[0]
    first, second, third = drawn(server, VisitState.WAITING)

    Phone(visitor, phone_of(server, first), first).go(picture(801), offline=True)
    Phone(visitor, phone_of(server, second), second).decline()
    office.page.goto(plan_url)
    office.until(lambda: office.page.get_by_text("补抽 1 次").count() == 1)
    (fourth,) = (one for one in drawn(server, VisitState.WAITING) if one not in {first, second, third})
    assert phone_of(server, fourth) != phone_of(server, second)
    Phone(visitor, phone_of(server, fourth), fourth).go(picture(802))
    asked = Phone(visitor, phone_of(server, third), third)
    asked.go(picture(803))

    page = review(office, third)
    page.keyboard.press("b")
    page.locator(".answers li").first.get_by_label("要补充").check()
    page.get_by_label("写给督查员的一句话").fill("请再看一遍第一项")
    page.get_by_role("button", name="退回补充", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已退回补充")).to_be_visible()
    asked.answer_again()
    for one in (first, fourth, third):
        review(office, one).keyboard.press("f")
        expect(page.get_by_role("status").filter(has_text="已采用")).to_be_visible()

    end(server)
    file_findings(office, 3)
    page.goto(plan_url)
    expect(page.get_by_text("已完成 3")).to_be_visible()
    expect(page.locator("[data-scores] tr")).to_contain_text("50.0")
    assert look(page) == [] and office.problems == []
    with beside(server):
        found = db.session.scalars(db.select(VisitFinding)).all()
        places = {db.session.get_one(Site, one.site_id).name for one in found}
        filed = db.session.scalars(db.select(Ticket.place)).all()
        assert len(found) == 3 and all(one.report_id for one in found)
        assert all(any(name in place for place in filed) for name in places)
    seed = re.sub(r"\s", "", page.locator(".hash").nth(1).inner_text())
    assert re.fullmatch("[0-9a-f]{64}", seed)


def test_every_page_passes_axe_and_fits_the_screen(
    people: tuple[Path, People], inspectors: list[str], server: Server, visitor: Callable[..., Visitor]
) -> None:
    with beside(server):
        checks, make = MakeChecks(), Make(server(), start=95_000)
        plan = checks.plan(make.city(), checks.checklist(), sites=40, starts_on=day_of(now()))
        checks.site(number="P-900")
        plan_id = plan.id
    office = visitor()
    page = at(office, people[1]["city"], "/desk/plans")

    assert look(page) == []
    for path in ("new", f"{plan_id}", f"{plan_id}/rehearsal", f"{plan_id}/edit"):
        page.goto(f"{office.address}/desk/plans/{path}")
        assert look(page) == [], path
    page.goto(f"{office.address}/desk/reviews")
    assert look(page) == [] and axed(page) == []


def test_a_plans_page_reads_well_on_a_phone(
    people: tuple[Path, People], inspectors: list[str], server: Server, visitor: Callable[..., Visitor]
) -> None:
    with beside(server):
        checks, make = MakeChecks(), Make(server(), start=96_000)
        plan_id = checks.plan(make.city(), checks.checklist(), starts_on=day_of(now()) + timedelta(days=1)).id
    office = visitor()
    office.page.set_viewport_size(PHONE)
    page = at(office, people[1]["city"], f"/desk/plans/{plan_id}")

    small = page.evaluate(
        """() => [...document.querySelectorAll("main a.btn, main button, main summary")]
          .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )

    assert small == []
