"""Who is behind a mystery check, opened by two people (查看身份). Nothing here commits.

One city officer asks with a reason, another one allows it, and whoever asked sees the name once, within a short time.
Every step is in the audit chain; the name is in none of them. What it opens is a visit, or a report in form 暗访 that
an inspector sent: ``thing`` is as the chain names it, ``visit:…`` or ``report:…``.
Source: controls C06 and D02; Beijing's civility regulation, Art. 60(2).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, tuple_

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities, visiting
from inspection.people.access import Right
from inspection.people.identities import SHORTEST_REASON
from inspection.people.models import Opening, Person

LONGEST_REASON = 500

Key = tuple[datetime, uuid.UUID]


class Standing(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    REFUSED = "refused"
    OPEN = "open"
    SEEN = "seen"
    LAPSED = "lapsed"


def standing(opening: Opening, now: datetime) -> Standing:
    """How far it has come by now: what was allowed and not looked at in time has lapsed."""
    if opening.decided_at is None:
        return Standing.WAITING
    if not opening.allowed:
        return Standing.REFUSED
    if opening.seen_at is not None:
        return Standing.SEEN
    return Standing.OPEN if opening.until and now < opening.until else Standing.LAPSED


def ask(thing: str, *, reason: str, by: Person, now: datetime) -> Opening:
    """Ask to learn who is behind a visit or a report in form 暗访.

    Raises NotAllowed for every role but the city's, Invalid("reason") for none, NotFound where nobody is behind it,
    Conflict while the same request of the same person waits.
    """
    access.require(by.role, Right.IDENTITY_OPEN)
    said = _said("reason", reason)
    if _behind(thing) is None:
        raise NotFound(N_("没有这次走访，或者不归您看。"))
    waits = (Opening.asked_by_id == by.id, Opening.object == thing, Opening.decided_at.is_(None))
    if db.session.scalars(select(Opening.id).where(*waits)).first():
        raise Conflict(N_("您已经申请过，等另一位同事来定。"))
    opening = Opening(object=thing, reason=said, asked_by_id=by.id, asked_at=now)
    db.session.add(opening)
    db.session.flush()
    audit.record("opening.asked", opening, by=by, at=now, of=thing, reason=said)
    return opening


def decide(
    opening_id: uuid.UUID, *, allow: bool, reason: str, by: Person, now: datetime, lasting: timedelta
) -> Opening:
    """A second city officer allows it for so long, or refuses it, and says why.

    Raises NotAllowed for whoever asked and for whoever is behind it, Conflict once it is decided.
    """
    access.require(by.role, Right.IDENTITY_OPEN)
    opening = _locked(opening_id)
    if by.id == opening.asked_by_id or by.id == _behind(opening.object):
        raise NotAllowed(N_("要由另一位同事来定，不能自己定自己的。"))
    if opening.decided_at is not None:
        raise Conflict(N_("已经有人定过了。"))
    opening.decision = _said("decision", reason)
    opening.allowed, opening.decided_by_id, opening.decided_at = allow, by.id, now
    opening.until = now + lasting if allow else None
    db.session.flush()
    name = "opening.allowed" if allow else "opening.refused"
    audit.record(name, opening, by=by, at=now, of=opening.object, reason=opening.decision)
    return opening


def see(opening_id: uuid.UUID, *, by: Person, now: datetime) -> Person:
    """Learn who it is: whoever asked, once, while it is allowed.

    Raises NotFound for everyone else, Conflict where it was not allowed, has lapsed or was seen.
    """
    access.require(by.role, Right.IDENTITY_OPEN)
    opening = _locked(opening_id)
    if opening.asked_by_id != by.id:
        raise NotFound(N_("没有这份申请。"))
    if standing(opening, now) is not Standing.OPEN:
        raise Conflict(N_("现在不能看：没有同意、过了时间，或者已经看过。要再看，请重新申请。"))
    behind = _behind(opening.object)
    if behind is None:
        raise NotFound(N_("没有这份申请。"))
    opening.seen_at = now
    db.session.flush()
    audit.record("opening.seen", opening, by=by, at=now, of=opening.object)
    return db.session.get_one(Person, behind)


def waiting(person: Person, *, limit: int) -> Sequence[Opening]:
    """What others ask and nobody has decided, the oldest first; nothing for whoever may not decide it."""
    if access.scope(person.role, Right.IDENTITY_OPEN) is None:
        return []
    undecided = select(Opening).where(Opening.decided_at.is_(None), Opening.asked_by_id != person.id)
    return db.session.scalars(undecided.order_by(Opening.asked_at, Opening.id).limit(limit)).all()


def count_waiting(person: Person) -> int:
    """How many requests of others wait, up to a hundred."""
    return len(waiting(person, limit=100))


def own(person: Person, *, before: Key | None, limit: int) -> Sequence[Opening]:
    """What the person has asked, newest first, from before the cursor on."""
    mine = select(Opening).where(Opening.asked_by_id == person.id)
    if before:
        mine = mine.where(tuple_(Opening.asked_at, Opening.id) < before)
    return db.session.scalars(mine.order_by(Opening.asked_at.desc(), Opening.id.desc()).limit(limit)).all()


def _behind(thing: str) -> uuid.UUID | None:
    kind, _, text = thing.partition(":")
    known = {"visit": visiting.drawn_for, "report": identities.author_behind}
    return known[kind](uuid.UUID(text)) if kind in known else None


def _locked(opening_id: uuid.UUID) -> Opening:
    found = db.session.get(Opening, opening_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(N_("没有这份申请。"))
    return found


def _said(field: str, text: str) -> str:
    said = text.strip()
    if len(said) < SHORTEST_REASON:
        raise Invalid(field, N_("请写明理由，至少 %(least)s 个字。"), least=SHORTEST_REASON)
    if len(said) > LONGEST_REASON:
        raise Invalid(field, N_("太长了。"))
    return said
