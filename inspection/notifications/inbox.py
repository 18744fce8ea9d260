"""What one person has been told, and what of it they have not read (消息)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_, update

from inspection.kernel.db import db, insert_once
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.notifications.deliveries import News
from inspection.notifications.models import Message
from inspection.people.models import Person

MOST_COUNTED = 99

Key = tuple[datetime, uuid.UUID]


def put(news: News, person: Person) -> bool:
    """Give the person the message, unless they have had it; says whether they have it now."""
    return insert_once(
        Message,
        id=uuid.uuid4(),
        person_id=person.id,
        key=news.key,
        kind=news.kind,
        ticket_id=news.ticket_id,
        text=news.text,
        facts=news.facts.stored(),
        at=news.at,
    )


def page(person: Person, *, before: Key | None = None, limit: int = 50) -> Sequence[Message]:
    """Their messages, the newest first, from before the cursor on."""
    conditions = [Message.person_id == person.id]
    if before:
        conditions.append(tuple_(Message.at, Message.id) < before)
    newest = select(Message).where(*conditions).order_by(Message.at.desc(), Message.id.desc())
    return db.session.scalars(newest.limit(limit)).all()


def count_unread(person: Person) -> int:
    """How many they have not read, as far as a count on a page goes."""
    unread = select(Message.id).where(Message.person_id == person.id, Message.read_at.is_(None)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def read(person: Person, message_id: uuid.UUID, *, now: datetime) -> Message:
    """One of their messages is read; raises NotFound for another's, which looks like one that does not exist."""
    message = db.session.scalars(
        select(Message).where(Message.id == message_id, Message.person_id == person.id)
    ).one_or_none()
    if message is None:
        raise NotFound(N_("没有这条消息。"))
    message.read_at = message.read_at or now
    return message


def read_all(person: Person, *, until: Key, now: datetime) -> None:
    """All are read up to the newest that the person has seen on the page; what came since is not."""
    mine = (Message.person_id == person.id) & Message.read_at.is_(None) & (tuple_(Message.at, Message.id) <= until)
    db.session.execute(update(Message).where(mine).values(read_at=now).execution_options(synchronize_session=False))
