"""The sign-in page: to the page of one's role, never elsewhere, one answer for whatever is wrong."""

from collections.abc import Callable

import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import service, sessions
from inspection.people.access import Role
from inspection.people.models import Device, Person, SignInFailure
from tests.make import PASSWORD, Make
from tests.web.browser import Browser, without_id

Open = Callable[..., Browser]


def someone(make: Make, role: Role) -> Person:
    made = {Role.INSPECTOR: make.inspector, Role.DISTRICT: make.officer, Role.PUBLISHER: make.publisher}
    if role is Role.HANDLER:
        return make.handler(make.unit())
    return made[role]() if role in made else make.person(role)


@pytest.mark.parametrize("role", list(Role))
def test_everyone_lands_on_the_page_of_their_role(make: Make, browser: Open, role: Role) -> None:
    person, mine = someone(make, role), browser()

    answer = mine.sign_in(person.phone)

    home = "/phone/" if role is Role.INSPECTOR else "/desk/"
    assert (answer.status_code, answer.location) == (302, home)
    assert mine.get("/").location == home
    landed = mine.get(home, follow_redirects=True)
    assert landed.status_code == 200
    assert person.name[:1] in landed.text or role is Role.INSPECTOR  # the app's page holds nobody's name


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/desk/tickets?view=closed", "/desk/tickets?view=closed"),
        ("", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example/", "/desk/"),
        ("/\t/evil.example/", "/desk/"),
        ("\\\\evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("desk/tickets", "/desk/"),
        (" //evil.example", "/desk/"),
        ("http:evil.example", "/desk/"),
    ],
)
def test_nobody_is_sent_to_another_host(make: Make, browser: Open, target: str, location: str) -> None:
    person = make.city()

    answer = browser().sign_in(person.phone, next=target)

    assert answer.location == location


def test_a_page_that_needs_someone_leads_to_the_form_and_back(make: Make, browser: Open) -> None:
    person, mine = make.city(), browser()

    away = mine.get("/desk/tickets?view=closed")
    form = mine.page(away.location)

    assert away.status_code == 302
    assert 'name="next" value="/desk/tickets?view=closed"' in form
    assert mine.sign_in(person.phone, next="/desk/tickets?view=closed").location == "/desk/tickets?view=closed"


def test_wrong_unknown_and_disabled_get_one_answer(make: Make, browser: Open) -> None:
    right, gone = make.city(), make.city()
    phones = right.phone, gone.phone
    with writing():
        service.disable(db.session.get_one(Person, gone.id), by="test", now=now())

    answers = [
        browser().sign_in(phone, password)
        for phone, password in ((phones[0], "wrong-one"), ("13999999999", PASSWORD), (phones[1], PASSWORD))
    ]

    assert {answer.status_code for answer in answers} == {401}
    pages = {
        without_id(answer).replace(phone, "")
        for answer, phone in zip(answers, (phones[0], "13999999999", phones[1]), strict=True)
    }
    assert len(pages) == 1
    assert "手机号或密码不对" in answers[0].text
    assert not any("mingcha=" in cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie"))


def test_after_failures_the_page_says_how_long_to_wait(make: Make, browser: Open) -> None:
    person = make.city()
    phone = person.phone
    with writing():
        db.session.add(SignInFailure(key=f"phone:{phone}", count=8, last_at=now()))

    answer = browser().sign_in(phone)

    assert answer.status_code == 429
    assert 25 <= int(answer.headers["Retry-After"]) <= 32
    assert f"请等 {answer.headers['Retry-After']} 秒" in answer.text


def test_the_cookie_is_opaque_and_out_of_scripts_reach(make: Make, browser: Open) -> None:
    person = make.city()

    cookies = browser().sign_in(person.phone).headers.getlist("Set-Cookie")

    (mine,) = [cookie for cookie in cookies if cookie.startswith("mingcha=")]
    assert "HttpOnly" in mine and "SameSite=Lax" in mine and "Path=/" in mine
    assert person.phone not in mine and str(person.id) not in mine
    token = mine.split(";")[0].removeprefix("mingcha=")
    assert db.session.scalars(db.select(Device)).one().token_hash == sessions.hash_of(token)


def test_signing_out_ends_the_session_on_the_server(app: Flask, make: Make, browser: Open) -> None:
    person, mine = make.city(), browser()
    mine.sign_in(person.phone)
    cookie = mine.client.get_cookie("mingcha")
    assert cookie

    answer = mine.send("/sign-out", page="/desk/")

    thief = browser()
    thief.client.set_cookie("mingcha", cookie.value)
    assert answer.location == "/sign-in"
    assert mine.client.get_cookie("mingcha") is None
    assert thief.get("/desk/").status_code == 302


def test_a_withdrawn_role_ends_with_the_next_request(make: Make, browser: Open) -> None:
    person = make.city()
    mine = browser(person)
    assert mine.get("/desk/triage").status_code == 200

    with writing():
        db.session.get_one(Person, person.id).role = Role.PUBLISHER
    after = mine.get("/desk/triage").status_code
    with writing():
        service.disable(db.session.get_one(Person, person.id), by="test", now=now())

    assert after == 403
    assert mine.get("/desk/").status_code == 302
