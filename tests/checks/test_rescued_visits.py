"""A visit in a phone's exported outbox is taken in as if it had been sent."""

import uuid
from dataclasses import asdict
from datetime import timedelta

from flask import Flask

from inspection.checks.models import Visit, VisitState
from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.photos.service import plain
from tests.checks.make_checks import MakeChecks
from tests.checks.make_records import TWO_GOOD
from tests.make import Make, jpeg, sha256
from tests.reports.test_rescue import exported, take

PICTURE, VOICE = jpeg(811), b"\x1aE\xdf\xa3" + b"spoken" * 40


def test_a_visit_of_the_file_is_received_with_its_pictures_and_its_words(
    app: Flask, make: Make, checks: MakeChecks
) -> None:
    drawn = make.inspector()
    plan = checks.plan(make.city(), checks.checklist())
    visit = checks.visit(plan, checks.site(), drawn, opens_at=now() - timedelta(hours=1))
    manifest = {
        "visit": str(visit.id),
        "outcome": "done",
        "answers": [plain(asdict(one)) for one in TWO_GOOD],
        "arrived_at": (now() - timedelta(minutes=20)).isoformat(),
        "finished_at": now().isoformat(),
        "photos": [{"sha256": sha256(PICTURE), "bytes": len(PICTURE), "role": "visit"}],
        "recordings": [{"sha256": sha256(VOICE), "bytes": len(VOICE), "seconds": 4}],
    }
    kept = {"id": str(uuid.uuid4()), "kind": "visit", "manifest": manifest}
    spoken = {f"bytes/{sha256(VOICE)}": VOICE}

    taken = take(make, exported(drawn.id, [kept | {"photos": [], "recordings": []}], PICTURE, **spoken))

    (line,) = taken.lines
    assert line.number and line.wrong is None
    assert db.session.get_one(Visit, visit.id).state is VisitState.RECEIVED


def test_a_stranger_cannot_bring_a_visit_that_is_not_theirs(app: Flask, make: Make, checks: MakeChecks) -> None:
    visit = checks.visit(checks.plan(make.city(), checks.checklist()), checks.site(), make.inspector())
    body = {"visit": str(visit.id), "outcome": "done", "answers": []}
    moments = {"arrived_at": now().isoformat(), "finished_at": now().isoformat()}
    kept = {"id": str(uuid.uuid4()), "kind": "visit", "manifest": body | moments, "photos": [], "recordings": []}

    (line,) = take(make, exported(make.inspector().id, [kept])).lines

    assert line.number is None and line.wrong is not None and str(line.wrong) == "没有这次走访。"
