"""检查单 on the desk without scripts: listed, written by a plain form, kept when two collide, published, previewed."""

import io
import re
import uuid
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from PIL import ExifTags, Image
from werkzeug.test import TestResponse

from inspection.checks import checklists, examples
from inspection.checks.content import Content, Item, ItemKind, Section, load
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, Make, jpeg
from tests.web.browser import Browser, file, photo

Open = Callable[..., Browser]
TAG = re.compile(r"<(input|select|textarea)([^>]*)>(.*?)(?=<(?:/select|/textarea|input|button|p|div|label|span))", re.S)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')

EVERY_KIND = Content(
    (
        Section(
            "s1",
            "街面",
            (
                Item(key="yn", text="街巷里有没有堆物？", kind=ItemKind.YES_NO, points=40, category="street_clutter"),
                Item(key="gr", text="干净吗？", kind=ItemKind.GRADED, points=20, critical=True),
            ),
        ),
        Section(
            "s2",
            "数一数",
            (
                Item(key="ct", text="几个闯红灯？", kind=ItemKind.COUNT, points=20, minutes=5, most_percent=10),
                Item(key="nr", text="便道多宽？", kind=ItemKind.NUMBER, points=20, low=1.5, unit="米"),
                Item(key="tx", text="还看到什么？", kind=ItemKind.TEXT, points=0, photo_on_failure=False),
            ),
        ),
    )
)


@pytest.fixture
def city(make: Make) -> Person:
    return make.city()


@pytest.fixture
def officer(city: Person, browser: Open) -> Browser:
    return browser(city)


@pytest.fixture
def draft(city: Person) -> uuid.UUID:
    """A draft with an item of each kind."""
    with writing():
        made = checklists.create("学校周边", "school", by=city, now=NOW)
        checklists.save(made.id, EVERY_KIND, seen=0, by=city, now=NOW)
        return made.id


def url(version_id: uuid.UUID, more: str = "") -> str:
    return f"/desk/checklists/versions/{version_id}{more}"


def fields(page: str) -> dict[str, Any]:
    """The draft's form as a browser would send it."""
    form = page[page.index('id="draft"') :]
    form = form[: form.index("</form>")]
    found: dict[str, Any] = {}
    for sort, raw, inner in TAG.findall(form):
        attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(raw)}
        name = attributes.get("name")
        if name is None or (attributes.get("type") == "checkbox" and "checked" not in attributes):
            continue
        value = attributes.get("value", "")
        if sort == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', inner)
            value = unescape(chosen[1]) if chosen else ""
        elif sort == "textarea":
            value = unescape(inner)
        if name == "order":
            found.setdefault("order", []).append(value)
        else:
            found[name] = value
    return found


def send(officer: Browser, version_id: uuid.UUID, do: str = "save", **more: Any) -> TestResponse:
    """Open the draft, change some fields and press a button."""
    typed = fields(officer.page(url(version_id))) | more | {"do": do}
    return officer.client.post(url(version_id), data={k: v for k, v in typed.items() if v is not None}, buffered=True)


def kept(version_id: uuid.UUID) -> Content:
    db.session.expire_all()
    return load(db.session.get_one(ChecklistVersion, version_id).content)


def keys(held: Content) -> list[list[str]]:
    return [[item.key for item in section.items] for section in held.sections]


def test_the_list_shows_each_type_of_place_with_what_is_in_use(officer: Browser, draft: uuid.UUID) -> None:
    page = officer.page("/desk/checklists")

    assert page.index("背街小巷“十无”") < page.index("交通路口") < page.index("学校周边")
    assert page.count("默认值，可修改") == 5 and "第 1 版（草稿）" in page


def test_a_checklist_is_begun_written_and_published_by_a_plain_form(officer: Browser) -> None:
    answer = officer.send("/desk/checklists", {"name": "公园", "type": "park"}, page="/desk/checklists?new=1")
    version_id = uuid.UUID(answer.location.rpartition("/")[2])
    (section,) = kept(version_id).sections
    key = section.items[0].key
    typed = {f"title.{section.key}": "草地", f"text.{key}": "草地上有没有垃圾？", f"points.{key}": "100"}

    saved = send(officer, version_id, **typed)
    assert saved.status_code == 303
    answer = send(officer, version_id, "publish")

    assert answer.status_code == 303
    version = db.session.get_one(ChecklistVersion, version_id, populate_existing=True)
    assert version.state is VersionState.PUBLISHED and load(version.content).points == 100
    assert "周敏 发布于" in officer.page(answer.location)


@pytest.mark.parametrize(("given", "says"), [({"name": ""}, "请给检查单起个名字。"), ({"type": ""}, "请选一种地方。")])
def test_a_new_checklist_says_what_it_wants_and_keeps_what_was_typed(
    officer: Browser, given: Mapping[str, str], says: str
) -> None:
    typed = {"name": "公园绿地", "type": "park"} | given

    answer = officer.send("/desk/checklists", typed, page="/desk/checklists?new=1")

    assert answer.status_code == 422 and says in answer.text
    assert ("公园绿地" if typed["name"] else '<option value="park" selected') in answer.text


def test_the_form_as_it_came_changes_nothing(officer: Browser, draft: uuid.UUID) -> None:
    assert send(officer, draft).status_code == 303

    assert kept(draft) == EVERY_KIND
    assert db.session.get_one(ChecklistVersion, draft).revision == 1


def test_every_field_of_every_kind_comes_back_as_it_was_typed(officer: Browser, draft: uuid.UUID) -> None:
    send(
        officer,
        draft,
        **{
            "text.yn": "墙上有没有小广告？",
            "category.yn": "adverts",
            "good.yn": "yes",
            "critical.gr": None,
            "skippable.gr": None,
            "note.gr": "yes",
            "minutes.ct": "10",
            "percent.ct": "0",
            "low.nr": "0.5",
            "high.nr": "3",
            "unit.nr": "步",
            "help.tx": "第一行\r\n第二行",
        },
    )

    yn, gr, ct, nr, tx = kept(draft).items
    assert (yn.text, yn.category, yn.good) == ("墙上有没有小广告？", "adverts", True)
    assert (gr.critical, gr.skippable, gr.note_on_failure, gr.photo_on_failure) == (False, False, True, True)
    assert (ct.minutes, ct.most_percent) == (10, 0)
    assert (nr.low, nr.high, nr.unit) == (0.5, 3.0, "步")
    assert tx.help == "第一行\n第二行"


@pytest.mark.parametrize(
    ("do", "after"),
    [
        ("up:gr", [["gr", "yn"], ["ct", "nr", "tx"]]),
        ("down:gr", [["yn"], ["gr", "ct", "nr", "tx"]]),
        ("up:ct", [["yn", "gr", "ct"], ["nr", "tx"]]),
        ("up:yn", [["yn", "gr"], ["ct", "nr", "tx"]]),
        ("down:tx", [["yn", "gr"], ["ct", "nr", "tx"]]),
        ("remove-item:nr", [["yn", "gr"], ["ct", "tx"]]),
        ("remove-section:s1", [["ct", "nr", "tx"]]),
        ("section-down:s1", [["ct", "nr", "tx"], ["yn", "gr"]]),
        ("section-up:s1", [["yn", "gr"], ["ct", "nr", "tx"]]),
        ("nonsense:gr", [["yn", "gr"], ["ct", "nr", "tx"]]),
    ],
)
def test_a_button_moves_or_removes_and_saves_what_was_typed(
    officer: Browser, draft: uuid.UUID, do: str, after: list[list[str]]
) -> None:
    answer = send(officer, draft, do, **{"text.tx": "写在按钮之前"})

    assert answer.status_code == 303
    assert keys(kept(draft)) == after
    assert list(kept(draft).items)[-1].text in {"写在按钮之前", "干净吗？"}


def test_a_new_item_and_a_new_section_come_at_the_end_and_are_gone_on_with(officer: Browser, draft: uuid.UUID) -> None:
    item = send(officer, draft, "add-item:s1")
    section = send(officer, draft, "add-section")

    held = kept(draft)
    assert [len(one.items) for one in held.sections] == [3, 3, 1]
    assert item.location.endswith(f"#text.{held.sections[0].items[-1].key}")
    assert section.location.endswith(f"#title.{held.sections[2].key}")
    assert f'id="text.{held.sections[0].items[-1].key}"' in officer.page(item.location.partition("#")[0])


def test_a_number_that_is_none_is_said_beside_it_and_nothing_typed_is_lost(officer: Browser, draft: uuid.UUID) -> None:
    answer = send(officer, draft, **{"points.yn": "十分", "low.nr": "宽", "text.gr": "地面干净吗？"})

    assert answer.status_code == 422 and kept(draft) == EVERY_KIND
    wrong = re.search(
        r'name="points.yn"[^>]*value="十分"[^>]*aria-invalid="true".{0,120}应是一个整数。', answer.text, re.S
    )
    assert wrong and "应是一个数，比如 3 或 0.5。" in answer.text and 'value="地面干净吗？"' in answer.text


def test_what_stands_in_the_way_of_publishing_is_said_beside_its_field(officer: Browser, draft: uuid.UUID) -> None:
    answer = send(officer, draft, "publish", **{"minutes.ct": "", "text.yn": ""})

    assert answer.status_code == 422
    assert "还不能发布：还没有写问什么。" in answer.text
    assert re.search(r'name="minutes.ct".{0,200}数几分钟？应在 1 到 60 之间。', answer.text, re.S)
    assert db.session.get_one(ChecklistVersion, draft).state is VersionState.DRAFT


def test_the_second_of_two_editors_sees_both_texts_and_may_take_either(
    make: Make, browser: Open, officer: Browser, draft: uuid.UUID
) -> None:
    colleague = browser(make.city())
    mine = fields(colleague.page(url(draft))) | {"text.gr": "我写的", "do": "save"}
    send(officer, draft, **{"text.gr": "他写的"})

    answer = colleague.client.post(url(draft), data=mine, buffered=True)

    assert answer.status_code == 409 and "别人也改了这份草稿" in answer.text
    assert 'value="我写的"' in answer.text and "他写的" in answer.text
    assert "问法由“他写的”改为“我写的”" in answer.text
    assert [item.text for item in kept(draft).items][1] == "他写的"

    again = fields(answer.text) | {"do": "save"}
    assert colleague.client.post(url(draft), data=again, buffered=True).status_code == 303
    assert [item.text for item in kept(draft).items][1] == "我写的"


def test_what_was_typed_into_a_draft_that_was_published_meanwhile_is_shown(
    make: Make, browser: Open, officer: Browser, draft: uuid.UUID
) -> None:
    colleague = browser(make.city())
    mine = fields(colleague.page(url(draft))) | {"text.gr": "我写的", "do": "save"}
    send(officer, draft, "publish")

    answer = colleague.client.post(url(draft), data=mine, buffered=True)

    assert answer.status_code == 409 and "第 1 版已经发布" in answer.text
    assert 'value="我写的"' in answer.text and "用我这份存下" not in answer.text


def test_what_saves_itself_is_answered_with_the_revision_and_what_is_wrong(officer: Browser, draft: uuid.UUID) -> None:
    good = send(officer, draft, "auto", **{"text.yn": "", "points.yn": "30"}).get_json()
    assert good["revision"] == 2 and good["blocking"] == 1
    assert good["problems"]["text.yn"] == "还没有写问什么。" and good["problems"]["points"].startswith("合计 90 分")

    wrong = send(officer, draft, "auto", **{"points.yn": "x"}).get_json()
    assert wrong["wrong"] and wrong["problems"] == {"points.yn": "应是一个整数。"}

    late = send(officer, draft, "auto", seen="1", **{"text.yn": "晚了"})
    assert late.status_code == 409 and late.get_json()["collided"]
    assert kept(draft).sections[0].items[0].text == ""


def test_an_example_picture_is_kept_without_what_the_camera_wrote(officer: Browser, draft: uuid.UUID) -> None:
    pressed = send(officer, draft, "picture:gr", **{"text.gr": "先存下"})
    assert pressed.location == url(draft, "/pictures/gr") and kept(draft).sections[0].items[1].text == "先存下"

    shot = photo(7, NOW, Make="Huawei")
    answer = officer.send(url(draft, "/pictures/gr"), {"seen": "2", "photo": file(shot)}, page=pressed.location)

    assert answer.status_code == 303
    sha256 = kept(draft).sections[0].items[1].picture
    assert sha256
    shown = officer.get(f"/pictures/examples/{sha256}.jpg")
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert picture.size == (64, 48) and not picture.getexif().get(ExifTags.Base.Make)
    assert f"/pictures/examples/{sha256}.jpg" in officer.page(url(draft))
    assert send(officer, draft).status_code == 303 and kept(draft).sections[0].items[1].picture == sha256

    officer.send(url(draft, "/pictures/gr"), {"seen": "3", "remove": "yes"}, page=pressed.location)
    assert kept(draft).sections[0].items[1].picture is None


@pytest.mark.parametrize(
    ("data", "status"), [(b"not a picture", 422), (b"%PDF-1.7", 415), (b"", 422)], ids=["text", "pdf", "empty"]
)
def test_what_is_no_picture_is_refused_beside_the_field(
    officer: Browser, draft: uuid.UUID, data: bytes, status: int
) -> None:
    answer = officer.send(
        url(draft, "/pictures/gr"), {"seen": "1", "photo": file(data)}, page=url(draft, "/pictures/gr")
    )

    assert answer.status_code == status and 'class="wrong"' in answer.text
    assert kept(draft).sections[0].items[1].picture is None


def test_an_example_is_seen_by_who_writes_reads_or_goes_but_not_by_who_is_inspected(make: Make, browser: Open) -> None:
    sha256 = examples.take_in(tools().storage, [jpeg(3)], photo_limits(tools().settings))
    address = f"/pictures/examples/{sha256}.jpg"
    see = {
        person.role: browser(person).get(address).status_code
        for person in (
            make.city(),
            make.person(Role.AUDITOR),
            make.inspector(),
            make.officer(),
            make.handler(make.unit()),
        )
    }

    assert see == {
        Role.CITY: 200,
        Role.AUDITOR: 200,
        Role.INSPECTOR: 200,
        Role.DISTRICT: 403,
        Role.HANDLER: 403,
    }
    assert browser(make.city()).get(f"/pictures/examples/{'0' * 64}.jpg").status_code == 404


def test_the_auditor_reads_a_draft_but_has_no_form(make: Make, browser: Open, draft: uuid.UUID) -> None:
    page = browser(make.person(Role.AUDITOR)).page(url(draft))

    assert "街巷里有没有堆物？" in page and "5 分钟里不超过 10%" in page and "至少 1.5 米" in page
    assert 'id="draft"' not in page and "起草新版" not in page


def test_a_published_version_is_read_drafted_anew_compared_and_retired(officer: Browser, draft: uuid.UUID) -> None:
    send(officer, draft, "publish")
    assert 'id="draft"' not in officer.page(url(draft))
    second = uuid.UUID(officer.send(url(draft, "/drafting"), page=url(draft)).location.rpartition("/")[2])
    send(officer, second, **{"points.yn": "30", "points.gr": "30"})
    checklist_id = db.session.get_one(ChecklistVersion, draft).checklist_id
    address = f"/desk/checklists/{checklist_id}"

    history = officer.page(address)
    assert "分值由“40”改为“30”" in history and history.index("第 2 版（草稿）") < history.index("第 1 版</a>")
    compared = officer.page(f"{address}/comparison?old=1&new=2")
    assert compared.count('data-way="changed"') == 2 and "分值由“20”改为“30”" in compared
    assert "没有不同" in officer.page(f"{address}/comparison?old=1&new=1")
    assert officer.get(f"{address}/comparison?old=1&new=9").status_code == 404

    officer.send(url(draft, "/retiring"), page=address)
    assert "已停用" in officer.page(address)
    officer.send(url(second, "/discarding"), {"seen": "1"}, page=address)
    assert "第 2 版" not in officer.page(address)


def test_publishing_takes_the_version_before_out_of_use_if_asked(officer: Browser, draft: uuid.UUID) -> None:
    send(officer, draft, "publish")
    second = uuid.UUID(officer.send(url(draft, "/drafting"), page=url(draft)).location.rpartition("/")[2])

    send(officer, second, "publish", **{"text.yn": "变了"})

    assert db.session.get_one(ChecklistVersion, draft, populate_existing=True).state is VersionState.RETIRED


def test_a_checklist_gets_another_name(officer: Browser, draft: uuid.UUID) -> None:
    checklist_id = db.session.get_one(ChecklistVersion, draft).checklist_id
    address = f"/desk/checklists/{checklist_id}"

    refused = officer.send(f"{address}/name", {"name": " "}, page=address)
    assert refused.status_code == 422 and "请给检查单起个名字。" in refused.text
    officer.send(f"{address}/name", {"name": "校门口"}, page=address)

    assert db.session.get_one(Checklist, checklist_id, populate_existing=True).name == "校门口"


@pytest.mark.parametrize(
    ("asked", "there", "absent"),
    [
        (
            "item=1",
            ["街巷里有没有堆物？", "没有", "共 5", "40 分 · 不合格要拍照"],
            ["拍一张看得清的照片", "data-three"],
        ),
        ("item=1&a.yn=yes", ["拍一张看得清的照片", "已得 <b>0</b>，扣 <b>40</b>", "第 1 项，不合格"], []),
        ("item=2&a.yn=no", ["已得 <b>40</b>，扣 <b>0</b>", '<i aria-hidden="true">✓</i>'], ["拍一张看得清的照片"]),
        ("item=2&a.yn=skip", ['data-a="s"', "第 1 项，跳过了", "已得 <b>0</b>，扣 <b>0</b>"], []),
        ("item=2&a.gr=bad", ["这一条不合格，整处就不合格", "data-three", "不合格就整处不合格"], []),
        ("item=2&a.gr=fair", ["已得 <b>12</b>，扣 <b>8</b>"], ["拍一张看得清的照片"]),
        ("item=3&o.ct=20&v.ct=2", ["看 5 分钟", 'class="verdict" data-good="true"'], ["拍一张看得清的照片"]),
        ("item=3&o.ct=20&v.ct=2&plus=wrong", ["<b>21</b>", "<b>3</b>", 'class="verdict" data-good="false"'], []),
        ("item=3&o.ct=1&v.ct=0&plus=right", ["<b>2</b>", "<b>0</b>", 'class="verdict" data-good="true"'], []),
        ("item=4&a.nr=1.5", ["多少米", 'class="verdict" data-good="true"'], []),
        ("item=4&a.nr=1.4", ['class="verdict" data-good="false"'], []),
        ("item=5&a.tx=树倒了", ["树倒了</textarea>", "不计分"], ['class="verdict"', "不合格要拍照"]),
        ("go=99", ["还看到什么？"], []),
        ("item=1&size=xlarge", ['data-text="xlarge"', "size=xlarge&amp;"], []),
    ],
)
def test_the_preview_asks_one_item_as_the_phone_does(
    officer: Browser, draft: uuid.UUID, asked: str, there: list[str], absent: list[str]
) -> None:
    page = officer.page(url(draft, f"/preview?{asked}"))

    assert [words for words in there if words not in page] == []
    assert [words for words in absent if words in page] == []


def test_the_paper_has_a_box_for_each_answer_and_says_nobody_s_name(
    officer: Browser, city: Person, draft: uuid.UUID
) -> None:
    page = officer.page(url(draft, "/paper"))

    assert page.count('class="box"') == 2 + 3 + 5 and page.count('class="fill') == 2 + 1 + 1
    assert "没有发布，不能用来打分" in page and "一票否决" in page and city.name not in page


def test_starters_have_their_english_names(city: Person, officer: Browser) -> None:
    officer.client.set_cookie("lang", "en")

    assert "Ten Withouts" in officer.page("/desk/checklists")
