"""One report as the triage page shows it: its evidence, what it may be one more sight of, what is suggested."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from inspection.desk import colleagues, conversation, disputes, sightings, testimony
from inspection.geography import service as geography
from inspection.geography.points import Point
from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.access import Right, Scope, scope
from inspection.people.models import Person
from inspection.photos.models import Photo, PhotoRole
from inspection.reports import catalogue, supplements
from inspection.reports import service as reports
from inspection.reports.models import Form, Report, ReportState, Supplement
from inspection.tickets import clocks, deadlines, stories
from inspection.tickets import disputes as quarrels
from inspection.tickets.deadlines import UNIT_NAMES
from inspection.triage import candidates, chains, handover, routing
from inspection.triage import service as triage
from inspection.triage.candidates import Candidate
from inspection.triage.models import Proposal
from inspection.triage.service import DECLINE_WORDS, Suggestion
from inspection.web import language
from inspection.web.page import (
    category_name,
    day_words,
    distance_words,
    estimate_words,
    half_day_words,
    picture_url,
    site_type_name,
    weekday_words,
)

EXACT_M = 200
"""A position that is known less exactly is pointed out."""

FORMS = {Form.GUIDANCE: N_("督导"), Form.PATROL: N_("巡视"), Form.MYSTERY: N_("暗访"), Form.ADHOC: N_("随手拍")}
ROLES = {
    PhotoRole.FAR: N_("远景"),
    PhotoRole.NEAR: N_("近景"),
    PhotoRole.PLATE: N_("车牌"),
    PhotoRole.AFTER: N_("整改后"),
    PhotoRole.RECHECK: N_("核查"),
}


def opened(report: Report, person: Person, link: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page says about the report that is opened; ``link`` is the filter for its addresses."""
    proposal = db.session.get(Proposal, report.id) or triage.proposal(report, report.category, now())
    added = supplements.of_reports([report.id])
    near = candidates.of(report, within=candidates.seen_by(person))
    return {
        "report": _facts(report),
        "photos": [picture(photo) for photo in report.manifest.photos] + _added_pictures(added),
        "plate": testimony.plate(report),
        "pictured": testimony.pictured(report, link),
        "voices": testimony.spoken([report], person),
        "same_as": testimony.same_as(report, person),
        "added": [{"when": half_day_words(one.at), "note": one.note} for one in added if one.note],
        "asked": conversation.asked([report], person),
        "asking": conversation.asking([report], url_for("desk.ask_about", report_id=report.id), person, None),
        "proof": _proof(report, proposal),
        "near": [_near(one, number, report, link) for number, one in enumerate(near, 1)],
        "proposal": suggestion(triage.suggest(report, report.category, report.site_type)),
        "hand_over": _hand_over(report, person, link),
        "assigning": colleagues.form(report, person, link),
        "opening_url": _opening_url(report, person),
        "units": [{"code": str(unit.id), "name": unit.name} for unit in people.units_of(report.district_code)],
        "categories": [
            {"code": one.code, "name": category_name(one)}
            for one in reports.categories()
            if one.active or one is report.category
        ],
        "site_types": [{"code": code, "name": site_type_name(code)} for code in catalogue.site_types()],
        "limit_units": [{"code": unit.value, "name": _(name)} for unit, name in UNIT_NAMES.items()],
        "grounds": [{"code": ground.value, "name": _(text)} for ground, text in DECLINE_WORDS.items()],
        "file_url": url_for("desk.file_report", report_id=report.id, **link),
        "decline_url": url_for("desk.decline_report", report_id=report.id, **link),
        "suggest_url": url_for("desk.suggestion", report_id=report.id),
        "outlines_url": url_for("desk.outlines"),
    }


def _opening_url(report: Report, person: Person) -> str:
    """Where to ask who is behind a mystery check; nothing for whoever may not."""
    may_ask = report.form is Form.MYSTERY and scope(person.role, Right.IDENTITY_OPEN) is not None
    return url_for("desk.openings", report=report.id) if may_ask else ""


def picture(photo: Photo) -> dict[str, Any]:
    """A photo with both copies and what it shows."""
    label = _(ROLES[photo.role])
    return {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "label": label}


def suggestion(found: Suggestion) -> dict[str, Any]:
    """What the routing suggests, with the day on which it would be due and the line that says so."""
    calendar = work_calendar()
    due_at = clocks.due_if_dispatched(found.limit, now(), calendar)
    text = _(
        "若今天立案派遣：%(unit)s，%(limit)s，%(day)s（%(weekday)s）到期",
        unit=found.unit.name if found.unit else _("还没有合适的单位"),
        limit=language.told(deadlines.told(found.limit.amount, found.limit.unit)),
        day=day_words(due_at),
        weekday=weekday_words(due_at),
    )
    return {
        "unit": str(found.unit.id) if found.unit else "",
        "limit_amount": found.limit.amount,
        "limit_unit": found.limit.unit.value,
        "text": text,
        "line": _("派遣依据：%(line)s", line=language.told(found.line)),
        "notices": estimate_words(calendar, due_at),
    }


def _facts(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "category": category_name(report.category),
        "category_code": report.category_code,
        "place": report.address or stories.street_name(report),
        "address": report.address,
        "description": report.description,
        "alias": _("督查员·%(alias)s", alias=report.alias),
        "form": _(FORMS[report.form]),
        "when": half_day_words(report.received_at),
        "state": report.state.value,
        "waiting": report.state is ReportState.RECEIVED,
        "basis": report.category.basis,
        "has_plate": report.category.plate,
        "plate": report.plate or "",
        "site_type": report.site_type or "",
        "lat": report.lat,
        "lng": report.lng,
        "accuracy_m": round(report.accuracy_m) if report.accuracy_m is not None else None,
    }


def _added_pictures(added: Sequence[Supplement]) -> list[dict[str, Any]]:
    """What the author added, told from what was there at first."""
    label = pgettext("photo", "补充")
    return [picture(photo) | {"alt": label, "label": label} for one in added for photo in one.manifest.photos]


def _near(one: Candidate, number: int, report: Report, link: dict[str, Any]) -> dict[str, Any]:
    ticket, other = one.ticket, one.report
    label = _("案卷 %(number)s", number=ticket.number) if ticket else _("待分拣")
    moves = {"report_id": report.id, "ticket_id": ticket.id, **link} if ticket else {}
    return {
        "number": number,
        "title": _("，").join(language.told(words) for words in one.likeness.reasons),
        "about": _("%(label)s · %(day)s", label=label, day=day_words(other.captured_at)),
        "what": _("%(category)s · %(place)s", category=category_name(other.category), place=_place(one)),
        "short": ticket.number.rpartition("-")[2] if ticket else "",
        "state": ticket.state.value if ticket else other.state.value,
        "thumb": picture_url(next(iter(other.manifest.photos), None)),
        "lat": other.lat,
        "lng": other.lng,
        "url": url_for("desk.ticket", ticket_id=ticket.id)
        if ticket
        else url_for("desk.triage_report", report_id=other.id, **link),
        "likely": one.likeness.likely,
        "unmoved": _unmoved(one, report),
        "merge_url": url_for("desk.merge_report", **moves) if one.open else "",
        "reopen_url": url_for("desk.reopen_by_report", **moves) if one.rebound else "",
        "together": str(other.id) if ticket is None else "",
    }


def _unmoved(one: Candidate, report: Report) -> str:
    """What both sights prove together: 17 天没有移动, or from which day on they would."""
    chain = chains.of_ticket(one.ticket, also=[report]) if one.open and one.ticket else None
    if chain is None or len(chain.sights) < 2:
        return ""
    words = sightings.told(chain)
    return _("，").join(filter(None, (words["text"], words["missing"])))


def _place(one: Candidate) -> str:
    if one.ticket:
        return one.ticket.place
    return one.report.address or stories.street_name(one.report)


def _hand_over(report: Report, person: Person, link: dict[str, Any]) -> dict[str, Any]:
    """To whom it can be passed on, what was said so far, and what was once decided near here."""
    atlas, everyone = geography.current_atlas(), scope(person.role, Right.REPORT_TRIAGE) is Scope.ALL
    to = handover.suggested(report)
    others = [one for one in atlas.districts if one.code != report.district_code or everyone]
    return {
        "url": url_for("desk.settle_report" if everyone else "desk.pass_on_report", report_id=report.id, **link),
        "decides": everyone,
        "disputed": report.disputed,
        "district": atlas.district(report.district_code).name,
        "to": to or "",
        "to_name": atlas.district(to).name if to else "",
        "districts": [{"code": one.code, "name": one.name} for one in others],
        "said": [
            _(
                "%(origin)s → %(district)s · %(day)s：%(note)s",
                origin=atlas.district(one.from_code).name,
                district=_("首都文明办") if report.disputed and one.from_code == one.to_code else _name(one.to_code),
                day=day_words(one.at),
                note=one.note or _("没有写理由"),
            )
            for one in handover.history(report.id)
        ],
        "precedent": _precedent(report),
    }


def _precedent(report: Report) -> str:
    """What the city decided last near here, about a report or about a ticket."""
    before, decided = handover.precedent(report), quarrels.precedent(Point(report.lat, report.lng))
    if decided is not None and (before is None or decided.at > before.at):
        return disputes.words(decided)
    if before is None:
        return ""
    return _(
        "先例：%(day)s 首都文明办指定这一处归%(district)s，理由：%(reason)s",
        day=day_words(before.at),
        district=_name(before.district_code),
        reason=before.reason,
    )


def _name(code: str) -> str:
    return geography.current_atlas().district(code).name


def _proof(report: Report, proposal: Proposal) -> list[dict[str, Any]]:
    lines = [{"ok": True, "text": _("照片未改动，指纹一致")}] if report.manifest.photos else []
    if report.accuracy_m is not None:
        exact = report.accuracy_m <= EXACT_M
        lines.append({"ok": exact, "text": _("位置误差约 %(distance)s", distance=distance_words(report.accuracy_m))})
    between = testimony.witnessed(report)
    if between is not None:
        apart = distance_words(between)
        lines.append(
            {"ok": False, "text": _("照片内的位置相差 %(distance)s，请核对", distance=apart)}
            if routing.positions_disagree(between, report.accuracy_m)
            else {"ok": True, "text": _("与照片内的位置相差 %(distance)s", distance=apart)}
        )
    farthest = testimony.farthest(report)
    if farthest is not None and farthest > testimony.FAR_M:
        text = _("有照片是在 %(distance)s外拍的，请核对", distance=distance_words(farthest))
        lines.append({"ok": False, "text": text})
    if proposal.border_m is not None:
        text = _("距区界 %(distance)s，归属存疑", distance=distance_words(proposal.border_m))
        lines.append({"ok": False, "text": text})
    return lines
