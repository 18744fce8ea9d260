"""What the offices and the unit say about a ticket, to each other or to whoever reported it (留言). It commits nothing.

A comment stays as it was written: nobody edits it, nobody takes it away. The audit chain keeps the words of one that
went to the reporters, because they left the office; of an internal one it keeps only that it was written. The chain
cannot forget, and an internal remark may name a shopkeeper or a neighbour whose name must be erasable one day.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_, typed
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.tickets.annexes import Audience, Comment
from inspection.tickets.models import Ticket
from inspection.tickets.service import require_district, require_holder, require_text

NEEDS = {Audience.INTERNAL: Right.TICKET_COMMENT, Audience.REPORTER: Right.REPORTER_TELL}
"""The right that writing for an audience needs."""
LONGEST = {Audience.INTERNAL: 2000, Audience.REPORTER: 500}
"""Characters."""
MOST = 200
"""[D] So many comments on one ticket: what is shown on one page."""


def add(comment_id: uuid.UUID, ticket: Ticket, *, audience: Audience, text: str, by: Person, now: datetime) -> Comment:
    """Say something about a ticket, whatever its state; the same again changes nothing.

    Raises NotAllowed for whoever may not write for this audience, Conflict when there is too much already, Invalid
    for a text that is empty or too long.
    """
    _require_writer(ticket, NEEDS[audience], by)
    db.session.refresh(ticket, with_for_update=True)
    text = typed(text)
    given = (ticket.id, audience, text, by.id)
    kept = db.session.get(Comment, comment_id)
    if kept is not None:
        if (kept.ticket_id, kept.audience, kept.text, kept.by_id) != given:
            raise Conflict(N_("这张表刚才已经用过一次。还要说的，请再按一次。"), code="id_taken")
        return kept
    _check(ticket, audience, text)
    comment = Comment(id=comment_id, ticket_id=ticket.id, audience=audience, text=text, by=by, role=by.role, at=now)
    db.session.add(comment)
    db.session.flush()
    told = {"text": comment.text} if audience is Audience.REPORTER else {}
    audit.record("ticket.commented", ticket, by=by, at=now, comment=str(comment.id), audience=audience.value, **told)
    return comment


def audiences(person: Person) -> list[Audience]:
    """For whom this person may write about a ticket that they see."""
    return [audience for audience, right in NEEDS.items() if access.scope(person.role, right) is not None]


def of_ticket(ticket: Ticket, person: Person) -> Sequence[Comment]:
    """Everything that was said about a ticket, the latest first: for whoever reads tickets, else nothing."""
    if access.scope(person.role, Right.TICKET_READ) is None:
        return ()
    return db.session.scalars(
        select(Comment).where(Comment.ticket_id == ticket.id).order_by(Comment.at.desc(), Comment.id.desc()).limit(MOST)
    ).all()


def to_reporters(ticket: Ticket) -> Sequence[Comment]:
    """What was said to those who reported the matter, in order."""
    told = (Comment.ticket_id == ticket.id) & (Comment.audience == Audience.REPORTER)
    return db.session.scalars(select(Comment).where(told).order_by(Comment.at, Comment.id).limit(MOST)).all()


def _require_writer(ticket: Ticket, right: Right, by: Person) -> None:
    if access.require(by.role, right) is Scope.UNIT:
        require_holder(ticket, by)
    else:
        require_district(by, right, ticket.district_code)


def _check(ticket: Ticket, audience: Audience, text: str) -> None:
    counted = select(func.count()).select_from(Comment).where(Comment.ticket_id == ticket.id)
    if (db.session.scalar(counted) or 0) >= MOST:
        raise Conflict(N_("这一件的留言已经有 %(most)s 条，不能再写。"), most=str(MOST))
    require_text("text", text, N_("请写一句。"))
    if len(text) > LONGEST[audience]:
        raise Invalid("text", N_("太长了，最多 %(most)s 个字。"), most=str(LONGEST[audience]))
    if "\x00" in text:
        raise Invalid("text", N_("里面有看不见的字符。"))
