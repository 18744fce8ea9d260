"""What the tests of notifications share: the messages so far, and a person as the database has them now."""

from collections.abc import Callable, Sequence

import pytest
from flask import Flask

from inspection.kernel.db import db
from inspection.notifications.models import Delivery, Message
from inspection.people.models import Person

Told = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def told(app: Flask) -> Told:
    """Kind and sentence of each message that a person has, in order."""

    def messages(person: Person) -> list[tuple[str, str]]:
        db.session.rollback()
        mine = db.select(Message).where(Message.person_id == person.id).order_by(Message.at, Message.text)
        return [(one.kind, one.text) for one in db.session.scalars(mine)]

    return messages


@pytest.fixture
def sent(app: Flask) -> Callable[[], Sequence[Delivery]]:
    """Every delivery, in order."""

    def deliveries() -> Sequence[Delivery]:
        db.session.rollback()
        db.session.expire_all()
        return db.session.scalars(db.select(Delivery).order_by(Delivery.created_at, Delivery.recipient)).all()

    return deliveries
