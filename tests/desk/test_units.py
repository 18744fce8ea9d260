"""单位负责人 on its page: a district's units, whoever heads each, and naming them."""

import re
from collections.abc import Callable

import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.people import service as people
from inspection.people.access import Role
from inspection.people.models import Person
from tests.make import NOW, Make
from tests.web.browser import Browser, new_id

Open = Callable[..., Browser]
Events = Callable[..., list[AuditEvent]]
LIST = "/desk/units?district=110101"


@pytest.fixture
def admin(make: Make, browser: Open) -> Browser:
    return browser(make.person(Role.ADMIN))


def chiefs() -> set[object]:
    db.session.expire_all()
    return set(db.session.scalars(db.select(Person.id).where(Person.chief)))


def test_a_chief_is_named_replaced_and_taken_away_and_each_change_is_in_the_chain(
    make: Make, admin: Browser, events: Events
) -> None:
    unit = make.unit()
    first, second = make.handler(unit), make.handler(unit)
    url, seen = f"/desk/units/{unit.id}/chief?district=110101", []

    for chosen in (str(first.id), str(second.id), ""):
        answer = admin.send(url, {"chief": chosen}, page=LIST)
        assert (answer.status_code, answer.location) == (303, f"{LIST}#unit-{unit.id}")
        seen.append(chiefs())

    assert seen == [{first.id}, {second.id}, set()]
    # The second naming takes the first one's place: two events; taking away is one.
    assert len(events("person.chief_set")) == 4
    assert unit.name in admin.page(LIST)


@pytest.mark.parametrize("whose", ["another unit's", "closed", "nobody's", "no id"])
def test_only_somebody_of_the_unit_can_head_it(make: Make, admin: Browser, whose: str) -> None:
    unit = make.unit()
    stranger, gone = make.handler(make.unit()), make.handler(unit)
    make.handler(unit)
    with writing():
        people.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)
    chosen = {"another unit's": stranger.id, "closed": gone.id, "nobody's": new_id(), "no id": "x"}[whose]

    refused = admin.send(f"/desk/units/{unit.id}/chief?district=110101", {"chief": str(chosen)}, page=LIST)

    assert refused.status_code == 422
    assert f'id="wrong-{unit.id}">请选这个单位的承办人。' in refused.text
    assert chiefs() == set()


def test_the_list_is_a_districts_and_can_be_narrowed_to_those_without_one(make: Make, admin: Browser) -> None:
    with_one, without, nobody = make.unit(), make.unit(), make.unit()
    foreign = make.unit(district="110102", street=None)
    make.handler(without)
    chief = make.handler(with_one)
    with writing():
        people.set_chief(db.session.get_one(Person, chief.id), True, by="test", now=NOW)

    page, lacking = admin.page(LIST), admin.page(f"{LIST}&show=lacking")

    assert all(one.name in page for one in (with_one, without, nobody)) and foreign.name not in page
    assert f'<option value="{chief.id}" selected>' in page and "还没有承办人" in page
    assert with_one.name not in lacking and without.name in lacking and nobody.name in lacking


def test_many_units_come_a_page_at_a_time(make: Make, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspection.desk.units.PAGE", 2)
    names = sorted(make.unit().name for _ in range(3))

    first = admin.page(LIST)
    (following,) = re.findall(r'href="(/desk/units\?[^"]*after=[^"]+)"', first)
    second = admin.page(following.replace("&amp;", "&"))

    assert [name in first for name in names] == [True, True, False]
    assert [name in second for name in names] == [False, False, True]


def test_a_district_without_units_and_one_with_a_chief_everywhere_say_so(make: Make, admin: Browser) -> None:
    chief = make.handler(make.unit())
    with writing():
        people.set_chief(db.session.get_one(Person, chief.id), True, by="test", now=NOW)

    for show in ("", "&show=lacking"):
        assert "这个区还没有单位" in admin.page(f"/desk/units?district=110102{show}")
    assert "都有负责人了" in admin.page(f"{LIST}&show=lacking")
    assert "单位负责人" in admin.page("/desk/")
