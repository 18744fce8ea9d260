"""What a plan came to, on its page and as a file: districts, the items that lost most, how far two inspectors agree."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.checks import brought, outcomes, plan_files, plans, results
from inspection.checks.exact import half_up, short
from inspection.checks.models import ChecklistVersion, Plan, PlanState
from inspection.checks.results import Result
from inspection.desk.checklists import name_of, number_words
from inspection.geography import service as geography
from inspection.kernel import sheets
from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import writing
from inspection.kernel.sheets import Kind
from inspection.people.access import Right
from inspection.web import language, session
from inspection.web.page import site_type_name
from inspection.web.requires import requires

LEAST = 90
"""Below it a lane is downgraded (domain.md §6); the page counts such places of every type."""
WORST, MOST_LOSSES = 2, 10
WIDE, ROW, LEFT, RIGHT = 640, 30, 84, 56
"""The chart in its own units: its width, a line's height, and the room for names and numbers."""
TICKS = (0, 20, 40, 60, 80, 100)


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/plans/<uuid:plan_id>/exports", "export_plan", export, methods=["POST"])


@requires(Right.PLAN_READ)
def export(plan_id: uuid.UUID) -> ResponseReturnValue:
    """The results as a file: no visit, no alias and no day is in it."""
    plan, moment = plans.get(session.person(), plan_id), now()
    content, name = plan_files.made(plan, by=session.person()), f"{plan.name}-{day_of(moment):%Y-%m-%d}"
    with writing():
        plan_files.note_made(plans.get(session.person(), plan_id), by=session.person(), now=moment)
    return send_file(
        content, mimetype=sheets.TYPES[Kind.XLSX], as_attachment=True, download_name=f"{name}.xlsx", etag=False
    )


def context(plan: Plan) -> dict[str, Any]:
    """What the plan's page shows of its results; nothing before visits are made."""
    if plan.state not in {PlanState.DRAWN, PlanState.ENDED}:
        return {"results": None}
    found = outcomes.by_district(plan)
    return {
        "results": {
            "rows": _rows(plan, found),
            "whole": language.told(outcomes.whole(plan).words),
            "least": plan.least_visits,
            "below": LEAST,
            "chart": _chart(found),
            "losses": [table for version in versions(plan) if (table := _losses(plan, version))["rows"]],
            "agreements": [table for version in versions(plan) if (table := _agreements(plan, version))["rows"]],
            "export_url": url_for("desk.export_plan", plan_id=plan.id),
            "mapped": any(one.score is not None for one in found),
        }
    }


def versions(plan: Plan) -> Sequence[ChecklistVersion]:
    """The plan's checklists, each once."""
    return list({quota.checklist_version_id: quota.checklist_version for quota in plan.quotas}.values())


def version_name(version: ChecklistVersion) -> str:
    """背街小巷“十无” 第 3 版."""
    return _("%(name)s %(number)s", name=name_of(version.checklist), number=number_words(version))


def _rows(plan: Plan, found: Sequence[Result]) -> list[dict[str, Any]]:
    atlas, places = geography.current_atlas(), results.ranks(found)
    low, worst = outcomes.below(plan, LEAST), outcomes.worst(plan, WORST)
    return [
        {
            "code": one.district,
            "name": atlas.district(one.district).name,
            "place": places.get(one.district),
            "visits": one.visits,
            "score": str(one.score) if one.score is not None else "",
            "interval": _("%(low)s–%(high)s", low=one.low, high=one.high) if one.low is not None else "",
            "told": language.told(one.words),
            "low": low[one.district],
            "worst": _("、").join(worst.get(one.district, ())),
            "unseen": _("、").join(map(site_type_name, one.unseen)),
        }
        for one in found
    ]


def _chart(found: Sequence[Result]) -> dict[str, Any]:
    """Each district's result as a dot with its interval, on a scale from 0 to 100."""
    atlas = geography.current_atlas()
    scored = [one for one in found if one.score is not None]
    lines = [
        {
            "name": atlas.district(one.district).name,
            "y": ROW * at + ROW // 2,
            "x": _x(one.score),
            "low": _x(one.low) if one.low is not None else None,
            "high": _x(one.high) if one.high is not None else None,
            "score": str(one.score),
        }
        for at, one in enumerate(scored)
    ]
    bottom = ROW * len(scored)
    ticks = [{"x": _x(tick), "text": tick} for tick in TICKS]
    return {"lines": lines, "ticks": ticks, "wide": WIDE, "bottom": bottom, "height": bottom + ROW, "least": _x(LEAST)}


def _x(score: object) -> float:
    return round(LEFT + float(str(score)) * (WIDE - LEFT - RIGHT) / TICKS[-1], 1)


def _losses(plan: Plan, version: ChecklistVersion) -> dict[str, Any]:
    texts = {item.key: item.text for item in brought.content_of(version).items}
    rows = [
        {
            "text": texts.get(one.key, one.key),
            "failed": _("%(failed)s/%(asked)s", failed=one.failed, asked=one.asked),
            "lost": short(one.lost),
            "possible": short(one.possible),
            "percent": str(half_up(one.lost * 100 / one.possible)) if one.possible else "",
        }
        for one in outcomes.losses(plan, version)[:MOST_LOSSES]
    ]
    return {"name": version_name(version), "rows": rows}


def _agreements(plan: Plan, version: ChecklistVersion) -> dict[str, Any]:
    texts = {item.key: item.text for item in brought.content_of(version).items}
    rows = [
        {
            "text": texts.get(one.key, one.key),
            "pairs": one.pairs,
            "same": _("%(percent)s%%（%(same)s/%(pairs)s）", percent=one.percent, same=one.same, pairs=one.pairs),
            "kappa": language.told(one.words),
        }
        for one in outcomes.agreements(plan, version)
        if one.pairs
    ]
    return {"name": version_name(version), "rows": rows}
