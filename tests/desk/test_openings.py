"""The page on which one city officer asks who is behind a mystery check, and another one decides."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from inspection.checks import findings
from inspection.kernel.db import db
from inspection.people.models import Opening
from inspection.reports.models import Report
from tests.checks.bring import FAIL, PASS, answers
from tests.checks.make_checks import MakeChecks
from tests.checks.test_findings import OUT, House
from tests.make import Make
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
NOBODYS = "00000000-0000-4000-8000-000000000000"
REASON, YES = "督查员申请误工补助，需核对", "已经核实，同意查看"


@pytest.fixture
def finding(app: Flask, make: Make) -> uuid.UUID:
    """The report of what a visit found, released."""
    house = House(make, MakeChecks())
    house.accepted(answers(q1=PASS, q2=FAIL))
    findings.release_due(now=OUT)
    work()
    return db.session.scalars(db.select(Report.id)).one()


def test_a_findings_inspector_is_seen_once_by_whoever_asked(make: Make, browser: Open, finding: uuid.UUID) -> None:
    asks, allows = browser(make.city()), browser(make.city())

    triage = asks.page(f"/desk/triage/{finding}")
    assert f"/desk/openings?report={finding}" in triage
    assert "走访 · 东四" in asks.page(f"/desk/openings?report={finding}")
    sent = asks.send(f"/desk/openings?report={finding}", {"reason": REASON})
    opening = db.session.scalars(db.select(Opening)).one()
    assert sent.status_code == 303 and opening.object.startswith("visit:")
    assert "等另一位同事定" in asks.page("/desk/openings") and REASON in allows.page("/desk/openings")
    allows.send(f"/desk/openings/{opening.id}/decision", {"decision": YES, "allow": "yes"})
    shown = asks.send(f"/desk/openings/{opening.id}/seeing")
    again = asks.send(f"/desk/openings/{opening.id}/seeing")

    assert shown.status_code == 200 and "李文" in shown.text and "只显示这一次" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert again.status_code == 409 and "李文" not in again.text
    assert "李文" not in asks.page("/desk/openings") + allows.page("/desk/openings")
    assert "已经看过" in asks.page("/desk/openings")


@pytest.mark.parametrize("given", [{"decision": "太短", "allow": "yes"}, {"decision": YES}], ids=["short", "no choice"])
def test_what_was_typed_stands_again_beside_what_is_wrong(
    make: Make, browser: Open, finding: uuid.UUID, given: dict[str, str]
) -> None:
    asks, allows = browser(make.city()), browser(make.city())
    short = asks.send(f"/desk/openings?report={finding}", {"reason": "看看呢"})
    asks.send(f"/desk/openings?report={finding}", {"reason": REASON})
    opening_id = db.session.scalars(db.select(Opening.id)).one()

    refused = allows.send(f"/desk/openings/{opening_id}/decision", given)

    assert short.status_code == 422 and "看看呢" in short.text and "至少 6 个字" in short.text
    assert refused.status_code == 422 and given["decision"] in refused.text and 'aria-invalid="true"' in refused.text
    assert db.session.get_one(Opening, opening_id).decided_at is None


def test_whoever_is_late_keeps_what_they_typed(make: Make, browser: Open, finding: uuid.UUID) -> None:
    asks, first, late = browser(make.city()), browser(make.city()), browser(make.city())
    asks.send(f"/desk/openings?report={finding}", {"reason": REASON})
    opening_id = db.session.scalars(db.select(Opening.id)).one()
    first.send(f"/desk/openings/{opening_id}/decision", {"decision": "理由不充分，不同意", "allow": "no"})

    answer = late.send(f"/desk/openings/{opening_id}/decision", {"decision": YES, "allow": "yes"})

    assert answer.status_code == 409 and YES in answer.text
    assert "没有同意" in asks.page("/desk/openings")


@pytest.mark.parametrize("query", ["report=no-id", "visit=no-id", f"report={NOBODYS}", f"visit={NOBODYS}"])
def test_what_is_not_there_cannot_be_asked_about(make: Make, browser: Open, query: str) -> None:
    mine = browser(make.city())

    assert mine.get(f"/desk/openings?{query}").status_code == 404
    assert mine.send(f"/desk/openings?{query}", {"reason": REASON}).status_code == 404
    assert mine.send("/desk/openings", {"reason": REASON}).status_code == 404
