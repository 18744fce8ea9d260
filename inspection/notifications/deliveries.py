"""What goes out of the house: put down with the message, sent by a job, tried again, kept where it failed (外发)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_

from inspection.kernel import audit, faults, queue
from inspection.kernel.db import db, end_reading, insert_once, writing
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.text import N_
from inspection.notifications import outgoing, preferences
from inspection.notifications.channels import Channel, Letter, NotSent, Sender, Ways
from inspection.notifications.models import Delivery, DeliveryState, Preference
from inspection.notifications.outgoing import Facts
from inspection.notifications.quiet import NIGHT, Quiet
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.models import Category

MOST_ATTEMPTS = 6
MOST_COUNTED = 99
FIRST_PAUSE = timedelta(minutes=1)
LONGER_EACH_TIME = 4
EVERY_GROUP = "all"
"""The name of the group that stands in for a district without one of its own."""

Key = tuple[datetime, uuid.UUID]


@dataclass(frozen=True)
class News:
    """What is to be told, and what it comes from (``key``)."""

    key: str
    kind: str
    text: str
    facts: Facts
    ticket_id: uuid.UUID | None
    at: datetime


def to_people(news: News, people: Sequence[Person], ways: Ways, now: datetime) -> None:
    """Put down what each of them has chosen to be sent, for after their quiet hours."""
    chosen = preferences.of_all(people)
    for person in people:
        for channel in _channels(person, chosen[person.id], ways):
            _put_down(news, channel, str(person.id), chosen[person.id].quiet, now, person_id=person.id)


def to_group(news: News, district_code: str, ways: Ways, now: datetime) -> None:
    """Put down what the district's group is sent, or the one that stands for all, if there is either."""
    for name in (district_code, EVERY_GROUP):
        if name in ways.groups:
            return _put_down(news, Channel.WECOM, name, NIGHT, now)
    return None


def send(delivery_id: uuid.UUID, *, senders: Mapping[Channel, Sender], now: datetime) -> None:
    """Send one delivery if its time has come; what fails is tried again later, and is kept with the reason.

    A worker that is killed after sending sends once more: both carry the same id, so that a receiver can tell.
    """
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None or delivery.state is not DeliveryState.WAITING or delivery.next_at > now:
        return
    if held := _quiet(delivery).until(now):
        with writing():
            _again(db.session.get_one(Delivery, delivery_id), held, now)
        return
    channel, letter = delivery.channel, _letter(delivery)
    end_reading()
    try:
        _sender(senders, channel).send(letter)
    except NotSent as failure:
        with writing():
            _failed(db.session.get_one(Delivery, delivery_id), failure, now)
        return
    faults.point("delivery.handed_over")
    with writing():
        sent = db.session.get_one(Delivery, delivery_id)
        sent.state, sent.sent_at, sent.error = DeliveryState.SENT, now, None
        sent.attempts += 1


def in_state(*, state: DeliveryState, before: Key | None = None, limit: int) -> Sequence[Delivery]:
    """The deliveries in a state, the newest first."""
    conditions = [Delivery.state == state]
    if before:
        conditions.append(tuple_(Delivery.created_at, Delivery.id) < before)
    newest = select(Delivery).where(*conditions).order_by(Delivery.created_at.desc(), Delivery.id.desc())
    return db.session.scalars(newest.limit(limit)).all()


def count_failed(_person: Person) -> int:
    """How many have failed, as far as a count on a page goes."""
    failed = select(Delivery.id).where(Delivery.state == DeliveryState.FAILED).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(failed.subquery())) or 0


def try_again(delivery_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Send what has failed once more (重发). Raises NotFound, and Conflict for what has not failed."""
    access.require(by.role, Right.REMINDERS_SET)
    delivery = db.session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound(N_("没有这一条外发。"))
    if delivery.state is not DeliveryState.FAILED:
        raise Conflict(N_("这一条没有失败，不用重发。"))
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    _again(delivery, now, now)
    audit.record("delivery.tried_again", delivery, by=by, at=now)


def _channels(person: Person, chosen: Preference, ways: Ways) -> list[Channel]:
    open_ways = {
        Channel.EMAIL: ways.email and chosen.email and bool(person.email),
        Channel.SMS: ways.sms and chosen.sms,
    }
    return [channel for channel, is_open in open_ways.items() if is_open]


def _put_down(
    news: News, channel: Channel, recipient: str, quiet: Quiet, now: datetime, *, person_id: uuid.UUID | None = None
) -> None:
    delivery_id, next_at = uuid.uuid4(), quiet.until(now) or now
    made = insert_once(
        Delivery,
        id=delivery_id,
        key=news.key,
        channel=channel,
        recipient=recipient,
        person_id=person_id,
        text=news.text,
        facts=news.facts.stored(),
        created_at=now,
        next_at=next_at,
    )
    if made:
        queue.enqueue("messages.send", delivery_id, now=now, at=next_at)


def _quiet(delivery: Delivery) -> Quiet:
    return preferences.of(delivery.person).quiet if delivery.person else NIGHT


def _letter(delivery: Delivery) -> Letter:
    facts = outgoing.read(delivery.facts)
    category = db.session.get(Category, facts.category) if facts.category else None
    return Letter(
        id=delivery.id,
        to=_address(delivery),
        subject=outgoing.subject(delivery.text, facts),
        text=outgoing.words(delivery.text, facts, category.name if category else ""),
    )


def _address(delivery: Delivery) -> str:
    person = delivery.person
    if person is None:
        return delivery.recipient
    if person.disabled_at is not None:
        return ""
    return (person.email if delivery.channel is Channel.EMAIL else person.phone) or ""


def _sender(senders: Mapping[Channel, Sender], channel: Channel) -> Sender:
    if channel not in senders:
        raise NotSent("not configured")
    return senders[channel]


def _failed(delivery: Delivery, failure: NotSent, now: datetime) -> None:
    delivery.attempts += 1
    delivery.error = failure.reason
    if failure.for_good or delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = DeliveryState.FAILED
        return
    _again(delivery, now + FIRST_PAUSE * LONGER_EACH_TIME ** (delivery.attempts - 1), now)


def _again(delivery: Delivery, at: datetime, now: datetime) -> None:
    delivery.next_at = at
    queue.enqueue("messages.send", delivery.id, now=now, at=at)
