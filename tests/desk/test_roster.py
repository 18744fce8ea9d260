"""花名册 at the desk: the list, one person, sheets for a whole selection, a lost phone, a file."""

import io
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, writing
from inspection.people import outboxes, sessions
from inspection.people.access import Role
from inspection.people.models import Device, Invitation, Person, Profile
from inspection.web import address, session
from inspection.web.tools import tools
from tests.make import Make, quick_hashing
from tests.roster.rows import row, table
from tests.training.lessons_of import answer, published
from tests.web.browser import Browser

Open = Callable[..., Browser]
LIST = "/desk/roster"
SHEET = '<article class="invitation">'


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking which address we go out from leads no further than this machine."""
    monkeypatch.setattr(address, "SOMEWHERE_ELSE", ("127.0.0.1", 9))


@pytest.fixture(autouse=True)
def quickly() -> Iterator[None]:
    """Codes are hashed with the least work: so many sheets are made here."""
    with quick_hashing():
        yield


@pytest.fixture
def admin(make: Make, browser: Open) -> Browser:
    return browser(make.person(Role.ADMIN, name="林一凡"))


def one(person: Person) -> str:
    return f"{LIST}/{person.id}"


def seen(admin: Browser, person: Person) -> str:
    found = re.search(r'name="seen" value="([^"]*\|[^"]*)"', admin.page(one(person)))
    assert found
    return unescape(found[1])


def form(person: Person, **more: Any) -> dict[str, Any]:
    return {"name": person.name, "kind": "veteran", "most_visits": "", "note": ""} | more


def sign_in(person: Person, unsent: int) -> None:
    with writing():
        lifetime = session.lifetime(tools().settings)
        sessions.open_for(db.session.get_one(Person, person.id), label="红米", lifetime=lifetime, now=now())
        device = db.session.scalars(db.select(Device).where(Device.person_id == person.id)).one()
        outboxes.tell(device.id, unsent=unsent, oldest_at=now(), now=now())


def test_the_list_shows_who_they_are_and_what_they_learned_but_not_what_they_do(make: Make, admin: Browser) -> None:
    done, other = make.inspector(name="安宁", district_code="110101"), make.inspector(name="白露")
    answer(published(make.city()), done)

    page = admin.page(LIST)

    first, second = re.findall(r'<tr><td class="pick">.*?</tr>', page, re.S)
    assert "安宁" in first and done.phone in first and "东城" in first and "学完了" in first
    assert "白露" in second and other.phone in second and "没学完" in second
    assert "共 2 人" in page


def test_filters_stay_on_the_next_page(make: Make, admin: Browser) -> None:
    for number in range(33):
        make.inspector(name=f"督{number:02}", district_code="110108")
    make.inspector(name="安宁")

    first = admin.page(f"{LIST}?district=110108")
    further = re.search(r'href="([^"]+)" rel="next"', first)
    assert further
    second = admin.page(unescape(further[1]))

    names = [re.findall(r"<b>(督\d\d|安宁)</b>", page) for page in (first, second)]
    assert [len(page) for page in names] == [30, 3] and "安宁" not in names[0] + names[1]


def test_an_address_that_cannot_be_read_shows_nobody_and_says_why(make: Make, admin: Browser) -> None:
    make.inspector(name="安宁")

    answered = admin.get(f"{LIST}?kind=%27")

    assert answered.status_code == 422 and "类别：" in answered.text and "安宁" not in answered.text


def test_the_city_office_gets_numbers_and_nobodys_name(make: Make, browser: Open) -> None:
    person, city = make.inspector(name="安宁", district_code="110101"), make.city()
    mine = browser(city)

    assert mine.get(LIST).location == f"{LIST}/numbers"
    page = mine.page(f"{LIST}/numbers")

    assert "离退休老干部" in page and "东城区" in page
    assert "安宁" not in page and person.phone not in page and str(person.id) not in page
    assert mine.get(one(person)).status_code == 403


def test_a_profile_is_changed_by_names_of_street_and_unit(make: Make, admin: Browser) -> None:
    person, unit = make.inspector(name="安宁"), make.unit()
    given = form(
        person, district="110101", street="东四", employer="市园林局", employer_district="110101", unit=unit.name,
        most_visits="4", seen=seen(admin, person),
    )  # fmt: skip

    sent = admin.send(one(person), given, page=one(person))

    assert sent.status_code == 303
    profile = db.session.get_one(Profile, person.id)
    assert (profile.home_street_code, profile.employer_unit_id, profile.most_visits) == ("110101006", unit.id, 4)
    page = admin.page(one(person))
    assert 'value="东四街道"' in page and f'value="{unit.name}"' in page


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "请写姓名"),
        ({"kind": "x"}, "请选类别"),
        ({"street": "东四"}, "也要选居住区"),
        ({"district": "110101", "street": "中关村"}, "这个区没有“中关村”"),
        ({"unit": "没有的局"}, "也要选单位所在区"),
        ({"employer_district": "110101", "unit": "没有的局"}, "这个区没有单位"),
        ({"most_visits": "多"}, "0 到 60"),
    ],
)
def test_a_refused_form_says_what_is_wrong_and_loses_nothing(
    make: Make, admin: Browser, wrong: dict[str, str], why: str
) -> None:
    person = make.inspector(name="安宁")
    given = form(person, employer="市园林局", note="下午方便", seen=seen(admin, person)) | wrong

    answered = admin.send(one(person), given, page=one(person))

    assert answered.status_code == 422 and why in answered.text
    assert 'value="市园林局"' in answered.text and 'value="下午方便"' in answered.text
    assert all(f'value="{typed}"' in answered.text for name, typed in wrong.items() if name in {"street", "unit"})


def test_whoever_is_second_is_told_and_keeps_what_was_typed(make: Make, admin: Browser) -> None:
    person = make.inspector(name="安宁")
    old = seen(admin, person)
    admin.send(one(person), form(person, note="甲", seen=old), page=one(person))

    answered = admin.send(one(person), form(person, note="乙", seen=old), page=one(person))

    assert answered.status_code == 409 and "别人也改了" in answered.text and 'value="乙"' in answered.text
    assert db.session.get_one(Profile, person.id).note == "甲"


def test_leave_and_back(make: Make, admin: Browser) -> None:
    person, today = make.inspector(name="安宁"), day_of(now())

    admin.send(f"{one(person)}/leave", {"away_from": f"{today}", "away_until": ""}, page=one(person))
    away = admin.page(one(person))
    admin.send(f"{one(person)}/return", page=one(person))

    assert "请假中" in away and "回来了" in away
    assert "回来了" not in admin.page(one(person))


def test_leave_that_ends_before_it_begins_is_said_at_the_field(make: Make, admin: Browser) -> None:
    person = make.inspector(name="安宁")
    given = {"away_from": "2026-12-09", "away_until": "2026-12-01"}

    answered = admin.send(f"{one(person)}/leave", given, page=one(person))

    assert answered.status_code == 422 and "不能早于开始那天" in answered.text and "2026-12-09" in answered.text


def test_out_and_in_again(make: Make, admin: Browser, browser: Open) -> None:
    person = make.inspector(name="安宁")
    phone = browser(person)
    assert phone.get("/phone/me").status_code == 200

    admin.send(f"{one(person)}/closing", page=one(person))
    assert phone.get("/phone/me").status_code == 302
    assert "离队，账号停用" in admin.page(one(person)) and "安宁" in admin.page(f"{LIST}?show=closed")
    admin.send(f"{one(person)}/reopening", page=one(person))

    assert db.session.get_one(Person, person.id).disabled_at is None
    assert phone.get("/phone/me").status_code == 302


def test_a_lost_phone_is_out_at_once_and_the_new_sheet_signs_in(
    make: Make, admin: Browser, browser: Open, events: Callable[..., list[AuditEvent]]
) -> None:
    person = make.inspector(name="安宁")
    sign_in(person, unsent=3)
    assert "手机里还有 3 条没发出" in admin.page(one(person))

    sheet = admin.send(f"{one(person)}/lost-phone", {"seen": ""}, page=one(person))

    assert sheet.status_code == 200 and sheet.text.count(SHEET) == 1
    assert "那部手机里还有 3 条没发出" in sheet.text
    code = re.search(r'class="code">(\d{4}) (\d{4})<', sheet.text)
    assert code
    entered = browser().send("/join", {"phone": person.phone, "code": code[1] + code[2]}, page="/join")
    assert entered.status_code == 303
    assert [event.name for event in events("person.")][-1] == "person.phone_lost"


def test_reloading_the_sheet_of_a_lost_phone_does_not_burn_what_was_printed(make: Make, admin: Browser) -> None:
    person = make.inspector(name="安宁")
    admin.send(f"{one(person)}/lost-phone", {"seen": ""}, page=one(person))

    again = admin.send(f"{one(person)}/lost-phone", {"seen": ""}, page=one(person))

    assert again.status_code == 409 and "只显示一次" in again.text
    assert db.session.query(Invitation).count() == 1
    assert admin.get(f"{one(person)}/lost-phone").location == one(person)


def test_a_whole_selection_is_printed_portion_by_portion_each_person_once(make: Make, admin: Browser) -> None:
    for number in range(32):
        make.inspector(name=f"督{number:02}", district_code="110108")
    make.inspector(name="安宁", district_code="110101")
    where = f"{LIST}/sheets?district=110108"

    first = admin.send(where, page=LIST)
    second = admin.send(where, page=LIST)
    third = admin.send(where, page=LIST)

    assert (first.text.count(SHEET), second.text.count(SHEET)) == (30, 2)
    assert "还有 2 人" in first.text and "再开后面的" not in second.text
    assert third.status_code == 303
    assert db.session.query(Invitation).filter_by(revoked_at=None).count() == 32


def test_a_file_with_a_wrong_row_is_mended_taken_in_and_its_people_get_sheets(make: Make, admin: Browser) -> None:
    def hand_in(*rows: dict[str, Any]) -> Any:
        given = {"file": (io.BytesIO(table(*rows)), "花名册.csv")}
        return admin.send(f"{LIST}/import", given, page=f"{LIST}/import")

    bad = hand_in(*[row(number) for number in range(9)], row(9, kind="志愿者"))
    assert bad.status_code == 422 and "有 1 处要改，一个人也没有导入" in bad.text and "四种之一" in bad.text
    good = hand_in(*[row(number) for number in range(10)])
    ready = re.search(r'action="(/desk/roster/imports/[^"]+)"', good.text)
    assert ready and "可以导入：新加 10 人" in good.text
    done = admin.send(ready[1], page=LIST)
    again = admin.send(ready[1], page=LIST)
    page = admin.page(done.location)
    sheets = re.search(r'action="(/desk/roster/sheets\?batch=[^"]+)"', page)

    assert done.location == again.location and "已导入：新加 10 人" in page and sheets
    assert db.session.query(Person).filter_by(role=Role.INSPECTOR).count() == 10
    assert admin.send(sheets[1], page=LIST).text.count(SHEET) == 10


def test_a_file_that_was_taken_in_does_not_stay_behind(make: Make, admin: Browser) -> None:
    good = admin.send(f"{LIST}/import", {"file": (io.BytesIO(table(row(1))), "a.csv")}, page=f"{LIST}/import")
    ready = re.search(r'action="(/desk/roster/imports/[^"]+)"', good.text)
    assert ready
    key = db.session.execute(db.text("SELECT sha256 FROM roster_import")).scalar_one()[:16]
    kept = list(tools().storage.root.rglob(f"*{key}"))  # type: ignore[attr-defined]

    admin.send(ready[1], page=LIST)

    assert len(kept) == 1 and not kept[0].exists()


def test_the_list_goes_out_as_a_file(make: Make, admin: Browser) -> None:
    make.inspector(name="安宁")
    make.inspector(name="白露", district_code="110108")

    sent = admin.send(f"{LIST}/exports?district=110108", {"kind": "csv"}, page=LIST)

    assert "白露" in sent.data.decode("utf-8-sig") and "安宁" not in sent.data.decode("utf-8-sig")
    assert admin.get(f"{LIST}/template.xlsx").status_code == 200
