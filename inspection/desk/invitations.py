"""邀请单: inspectors by name, who has signed in on a phone, and sheets to print, each shown once.

A sheet's token exists in one answer only. A form says which unused invitation it knew of, so that sending it again
(the browser's reload) is asked about instead of making worthless what has just been printed.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people import invitations, roster
from inspection.people.access import KIND_NAMES, Right
from inspection.people.invitations import Draft
from inspection.people.models import Invitation, Person
from inspection.web import address, session
from inspection.web.page import minute_words, recent_day_words
from inspection.web.requires import requires
from inspection.web.tools import tools

PAGE = 30
"""Also the most that are printed at once: each code is hashed slowly."""
PHONE_DIGITS = 11


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/invitations", "invitations", list_inspectors)
    blueprint.add_url_rule("/invitations/sheets", "invitation_sheets", print_several, methods=["POST"])
    blueprint.add_url_rule("/invitations/sheets", "invitation_sheets_again", ask_again)
    blueprint.add_url_rule("/invitations/<uuid:person_id>/sheet", "invitation_sheet", print_one, methods=["POST"])
    blueprint.add_url_rule("/invitations/<uuid:person_id>/sheet", "invitation_sheet_again", ask_one_again)


@requires(Right.PEOPLE_MANAGE)
def list_inspectors() -> ResponseReturnValue:
    """Inspectors by name, a page at a time, or those whose phone number has these digits."""
    phone = "".join(filter(str.isdecimal, request.args.get("phone", "")))[:PHONE_DIGITS]
    after = request.args.get("after", type=uuid.UUID)
    people = roster.inspectors(phone=phone, after=after, limit=PAGE + 1)
    more = people[PAGE - 1] if len(people) > PAGE else None
    return render_template(
        "desk/invitations.html",
        nav=navigation.bar(session.person(), "invitations"),
        phone=phone,
        people=_lines(people[:PAGE], now()),
        next_url=url_for("desk.invitations", after=more.id, phone=phone or None) if more else None,
        prev_url=url_for("desk.invitations", phone=phone or None) if after else None,
    )


@requires(Right.PEOPLE_MANAGE)
def print_one(person_id: uuid.UUID) -> ResponseReturnValue:
    """A fresh sheet for one inspector."""
    return _print([_inspector(person_id)])


@requires(Right.PEOPLE_MANAGE)
def print_several() -> ResponseReturnValue:
    """Fresh sheets for those who were chosen."""
    people = roster.chosen(request.form.getlist("person", type=uuid.UUID)[:PAGE])
    return _print(people) if people else redirect(url_for("desk.invitations"), HTTPStatus.SEE_OTHER)


@requires(Right.PEOPLE_MANAGE)
def ask_one_again(person_id: uuid.UUID) -> ResponseReturnValue:
    """The sheet is not shown twice: whether to make another."""
    return _again([_inspector(person_id)])


@requires(Right.PEOPLE_MANAGE)
def ask_again() -> ResponseReturnValue:
    """Several sheets are not shown twice either: back to the list."""
    return redirect(url_for("desk.invitations"))


def _inspector(person_id: uuid.UUID) -> Person:
    found = roster.chosen([person_id])
    if not found:
        raise NotFound(N_("没有这位督查员。"))
    return found[0]


def _print(people: Sequence[Person]) -> ResponseReturnValue:
    known = invitations.unspent_of(people)
    if any(request.form.get(f"seen-{person.id}", "") != name_of(known.get(person.id)) for person in people):
        return _again(people), HTTPStatus.CONFLICT
    return printed(people)


def printed(people: Sequence[Person], **more: Any) -> str:
    """Fresh sheets for these people, in this one answer; see ``sheets_page``."""
    moment = now()
    new = {person.id: invitations.draft() for person in people}
    end_reading()
    with writing():
        admin = session.person()
        for person in roster.chosen(new):
            invitations.create(person, new[person.id], valid=validity(), by=admin, now=moment)
    return sheets_page(new, moment, **more)


def sheets_page(
    new: Mapping[uuid.UUID, Draft],
    moment: datetime,
    *,
    told: Sequence[str] = (),
    further: dict[str, Any] | None = None,
    back_url: str = "",
) -> str:
    """Sheets that were made at a moment; with what is to be told above them, and how many more there are to print."""
    base = address.for_phones(tools().settings, request.host_url.rstrip("/"))
    return render_template(
        "desk/invitation_sheets.html",
        nav=navigation.bar(session.person(), "invitations"),
        sheets=[_sheet(person, new[person.id], base) for person in roster.chosen(new)],
        until=minute_words(moment + validity()),
        join=f"{base.partition('://')[2]}/join",
        told=told,
        further=further,
        back_url=back_url or url_for("desk.invitations"),
    )


def validity() -> timedelta:
    """How long an invitation counts."""
    return timedelta(hours=tools().settings.invitation_hours)


def _again(people: Sequence[Person]) -> str:
    known = invitations.unspent_of(people)
    return render_template(
        "desk/invitation_again.html",
        nav=navigation.bar(session.person(), "invitations"),
        people=[{"id": one.id, "name": one.name, "seen": name_of(known.get(one.id))} for one in people],
    )


def _sheet(person: Person, new: Draft, base: str) -> dict[str, str]:
    return {
        "name": person.name,
        "tail": person.phone[-2:],
        "qr": address.picture(f"{base}/join/{new.token}"),
        "code": invitations.grouped(new.code),
    }


def _lines(people: Sequence[Person], moment: datetime) -> list[dict[str, Any]]:
    seen, known, atlas = roster.last_seen(people, now=moment), invitations.unspent_of(people), geography.current_atlas()
    return [
        {
            "id": person.id,
            "name": person.name,
            "kind": _(KIND_NAMES[person.kind]) if person.kind else "",
            "phone": person.phone,
            "district": atlas.district(person.district_code).short if person.district_code else "",
            "last_seen": recent_day_words(seen[person.id]) if person.id in seen else "",
            "invitation": invitation_words(known.get(person.id), moment),
            "seen": name_of(known.get(person.id)),
            "sheet_url": url_for("desk.invitation_sheet", person_id=person.id),
        }
        for person in people
    ]


def invitation_words(invitation: Invitation | None, moment: datetime) -> str:
    """Until when an unused invitation counts, or that it does not any more; nothing for none."""
    if invitation is None:
        return ""
    if invitation.expires_at <= moment:
        return _("过期了，没用过")
    return _("%(when)s前有效", when=minute_words(invitation.expires_at))


def name_of(invitation: Invitation | None) -> str:
    """As a form says which unused invitation it knew of."""
    return str(invitation.id) if invitation else ""
