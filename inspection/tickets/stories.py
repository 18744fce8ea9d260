"""What the author of a report is told about it, in plain words (平常话). Dates only, and nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from inspection.geography import service as geography
from inspection.kernel.db import db
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role
from inspection.photos.models import Photo
from inspection.reports import supplements
from inspection.reports.models import Report, ReportState, Supplement
from inspection.tickets import comments, lists, visibility
from inspection.tickets.annexes import Comment
from inspection.tickets.lists import Happening
from inspection.tickets.models import Answer, Recheck, Ticket
from inspection.tickets.workflow import PLAIN_STATE_NAMES, State

REPORT_WORDS = {
    ReportState.INCOMPLETE: N_("照片还没到齐"),
    ReportState.RECEIVED: N_("已收到"),
    ReportState.FILED: N_("已立案"),
    ReportState.MERGED: N_("和别人报的合在一起办"),
    ReportState.DECLINED: N_("没有立案"),
    ReportState.WITHDRAWN: N_("您已撤回"),
}


AUTHOR_WORDS = {
    "ticket.dispatched": ("dispatched", N_("交给承办单位")),
    "ticket.accepted": ("handling", N_("承办单位开始整改")),
    "ticket.handled": ("handled", N_("承办单位交来整改后照片")),
    "ticket.failed": ("rework", N_("复核没有通过，退回再改")),
    "ticket.suspended": ("suspended", N_("要等一段时间才能改")),
    "ticket.closed": ("closed", N_("改好了，已办结")),
    "ticket.looked_back": ("closed", N_("回头看过，没有反弹")),
    "ticket.rebounded": ("rebound", N_("问题又出现了，重新整改")),
    "ticket.voided": ("void", N_("已作废")),
}
"""The events that an author is told of: the mark beside them, and the words."""


@dataclass(frozen=True)
class Step:
    """One line of a report's way: its mark, what happened, when, and a sentence more."""

    mark: str
    words: Phrase
    at: datetime | None
    note: str


@dataclass(frozen=True)
class Told:
    """A state's code (for its mark), its words, and the ticket's number and state if there is one."""

    code: str
    words: str
    ticket: dict[str, Any] | None


def plain(report: Report) -> Told:
    """How a report's matter stands, for its author."""
    ticket = visibility.ticket_of(report.id) if report.state in {ReportState.FILED, ReportState.MERGED} else None
    if ticket is None:
        return Told(mark(report), REPORT_WORDS[report.state], None)
    return Told(ticket.state.value, PLAIN_STATE_NAMES[ticket.state], _about(ticket))


def mark(report: Report) -> str:
    """The code of the moon that shows a report's state."""
    return "saved" if report.state is ReportState.INCOMPLETE else report.state.value


def _about(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number, "state": ticket.state.value}


def street_name(report: Report) -> str:
    """The nearest street's name, for a report without an address in words."""
    atlas = geography.current_atlas()
    return atlas.street(report.street_code).name if report.street_code else atlas.district(report.district_code).name


def after_picture(report: Report) -> Photo | None:
    """The picture of the repair, once it has been rechecked or waits for it."""
    ticket = visibility.ticket_of(report.id)
    if ticket is None or ticket.state not in {State.HANDLED, State.CLOSED}:
        return None
    answer = last_answer(ticket)
    return next((photo for photo in answer.manifest.photos if photo.copied_at), None) if answer else None


def last_answer(ticket: Ticket) -> Answer | None:
    """The unit's latest answer that was handed in."""
    return next(iter(answers(ticket)), None)


def answers(ticket: Ticket) -> Sequence[Answer]:
    """The unit's answers that were handed in, one for each round, the latest first."""
    handed_in = select(Answer).where(Answer.ticket_id == ticket.id, Answer.answered_at.is_not(None))
    return db.session.scalars(handed_in.order_by(Answer.answered_at.desc())).all()


def rechecks(ticket: Ticket) -> Sequence[Recheck]:
    """The looks at a repair that have pictures of their own, the latest first; a report that showed it to be back is
    among the ticket's reports already.
    """
    reports = [link.report_id for link in ticket.reports]
    shown = select(Recheck).where(Recheck.ticket_id == ticket.id, Recheck.manifest_id.not_in(reports))
    return db.session.scalars(shown.order_by(Recheck.at.desc())).all()


def for_author(report: Report) -> list[Step]:
    """What has happened, and what the offices say, in the author's words: days only, signed by offices."""
    atlas = geography.current_atlas()
    steps = [Step("received", Phrase(N_("您拍照上报")), report.received_at or report.announced_at, "")]
    added = [(one.at, Step("received", _added(one), one.at, one.note)) for one in supplements.of_reports([report.id])]
    decided = report.decided_at
    steps += [step for at, step in added if decided is None or at <= decided]
    later = [(at, step) for at, step in added if decided is not None and at > decided]
    if report.state is ReportState.DECLINED:
        steps.append(Step("declined", Phrase(N_("没有立案")), report.decided_at, report.decline_text or ""))
    if report.state is ReportState.WITHDRAWN:
        steps.append(Step("withdrawn", Phrase(N_("您已撤回")), report.decided_at, ""))
    ticket = visibility.ticket_of(report.id)
    if report.state is ReportState.MERGED:
        steps.append(Step("merged", Phrase(REPORT_WORDS[report.state]), report.decided_at, ""))
    if ticket is not None:
        district = atlas.district(ticket.district_code).name
        steps.append(Step("filed", Phrase(N_("%(district)s立案"), {"district": district}), ticket.filed_at, ""))
        later += [(event.at, step) for event in lists.history(ticket) if (step := _told(event))]
        later += [(one.at, _said(one, ticket)) for one in comments.to_reporters(ticket)]
    return steps + [step for _at, step in sorted(later, key=lambda timed: timed[0])]


def office(role: Role, district_code: str) -> Phrase:
    """The office's name with which its officers sign: 东城文明办 of a district, else the city's; never a person's."""
    if role is not Role.DISTRICT:
        return Phrase(ROLE_NAMES[Role.CITY])
    district = geography.current_atlas().district(district_code).short
    return Phrase(N_("%(district)s%(office)s"), {"district": district, "office": ROLE_NAMES[role]})


def _added(supplement: Supplement) -> Phrase:
    number = len(supplement.manifest.photos)
    return Phrase(N_("您补充了 %(number)s 张照片"), {"number": number}) if number else Phrase(N_("您补充了一句"))


def _said(comment: Comment, ticket: Ticket) -> Step:
    by = office(comment.role, ticket.district_code)
    return Step("received", Phrase(N_("%(office)s给您留言"), {"office": by}), comment.at, comment.text)


def _told(event: Happening) -> Step | None:
    known = AUTHOR_WORDS.get(event.name)
    return Step(known[0], Phrase(known[1]), event.at, "") if known else None
