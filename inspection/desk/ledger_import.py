"""导入旧台账: a file is looked at first and every wrong row is told; then all of it is taken over, or none."""

import uuid
from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import ledger as screen
from inspection.desk import navigation
from inspection.kernel.calendar import now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Invalid, Refusal
from inspection.kernel.reading import FIELD, MIB, MOST_BYTES, MOST_ROWS
from inspection.kernel.rows import Wrong
from inspection.kernel.text import N_
from inspection.ledger import imports
from inspection.ledger.checking import HEADINGS, NEEDED, Checked
from inspection.ledger.models import Import
from inspection.people.access import Right
from inspection.tickets.filters import Filters
from inspection.tickets.workflow import STATE_NAMES, State
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import day_words
from inspection.web.requires import requires
from inspection.web.tools import tools

MOST_TOLD = 200
"""So many wrong cells are listed; whoever has more begins with these."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/ledger/import", "import_ledger", show)
    blueprint.add_url_rule("/ledger/import", "look_at_ledger", look_at, methods=["POST"])
    blueprint.add_url_rule("/ledger/imports/<uuid:import_id>", "take_in_ledger", take_in, methods=["POST"])


@requires(Right.LEDGER_IMPORT)
def show() -> ResponseReturnValue:
    """The form, and after an import what became of it."""
    return page(done=_done(request.args.get("done", "")))


@requires(Right.LEDGER_IMPORT)
def look_at() -> ResponseReturnValue:
    """Look at a file without changing anything: what is wrong with it, or that it can be taken over."""
    moment = now()
    try:
        name, data = _given()
        checked = imports.look_at(data, by=session.person(), now=moment)
    except Refusal as refusal:
        return page(error=language.words(refusal)), status_of(refusal)
    if checked.wrong:
        return page(checked, before=imports.imported_before(data)), HTTPStatus.UNPROCESSABLE_ENTITY
    file = imports.new(data, checked, file_name=name, by=session.person(), now=moment)
    file_id, key = file.id, file.file_key
    end_reading()
    tools().storage.put_bytes(key, data)
    with writing():
        imports.keep(file, by=session.person())
    return page(checked, ready=url_for("desk.take_in_ledger", import_id=file_id))


@requires(Right.LEDGER_IMPORT)
def take_in(import_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file over that was looked at; if it has come to be wrong since, say so and do nothing."""
    moment = now()
    file = imports.visible(session.person(), import_id)
    if file.imported_at is None:
        checked = imports.looked_at_again(file, storage=tools().storage, by=session.person(), now=moment)
        if checked.wrong:
            return page(checked), HTTPStatus.CONFLICT
        with writing():
            imports.take_in(imports.visible(session.person(), import_id), checked, by=session.person(), now=moment)
    return redirect(url_for("desk.import_ledger", done=import_id), HTTPStatus.SEE_OTHER)


def page(
    checked: Checked | None = None,
    *,
    error: str = "",
    ready: str = "",
    before: datetime | None = None,
    done: Import | None = None,
) -> str:
    """The form with what a file comes to."""
    return render_template(
        "desk/ledger_import.html",
        nav=navigation.bar(session.person(), "ledger"),
        error=error,
        wrong=[_told(one) for one in checked.wrong[:MOST_TOLD]] if checked else [],
        more=max(len(checked.wrong) - MOST_TOLD, 0) if checked else 0,
        before=day_words(before),
        ready=ready,
        rows=len(checked.tickets) if checked else 0,
        states=_states(checked) if checked else [],
        unused=list(checked.unused) if checked else [],
        done={"rows": done.rows, "name": done.file_name} if done else None,
        needed=[_heading(HEADINGS[code][0]) for code in NEEDED],
        others=[_heading(names[0]) for code, names in HEADINGS.items() if code not in NEEDED],
        most_rows=f"{MOST_ROWS:,}",
        most_mb=MOST_BYTES // MIB,
        back_url=screen.address(Filters()),
    )


def _given() -> tuple[str, bytes]:
    given = request.files.get(FIELD)
    if given is None or not given.filename:
        raise Invalid(FIELD, N_("请选旧台账的文件。"))
    return given.filename, given.stream.read(MOST_BYTES + 1)


def _done(text: str) -> Import | None:
    try:
        file = imports.visible(session.person(), uuid.UUID(text)) if text else None
    except (ValueError, Refusal):
        return None
    return file if file and file.imported_at else None


def _told(wrong: Wrong) -> dict[str, Any]:
    return {"row": wrong.row, "heading": _heading(wrong.heading), "why": language.told(wrong.why)}


def _heading(name: str) -> str:
    """As it must stand in the file, and in the reader's language behind it where that is another."""
    return name if _(name) == name else f"{name} ({_(name)})"


def _states(checked: Checked) -> list[str]:
    counted = Counter(ticket.state for ticket in checked.tickets)
    return [
        _("%(state)s %(number)s 件", state=_(STATE_NAMES[state]), number=counted[state])
        for state in State
        if counted[state]
    ]
