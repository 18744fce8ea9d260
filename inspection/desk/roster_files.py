"""花名册的导入和导出: a list is looked at first and every wrong row is told; then all of it is taken in, or none."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.desk.ledger_import import MOST_TOLD
from inspection.kernel import sheets
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import end_reading, writing
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.reading import FIELD, MIB, MOST_BYTES
from inspection.kernel.rows import Wrong
from inspection.kernel.sheets import Kind
from inspection.kernel.text import N_
from inspection.people.access import KIND_NAMES, Right
from inspection.roster import files, imports, lists
from inspection.roster.checking import HEADINGS, NEEDED
from inspection.roster.imports import MOST_ROWS, Plan, Step
from inspection.roster.models import RosterImport
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires
from inspection.web.tools import tools

MOST_SHOWN = 50
"""So many changes are shown one by one."""
CHANGED = {
    "name": "name",
    "kind": "kind",
    "district_code": "district",
    "home_street_code": "street",
    "employer": "employer",
    "employer_district_code": "employer_district",
    "employer_unit_id": "unit",
    "most_visits": "most_visits",
    "away_from": "away_from",
    "away_until": "away_until",
    "note": "note",
}
"""Column of account or profile → heading of the file."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/roster/import", "import_roster", show)
    blueprint.add_url_rule("/roster/import", "look_at_roster", look_at, methods=["POST"])
    blueprint.add_url_rule("/roster/imports/<uuid:import_id>", "take_in_roster", take_in, methods=["POST"])
    blueprint.add_url_rule("/roster/template.xlsx", "roster_template", template)
    blueprint.add_url_rule("/roster/exports", "export_roster", export, methods=["POST"])


@requires(Right.PEOPLE_MANAGE)
def show() -> ResponseReturnValue:
    """The form, and after an import what became of it."""
    return page(done=_done(request.args.get("done", "")))


@requires(Right.PEOPLE_MANAGE)
def look_at() -> ResponseReturnValue:
    """Look at a file without changing anything: what is wrong with it, or what it would change."""
    moment = now()
    try:
        name, data = _given()
        plan = imports.look_at(data, by=session.person())
    except Refusal as refusal:
        return page(error=language.words(refusal)), status_of(refusal)
    if plan.checked.wrong:
        return page(plan), HTTPStatus.UNPROCESSABLE_ENTITY
    file = imports.new(data, plan, file_name=name, by=session.person(), now=moment)
    file_id, key, shown = file.id, file.file_key, _shown(plan)
    end_reading()
    tools().storage.put_bytes(key, data)
    with writing():
        imports.keep(file, by=session.person())
    return page(plan, ready=url_for("desk.take_in_roster", import_id=file_id), shown=shown)


@requires(Right.PEOPLE_MANAGE)
def take_in(import_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file in that was looked at; its copy, which holds names and numbers, is thrown away with that."""
    moment = now()
    file = imports.visible(session.person(), import_id)
    if file.imported_at is None:
        key = file.file_key
        try:
            checked = imports.look_at(tools().storage.read(key), by=session.person()).checked
            secret = imports.nobodys_password()
            end_reading()
            with writing():
                file = imports.visible(session.person(), import_id)
                imports.take_in(file, checked, password_hash=secret, by=session.person(), now=moment)
        except (Invalid, Conflict) as refusal:
            return page(error=language.words(refusal)), status_of(refusal)
        tools().storage.delete(key)
    return redirect(url_for("desk.import_roster", done=import_id), HTTPStatus.SEE_OTHER)


@requires(Right.PEOPLE_MANAGE)
def template() -> ResponseReturnValue:
    """An empty list to fill in."""
    return _sent(files.template(), Kind.XLSX, _("花名册导入模板"))


@requires(Right.PEOPLE_MANAGE)
def export() -> ResponseReturnValue:
    """Those whom the address asks for, as a file that the import reads."""
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError as wrong:
        raise Invalid("kind", N_("请选导出成 Excel 还是 CSV。")) from wrong
    asked, moment = lists.parse(request.args), now()
    content, rows = files.made(kind, asked, by=session.person(), today=day_of(moment))
    with writing():
        files.note_made(kind, asked, rows, by=session.person(), now=moment)
    return _sent(content, kind, f"{files.TITLE}-{day_of(moment):%Y-%m-%d}")


def page(
    plan: Plan | None = None,
    *,
    error: str = "",
    ready: str = "",
    shown: list[dict[str, Any]] | None = None,
    done: RosterImport | None = None,
) -> str:
    """The form with what a file comes to."""
    wrong = plan.checked.wrong if plan else ()
    steps = plan.steps if plan else ()
    return render_template(
        "desk/roster/import.html",
        nav=navigation.bar(session.person(), "roster"),
        error=error,
        wrong=[_told(one) for one in wrong[:MOST_TOLD]],
        more=max(len(wrong) - MOST_TOLD, 0),
        ready=ready,
        fresh=len(plan.fresh) if plan else 0,
        changed=len(plan.changed) if plan else 0,
        same=sum(step.person is not None and not step.values for step in steps),
        shown=shown or [],
        unshown=max(len(plan.fresh) + len(plan.changed) - MOST_SHOWN, 0) if plan else 0,
        unused=list(plan.checked.unused) if plan else [],
        done=_became(done) if done else None,
        needed=[_heading(HEADINGS[code][0]) for code in NEEDED],
        others=[_heading(names[0]) for code, names in HEADINGS.items() if code not in NEEDED],
        kinds=[_heading(name) for name in KIND_NAMES.values()],
        most_rows=f"{MOST_ROWS:,}",
        most_mb=MOST_BYTES // MIB,
        template_url=url_for("desk.roster_template"),
        back_url=url_for("desk.roster"),
    )


def _given() -> tuple[str, bytes]:
    given = request.files.get(FIELD)
    if given is None or not given.filename:
        raise Invalid(FIELD, N_("请选花名册的文件。"))
    return given.filename, given.stream.read(MOST_BYTES + 1)


def _done(text: str) -> RosterImport | None:
    try:
        file = imports.visible(session.person(), uuid.UUID(text)) if text else None
    except (ValueError, Refusal):
        return None
    return file if file and file.imported_at else None


def _became(file: RosterImport) -> dict[str, Any]:
    return {
        "name": file.file_name,
        "fresh": file.fresh,
        "changed": file.changed,
        "list_url": url_for("desk.roster", batch=file.id) if file.fresh else "",
        "sheets_url": url_for("desk.roster_sheets", batch=file.id) if file.fresh else "",
    }


def _told(wrong: Wrong) -> dict[str, Any]:
    return {"row": wrong.row, "heading": _heading(wrong.heading), "why": language.told(wrong.why)}


def _heading(name: str) -> str:
    """As it must stand in the file, and in the reader's language behind it where that is another."""
    return name if _(name) == name else f"{name} ({_(name)})"


def _shown(plan: Plan) -> list[dict[str, Any]]:
    """The first of what would change, row by row: those who change before those who are new."""
    return [_step(step) for step in [*plan.changed, *plan.fresh][:MOST_SHOWN]]


def _step(step: Step) -> dict[str, Any]:
    """Which things change, not what they become: the file is at hand, and the page may be left open."""
    changed = [_(HEADINGS[CHANGED[name]][0]) for name in CHANGED if name in step.values]
    return {
        "row": step.line.row,
        "name": step.line.values["name"],
        "changes": _("、").join(changed) if step.person is not None else "",
    }


def _sent(content: Any, kind: Kind, name: str) -> ResponseReturnValue:
    return send_file(content, mimetype=sheets.TYPES[kind], as_attachment=True, download_name=f"{name}.{kind.value}")
