"""The same decision about many reports (批量分拣): first what would happen to each, then each by itself.

Nothing here commits: every report is decided in a transaction of its own, so that one that cannot be decided stops no
other, and nothing is locked for long.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people.models import Person, Unit
from inspection.reports import service as reports
from inspection.reports.models import Report, ReportState
from inspection.tickets import service as tickets
from inspection.tickets import stories
from inspection.triage import assigning, assignments, candidates
from inspection.triage import service as triage
from inspection.triage.service import DeclineGround

MOST = 50
"""So many at once: more than anyone looks through, and done within some seconds."""


class BulkAction(StrEnum):
    """What is done to each: 立案, 立案并按建议派遣, 立案并派给一个单位, 不予立案, 分给同事."""

    FILE = "file"
    DISPATCH = "dispatch"
    ASSIGN = "assign"
    DECLINE = "decline"
    GIVE = "give"


@dataclass(frozen=True)
class Order:
    """What is to be done, with what it needs: a unit, a ground and a sentence to decline with, a colleague."""

    action: BulkAction
    unit: Unit | None = None
    ground: DeclineGround | None = None
    text: str = ""
    person: Person | None = None
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    """All that is done by it belongs together."""

    def check(self) -> None:
        """Raise Invalid for what is missing."""
        if self.action is BulkAction.ASSIGN and self.unit is None:
            raise Invalid("unit", N_("请选承办单位。"))
        if self.action is BulkAction.GIVE and self.person is None:
            raise Invalid("person", N_("请选分给谁。"))
        if self.action is BulkAction.DECLINE:
            if self.ground is None:
                raise Invalid("ground", N_("请选不予立案的理由。"))
            tickets.require_text("text", self.text, N_("请用一句话写明理由，督查员会看到。"))


@dataclass(frozen=True)
class Outcome:
    """What would happen to a report, or has: in words; ``wrong`` says why it would not."""

    report: Report
    words: Phrase
    wrong: bool = False
    similar: int = 0
    """How many open cases and waiting reports it is likely the same as: worth a look before it is filed."""


def plan(chosen: Iterable[uuid.UUID], order: Order, *, by: Person) -> list[Outcome]:
    """What would happen to each, without doing it (试算)."""
    order.check()
    return [_planned(reports.visible(by, report_id), order, by) for report_id in list(chosen)[:MOST]]


def do(report_id: uuid.UUID, order: Order, *, by: Person, now: datetime) -> Outcome:
    """Do it to one report; raises what the decision raises."""
    report = reports.visible(by, report_id)
    if order.action is BulkAction.DECLINE and order.ground is not None:
        triage.decline(report, ground=order.ground, text=order.text, by=by, now=now)
        return Outcome(report, Phrase(N_("已不予立案")))
    if order.action is BulkAction.GIVE and order.person is not None:
        assigning.assign(report, to=order.person.id, by=by, now=now, batch=order.batch)
        return Outcome(report, Phrase(N_("已分给%(name)s"), {"name": order.person.name}))
    unit = _unit(report, order)
    if unit is None and order.action is not BulkAction.FILE:
        raise Conflict(NO_UNIT)
    ticket = triage.file_and_dispatch(
        report, category=report.category_code, place=_place(report), unit=unit, limit=None, by=by, now=now
    )
    given = {"number": ticket.number, "unit": unit.name if unit else ""}
    done = N_("已立案 %(number)s，派给%(unit)s") if unit else N_("已立案 %(number)s")
    return Outcome(report, Phrase(done, given))


NO_UNIT = N_("没有合适的单位，要单独分")
WOULD = {
    BulkAction.FILE: N_("会立案"),
    BulkAction.DECLINE: N_("会不予立案"),
}


def _planned(report: Report, order: Order, by: Person) -> Outcome:
    try:
        triage.require_reach(by, report)
    except Refusal as refusal:
        return Outcome(report, Phrase(refusal.message, refusal.params), wrong=True)
    if report.state is not ReportState.RECEIVED:
        return Outcome(report, Phrase(N_("这条线索已经处理过了。")), wrong=True)
    if order.action is BulkAction.DECLINE:
        return Outcome(report, Phrase(WOULD[order.action]))
    if order.action is BulkAction.GIVE and order.person is not None:
        return _given(report, order.person, by)
    near = [one for one in candidates.of(report, within=candidates.seen_by(by)) if one.likeness.likely or one.rebound]
    if order.action is BulkAction.FILE:
        return Outcome(report, Phrase(WOULD[order.action]), similar=len(near))
    unit = _unit(report, order)
    if unit is None:
        return Outcome(report, Phrase(NO_UNIT), wrong=True, similar=len(near))
    if unit.district_code != report.district_code:
        return Outcome(report, Phrase(N_("这个单位不在本区。")), wrong=True, similar=len(near))
    return Outcome(report, Phrase(N_("会立案，派给%(unit)s"), {"unit": unit.name}), similar=len(near))


def _given(report: Report, person: Person, by: Person) -> Outcome:
    try:
        assigning.require_colleague(person.id, report, by)
    except Invalid as refusal:
        return Outcome(report, Phrase(refusal.message, refusal.params), wrong=True)
    holder = assignments.holder(report.id)
    if holder is not None and holder.id == person.id:
        return Outcome(report, Phrase(N_("本来就是这样分的。")), wrong=True)
    return Outcome(report, Phrase(N_("会分给%(name)s"), {"name": person.name}))


def _unit(report: Report, order: Order) -> Unit | None:
    if order.action is BulkAction.ASSIGN:
        return db.session.get(Unit, order.unit.id) if order.unit else None
    if order.action is BulkAction.DISPATCH:
        return triage.suggest(report, report.category, report.site_type).unit
    return None


def _place(report: Report) -> str:
    return report.address or stories.street_name(report)
