"""A place through time as its page shows it: visits as days, scores as a chart, a lane's steps, findings, tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.checks import site_time
from inspection.checks.lanes import Change
from inspection.checks.models import Site
from inspection.checks.site_time import Failure, Month, Past
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.tickets import visibility
from inspection.web.page import day_words, month_words

CHANGES = {Change.DOWNGRADED: N_("降档"), Change.RESTORED: N_("复档")}
STEP, TALL, WIDE, MARGIN, LEAST = 60, 90, 640, 34, 90
"""The chart in its own units: from one visit to the next, height, least width, margin; the score that decides."""


def told(site: Site, person: Person, moment: datetime) -> dict[str, Any] | None:
    """What the page tells; none for whoever may know nothing of visits."""
    story = site_time.story(site, by=person, now=moment)
    if story is None:
        return None
    scored = [one for one in story.visits if one.score is not None]
    return {
        "visits": [_visit(one) for one in reversed(story.visits)],
        "chart": _chart(scored) if scored else None,
        "months": [_month(one) for one in reversed(story.months)],
        "failures": [_failure(one, person) for one in story.failures],
    }


def _visit(one: Past) -> dict[str, str]:
    return {
        "day": day_words(one.day),
        "plan": one.plan,
        "url": url_for("desk.plan", plan_id=one.plan_id),
        "score": str(one.score) if one.score is not None else "",
    }


def _month(one: Month) -> dict[str, Any]:
    return {
        "month": _("%(year)s年%(month)s", year=one.month.year, month=month_words(one.month)),
        "score": str(one.score),
        "change": _(CHANGES[one.change]) if one.change else "",
        "tone": {Change.DOWNGRADED: "overdue", Change.RESTORED: "closed"}[one.change] if one.change else "",
        "stands": _("降档中") if one.downgraded else _("正常"),
    }


def _failure(one: Failure, person: Person) -> dict[str, str]:
    ticket = visibility.ticket_of(one.report_id) if one.report_id else None
    seen = ticket is not None and bool(visibility.visible_ids(person, [ticket.id]))
    return {
        "text": one.text,
        "day": day_words(one.released),
        "number": ticket.number if ticket and seen else "",
        "url": url_for("desk.ticket", ticket_id=ticket.id) if ticket and seen else "",
        "state": ticket.state.value if ticket and seen else "",
    }


def _chart(scored: Sequence[Past]) -> dict[str, Any]:
    points = [
        {
            "x": MARGIN + STEP * at,
            "y": _y(one.score),
            "score": str(one.score),
            "low": one.score is not None and one.score < LEAST,
        }
        for at, one in enumerate(scored)
    ]
    wide = max(WIDE, 2 * MARGIN + STEP * (len(scored) - 1))
    path = " ".join(f"{one['x']},{one['y']}" for one in points)
    return {"points": points, "path": path, "wide": wide, "tall": TALL + 2 * MARGIN, "least": _y(LEAST)}


def _y(score: object) -> float:
    return round(MARGIN + TALL - float(str(score)) * TALL / 100, 1)
