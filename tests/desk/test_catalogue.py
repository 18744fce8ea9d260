"""类别目录 on its page: read by who dispatches, changed by an administrator, wrong things said in their row."""

import re
from collections.abc import Callable

import pytest

from inspection.kernel.db import db
from inspection.people.access import Role
from inspection.reports.models import Category
from tests.make import Make
from tests.web.browser import Browser

Open = Callable[..., Browser]
URL = "/desk/catalogue/street_clutter"
GIVEN = {"limit_amount": "2", "limit_unit": "day", "severity": "urgent", "photos_min": "3", "active": "1"}


@pytest.fixture
def admin(make: Make, browser: Open) -> Browser:
    return browser(make.person(Role.ADMIN))


def row(page: str, code: str = "street_clutter") -> str:
    found = re.search(rf'<li id="row-{code}".*?</li>', page, re.DOTALL)
    assert found
    return found[0]


def send(admin: Browser, **given: str) -> tuple[int, str]:
    seen = re.search(r'name="seen" value="([^"]*)"', row(admin.page("/desk/catalogue")))
    assert seen
    answer = admin.send(URL, GIVEN | {"seen": seen[1]} | given, page="/desk/catalogue")
    return answer.status_code, answer.text


def test_a_row_is_changed_and_says_since_when(make: Make, browser: Open, admin: Browser) -> None:
    assert "默认值，可修改" in row(admin.page("/desk/catalogue"))

    assert send(admin)[0] == 303

    changed = row(admin.page("/desk/catalogue"))
    assert 'value="2"' in changed and '<option value="day" selected>' in changed and "改过" in changed
    read = browser(make.officer()).page("/desk/catalogue")
    assert "2 天" in row(read) and "照片至少 3 张" in row(read) and f'action="{URL}"' not in read
    assert "只管以后立案的" in read and "返工也照它" in read


@pytest.mark.parametrize(
    "given", [{"limit_amount": "0"}, {"limit_amount": "两天"}, {"photos_min": ""}, {"severity": "x"}]
)
def test_what_is_wrong_is_said_in_its_row_as_it_was_typed(admin: Browser, given: dict[str, str]) -> None:
    status, text = send(admin, **given)

    assert status == 422
    assert 'class="wrong" id="wrong-street_clutter">' in row(text)
    assert "severity" in given or f'value="{next(iter(given.values()))}"' in row(text)
    assert 'class="wrong"' not in text.replace(row(text), "")


def test_a_row_that_somebody_else_has_changed_is_told(admin: Browser) -> None:
    send(admin)

    status, text = send(admin, seen="", limit_amount="9")

    assert status == 409
    assert "刚才已有别人改过这一类" in row(text) and 'value="9"' in row(text)


def test_what_is_out_of_use_is_not_offered_to_report_or_file_in(make: Make, browser: Open, admin: Browser) -> None:
    inspector, officer = browser(make.inspector()), browser(make.officer())
    report = make.report(category="exposed_rubbish")
    given = {name: value for name, value in GIVEN.items() if name != "active"}
    seen = admin.page("/desk/catalogue")
    assert 'value="street_clutter"' in inspector.page("/phone/report")

    admin.send(URL, given | {"seen": ""}, page="/desk/catalogue")

    assert "data-unused" in row(admin.page("/desk/catalogue")) and "data-unused" not in seen
    assert 'value="street_clutter"' not in inspector.page("/phone/report")
    kit = inspector.get("/api/v1/field-kit").json
    assert "street_clutter" not in [one["code"] for one in kit["categories"]]
    assert [(one["code"], one["short"]) for one in kit["retired"]] == [("street_clutter", "乱堆乱放")]
    assert '<option value="street_clutter"' not in officer.page(f"/desk/triage/{report.id}").split('id="file"')[1]
    assert db.session.get_one(Category, "street_clutter").active is False
