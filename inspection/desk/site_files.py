"""点位的导入和导出: a list is looked at first and every wrong row is told; then all of it is taken in, or none."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import site_files, site_imports, site_lists
from inspection.checks.models import Site
from inspection.checks.site_checking import HEADINGS, NEEDED
from inspection.checks.site_imports import Plan, SiteImport, Step
from inspection.desk import navigation
from inspection.desk.ledger_import import MOST_TOLD
from inspection.desk.sites import types
from inspection.geography import service as geography
from inspection.kernel import sheets
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import Conflict, Invalid, Refusal
from inspection.kernel.reading import FIELD, MIB, MOST_BYTES, MOST_ROWS
from inspection.kernel.rows import Wrong
from inspection.kernel.sheets import Kind
from inspection.kernel.text import N_
from inspection.people.access import Right
from inspection.people.models import Unit
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.page import site_type_name
from inspection.web.requires import requires
from inspection.web.tools import tools

MOST_SHOWN = 50
"""So many changes are shown one by one."""
LOOK_AGAIN_SECONDS = 3
STUCK = timedelta(minutes=10)
"""[D] After so long without an end the page says that something is wrong."""
CHANGED = {
    "type_code": "type",
    "name": "name",
    "address": "address",
    "street_code": "street",
    "unit_id": "unit",
    "note": "note",
    "lat": "lat",
    "lng": "lng",
}
"""Column of ``Site`` → heading of the file."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/sites/import", "import_sites", show)
    blueprint.add_url_rule("/sites/import", "look_at_sites", look_at, methods=["POST"])
    blueprint.add_url_rule("/sites/imports/<uuid:import_id>", "take_in_sites", take_in, methods=["POST"])
    blueprint.add_url_rule("/sites/template.xlsx", "sites_template", template)
    blueprint.add_url_rule("/sites/exports", "export_sites", export, methods=["POST"])


@requires(Right.SITE_EDIT)
def show() -> ResponseReturnValue:
    """The form, and after an import what became of it."""
    return page(done=_done(request.args.get("done", "")))


@requires(Right.SITE_EDIT)
def look_at() -> ResponseReturnValue:
    """Look at a file without changing anything: what is wrong with it, or what it would change."""
    moment = now()
    try:
        name, data = _given()
        plan = site_imports.look_at(data, by=session.person())
    except Refusal as refusal:
        return page(error=language.words(refusal)), status_of(refusal)
    if plan.checked.wrong:
        return page(plan), HTTPStatus.UNPROCESSABLE_ENTITY
    file = site_imports.new(data, plan, file_name=name, by=session.person(), now=moment)
    file_id, key, shown = file.id, file.file_key, _shown(plan)
    end_reading()
    tools().storage.put_bytes(key, data)
    with writing():
        site_imports.keep(file, by=session.person())
    return page(plan, ready=url_for("desk.take_in_sites", import_id=file_id), shown=shown)


@requires(Right.SITE_EDIT)
def take_in(import_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file in that was looked at: now, or by the worker if it is long."""
    moment = now()
    file = site_imports.visible(session.person(), import_id)
    if site_imports.takes_long(file):
        with writing():
            site_imports.ask(site_imports.visible(session.person(), import_id), by=session.person(), now=moment)
    elif file.imported_at is None:
        key = file.file_key
        try:
            plan = site_imports.look_at(tools().storage.read(key), by=session.person())
            with writing():
                file = site_imports.visible(session.person(), import_id)
                site_imports.take_in(file, plan.checked, by=session.person(), now=moment)
        except (Invalid, Conflict) as refusal:
            return page(error=language.words(refusal)), status_of(refusal)
    return redirect(url_for("desk.import_sites", done=import_id), HTTPStatus.SEE_OTHER)


@requires(Right.SITE_EDIT)
def template() -> ResponseReturnValue:
    """An empty list to fill in."""
    return _sent(site_files.template(), Kind.XLSX, _("点位导入模板"))


@requires(Right.SITE_READ)
def export() -> ResponseReturnValue:
    """The sites that the address asks for, as a file that the import reads."""
    try:
        kind = Kind(request.form.get("kind", ""))
    except ValueError as wrong:
        raise Invalid("kind", N_("请选导出成 Excel 还是 CSV。")) from wrong
    asked, moment = site_lists.parse(request.args), now()
    content, rows = site_files.made(kind, asked, by=session.person())
    with writing():
        site_files.note_made(kind, asked, rows, by=session.person(), now=moment)
    return _sent(content, kind, f"{site_files.TITLE}-{day_of(moment):%Y-%m-%d}")


def page(
    plan: Plan | None = None,
    *,
    error: str = "",
    ready: str = "",
    shown: list[dict[str, Any]] | None = None,
    done: SiteImport | None = None,
) -> str:
    """The form with what a file comes to."""
    wrong = plan.checked.wrong if plan else ()
    steps = plan.steps if plan else ()
    return render_template(
        "desk/sites/import.html",
        nav=navigation.bar(session.person(), "sites"),
        error=error,
        wrong=[_told(one) for one in wrong[:MOST_TOLD]],
        more=max(len(wrong) - MOST_TOLD, 0),
        ready=ready,
        fresh=len(plan.fresh) if plan else 0,
        changed=len(plan.changed) if plan else 0,
        same=sum(step.site is not None and not step.values for step in steps),
        shown=shown or [],
        unshown=max(len(plan.fresh) + len(plan.changed) - MOST_SHOWN, 0) if plan else 0,
        unused=list(plan.checked.unused) if plan else [],
        done=_became(done) if done else None,
        needed=[_heading(HEADINGS[code][0]) for code in NEEDED],
        others=[_heading(names[0]) for code, names in HEADINGS.items() if code not in NEEDED],
        types=[one["name"] for one in types()],
        most_rows=f"{MOST_ROWS:,}",
        most_mb=MOST_BYTES // MIB,
        template_url=url_for("desk.sites_template"),
        back_url=url_for("desk.sites"),
    )


def _given() -> tuple[str, bytes]:
    given = request.files.get(FIELD)
    if given is None or not given.filename:
        raise Invalid(FIELD, N_("请选点位的文件。"))
    return given.filename, given.stream.read(MOST_BYTES + 1)


def _done(text: str) -> SiteImport | None:
    try:
        file = site_imports.visible(session.person(), uuid.UUID(text)) if text else None
    except (ValueError, Refusal):
        return None
    return file if file and (file.imported_at or file.asked_at) else None


def _became(file: SiteImport) -> dict[str, Any]:
    waits = file.imported_at is None and file.refused_at is None
    begun = file.moved_at or file.asked_at
    stuck = waits and begun is not None and now() - begun > STUCK
    return {
        "name": file.file_name,
        "fresh": f"{file.fresh:,}",
        "changed": f"{file.changed:,}",
        "state": "done" if file.imported_at else "refused" if file.refused_at else "stuck" if stuck else "waits",
        "begun": file.moved_at is not None,
        "look_again": LOOK_AGAIN_SECONDS if waits and not stuck else None,
    }


def _told(wrong: Wrong) -> dict[str, Any]:
    return {"row": wrong.row, "heading": _heading(wrong.heading), "why": language.told(wrong.why)}


def _heading(name: str) -> str:
    """As it must stand in the file, and in the reader's language behind it where that is another."""
    return name if _(name) == name else f"{name} ({_(name)})"


def _shown(plan: Plan) -> list[dict[str, Any]]:
    """The first of what would change, row by row: those that change before those that are new."""
    return [_step(step) for step in [*plan.changed, *plan.fresh][:MOST_SHOWN]]


def _step(step: Step) -> dict[str, Any]:
    site = step.site
    return {
        "row": step.line.row,
        "number": step.line.number,
        "name": step.line.values["name"],
        "changes": [
            {"what": _(HEADINGS[CHANGED[name]][0]), "old": _cell(site, name), "new": _cell(step.values, name)}
            for name in CHANGED
            if name in step.values
        ]
        if site is not None
        else [],
    }


def _cell(of: Site | Mapping[str, Any], name: str) -> str:
    """A value as the page writes it."""
    value = getattr(of, name) if isinstance(of, Site) else of[name]
    if value is None or value == "":
        return _("空")
    if name == "type_code":
        return site_type_name(value)
    if name == "street_code":
        return geography.current_atlas().street(value).name
    if name == "unit_id":
        return db.session.get_one(Unit, value).name
    return str(value)


def _sent(content: Any, kind: Kind, name: str) -> ResponseReturnValue:
    return send_file(content, mimetype=sheets.TYPES[kind], as_attachment=True, download_name=f"{name}.{kind.value}")
