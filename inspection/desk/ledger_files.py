"""导出: the ledger's rows as a file, handed out at once or written by the worker while a page tells how far it is."""

import uuid
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, BinaryIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import ledger as screen
from inspection.desk import narrowing, navigation
from inspection.kernel import sheets
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Invalid
from inspection.kernel.sheets import Kind
from inspection.kernel.text import N_
from inspection.ledger import exports
from inspection.ledger import service as ledger
from inspection.ledger.exports import Wanted
from inspection.ledger.models import Export
from inspection.people.access import Right
from inspection.tickets import filters
from inspection.web import session
from inspection.web.page import recent_half_day_words
from inspection.web.requires import requires
from inspection.web.tools import tools

LOOK_AGAIN_SECONDS = 3
STUCK = timedelta(minutes=10)
"""[D] After so long without a row the page says that something is wrong."""
KIND_NAMES = {Kind.XLSX: "Excel", Kind.CSV: "CSV"}


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/ledger/exports", "export_ledger", export, methods=["POST"])
    blueprint.add_url_rule("/ledger/exports/<uuid:export_id>", "ledger_export", show)
    blueprint.add_url_rule("/ledger/exports/<uuid:export_id>/file", "ledger_file", file)


@requires(Right.TICKET_READ)
def export() -> ResponseReturnValue:
    """The rows that the address asks for: as a file at once, or by the worker if there are many."""
    person, moment = session.person(), now()
    wanted = Wanted(_kind(), screen.asked(), screen.order(), ledger.columns_of(person))
    if exports.takes_long(person, wanted.filters, now=moment):
        with writing():
            asked = exports.ask(wanted, by=session.person(), now=moment).id
        return redirect(url_for("desk.ledger_export", export_id=asked), HTTPStatus.SEE_OTHER)
    content, rows = exports.made(wanted, by=person, now=moment)
    with writing():
        exports.note_made(wanted, rows, by=session.person(), now=moment)
    return _sent(content, wanted.kind, moment)


@requires(Right.TICKET_READ)
def show(export_id: uuid.UUID) -> ResponseReturnValue:
    """How far a file is, and where it can be had; with the person's other files."""
    person, moment = session.person(), now()
    one = exports.visible(person, export_id)
    waits = one.finished_at is None
    return render_template(
        "desk/ledger_export.html",
        nav=navigation.bar(person, "ledger"),
        export=line(one, moment),
        look_again=LOOK_AGAIN_SECONDS if waits and not stuck(one, moment) else None,
        others=[line(other, moment) for other in exports.latest(person) if other.id != one.id],
        back_url=screen.address(filters.parse_query(one.query), one.order),
        days=exports.KEPT.days,
    )


@requires(Right.TICKET_READ)
def file(export_id: uuid.UUID) -> ResponseReturnValue:
    """The file that the worker has written, for its owner."""
    one = exports.visible(session.person(), export_id)
    kind, asked_at = one.kind, one.asked_at
    content = exports.file(one, tools().storage)
    end_reading()
    return _sent(content, kind, asked_at)


def line(one: Export, moment: datetime) -> dict[str, Any]:
    """An export as its page and the list of others show it."""
    return {
        "url": url_for("desk.ledger_export", export_id=one.id),
        "file_url": url_for("desk.ledger_file", export_id=one.id) if one.file_key else None,
        "kind": KIND_NAMES[one.kind],
        "when": recent_half_day_words(one.asked_at),
        "rows": f"{one.written:,}",
        "done": one.finished_at is not None,
        "stuck": stuck(one, moment),
        "what": [chip["text"] for chip in narrowing.chips(filters.parse_query(one.query), screen.address)],
    }


def stuck(one: Export, moment: datetime) -> bool:
    """Whether nothing has been written for so long that something must be wrong."""
    return one.finished_at is None and moment - one.moved_at > STUCK


def _kind() -> Kind:
    try:
        return Kind(request.form.get("kind", ""))
    except ValueError as wrong:
        raise Invalid("kind", N_("请选导出成 Excel 还是 CSV。")) from wrong


def _sent(content: BinaryIO, kind: Kind, moment: datetime) -> ResponseReturnValue:
    name = f"{exports.TITLE}-{day_of(moment):%Y-%m-%d}.{kind.value}"
    return send_file(content, mimetype=sheets.TYPES[kind], as_attachment=True, download_name=name)
