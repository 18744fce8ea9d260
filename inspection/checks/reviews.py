"""What the city office does with a visit that came in: accepts it, asks something back once, or does not use it (审核).

Whoever decides is not whoever was there. Nothing here commits, and no event names an inspector.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from inspection.checks import brought, gathering, integrity, lane_steps, scoring, workflow
from inspection.checks.models import Outcome, Visit, VisitFinding
from inspection.checks.scoring import Score, Verdict
from inspection.checks.workflow import Action, VisitState
from inspection.kernel import audit, queue
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.phrases import Listing
from inspection.kernel.text import N_
from inspection.people import access, visiting
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.models import Category

LONGEST_TEXT = 500
OTHER_CATEGORY = "other"
"""What a failure becomes whose category is no longer in the catalogue."""
COPIES_TAKE = timedelta(hours=1)
"""So long the copies of the pictures, and with them their hashes, are waited for."""
A_MINUTE = timedelta(minutes=1)
LOOKED_AT = (VisitState.RECEIVED, VisitState.ASKED)


class Ground(StrEnum):
    """Why a visit is not used (不采用理由)."""

    TOO_FAR = "too_far"
    REPEATED_PICTURES = "repeated_pictures"
    IDENTICAL_TEXTS = "identical_texts"
    TOO_FAST = "too_fast"
    OTHER = "other"


GROUND_WORDS = {
    Ground.TOO_FAR: N_("离点位太远"),
    Ground.REPEATED_PICTURES: N_("照片重复"),
    Ground.IDENTICAL_TEXTS: N_("文字雷同"),
    Ground.TOO_FAST: N_("走得太快"),
    Ground.OTHER: N_("其他"),
}


def find(person: Person, visit_id: uuid.UUID) -> Visit:
    """The visit, for whoever reviews; raises NotFound, alike for what is not there and for everybody else."""
    visit = db.session.get(Visit, visit_id)
    if visit is None or access.scope(person.role, Right.VISIT_REVIEW) is None:
        raise NotFound(N_("没有这次走访。"))
    return visit


def accept(visit: Visit, *, by: Person, now: datetime) -> Visit:
    """The visit counts (采用): its score is kept, and each failed item becomes a finding.

    Raises Conflict where it cannot be accepted now: not looked through yet, or an item has no answer that counts.
    """
    state = _begin(visit, Action.ACCEPT, by)
    if visit.flags is None:
        raise Conflict(N_("照片和时间还在核对，请过一会儿再看。"))
    if brought.outcome(visit) is Outcome.DONE:
        score = brought.scored(visit)
        _require_whole(visit, score)
        visit.score = scoring.plain(score)
        _find(visit, score)
    _decide(visit, state, by, now)
    audit.record("visit.accepted", visit, by=by, at=now, total=visit.score["total"] if visit.score else None)
    return visit


def ask_back(visit: Visit, *, items: Sequence[str], text: str, by: Person, now: datetime) -> Visit:
    """Ask whoever was there for named items once more, with a sentence that they read (退回补充); only once.

    Raises Invalid naming the field, Conflict when it was asked before or is not with the office.
    """
    state = _begin(visit, Action.ASK, by)
    wanted = list(dict.fromkeys(items))
    if not wanted or not {item.key for item in brought.content(visit).items}.issuperset(wanted):
        raise Invalid("items", N_("请选要补充的检查项。"))
    visit.asked_text = _typed(text, needed=True)
    visit.state, visit.asked_at, visit.asked_items, visit.flags = state, now, wanted, None
    visiting.wait_again(visit.id)
    db.session.flush()
    audit.record("visit.asked", visit, by=by, at=now, items=wanted)
    return visit


def reject(visit: Visit, *, ground: Ground, text: str = "", by: Person, now: datetime) -> Visit:
    """The visit does not count (不采用), with a ground from the list; another ground needs a sentence.

    An acceptance is taken back by it, with its score and findings, until the plan's findings are released.
    """
    state = _begin(visit, Action.REJECT, by)
    visit.review_text = _typed(text, needed=ground is Ground.OTHER) or None
    visit.review_ground, visit.score = ground.value, None
    db.session.execute(delete(VisitFinding).where(VisitFinding.visit_id == visit.id))
    _decide(visit, state, by, now)
    audit.record("visit.rejected", visit, by=by, at=now, ground=ground.value)
    return visit


def examine(visit_id: uuid.UUID, *, now: datetime) -> None:
    """Look through what the visit brought and keep what stands out. Safe to run twice.

    Pictures are compared by their copies' hashes: as long as copies are being made, it is put off by a minute.
    """
    visit = db.session.get(Visit, visit_id, with_for_update=True, populate_existing=True)
    if visit is None or visit.state is not VisitState.RECEIVED:
        return
    if _copies_missing(visit, now):
        queue.enqueue("checks.examine", visit.id, now=now, at=now + A_MINUTE)
        return
    found = [flag for sealed in gathering.sealed(visit) for flag in integrity.flags(sealed)]
    visit.flags = [flag.plain() for flag in found]
    db.session.flush()
    audit.record("visit.examined", visit, by=audit.SYSTEM, at=now, flags=sorted({flag.kind.value for flag in found}))


def flags(visit: Visit) -> list[integrity.Flag]:
    """What stands out, each with its words; empty also before it was looked through."""
    return [integrity.read(kept) for kept in visit.flags or ()]


def released(visit: Visit) -> bool:
    """Whether what it came to is out: its plan's findings were released after it was accepted, or its own since."""
    out, own = visit.plan.released_at, VisitFinding.visit_id == visit.id
    if out is None or visit.reviewed_at is None:
        return False
    released_own = select(VisitFinding.id).where(own, VisitFinding.released_at.is_not(None)).limit(1)
    return visit.reviewed_at <= out or db.session.scalar(released_own) is not None


def _begin(visit: Visit, action: Action, by: Person) -> VisitState:
    """Where the action leads, once person and state allow it; the visit is locked."""
    access.require(by.role, Right.VISIT_REVIEW)
    if visiting.holds(by, visit.id):
        raise NotAllowed(N_("自己走访的，由别人审核。"))
    db.session.refresh(visit.plan, with_for_update=True)
    db.session.refresh(visit, with_for_update=True)
    return workflow.move(visit.state, action, asked=visit.asked_at is not None, released=released(visit))


def _decide(visit: Visit, state: VisitState, by: Person, now: datetime) -> None:
    visit.state, visit.reviewed_at, visit.reviewed_by_id = state, now, by.id
    visit.ended_at = visit.ended_at or now
    visiting.release([visit.id])
    db.session.flush()
    lane_steps.recount(visit.site, now=now)


def _require_whole(visit: Visit, score: Score) -> None:
    if score.missing:
        texts = {item.key: item.text for item in brought.content(visit).items}
        named = Listing(texts[key] for key in score.missing)
        raise Conflict(N_("这些项还没有答案，请退回补充或不采用：%(items)s。"), items=named)


def _find(visit: Visit, score: Score) -> None:
    """One finding for each failed item that becomes something."""
    failed = {one.key for one in score.whole.items if one.verdict is Verdict.FAILED}
    wanted = {one.key: one.category for one in brought.content(visit).items if one.key in failed and one.category}
    known = set(db.session.scalars(select(Category.code).where(Category.code.in_(wanted.values()))))
    for key, category in wanted.items():
        code = category if category in known else OTHER_CATEGORY
        db.session.add(
            VisitFinding(plan_id=visit.plan_id, visit=visit, site_id=visit.site_id, item=key, category_code=code)
        )


def _copies_missing(visit: Visit, now: datetime) -> bool:
    """Whether some pictures of a record that has just come in have no copy yet."""
    fresh = [one for one in brought.records(visit) if one.received_at and now - one.received_at < COPIES_TAKE]
    return any(photo.copied_at is None for record in fresh for photo in record.manifest.photos)


def _typed(text: str, *, needed: bool) -> str:
    kept = text.strip()
    if needed and not kept:
        raise Invalid("text", N_("请写一句。"))
    if len(kept) > LONGEST_TEXT:
        raise Invalid("text", N_("太长了。"))
    if "\x00" in kept:
        raise Invalid("text", N_("里面有看不见的字符。"))
    return kept
