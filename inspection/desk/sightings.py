"""连续见证: what a ticket's sights prove, the evidence sheet, the notice on the car, and reports taken out again."""

import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation, testimony
from inspection.geography import service as geography
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people.access import Right, Role, scope
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, PhotoRole
from inspection.reports.models import Report, ReportState
from inspection.tickets import merging, postings, visibility
from inspection.tickets.annexes import Posting
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import OPEN
from inspection.triage import chains
from inspection.triage.sightings import Chain
from inspection.web import session, uploads
from inspection.web.page import category_name, day_words, half_day_words, picture_url
from inspection.web.requires import requires
from inspection.web.tools import tools


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/sightings", "sightings", show)
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/posting-sheet", "posting_sheet", show_posting_sheet)
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/posting", "post_notice", post_notice, methods=["POST"])
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/handing-over", "hand_over", hand_over, methods=["POST"])
    splitting = "/tickets/<uuid:ticket_id>/reports/<uuid:report_id>/splitting"
    blueprint.add_url_rule(splitting, "split_report", split_report, methods=["POST"])


@requires(Right.TICKET_READ)
def show(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """The evidence sheet (见证单): every sight with its day and picture, side by side, to print."""
    ticket, chain = _chained(ticket_id)
    return render_template(
        "desk/sightings.html",
        nav=navigation.bar(session.person(), "tickets"),
        ticket=_about(ticket),
        chain=told(chain),
        sights=[_sight(sight.report, number, chain) for number, sight in enumerate(chain.sights, 1)],
        posting=_posting(postings.of(ticket)),
        outlines_url=url_for("desk.outlines"),
    )


@requires(Right.TICKET_READ)
def show_posting_sheet(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """The notice to print and post on the car (告知书)."""
    ticket, chain = _chained(ticket_id)
    if not postings.applies(ticket):
        raise NotFound(N_("这一类问题不用贴告知书。"))
    return render_template(
        "desk/posting_sheet.html",
        nav=navigation.bar(session.person(), "tickets"),
        ticket=_about(ticket),
        plate=next(filter(None, (testimony.plate(link.report) for link in ticket.reports)), ""),
        chain=told(chain),
        wait_days=tools().settings.posting_wait_days,
    )


@requires(Right.TICKET_HANDLE)
def post_notice(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """The unit shows that the notice is posted."""
    moment = now()
    shown = uploads.stored("photos", PhotoRole.NEAR, now=moment)
    with writing():
        ticket = visibility.visible(session.person(), ticket_id)
        evidence = uploads.evidence(ticket.id, shown, now=moment, kind=ManifestKind.POSTING)
        days = tools().settings.posting_wait_days
        postings.post(ticket, evidence=evidence, wait_days=days, by=session.person(), now=moment)
    return _back(ticket_id)


@requires(Right.TICKET_HANDLE)
def hand_over(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """After the waiting period the unit hands it over."""
    with writing():
        ticket = visibility.visible(session.person(), ticket_id)
        postings.hand_over(ticket, to=request.form.get("to", ""), by=session.person(), now=now())
    return _back(ticket_id)


@requires(Right.REPORT_TRIAGE)
def split_report(ticket_id: uuid.UUID, report_id: uuid.UUID) -> ResponseReturnValue:
    """A report that was merged waits for a decision again."""
    with writing():
        ticket = visibility.visible(session.person(), ticket_id)
        report = db.session.get(Report, report_id)
        if report is None:
            raise NotFound(N_("没有这条线索。"))
        merging.split(ticket, report, by=session.person(), now=now())
    return _back(ticket_id)


def of_ticket(ticket: Ticket, person: Person) -> dict[str, Any]:
    """What the ticket's page says of it: the chain with the next step, and for the offices the reports one by one."""
    chain = chains.of_ticket(ticket)
    holds = person.role is Role.HANDLER and person.unit_id == ticket.unit_id and ticket.state in postings.TAKES
    return {
        "chain": told(chain) if chain else None,
        "sheet_url": url_for("desk.sightings", ticket_id=ticket.id) if chain else "",
        "posting": _step(ticket, holds) if chain and postings.applies(ticket) else None,
        "reports": [_report(link.report, ticket) for link in ticket.reports]
        if scope(person.role, Right.REPORT_READ) and len(ticket.reports) > 1
        else [],
    }


def told(chain: Chain) -> dict[str, Any]:
    """A chain in words: 从 11月9日 到 11月26日，17 天没有移动，2 人先后见证."""
    first, last = day_words(chain.sights[0].on), day_words(chain.sights[-1].on)
    seen = _("从 %(first)s 到 %(last)s，%(days)s 天没有移动", first=first, last=last, days=chain.days)
    missing = {
        "days": _("%(day)s 满 %(needed)s 天", day=day_words(chain.proven_on), needed=chain.needed),
        "people": _("还要另一个人见证一次"),
    }
    return {
        "text": seen if len(chain.sights) > 1 else _("%(first)s 见过一次", first=first),
        "people": _("%(number)s 人先后见证", number=chain.people),
        "proven": chain.proven,
        "missing": missing.get(chain.missing() or "", ""),
        "needed": _("首末两次相隔 %(needed)s 天（默认值，可修改）", needed=chain.needed),
        "first": first,
        "last": last,
        "days": chain.days,
    }


def _chained(ticket_id: uuid.UUID) -> tuple[Ticket, Chain]:
    ticket = visibility.visible(session.person(), ticket_id)
    chain = chains.of_ticket(ticket)
    if chain is None:
        raise NotFound(N_("这一类问题不看连续见证。"))
    return ticket, chain


def _about(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "url": url_for("desk.ticket", ticket_id=ticket.id),
        "title": f"{category_name(ticket.category)} · {ticket.place}",
        "category": category_name(ticket.category),
        "place": ticket.place,
        "district": geography.current_atlas().district(ticket.district_code).name,
        "unit": ticket.unit.name if ticket.unit else "",
        "basis": ticket.category.basis,
        "lat": ticket.lat,
        "lng": ticket.lng,
        "accuracy_m": None,
    }


def _sight(report_id: uuid.UUID, number: int, chain: Chain) -> dict[str, Any]:
    report = db.session.get_one(Report, report_id)
    seen = set(_seen(report))
    shown = [photo for photo in report.manifest.photos if photo.id in seen]
    return {
        "number": number,
        "lat": report.lat,
        "lng": report.lng,
        "state": report.state.value,
        "day": day_words(day_of(report.captured_at)),
        "after": _("第 %(days)s 天", days=(day_of(report.captured_at) - chain.sights[0].on).days),
        "plate": testimony.plate(report),
        "photos": [{"src": picture_url(photo, "web"), "alt": _("见证照片")} for photo in shown[:2]],
    }


def _seen(report: Report) -> list[uuid.UUID]:
    """The photos of a report that this person may see."""
    person = session.person()
    return [photo.id for photo in report.manifest.photos if visibility.may_see(person, photo)]


def _posting(posting: Posting | None) -> dict[str, Any] | None:
    if posting is None:
        return None
    photo = next(iter(posting.manifest.photos), None)
    over = posting.handed_over_at
    return {
        "day": day_words(posting.posted_at),
        "until": day_words(postings.until(posting)),
        "photo": picture_url(photo, "web"),
        "over": _("%(day)s 移交%(to)s", day=day_words(over), to=posting.handed_to) if over else "",
    }


def _step(ticket: Ticket, holds: bool) -> dict[str, Any]:
    """Where the notice stands: print, post, wait, hand over; the forms are for the unit that has it in hand."""
    posting = postings.of(ticket)
    ripe = posting is not None and day_of(now()) >= postings.until(posting) + timedelta(days=1)
    return {
        "known": _posting(posting),
        "print_url": url_for("desk.posting_sheet", ticket_id=ticket.id),
        "post_url": url_for("desk.post_notice", ticket_id=ticket.id) if holds and posting is None else "",
        "over_url": url_for("desk.hand_over", ticket_id=ticket.id)
        if holds and ripe and posting is not None and posting.handed_over_at is None
        else "",
    }


def _report(report: Report, ticket: Ticket) -> dict[str, Any]:
    merged = report.state is ReportState.MERGED
    splits = merged and scope(session.person().role, Right.REPORT_TRIAGE) and ticket.state in OPEN
    return {
        "alias": _("督查员·%(alias)s", alias=report.alias),
        "when": half_day_words(report.received_at),
        "description": report.description,
        "thumb": picture_url(next(iter(report.manifest.photos), None)),
        "state": report.state.value,
        "split_url": url_for("desk.split_report", ticket_id=ticket.id, report_id=report.id) if splits else "",
    }


def _back(ticket_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("desk.ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)
