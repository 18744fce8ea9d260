"""待发送的手机: whose phones still hold reports, to call them; and taking in what a phone could only export."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.text import N_
from inspection.people import outboxes
from inspection.people.access import KIND_NAMES, Right
from inspection.people.models import Device, Person
from inspection.reports import receipts
from inspection.web import language, paging, rescue, session
from inspection.web.errors import status_of
from inspection.web.page import recent_half_day_words
from inspection.web.requires import requires
from inspection.web.rescue import Line, Taken
from inspection.web.tools import tools

PAGE = 50


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/outboxes", "outboxes", list_outboxes)
    blueprint.add_url_rule("/outboxes", "import_outbox", import_outbox, methods=["POST"])


@requires(Right.OUTBOX_WATCH)
def list_outboxes() -> ResponseReturnValue:
    """The phones whose oldest unsent report is older than a day, the oldest first."""
    return page()


@requires(Right.OUTBOX_IMPORT)
def import_outbox() -> ResponseReturnValue:
    """Take in a file that a phone exported; each record's receipt, or what was wrong with it."""
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise Invalid("file", N_("请选手机导出的文件。"))
        taken = rescue.take_in(given.stream, tools(), by=session.person())
    except Refusal as refusal:
        return page(error=language.words(refusal)), status_of(refusal)
    return page(taken=taken)


def page(*, taken: Taken | None = None, error: str = "") -> str:
    """The list, with what became of a file that was handed in."""
    person, moment, hours = session.person(), now(), tools().settings.unsent_call_hours
    cursor = request.args.get("cursor")
    rows = outboxes.waiting_since(
        person, before=moment - timedelta(hours=hours), after=paging.key(cursor), limit=PAGE + 1
    )
    more = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return render_template(
        "desk/outboxes.html",
        nav=navigation.bar(person, "outboxes"),
        hours=hours,
        phones=[line(device, owner) for device, owner in rows[:PAGE]],
        next_url=url_for("desk.outboxes", cursor=paging.cursor(more.oldest_unsent_at, more.id))
        if more is not None and more.oldest_unsent_at
        else None,
        prev_url=url_for("desk.outboxes") if cursor else None,
        taken={"name": taken.owner.name, "lines": [result(one) for one in taken.lines]} if taken else None,
        error=error,
    )


def line(device: Device, owner: Person) -> dict[str, Any]:
    """A phone in the list: whom to call, about how many, since when."""
    return {
        "name": owner.name,
        "kind": _(KIND_NAMES[owner.kind]) if owner.kind else "",
        "phone": owner.phone,
        "unsent": device.unsent,
        "since": recent_half_day_words(device.oldest_unsent_at),
        "told": recent_half_day_words(device.told_at),
    }


def result(one: Line) -> dict[str, str]:
    """What became of a record of the file."""
    return {
        "id": one.id,
        "number": receipts.spoken(one.number) if one.number else "",
        "wrong": language.told(one.wrong) if one.wrong else "",
    }
