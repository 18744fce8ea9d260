"""A plan's draws out of the database, for the file and for its proof (抽签材料). Reads only."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from inspection.checks.models import Draw, Plan
from inspection.checks.proof import Dossier, Finding, Point, Record
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_

EVENTS = ("draw.sealed", "draw.drawn", "draw.revealed")
"""In the order in which they must have come."""


def dossier(plan_id: uuid.UUID) -> Dossier:
    """The plan with its draws; a seed is in it only once it is revealed. Raises NotFound."""
    return _dossier(plan_id, hidden=False)


def whole(plan_id: uuid.UUID) -> Dossier:
    """The same with every seed, for repeating the draws at once. Never shown."""
    return _dossier(plan_id, hidden=True)


def chained(plan_id: uuid.UUID) -> Sequence[Finding]:
    """Of every draw, whether the audit chain holds its hashes, and its events in their order."""
    return [Finding(one.number, Point.CHAIN, _in_chain(one)) for one in _draws(plan_id)]


def _dossier(plan_id: uuid.UUID, *, hidden: bool) -> Dossier:
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound(N_("没有这个方案。"))
    return Dossier(str(plan.id), plan.name, tuple(_record(one, hidden=hidden) for one in _draws(plan_id)))


def _draws(plan_id: uuid.UUID) -> Sequence[Draw]:
    return db.session.scalars(select(Draw).where(Draw.plan_id == plan_id).order_by(Draw.number)).all()


def _record(one: Draw, *, hidden: bool) -> Record:
    return Record(
        number=one.number,
        replaces=str(one.replaces_id) if one.replaces_id else None,
        seed=one.seed if hidden or one.revealed_at else None,
        seed_hash=one.seed_hash,
        given=one.given,
        given_hash=one.given_hash,
        drawn=one.drawn,
        drawn_hash=one.drawn_hash,
        sealed_at=one.sealed_at.isoformat(),
        drawn_at=_text(one.drawn_at),
        revealed_at=_text(one.revealed_at),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _in_chain(one: Draw) -> bool:
    mine = select(AuditEvent).where(AuditEvent.object == one.audit_ref, AuditEvent.name.in_(EVENTS))
    told = db.session.scalars(mine.order_by(AuditEvent.seq)).all()
    expected = _expected(one)
    return [event.name for event in told] == [name for name, _ in expected] and all(
        json.loads(event.data).get(key) == value
        for event, (_, facts) in zip(told, expected, strict=True)
        for key, value in facts.items()
    )


def _expected(one: Draw) -> Sequence[tuple[str, dict[str, str | None]]]:
    sealed, drawn, revealed = EVENTS
    steps: list[tuple[str, dict[str, str | None]]] = [
        (sealed, {"seed_hash": one.seed_hash, "given_hash": one.given_hash})
    ]
    if one.drawn_at:
        steps.append((drawn, {"drawn_hash": one.drawn_hash}))
    if one.revealed_at:
        steps.append((revealed, {"seed": one.seed}))
    return steps
