"""News that one message counts together: the same key again is one more of it, and news again (合并消息).

Read in the order of the chain, under the lock of its cursor, so that nothing is counted twice.
"""

from sqlalchemy import select

from inspection.kernel.db import db
from inspection.notifications import inbox, outgoing
from inspection.notifications.deliveries import News
from inspection.notifications.models import Message
from inspection.notifications.outgoing import Facts
from inspection.people.models import Person


def tell(news: News, person: Person, several: str) -> None:
    """Give the person the message; where they have one with its key already, ``several`` tells how many it is now."""
    if inbox.put(news, person):
        return
    known = db.session.scalars(select(Message).where(Message.person_id == person.id, Message.key == news.key)).one()
    before = outgoing.read(known.facts).counts or {"count": 1}
    known.text, known.facts = several, Facts(counts={"count": before["count"] + 1}).stored()
    known.at, known.read_at = news.at, None
    db.session.flush()
