"""Signing in with an invitation: a link with one button, or phone number and code, in a browser without scripts."""

import logging
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people import invitations, service
from inspection.people.invitations import Draft
from inspection.people.models import Device, Invitation, Person, SignInFailure
from tests.make import Make, quick_hashing, side_by_side
from tests.web.browser import Browser, without_id

Open = Callable[..., Browser]
NAME, PHONE = "欧阳金雀", "13912345627"


def invite(person: Person, valid: timedelta = timedelta(days=7)) -> Draft:
    with quick_hashing():
        new = invitations.draft()
    with writing():
        invitations.create(db.session.get_one(Person, person.id), new, valid=valid, by="test", now=now())
    return new


@pytest.fixture
def person(make: Make) -> Person:
    return make.inspector(name=NAME, phone=PHONE)


def signed_in() -> int:
    return len(db.session.scalars(db.select(Device).where(Device.ended_at.is_(None))).all())


def test_the_button_signs_in_and_leads_to_the_phones_first_page(person: Person, browser: Open) -> None:
    new, mine = invite(person), browser()
    link = f"/join/{new.token}"

    answer = mine.send(link, page=link)

    assert (answer.status_code, answer.location) == (303, "/phone/")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("mingcha=")]
    assert "HttpOnly" in cookie and f"Max-Age={366 * 86400}" in cookie
    assert mine.get("/phone/me").status_code == 200


def test_a_city_officer_lands_at_the_desk_for_ninety_days(make: Make, browser: Open) -> None:
    new, mine = invite(make.city()), browser()

    answer = mine.send(f"/join/{new.token}", page=f"/join/{new.token}")

    assert answer.location == "/desk/"
    assert any(f"Max-Age={90 * 86400}" in one for one in answer.headers.getlist("Set-Cookie"))


def test_the_page_tells_whose_it_is_in_two_hints_and_no_more(person: Person, browser: Open) -> None:
    page = browser().page(f"/join/{invite(person).token}")

    assert "欧老师" in page and '<b class="tail">27</b>' in page
    for secret in (NAME, "欧阳", PHONE, "5627", str(person.id), person.id.hex):
        assert secret not in page
    assert "6308 2214" in page


def test_previews_of_the_link_do_not_burn_it(person: Person, browser: Open) -> None:
    new, preview = invite(person), browser()
    link = f"/join/{new.token}"
    agents = ("facebookexternalhit/1.1", "WeChat/8.0 MicroMessenger", "Mozilla/5.0")

    for agent in agents:
        assert preview.get(link, headers={"User-Agent": agent}).status_code == 200
        assert preview.client.head(link).status_code == 200

    assert signed_in() == 0
    assert browser().send(link, page=link).status_code == 303


def test_a_post_without_the_forms_token_does_not_burn_it_either(person: Person, browser: Open) -> None:
    link = f"/join/{invite(person).token}"

    forged = browser().client.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    tokenless = browser().client.post(link)

    assert (forged.status_code, tokenless.status_code) == (403, 400)
    assert signed_in() == 0 and browser().get(link).status_code == 200


def test_unknown_spent_expired_revoked_and_disabled_get_one_answer(make: Make, browser: Open) -> None:
    people = [make.inspector() for _ in range(4)]
    spent, expired, revoked, closed = (invite(one) for one in people)
    browser().send(f"/join/{spent.token}", page=f"/join/{spent.token}")
    with writing():
        kept = invitations.unspent(db.session.get_one(Person, people[1].id))
        assert kept
        kept.expires_at = now()
        invitations.revoke(db.session.get_one(Person, people[2].id), by="test", now=now())
        service.disable(db.session.get_one(Person, people[3].id), by="test", now=now())
    tokens = ["made-up", spent.token, expired.token, revoked.token, closed.token]

    shown = [browser().get(f"/join/{token}") for token in tokens]
    pressed = [browser().send(f"/join/{token}") for token in tokens]

    assert {answer.status_code for answer in shown + pressed} == {404}
    assert len({without_id(answer) for answer in shown + pressed}) == 1
    assert "这张邀请单不能用了" in shown[0].text and "tel:63082214" in shown[0].text
    assert not any("mingcha=" in cookie for answer in pressed for cookie in answer.headers.getlist("Set-Cookie"))


def test_scanning_again_on_a_phone_that_is_signed_in_leads_on(person: Person, browser: Open) -> None:
    new, mine = invite(person), browser()
    mine.send(f"/join/{new.token}", page=f"/join/{new.token}")

    page = mine.get(f"/join/{new.token}")
    fresh = mine.get(f"/join/{invite(person).token}")

    assert page.status_code == 404 and "您已经登录了" in page.text and 'href="/"' in page.text
    assert (fresh.status_code, fresh.location) == (302, "/phone/")
    assert db.session.scalars(db.select(Invitation).where(Invitation.spent_at.is_(None))).one()


def test_on_anothers_phone_the_page_says_so_and_the_button_changes_hands(
    make: Make, person: Person, browser: Open
) -> None:
    other = make.inspector(name="王建国")
    mine, link = browser(other), f"/join/{invite(person).token}"
    old = mine.client.get_cookie("mingcha")
    assert old

    page = mine.page(link)
    mine.send(link, page=link)

    assert "王老师在用" in page and "王建国" not in page
    thief = browser()
    thief.client.set_cookie("mingcha", old.value)
    assert thief.get("/phone/me").status_code == 302
    assert NAME in mine.page("/phone/me")
    assert signed_in() == 1


def test_signing_in_with_a_password_on_anothers_phone_ends_the_former_sign_in(make: Make, browser: Open) -> None:
    first, second = make.city(), make.city()
    mine = browser(first)
    old = mine.client.get_cookie("mingcha")
    assert old

    mine.sign_in(second.phone, "wrong-one")
    kept = signed_in()
    mine.sign_in(second.phone)

    thief = browser()
    thief.client.set_cookie("mingcha", old.value)
    assert kept == 1 and thief.get("/desk/").status_code == 302
    assert signed_in() == 1


def test_in_wechats_browser_the_page_says_how_to_get_out_of_it(person: Person, browser: Open) -> None:
    link = f"/join/{invite(person).token}"

    inside = browser().get(link, headers={"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}).text
    outside = browser().get(link, headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"}).text

    assert "在浏览器打开" in inside and "微信" not in outside


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_token_is_in_no_log_no_cache_and_no_referrer(
    person: Person, browser: Open, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    new, mine = invite(person), browser()
    link = f"/join/{new.token}"

    with caplog.at_level(logging.DEBUG):
        answer = mine.get(link) if method == "GET" else mine.send(link, page=link)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert new.token not in caplog.text
    assert new.token not in (answer.location or "")
    assert re.findall(rf'(\w+)="[^"]*{new.token}', answer.text) == (["action"] if method == "GET" else [])


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        (PHONE, "{code}"),
        ("139 1234 5627", "{left} {right}"),
        ("139-1234-5627", "{left}-{right}"),
        ("+86 13912345627", "{code}"),
        ("１３９１２３４５６２７", "{code}"),
    ],
)
def test_phone_and_code_may_be_typed_as_one_likes(person: Person, browser: Open, phone: str, code: str) -> None:
    new, mine = invite(person), browser()
    typed = code.format(code=new.code, left=new.code[:4], right=new.code[4:])

    answer = mine.send("/join", {"phone": phone, "code": typed}, page="/join")

    assert (answer.status_code, answer.location) == (303, "/phone/")
    assert mine.get("/phone/me").status_code == 200


@pytest.mark.parametrize(
    ("phone", "code", "told"),
    [
        ("1391234562", "12345678", "手机号是 11 位数字，您写了 10 位。"),
        ("", "12345678", "手机号是 11 位数字，您写了 0 位。"),
        (PHONE, "1234567", "验证码是 8 位数字，您写了 7 位。"),
    ],
)
def test_what_is_too_short_is_told_at_its_field_and_nothing_that_was_typed_is_lost(
    person: Person, browser: Open, phone: str, code: str, told: str
) -> None:
    answer = browser().send("/join", {"phone": phone, "code": code}, page="/join")

    assert answer.status_code == 422 and told in answer.text
    assert f'value="{phone}"' in answer.text and f'value="{code[:4]} {code[4:]}"' in answer.text
    assert db.session.scalars(db.select(SignInFailure)).all() == []


def test_a_wrong_code_no_invitation_and_no_account_get_one_answer(make: Make, person: Person, browser: Open) -> None:
    new, other = invite(person), make.inspector()
    wrong = f"{(int(new.code) + 1) % 10**8:08}"
    tries = [(PHONE, wrong), (other.phone, new.code), ("13999999999", new.code)]

    answers = [browser().send("/join", {"phone": phone, "code": code}, page="/join") for phone, code in tries]

    assert {answer.status_code for answer in answers} == {401}
    pages = {re.sub(r'value="[\d ]+"', "", without_id(answer)) for answer in answers}
    assert len(pages) == 1 and "对不上" in answers[0].text
    assert f'value="{wrong[:4]} {wrong[4:]}"' in answers[0].text
    assert not any("mingcha=" in cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie"))


def test_after_wrong_codes_the_page_says_how_long_to_wait(person: Person, browser: Open) -> None:
    new = invite(person)
    with writing():
        db.session.add(SignInFailure(key=f"phone:{PHONE}", count=8, last_at=now()))

    answer = browser().send("/join", {"phone": PHONE, "code": new.code}, page="/join")

    assert answer.status_code == 429
    assert 25 <= int(answer.headers["Retry-After"]) <= 32
    assert f"请等 {answer.headers['Retry-After']} 秒" in answer.text


def test_ten_wrong_codes_end_the_link_too(person: Person, browser: Open) -> None:
    new = invite(person)
    wrong = f"{(int(new.code) + 1) % 10**8:08}"
    mine = browser()

    for _ in range(10):
        with writing():
            db.session.execute(db.delete(SignInFailure))
        assert mine.send("/join", {"phone": PHONE, "code": wrong}, page="/join").status_code == 401

    assert mine.get(f"/join/{new.token}").status_code == 404


def test_two_presses_at_the_same_moment_open_exactly_one_session(app: Flask, person: Person, browser: Open) -> None:
    link, start, told = f"/join/{invite(person).token}", threading.Barrier(2), []
    phones = [browser(), browser()]
    tokens = [phone.token(link) for phone in phones]
    db.session.rollback()

    def press(phone: Browser, token: str) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            told.append(phone.client.post(link, data={"csrf_token": token}, buffered=True).status_code)

        return run

    side_by_side(*(press(*pair) for pair in zip(phones, tokens, strict=True)))

    assert sorted(told) == [303, 404]
    assert signed_in() == 1


def test_the_sign_in_page_leads_to_the_code(browser: Open) -> None:
    mine = browser()

    assert 'href="/join"' in mine.page("/sign-in")
    assert 'name="code"' in mine.page("/join")


def test_an_inspector_who_signs_out_comes_to_the_sign_in_page(person: Person, browser: Open) -> None:
    mine = browser(person)

    answer = mine.send("/sign-out", page="/phone/me")

    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert signed_in() == 0


def test_an_inspectors_phone_is_still_signed_in_after_five_months(app: Flask, make: Make, browser: Open) -> None:
    inspector, officer = make.inspector(), make.city()
    phone, desk = browser(inspector), browser(officer)
    with writing():
        db.session.execute(db.update(Device).values(seen_at=now() - timedelta(days=150)))

    assert phone.get("/phone/me").status_code == 200
    assert desk.get("/desk/").status_code == 302


def test_pages_for_a_phone_have_no_script_or_style_in_themselves(person: Person, browser: Open) -> None:
    mine = browser()

    for url, status in ((f"/join/{invite(person).token}", 200), ("/join", 200), ("/join/gone", 404)):
        answer = mine.get(url)
        assert answer.status_code == status
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", answer.text)
        assert 'data-edge="phone"' in answer.text
