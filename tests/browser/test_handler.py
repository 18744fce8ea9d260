"""Somebody of a unit with a phone in the street: the repair is shown without a network, sent back, and shown again."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Unit
from inspection.tickets import evidence, stories
from inspection.tickets.models import Answer, Finding, Ticket
from inspection.tickets.workflow import State
from tests.browser.conftest import People, Visitor
from tests.make import Make, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="module")]


@dataclass
class Street:
    """A ticket that the handler's unit has in hand, the server's database, and the handler's phone on the app."""

    make: Make
    ticket: Ticket
    number: str
    phone: Visitor

    def known(self) -> Ticket:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Ticket, self.ticket.id)

    def unit(self) -> Unit:
        return db.session.scalars(db.select(Unit).where(Unit.id == self.known().unit_id)).one()


@pytest.fixture
def street(
    in_hand: tuple[uuid.UUID, str], visitor: Callable[..., Visitor], server: Callable[[], Flask]
) -> Iterator[Street]:
    ticket_id, number = in_hand
    app, one = server(), visitor(phone=True)
    with app.app_context():
        page = one.open_units_app(number, ticket_id)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        make = Make(app, start=60_000 + 100 * db.session.query(Ticket).count())
        yield Street(make, db.session.get_one(Ticket, ticket_id), number, one)
        db.session.remove()
        db.engine.dispose()


def photograph(page: Page, ticket: Ticket, note: str) -> None:
    """On the ticket's screen: with the shadow of the old picture, a word of what was done, and into the outbox."""
    page.locator(f"a[href='#/ticket/{ticket.id}']").click()
    page.get_by_role("button", name="拍整改后的照片").click()
    page.wait_for_function("() => document.querySelector('.cam video')?.videoWidth > 0")
    page.wait_for_function("() => document.querySelector('.cam .ghost')?.naturalWidth > 0")
    page.get_by_role("button", name="拍照").click()
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert").last).to_contain_text("请写一句做了什么")
    page.get_by_label("做了什么").fill(note)
    page.get_by_role("button", name="交上去").click()


def test_a_repair_is_shown_offline_sent_back_with_its_reason_and_shown_again_until_it_is_closed(
    street: Street, people: tuple[Path, People], visitor: Callable[..., Visitor]
) -> None:
    page, context, ticket = street.phone.page, street.phone.context, street.ticket
    page.goto(f"{street.phone.address}/phone/#/walk")  # an inspector's, as everything about reporting
    expect(page).to_have_url(f"{street.phone.address}/phone/#/")
    expect(page.get_by_text("本月上报")).to_have_count(0)

    context.set_offline(True)
    page.reload()
    photograph(page, ticket, "已清走，摆上花箱")
    expect(page.get_by_text("已存在手机里").first).to_be_visible()
    assert street.known().state is State.HANDLING
    context.set_offline(False)
    expect(page.get_by_text(f"回执号 {ticket.number}-1")).to_be_visible()

    handled, answer = street.known(), stories.last_answer(ticket)
    assert answer and (handled.state, answer.note, answer.by.phone) == (
        State.HANDLED,
        "已清走，摆上花箱",
        street.number,
    )
    assert all(check.ok for check in evidence.checks(handled, answer)[:2] + evidence.checks(handled, answer)[3:4])

    _look_and_fail(street, visitor(), people[1]["city"])
    assert (street.known().state, street.known().round) == (State.HANDLING, 2)

    page.goto(f"{street.phone.address}/phone/#/")
    page.reload()
    expect(page.get_by_text("第 2 轮")).to_be_visible()
    page.locator(f"a[href='#/ticket/{ticket.id}']").click()
    expect(page.get_by_role("alert")).to_contain_text("核查没有通过，要再改")
    expect(page.get_by_role("alert")).to_contain_text("箱子还堆在墙边")
    page.goto(f"{street.phone.address}/phone/#/")
    photograph(page, ticket, "这次都清走了")
    expect(page.get_by_text(f"回执号 {ticket.number}-2")).to_be_visible()

    _pass(visitor(), ticket, people[1]["city"])
    assert (street.known().state, street.known().reworks) == (State.CLOSED, 1)


def _look_and_fail(street: Street, city: Visitor, phone: str) -> None:
    """An inspector who was asked has looked and found it bad; the officer gives the verdict with that picture."""
    looker = street.make.inspector(name="李文举")
    task = street.make.task(street.known(), looker, now=now())
    street.make.opinion(task, looker, jpeg(960_001), verdict=Finding.BAD, note="箱子还在", now=now())
    page = city.page
    city.sign_in(phone)
    page.goto(f"{city.address}/desk/tickets/{street.ticket.id}")
    page.get_by_text("核查不通过，退回返工…").click()
    form = page.locator("details[open]")
    form.get_by_label("哪里没有改好").fill("箱子还堆在墙边")
    form.get_by_role("radio").nth(1).check()
    form.get_by_role("button", name="核查不通过，退回返工", exact=True).click()
    page.get_by_text("核查不通过，退回返工：箱子还堆在墙边").wait_for()
    assert not city.problems


def _pass(city: Visitor, ticket: Ticket, phone: str) -> None:
    page = city.page
    city.sign_in(phone)
    page.goto(f"{city.address}/desk/tickets/{ticket.id}")
    page.get_by_text("核查通过，结案…").click()
    page.locator("details[open]").get_by_label("说明").fill("到现场看过，已清走")
    page.get_by_role("button", name="核查通过，结案", exact=True).click()
    page.get_by_text("核查通过，结案：到现场看过，已清走").wait_for()
    assert not city.problems


def test_the_tickets_page_leads_a_phone_that_never_had_the_app_straight_to_the_shutter(
    in_hand: tuple[uuid.UUID, str], visitor: Callable[..., Visitor]
) -> None:
    one, (ticket_id, number) = visitor(phone=True), in_hand
    one.sign_in(number)
    one.page.goto(f"{one.address}/desk/tickets/{ticket_id}")

    one.page.get_by_role("link", name="到现场拍").click()

    expect(one.page.get_by_role("button", name="拍整改后的照片")).to_be_visible()
    assert one.page.url.endswith(f"/phone/#/ticket/{ticket_id}")


def test_where_a_colleague_was_first_the_pictures_stay_and_the_phone_says_what_to_do(street: Street) -> None:
    page, context, ticket = street.phone.page, street.phone.context, street.ticket

    context.set_offline(True)
    photograph(page, ticket, "已清走")
    street.make.answer(street.known(), street.make.handler(street.unit()), now())
    context.set_offline(False)

    expect(page.get_by_role("alert")).to_contain_text("已经有人交过反馈，正等核查")
    expect(page.locator(".gallery img")).to_have_count(1)
    expect(page.get_by_role("button", name=re.compile("去改一改"))).to_have_count(0)
    page.get_by_role("button", name=re.compile("不要了")).click()
    page.get_by_role("button", name="不要了", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("我要办的"))).to_be_visible()
    assert db.session.query(Answer).filter(Answer.answered_at.is_not(None), Answer.ticket_id == ticket.id).count() == 1
