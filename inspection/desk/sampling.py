"""抽查比例: how many repairs and closed cases inspectors are sent to see, by a district's failures."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspection.desk import navigation
from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.access import Right, scope
from inspection.tickets import samples, sampling
from inspection.tickets.sampling import Step
from inspection.web import language, session
from inspection.web.errors import status_of
from inspection.web.requires import requires

SPARE_ROWS = 2


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/sampling", "sampling", show)
    blueprint.add_url_rule("/sampling", "write_sampling", write, methods=["POST"])


@requires(Right.SAMPLING_READ)
def show() -> ResponseReturnValue:
    """The table, and which step each district is on now."""
    return page(None, {})


@requires(Right.SAMPLING_EDIT)
def write() -> ResponseReturnValue:
    """The table as it is to be: rows without a share are left out."""
    columns = [request.form.getlist(name) for name in ("failures", "rechecks", "lookbacks")]
    typed = [row for row in zip(*columns, strict=True) if row[0].strip()]
    try:
        wanted = [_step(row) for row in typed]
        with writing():
            samples.write_steps(wanted, by=session.person(), now=now())
    except Invalid as refusal:
        return page(typed, {refusal.field: language.words(refusal)}), status_of(refusal)
    return redirect(url_for("desk.sampling"), HTTPStatus.SEE_OTHER)


def page(typed: list[tuple[str, ...]] | None, errors: dict[str, str]) -> str:
    """The page with what was typed."""
    person, moment = session.person(), now()
    rows = typed
    if rows is None:
        rows = [(str(one.failures), str(one.rechecks), str(one.lookbacks)) for one in samples.steps()]
    districts = []
    for one in geography.current_atlas().districts:
        failed, judged = samples.failures_of(one.code, moment)
        step = samples.step_of(one.code, moment)
        few = judged < sampling.FEWEST
        districts.append({"name": one.name, "failed": failed, "judged": judged, "step": step, "few": few})
    return render_template(
        "desk/sampling.html",
        nav=navigation.bar(person, "sampling"),
        may_edit=scope(person.role, Right.SAMPLING_EDIT) is not None,
        rows=[*rows, *[("", "", "")] * SPARE_ROWS],
        districts=districts,
        days=sampling.OVER.days,
        after=sampling.LOOKBACK_AFTER.days,
        errors=errors,
    )


def _step(row: tuple[str, ...]) -> Step:
    try:
        failures, rechecks, lookbacks = (int(text) for text in row)
    except ValueError as wrong:
        raise Invalid("failures", N_("百分比应是整数。")) from wrong
    return Step(failures, rechecks, lookbacks)
