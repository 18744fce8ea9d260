"""消息: what this person has been told, read one by one or all at once, and by which ways they want to be told."""

import uuid
from collections.abc import Sequence
from datetime import time
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.notifications import inbox, outgoing, outlets, preferences
from inspection.notifications.models import Message
from inspection.notifications.rules import GIVEN, UNFILLED, VISIT_RECEIVED
from inspection.notifications.service import DIGEST
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports import service as reports
from inspection.tickets import visibility
from inspection.tickets.lists import View
from inspection.triage.queues import Filter, Whose
from inspection.web import language, paging, session
from inspection.web.errors import status_of
from inspection.web.page import category_name, recent_half_day_words, short_day
from inspection.web.requires import requires
from inspection.web.tools import tools

PAGE = 30
NOTICE_DRAFTED = "notice.drafted"
OPENS = {
    DIGEST: N_("看待办"),
    NOTICE_DRAFTED: N_("看通报"),
    GIVEN: N_("看分给我的"),
    VISIT_RECEIVED: N_("去审走访"),
    UNFILLED: N_("看方案"),
}
PAGES = {NOTICE_DRAFTED: "desk.notices", VISIT_RECEIVED: "desk.reviews", UNFILLED: "desk.plans"}
OPEN = "open"


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/messages", "messages", list_messages)
    blueprint.add_url_rule("/messages/reading", "read_messages", read_all, methods=["POST"])
    blueprint.add_url_rule("/messages/<uuid:message_id>/reading", "read_message", read_one, methods=["POST"])
    blueprint.add_url_rule("/messages/preferences", "preferences", show_preferences)
    blueprint.add_url_rule("/messages/preferences", "choose_preferences", choose, methods=["POST"])


@requires(Right.MESSAGES_READ)
def list_messages() -> ResponseReturnValue:
    """Their messages, the newest first."""
    person, cursor = session.person(), request.args.get("cursor")
    rows = inbox.page(person, before=paging.key(cursor), limit=PAGE + 1)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    unread = inbox.count_unread(person)
    return render_template(
        "desk/messages.html",
        nav=navigation.bar(person, "messages"),
        messages=_lines(rows[:PAGE], person),
        unread=unread,
        cursor=cursor or "",
        newest=paging.cursor(rows[0].at, rows[0].id) if rows and unread and not cursor else "",
        next_url=url_for("desk.messages", cursor=paging.cursor(more.at, more.id)) if more else None,
        prev_url=url_for("desk.messages") if cursor else None,
    )


@requires(Right.MESSAGES_READ)
def read_one(message_id: uuid.UUID) -> ResponseReturnValue:
    """One message is read; then on to what it is about, if that was asked for."""
    with writing():
        message = inbox.read(session.person(), message_id, now=now())
        target = _target(message)
    if OPEN in request.form and target:
        return redirect(target, HTTPStatus.SEE_OTHER)
    return redirect(url_for("desk.messages", cursor=request.form.get("cursor") or None), HTTPStatus.SEE_OTHER)


@requires(Right.MESSAGES_READ)
def read_all() -> ResponseReturnValue:
    """All that the page showed, and all before it, are read."""
    until = paging.key(request.form.get("until"))
    if until is None:
        raise Invalid("until", N_("翻页的位置看不懂，请从头看起。"))
    with writing():
        inbox.read_all(session.person(), until=until, now=now())
    return redirect(url_for("desk.messages"), HTTPStatus.SEE_OTHER)


@requires(Right.MESSAGES_READ)
def show_preferences() -> ResponseReturnValue:
    """The ways by which they are told."""
    return _preferences()


@requires(Right.MESSAGES_READ)
def choose() -> ResponseReturnValue:
    """Keep what was chosen; what is wrong is said at its field."""
    given = request.form
    try:
        with writing():
            preferences.choose(
                session.person(),
                address=given.get("email", ""),
                email="by_email" in given,
                sms="by_sms" in given,
                quiet_from=_hour("quiet_from"),
                quiet_until=_hour("quiet_until"),
                now=now(),
            )
    except Invalid as refusal:
        return _preferences(given.to_dict(), {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.preferences", kept=1), HTTPStatus.SEE_OTHER)


def _preferences(tried: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    person = session.person()
    chosen, ways = preferences.of(person), outlets.ways(tools().settings)
    values = tried or {
        "email": person.email or "",
        "quiet_from": f"{chosen.quiet_from:%H:%M}",
        "quiet_until": f"{chosen.quiet_until:%H:%M}",
    }
    by_email, by_sms = chosen.email, chosen.sms
    return render_template(
        "desk/preferences.html",
        nav=navigation.bar(person, "messages"),
        values=values,
        by_email="by_email" in tried if tried is not None else by_email,
        by_sms="by_sms" in tried if tried is not None else by_sms,
        phone=person.phone,
        errors=errors or {},
        ways=ways,
        kept="kept" in request.args,
    )


def _lines(messages: Sequence[Message], person: Person) -> list[dict[str, Any]]:
    visible = visibility.visible_ids(person, [message.ticket_id for message in messages if message.ticket_id])
    categories = {category.code: category_name(category) for category in reports.categories()}
    return [_line(message, categories, visible) for message in messages]


def _line(message: Message, categories: dict[str, str], visible: set[uuid.UUID]) -> dict[str, Any]:
    facts = outgoing.read(message.facts)
    due = _("期限 %(day)s", day=short_day(facts.due)) if facts.due else ""
    about = (recent_half_day_words(message.at), categories.get(facts.category, ""), facts.place, due)
    return {
        "id": message.id,
        "text": language.told(facts.fill(message.text)),
        "about": list(filter(None, about)),
        "unread": message.read_at is None,
        "opens": _opens(message, visible),
    }


def _opens(message: Message, visible: set[uuid.UUID]) -> str:
    """What the button says that leads to what the message is about; nothing if it leads nowhere."""
    if message.kind in OPENS:
        return _(OPENS[message.kind])
    return _("看案卷") if message.ticket_id in visible else ""


def _target(message: Message) -> str | None:
    if message.ticket_id:
        return url_for("desk.ticket", ticket_id=message.ticket_id)
    if message.kind == DIGEST:
        return url_for("desk.tickets", view=View.IN_HAND.value)
    if message.kind == GIVEN:
        return url_for("desk.triage", **Filter(whose=Whose.MINE.value).query())
    return url_for(PAGES[message.kind]) if message.kind in PAGES else None


def _hour(name: str) -> time:
    try:
        return time.fromisoformat(request.form.get(name, "")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise Invalid(name, N_("请写成 21:00 这样的时间。")) from wrong
