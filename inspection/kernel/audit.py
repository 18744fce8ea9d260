"""Who did what to what, and when: an append-only chain of events (审计链).

An event is written in the transaction of the change that it tells of. Each carries the SHA-256 of the one before,
so that an edit, a removal or a reordering shows; the head is kept in a row of its own and printed in every notice,
so that a cut-off end shows too. Triggers in the database refuse to change or remove an event.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, Index, Integer, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from inspection.kernel.db import Model, db

BEGINNING = "0" * 64
SYSTEM = "system"
AUTHOR = "author"
"""Stands for the inspector who acts on their own report: who that is, is not in the chain."""

_PENDING = "audit.pending"


class Named(Protocol):
    """Anything that the chain can point at."""

    @property
    def audit_ref(self) -> str:
        """Kind and public id, such as ``ticket:9f3…``."""


class AuditEvent(Model):
    """One link of the chain."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object_seq", "object", "seq"),
        Index("ix_audit_event_name_seq", "name", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    object: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)

    def digest(self) -> str:
        """SHA-256 over the previous hash and this event's own fields, as lower-case hex."""
        content = [
            self.previous,
            self.seq,
            self.at.astimezone(UTC).isoformat(),
            self.actor,
            self.name,
            self.object,
            self.data,
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class AuditHead(Model):
    """The last link: the lock under which the next one is forged, and the witness that none was cut off."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Verdict:
    """What looking through the chain showed: how many links, the head, and what is wrong (nothing, one hopes)."""

    events: int
    head: str
    problems: tuple[str, ...]


def record(name: str, thing: Named | str, /, *, by: Named | str, at: datetime, **data: Any) -> None:
    """Write down that ``by`` did ``name`` to ``thing``; it enters the chain when the transaction commits."""
    pending: list[AuditEvent] = db.session.info.setdefault(_PENDING, [])
    pending.append(
        AuditEvent(
            at=at,
            actor=by if isinstance(by, str) else by.audit_ref,
            name=name,
            object=thing if isinstance(thing, str) else thing.audit_ref,
            data=json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str),
        )
    )


def hold() -> None:
    """Let nobody else write an event until this transaction ends: for a change that depends on the last one."""
    db.session.scalar(select(AuditHead.seq).where(AuditHead.id == 1).with_for_update())


def head() -> tuple[int, str]:
    """Number and hash of the last event."""
    last = db.session.get(AuditHead, 1)
    return (last.seq, last.hash) if last else (0, BEGINNING)


def verify(seen: tuple[int | None, str] | None = None) -> Verdict:
    """Walk the whole chain. ``seen`` is a head that was printed earlier: it must still be part of the chain.

    Its number may be None: a notice prints the hash alone, because the number tells how much went on.
    """
    problems: list[str] = []
    number, wanted = seen or (0, BEGINNING)
    met = wanted == BEGINNING
    seq, previous = 0, BEGINNING
    for link in _links():
        if link.seq != seq + 1:
            problems.append(f"event {seq + 1} is missing or out of order: found {link.seq}")
        if link.previous != previous:
            problems.append(f"event {link.seq} does not follow the one before it")
        if link.hash != link.digest():
            problems.append(f"event {link.seq} was changed")
        met = met or link.hash == wanted
        if link.seq == number and link.hash != wanted:
            problems.append(f"event {link.seq} is not the one that was printed")
        seq, previous = link.seq, link.hash
    if (seq, previous) != head():
        problems.append(f"the chain ends at event {seq}, but its head is at {head()[0]}")
    if number is not None and number > seq:
        problems.append(f"event {number} was printed, but the chain ends at {seq}")
    if number is None and not met:
        problems.append("the event that was printed is not in the chain")
    return Verdict(events=seq, head=previous, problems=tuple(problems))


def _links() -> Iterator[AuditEvent]:
    return iter(db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1000)))


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    pending: list[AuditEvent] = session.info.pop(_PENDING, [])
    if not pending:
        return
    last = session.scalar(
        select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
    )
    if last is None:
        raise RuntimeError("the audit chain has no head: run the migrations")
    for link in pending:
        link.seq, link.previous = last.seq + 1, last.hash
        link.hash = link.digest()
        last.seq, last.hash = link.seq, link.hash
        session.add(link)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    session.info.pop(_PENDING, None)
