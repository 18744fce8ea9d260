"""邀请单 at the desk: inspectors by name, and sheets that are shown once."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import invitations, sessions
from inspection.people.access import Role
from inspection.people.models import Invitation, Person
from inspection.web import address, session
from inspection.web.tools import tools
from tests.make import Make
from tests.web.browser import Browser

Open = Callable[..., Browser]
LIST = "/desk/invitations"
CODE = re.compile(r'class="code">(\d{4}) (\d{4})<')


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking which address we go out from leads no further than this machine."""
    monkeypatch.setattr(address, "SOMEWHERE_ELSE", ("127.0.0.1", 9))


@pytest.fixture
def admin(make: Make, browser: Open) -> Browser:
    return browser(make.person(Role.ADMIN, name="林一凡"))


def sheet_of(person: Person) -> str:
    return f"{LIST}/{person.id}/sheet"


def test_the_list_shows_who_has_signed_in_and_who_has_an_unused_sheet(make: Make, admin: Browser) -> None:
    waiting, there = make.inspector(name="安宁"), make.inspector(name="白露")
    with writing():
        lifetime = session.lifetime(tools().settings)
        sessions.open_for(db.session.get_one(Person, there.id), label="", lifetime=lifetime, now=now())
    admin.send(sheet_of(waiting), {f"seen-{waiting.id}": ""}, page=LIST)

    page = admin.page(LIST)

    first, second = re.findall(r"<tr><td>.*?</tr>", page, re.S)
    assert "安宁" in first and "没登录" in first and "前有效" in first
    assert "白露" in second and "今天" in second and "前有效" not in second
    assert there.phone in second and "离退休老干部" in second


def test_a_sheet_holds_a_qr_code_a_code_three_steps_and_the_hotline(make: Make, admin: Browser, browser: Open) -> None:
    person = make.inspector(name="欧阳金雀")

    answer = admin.send(sheet_of(person), {f"seen-{person.id}": ""}, page=LIST)

    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    page = answer.text
    assert "欧阳金雀" in page and person.phone not in page and f"最后两位 {person.phone[-2:]}" in page
    assert len(re.findall(r"<li><svg", page)) == 3 and "6308 2214" in page and "前有效" in page
    assert re.search(r'<img src="data:image/svg\+xml[^"]+"', page)
    code = "".join(CODE.search(page).groups())  # type: ignore[union-attr]
    signed = browser().send("/join", {"phone": person.phone, "code": code}, page="/join")
    assert signed.location == "/phone/"


def test_the_qr_code_leads_to_the_page_with_the_button(
    make: Make, admin: Browser, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    picture = address.picture
    monkeypatch.setattr(address, "picture", lambda link: drawn.append(link) or picture(link))
    person = make.inspector(name="李文")

    admin.send(sheet_of(person), {f"seen-{person.id}": ""}, page=LIST)

    (link,) = drawn
    assert re.fullmatch(r"http://[\d.a-z]+(:\d+)?/join/[\w-]{43}", link)
    assert "李老师" in browser().page("/join/" + link.rpartition("/")[2])


def test_a_qr_code_is_a_picture_of_squares() -> None:
    source = address.picture("https://mingcha.example.cn/join/" + "a" * 43)

    kind, _, data = source.partition(",")
    svg = b64decode(data).decode() if kind.endswith("base64") else unquote(unescape(data))
    assert kind.startswith("data:image/svg+xml") and svg.startswith("<svg") and "<path" in svg
    assert '"' not in source and "<" not in source


def test_sending_the_form_again_asks_instead_of_making_the_printed_sheet_worthless(
    make: Make, admin: Browser, browser: Open
) -> None:
    person = make.inspector(name="李文")
    first = admin.send(sheet_of(person), {f"seen-{person.id}": ""}, page=LIST)
    code = "".join(CODE.search(first.text).groups())  # type: ignore[union-attr]

    reloaded = admin.send(sheet_of(person), {f"seen-{person.id}": ""}, page=LIST)
    fetched = admin.get(sheet_of(person))

    assert reloaded.status_code == 409 and fetched.status_code == 200
    for page in (reloaded.text, fetched.text):
        assert "只显示一次" in page and "李文" in page and not CODE.search(page)
    assert browser().send("/join", {"phone": person.phone, "code": code}, page="/join").status_code == 303


def test_when_asked_again_a_new_sheet_takes_the_place_of_the_old(make: Make, admin: Browser) -> None:
    person = make.inspector()
    first = admin.send(sheet_of(person), {f"seen-{person.id}": ""}, page=LIST)
    seen = re.search(r'name="(seen-[^"]+)" value="([^"]+)"', admin.page(sheet_of(person)))
    assert seen

    second = admin.send(f"{LIST}/sheets", {"person": str(person.id), seen[1]: seen[2]}, page=LIST)

    assert second.status_code == 200
    assert CODE.search(first.text)[0] != CODE.search(second.text)[0]  # type: ignore[index]
    kept = db.session.scalars(db.select(Invitation).order_by(Invitation.created_at)).all()
    assert [one.revoked_at is None for one in kept] == [False, True]


def test_several_are_printed_at_once_each_with_their_own(
    make: Make, admin: Browser, events: Callable[..., list[AuditEvent]]
) -> None:
    chosen, left_out = [make.inspector(name=name) for name in ("李文", "安宁")], make.inspector(name="白露")
    given = {f"seen-{one.id}": "" for one in (*chosen, left_out)}

    answer = admin.send(f"{LIST}/sheets", {"person": [str(one.id) for one in chosen]} | given, page=LIST)

    assert answer.text.count('<article class="invitation">') == 2
    assert len(set(CODE.findall(answer.text))) == 2
    assert "白露" not in answer.text
    assert len(events("invitation.created")) == 2


@pytest.mark.parametrize("given", [{}, {"person": "nonsense"}, {"person": "00000000-0000-4000-8000-000000000000"}])
def test_choosing_nobody_leads_back_to_the_list(make: Make, admin: Browser, given: dict[str, str]) -> None:
    make.inspector()

    answer = admin.send(f"{LIST}/sheets", given, page=LIST)

    assert (answer.status_code, answer.location) == (303, LIST)
    assert admin.get(f"{LIST}/sheets").location == LIST


def test_staff_are_not_invited_at_the_desk(make: Make, admin: Browser) -> None:
    city = make.city()
    make.inspector()

    answer = admin.send(sheet_of(city), {f"seen-{city.id}": ""}, page=LIST)

    assert answer.status_code == 404
    assert db.session.scalars(db.select(Invitation)).all() == []


def test_a_long_list_is_walked_page_by_page_and_looked_through_by_digits(make: Make, admin: Browser) -> None:
    for number in range(33):
        make.inspector(name=f"督{number:02}", phone=f"139000000{number:02}")

    first = admin.page(LIST)
    further = re.search(r'href="([^"]+)" rel="next"', first)
    assert further
    second = admin.page(unescape(further[1]))
    found = admin.page(f"{LIST}?phone=00031")

    names = [re.findall(r"<b>(督\d\d)</b>", page) for page in (first, second, found)]
    assert [len(page) for page in names] == [30, 3, 1]
    assert sorted(names[0] + names[1]) == [f"督{number:02}" for number in range(33)]
    assert names[2] == ["督31"]
    assert "没有找到督查员" in admin.page(f"{LIST}?phone=999999")


def test_an_expired_sheet_is_told_as_such(make: Make, admin: Browser) -> None:
    person = make.inspector()
    new = invitations.draft()
    with writing():
        invitations.create(
            db.session.get_one(Person, person.id),
            new,
            valid=timedelta(hours=1),
            by="test",
            now=now() - timedelta(hours=2),
        )

    assert "过期了" in admin.page(LIST)


def test_only_the_administrator_has_the_door(make: Make, admin: Browser, browser: Open) -> None:
    assert "邀请单" in admin.page("/desk/")
    assert "邀请单" not in browser(make.city()).page("/desk/")
