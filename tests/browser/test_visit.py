"""A visit in the hand of whoever was drawn: without a network from the place to the last answer; nothing is lost."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.checks.content import Content, Item, ItemKind, Section
from inspection.checks.models import Outcome, Visit, VisitRecord, VisitState
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import visiting
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind
from inspection.web.tools import tools
from tests.browser.conftest import KEPT, PHONE, People, Visitor, settled
from tests.browser.test_field_app_look import AXE, LOOKS, SCRIPTS, SIZES, findings
from tests.checks.make_checks import MakeChecks, content
from tests.make import SPOT, Make, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]

VISITS_KEPT, PICTURES_KEPT = KEPT.replace("KEY", "visits"), KEPT.replace("KEY", "pictures")
"""Whether the phone has the visits, and a moment later the pictures of their places."""
LEFT = """async () => {
  const shell = document.querySelector("script[type=module]").src;
  const { openStore } = await import(new URL("store.js", shell));
  const store = openStore();
  const records = (await store.read(({ records }) => records.getAll())).filter((one) => one.kind === "visit");
  const bytes = await store.read(({ bytes }) => bytes.getAllKeys());
  const told = ({ state, answers, photos, visit }) => (
    { state, answers, photos: photos.length, whole: "content" in visit });
  return { bytes: bytes.length, records: records.map(told) };
}"""
"""What the phone holds of visits."""
FIVE = Content(
    (
        Section(
            "s1",
            "街巷面貌",
            (
                Item(
                    "q1",
                    "街巷里有没有违规的广告牌匾、标语？",
                    ItemKind.YES_NO,
                    10,
                    help="看墙面和门头。",
                    critical=True,
                ),
                Item("q2", "路面干净吗？", ItemKind.GRADED, 10, photo_on_failure=False, note_on_failure=True),
                Item("q3", "行人闯红灯", ItemKind.COUNT, 20, photo_on_failure=False, minutes=5, most_percent=10),
                Item("q4", "步道有多宽？", ItemKind.NUMBER, 5, photo_on_failure=False, low=1, high=3, unit="米"),
                Item("q5", "还看见什么？", ItemKind.TEXT, 0),
            ),
        ),
    )
)
TEN = content(*(Item(f"q{n}", f"街巷里有没有第 {n} 种不该有的东西？", ItemKind.YES_NO, 10) for n in range(1, 11)))


@dataclass
class Street:
    """An inspector who was drawn, on the app's first page, their visit, and the server's database."""

    visit_id: uuid.UUID
    one: Visitor

    @property
    def page(self) -> Page:
        return self.one.page

    def known(self) -> Visit:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Visit, self.visit_id)

    def record(self) -> VisitRecord:
        self.known()
        found = db.select(VisitRecord).where(VisitRecord.visit_id == self.visit_id).order_by(VisitRecord.received_at)
        return list(db.session.scalars(found))[-1]

    def open(self) -> None:
        """From the first page to the visit's own."""
        self.page.goto(f"{self.one.address}/phone/#/")
        self.page.locator(f"a[href='#/visit/{self.visit_id}']").click()

    def begin(self) -> None:
        """Arrive, and go to the first item."""
        self.open()
        self.page.get_by_role("button", name="我到了").click()
        expect(self.page.get_by_text("只有市里看得到")).to_be_visible()
        self.page.get_by_role("button", name="开始检查").click()

    def choose(self, answer: str) -> None:
        self.page.get_by_role("group", name="答案").get_by_role("button", name=re.compile(f"^{answer}")).click()

    def onward(self) -> None:
        self.page.get_by_role("button", name=re.compile("下一条|看一遍，再交")).click()


@pytest.fixture
def street_of(
    people: tuple[Path, People], server: Callable[[], Flask], visitor: Callable[..., Visitor]
) -> Iterator[Callable[..., Street]]:
    app = server()
    opened = list[Visitor]()

    def made(
        asked: Content = FIVE,
        *,
        spot: tuple[float, float] = SPOT,
        scripts: tuple[Path, ...] = (),
        score_shown: bool = True,
        **more: Any,
    ) -> Street:
        checks, make = MakeChecks(), Make(app, start=70_000 + 100 * db.session.query(Visit).count())
        person = make.inspector(name="李文举")
        plan = checks.plan(make.city(), checks.checklist(asked), score_shown=score_shown)
        photo_id = pictured(make)
        site = checks.site(
            photo_id=photo_id, spot=spot, number=uuid.uuid4().hex, name="东四六条", address="东四六条 63 号"
        )
        visit_id = checks.visit(plan, site, person, **{"opens_at": now() - timedelta(hours=1)} | more).id
        phone = db.session.get_one(Person, person.id).phone
        one = visitor(phone=True)
        for script in scripts:
            one.context.add_init_script(path=script)
        opened.append(one)
        page = one.open_app(phone)
        settled(page, VISITS_KEPT)
        settled(page, PICTURES_KEPT)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return Street(visit_id, one)

    with app.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def pictured(make: Make) -> uuid.UUID:
    """A picture of the place, its small copies made by the server."""
    manifest_id = make.evidence(now())
    with writing():
        manifest = db.session.get_one(Manifest, manifest_id)
        manifest.kind, photo_id = ManifestKind.SITE, manifest.photos[0].id
    photos.derive(photo_id, storage=tools().storage, now=now())
    return photo_id


def answer_all(street: Street, picture: Path) -> None:
    """All five items: the first fails and is shown, the second is fair, and so on to the list."""
    page = street.page
    street.choose("有")
    street.onward()
    expect(page.get_by_role("alert")).to_contain_text("请拍一张照片")
    page.locator("label.want input[type=file]").set_input_files(picture)
    expect(page.locator(".shot img")).to_be_visible()
    street.onward()
    street.choose("基本合格")
    street.onward()
    page.get_by_role("button", name="开始数 5 分钟").click()
    for _ in range(3):
        page.get_by_role("button", name="守规矩的").click()
    page.get_by_role("button", name="不数了").click()
    street.onward()
    page.get_by_label("多少米").fill("2,5")
    street.onward()
    page.get_by_label("写一句就行").fill("都好")
    street.onward()
    expect(page.get_by_role("heading", name="看一遍，再交")).to_be_visible()


def test_a_visit_is_made_without_a_network_from_the_place_to_the_receipt(
    street_of: Callable[..., Street], picture: Callable[[int], Path]
) -> None:
    street = street_of()
    page, context = street.page, street.one.context
    expect(page.get_by_role("heading", name="要去暗访 1 处")).to_be_visible()

    context.set_offline(True)
    page.reload()
    street.open()
    expect(page.get_by_alt_text("点位的照片")).to_be_visible()  # all of it is in the phone
    street.begin()
    answer_all(street, picture(701))
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text("已存在手机里").first).to_be_visible()
    assert street.known().state is VisitState.WAITING
    page.goto(f"{street.one.address}/phone/#/")
    expect(page.get_by_text("要去暗访")).to_have_count(0)  # it is done, though the list does not know yet
    page.goto(f"{street.one.address}/phone/#/reports")
    page.get_by_text("东四六条 暗访").click()
    context.set_offline(False)
    expect(page.get_by_text(re.compile(r"回执号 \d{3} \d{3} \d{3}"))).to_be_visible()

    record = street.record()
    given = {one["key"]: one for one in json.loads(record.answers)}
    assert street.known().state is VisitState.RECEIVED and record.used
    assert (given["q1"]["yes"], given["q1"]["photos"], given["q2"]["grade"]) == (True, [0], "fair")
    assert (given["q3"]["observed"], given["q3"]["violations"], given["q4"]["number"]) == (3, 0, 2.5)
    assert given["q5"]["text"] == "都好" and record.lat == pytest.approx(SPOT[0], abs=1e-4)
    kept = page.evaluate(LEFT)
    assert kept == {"bytes": 0, "records": [{"state": "received", "answers": {}, "photos": 0, "whole": False}]}


def test_a_visit_that_was_killed_half_way_goes_on_where_it_was(
    street_of: Callable[..., Street], picture: Callable[[int], Path]
) -> None:
    street = street_of(score_shown=False)
    page, context = street.page, street.one.context
    context.set_offline(True)
    street.begin()
    street.choose("没有")
    street.onward()
    street.choose("不合格")
    expect(page.locator(".score")).not_to_contain_text("已得")
    expect(page.locator("[aria-pressed=true]")).to_be_visible()  # it is on disk

    page.close()
    street.one.page = page = context.new_page()
    page.goto(f"{street.one.address}/phone/")
    expect(page.get_by_text("做了 1 项，共 5 项，点开接着做")).to_be_visible()
    page.locator(f"a[href='#/visit/{street.visit_id}']").click()
    page.get_by_role("button", name="接着检查").click()

    expect(page.get_by_role("heading", name="路面干净吗？")).to_be_visible()
    expect(page.get_by_role("button", name="不合格")).to_have_attribute("aria-pressed", "true")
    street.onward()
    expect(page.get_by_role("alert")).to_contain_text("请写一句怎么回事")
    page.get_by_label("怎么回事，写一句").fill("满地纸屑")
    street.onward()
    expect(page.get_by_role("heading", name="行人闯红灯")).to_be_visible()


def test_the_five_minutes_run_on_while_the_phone_sleeps(street_of: Callable[..., Street]) -> None:
    street = street_of()
    page = street.page
    page.clock.install()
    street.begin()
    page.get_by_role("link", name=re.compile("^第 3 项")).click()
    page.get_by_role("button", name="开始数 5 分钟").click()
    page.get_by_role("button", name="违规的").click()

    page.clock.fast_forward("20:00")
    page.reload()

    expect(page.get_by_text("时间到")).to_be_visible()
    street.onward()
    expect(page.get_by_role("heading", name="步道有多宽？")).to_be_visible()


def test_far_away_one_is_asked_why_and_goes_on_with_a_reason(street_of: Callable[..., Street]) -> None:
    street = street_of(content(), spot=(SPOT[0] + 0.01, SPOT[1]))
    page = street.page
    street.open()
    page.get_by_role("button", name="我到了").click()
    expect(page.get_by_role("alert")).to_contain_text("离点位有 1.1 公里")

    page.get_by_role("button", name="开始检查").click()
    expect(page.get_by_label("为什么离得远")).to_be_focused()
    page.get_by_label("为什么离得远").fill("围着工地，从对面看的")
    page.get_by_role("button", name="开始检查").click()
    for _ in range(2):
        street.choose("没有")
        street.onward()
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号"))).to_be_visible()

    assert street.record().far_reason == "围着工地，从对面看的"


def test_a_place_that_is_closed_is_shown_and_said(
    street_of: Callable[..., Street], picture: Callable[[int], Path]
) -> None:
    street = street_of()
    page = street.page
    street.open()
    page.get_by_role("button", name="我到了").click()
    page.get_by_role("button", name="关门了、找不到").click()

    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert")).to_contain_text("请选是哪一种")
    page.get_by_role("button", name="关门了，进不去").click()
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert")).to_contain_text("请拍一张现场照片")
    page.locator("label.want input[type=file]").set_input_files(picture(702))
    expect(page.locator(".shot img")).to_be_visible()
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert")).to_contain_text("请写一句")
    page.get_by_label("现场是什么情况").fill("大门锁着，贴着停业")
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号"))).to_be_visible()

    assert (street.record().outcome, street.record().note) == (Outcome.CLOSED, "大门锁着，贴着停业")


def test_whoever_cannot_go_says_so_without_blame_and_the_visit_is_gone(street_of: Callable[..., Street]) -> None:
    street = street_of()
    page = street.page
    street.open()
    page.get_by_role("link", name="去不了…").click()

    page.get_by_role("button", name="去不了，请别人去").click()
    expect(page.get_by_role("alert")).to_contain_text("请选一个原因")
    page.get_by_label("认识那里的人").check()
    street.one.context.set_offline(True)
    page.get_by_role("button", name="去不了，请别人去").click()
    expect(page.get_by_role("alert")).to_contain_text("现在没有网络")
    street.one.context.set_offline(False)
    page.get_by_role("button", name="去不了，请别人去").click()

    expect(page.get_by_text("知道了，会请别人去")).to_be_visible()
    assert (street.known().state, street.known().decline_reason) == (VisitState.DECLINED, "acquainted")
    page.reload()
    expect(page.get_by_text("要去暗访")).to_have_count(0)


def test_before_its_window_one_can_look_and_not_begin(street_of: Callable[..., Street]) -> None:
    street = street_of(opens_at=now() + timedelta(hours=5))
    street.open()

    expect(street.page.get_by_text("还没到时候")).to_be_visible()
    expect(street.page.get_by_role("button", name="我到了")).to_be_disabled()


def test_only_what_is_asked_back_is_asked(street_of: Callable[..., Street], picture: Callable[[int], Path]) -> None:
    street = street_of()
    page = street.page
    street.begin()
    answer_all(street, picture(703))
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号"))).to_be_visible()
    with writing():
        visit = db.session.get_one(Visit, street.visit_id)
        visit.state, visit.asked_at, visit.asked_items = VisitState.ASKED, now(), ["q2"]
        visit.asked_text = "路面请再看一遍"
        visiting.wait_again(visit.id)

    page.goto(f"{street.one.address}/phone/#/")
    page.reload()
    expect(page.get_by_text("有 1 项要补")).to_be_visible()
    street.open()
    expect(page.get_by_text("路面请再看一遍")).to_be_visible()
    page.get_by_role("button", name="我到了").click()
    page.get_by_role("button", name="开始检查").click()
    expect(page.get_by_role("heading", name="路面干净吗？")).to_be_visible()
    street.choose("合格")
    street.onward()
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号"))).to_be_visible()

    assert [one["key"] for one in json.loads(street.record().answers)] == ["q2"]
    assert street.known().state is VisitState.RECEIVED


def test_what_was_called_off_meanwhile_is_kept_and_said_plainly(street_of: Callable[..., Street]) -> None:
    street = street_of(content())
    page = street.page
    street.one.context.set_offline(True)
    street.begin()
    for _ in range(2):
        street.choose("没有")
        street.onward()
    page.get_by_role("button", name="交上去").click()
    with writing():
        db.session.get_one(Visit, street.visit_id).state = VisitState.WITHDRAWN

    street.one.context.set_offline(False)

    expect(page.get_by_text("收下了，但没有用上")).to_be_visible()
    expect(page.get_by_text("已经撤销")).to_be_visible()
    assert not street.record().used


def test_whoever_signs_out_in_the_middle_is_told_that_it_stays(street_of: Callable[..., Street]) -> None:
    street = street_of()
    page = street.page
    street.begin()
    street.choose("没有")

    page.goto(f"{street.one.address}/phone/#/me")
    page.get_by_role("button", name="退出登录…").click()

    expect(page.get_by_role("alert")).to_contain_text("还有 1 处暗访没做完")
    page.get_by_role("button", name="退出登录", exact=True).click()
    page.get_by_role("heading", name="请先登录").wait_for()
    assert "还在手机里" in page.inner_text("main")
    assert page.evaluate(LEFT)["records"][0]["state"] == "draft"


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_everything_is_large_enough(
    street_of: Callable[..., Street], tmp_path: Path, look: str
) -> None:
    (tmp_path / "look.jpg").write_bytes(jpeg(952_000, (640, 480)))
    street, wrong = street_of(scripts=(AXE, SCRIPTS)), dict[str, Any]()
    page, one = street.page, street.one
    given = {"look": LOOKS[look], "lang": "en" if look == "english" else "zh"}
    one.context.add_cookies([{"name": name, "value": value, "url": one.address} for name, value in given.items()])
    page.reload()
    page.route("**/api/v1/visits/records/*", lambda route: route.abort())

    def judge(name: str) -> None:
        page.wait_for_timeout(300)
        if found := findings(page, look):
            wrong[name] = found
        page.set_viewport_size(SIZES.get(look, PHONE))

    def step(name: str, path: str) -> None:
        page.evaluate("(path) => { location.hash = path; }", f"/visit/{street.visit_id}{path}")
        page.locator("main h1").wait_for()
        judge(name)

    page.set_viewport_size(SIZES.get(look, PHONE))
    page.locator(f"a[href='#/visit/{street.visit_id}']").wait_for()
    judge("the first page")
    step("the place", "")
    step("cannot go", "/decline")
    step("the place again", "")
    page.locator(".dock [data-kind=primary]").click()
    page.locator(".banner[data-s=done]").wait_for()
    judge("there")
    for number in range(1, 6):
        step(f"item {number}", f"/item/{number}")
    step("the first item", "/item/1")
    page.locator(".answers button").last.click()
    judge("a failure")
    page.locator("label.want input[type=file]").set_input_files(tmp_path / "look.jpg")
    page.locator(".shot img").wait_for()
    for button in page.locator(".q [aria-expanded]").all():
        button.click()
    judge("a failure shown, and all that may be added")
    step("counting", "/item/3")
    page.locator(".counter [data-kind=primary]").click()
    judge("counting")
    step("the list", "/list")
    step("closed", "/closed")
    page.locator(".dock [data-kind=primary]").click()
    judge("closed lacks")

    assert wrong == {}


def test_a_word_that_is_said_stays_with_its_item(street_of: Callable[..., Street]) -> None:
    street = street_of(content())
    page = street.page
    street.begin()
    street.choose("没有")
    street.onward()
    street.choose("没有")
    page.get_by_role("button", name="写一句、说一段、拍一张").click()
    page.get_by_role("button", name="按一下，开始说").click()
    page.get_by_text("正在录，1 秒").wait_for()
    page.get_by_role("button", name="说完了").click()
    expect(page.get_by_text(re.compile(r"第 1 段，\d+ 秒，已存在手机里"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^第 1 项")).click()
    page.get_by_role("button", name="写一句、说一段、拍一张").click()
    expect(page.get_by_text("已存在手机里")).to_have_count(1)  # the other item's word is not this one's
    page.get_by_role("link", name="全部").click()

    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text(re.compile("回执号"))).to_be_visible()

    assert [one["voice"] for one in json.loads(street.record().answers)] == [[], [0]]
    assert [note.seconds for note in street.record().manifest.recordings] != []
