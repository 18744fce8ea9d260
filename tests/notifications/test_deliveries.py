"""What goes out: by the ways that each has chosen, after quiet hours, tried again, once, and nothing but the facts."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from flask import Flask

from inspection.kernel import faults, queue
from inspection.kernel.calendar import BEIJING
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.queue import Job
from inspection.notifications import deliveries, preferences
from inspection.notifications import service as messages
from inspection.notifications.channels import Channel, Sender, Ways
from inspection.notifications.gateways import SmsGateway, WecomRobots
from inspection.notifications.mail import Mail
from inspection.notifications.models import DeliveryState
from inspection.people import service as people
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets.workflow import State
from tests.make import NOW, Make, jpeg
from tests.notifications.servers import Gateway, Mailbox, http_server, mail_server

EVERY = Ways(email=True, sms=True, groups=frozenset({"110101"}))
EVENING = datetime(2026, 11, 23, 22, tzinfo=BEIJING)
MORNING = datetime(2026, 11, 24, 8, tzinfo=BEIJING)
LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


class Outside:
    """A mail server and a gateway for both SMS and groups, and what sends to them."""

    def __init__(self, mailbox: Mailbox, gateway: Gateway) -> None:
        self.mailbox, self.gateway = mailbox, gateway
        self.senders: dict[Channel, Sender] = {
            Channel.EMAIL: Mail(mailbox.url, "mingcha@example.cn"),
            Channel.SMS: SmsGateway(f"{gateway.url}/sms", '{"mobile":"{phone}","content":"{text}"}'),
            Channel.WECOM: WecomRobots({"110101": f"{gateway.url}/robot", "all": f"{gateway.url}/robot-all"}),
        }

    def work(self, now: datetime) -> int:
        """Let the worker send what is due."""
        db.session.rollback()
        functions = {"messages.send": self._send(now)} | {
            name: lambda _id: None for name in ("photos.derive", "triage.propose")
        }
        return queue.work_off(functions, lease=LEASE, now=lambda: now)

    def _send(self, now: datetime):
        return lambda code: deliveries.send(uuid.UUID(code), senders=self.senders, now=now)

    @property
    def said(self) -> list[tuple[str, str]]:
        """Path and words of what was posted."""
        found = []
        for path, _headers, body in self.gateway.requests:
            given = json.loads(body)
            found.append((path, given.get("content") or given["text"]["content"]))
        return found


@pytest.fixture
def outside() -> Iterator[Outside]:
    with mail_server() as mailbox, http_server() as gateway:
        yield Outside(mailbox, gateway)


def choose(person: Person, *, now: datetime = NOW, **given: object) -> None:
    known = {"address": "zhao@example.cn", "email": True, "sms": False, "quiet_from": time(21), "quiet_until": time(8)}
    with writing():
        preferences.choose(db.session.get_one(Person, person.id), **known | given, now=now)


def dispatched(make: Make, *, now: datetime = NOW, ways: Ways = EVERY, **chosen: object) -> Person:
    """A ticket has been dispatched to a handler, who has been told."""
    unit = make.unit()
    make.ticket(State.DISPATCHED, unit=unit, now=now)
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    choose(handler, **chosen)
    messages.read_events(ways=ways, now=now)
    return handler


def test_a_mail_is_sent_by_a_job_and_once(app: Flask, make: Make, outside: Outside, sent) -> None:
    dispatched(make)

    outside.work(NOW)
    outside.work(NOW + MINUTE)
    messages.read_events(ways=EVERY, now=NOW + MINUTE)
    outside.work(NOW + 2 * MINUTE)

    [mail] = outside.mailbox.mails
    assert mail["To"] == "zhao@example.cn"
    [delivery] = sent()
    assert (delivery.state, delivery.attempts, delivery.sent_at) == (DeliveryState.SENT, 1, NOW)


def test_what_goes_out_names_nobody_and_no_exact_place(app: Flask, make: Make, outside: Outside) -> None:
    handler = dispatched(make, sms=True)

    outside.work(NOW)

    words = [outside.mailbox.mails[0].as_string(), *(words for _, words in outside.said)]
    plain = outside.mailbox.mails[0].get_content() + outside.said[0][1]
    assert "东城区东四街道" in plain and "街面乱堆乱放" in plain and "期限11月30日" in plain
    for secret in (handler.name, "李文", "周敏", "陈立", "月牙胡同", "旧柜子", ".jpg", "http", "督查员"):
        assert secret not in plain and all(secret not in one for one in words)


def test_without_a_way_that_is_open_and_chosen_nothing_goes_out(app: Flask, make: Make, sent) -> None:
    dispatched(make, ways=Ways())
    dispatched(make, email=False)
    dispatched(make, address="")

    assert sent() == []


def test_an_sms_goes_to_the_phone_of_whoever_chose_it(app: Flask, make: Make, outside: Outside) -> None:
    handler = dispatched(make, sms=True, email=False)

    outside.work(NOW)

    assert json.loads(outside.gateway.requests[0][2])["mobile"] == handler.phone
    assert outside.mailbox.mails == []


def test_the_districts_group_hears_what_is_the_offices(app: Flask, make: Make, outside: Outside) -> None:
    ticket = make.ticket(State.HANDLED)
    messages.read_events(ways=EVERY, now=NOW)

    outside.work(NOW)

    [(path, words)] = outside.said
    assert path == "/robot" and words.startswith(f"【明察】{ticket.number} 单位已反馈，请核查")


@pytest.mark.parametrize(
    ("groups", "paths"), [({"110102"}, []), ({"all"}, ["/robot-all"]), ({"all", "110101"}, ["/robot"])]
)
def test_a_district_without_a_group_of_its_own_has_the_one_for_all(
    app: Flask, make: Make, outside: Outside, groups: set[str], paths: list[str]
) -> None:
    make.ticket(State.HANDLED)
    messages.read_events(ways=Ways(groups=frozenset(groups)), now=NOW)

    outside.work(NOW)

    assert [path for path, _ in outside.said] == paths


def test_the_mornings_digest_goes_out_at_eight_with_its_numbers(app: Flask, make: Make, outside: Outside) -> None:
    handler = dispatched(make, ways=Ways())
    on_the_day = datetime(2026, 11, 30, 8, tzinfo=BEIJING)

    messages.digest(ways=EVERY, now=on_the_day)
    outside.work(on_the_day)

    [mail] = outside.mailbox.mails
    assert (mail["To"], mail["Subject"]) == (handler.email, "明察：今天到期 1 件，超期 0 件")


def test_what_the_city_alone_may_know_never_goes_out(app: Flask, make: Make, outside: Outside, sent) -> None:
    city, asked = make.city(), make.inspector(district_code="110102")
    choose(city, sms=True)
    ticket = make.ticket(State.HANDLED, officer=make.officer())
    task = make.task(ticket, asked, by=make.city())
    make.opinion(task, asked, jpeg(9), now=NOW)

    messages.read_events(ways=EVERY, now=NOW)

    assert {delivery.text for delivery in sent()} == {"%(number)s 单位已反馈，请核查"}


def test_at_night_everything_is_held_back_until_the_morning(app: Flask, make: Make, outside: Outside, sent) -> None:
    dispatched(make, now=EVENING, sms=True)

    at_night = outside.work(EVENING), outside.work(MORNING - MINUTE)
    outside.work(MORNING)

    assert [len(outside.mailbox.mails), len(outside.said)] == [1, 1]
    assert {delivery.sent_at for delivery in sent()} == {MORNING}
    assert at_night[1] == 0


def test_hours_that_were_chosen_later_are_kept_too(app: Flask, make: Make, outside: Outside, sent) -> None:
    handler = dispatched(make)
    choose(handler, quiet_from=time(9), quiet_until=time(11))

    outside.work(NOW)
    held = list(outside.mailbox.mails)
    outside.work(datetime(2026, 11, 23, 11, tzinfo=BEIJING))

    assert held == [] and len(outside.mailbox.mails) == 1


def test_a_server_that_is_busy_is_asked_again_later_each_time(app: Flask, make: Make, outside: Outside, sent) -> None:
    outside.mailbox.answers = ["450 busy", "450 busy"]
    dispatched(make)
    waits = []

    now = NOW
    while sent()[0].state is DeliveryState.WAITING:
        outside.work(now)
        if sent()[0].state is DeliveryState.WAITING:
            waits.append((sent()[0].next_at - now, sent()[0].error))
            outside.work(sent()[0].next_at - timedelta(seconds=1))
            now = sent()[0].next_at

    assert waits == [(MINUTE, "SMTP 450"), (4 * MINUTE, "SMTP 450")]
    assert (len(outside.mailbox.mails), sent()[0].attempts, sent()[0].error) == (1, 3, None)


def test_what_fails_too_often_waits_for_a_person_who_has_it_sent_again(
    app: Flask, make: Make, outside: Outside, sent, events
) -> None:
    outside.mailbox.answers = ["450 busy"] * deliveries.MOST_ATTEMPTS
    dispatched(make, quiet_from=time(0), quiet_until=time(0))
    now, admin = NOW, make.person(Role.ADMIN)
    while sent()[0].state is DeliveryState.WAITING:
        now = sent()[0].next_at
        outside.work(now)
    failed = sent()[0]
    after = (failed.state, failed.attempts, failed.error)

    with writing():
        deliveries.try_again(failed.id, by=db.session.get_one(Person, admin.id), now=now)
    outside.work(now)

    assert after == (DeliveryState.FAILED, 6, "SMTP 450")
    assert (sent()[0].state, len(outside.mailbox.mails)) == (DeliveryState.SENT, 1)
    assert [event.actor for event in events("delivery.tried_again")] == [admin.audit_ref]


def test_an_address_that_does_not_exist_is_not_tried_again(app: Flask, make: Make, outside: Outside, sent) -> None:
    outside.mailbox.answers = ["550 no such person"]
    dispatched(make)

    outside.work(NOW)

    assert (sent()[0].state, sent()[0].error) == (DeliveryState.FAILED, "SMTP 550")


def test_what_was_sent_is_not_sent_again_and_only_an_administrator_may(
    app: Flask, make: Make, outside: Outside, sent
) -> None:
    handler = dispatched(make)
    admin = make.person(Role.ADMIN)
    outside.work(NOW)

    with pytest.raises(Conflict), writing():
        deliveries.try_again(sent()[0].id, by=db.session.get_one(Person, admin.id), now=NOW)
    with pytest.raises(NotAllowed), writing():
        deliveries.try_again(sent()[0].id, by=db.session.get_one(Person, handler.id), now=NOW)


def test_whose_account_was_closed_meanwhile_gets_nothing(app: Flask, make: Make, outside: Outside, sent) -> None:
    handler = dispatched(make)
    with writing():
        people.disable(db.session.get_one(Person, handler.id), by="test", now=NOW)

    outside.work(NOW)

    assert (outside.mailbox.mails, sent()[0].error) == ([], "no address")


def test_a_way_that_the_operator_has_closed_since_keeps_what_waits(
    app: Flask, make: Make, outside: Outside, sent
) -> None:
    dispatched(make)
    outside.senders.clear()

    outside.work(NOW)

    assert (sent()[0].state, sent()[0].error) == (DeliveryState.WAITING, "not configured")


def test_what_was_handed_over_when_the_worker_died_is_sent_again_with_the_same_id(
    app: Flask, make: Make, outside: Outside, sent
) -> None:
    dispatched(make, sms=True)

    with pytest.raises(faults.Crash), faults.plan("delivery.handed_over=crash") as fault:
        outside.work(NOW)
    outside.work(NOW + LEASE + MINUTE)

    assert fault.happened
    assert {delivery.state for delivery in sent()} == {DeliveryState.SENT}
    ids = [mail["Message-ID"] for mail in outside.mailbox.mails]
    ids += [headers["Idempotency-Key"] for _path, headers, _body in outside.gateway.requests]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_no_row_holds_an_address(app: Flask, make: Make, outside: Outside, sent) -> None:
    handler = dispatched(make, sms=True)
    jobs = [f"{job.subject}{job.error}" for job in db.session.scalars(db.select(Job))]

    rows = [f"{one.recipient}{one.facts}{one.text}{one.error}" for one in sent()] + jobs

    assert all(secret not in row for row in rows for secret in ("zhao@example.cn", handler.phone))


@pytest.mark.parametrize(
    "address", ["zhao", "zhao@example", "a b@example.cn", "zhao@example.cn\nBcc: x@example.cn", "赵@example.cn"]
)
def test_what_is_no_address_is_refused(app: Flask, make: Make, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        choose(make.officer(), address=address)

    assert refused.value.field == "email"


def test_a_choice_is_audited_without_the_address(app: Flask, make: Make, events) -> None:
    person = make.officer()

    choose(person, address="chen@example.cn", sms=True)

    assert preferences.of(person).sms and person.email == "chen@example.cn"
    [kept, chosen] = events("person.email_set") + events("person.notices_chosen")
    assert "chen@" not in kept.data + chosen.data
    assert json.loads(chosen.data) == {"email": True, "quiet": "21:00-08:00", "sms": True}
