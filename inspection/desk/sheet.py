"""案卷单: a ticket on paper, for everybody who may see its page, and with nothing that the page does not show them."""

import uuid
from datetime import datetime

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import case, happenings, pictures, testimony
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import end_reading
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.notices import fonts
from inspection.people.access import Right
from inspection.photos.models import Photo
from inspection.sheets import render
from inspection.sheets.content import Day, Deadline, Line, Picture, Section, Sheet, Words
from inspection.tickets import lists, visibility
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import STATE_NAMES
from inspection.web import session
from inspection.web.page import category_name, day_words
from inspection.web.requires import requires
from inspection.web.tools import tools

MOST_PICTURES = 24
"""Printed on a sheet; so many that more would be an album."""
CLOCK = ("ticket.suspended", "ticket.resumed", "ticket.extended", *happenings.RECOUNTED)
LOOKS = ("ticket.closed", "ticket.failed", "ticket.looked_back", "ticket.rebounded")
SECTIONS = ((N_("批示"), ("ticket.instructed",)), (N_("停表与延期"), CLOCK), (N_("核查与回头看"), LOOKS))


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/tickets/<uuid:ticket_id>/sheet.pdf", "sheet", sheet)


@requires(Right.TICKET_READ)
def sheet(ticket_id: uuid.UUID) -> ResponseReturnValue:
    """The sheet as PDF."""
    kit, ticket = tools(), visibility.visible(session.person(), ticket_id)
    said, name = composed(ticket, now()), ticket.number
    keys = {str(photo.id): photo.copy_key("web") for photo, _label in _shown(ticket) if photo.copied_at}
    end_reading()
    photos = {photo_id: kit.storage.read(key) for photo_id, key in keys.items()}
    response = Response(render.pdf(said, photos, fonts.found(kit.settings.fonts_dir)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def composed(ticket: Ticket, moment: datetime) -> Sheet:
    """What the ticket's page shows, in the order of a file: what, by when, seen, said, done."""
    shown, every = _shown(ticket), pictures.labelled(ticket)
    events = lists.history(ticket)
    sections = [
        Section(_(heading), tuple(filter(None, (_line(one, ticket) for one in events if one.name in names))))
        for heading, names in SECTIONS
    ]
    course = Section(_("经过"), tuple(filter(None, (_line(one, ticket) for one in events))))
    left = len(every) - len(shown)
    return Sheet(
        words=_words(),
        number=ticket.number,
        state=_(STATE_NAMES[ticket.state]),
        as_of=day_of(moment),
        as_of_words=_("截至%(day)s", day=day_words(moment)),
        facts=_facts(ticket, moment),
        deadline=_deadline(ticket, moment),
        pictures=tuple(Picture(str(photo.id), label) for photo, label in shown),
        further_pictures=_("另有 %(number)s 张没有印在这里。", number=left) if left else "",
        proof=tuple((one["ok"], one["text"]) for one in pictures.proof(ticket)),
        sections=(*sections, course),
    )


def _words() -> Words:
    return Words(
        title=_("案卷单"),
        deadline=_("期限怎么算"),
        pictures=_("照片"),
        missing=_("照片还没有处理好"),
        proof=_("整改后照片的核对"),
        page=_("第 {page} 页，共 {pages} 页"),
    )


def _shown(ticket: Ticket) -> list[tuple[Photo, str]]:
    return pictures.labelled(ticket)[:MOST_PICTURES]


def _facts(ticket: Ticket, moment: datetime) -> tuple[tuple[str, str], ...]:
    told = case.facts(ticket, moment)
    plates = filter(None, (testimony.plate(link.report) for link in ticket.reports))
    facts = (
        (_("案卷号"), told["number"]),
        (_("类别"), category_name(ticket.category)),
        (_("点位"), told["place"]),
        (_("号牌"), _("、").join(dict.fromkeys(plates))),
        (_("属地"), told["district"]),
        (_("承办"), told["unit"] or _("还没有派遣")),
        (_("依据"), told["basis"]),
        (_("轮次"), told["about"]),
        (_("督办"), ticket.supervised or ""),
        (_("线索"), _("；").join(told["reports"])),
    )
    return tuple((label, value) for label, value in facts if value)


def _deadline(ticket: Ticket, moment: datetime) -> Deadline | None:
    told = case.deadline(ticket, moment, work_calendar())
    if told is None:
        return None
    days = tuple(Day(day["date"], day["weekday"], day["mark"], day["kind"]) for day in told["days"])
    return Deadline(told["title"], told["text"], told["note"], days)


def _line(event: lists.Happening, ticket: Ticket) -> Line | None:
    told = happenings.line(event, ticket)
    if told is None:
        return None
    office = event.data.get("office", "") if event.name == "ticket.instructed" else ""
    title = _("%(office)s：%(text)s", office=office, text=event.data["text"]) if office else told["title"]
    return Line(told["when"], title, told["note"])
