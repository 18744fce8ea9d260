"""Who was drawn for a visit is asked for as little as each asker needs."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from inspection.checks.models import ChecklistVersion
from inspection.kernel.db import db, writing
from inspection.people import visiting
from tests.checks.make_checks import MakeChecks
from tests.make import NOW, Make


def test_a_visit_is_its_inspectors_own_and_nobody_elses(make: Make, checks: MakeChecks) -> None:
    drawn, other = make.inspector(), make.inspector()
    plan = checks.plan(make.city(), checks.checklist())
    visit = checks.visit(plan, checks.site(), drawn)

    assert visiting.holds(drawn, visit.id) and not visiting.holds(other, visit.id)
    assert list(visiting.own_open(drawn)) == [visit.id] and not visiting.own_open(other)
    assert visiting.open_each() == {drawn.id: 1}


def test_a_released_visit_waits_for_nobody_but_is_still_remembered(make: Make, checks: MakeChecks) -> None:
    drawn, site = make.inspector(), checks.site()
    visit = checks.visit(checks.plan(make.city(), checks.checklist()), site, drawn)

    with writing():
        visiting.release([visit.id])

    assert not visiting.own_open(drawn) and not visiting.open_each()
    assert visiting.been_since(NOW.date()) == {site.id: {drawn.id}}
    assert visiting.been_since(NOW.date() + timedelta(days=60)) == {}


def test_lots_stand_for_people_in_their_own_draw_only(make: Make, checks: MakeChecks) -> None:
    plan, drawn = checks.plan(make.city(), checks.checklist()), make.inspector()
    first, second = checks.draw(plan), checks.draw(plan)

    with writing():
        visiting.keep_lots(first.id, {"a7": drawn.id})

    assert visiting.lots_of(first.id) == {"a7": drawn.id}
    assert visiting.lots_of(second.id) == {}


@pytest.mark.parametrize("change", ["change", "remove"])
def test_a_published_version_of_a_checklist_never_changes(checks: MakeChecks, change: str) -> None:
    version = checks.checklist()

    with pytest.raises(DBAPIError, match="never changes"), writing():
        kept = db.session.get_one(ChecklistVersion, version.id)
        if change == "change":
            kept.content = "{}"
        else:
            db.session.delete(kept)
        db.session.flush()
